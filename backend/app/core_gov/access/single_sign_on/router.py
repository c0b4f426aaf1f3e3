"""HTTP endpoints of single sign-on."""

from fastapi import APIRouter

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.single_sign_on import redirects
from backend.app.core_gov.access.single_sign_on.schemas import ProviderRedirect, ProviderSignIn
from backend.app.kit.errors import Conflict
from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/providers")


@router.post("/{provider}/sign_in", response_model=ProviderRedirect, summary="Begin a sign-in at a provider")
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
