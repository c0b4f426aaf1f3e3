"""HTTP endpoints of people, for admins."""

from fastapi import APIRouter

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.email_addresses import service as email_addresses
from backend.app.core_gov.access.email_addresses.schemas import PersonEdit
from backend.app.core_gov.access.email_addresses.service import Follow
from backend.app.core_gov.access.people import service
from backend.app.core_gov.access.people.links import NewLink
from backend.app.core_gov.access.people.look_alikes import look_alike_warnings
from backend.app.core_gov.access.people.schemas import (
    InvitationCreate,
    PersonLink,
    PersonList,
    PersonRecord,
)
from backend.app.core_gov.access.rules import limits_of
from backend.app.core_gov.access.sessions.schemas import EndedSessions, SessionList
from backend.app.kit.http import Db, RequestWork, Response
from backend.app.kit.http.docs import NOT_STORED
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/people")


@router.get("", response_model=PersonList, summary="List the people who can sign in")
@admits(role="admin")
async def list_people(db: Db) -> Response:
    """All of them, by email address."""
    return await db.read(service.list_people)


@router.post("", response_model=PersonLink, status_code=201, summary="Invite a person", openapi_extra=NOT_STORED)
@admits(role="admin")
async def invite_person(db: Db, invitation: InvitationCreate) -> Response:
    """Returns the link of the invitation, which works once within 72 hours. Nothing is sent. Inviting someone again who
    has not accepted yet replaces the link."""
    db.refuse_key()
    await requests.require_confirmed(db)
    return _shown(db, await db.database.write(db.ctx, service.invite, invitation))


@router.get("/{person_id}", response_model=PersonRecord, summary="Read a person")
@admits(role="admin")
async def get_person(db: Db, person_id: str) -> Response:
    return await db.read(service.read_person, person_id)


def changes(follow: Follow) -> APIRouter:
    """Return the router of changes; `follow` gives to a new email address what is kept under the earlier one."""
    changing = APIRouter(prefix="/people")

    @changing.patch("/{person_id}", response_model=PersonRecord, summary="Change a person")
    @admits(role="admin")
    async def patch_person(db: Db, person_id: str, patch: PersonEdit) -> Response:
        """A new role or email address ends the sessions of the person; so does disabling. The last admin stays one:
        409."""
        await requests.require_confirmed(db)
        return await db.write(email_addresses.change_person, person_id, patch, follow)

    return changing


@router.post(
    "/{person_id}/reset",
    response_model=PersonLink,
    status_code=201,
    summary="Create a link for a new password",
    openapi_extra=NOT_STORED,
)
@admits(role="admin")
async def reset_password(db: Db, person_id: str) -> Response:
    """The link works once within 72 hours. Nothing is sent. It does not replace a second factor."""
    db.refuse_key()
    await requests.require_confirmed(db)
    return _shown(db, await db.database.write(db.ctx, service.create_reset, person_id))


@router.get("/{person_id}/sessions", response_model=SessionList, summary="List the sessions of a person")
@admits(role="admin")
async def list_sessions_of_person(db: Db, person_id: str) -> Response:
    """The open ones, newest first."""
    limits = limits_of(requests.settings_of(db))
    return await db.snapshot(service.list_sessions, person_id, db.caller.session, limits)


@router.post(
    "/{person_id}/end_sessions",
    response_model=EndedSessions,
    summary="End all sessions of a person",
    openapi_extra=NOT_STORED,
)
@admits(role="admin")
async def end_sessions_of_person(db: Db, person_id: str) -> Response:
    """Takes effect with the next request of each. The person can sign in again: disable the account to prevent it."""
    db.refuse_key()
    return await db.write(service.end_sessions, person_id)


def _shown(db: RequestWork, made: NewLink) -> Response:
    record = service.record_of(made.person)
    link = PersonLink(
        person=record,
        kind=made.kind,
        link=made.url(requests.base_url(db)),
        expires_at=made.expires_at,
        warnings=look_alike_warnings(record.email),
    )
    return Response(db.status, link.model_dump_json().encode())
