"""Batches of table rows with bounded memory, however long each row is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

MAX_CHARS = 8_000_000
"""Maximum characters of text in a batch, which its last row may exceed."""


class _HasCells(Protocol):
    @property
    def cells(self) -> Sequence[Any]: ...


R = TypeVar("R", bound=_HasCells)


def in_batches(rows: Iterable[R], most: int, *, max_chars: int = MAX_CHARS) -> Iterator[list[R]]:
    """Yield the rows in order, in lists of at most `most` rows and about `max_chars` characters."""
    batch: list[R] = []
    left = max_chars
    for row in rows:
        batch.append(row)
        left -= sum([len(cell) for cell in row.cells if isinstance(cell, str | bytes)])
        if len(batch) == most or left < 0:
            yield batch
            batch, left = [], max_chars
    if batch:
        yield batch
