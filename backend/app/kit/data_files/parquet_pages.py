"""Memory needs of a Parquet file, from its footer and page headers.

The reader allocates memory as stated there before it decodes anything, and a page of a few bytes may state gigabytes.
So the headers are parsed here first (`parquet.thrift` of Apache Parquet, in Thrift's compact protocol), and excessive
sizes are refused. Raises ValueError with a sentence.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

MAX_FOOTER = 8_000_000
MAX_PAGE = 128 * 1024 * 1024
"""Maximum bytes of a decompressed page."""

MAX_OPEN = 512 * 1024 * 1024
"""Maximum bytes in memory at once: the largest page and the dictionary of each column."""

MAX_ROWS = 100_000_000
MAX_NESTED = 1_000_000
"""Maximum values in a page of lists. Absent values take no memory until they are read."""

BATCH_BYTES, BATCH_VALUES, BATCH_ROWS = 128 * 1024 * 1024, 4_000_000, 1024
_MAX_HEAD = 65_536
_BYTES = frozenset({6, 7})  # physical types BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY
_MAX_DEPTH = 16

Struct = Mapping[int, Any]


class CompactDecoder:
    """Decoder for structs of Thrift's compact protocol. Returns the requested fields by number."""

    def __init__(self, data: bytes) -> None:
        self._data, self.at = data, 0

    def _byte(self) -> int:
        if self.at >= len(self._data):
            raise ValueError("its metadata is truncated")
        self.at += 1
        return self._data[self.at - 1]

    def _varint(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 0x7F) << shift
            if byte < 0x80:
                return found
            shift += 7
            if shift > 63:
                raise ValueError("its metadata has an integer of more than 64 bits")

    def _zigzag(self) -> int:
        found = self._varint()
        return (found >> 1) ^ -(found & 1)

    def _skip(self, count: int) -> None:
        if count > len(self._data) - self.at:
            raise ValueError("its metadata is truncated")
        self.at += count

    def struct(self, wanted: Mapping[int, Any], depth: int = 0) -> Struct:
        """Return the wanted fields, each as a number, a struct, a list of structs, or the length of a list."""
        found: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            kind = head & 0x0F
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            value = self._value(kind, wanted.get(number), depth)
            if number in wanted:
                if not _fits(value, wanted[number]):
                    raise ValueError("its metadata is not valid")
                found[number] = value
        return found

    def _value(self, kind: int, wanted: Any, depth: int, *, listed: bool = False) -> Any:
        if depth > _MAX_DEPTH:
            raise ValueError("its metadata is nested too deep")
        match kind:
            case 1 | 2:  # a boolean field is in its header, a list element takes one byte
                return self._byte() == 1 if listed else kind == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._zigzag()
            case 7:
                return self._skip(8)
            case 8:
                return self._skip(self._varint())
            case 9 | 10:
                return self._list(wanted, depth)
            case 11:
                return self._map(depth)
            case 12:
                return self.struct(wanted if isinstance(wanted, dict) else {}, depth + 1)
            case _:
                raise ValueError("its metadata is not valid")

    def _list(self, wanted: Any, depth: int) -> Any:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._varint()
        self._check_size(size)
        each = wanted[0] if isinstance(wanted, list) else None
        found = [self._value(head & 0x0F, each, depth + 1, listed=True) for _ in range(size)]
        return found if each is not None else size

    def _map(self, depth: int) -> None:
        size = self._varint()
        self._check_size(size)
        kinds = self._byte() if size else 0
        for _ in range(size):
            self._value(kinds >> 4, None, depth + 1, listed=True)
            self._value(kinds & 0x0F, None, depth + 1, listed=True)

    def _check_size(self, size: int) -> None:
        """Raise ValueError if the list is longer than the remaining data: each element takes at least one byte."""
        if size > len(self._data) - self.at:
            raise ValueError("its metadata is truncated")


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return isinstance(value, dict) if isinstance(wanted, dict) else type(value) is int


_NUMBER = None
_CHUNK: dict[int, Any] = {3: {1: _NUMBER, 3: _NUMBER, 5: _NUMBER, 7: _NUMBER, 9: _NUMBER, 11: _NUMBER}}
_FOOTER: dict[int, Any] = {3: _NUMBER, 4: [{1: [_CHUNK], 3: _NUMBER}]}
_COUNT = {1: _NUMBER}
_PAGE: dict[int, Any] = {1: _NUMBER, 2: _NUMBER, 3: _NUMBER, 5: _COUNT, 7: _COUNT, 8: _COUNT}


@dataclass(slots=True)
class _Column:
    """Maximum sizes of a column over all row groups."""

    page: int = 0
    dictionary: int = 0
    values: int = 0
    of_bytes: bool = False
    nested: bool = False


def batch_rows(path: Path) -> int:
    """Return the number of rows to read at once.

    Raises ValueError for a file that would take too much memory anyway.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(size - 8)
        length = int.from_bytes(file.read(4), "little")
        if length > MAX_FOOTER:
            raise ValueError(f"its metadata has {length:,} bytes, more than {MAX_FOOTER:,}")
        file.seek(size - 8 - length)
        footer = CompactDecoder(file.read(length)).struct(_FOOTER)
        columns: list[_Column] = []
        rows = 0
        for group in footer.get(4, []):
            rows += group.get(3, 0)
            if not 0 <= rows <= MAX_ROWS:
                raise ValueError(f"it has {rows:,} rows; at most {MAX_ROWS:,} are read")
            _take(file, size, group.get(1, []), columns)
    return _rows_at_once(columns)


def _take(file: IO[bytes], size: int, chunks: list[Struct], columns: list[_Column]) -> None:
    columns += [_Column() for _ in chunks[len(columns) :]]
    for column, chunk in zip(columns, chunks, strict=False):
        about = chunk.get(3, {})
        column.of_bytes |= about.get(1) in _BYTES
        column.nested |= about.get(3, 1) > 1  # length of its path
        for head in _pages(file, size, about):
            _take_page(column, head)


def _take_page(column: _Column, head: Struct) -> None:
    unpacked = head.get(2, 0)
    if unpacked > MAX_PAGE:
        raise ValueError(f"a page in it unpacks to {unpacked:,} bytes, more than {MAX_PAGE:,}")
    values = max((head[part].get(1, 0) for part in (5, 7, 8) if part in head), default=0)
    if head.get(1) == 2:
        column.dictionary = max(column.dictionary, unpacked)
    else:
        column.page, column.values = max(column.page, unpacked), max(column.values, values)
    if column.nested and values > MAX_NESTED:
        raise ValueError(f"a page of lists in it has {values:,} values, more than {MAX_NESTED:,}")


def _pages(file: IO[bytes], size: int, about: Struct) -> Iterator[Struct]:
    """Yield the headers of the pages of a column chunk."""
    starts = [offset for number in (9, 11) if (offset := about.get(number))]
    at = min(starts, default=0)
    end = at + about.get(7, 0)
    if at < 0 or not at <= end <= size:
        raise ValueError("its metadata does not match the file size")
    left = about.get(5, 0)
    while at < end and left > 0:
        file.seek(at)
        reader = CompactDecoder(file.read(min(_MAX_HEAD, end - at)))
        head = reader.struct(_PAGE)
        packed = head.get(3, 0)
        if packed < 0 or head.get(2, 0) < 0:
            raise ValueError("its metadata does not match the file size")
        yield head
        if head.get(1) != 2:
            left -= max(0, max((head[part].get(1, 0) for part in (5, 8) if part in head), default=0))
        at += reader.at + packed


def _rows_at_once(columns: list[_Column]) -> int:
    """Return the rows per batch, assuming that each row may hold a whole page or the longest dictionary entry."""
    together = sum(column.page + column.dictionary for column in columns)
    if together > MAX_OPEN:
        raise ValueError(f"its columns unpack to {together:,} bytes at once, more than {MAX_OPEN:,}")
    widest = sum(max(column.page, column.dictionary) for column in columns if column.of_bytes)
    values = sum(column.values for column in columns if column.nested)
    return max(1, min(BATCH_ROWS, BATCH_BYTES // max(1, widest), BATCH_VALUES // max(1, values)))
