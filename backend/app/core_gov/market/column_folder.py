"""Folder in the data directory with the columns of markets' sales, so that a new process need not read every row.

It is a cache. A file that is missing, damaged, of another store or of another past of this store only costs time, and
nothing of it is in an archive. A file is valid for its revision and later ones, because the later changes are read from
the database. A sale that its source withdrew leaves the folder soon: `tidy` deletes the files that still have one.
"""

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from backend.app import __version__
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import store
from backend.app.kit.db import Ctx, Database, Tx, state
from backend.app.kit.errors import AppError
from backend.app.kit.ids import new_id
from backend.app.kit.output.output_file import OutputFile, whole_file

log = structlog.get_logger("market")

FOLDER = "columns"
"""Name of the folder in the data directory."""

SUFFIX = ".columns"

STORE_KEY = "columns_of"
"""Key in `store_state`, in no archive: a random id that a restore, a transfer and a rebuild replace."""

FORMAT = 2
"""Increase it if the meaning of a column or the rule of parcel classes changes within a version of the program."""

MADE_BY = f"{FORMAT} {__version__}"

FREE_SPACE = 10
"""A file is written only if the disk has this many times its size free: a cache must not fill a disk."""

ABANDONED_S = 3_600.0
"""Age of an unfinished file, in seconds, from which its writer is taken for dead."""

_MAX_HEADER = 100_000
_MAX_NUMBER = 2**63 - 1
"""Largest number that a database compares; a damaged header may have any other."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Store, market and revision whose sales a file has, and the end of the audit trail at that moment.

    `link` is the hash of the audit event with the number `event`. A store in which this event has another hash has
    another past: it continued from an older copy.
    """

    store: str
    market: str
    revision: int
    event: int
    link: str
    made_by: str = MADE_BY

    @classmethod
    def of(cls, tx: Tx, market: str, revision: int) -> "FileFacts | None":
        """Return the facts of a file written now; None if no file may be written."""
        found, head = state.get(tx, STORE_KEY), audit.head(tx)
        if found is None or head is None or not head.seq:
            return None
        return cls(found, market, revision, head.seq, head.hash)

    def hold(self, tx: Tx) -> bool:
        """Return whether the history of the store has the moment at which the file was written."""
        head = audit.event_head(tx, self.event)
        return (
            self.made_by == MADE_BY
            and self.store == state.get(tx, STORE_KEY)
            and head is not None
            and head.hash == self.link
            and self.revision <= store.revision(tx, self.market)
        )


class NotReadable(ValueError):
    """File that is not complete, or not of this version."""


def read_header(content: bytes) -> tuple[FileFacts, dict[str, Any], int]:
    """Return the facts of a file, its directory of arrays, and where these begin. Raises NotReadable."""
    first = content.find(b"\n") + 1
    begin = content.find(b"\n", first) + 1
    try:
        about = json.loads(content[first:begin])
        facts = FileFacts(**about.pop("facts"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotReadable(f"the header is not valid: {error}") from None
    texts, numbers = (facts.store, facts.market, facts.link, facts.made_by), (facts.revision, facts.event)
    if not all(type(text) is str for text in texts):
        raise NotReadable("the header is not valid: a text has another type")
    if not all(type(number) is int and 0 <= number <= _MAX_NUMBER for number in numbers):
        raise NotReadable("the header is not valid: a number has another type or is out of range")
    if facts.made_by != MADE_BY:
        raise NotReadable("another version has written it")
    return facts, about, begin


class ColumnFolder:
    """Files of one data directory. `path` is None where none may be kept."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self._failed: str | None = None

    def content(self, market: str) -> bytes | None:
        """Return the content of the file of a market; None if it cannot be read."""
        if self.path is None:
            return None
        try:
            return (self.path / f"{market}{SUFFIX}").read_bytes()
        except OSError:
            return None

    def write(self, market: str, parts: Iterable[bytes]) -> None:
        """Replace the file of a market in one step. A failure is logged once."""
        if self.path is None:
            return
        path, written = self.path / f"{market}{SUFFIX}", [*parts]
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            if shutil.disk_usage(self.path).free < FREE_SPACE * sum(map(len, written)):
                return
            with whole_file(OutputFile(path, path, replace=True), private=True) as temp, temp.open("wb") as file:
                file.writelines(written)
        except (OSError, AppError) as error:
            failed = error.detail if isinstance(error, AppError) else str(error)
            if failed != self._failed:
                log.warning("the columns of a market were not written; reading them takes longer", error=failed)
            self._failed = failed

    def tidy(self, db: Database) -> int:
        """Delete files that are of no use, or have a sale that was removed since. Return how many."""
        if self.path is None or not self.path.is_dir():
            return 0
        with db.open_snapshot() as snapshot, os.scandir(self.path) as entries:
            useless = [Path(each.path) for each in entries if each.is_file() and _is_useless(snapshot, Path(each.path))]
        return _delete(useless)


def tidy(db: Database) -> int:
    """Tidy the folder of a store's columns."""
    return db.cached(ColumnFolder).tidy(db)


@contextmanager
def opened(db: Database, ctx: Ctx, root: Path, *, kept: bool) -> Iterator[None]:
    """Keep the columns of a store in a folder, tidied now and at the end. Without `kept`, delete those that are there.

    At the end, even of a command that failed, because it may have removed sales.
    """
    if kept:
        _open(db, ctx, root / FOLDER)
    else:
        with suppress(OSError):
            _delete([each for each in (root / FOLDER).iterdir() if each.suffix in {SUFFIX, ".tmp"}])
    try:
        yield
    finally:
        with suppress(AppError, OSError):
            tidy(db)


def _open(db: Database, ctx: Ctx, path: Path) -> None:
    folder = db.cached(ColumnFolder)
    try:
        if db.snapshot_now(state.get, STORE_KEY) is None:
            db.write_now(ctx, state.offer, STORE_KEY, new_id("columns"))
        folder.path = path
        folder.tidy(db)
    except (AppError, OSError) as error:
        log.warning("the columns of markets are not kept", error=str(error))


def forget_store(tx: Tx) -> None:
    """Make every file useless: the database came from elsewhere, or may have lost sales."""
    state.forget(tx, STORE_KEY)


def _is_useless(tx: Tx, path: Path) -> bool:
    if path.suffix != SUFFIX:
        return path.suffix == ".tmp" and _is_abandoned(path)
    try:
        with path.open("rb") as file:
            facts, _, _ = read_header(file.read(_MAX_HEADER))
    except (OSError, NotReadable):
        return True
    if facts.market + SUFFIX != path.name or not facts.hold(tx):
        return True
    return store.any_removed_since(tx, facts.market, facts.revision)


def _is_abandoned(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - ABANDONED_S
    except FileNotFoundError:  # its writer has completed it
        return False


def _delete(paths: Iterable[Path]) -> int:
    deleted = 0
    for path in paths:
        with suppress(OSError):
            path.unlink()
            deleted += 1
    return deleted
