"""Pages and records of a SQLite file, read without SQLite, so that a damaged page loses only its own content.

Format: https://www.sqlite.org/fileformat2.html. Section numbers below refer to that page.
"""

import mmap
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MAGIC = b"SQLite format 3\x00"
DEFAULT_PAGE_SIZE = 4096
LOG_HEADER, _FRAME_HEADER = 32, 24
_LOG_MAGIC = 0x377F0682
"""Magic number of a write-ahead log with little-endian checksums; plus one for big-endian (section 4.1)."""

Value = None | int | float | str | bytes


class Unreadable(Exception):
    """Bytes that violate the file format."""


class Pages:
    """Pages of a database file, numbered from 1, including the committed pages of its log if `with_log`.

    `size`: page size in bytes. `usable`: bytes of a page that hold content. `logged`: number of pages that come
    from the log.
    """

    def __init__(self, path: Path, *, with_log: bool) -> None:
        content = self._content = _content(path)
        self.size, self.usable = _page_sizes(content[:100])
        log = path.with_name(f"{path.name}-wal")
        self._log = log.read_bytes() if with_log and log.exists() else b""
        self._frames = dict(_committed(self._log))
        if self._frames:
            self.size = struct.unpack_from(">I", self._log, 8)[0]
            self.usable = self.size
        self.logged = len(self._frames)
        self.count = max(-(-len(content) // self.size), max(self._frames, default=0))

    def __getitem__(self, number: int) -> bytes:
        """Return a page. Raises Unreadable if it is missing or truncated."""
        if not 1 <= number <= self.count:
            raise Unreadable(f"there is no page {number}")
        if (at := self._frames.get(number)) is not None:
            return self._log[at : at + self.size]
        start = (number - 1) * self.size
        page = bytes(self._content[start : start + self.size])
        if len(page) < self.size:
            raise Unreadable(f"the file ends in page {number}")
        return page

    def close(self) -> None:
        if isinstance(self._content, mmap.mmap):
            self._content.close()


def _content(path: Path) -> bytes | mmap.mmap:
    if not path.exists() or not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _page_sizes(header: bytes) -> tuple[int, int]:
    """Return page size and usable size (sections 1.3.2, 1.3.4), or the service's defaults if the header is damaged."""
    if header[:16] != MAGIC:
        return DEFAULT_PAGE_SIZE, DEFAULT_PAGE_SIZE
    size = struct.unpack_from(">H", header, 16)[0]
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1):
        return DEFAULT_PAGE_SIZE, DEFAULT_PAGE_SIZE
    usable = size - header[20]
    return size, usable if usable >= 480 else size


def _committed(log: bytes) -> Iterator[tuple[int, int]]:
    """Yield the number and offset of each page in a log, up to the last complete commit (sections 4.1, 4.2)."""
    waiting: list[tuple[int, int]] = []
    for number, at, commit in _frames(log):
        waiting.append((number, at))
        if commit:
            yield from waiting
            waiting.clear()


def has_log_header(log: bytes) -> bool:
    """Return whether the bytes begin with a valid header of a write-ahead log (section 4.1)."""
    if len(log) < LOG_HEADER:
        return False
    magic, _, size, _ = struct.unpack_from(">4I", log)
    if magic not in {_LOG_MAGIC, _LOG_MAGIC + 1} or size < 512 or size & (size - 1):
        return False
    return _checksum(log[:24], _byte_order(log), (0, 0)) == struct.unpack_from(">2I", log, 24)


def _byte_order(log: bytes) -> str:
    return ">" if log[3] & 1 else "<"


def _frames(log: bytes) -> Iterator[tuple[int, int, int]]:
    if not has_log_header(log):
        return
    size: int = struct.unpack_from(">I", log, 8)[0]
    order, sums = _byte_order(log), struct.unpack_from(">2I", log, 24)
    for at in range(LOG_HEADER, len(log) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        start = at + _FRAME_HEADER
        if log[at + 8 : at + 16] != log[16:24]:
            return
        sums = _checksum(log[at : at + 8] + log[start : start + size], order, sums)
        if sums != struct.unpack_from(">2I", log, at + 16):
            return
        number, commit = struct.unpack_from(">2I", log, at)
        yield number, start, commit


def _checksum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    for first, second in struct.iter_unpack(f"{order}2I", data):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


# Records


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a variable-length integer (section 1.6) and the offset of the byte after it."""
    value = 0
    with suppress(IndexError):
        for length in range(8):
            byte = data[at + length]
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value, at + length + 1
        return value << 8 | data[at + 8], at + 9
    raise Unreadable("a number has no end")


def signed(value: int) -> int:
    """Return the varint as a signed 64-bit integer."""
    return value - (1 << 64) if value >> 63 else value


_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def record(payload: bytes) -> list[Value]:
    """Return the values of a record (section 2.1). Raises Unreadable."""
    end, at = varint(payload, 0)
    body, values = end, list[Value]()
    while at < end:
        kind, at = varint(payload, at)
        value, body = _value(payload, kind, body)
        values.append(value)
    if at != end or body > len(payload):
        raise Unreadable("a record is longer than its cell")
    return values


def _value(payload: bytes, kind: int, at: int) -> tuple[Value, int]:
    if kind in _INTEGERS:
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind in {0, 8, 9}:
        return {0: None, 8: 0, 9: 1}[kind], at
    if kind == 7:
        if at + 8 > len(payload):
            raise Unreadable("a record is cut short")
        return struct.unpack_from(">d", payload, at)[0], at + 8
    if kind < 12:
        raise Unreadable("a value has a type that is reserved")
    end = at + (kind - 12) // 2
    return _text(payload[at:end]) if kind % 2 else payload[at:end], end


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("a text is not UTF-8") from None
