"""HTTP endpoints of notes."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.exports.router import EXPORT, export
from backend.app.core_gov.notes import service
from backend.app.core_gov.notes.schemas import (
    NoteCreate,
    NoteExportQuery,
    NoteList,
    NotePatch,
    NoteQuery,
    NoteRecord,
)
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/notes", tags=["notes"])


@router.post(
    "",
    status_code=201,
    response_model=NoteRecord,
    summary="Write a note",
    responses={404: {"description": "the record that the note is about was not found"}},
)
async def create_note(db: Db, payload: NoteCreate) -> Response:
    """The record that the note is about must be on file (otherwise 404). The author is the caller."""
    return await db.write(service.create_note, payload)


@router.get("", response_model=NoteList, summary="List notes, newest first")
async def list_notes(db: Db, query: Annotated[NoteQuery, Query()]) -> Response:
    return await db.read(service.list_notes, query.filters, query.limit, query.cursor)


@router.get("/export", summary="Export notes as CSV", **EXPORT)
async def export_notes(db: Db, query: Annotated[NoteExportQuery, Query()]) -> Response:
    """The notes of the list with the same parameters, in the same order."""
    return await export(db, service.NOTES_CSV, query)


@router.get("/{note_id}", response_model=NoteRecord, summary="Read a note")
async def get_note(db: Db, note_id: str) -> Response:
    return await db.read(service.get_note, note_id)


@router.patch("/{note_id}", response_model=NoteRecord, summary="Correct a note")
async def patch_note(db: Db, note_id: str, payload: NotePatch) -> Response:
    """Replaces each field that is sent, `meta` as a whole. The author stays."""
    return await db.write(service.patch_note, note_id, payload)
