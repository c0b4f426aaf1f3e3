"""CSV reader.

Input is plain or gzipped UTF-8, with or without a byte order mark, separated by commas, semicolons or tabs. Rows are
numbered as in a spreadsheet: the header is row 1.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.csv_safety import unguarded
from backend.app.kit.data_files.rejects import REJECTED_COLUMNS
from backend.app.kit.errors import BadInput
from backend.app.kit.text import list_names

_GZIP = b"\x1f\x8b"
_DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*"')

MAX_ROW = 1_000_000
"""Maximum characters of a row, over all its lines. The csv module limits a cell to 131,072."""

MAX_COLUMNS = 16_384
"""Limit of common spreadsheets."""

_TOO_LONG = f"has more than {MAX_ROW:,} characters; a quote may be unclosed"


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file already read once to the end, so that a second read finds no error."""

    path: Path
    delimiter: str
    columns: tuple[str, ...]
    surplus: int
    count: int

    def rows(self) -> Generator[TableRow, None, None]:
        """Yield all rows except the header and empty rows, with cells stripped or without the guard of our exports."""
        with _reading(self.path) as lines:
            reader = lines.rows(self.delimiter)
            next(reader)
            for number, cells in enumerate(reader, 2):
                texts = [_text(cell) if cell[:1] == "'" else cell.strip() for cell in cells]
                if any(texts):
                    yield self._row(number, texts)

    def _row(self, number: int, cells: list[str]) -> TableRow:
        wanted = len(self.columns)
        found = len(cells)
        if found == wanted + self.surplus:
            fault = "a cell contains a NUL character" if any("\0" in cell for cell in cells) else None
            return TableRow(number, cells[:wanted], fault)
        fault = f"the row has {found} cells, the header has {wanted + self.surplus}"
        if found > wanted:
            fault += f"; the extra cells are {' | '.join(cells[wanted:])}"
        return TableRow(number, (cells + [""] * wanted)[:wanted], fault)


def read_csv(path: Path) -> CsvTable:
    """Read the whole file and return its shape. Raises BadInput naming the error and its location."""
    if not path.is_file():
        raise BadInput(f"{path} is not a file" if path.exists() else f"there is no file {path}")
    with _reading(path) as lines:
        header = _QUOTED.sub("", lines.file.readline(MAX_ROW))
    if not header.strip():
        raise BadInput(f"{path.name} does not begin with a header row")
    delimiter = max(_DELIMITERS, key=header.count)
    with _reading(path) as lines:
        reader = lines.rows(delimiter)
        columns = _columns(path, next(reader))
        count = sum(1 for cells in reader if any(_text(cell) for cell in cells))
    surplus = len(REJECTED_COLUMNS) if columns[-2:] == REJECTED_COLUMNS else 0
    return CsvTable(path, delimiter, columns[: len(columns) - surplus], surplus, count)


def _text(cell: str) -> str:
    """Return a cell without the guard of our exports and otherwise as it is, or stripped if it has none."""
    text = unguarded(cell)
    return text if text is not cell else cell.strip()


def _columns(path: Path, header: list[str]) -> tuple[str, ...]:
    names = [_text(name) or f"column {number}" for number, name in enumerate(header, 1)]
    if len(names) > MAX_COLUMNS:
        raise BadInput(f"{path.name} has {len(names):,} columns; at most {MAX_COLUMNS:,} are read")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadInput(f"{path.name} has two columns named {list_names([name])}; rename one")
        seen.add(name)
    return tuple(names)


@dataclass(slots=True)
class _CsvLines:
    """Lines of a file, with a count for error locations and the remaining length allowed for the row."""

    file: TextIO
    read: int = 0
    row_begins: int = 1
    left: int = 0

    def rows(self, delimiter: str) -> Iterator[list[str]]:
        """Yield the cells of each row. Raises csv.Error, and _RowTooLong before a long row is in memory."""
        reader = csv.reader(self, delimiter=delimiter, strict=True)
        while True:
            self.row_begins, self.left = self.read + 1, MAX_ROW
            try:
                yield next(reader)
            except StopIteration:
                return

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(self.left + 1):
            self.read += 1
            self.left -= len(line)
            if self.left < 0:
                raise _RowTooLong
            yield line


class _RowTooLong(Exception):
    """A row has more than MAX_ROW characters."""


@contextmanager
def _reading(path: Path) -> Iterator[_CsvLines]:
    lines = None
    try:
        with ExitStack() as stack:
            lines = _CsvLines(_open(path, stack))
            yield lines
    except UnicodeDecodeError:
        at = f" after line {lines.read}" if lines and lines.read else ""
        raise BadInput(f"{path.name} is not UTF-8 text{at}: save it as UTF-8 (in Excel: CSV UTF-8)") from None
    except _RowTooLong:
        begins = lines.row_begins if lines else 1
        raise BadInput(f"{path.name}: the row that begins in line {begins:,} {_TOO_LONG}") from None
    except csv.Error as error:
        at = f" near line {lines.read}" if lines else ""
        many = f" (the row begins in line {lines.row_begins})" if lines and lines.read > lines.row_begins else ""
        raise BadInput(f"{path.name} is not CSV{at}: {error}{many}") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"{path.name} is not a complete gzip file: {error}") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None


def _open(path: Path, stack: ExitStack) -> TextIO:
    raw: IO[bytes] = stack.enter_context(path.open("rb"))
    packed = raw.read(2) == _GZIP
    raw.seek(0)
    plain = stack.enter_context(gzip.GzipFile(fileobj=raw)) if packed else raw
    return stack.enter_context(io.TextIOWrapper(plain, encoding="utf-8-sig", newline=""))
