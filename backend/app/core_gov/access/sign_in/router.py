"""HTTP endpoints of signing in and out, and of passwords."""

from fastapi import APIRouter

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.factors.schemas import FactorCode, PasskeyAssertion, PasskeyOptions
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import LinkSecret, LinkState, PersonRecord
from backend.app.core_gov.access.sessions.schemas import SignedIn
from backend.app.core_gov.access.sign_in import passkey_sign_in, second_step, service
from backend.app.core_gov.access.sign_in.schemas import Confirmation, LinkAcceptance, PasswordChange, PasswordSignIn
from backend.app.kit.http import Db, RequestWork, Response
from backend.app.kit.http.docs import NOT_STORED
from backend.app.kit.http.operation import admits

router = APIRouter()


@router.get("/me", response_model=SignedIn, summary="Say who the caller is")
@admits(incomplete=True)
async def get_me(db: Db) -> Response:
    """Works with a session, with a token, and as the user of this machine."""
    caller, rules = db.caller, requests.sign_in_rules(db)
    return await db.snapshot(service.describe_caller, caller.actor, caller.roles, caller.session, rules)


@router.post("/sign_in", response_model=SignedIn, summary="Sign in with a password", openapi_extra=NOT_STORED)
@admits(anyone=True)
async def sign_in(db: Db, given: PasswordSignIn) -> Response:
    """Sets the session cookie. Over plain HTTP, only on this machine. If a second factor is to follow, `stage` says so.
    Failed attempts delay further ones: 429."""
    db.refuse_key()
    arrival, rules = requests.arrival_of(db), requests.sign_in_rules(db)
    return requests.signed_in(db, await service.sign_in(db.database, arrival, given, rules))


@router.post(
    "/sign_in/code", response_model=SignedIn, summary="Complete a sign-in with a code", openapi_extra=NOT_STORED
)
@admits(incomplete=True, readers=True)
async def give_code(db: Db, given: FactorCode) -> Response:
    """The second step, for sessions whose `stage` is `factor`: a code of the authenticator app, or a recovery code. A
    new session replaces the current one. Each code works once. Failed attempts delay further ones: 429."""
    db.refuse_key()
    arrival, rules = requests.arrival_of(db), requests.sign_in_rules(db)
    return requests.signed_in(db, await second_step.give_code(db.database, arrival, given, rules))


@router.post(
    "/sign_in/passkey/begin",
    response_model=PasskeyOptions,
    summary="Begin to sign in with a passkey",
    openapi_extra=NOT_STORED,
)
@admits(anyone=True)
async def begin_passkey_sign_in(db: Db) -> Response:
    """Returns the options for `navigator.credentials.get` in the browser: for the second step if the session lacks it,
    else for signing in without a password. Passkeys work on host names only, not on IP addresses: 409."""
    db.refuse_key()
    arrival, site, rules = requests.arrival_of(db), requests.site_of(db), requests.sign_in_rules(db)
    return _options(db, await db.database.write(db.ctx, passkey_sign_in.begin_sign_in, arrival, site, rules))


@router.post("/sign_in/passkey", response_model=SignedIn, summary="Sign in with a passkey", openapi_extra=NOT_STORED)
@admits(anyone=True)
async def sign_in_with_passkey(db: Db, given: PasskeyAssertion) -> Response:
    """Takes what the browser has signed. A passkey without a password counts as both factors."""
    db.refuse_key()
    arrival, site, rules = requests.arrival_of(db), requests.site_of(db), requests.sign_in_rules(db)
    purpose = await db.database.snapshot(passkey_sign_in.purpose_of, arrival, rules)
    return requests.signed_in(db, await passkey_sign_in.finish(db.database, arrival, purpose, given, site, rules))


@router.post(
    "/confirm/passkey/begin",
    response_model=PasskeyOptions,
    summary="Begin to confirm with a passkey",
    openapi_extra=NOT_STORED,
)
@admits(readers=True)
async def begin_passkey_confirmation(db: Db) -> Response:
    """Returns the options for `navigator.credentials.get` in the browser."""
    db.refuse_key()
    requests.require_person(db)
    arrival, site, rules = requests.arrival_of(db), requests.site_of(db), requests.sign_in_rules(db)
    return _options(db, await db.database.write(db.ctx, passkey_sign_in.begin_confirmation, arrival, site, rules))


@router.post(
    "/confirm/passkey",
    response_model=SignedIn,
    summary="Confirm that it is you with a passkey",
    openapi_extra=NOT_STORED,
)
@admits(readers=True)
async def confirm_with_passkey(db: Db, given: PasskeyAssertion) -> Response:
    """Takes what the browser has signed. The session gets a new token."""
    db.refuse_key()
    requests.require_person(db)
    arrival, site, rules = requests.arrival_of(db), requests.site_of(db), requests.sign_in_rules(db)
    return requests.signed_in(db, await passkey_sign_in.finish(db.database, arrival, "confirm", given, site, rules))


def _options(db: RequestWork, options: PasskeyOptions) -> Response:
    """Return options for the browser. They are not stored, because each challenge works once."""
    return Response(db.status, options.model_dump_json(by_alias=True).encode())


@router.post("/confirm", response_model=SignedIn, summary="Confirm that it is you", openapi_extra=NOT_STORED)
@admits(readers=True)
async def confirm(db: Db, given: Confirmation) -> Response:
    """For what needs a recent sign-in, without signing out. Takes a code or, from people without a second factor, the
    password. The session gets a new token."""
    db.refuse_key()
    requests.require_person(db)
    arrival, rules = requests.arrival_of(db), requests.sign_in_rules(db)
    return requests.signed_in(db, await second_step.confirm(db.database, arrival, given, rules))


@router.post(
    "/links/read",
    response_model=LinkState,
    summary="Read what a link is for",
    responses={404: {"description": "link not found"}},
)
@admits(anyone=True)
async def read_link(db: Db, given: LinkSecret) -> Response:
    """An invitation, or a reset of a password. The link stays valid."""
    return await db.read(service.read_link, given.secret, requests.sign_in_rules(db))


@router.post(
    "/links/accept",
    response_model=SignedIn,
    summary="Set a password by a link",
    openapi_extra=NOT_STORED,
    responses={404: {"description": "link not found"}},
)
@admits(anyone=True)
async def accept_link(db: Db, given: LinkAcceptance) -> Response:
    """Uses the link up, and signs the person in. An existing second factor is asked for."""
    db.refuse_key()
    arrival, rules = requests.arrival_of(db), requests.sign_in_rules(db)
    return requests.signed_in(db, await service.accept_link(db.database, arrival, given, rules))


@router.post("/password", response_model=PersonRecord, summary="Change your password", openapi_extra=NOT_STORED)
@admits(readers=True)
async def change_password(db: Db, given: PasswordChange) -> Response:
    """Ends your other sessions. Needs the current password."""
    db.refuse_key()
    person_id = requests.require_person(db)
    arrival, rules = requests.arrival_of(db), requests.sign_in_rules(db)
    await service.change_password(db.database, arrival, person_id, given, rules)
    return await db.read(people.read_person, person_id)
