"""HTTP endpoints of one's own second factors."""

from fastapi import APIRouter
from pydantic import BaseModel

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.factors.schemas import (
    FactorCode,
    FactorList,
    FactorRemoval,
    FactorsChanged,
    PasskeyCreate,
    PasskeyOptions,
    PasskeyPatch,
    PasskeyRecord,
    RecoveryCodes,
    TotpSetup,
)
from backend.app.core_gov.access.requests import NO_ACCOUNT
from backend.app.core_gov.access.sign_in import factor_changes
from backend.app.core_gov.access.sign_in.factor_changes import FactorAdded
from backend.app.core_gov.access.sign_in.service import Arrival, SignInRules
from backend.app.kit.http import Db, RequestWork, Response
from backend.app.kit.http.docs import NOT_STORED
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/factors")


@router.get("", response_model=FactorList, summary="List your second factors", responses=NO_ACCOUNT)
@admits(incomplete=True)
async def list_factors(db: Db) -> Response:
    """Those of the person who is signed in."""
    requests.require_person(db)
    return await db.snapshot(factor_changes.list_own, *_of(db))


@router.post("/totp", response_model=TotpSetup, summary="Start with an authenticator app", openapi_extra=NOT_STORED)
@admits(incomplete=True, readers=True)
async def start_totp(db: Db) -> Response:
    """Returns a new secret. It counts when a code confirms it; until then, the current app stays. Needs a recent
    sign-in."""
    db.refuse_key()
    return _shown(db, await db.database.write(db.ctx, factor_changes.start_totp, *_of(db)))


@router.post(
    "/totp/confirm", response_model=FactorsChanged, summary="Confirm the authenticator app", openapi_extra=NOT_STORED
)
@admits(incomplete=True, readers=True)
async def confirm_totp(db: Db, given: FactorCode) -> Response:
    """Takes the first code of the app, which counts from now on. Returns recovery codes if there were none, and
    completes the sign-in of somebody who needs a second factor. Other sessions end."""
    db.refuse_key()
    arrival, rules = _of(db)
    return _added(db, await db.database.write(db.ctx, factor_changes.confirm_totp, arrival, given.code, rules))


@router.post(
    "/totp/remove", response_model=FactorList, summary="Remove the authenticator app", openapi_extra=NOT_STORED
)
@admits(readers=True)
async def remove_totp(db: Db, given: FactorRemoval) -> Response:
    """Ends your other sessions. The last factor stays if the role requires one, or if the password is too short to be
    the only factor: 409. Needs a recent sign-in."""
    db.refuse_key()
    arrival, rules = _of(db)
    return _shown(db, await factor_changes.remove(db.database, arrival, None, given, rules))


@router.post(
    "/recovery_codes", response_model=RecoveryCodes, summary="Create new recovery codes", openapi_extra=NOT_STORED
)
@admits(readers=True)
async def new_recovery_codes(db: Db) -> Response:
    """Ten codes, which replace the earlier ones and cannot be shown again. Needs a recent sign-in."""
    db.refuse_key()
    return _shown(db, await db.database.write(db.ctx, factor_changes.new_codes, *_of(db)))


@router.post(
    "/passkeys/begin", response_model=PasskeyOptions, summary="Begin to add a passkey", openapi_extra=NOT_STORED
)
@admits(incomplete=True, readers=True)
async def begin_passkey(db: Db) -> Response:
    """Returns the options for `navigator.credentials.create` in the browser. Passkeys are bound to the host name of the
    page, and work on no IP address: 409. Needs a recent sign-in."""
    db.refuse_key()
    arrival, rules = _of(db)
    options = await db.database.write(db.ctx, factor_changes.begin_passkey, arrival, requests.site_of(db), rules)
    return _shown(db, options)


@router.post(
    "/passkeys", response_model=FactorsChanged, status_code=201, summary="Add a passkey", openapi_extra=NOT_STORED
)
@admits(incomplete=True, readers=True)
async def add_passkey(db: Db, given: PasskeyCreate) -> Response:
    """Takes what the browser has created. Returns recovery codes if there were none, and completes the sign-in of
    somebody who needs a second factor."""
    db.refuse_key()
    arrival, rules = _of(db)
    return _added(db, await factor_changes.add_passkey(db.database, arrival, given, requests.site_of(db), rules))


@router.patch("/passkeys/{passkey_id}", response_model=PasskeyRecord, summary="Rename a passkey")
@admits(readers=True)
async def patch_passkey(db: Db, passkey_id: str, patch: PasskeyPatch) -> Response:
    """Needs a recent sign-in."""
    arrival, rules = _of(db)
    return await db.write(factor_changes.rename_passkey, arrival, passkey_id, patch, rules)


@router.post(
    "/passkeys/{passkey_id}/remove", response_model=FactorList, summary="Remove a passkey", openapi_extra=NOT_STORED
)
@admits(readers=True)
async def remove_passkey(db: Db, passkey_id: str, given: FactorRemoval) -> Response:
    """Ends your other sessions. The last factor stays if the role requires one, or if the password is too short to be
    the only factor: 409. Needs a recent sign-in."""
    db.refuse_key()
    arrival, rules = _of(db)
    return _shown(db, await factor_changes.remove(db.database, arrival, passkey_id, given, rules))


def _of(db: RequestWork) -> tuple[Arrival, SignInRules]:
    """Return where a request comes from, and the rules. Raises Conflict for tokens and the local user."""
    requests.require_person(db)
    return requests.arrival_of(db), requests.sign_in_rules(db)


def _shown(db: RequestWork, found: BaseModel) -> Response:
    """Return a response that is not stored, because it holds secrets."""
    return Response(db.status, found.model_dump_json(by_alias=True).encode())


def _added(db: RequestWork, added: FactorAdded) -> Response:
    session = added.session
    changed = FactorsChanged(
        factors=added.factors,
        recovery_codes=added.recovery_codes,
        signed_in=requests.signed_in_as(session) if session else None,
    )
    response = _shown(db, changed)
    return requests.with_session(db, response, session) if session else response
