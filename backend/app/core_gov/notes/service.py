"""Service of notes: write, find and correct."""

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.exports.list_export import ListExport, by_filters
from backend.app.core_gov.notes.schemas import NoteCreate, NotePatch, NoteQuery, NoteRecord
from backend.app.core_gov.notes.store import notes
from backend.app.core_gov.record_kinds import RECORD_KINDS
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.fields import values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored

TABLES = (notes,)
"""Record tables of this package."""


def create_note(tx: Tx, payload: NoteCreate) -> Stored[NoteRecord]:
    """Write a note on a record. Raises NotFound if that record does not exist."""
    RECORD_KINDS[payload.entity].require(tx, payload.entity_id)
    generated = {"id": new_id("note"), "author": tx.ctx.actor, "created_at": tx.now, "updated_at": tx.now}
    dated = {"date": payload.date or clock.local_day(tx.now)}
    record = NoteRecord(**{**dict(payload), **dated, **generated})
    stored = notes.insert(tx, record)
    audit.record_created(tx, notes, record.id, stored)
    return stored


def list_notes(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[NoteRecord]:
    return notes.page(tx, filters, limit, cursor)


NOTES_CSV = ListExport("notes", NoteRecord, NoteQuery, by_filters(list_notes), count=notes.count_all)


def get_note(tx: Tx, note_id: str) -> Stored[NoteRecord]:
    return notes.get(tx, note_id)


def patch_note(tx: Tx, note_id: str, payload: NotePatch) -> Stored[NoteRecord]:
    """Replace the fields that were sent. Raises NotFound, also if the record of a moved note does not exist."""
    stored, changes = notes.lock(tx, note_id), values_of(payload)
    after = {**stored.document, **changes}
    if any(after[name] != stored.document.get(name) for name in ("entity", "entity_id")):
        RECORD_KINDS[after["entity"]].require(tx, after["entity_id"])
    change = notes.change(tx, stored, changes)
    audit.record_changed(tx, notes, note_id, change)
    return change.after
