"""Parquet reader, which reads a table of typed values in batches."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.csv_table import MAX_COLUMNS
from backend.app.kit.data_files.parquet_pages import batch_rows
from backend.app.kit.errors import BadInput

MAGIC = b"PAR1"
"""Magic bytes at the start and end of a Parquet file."""

MAX_MEMORY = 4 * 1024**3
"""Maximum address space of the reader process, including libraries, where the system can limit it."""

_REPORTED = 3
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
    sys.exit({_REPORTED})
"""
"""Script of the process that first reads a file. It prints the number of rows or the error."""

_TAIL = 8
"""Bytes at the end of the file: the length of the footer, and the magic bytes."""


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """A file already read once to the end, so that a second read finds no error."""

    path: Path
    columns: tuple[str, ...]
    count: int
    at_once: int

    def rows(self) -> Generator[TableRow, None, None]:
        """Yield all rows, numbered from 1, with Python values and None for nulls."""
        number = 0
        for batch in _batches(self.path, self.at_once):
            columns = [column.to_pylist() for column in batch.columns]
            for values in zip(*columns, strict=True):
                number += 1
                yield TableRow(number, [value.strip() if isinstance(value, str) else value for value in values])


def read_parquet(path: Path) -> ParquetTable:
    """Read the whole file and return its shape. Raises BadInput if it is incomplete."""
    with _reading(path):
        _check_end(path)
        at_once = batch_rows(path)
        count = _counted(path, at_once)
        columns = tuple(each.name for each in _opened(path, at_once).schema)
    if len(columns) > MAX_COLUMNS:
        raise BadInput(f"{path.name} has {len(columns):,} columns; at most {MAX_COLUMNS:,} are read")
    if len(set(columns)) < len(columns):
        raise BadInput(f"{path.name} has two columns with the same name; rename one")
    return ParquetTable(path, columns, count, at_once)


def _counted(path: Path, at_once: int) -> int:
    """Count the rows in a separate process. Raises ValueError if that process fails.

    The reader aborts its process for some damaged files, and when it runs out of memory.
    """
    command = [sys.executable, "-c", _COUNT, str(path), str(at_once), str(MAX_MEMORY)]
    done = subprocess.run(command, capture_output=True, check=False)
    output = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode == 0 and output.isdecimal():
        return int(output)
    raise ValueError(output if done.returncode == _REPORTED and output else "it is damaged or needs too much memory")


def _check_end(path: Path) -> None:
    """Raise ValueError for a truncated file. The reader would print to standard error."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        length, magic = file.read(4), file.read()
    if magic != MAGIC or int.from_bytes(length, "little") > size - _TAIL - len(MAGIC):
        raise ValueError("it is truncated")


def _opened(path: Path, at_once: int) -> Any:
    from arro3.io import read_parquet as opened  # imported only on use

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
    except BaseException as error:  # the reader raises its own exceptions, and a Rust panic is not an Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadInput(f"{path.name} is not a complete Parquet file: {reason}") from None
