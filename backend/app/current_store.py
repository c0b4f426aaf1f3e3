"""A store that needs nothing done, opened to list rows of one table.

Opening a store loads the models of all its tables, and with them most of the program, which takes a second of processor
time. A command that only lists rows does not need that if the database has the schema of this version, is sound, and
is not older than its JSON files. Where anything else may be the case, the store is opened as always, which repairs it
or says what is wrong.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jobs import service as jobs
from backend.app.kit import clock
from backend.app.kit.db import Database, Tx, sqlite_file, state
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.db.opening import only_one
from backend.app.kit.db.read_only import read_only_sqlite
from backend.app.kit.db.schema import starting
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.file_lock import IN_USE, is_held
from backend.app.kit.json_mirror.mirror_note import MirrorMark, read_mark
from backend.app.settings import Settings

_PRESENT = (state.STORE_ID, jobs.KNOWN)
_ABSENT = (state.UNFINISHED, state.REBUILT, state.LOSSES, state.BEHIND)


@dataclass
class StoreReader:
    """A store whose database can be read."""

    settings: Settings
    db: Database


@contextmanager
def opened_if_current(settings: Settings) -> Iterator[StoreReader | None]:
    """Yield the store, to be read only; None if it has to be opened fully."""
    clock.use_zone(settings.zone)
    with ExitStack() as opened:
        try:
            found = _opened(settings, opened)
        except (AppError, StartError, OSError):
            found = None
        if found is None:
            opened.close()
        yield found


def _opened(settings: Settings, opened: ExitStack) -> StoreReader | None:
    root, path = settings.data_dir_absolute, settings.sqlite_path.absolute()
    if settings.database_url is not None or sqlite_file.is_empty(path) or not os.access(root, os.W_OK | os.X_OK):
        return None
    opened.enter_context(only_one(root))  # so that no other process begins to write to a file that nobody has open
    sound = is_held(root / IN_USE) or sqlite_file.was_closed_cleanly(path)
    if not sound or sqlite_file.rebuilt_path(path).exists():
        return None
    db = opened.enter_context(read_only_sqlite(path))
    return StoreReader(settings, db) if db.snapshot_now(_is_current, read_mark(root)) else None


def _is_current(tx: Tx, mark: MirrorMark | None) -> bool:
    """Return whether an opening would find nothing to do and nothing to report."""
    if state.schema_revision(tx) != HEAD:
        return False
    starting.require(tx, HEAD)
    if any(state.get(tx, key) is None for key in _PRESENT) or any(state.get(tx, key) is not None for key in _ABSENT):
        return False
    if mark is None:
        return True
    return mark.store == state.get(tx, state.STORE_ID) and mark.height is not None and mark.height <= audit.height(tx)
