"""Human-readable files of records: layout, atomic replacement, and reading.

    {"updated_at": "2026-01-31T09:30:00.000000Z", "items": [
    {"id": "dr_1", …},
    {"id": "dr_2", …}
    ]}

Oldest first, one record per line. A file is replaced atomically, so readers never see half of one.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from backend.app.kit import clock

HEAD = b'{"updated_at": '
END = b"\n]}\n"
_NO_FILE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_PUNCTUATION = {b"", b"[", b"]", b"]}", b"{", b"}", b'{"items": ['}


def signature(path: Path) -> tuple[int, int, int] | None:
    """Return a value that changes whenever someone else writes the file; None if there is no file."""
    try:
        stat = path.stat()
    except _NO_FILE:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def digest_of(path: Path) -> str | None:
    """Return the digest of a file; None if there is none, or if it is not a regular file (a pipe would never end)."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except _NO_FILE:
        return None


def prepare(path: Path, updated_at: str, chunks: Iterable[list[str]]) -> tuple[Path, int, str]:
    """Write the new content to a temporary file. Return its path, the number of records and the digest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temp = temp_of(path)
    digest = sha256()
    records = 0
    try:
        with temp.open("wb") as file:
            head = HEAD + json.dumps(updated_at).encode() + b', "items": ['
            for part in _parts(head, chunks):
                records += part[1]
                digest.update(part[0])
                file.write(part[0])
    except OSError:
        temp.unlink(missing_ok=True)
        raise
    return temp, records, digest.hexdigest()


def reason_of(error: Exception) -> str:
    """Return why files cannot be written, starting with the path if it is known."""
    if isinstance(error, FileExistsError):
        return f"{error.filename} is not a folder"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename2 or error.filename} cannot be written: {error.strerror}"
    return f"{type(error).__name__}: {error}"


def line_of(doc: object) -> str:
    """Return a stored document as one line, with its line breaks replaced with spaces."""
    text = doc if isinstance(doc, str) else doc.decode("utf-8", "replace") if isinstance(doc, bytes) else str(doc)
    return text.replace("\n", " ") if "\n" in text else text


def temp_of(path: Path) -> Path:
    """Return the path of this process's temporary file for replacing `path`."""
    return path.with_name(f".{path.name.removeprefix('.')}.{os.getpid()}.tmp")


def remove_leftovers(path: Path) -> None:
    """Delete temporary files of killed processes."""
    for temp in path.parent.glob(f".{path.name.removeprefix('.')}.*.tmp"):
        temp.unlink(missing_ok=True)


def keep_as(path: Path, why: str) -> Path:
    """Add a hard link `NAME.why-TIME.json`, which keeps the content when `path` is replaced."""
    aside = path.with_name(f"{path.stem}.{why}-{clock.stamp()}{path.suffix}")
    try:
        aside.hardlink_to(path)
    except OSError:  # a file system without hard links
        path.rename(aside)
    return aside


def _parts(head: bytes, chunks: Iterable[list[str]]) -> Iterator[tuple[bytes, int]]:
    yield head, 0
    separator = "\n"
    for docs in chunks:
        yield (separator + ",\n".join(docs)).encode(), len(docs)
        separator = ",\n"
    yield END, 0


@dataclass(slots=True)
class FoundRecords:
    """Content of a file of records: the records, and unreadable parts with the reason."""

    items: list[Any] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)


def read(path: Path) -> FoundRecords:
    """Return everything that `each` yields."""
    found = FoundRecords()
    for item, fault in each(path):
        found.items.append(item) if fault is None else found.broken.append((item, fault))
    return found


Piece = tuple[Any, str | None]
"""A record and None, or a text and the reason why it is not a record."""


def each(path: Path) -> Iterator[Piece]:
    """Yield the records of a file: `{"items": [...]}`, a bare list, or an object of records by id.

    A file in our own layout is read line by line, because it may be large. So is a file that is not valid JSON, for
    example truncated; lines that are not records are reported.
    """
    if _has_one_record_per_line(path):
        yield from _by_line(path)
        return
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        yield from _by_line(path)
    else:
        yield from _items(value)


def _has_one_record_per_line(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.readline().startswith(HEAD):
            return False
        last = b""
        for line in file:
            if last and not (last.startswith(b'{"') and last.endswith((b"},\n", b"}\n"))):
                return False
            last = line
        return last == END[1:]


def _items(value: Any) -> Iterator[Piece]:
    if isinstance(value, dict) and isinstance(value.get("items"), list | dict):
        value = value["items"]
    if isinstance(value, list):
        yield from ((item, None) for item in value)
    elif isinstance(value, dict) and all(isinstance(item, dict) for item in value.values()):
        yield from ((item, None) for item in value.values())
    else:
        yield json.dumps(value)[:2000], "the file holds neither a list nor an object with items"


def _by_line(path: Path) -> Iterator[Piece]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            text = line.strip().rstrip(b",")
            if text in _PUNCTUATION or text.startswith(HEAD):
                continue
            try:
                item = json.loads(text.decode("utf-8"))
            except (ValueError, RecursionError) as error:
                yield text.decode("utf-8", "replace"), f"line {number} is not JSON: {error}"
                continue
            if isinstance(item, dict):
                yield item, None
            else:
                yield text.decode("utf-8", "replace"), f"line {number} is not a record"


def record_lines(path: Path) -> Iterator[str]:
    """Yield the records of a file written by the mirror, without parsing. Other lines are included."""
    with path.open("rb") as file:
        for line in file:
            yield line.rstrip(b",\n").decode("utf-8", "replace")
