"""Unfinished stores of a transfer or restore, as distinct from other files.

Only stores that a transfer or restore began are ever deleted.
"""

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import text

from backend.app.kit.archive import directory
from backend.app.kit.db import Query, ReadSnapshot, inspection, sqlite_file
from backend.app.kit.errors import Conflict

_MAGIC = b"SQLite format 3\0"
_objects = Query(text("SELECT count(*) FROM sqlite_master"))


def refuse_foreign(snapshot: ReadSnapshot, path: Path) -> None:
    """Raise Conflict for a SQLite database with tables but no Valhalla schema."""
    row = snapshot.one(_objects)
    if inspection.schema_revision(snapshot) is None and row is not None and row[0]:
        raise Conflict(f"{path} is a database of another program; choose another name, or move it away first")


def discard_sqlite(path: Path) -> None:
    """Delete an unfinished database. Raises Conflict if the file is not one."""
    parts = sqlite_file.parts(path)
    if path in parts and path.stat().st_size and not _is_begun(path):
        raise _foreign(path)
    for part in parts:
        part.unlink()


def discard_directory(path: Path) -> None:
    """Delete an unfinished directory of JSON files. Raises Conflict if the path is not one."""
    if not path.exists():
        return
    if not path.is_dir() or not ((path / directory.MARK).is_file() or not any(path.iterdir())):
        raise _foreign(path)
    shutil.rmtree(path)


def _is_begun(path: Path) -> bool:
    """Return whether the file is a database with our schema, or one damaged by a killed process."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return False
    try:
        with inspection.sqlite_snapshot(path) as snapshot:
            refuse_foreign(snapshot, path)
    except Conflict:
        return False
    except sqlite3.Error as error:
        return sqlite_file.shows_damage(error)
    return True


def _foreign(path: Path) -> Conflict:
    return Conflict(f"{path} exists and was not created by a transfer; move it away first")
