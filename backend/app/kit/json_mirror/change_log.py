"""Log of the latest changes, one per line, that the JSON files may not contain yet.

Under load the JSON files lag, and an archive of the data directory made meanwhile may hold a torn database: half from
before a checkpoint, half from after. So every process appends its commits to a file in `recent/` before callers are
answered. There is no `fsync`, because the log protects archives and not against power loss. With it, the JSON files are
complete at any moment.

A file is deleted some time after the JSON files contain all of it, because an archive may have read them just before.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import structlog

from backend.app.kit import clock
from backend.app.kit.db.work_units import WrittenDocument
from backend.app.kit.file_lock import try_lock
from backend.app.kit.json_mirror import json_files

log = structlog.get_logger("changes")

FOLDER = "recent"
ROLL_S, ROLL_BYTES = 60.0, 8_000_000
RETENTION_S, RETENTION_BYTES = 600.0, 64_000_000
_CLOCKS_DIFFER_S = 1.0


class ChangeLog:
    """Change log files of one data directory. Only one thread appends."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._file: IO[str] | None = None
        self._since, self._size = 0.0, 0
        self._last_line_incomplete = False
        self.problem: str | None = None

    def prepare(self) -> None:
        """Create the folder, so that a failure shows early."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._set_problem(error)

    def append(self, written: Iterable[WrittenDocument]) -> None:
        """Append committed changes. A full disk is logged, not reported to the caller."""
        lines = "".join([f"{table} {doc}\n" for table, doc in written]).encode()
        try:
            file = self._open()
            done = os.write(file.fileno(), b"\n" + lines if self._last_line_incomplete else lines)
            self._last_line_incomplete = done < len(lines)
            self._size += done
            self.problem = None
        except OSError as error:
            self._set_problem(error)

    def _set_problem(self, error: OSError) -> None:
        problem = json_files.reason_of(error)
        if self.problem is None:
            log.error("changes not noted beside the json files", error=problem)
        self.problem = problem

    def _open(self) -> IO[str]:
        if self._file is not None and self._size < ROLL_BYTES and time.monotonic() - self._since < ROLL_S:
            return self._file
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = (self._folder / f"changes-{clock.stamp()}-{os.getpid()}.jsonl").open("a")
        try_lock(self._file)  # so that no other process deletes it while it is being written
        self._since, self._size, self._last_line_incomplete = time.monotonic(), 0, False
        return self._file

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def drop(self, covered_until: float) -> None:
        """Delete files whose changes were all in the JSON files at that time, oldest first."""
        kept = 0
        for path in sorted(_files(self._folder), reverse=True):
            stat = path.stat()
            if stat.st_mtime > covered_until - _CLOCKS_DIFFER_S:
                continue
            kept += stat.st_size
            if kept > RETENTION_BYTES or stat.st_mtime < time.time() - RETENTION_S:
                _remove_unless_in_use(path)


def read(root: Path) -> Iterator[WrittenDocument]:
    """Yield all logged changes, oldest first. Incomplete lines are skipped."""
    for path in sorted(_files(root / FOLDER)):
        with path.open("rb") as file:
            for line in file:
                table, _, doc = line.decode("utf-8", "replace").partition(" ")
                if doc.endswith("}\n"):
                    yield table, doc[:-1]


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.glob("changes-*.jsonl") if path.is_file())


def _remove_unless_in_use(path: Path) -> None:
    with closing(path.open("a")) as file:
        if try_lock(file):
            path.unlink(missing_ok=True)
