"""Pages of the stages of a sign-in."""

from urllib.parse import quote

from pydantic import Field

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.sign_in.service import describe_caller
from backend.app.kit.http import RequestWork, Response
from backend.app.kit.query import QueryFields
from backend.app.web.sign_in.return_paths import SIGN_IN, return_path

FACTOR, ENROLL = f"{SIGN_IN}/factor", f"{SIGN_IN}/enroll"
"""Page that asks for the second factor, and page on which the first one is added."""


class NextQuery(QueryFields):
    """Query of a page on the way to another one."""

    next: str | None = Field(default=None, max_length=4000, description="Path of the page to go to afterwards")


async def step_of(db: RequestWork) -> str | None:
    """Return the page for what is left of the caller's sign-in; None if it is complete."""
    caller, rules = db.caller, requests.sign_in_rules(db)
    found = await db.database.snapshot(describe_caller, caller.actor, caller.roles, caller.session, rules)
    return {"factor": FACTOR, "enroll": ENROLL}.get(found.stage)


async def to_step(db: RequestWork, query: NextQuery) -> Response:
    """Return a redirect to what is left of the sign-in, or to the page that was asked for."""
    step, after = await step_of(db), return_path(query.next)
    target = f"{step}?next={quote(after, safe='/')}" if step else after
    return Response(303, b"", headers=[(b"location", target.encode())])
