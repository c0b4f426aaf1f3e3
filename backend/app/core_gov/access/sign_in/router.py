"""HTTP endpoints of signing in and out, and of passwords."""

from fastapi import APIRouter

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import LinkSecret, LinkState, PersonRecord
from backend.app.core_gov.access.sessions.schemas import SignedIn
from backend.app.core_gov.access.sign_in import service
from backend.app.core_gov.access.sign_in.schemas import LinkAcceptance, PasswordChange, PasswordSignIn
from backend.app.kit.http import Db, Response
from backend.app.kit.http.docs import NOT_STORED
from backend.app.kit.http.operation import admits

router = APIRouter()


@router.get("/me", response_model=SignedIn, summary="Say who the caller is")
@admits(incomplete=True)
async def get_me(db: Db) -> Response:
    """Works with a session, with a token, and as the user of this machine."""
    return await db.read(service.describe_caller, db.caller.actor, db.caller.roles, db.caller.session)


@router.post("/sign_in", response_model=SignedIn, summary="Sign in with a password", openapi_extra=NOT_STORED)
@admits(anyone=True)
async def sign_in(db: Db, given: PasswordSignIn) -> Response:
    """Sets the session cookie. Over plain HTTP, only on this machine. If a second factor is to follow, `stage` says so.
    Failed attempts delay further ones: 429."""
    db.refuse_key()
    arrival, rules = requests.arrival_of(db), requests.sign_in_rules(db)
    return requests.signed_in(db, await service.sign_in(db.database, arrival, given, rules))


@router.post("/sign_out", response_model=SignedIn, summary="Sign out", openapi_extra=NOT_STORED)
@admits(readers=True, incomplete=True)
async def sign_out(db: Db) -> Response:
    """Ends the session of the request, and deletes the cookie."""
    db.refuse_key()
    requests.require_person(db)
    return requests.without_session(db, await db.write(service.sign_out, str(db.caller.session)))


@router.post("/links/read", response_model=LinkState, summary="Read what a link is for")
@admits(anyone=True)
async def read_link(db: Db, given: LinkSecret) -> Response:
    """An invitation, or a reset of a password. The link stays valid."""
    return await db.read(service.read_link, given.secret, requests.sign_in_rules(db))


@router.post("/links/accept", response_model=SignedIn, summary="Set a password by a link", openapi_extra=NOT_STORED)
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
