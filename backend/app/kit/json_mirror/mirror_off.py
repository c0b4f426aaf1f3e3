"""Stand-in for the mirror where no plain JSON may be beside the database.

It writes no record, and neither changes nor deletes JSON files of an earlier time. It keeps the note up to date, which
holds no records: the store, its number of audit events, and since when the JSON files are outdated. So a missing
database, or an older copy of it, is still detected.
"""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import structlog

from backend.app.kit import clock
from backend.app.kit.db import Database
from backend.app.kit.file_lock import MIRROR, try_lock
from backend.app.kit.json_mirror import change_log, json_files
from backend.app.kit.json_mirror.mirror import Height
from backend.app.kit.json_mirror.mirror_note import MEMORY, Memory
from backend.app.kit.records import RecordTable

log = structlog.get_logger("mirror")

CHECK_S = 1.0
"""Seconds between two updates of the note."""


class MirrorOff:
    """The note of one data directory. `adopted`: digests of JSON files just adopted, which are renamed."""

    problem: str | None = None
    changes_problem: str | None = None

    def __init__(
        self,
        db: Database,
        root: Path,
        tables: Iterable[RecordTable[Any]],
        *,
        store_id: str,
        height: Height,
        adopted: frozenset[str] = frozenset(),
    ) -> None:
        self._db, self._root, self._height, self._adopted = db, root, height, adopted
        self._paths = [root / table.file for table in tables]
        self._note = Memory(store_id)
        self._lock_file: IO[str] | None = None
        self._failure: str | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="valhalla-mirror-off", daemon=True)

    def start(self) -> None:
        """Update the note before anything is written to the store, and then every second."""
        self._update()
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._stop.set()
            self._thread.join()
            self._update()
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None

    @property
    def holds(self) -> bool:
        """True if this process writes the note."""
        return self._lock_file is not None

    def lag_s(self) -> float:
        return 0.0

    def wait_in_step(self, seconds: float) -> bool:
        return True

    def waiting(self) -> list[str]:
        return []

    def _run(self) -> None:
        while not self._stop.wait(CHECK_S):
            self._update()

    def _update(self) -> None:
        """Update the note. A failure is logged once, and tried again with the next update."""
        try:
            if self._lock_file is None and not self._take():
                return
            height = self._db.snapshot_now(self._height)
            if height != self._note.height:
                self._note.height = height
                self._note.save(self._root / MEMORY)
            self._failure = None
        except Exception as error:  # noqa: BLE001 - the thread must survive every failure, which is logged
            failure = json_files.reason_of(error)
            if failure != self._failure:
                log.error("the note beside the database was not written", error=failure)
            self._failure = failure

    def _take(self) -> bool:
        """Take the lock of the mirror, and note that the JSON files are outdated. Return False if another holds it."""
        file = (self._root / MIRROR).open("a")
        if not try_lock(file):
            file.close()
            return False
        self._lock_file = file
        self._note = Memory.load(self._root / MEMORY, self._note.store)
        self._note.in_step = None
        self._note.outdated_since = self._note.outdated_since or clock.now()
        self._note.save(self._root / MEMORY)
        for path in self._paths:
            json_files.remove_leftovers(path)
            if self._adopted and json_files.digest_of(path) in self._adopted:
                log.info("json file taken in", file=path.name, kept_as=json_files.keep_as(path, "adopted").name)
                path.unlink(missing_ok=True)
        return True


def plain_files(root: Path, tables: Iterable[RecordTable[Any]]) -> list[Path]:
    """Return the JSON files of records and the logged changes in a data directory."""
    records = [root / table.file for table in tables if (root / table.file).is_file()]
    return [*records, *sorted((root / change_log.FOLDER).glob("changes-*.jsonl"))]
