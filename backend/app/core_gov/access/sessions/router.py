"""HTTP endpoints of sessions."""

from fastapi import APIRouter

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.requests import NO_ACCOUNT
from backend.app.core_gov.access.rules import limits_of
from backend.app.core_gov.access.sessions import service
from backend.app.core_gov.access.sessions.schemas import EndedSessions, SessionList, SessionRecord
from backend.app.kit.http import Db, Response
from backend.app.kit.http.docs import NOT_STORED
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/sessions")


@router.get("", response_model=SessionList, summary="List your sessions", responses=NO_ACCOUNT)
async def list_sessions(db: Db) -> Response:
    """The open ones, newest first."""
    person_id = requests.require_person(db)
    return await db.read(service.list_sessions, person_id, db.caller.session, limits_of(requests.settings_of(db)))


@router.post("/end_others", response_model=EndedSessions, summary="End your other sessions", openapi_extra=NOT_STORED)
@admits(readers=True)
async def end_other_sessions(db: Db) -> Response:
    """All except that of the request."""
    db.refuse_key()
    person_id = requests.require_person(db)
    return await db.write(service.end_others, person_id, db.caller.session, "ended by hand")


@router.post("/{session_id}/end", response_model=SessionRecord, summary="End a session", openapi_extra=NOT_STORED)
@admits(readers=True)
async def end_session(db: Db, session_id: str) -> Response:
    """One of your own; admins, any. Takes effect with the next request of the session."""
    db.refuse_key()
    owner = None if "admin" in db.caller.roles else requests.require_person(db)
    response = await db.write(service.end_session, session_id, "ended by hand", of_person=owner)
    return requests.without_session(db, response) if session_id == db.caller.session else response
