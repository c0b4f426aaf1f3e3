"""Table of notes."""

from backend.app.core_gov.notes.schemas import NoteRecord
from backend.app.kit.records import RecordTable
from backend.app.kit.search import SearchedFields

notes = RecordTable(
    "notes",
    NoteRecord,
    entity="note",
    file="notes/notes.json",
    prefix="note",
    filters=("entity", "entity_id", "author", "status"),
    searched=SearchedFields(words=("text", "author")),
)
