"""CSV of a list as it is filtered and sorted, from one snapshot."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from backend.app.kit.data_files.csv_safety import cell
from backend.app.kit.data_files.csv_text import Cell, csv_portions
from backend.app.kit.db import ReadSnapshot, Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import faults_of
from backend.app.kit.lists.pages import every_page
from backend.app.kit.query import ListQuery, RecordQuery
from backend.app.kit.records import Page

EVERYONE = "viewer"
"""Role that every caller has."""


class CsvExport(Protocol):
    """Rows that can be exported as CSV. `name` is that of the file; `role` is the one that reading them needs."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...

    def csv(self, tx: ReadSnapshot, wanted: dict[str, Any]) -> Iterator[tuple[bytes, int]]:
        """Yield the CSV in portions, each with its number of rows. Raises BadInput if `wanted` is not valid."""

    def total(self, tx: ReadSnapshot, wanted: dict[str, Any]) -> int:
        """Return the number of rows. Raises BadInput if `wanted` is not valid."""


@dataclass(frozen=True, slots=True)
class ListExport:
    """A list that can be exported: its name, the models of its items and its query, and the service that lists them.

    The export reads page after page of that service in one snapshot. So it has the rows of the list, in its order.
    `role` is the one that reading the list needs. `count` counts the items that match filters; without it, the service
    does, as that of a list of records can.
    """

    name: str
    model: type[BaseModel]
    query: type[ListQuery]
    page: Callable[[Tx, Any], Page[Any]]
    role: str = EVERYONE
    count: Callable[[Tx, dict[str, Any]], int] | None = None
    columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = [name for name in self.model.model_fields if name not in _LAST]
        object.__setattr__(self, "columns", (*names, *(name for name in _LAST if name in self.model.model_fields)))

    def csv(self, tx: ReadSnapshot, wanted: dict[str, Any]) -> Iterator[tuple[bytes, int]]:
        """Yield the list as CSV in portions, each with its number of rows; first the header.

        `wanted` are filters and sort, as JSON. Raises BadInput if they are not those of this version.
        """
        pages = every_page(tx, self.page, self._query(wanted))
        return csv_portions(self.columns, ([self._cells(doc) for doc in page.docs] for page in pages))

    def total(self, tx: ReadSnapshot, wanted: dict[str, Any]) -> int:
        """Return the number of rows, in much less time than `csv` takes. Raises BadInput as `csv` does."""
        query = self._query(wanted)
        if self.count is not None:
            return self.count(tx, query.filters)
        assert isinstance(query, RecordQuery)
        found = self.page(tx, query.counting_all()).count
        assert found is not None
        return found.number

    def _query(self, wanted: dict[str, Any]) -> ListQuery:
        try:
            return self.query.model_validate(wanted)
        except ValidationError as error:
            raise BadInput.of(faults_of(error)) from None

    def _cells(self, doc: str) -> list[Cell]:
        """Return the cells of a document. One that was damaged by hand goes unchanged into the first cell."""
        try:
            fields = json.loads(doc)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            return [cell(doc), *([""] * (len(self.columns) - 1))]
        return [cell(fields.get(column)) for column in self.columns]


def by_filters(
    list_items: Callable[[Tx, dict[str, Any], int, str | None], Page[Any]],
) -> Callable[[Tx, ListQuery], Page[Any]]:
    """Return the service of a list that takes filters, limit and cursor as one that takes a query."""

    def page(tx: Tx, query: ListQuery) -> Page[Any]:
        return list_items(tx, query.filters, query.limit, query.cursor)

    return page


_LAST = ("created_at", "updated_at")
"""Columns that come last."""
