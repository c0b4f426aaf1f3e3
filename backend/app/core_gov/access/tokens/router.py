"""HTTP endpoints of access tokens: people manage their own, admins all."""

from fastapi import APIRouter

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.system_user import system_user
from backend.app.core_gov.access.tokens import management
from backend.app.core_gov.access.tokens.permissions import Requester
from backend.app.core_gov.access.tokens.schemas import NewToken, TokenCreate, TokenList, TokenRecord, TokenRotation
from backend.app.kit.http import Db, RequestWork, Response
from backend.app.kit.http.docs import NOT_STORED
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/tokens")


@router.get("", response_model=TokenList, summary="List access tokens")
async def list_tokens(db: Db) -> Response:
    """Your own; for admins, all. Oldest first, without their secrets."""
    return await db.read(management.list_tokens, _requester(db))


@router.post(
    "",
    response_model=NewToken,
    status_code=201,
    summary="Create an access token",
    openapi_extra=NOT_STORED,
    responses={404: {"description": "person dana@example.com not found"}},
)
@admits(readers=True)
async def create_token(db: Db, given: TokenCreate) -> Response:
    """The response shows the secret, once. People create tokens for themselves, with their own role at most, and need a
    recent sign-in; admins also for others, or for nobody. A token creates others only with the role admin and the
    scope `access:write`, and with nothing that it does not have itself."""
    db.refuse_key()
    await _require_recent(db)
    made = await db.database.write(db.ctx, management.create_token, _requester(db), given, system_user())
    return Response(db.status, made.model_dump_json().encode())


@router.post(
    "/{token_name}/rotate",
    response_model=NewToken,
    summary="Replace the secret of a token",
    openapi_extra=NOT_STORED,
)
@admits(readers=True)
async def rotate_token(db: Db, token_name: str, given: TokenRotation) -> Response:
    """The response shows the new secret, once. The old one works until the overlap ends, one from before an earlier
    rotation no more. The expiry is renewed by the same duration as before. Needs a recent sign-in."""
    db.refuse_key()
    await _require_recent(db)
    made = await db.database.write(db.ctx, management.rotate_token, _requester(db), token_name, given)
    return Response(db.status, made.model_dump_json().encode())


@router.post("/{token_name}/revoke", response_model=TokenRecord, summary="Revoke a token")
@admits(readers=True)
async def revoke_token(db: Db, token_name: str) -> Response:
    """Takes effect with the next request, for all its secrets, and cannot be undone."""
    return await db.write(management.revoke_token, _requester(db), token_name)


def _requester(db: RequestWork) -> Requester:
    caller = db.caller
    return Requester(caller.actor, caller.roles[-1], caller.person, caller.token)


async def _require_recent(db: RequestWork) -> None:
    """Raise Forbidden for a session whose sign-in was not recent. Tokens and the local user have none."""
    if db.caller.session is not None:
        await requests.require_recent_sign_in(db)
