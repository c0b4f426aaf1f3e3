"""Views of the way to a provider and back."""

from urllib.parse import quote, urlencode

from pydantic import Field

from backend.app.core_gov.access.sessions.schemas import Stage
from backend.app.kit.query import QueryFields, YesNo
from backend.app.web.sign_in.return_paths import HOME, SIGN_IN, return_path

_STEPS: dict[Stage, str] = {"factor": f"{SIGN_IN}/factor", "enroll": f"{SIGN_IN}/enroll"}


class StartQuery(QueryFields):
    """Query of the redirect to a provider."""

    next: str | None = Field(default=None, max_length=4000, description="Path of the page to go to afterwards")
    again: YesNo = Field(default=False, description="Ask the person to sign in there, even if they are signed in")
    moved: YesNo = Field(default=False, description="Whether the browser was sent to the public address already")


def moved_url(address: str, path: str, query: StartQuery) -> str:
    """Return the same page at the public address."""
    given = {name: str(value) for name, value in query.model_dump(exclude={"next"}).items() if value}
    parameters = ({"next": query.next} if query.next else {}) | given | {"moved": "true"}
    return f"{address}{path}?{urlencode(parameters).replace('True', 'true')}"


def next_step(stage: Stage, target: str | None) -> str:
    """Return the page after a sign-in at a provider: that of the second factor, or the one that was asked for."""
    asked = return_path(target)
    step = _STEPS.get(stage)
    if step is None:
        return asked
    return step if asked == HOME else f"{step}?next={quote(asked, safe='/')}"
