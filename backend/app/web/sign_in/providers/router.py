"""Pages at /app/sign-in/with: the redirect to a provider, and the way back."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Query

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.single_sign_on import redirects, sign_on
from backend.app.core_gov.access.single_sign_on.schemas import ProviderCallback
from backend.app.core_gov.audit import service as audit
from backend.app.kit.errors import AppError, Conflict, Forbidden
from backend.app.kit.http import Db, RequestWork, Response
from backend.app.kit.http.operation import admits
from backend.app.web.factors.steps import NextQuery
from backend.app.web.pages import page
from backend.app.web.sign_in import views
from backend.app.web.sign_in.providers.views import StartQuery, moved_url, next_step

router = APIRouter(prefix="/sign-in/with")

log = structlog.get_logger("sign_on")


@router.get("/{provider}")
@admits(anyone=True, incomplete=True)
async def start(db: Db, provider: str, query: Annotated[StartQuery, Query()]) -> Response:
    """Redirect to a provider. It is a link, because browsers apply `form-action` to the redirects of forms."""
    address = redirects.other_address(db)
    if address is not None and not query.moved:
        return _redirect(moved_url(address, db.path, query))
    try:
        found = await redirects.provider_of(db, provider)
        redirect, cookie = await redirects.begin(db, found, target=query.next, again=query.again)
    except AppError as error:
        return await _problem(db, error, query.next)
    response = _redirect(redirect.url)
    response.headers.append(cookie)
    return response


@router.get("/{provider}/callback")
@admits(anyone=True, incomplete=True)
async def callback(db: Db, provider: str, query: Annotated[ProviderCallback, Query()]) -> Response:
    """Sign the person in whom a provider sends back, and go to the page that was asked for."""
    attempt = None
    try:
        found = await redirects.provider_of(db, provider)
        arrival, rules = requests.arrival_of(db), requests.sign_in_rules(db)
        attempt = await sign_on.take(db.database, found, arrival, query, redirects.browser_of(db))
        if attempt.person not in {None, db.caller.person}:
            raise Conflict("you have signed out meanwhile; sign in, and link the account again")
        session = await sign_on.finish(db.database, found, arrival, query, attempt, rules)
    except AppError as error:
        if isinstance(error, Conflict | Forbidden) and attempt is not None:
            await db.database.write(db.ctx, audit.record_refusal, db.method, db.path, error)
        return await _problem(db, error, attempt.next if attempt else None)
    response = _redirect(next_step(session.stage if session else "complete", attempt.next))
    return requests.with_session(db, response, session) if session else response


async def _problem(work: RequestWork, error: AppError, target: str | None) -> Response:
    """Return the sign-in page with the reason why nobody was signed in."""
    log.warning("not signed in", path=work.path, status=error.status, client=work.caller.address, detail=error.detail)
    query, settings = NextQuery(next=target), requests.settings_of(work)
    response = await page(work, "sign_in/sign_in.html", views.sign_in, query, work.caller, settings, error.detail)
    response.status = error.status
    response.headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in error.headers.items()]
    return response


def _redirect(url: str) -> Response:
    return Response(303, b"", headers=[(b"location", url.encode())])
