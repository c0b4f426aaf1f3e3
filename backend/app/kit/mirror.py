"""Keeps the JSON files in step with the database.

One process holds the mirror of a data directory, by a lock on a file. It hears of its own process's commits at
once and of everyone else's by asking a feed. When there is time the file is written before the writer is
answered, so that a `cat` straight after shows the record; under load rewriting is held to a small share of a core.

A file is only replaced when it is as the mirror left it. One that someone else changed is moved aside, with a
warning and an audit event, and so is one with records when the store has none.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Protocol

import structlog

from backend.app.kit import clock, json_files
from backend.app.kit.db import Database, Tx
from backend.app.kit.file_lock import try_lock
from backend.app.kit.records import RecordTable

log = structlog.get_logger("mirror")

POLL_S = 0.1
LOOK_S = 1.0
BURST_S = 0.25
ANSWER_WAITS_S = 0.25
QUICK_S = 0.02
RETRY_S = 2.0


class Feed(Protocol):
    """What other processes changed: `mark` is where one got to, the answer a later mark and the entities touched."""

    def __call__(self, tx: Tx, mark: str | None) -> tuple[str, set[str]]: ...


Edited = Callable[[str, str], None]
"""Is told that a file was moved aside: its name, and where it is now."""


class Allowance:
    """How much time rewriting may take: a share of the clock, and a small reserve for people at work."""

    def __init__(self, share: float, burst_s: float = BURST_S) -> None:
        self._share, self._burst = share, burst_s
        self._left, self._at = burst_s, time.monotonic()

    def left(self) -> float:
        at = time.monotonic()
        self._left = min(self._burst, self._left + (at - self._at) * self._share)
        self._at = at
        return self._left

    def spend(self, seconds: float) -> None:
        self._left = self.left() - seconds

    def wait(self) -> float:
        """Seconds until there is time again."""
        return max(0.0, -self.left() / self._share)


class _File:
    """One mirrored file, and what is known of it."""

    def __init__(self, table: RecordTable[Any], root: Path) -> None:
        self.table = table
        self.path = root / table.file
        self.dirty_since: float | None = None
        self.requested = 0
        self.done = 0
        self.cost_s = 0.0
        self.signature: tuple[int, int, int] | None = None


class Mirror:
    """The mirror of one data directory."""

    def __init__(
        self,
        db: Database,
        root: Path,
        tables: list[RecordTable[Any]],
        *,
        store_id: str,
        share: float,
        feed: Feed,
        edited: Edited,
    ) -> None:
        self._db, self._root, self._store_id = db, root, store_id
        self._files = {table.name: _File(table, root) for table in tables}
        self._by_entity = {table.entity: table.name for table in tables}
        self._allowance = Allowance(share)
        self._feed, self._edited = feed, edited
        self._mark: str | None = None
        self._state_path = root / ".mirror.json"
        self._digests: dict[str, list[str]] = {}
        self._lock_file: IO[str] | None = None
        self._turn = threading.Condition()
        self._stop = False
        self._looked = 0.0
        self.problem: str | None = None
        self._thread = threading.Thread(target=self._run, name="valhalla-mirror", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def holds(self) -> bool:
        """Whether this process is the one that writes the files."""
        return self._lock_file is not None

    def lag_s(self) -> float:
        """How long the oldest change has been waiting for its file; 0 when all files are in step."""
        since = [file.dirty_since for file in self._files.values() if file.dirty_since is not None]
        return time.monotonic() - min(since) if since else 0.0

    # What the rest of the process calls

    def committed(self, touched: set[str]) -> None:
        """Hears of a commit of this process; waits for the files when that takes no time worth speaking of."""
        if not self.holds:
            return
        with self._turn:
            files = [self._files[name] for name in touched if name in self._files]
            wanted = [(file, self._request(file)) for file in files]
            self._turn.notify_all()
            if wanted and self._allowance.left() > 0 and sum(file.cost_s for file, _ in wanted) < QUICK_S:
                self._turn.wait_for(
                    lambda: self._stop or all(file.done >= number for file, number in wanted), ANSWER_WAITS_S
                )

    def wait_in_step(self, seconds: float) -> bool:
        """Waits until every file has been written; False when that takes longer, or another process holds them."""
        with self._turn:
            return self._turn.wait_for(lambda: self.holds and self.lag_s() == 0, seconds)

    def close(self) -> None:
        """Writes what is still to be written and lets go."""
        if not self._thread.is_alive():
            return
        with self._turn:
            self._stop = True
            self._turn.notify_all()
        self._thread.join()

    # The thread

    def _run(self) -> None:
        while not self._stop:
            try:
                self._step()
            except Exception as error:  # the thread must outlive every failure, and say so
                self._complain(error)
                self._pause(RETRY_S)
        try:
            if self.holds:
                self._hear()
                self._write_dirty(hurry=True)
        except Exception as error:
            self._complain(error)
        self._let_go()

    def _step(self) -> None:
        if not self.holds and not self._take():
            self._pause(LOOK_S)
            return
        self._hear()
        self._look()
        self._write_dirty()
        self._pause(self._next_wait())

    def _pause(self, seconds: float) -> None:
        with self._turn:
            if not self._stop and not (self._work_now() and self.problem is None):
                self._turn.wait(seconds)

    def _work_now(self) -> bool:
        return (
            self.holds and self._allowance.wait() == 0 and any(f.dirty_since is not None for f in self._files.values())
        )

    def _next_wait(self) -> float:
        if any(file.dirty_since is not None for file in self._files.values()):
            return min(max(self._allowance.wait(), 0.005), 1.0)
        return POLL_S

    def _complain(self, error: Exception) -> None:
        self.problem = f"{type(error).__name__}: {error}"
        log.error("json files not written", error=self.problem)

    # Holding the mirror

    def _take(self) -> bool:
        self._root.mkdir(parents=True, exist_ok=True)
        file = (self._root / ".mirror.lock").open("a")
        if not try_lock(file):
            file.close()
            return False
        self._read_state()
        with self._turn:
            for mirrored in self._files.values():
                self._request(mirrored)
        self._mark = self._db.snapshot_now(self._feed, None)[0]
        self._lock_file = file
        return True

    def _let_go(self) -> None:
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None

    def _read_state(self) -> None:
        try:
            state = json.loads(self._state_path.read_bytes())
            mine = state["store"] == self._store_id
            self._digests = {str(k): [str(d) for d in v] for k, v in state["files"].items()} if mine else {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._digests = {}

    def _write_state(self) -> None:
        temp = self._state_path.with_suffix(f".{os.getpid()}.tmp")
        temp.write_text(json.dumps({"store": self._store_id, "files": self._digests}, indent=0))
        temp.replace(self._state_path)

    # Noticing

    def _request(self, file: _File) -> int:
        file.requested += 1
        if file.dirty_since is None:
            file.dirty_since = time.monotonic()
        return file.requested

    def _hear(self) -> None:
        """Marks the files of what other processes changed."""
        self._mark, entities = self._db.snapshot_now(self._feed, self._mark)
        with self._turn:
            for entity in entities & self._by_entity.keys():
                file = self._files[self._by_entity[entity]]
                if file.dirty_since is None:
                    self._request(file)

    def _look(self) -> None:
        """Notices files that were changed or removed by hand."""
        if time.monotonic() - self._looked < LOOK_S:
            return
        self._looked = time.monotonic()
        with self._turn:
            for file in self._files.values():
                if file.signature is not None and json_files.signature(file.path) != file.signature:
                    self._request(file)

    # Writing

    def _write_dirty(self, *, hurry: bool = False) -> None:
        for file in self._files.values():
            if file.dirty_since is None or not (hurry or self._allowance.left() > 0):
                continue
            with self._turn:
                number, file.dirty_since = file.requested, None
            started = time.perf_counter()
            try:
                self._write(file)
            except BaseException:
                with self._turn:
                    file.dirty_since = file.dirty_since or time.monotonic()
                raise
            file.cost_s = time.perf_counter() - started
            self._allowance.spend(file.cost_s)
            with self._turn:
                file.done = number
                self._turn.notify_all()
        self.problem = None

    def _write(self, file: _File) -> None:
        with self._db.stream(file.table.every) as rows:
            docs: Iterator[list[str]] = ([row[0] for row in chunk] for chunk in rows)
            temp, records, digest = json_files.prepare(file.path, clock.now(), docs)
        try:
            self._move_aside_if_foreign(file, records)
            name = file.table.file
            self._digests[name] = [*self._digests.get(name, [])[-1:], digest]
            self._write_state()
            temp.replace(file.path)
        finally:
            temp.unlink(missing_ok=True)
        self._digests[name] = [digest]
        file.signature = json_files.signature(file.path)

    def _move_aside_if_foreign(self, file: _File, records: int) -> None:
        now = json_files.signature(file.path)
        if now is None or (now == file.signature and records):
            return
        digest = json_files.digest_of(file.path)
        known = digest in self._digests.get(file.table.file, [])
        if known and (records or not json_files.read(file.path).items):
            return
        aside = file.path.with_name(f"{file.path.stem}.edited-{clock.stamp()}{file.path.suffix}")
        os.replace(file.path, aside)
        log.warning("json file changed by someone else", file=file.table.file, moved_to=aside.name)
        self._edited(file.table.file, aside.name)
