"""The file of a SQLite database: whether it can be trusted, and its replacement if it cannot.

A file is trusted if it was closed cleanly and has not changed since. Any other file, or a copy, is checked down to the
last index entry: a copy made during writes passes a quicker check.
"""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import text

from backend.app.kit import clock
from backend.app.kit.db import sqlite
from backend.app.kit.db.sql import Query
from backend.app.kit.db.tx import ReadSnapshot
from backend.app.kit.errors import StartError

NOTE = ".closed.json"
_WAL, _JOURNAL = "-wal", "-journal"
_SECOND_NS = 1_000_000_000

OpenSnapshot = Callable[[], AbstractContextManager[ReadSnapshot]]
"""Opens a snapshot of a database."""


def check_sqlite(path: Path, *, texts: bool = False) -> str | None:
    """Return the fault in the file, or None. With `texts`, also decode every text value. Raises StartError."""
    try:
        return fault_in(path, partial(_open_to_check, path), texts=texts)
    except sqlite3.Error as error:
        raise StartError(f"the database {path} cannot be opened: {error}") from None


@contextmanager
def _open_to_check(path: Path) -> Iterator[ReadSnapshot]:
    # A leftover rollback journal (not WAL: from another program) can only be played back with write access.
    mode: sqlite.Mode = "rw" if _size(_sibling(path, _JOURNAL)) else "ro"
    with closing(sqlite.connect(path, mode)) as conn, closing(sqlite.snapshot_on(conn)) as snapshot:
        yield snapshot


def fault_in(path: Path, open_snapshot: OpenSnapshot, *, texts: bool) -> str | None:
    """Return the fault in the file, or None. Reads every page and every index of a snapshot.

    With `texts`, also decodes every text value, which SQLite's own check does not. Raises sqlite3.Error if the check
    was not possible.
    """
    if is_empty(path):
        return "the file is empty, but its write-ahead log is not" if _size(_sibling(path, _WAL)) else None
    try:
        with open_snapshot() as snapshot:
            row = snapshot.one(_integrity)
            verdict = " ".join(str(row[0]).split()) if row else "the check returned no result"
            if verdict == "ok":
                return _undecodable(snapshot) if texts else None
            return verdict
    except UnicodeDecodeError:
        return "its schema holds text that is not UTF-8"
    except sqlite3.Error as error:
        if shows_damage(error):
            return str(error)
        raise


def _undecodable(snapshot: ReadSnapshot) -> str | None:
    """Return a sentence naming the first table with text that is not UTF-8, or None."""
    for (table,) in snapshot.all(_tables):
        try:
            for _ in snapshot.stream(Query(text(f'SELECT * FROM "{table}"'))):  # noqa: S608 - the database's own name
                pass
        except sqlite3.OperationalError as error:
            if not sqlite.is_undecodable(error):
                raise
            return f"table {table} holds text that is not UTF-8"
    return None


_integrity = Query(text("PRAGMA integrity_check(1)"))
_tables = Query(text("SELECT name FROM sqlite_master WHERE type = 'table'"))


_DAMAGE_CODES = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_TOOBIG,
}


def shows_damage(error: sqlite3.Error) -> bool:
    """Return whether a check failed because of the file content, not permissions, locks or memory.

    A document that is no longer valid JSON breaks an expression index over its fields (SQLITE_ERROR).
    """
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE_CODES


def parts(path: Path) -> list[Path]:
    """Return the existing files of the database: its own, and those that SQLite keeps beside it."""
    return [part for suffix in ("", _WAL, "-shm", _JOURNAL) if (part := _sibling(path, suffix)).exists()]


def aside_of(path: Path) -> Path:
    """Return the name for a damaged database at this time: `NAME.broken-TIME`."""
    return path.with_name(f"{path.name}.broken-{clock.stamp()}")


def set_aside(path: Path, aside: Path) -> None:
    """Rename the database and the files that SQLite keeps beside it, the database first."""
    path.touch()  # a write-ahead log without a database is found by the database's name
    _rename_parts(path, parts(path), aside)


def _rename_parts(path: Path, found: list[Path], aside: Path) -> None:
    for part in found:
        part.rename(aside.with_name(aside.name + part.name.removeprefix(path.name)))


def replacement_of(path: Path) -> Path:
    """Return the path for building a replacement database. Leftovers of an interrupted attempt are deleted."""
    new = path.with_name(f"{path.name}.rebuilding")
    for part in parts(new):
        part.unlink()
    return new


def put_in_place(path: Path, new: Path, aside: Path) -> None:
    """Replace the damaged database, which is renamed to `aside`, with a complete new one.

    `finish_replacing` recovers if the process is killed in between.
    """
    ready = rebuilt_path(path)
    _sync(new)
    new.rename(ready)
    set_aside(path, aside)
    finish_replacing(path)


def finish_replacing(path: Path) -> None:
    """Finish an interrupted replacement: the new database is complete, and the damaged one may be renamed already."""
    ready = rebuilt_path(path)
    if not ready.is_file():
        return
    if path.exists():
        ready.unlink()  # the original file is still in place, and may have been written to since
        return
    if left := parts(path):
        aside = max(path.parent.glob(f"{path.name}.broken-*Z"), default=aside_of(path))
        _rename_parts(path, left, aside)
    ready.rename(path)
    _sync(path.parent)


def rebuilt_path(path: Path) -> Path:
    """Return the path of a complete new database that replaces this one at the next start."""
    return path.with_name(f"{path.name}.rebuilt")


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":  # Windows has no directory handles
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_empty(path: Path) -> bool:
    """Return whether the file is missing or has no bytes. A log beside it does not count."""
    return _size(path) == 0


def note_clean_close(path: Path) -> None:
    """Note the state in which the last process leaves the file.

    Its modification time is set back one second, so that any later write changes it.
    """
    if _size(_sibling(path, _WAL)) or _size(_sibling(path, _JOURNAL)):
        return
    with suppress(OSError):  # without the note, the next start only checks more thoroughly
        now = time.time_ns()
        os.utime(path, ns=(now, now - _SECOND_NS))
        _note(path).write_text(json.dumps(_signature_of(path)))


def take_clean_close(path: Path) -> bool:
    """Return whether the file is as `note_clean_close` left it, and delete the note before the file is opened."""
    left = was_closed_cleanly(path)
    forget_clean_close(path)
    return left


def was_closed_cleanly(path: Path) -> bool:
    """Return whether the file is as `note_clean_close` left it, keeping the note."""
    try:
        note = json.loads(_note(path).read_bytes())
        return bool(note == _signature_of(path)) and not _size(_sibling(path, _WAL))
    except (OSError, ValueError, RecursionError):
        return False


def forget_clean_close(path: Path) -> None:
    """Delete the note, so that the next start checks the file thoroughly."""
    with suppress(OSError):
        _note(path).unlink()


def _note(path: Path) -> Path:
    return path.with_name(NOTE)


def _signature_of(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_ino, stat.st_size, stat.st_mtime_ns]


def _sibling(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
