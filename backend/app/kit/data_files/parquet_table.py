"""Reading a table of typed values from a Parquet file, a piece at a time."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.app.kit.data_files.csv_table import MAX_COLUMNS
from backend.app.kit.data_files.parquet_pages import batch_rows
from backend.app.kit.errors import BadInput

MAGIC = b"PAR1"
"""How a Parquet file begins, and ends."""

MAX_MEMORY = 4 * 1024**3
"""So much address space the reader may take, libraries and all, where the system can limit it."""

_SAID = 3
_COUNT = f"""
import os, sys
path, rows, most = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
try:
    from arro3.io import read_parquet
    print(sum(batch.num_rows for batch in read_parquet(path, batch_size=rows)))
except BaseException as error:
    print((str(error).splitlines() or [type(error).__name__])[0])
    sys.exit({_SAID})
"""
"""What the process does that reads a file first: it prints the number of rows, or what is wrong."""

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
    at_once: int

    def rows(self) -> Generator[TypedRow, None, None]:
        """Every row, numbered from 1; values are those of Python, and None for one that is not there."""
        number = 0
        for batch in _batches(self.path, self.at_once):
            columns = [column.to_pylist() for column in batch.columns]
            for values in zip(*columns, strict=True):
                number += 1
                yield TypedRow(number, [value.strip() if isinstance(value, str) else value for value in values])


def read_parquet(path: Path) -> ParquetTable:
    """Reads the whole file and keeps its shape; raises BadInput when it is not whole."""
    with _reading(path):
        _check_end(path)
        at_once = batch_rows(path)
        count = _counted(path, at_once)
        columns = tuple(each.name for each in _opened(path, at_once).schema)
    if len(columns) > MAX_COLUMNS:
        raise BadInput(f"{path.name} has {len(columns):,} columns; at most {MAX_COLUMNS:,} are read")
    if len(set(columns)) < len(columns):
        raise BadInput(f"{path.name} has two columns of one name; give them names of their own")
    return ParquetTable(path, columns, count, at_once)


def _counted(path: Path, at_once: int) -> int:
    """Reads the whole file in a process of its own; raises ValueError when that ends badly.

    The reader ends its process at once for some files that are damaged, and where it gets no memory.
    """
    command = [sys.executable, "-c", _COUNT, str(path), str(at_once), str(MAX_MEMORY)]
    done = subprocess.run(command, capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode == 0 and said.isdecimal():
        return int(said)
    raise ValueError(said if done.returncode == _SAID and said else "it is damaged, or takes too much memory")


def _check_end(path: Path) -> None:
    """Raises ValueError for a file that was cut off: the reader would write to standard error of it."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        length, magic = file.read(4), file.read()
    if magic != MAGIC or int.from_bytes(length, "little") > size - _TAIL - len(MAGIC):
        raise ValueError("its end is missing")


def _opened(path: Path, at_once: int) -> Any:
    from arro3.io import read_parquet as opened  # what never imports a Parquet file need not pay for it

    return opened(str(path), batch_size=at_once)


def _batches(path: Path, at_once: int) -> Iterator[Any]:
    with _reading(path):
        yield from _opened(path, at_once)


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
