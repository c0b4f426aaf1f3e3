"""HTTP endpoints of drafts and of the send log."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.comms import service
from backend.app.core_gov.comms.schemas import (
    DraftCreate,
    DraftExportQuery,
    DraftList,
    DraftPatch,
    DraftQuery,
    DraftRecord,
    SendLogExportQuery,
    SendLogList,
    SendLogQuery,
    SendLogRecord,
    SentQuery,
)
from backend.app.core_gov.exports.router import EXPORT, export
from backend.app.kit.http import Db, RequestWork, Response
from backend.app.settings import Settings

router = APIRouter(prefix="/comms", tags=["comms"])


@router.post("/drafts", status_code=201, response_model=DraftRecord, summary="Create a draft")
async def create_draft(db: Db, payload: DraftCreate) -> Response:
    return await db.write(service.create_draft, payload, _separate_review(db))


@router.get("/drafts", response_model=DraftList, summary="List drafts")
async def list_drafts(db: Db, query: Annotated[DraftQuery, Query()]) -> Response:
    """Newest first, unless `sort` is given."""
    return await db.listing(service.list_drafts, query)


@router.get("/drafts/export", summary="Export drafts as CSV", **EXPORT)
async def export_drafts(db: Db, query: Annotated[DraftExportQuery, Query()]) -> Response:
    """The drafts of the list with the same parameters, in the same order."""
    return await export(db, service.DRAFTS_CSV, query)


@router.get("/drafts/{draft_id}", response_model=DraftRecord, summary="Read a draft")
async def get_draft(db: Db, draft_id: str) -> Response:
    return await db.read(service.get_draft, draft_id)


@router.patch(
    "/drafts/{draft_id}",
    response_model=DraftRecord,
    summary="Change a draft",
    responses={409: {"description": "a draft that was sent cannot become ready; make a new draft"}},
)
async def patch_draft(db: Db, draft_id: str, payload: DraftPatch) -> Response:
    """Replaces each field that is sent, `tags` and `meta` as a whole; null clears a field that may be null.

    The content of a sent draft cannot change, and only mark_sent sets the status to sent: otherwise 409.
    """
    return await db.write(service.patch_draft, draft_id, payload, _separate_review(db))


@router.post(
    "/drafts/{draft_id}/mark_sent",
    response_model=SendLogRecord,
    summary="Mark a draft as sent",
    responses={409: {"description": "this draft was sent already, by twilio with reference SM0123456789abcdef"}},
)
async def mark_sent(db: Db, draft_id: str, query: Annotated[SentQuery, Query()]) -> Response:
    """Writes the send-log entry and sets the draft to sent in one transaction.

    Repeating the call with the same provider and provider_ref returns the same entry; with different ones, 409.
    """
    return await db.write(service.mark_sent, draft_id, query.provider, query.provider_ref)


@router.post("/drafts/{draft_id}/copy", status_code=201, response_model=DraftRecord, summary="Copy a draft")
async def copy_draft(db: Db, draft_id: str) -> Response:
    """A new draft with the same content, to send a message again."""
    return await db.write(service.copy_draft, draft_id)


@router.get("/sendlog", response_model=SendLogList, summary="List the send log")
async def list_sendlog(db: Db, query: Annotated[SendLogQuery, Query()]) -> Response:
    """Newest first, unless `sort` is given."""
    return await db.listing(service.list_sendlog, query)


@router.get("/sendlog/export", summary="Export the send log as CSV", **EXPORT)
async def export_sendlog(db: Db, query: Annotated[SendLogExportQuery, Query()]) -> Response:
    """The entries of the list with the same parameters, in the same order."""
    return await export(db, service.SENDLOG_CSV, query)


def _separate_review(db: RequestWork) -> bool:
    """Return whether someone other than the author must mark a draft as ready."""
    assert isinstance(db.site, Settings)
    return db.site.separate_review
