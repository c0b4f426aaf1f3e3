"""HTTP endpoints of single sign-on."""

from typing import Annotated

from fastapi import APIRouter, Body

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.requests import NO_ACCOUNT
from backend.app.core_gov.access.sessions.schemas import EndedSessions
from backend.app.core_gov.access.single_sign_on import redirects
from backend.app.core_gov.access.single_sign_on import service as accounts
from backend.app.core_gov.access.single_sign_on import sign_out as service
from backend.app.core_gov.access.single_sign_on.schemas import (
    BackChannelLogout,
    IdentityList,
    IdentityRecord,
    ProviderRedirect,
    ProviderSignIn,
    SignedOut,
)
from backend.app.kit.errors import Conflict
from backend.app.kit.http import Db, Response
from backend.app.kit.http.docs import NOT_STORED
from backend.app.kit.http.operation import FORM, admits

router = APIRouter()


@router.post(
    "/providers/{provider}/sign_in",
    response_model=ProviderRedirect,
    summary="Begin a sign-in at a provider",
    openapi_extra=NOT_STORED,
)
@admits(anyone=True)
async def begin_provider_sign_in(db: Db, provider: str, given: ProviderSignIn) -> Response:
    """For browsers: go to `location` afterwards. With the secret of a link, the account at the provider becomes that of
    its person; with `link`, that of the person who is signed in."""
    db.refuse_key()
    found = await redirects.provider_of(db, provider)
    if (address := redirects.other_address(db)) is not None:
        raise Conflict(f"open the console at {address}, where {found.label} sends people back to")
    person = await requests.require_recent_sign_in(db) if given.link else None
    redirect, cookie = await redirects.begin(
        db, found, target=given.next, again=given.link, secret=given.secret, person=person
    )
    body = ProviderRedirect(location=redirect.url)
    return Response(200, body.model_dump_json().encode(), headers=[cookie])


@router.post("/sign_out", response_model=SignedOut, summary="Sign out", openapi_extra=NOT_STORED)
@admits(readers=True, incomplete=True)
async def sign_out(db: Db) -> Response:
    """Ends the session of the request, and deletes the cookie. After a sign-in at a provider, `redirect` is where the
    browser signs out there."""
    db.refuse_key()
    requests.require_person(db)
    settings, base = requests.settings_of(db), requests.base_url(db)
    found = await service.sign_out(db.database, db.ctx, str(db.caller.session), settings, base)
    return requests.without_session(db, Response(200, found.model_dump_json().encode()))


@router.post(
    "/providers/{provider}/back_channel_logout",
    response_model=EndedSessions,
    summary="End sessions for a provider",
    openapi_extra=NOT_STORED,
)
@admits(anyone=True)
async def back_channel_logout(
    db: Db, provider: str, given: Annotated[BackChannelLogout, Body(media_type=FORM)]
) -> Response:
    """For providers, which send a form when somebody signs out there (OpenID Connect Back-Channel Logout 1.0)."""
    db.refuse_key()
    found = await redirects.provider_of(db, provider)
    ended = await service.end_sessions_for(db.database, db.ctx, found, given.logout_token)
    return Response(200, ended.model_dump_json().encode())


@router.get(
    "/identities",
    response_model=IdentityList,
    summary="List your accounts at providers",
    responses=NO_ACCOUNT,
)
async def list_identities(db: Db) -> Response:
    """Those with which you sign in."""
    return await db.read(accounts.list_identities, requests.require_person(db))


@router.post("/identities/{identity_id}/unlink", response_model=IdentityRecord, summary="Unlink an account")
@admits(readers=True)
async def unlink_identity(db: Db, identity_id: str) -> Response:
    """One of your own, with which you cannot sign in any more: needs another way to sign in. Admins unlink any; the
    sessions of its person end. Needs a recent sign-in."""
    is_admin, passwords = "admin" in db.caller.roles, requests.settings_of(db).passwords
    if is_admin:
        await requests.require_confirmed(db)
    else:
        await requests.require_recent_sign_in(db)
    return await db.write(accounts.unlink, identity_id, db.caller.person, of_anyone=is_admin, passwords=passwords)
