"""Reading a table of typed values from a Parquet file, a piece at a time."""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.app.kit.errors import BadInput

MAGIC = b"PAR1"
"""How a Parquet file begins, and ends."""

_TAIL = 8
"""The bytes at the end: the length of the footer before them, and the magic."""


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row and its number."""

    number: int
    cells: list[Any]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """A file that was read once from end to end, so that reading it again finds no fault."""

    path: Path
    columns: tuple[str, ...]
    count: int

    def rows(self) -> Generator[TypedRow, None, None]:
        """Every row, numbered from 1; values are those of Python, and None for one that is not there."""
        number = 0
        for batch in _batches(self.path):
            columns = [batch.column(name).to_pylist() for name in self.columns]
            for values in zip(*columns, strict=True):
                number += 1
                yield TypedRow(number, [value.strip() if isinstance(value, str) else value for value in values])


def read_parquet(path: Path) -> ParquetTable:
    """Reads the whole file and keeps its shape; raises BadInput when it is not whole."""
    count = 0
    with _reading(path):
        _check_end(path)
        columns = tuple(each.name for each in _opened(path).schema)
    for batch in _batches(path):
        count += batch.num_rows
    if len(set(columns)) < len(columns):
        raise BadInput(f"{path.name} has two columns of one name; give them names of their own")
    return ParquetTable(path, columns, count)


def _check_end(path: Path) -> None:
    """Raises ValueError for a file that was cut off: the reader would write to standard error of it."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        length, magic = file.read(4), file.read()
    if magic != MAGIC or int.from_bytes(length, "little") > size - _TAIL - len(MAGIC):
        raise ValueError("its end is missing")


def _opened(path: Path) -> Any:
    from arro3.io import read_parquet as opened  # what never imports a Parquet file need not pay for it

    return opened(str(path))


def _batches(path: Path) -> Iterator[Any]:
    with _reading(path):
        yield from _opened(path)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except BadInput:
        raise
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    except BaseException as error:  # the reader has exceptions of its own, and what Rust panics with is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadInput(f"{path.name} is no complete Parquet file: {reason}") from None
