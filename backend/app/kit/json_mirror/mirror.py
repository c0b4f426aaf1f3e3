"""Mirror of the database in JSON files.

One process holds the mirror of a data directory, with a file lock. It is notified of its own commits at once, and polls
a feed for those of other processes. If there is budget, the file is written before the writer is answered, so that
`cat` shows the record right after. Under load, rewriting is limited to a small share of a core.

A file is replaced only if it is as the mirror left it and contains nothing that the store lacks. Any other file is
renamed, with a warning and an audit event.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Protocol

import structlog

from backend.app.kit import clock
from backend.app.kit.db import Database, Tx, state
from backend.app.kit.db.work_units import WrittenDocument
from backend.app.kit.file_lock import MIRROR, try_lock
from backend.app.kit.json_mirror import json_files
from backend.app.kit.json_mirror.change_log import ChangeLog
from backend.app.kit.json_mirror.mirror_note import MEMORY, Memory
from backend.app.kit.json_mirror.time_budget import Allowance, with_pauses
from backend.app.kit.records import RecordTable

log = structlog.get_logger("mirror")

POLL_S = 0.1
CHECK_S = 1.0
MAX_CALLER_WAIT_S = 0.25
QUICK_WRITE_S = 0.02
RETRY_S = 2.0


class ChangeFeed(Protocol):
    """Changes by other processes: takes the last mark, returns the next mark and the changed entities."""

    def __call__(self, tx: Tx, mark: str | None) -> tuple[str, set[str]]: ...


Height = Callable[[Tx], int]
"""Callback returning a number that grows with every change. A store with a lower number has lost data."""

FileRenamed = Callable[[str, str], None]
"""Callback for a renamed file: its name and its new name."""


class _File:
    """One mirrored file and its state."""

    def __init__(self, table: RecordTable[Any], root: Path) -> None:
        self.table = table
        self.path = root / table.file
        self.since: float | None = None
        self.writing_since: float | None = None
        self.requested = 0
        self.done = 0
        self.cost_s = 0.0
        self.signature: tuple[int, int, int] | None = None

    def request(self) -> int:
        """Request a write of the file. Return the value that `done` reaches with it."""
        self.requested += 1
        if self.since is None:
            self.since = time.monotonic()
        return self.requested

    @property
    def behind_since(self) -> float | None:
        return self.since if self.writing_since is None else self.writing_since


def _all_done(wanted: list[tuple[_File, int]]) -> bool:
    return all(file.done >= number for file, number in wanted)


class Mirror:
    """Mirror of one data directory.

    `adopted`: digests of files just adopted by the store. `unsaved`: files with records that the database lacks or has
    in a version that is no newer. They are rewritten at once, and kept under another name. With `behind`, every file
    that contains more than the database is kept.
    """

    def __init__(
        self,
        db: Database,
        root: Path,
        tables: list[RecordTable[Any]],
        *,
        store_id: str,
        share: float,
        feed: ChangeFeed,
        height: Height,
        edited: FileRenamed,
        adopted: frozenset[str] = frozenset(),
        behind: bool = False,
        unsaved: frozenset[str] = frozenset(),
    ) -> None:
        self._db, self._root = db, root
        self._changes = ChangeLog(root)
        self._files = {table.name: _File(table, root) for table in tables}
        self._by_entity = {table.entity: table.name for table in tables}
        self._allowance = Allowance(share)
        self._feed, self._height, self._edited, self._adopted = feed, height, edited, adopted
        self._behind = behind
        self._mark: str | None = None
        self._memory_path = root / MEMORY
        self._memory = Memory(store_id)
        self._files_ahead = set(unsaved)
        self._unreported: list[tuple[str, str]] = []
        self._lock_file: IO[str] | None = None
        self._condition = threading.Condition()
        self._stop = self._beginning = False
        self._polled_at = self._checked_at = 0.0
        self.problem: str | None = None
        self._thread = threading.Thread(target=self._run, name="valhalla-mirror", daemon=True)

    def start(self) -> None:
        self._changes.prepare()
        self._thread.start()

    @property
    def holds(self) -> bool:
        """True if this process writes the files."""
        return self._lock_file is not None

    def lag_s(self) -> float:
        """Return the seconds that the oldest change has waited for its file; 0 if all files are in step."""
        since = [file.behind_since for file in self._files.values() if file.behind_since is not None]
        return time.monotonic() - min(since) if since else 0.0

    # Called by the rest of the process

    def committed(self, written: list[WrittenDocument]) -> None:
        """Process a commit of this process. Wait for the files if that takes negligible time."""
        self._changes.append(written)
        if not self.holds:
            return
        touched = {table for table, _ in written}
        with self._condition:
            wanted = [(file, file.request()) for name in touched if (file := self._files.get(name))]
            if not wanted or self._allowance.left() <= 0:
                return  # the thread wakes when there is budget again
            self._condition.notify_all()
            quick = sum(file.cost_s for file, _ in wanted) < QUICK_WRITE_S
            if self.problem is not None or self._beginning or not quick or self._db.waiting():
                return
            if not self._condition.wait_for(lambda: self._cannot_wait() or _all_done(wanted), MAX_CALLER_WAIT_S):
                for file, _ in wanted:
                    file.cost_s = MAX_CALLER_WAIT_S  # a lower bound, so that nobody waits again before it is written

    def _cannot_wait(self) -> bool:
        return self._stop or self.problem is not None or self._allowance.left() <= 0

    def wait_in_step(self, seconds: float) -> bool:
        """Wait until all files are written. Return False on failure, timeout, or if another process writes them."""
        with self._condition:
            self._condition.wait_for(lambda: self.problem is not None or self._in_step(), seconds)
            return self.problem is None and self._in_step()

    def _in_step(self) -> bool:
        return self.holds and not self._beginning and self.lag_s() == 0

    def waiting(self) -> list[str]:
        """Return the files that are not written yet."""
        return [file.table.file for file in self._files.values() if file.behind_since is not None]

    @property
    def changes_problem(self) -> str | None:
        """Reason why changes cannot be logged beside the JSON files; None if they can."""
        return self._changes.problem

    def close(self) -> None:
        """Write all pending files and release the mirror."""
        if self._thread.is_alive():
            with self._condition:
                self._stop = True
                self._condition.notify_all()
            self._thread.join()
        self._changes.close()

    # The thread

    def _run(self) -> None:
        while not self._stop:
            try:
                self._step()
            except Exception as error:  # noqa: BLE001 - the thread must survive every failure, which is logged
                self._set_problem(error)
                self._pause(RETRY_S)
        try:
            self._finish()
        except Exception as error:  # noqa: BLE001 - it is logged, and the next start rewrites the files
            self._set_problem(error)
        self._release()

    def _step(self) -> None:
        if not self.holds and not self._take():
            self.problem = None  # another process writes the files
            self._pause(CHECK_S)
            return
        if self._has_work() or time.monotonic() - self._polled_at >= POLL_S:
            self._poll_feed()
        self._check_files()
        self._write_dirty()
        self._memory.note_current(self._memory_path, self.waiting())
        self._pause(self._next_wait())

    def _finish(self) -> None:
        """Write all pending files and note that they are in step.

        If another process holds the mirror, leave it to that one.
        """
        if not self.holds and not self._take():
            return
        height, schema = self._db.snapshot_now(self._height), self._db.snapshot_now(state.schema_revision)
        self._poll_feed()  # so that the mark covers the height, and the files cover the mark
        self._write_dirty(force=True)
        self._memory.note_current(self._memory_path, self.waiting())
        if schema is not None and self._mark is not None:
            self._memory.height, self._memory.in_step = height, (schema, self._mark)
            self._memory.save(self._memory_path)

    def _pause(self, seconds: float) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._stop or (self._has_work() and self.problem is None), seconds)

    def _has_work(self) -> bool:
        return self.holds and self._allowance.left() > 0 and any(f.since is not None for f in self._files.values())

    def _next_wait(self) -> float:
        if any(file.since is not None for file in self._files.values()):
            return min(max(self._allowance.wait(), 0.005), 1.0)
        return POLL_S

    def _set_problem(self, error: Exception) -> None:
        problem = json_files.reason_of(error)
        if problem != self.problem:
            log.error("json files not written", error=problem)
        with self._condition:
            self.problem = problem
            self._condition.notify_all()

    # Holding the mirror

    def _take(self) -> bool:
        self._root.mkdir(parents=True, exist_ok=True)
        file = (self._root / MIRROR).open("a")
        try:
            if not try_lock(file):
                file.close()
                return False
            with self._condition:  # before the feed is read, so that no commit after it goes unnoticed
                self._lock_file, self._beginning = file, True
            self._begin()
        except BaseException:
            self._lock_file = None
            file.close()
            raise
        finally:
            with self._condition:
                self._beginning = False
                self._condition.notify_all()
        return True

    def _begin(self) -> None:
        memory = self._memory = Memory.load(self._memory_path, self._memory.store)
        schema, mark = memory.in_step or (None, None)
        self._mark, changed = self._db.snapshot_now(self._feed, mark)
        height = self._db.snapshot_now(self._height)
        if self._behind or height < memory.height:
            log.error("the store stands lower than its json files", store=height, json_files=memory.height)
            self._files_ahead |= set(memory.digests)
        in_step = not changed and height == memory.height and schema == self._db.snapshot_now(state.schema_revision)
        for file in self._files.values():
            json_files.remove_leftovers(file.path)
            if file.table.file in self._files_ahead or not (in_step and self._is_unchanged(file)):
                with self._condition:
                    file.request()
        json_files.remove_leftovers(self._memory_path)

    def _is_unchanged(self, file: _File) -> bool:
        signature = json_files.signature(file.path)
        known = self._memory.digests.get(file.table.file) == [json_files.digest_of(file.path)]
        file.signature = signature if known else None
        return known

    def _release(self) -> None:
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None

    # Detecting changes

    def _poll_feed(self) -> None:
        """Request writes of the files that other processes changed."""
        self._polled_at = time.monotonic()
        self._mark, entities = self._db.snapshot_now(self._feed, self._mark)
        with self._condition:
            for entity in entities & self._by_entity.keys():
                file = self._files[self._by_entity[entity]]
                if file.since is None:
                    file.request()

    def _check_files(self) -> None:
        """Detect files changed or removed by hand, and delete logged changes that the files have long contained."""
        if time.monotonic() - self._checked_at < CHECK_S:
            return
        self._checked_at = time.monotonic()
        self._changes.drop(time.time() - max(self.lag_s(), self._checked_at - self._polled_at))
        with self._condition:
            for file in self._files.values():
                if file.signature is not None and json_files.signature(file.path) != file.signature:
                    file.request()

    # Writing

    def _write_dirty(self, *, force: bool = False) -> None:
        """Write pending files, the longest-waiting first. A file that cannot be written does not block the others."""
        self._report_renamed()
        failed: Exception | None = None
        for file in sorted((f for f in self._files.values() if f.since is not None), key=lambda f: f.since or 0.0):
            if force or self._allowance.left() > 0:
                try:
                    self._write_timed(file)
                except Exception as error:  # noqa: BLE001 - raised when the others have had their turn
                    failed = error
        if failed is not None:
            try:
                raise failed
            finally:
                del failed  # the exception and this frame reference each other, and keep all that was read alive
        if self.problem is not None:
            log.info("json files written again")
        self.problem = None

    def _write_timed(self, file: _File) -> None:
        with self._condition:
            number, file.writing_since, file.since = file.requested, file.since, None
        started, began = time.perf_counter(), time.thread_time()
        try:
            self._write(file)
        except BaseException:
            with self._condition:
                file.since, file.writing_since = file.writing_since, None
            raise
        finally:
            self._allowance.spend(work_s := time.thread_time() - began)
        file.cost_s = max(work_s, (time.perf_counter() - started) / 10)  # under load, most of it is waiting
        with self._condition:
            file.done, file.writing_since = number, None
            self._condition.notify_all()

    def _write(self, file: _File) -> None:
        with self._db.open_snapshot() as tx:
            height, rows = self._height(tx), tx.stream(file.table.every)
            docs = with_pauses([json_files.line_of(row[0]) for row in chunk] for chunk in rows)
            temp, records, digest = json_files.prepare(file.path, clock.now(), docs)
        try:
            self._keep_foreign(file, records)
            memory, name = self._memory, file.table.file
            memory.digests[name] = [*memory.digests.get(name, [])[-1:], digest]
            memory.height, memory.in_step = height, None
            memory.save(self._memory_path)
            temp.replace(file.path)
        finally:
            temp.unlink(missing_ok=True)
        memory.digests[name] = [digest]
        self._files_ahead.discard(name)
        file.signature = json_files.signature(file.path)
        self._report_renamed()

    def _keep_foreign(self, file: _File, records: int) -> None:
        now = json_files.signature(file.path)
        if now is None or (now == file.signature and records and file.table.file not in self._files_ahead):
            return
        name, digest = file.table.file, json_files.digest_of(file.path)
        if digest in self._adopted:
            log.info("json file taken in", file=name, kept_as=json_files.keep_as(file.path, "adopted").name)
        elif digest not in self._memory.digests.get(name, []):
            self._move_aside(file, "edited", "json file changed by someone else")
        elif (name in self._files_ahead or not (records or self._memory.outdated_since)) and json_files.read(
            file.path
        ).items:
            self._move_aside(file, "ahead", "json file holds what the store has lost")

    def _move_aside(self, file: _File, why: str, sentence: str) -> None:
        aside = json_files.keep_as(file.path, why)
        log.warning(sentence, file=file.table.file, moved_to=aside.name)
        self._unreported.append((file.table.file, aside.name))

    def _report_renamed(self) -> None:
        """Report the renamed files for auditing."""
        while self._unreported:
            self._edited(*self._unreported[0])
            del self._unreported[0]
