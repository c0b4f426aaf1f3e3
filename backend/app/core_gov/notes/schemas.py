"""Request and response schemas of notes."""

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from backend.app.core_gov.record_kinds import RecordKind
from backend.app.kit.fields import (
    EMPTY_META,
    Fields,
    FilterText,
    Identified,
    IsoDate,
    Key,
    Listing,
    Meta,
    NonBlank,
    Record,
    partial,
)
from backend.app.kit.query import ListQuery, unpaged

NoteStatus = Literal["active", "archived"]

NOTE: dict[str, Any] = {
    "entity": "deal",
    "entity_id": "deal_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "text": "The seller wants to close before the school year.",
    "date": "2026-03-02",
}


class NoteCreate(Fields):
    """Fields of a new note."""

    model_config = ConfigDict(json_schema_extra={"examples": [NOTE]})

    entity: RecordKind = Field(description="Kind of the record that the note is about, as in the audit trail")
    entity_id: Key = Field(description="Id of that record, which must be on file")
    text: NonBlank = Field(description="What to remember")
    date: IsoDate | None = Field(default=None, description="Day that the note is about; default: the company's day")
    status: NoteStatus = Field(default="active", description="Archived instead of deleted")
    meta: Meta = EMPTY_META


@partial
class NotePatch(NoteCreate):
    """Fields to change in a note."""

    date: IsoDate = Field(description="Day that the note is about")


class NoteRecord(Record, NoteCreate, Identified):
    """A stored note."""

    example: ClassVar[dict[str, Any]] = NOTE | {"id": "note_0195d3a1c2f4a1b2c3d4e5f60718293a", "author": "dana"}

    id: str = Field(description="`note_…`")
    date: IsoDate = Field(description="Day that the note is about")
    author: str = Field(description="Who wrote the note")


class NoteList(Listing):
    """A page of notes."""

    items: list[NoteRecord]


class NoteQuery(ListQuery):
    """Filters of the list of notes."""

    entity: RecordKind | None = Field(default=None, description="Only notes on this kind of record")
    entity_id: FilterText | None = Field(default=None, description="Only notes on this record")
    author: FilterText | None = Field(default=None, description="Only notes of this author")
    status: NoteStatus | None = Field(default=None, description="Only notes in this status")


@unpaged
class NoteExportQuery(NoteQuery):
    """Filters of an export of notes."""
