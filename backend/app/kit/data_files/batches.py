"""Batches of table rows with bounded memory, however long each row is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_TEXTS = frozenset({str, bytes})

MAX_CHARS = 8_000_000
"""Maximum characters of text in a batch, which its last row may exceed."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row and its number. `fault` is the error in its shape, if any."""

    number: int
    cells: list[Any]
    fault: str | None = None


def _characters(cells: list[Any]) -> int:
    try:
        return len("".join(cells))  # of a CSV file, whose cells are all texts
    except TypeError:
        return sum([len(cell) for cell in cells if type(cell) in _TEXTS])


def in_batches(rows: Iterable[TableRow], most: int, *, max_chars: int = MAX_CHARS) -> Iterator[list[TableRow]]:
    """Yield the rows in order, in lists of at most `most` rows and about `max_chars` characters."""
    batch: list[TableRow] = []
    left = max_chars
    for row in rows:
        batch.append(row)
        left -= _characters(row.cells)
        if len(batch) == most or left < 0:
            yield batch
            batch, left = [], max_chars
    if batch:
        yield batch
