"""Table of notes."""

from backend.app.core_gov.notes.schemas import NoteRecord
from backend.app.kit.records import RecordTable

notes = RecordTable(
    "notes",
    NoteRecord,
    entity="note",
    file="notes/notes.json",
    prefix="note",
    filters=("entity", "entity_id", "author", "status"),
)
