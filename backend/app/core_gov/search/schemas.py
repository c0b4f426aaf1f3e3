"""Request and response schemas of the search."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.app.kit.query import Integer, QueryFields

SearchKind = Literal["deal", "partner", "link", "property", "draft", "sendlog", "appraisal", "note", "sale"]

MAX_Q = 200
MAX_HITS = 100

_HITS: dict[str, Any] = {
    "items": [
        {
            "kind": "property",
            "id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
            "title": "114 Elm Street, Unit 2",
            "subtitle": "Hamilton, ON, L8L 4V7",
            "status": "analyzing",
            "updated_at": "2026-01-31T09:30:00.000000Z",
            "path": "/core/property/properties/pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
            "exact": False,
        }
    ],
    "more": False,
}


class SearchQuery(QueryFields):
    """Text to search for, and which records."""

    q: Annotated[str, Field(min_length=1, max_length=MAX_Q)] = Field(
        description="Beginnings of words, or an identifier: id, phone number, email address, postal code, parcel number"
    )
    kind: SearchKind | None = Field(default=None, description="Only records of this kind")
    limit: Integer = Field(default=20, ge=1, le=MAX_HITS, description="Maximum number of hits")


class SearchHit(BaseModel):
    """A record that was found."""

    kind: SearchKind = Field(description="Kind of record")
    id: str = Field(description="ID of the record")
    title: str = Field(description="Name, address or subject")
    subtitle: str = Field(description="Details on one line; may be empty")
    status: str | None = Field(description="Status of the record; null if its kind has none")
    updated_at: str = Field(description="Time of the last change (UTC)")
    path: str = Field(description="Path of the record in this API, or of a list that holds it")
    exact: bool = Field(description="Whether the text is an identifier of the record, in any spelling")


class SearchHits(BaseModel):
    """Found records: those with the identifier first, then the others; each group newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HITS]})

    items: list[SearchHit] = Field(description="Found records")
    more: bool = Field(description="Whether more records match")
