"""CSV reader.

Input is plain, gzipped or the only table of a ZIP archive, in UTF-8 or with a byte order mark, separated by commas,
semicolons, tabs or bars. A `TextLayout` states another encoding, and lines before the header. Rows are numbered as in a
spreadsheet: the header is row 1 without lines before it.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, TextIO

from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.csv_safety import unguarded
from backend.app.kit.data_files.rejects import REJECTED_COLUMNS
from backend.app.kit.data_files.text_layout import MARKS, TextLayout, not_decodable
from backend.app.kit.data_files.zip_member import ZIP, broken_archives, open_member
from backend.app.kit.errors import BadInput
from backend.app.kit.text import list_names

_GZIP = b"\x1f\x8b"
_DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 1_000_000
_LINES_SEARCHED = 50
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
    layout: TextLayout | None = None

    def rows(self) -> Generator[TableRow, None, None]:
        """Yield all rows except the header and empty rows, with cells stripped or without the guard of our exports."""
        with _reading(self.path, self.layout) as lines:
            reader = lines.rows(self.delimiter)
            next(reader)
            for number, cells in enumerate(reader, 2 + _skipped(self.layout)):
                whole = "".join(cells)
                if "'" in whole:
                    texts = [_text(cell) if cell[:1] == "'" else cell.strip() for cell in cells]
                else:
                    texts = [*map(str.strip, cells)]
                if any(texts):
                    yield self._row(number, texts, has_nul="\0" in whole)

    def _row(self, number: int, cells: list[str], *, has_nul: bool) -> TableRow:
        wanted = len(self.columns)
        found = len(cells)
        if found == wanted + self.surplus:
            fault = "a cell contains a NUL character" if has_nul else None
            return TableRow(number, cells[:wanted], fault)
        fault = f"the row has {found} cells, the header has {wanted + self.surplus}"
        if found > wanted:
            fault += f"; the extra cells are {' | '.join(cells[wanted:])}"
        return TableRow(number, (cells + [""] * wanted)[:wanted], fault)


def read_csv(path: Path, layout: TextLayout | None = None) -> CsvTable:
    """Read the whole file and return its shape. Raises BadInput naming the error and its location.

    `layout` is what a mapping states; without one, errors do not name its options. A file of rejected rows is one of
    ours, so its layout is known.
    """
    if not path.is_file():
        raise BadInput(f"{path} is not a file" if path.exists() else f"there is no file {path}")
    if layout is not None and layout != TextLayout() and _is_rejects_file(path):
        layout = TextLayout()
    if layout is not None and layout.of_one_byte and _is_utf8(path):
        raise BadInput(f"{path.name} is UTF-8 text, not {layout.encoding}: leave encoding out of the mapping file")
    delimiter = _delimiter(path, layout)
    with _reading(path, layout) as lines:
        reader = lines.rows(delimiter)
        columns = _columns(path, next(reader), layout)
        count = sum(1 for cells in reader if any(_text(cell) for cell in cells))
    surplus = len(REJECTED_COLUMNS) if columns[-2:] == REJECTED_COLUMNS else 0
    return CsvTable(path, delimiter, columns[: len(columns) - surplus], surplus, count, layout)


def header_line(table: CsvTable, wanted: Collection[str]) -> int | None:
    """Return the number of lines before the row that has all these columns, among the first lines of a file."""
    if table.layout is None:
        return None
    texts = first_lines(table.path, TextLayout(table.layout.encoding), _LINES_SEARCHED)
    for at, text in enumerate(texts):
        delimiter = usual_delimiter([text])
        found = {_text(cell) for cell in next(rows_of(texts[at:], delimiter), [])}
        if found.issuperset(wanted):
            return at
    return None


def first_lines(path: Path, layout: TextLayout, count: int) -> list[str]:
    """Return the first lines of a text file, with those before its header; no line for a Parquet file."""
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            return []
    with _reading(path, TextLayout(layout.encoding)) as lines:
        return list(islice(lines.lines(), count))


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the rows of some lines, up to the first that is not CSV."""
    with suppress(csv.Error):
        yield from csv.reader(lines, delimiter=delimiter)


def usual_delimiter(lines: Iterable[str]) -> str:
    """Return the delimiter that lines have most often outside of quotes."""
    return max(_DELIMITERS, key=_QUOTED.sub("", "".join(lines)).count)


def _skipped(layout: TextLayout | None) -> int:
    return 0 if layout is None else layout.skip


def _delimiter(path: Path, layout: TextLayout | None) -> str:
    with _reading(path, layout) as lines:
        header = lines.file.readline(MAX_ROW)
    if "\0" in header:
        raise not_decodable(path.name, layout, 0, b"\0")
    if not header.strip():
        option = "" if layout is None else ": set skip in the mapping file to the number of lines before it"
        raise BadInput(f"{path.name} does not begin with a header row{option}")
    return usual_delimiter([header])


def _is_rejects_file(path: Path) -> bool:
    with suppress(BadInput, StopIteration), _reading(path, TextLayout()) as lines:
        return tuple(next(lines.rows(","))[-2:]) == REJECTED_COLUMNS
    return False


def _is_utf8(path: Path) -> bool:
    """Return whether a file is UTF-8 without a mark and beyond ASCII, which a text in another encoding never is."""
    decoder, beyond = codecs.getincrementaldecoder("utf-8")(), False
    with ExitStack() as stack, _faults(path):
        file = _open_bytes(path, stack)
        if file.peek(4)[:4].startswith(MARKS):
            return False
        try:
            while block := file.read(_BLOCK):
                beyond = beyond or not block.isascii()
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return beyond


def _text(cell: str) -> str:
    """Return a cell without the guard of our exports and otherwise as it is, or stripped if it has none."""
    text = unguarded(cell)
    return text if text is not cell else cell.strip()


def _columns(path: Path, header: list[str], layout: TextLayout | None) -> tuple[str, ...]:
    names = [_text(name) or f"column {number}" for number, name in enumerate(header, 1)]
    if len(names) > MAX_COLUMNS:
        raise BadInput(f"{path.name} has {len(names):,} columns; at most {MAX_COLUMNS:,} are read")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            option = "" if layout is None else ", or set skip in the mapping file if this is not the header"
            raise BadInput(f"{path.name} has two columns named {list_names([name])}; rename one{option}")
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

    def lines(self) -> Iterator[str]:
        """Yield the lines, each as long as a row may be."""
        while line := self.file.readline(MAX_ROW):
            yield line

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
def _reading(path: Path, layout: TextLayout | None) -> Iterator[_CsvLines]:
    """Open a file at its header. Raises BadInput for every fault while it is read."""
    lines = None
    try:
        with ExitStack() as stack, _faults(path):
            lines = _CsvLines(_open(path, layout or TextLayout(), stack))
            _skip(path, lines, _skipped(layout))
            yield lines
    except UnicodeDecodeError as error:
        raise not_decodable(path.name, layout, lines.read if lines else 0, error.object) from None
    except _RowTooLong:
        begins = lines.row_begins if lines else 1
        raise BadInput(f"{path.name}: the row that begins in line {begins:,} {_TOO_LONG}") from None
    except csv.Error as error:
        at = f" near line {lines.read}" if lines else ""
        many = f" (the row begins in line {lines.row_begins})" if lines and lines.read > lines.row_begins else ""
        raise BadInput(f"{path.name} is not CSV{at}: {error}{many}") from None


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Raise BadInput for a file that cannot be read or unpacked."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"{path.name} is not a complete gzip file: {error}") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None


def _skip(path: Path, lines: _CsvLines, skip: int) -> None:
    for _ in range(skip):
        if not lines.file.readline(MAX_ROW):
            raise BadInput(f"{path.name} has only {lines.read} lines, and skip in the mapping file is {skip}")
        lines.read += 1


def _open(path: Path, layout: TextLayout, stack: ExitStack) -> TextIO:
    plain = _open_bytes(path, stack)
    return stack.enter_context(io.TextIOWrapper(plain, encoding=layout.codec(plain.peek(4)[:4]), newline=""))


def _open_bytes(path: Path, stack: ExitStack) -> Any:
    """Open the unpacked bytes of a file, as a file that can peek."""
    raw: IO[bytes] = stack.enter_context(path.open("rb"))
    start = raw.read(4)
    raw.seek(0)
    if start in ZIP:
        stack.enter_context(broken_archives(path.name))
        return stack.enter_context(open_member(raw, path.name))
    return stack.enter_context(gzip.GzipFile(fileobj=raw)) if start[:2] == _GZIP else raw
