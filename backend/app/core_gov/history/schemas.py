"""Query of the history of a record."""

from typing import Annotated, Literal

from pydantic import Field

from backend.app.core_gov.record_kinds import RecordKind
from backend.app.kit.query import ListQuery

HistoryKind = Literal[RecordKind, "note", "view"]


class HistoryQuery(ListQuery):
    """The record whose history is listed, and paging."""

    entity: HistoryKind = Field(description="Kind of record, as in the audit trail")
    entity_id: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="Id of the record")
