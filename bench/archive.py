"""Section `archive`: speed of backup, verification, restore and transfer of a whole store.

Each is measured as a command, from start to exit. The yardstick is `gzip -1` of the same rows as JSON lines. The table
also has the time of the database's own tools for the same store.
"""

import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from backend.app.kit.archive.age_keys import throwaway_pair
from bench.commands import MB, Cost, run, timed, valhalla
from bench.fill import fill, planned
from bench.progress import Reporter
from bench.servers import Postgres
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "archive"
MIN_RECORDS = 1
YARDSTICK = "gzip -1"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section: the number of drafts in the store."""

    run: Run
    records: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Content of a store: number of rows, and their size as JSON lines (MB)."""

    count: int
    mb: float


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports."""
    return len(wanted.run.databases) * 12


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measure each database, and the transfers between them."""
    for database in wanted.run.databases:
        yield from _Block(BenchStore(wanted.run, database, wanted.records, "archive-"), wanted.run, reporter).figures()


class _Block:
    """One store, with the archives and transfers from it into empty stores."""

    def __init__(self, store: BenchStore, run: Run, reporter: Reporter) -> None:
        self._store, self._run, self._reporter = store, run, reporter
        self._file = store.directory / "store.zip"
        self._lines = store.directory / "rows.jsonl"
        self._rows = Rows(0, 0.0)
        self._yardstick_s = 0.0

    def figures(self) -> Iterator[Figure]:
        self._step("filling")
        with self._reporter.counting("records", planned(self._store.size)) as counter:
            fill(self._store.settings, self._store.size, counter.advance)
        self._store.tidy()
        self._step("backup")
        backed_up = self._command("backup", str(self._file))
        self._read_archive()
        self._step(YARDSTICK)
        self._yardstick_s = timed(lambda: _gzip(self._lines, self._store.directory / "rows.gz")).seconds
        yield self._figure(f"{YARDSTICK} of the rows", Cost(self._yardstick_s))
        yield self._figure("backup", backed_up)
        yield self._figure("verify", self._timed_command("verify", str(self._file)))
        yield self._figure("restore", self._timed_command("restore", str(self._file), store=self._empty("restored")))
        yield from self._encrypted()
        yield from self._own_tools()
        yield from self._transfers()
        yield self._size("archive", self._file)
        yield self._size("rows as JSON lines", self._lines)

    def _step(self, what: str) -> None:
        self._reporter.step(f"{self._store.name}: {what}")

    def _figure(self, what: str, took: Cost) -> Figure:
        return Figure(
            SECTION,
            self._store.database,
            self._store.size,
            what,
            self._rows.count / took.seconds,
            "rows/s",
            share=self._yardstick_s / took.seconds,
            mb_s=self._rows.mb / took.seconds,
            seconds=took.seconds,
            memory_mb=took.memory_mb or None,
        )

    def _size(self, what: str, path: Path) -> Figure:
        return Figure(SECTION, self._store.database, self._store.size, what, path.stat().st_size / MB, "MB")

    def _empty(self, name: str) -> BenchStore:
        """Return another, empty store on the same database."""
        return BenchStore(self._run, self._store.database, self._store.size, f"{name}-")

    def _read_archive(self) -> None:
        """Record what the archive contains, and write its rows to one file."""
        with zipfile.ZipFile(self._file) as archive, self._lines.open("wb") as out:
            tables = json.loads(archive.read("manifest.json"))["tables"].values()
            for name in archive.namelist():
                if name.endswith(".jsonl"):
                    with archive.open(name) as member:
                        shutil.copyfileobj(member, out, BLOCK)
        self._rows = Rows(sum(table["count"] for table in tables), sum(table["bytes"] for table in tables) / MB)

    # Commands

    def _encrypted(self) -> Iterator[Figure]:
        """Yield the same three commands with an encrypted archive."""
        recipient, secret = throwaway_pair()
        key, file = self._store.directory / "key.txt", str(self._store.directory / "store.zip.age")
        key.touch(0o600)
        key.write_text(str(secret.keys[0]))
        read = (file, "--identity", str(key))
        yield self._figure("backup, encrypted", self._timed_command("backup", file, "--encrypt-to", recipient.text))
        yield self._figure("verify, encrypted", self._timed_command("verify", *read))
        there = self._empty("restored-encrypted")
        yield self._figure("restore, encrypted", self._timed_command("restore", *read, store=there))

    def _timed_command(self, *words: str, store: BenchStore | None = None) -> Cost:
        self._step(" ".join(words[:1]))
        return self._command(*words, store=store)

    def _command(self, *words: str, store: BenchStore | None = None) -> Cost:
        """Run `valhalla` on this store or another one. Raises ServerFailed if it fails."""
        return valhalla(store or self._store, *words)

    def _transfers(self) -> Iterator[Figure]:
        """Yield the transfers to JSON files, from there to SQLite, and between the databases if there are two."""
        files = self._store.directory / "files"
        yield self._transfer("JSON files", f"json://{files}", self._store)
        copy = BenchStore(self._run, "sqlite", self._store.size, f"of-{self._store.database}-")
        yield self._transfer("SQLite", f"sqlite://{copy.data_dir / 'valhalla.db'}", None, f"json://{files}")
        other = next((name for name in self._run.databases if name != self._store.database), None)
        if other == "postgresql":
            there = BenchStore(self._run, other, self._store.size, "from-sqlite-")
            assert there.url is not None
            yield self._transfer("PostgreSQL", there.url, self._store)

    def _transfer(self, to: str, url: str, store: BenchStore | None, from_: str | None = None) -> Figure:
        came_from = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self._store.database] if store else "JSON files"
        name = f"transfer {came_from} → {to}"
        self._step(name)
        return self._figure(name, self._command("transfer", "--to", url, *(("--from", from_) if from_ else ())))

    # The databases' own tools

    def _own_tools(self) -> Iterator[Figure]:
        self._step("the database's own tools")
        if self._store.url is None:
            copy = self._store.directory / "copy.db"
            own = timed(lambda: _copy_sqlite(self._store.data_dir / "valhalla.db", copy))
            yield self._figure("SQLite's own backup", own)
        elif self._run.postgres is not None:
            yield from self._pg_dump(self._run.postgres, self._store.url)

    def _pg_dump(self, server: Postgres, url: str) -> Iterator[Figure]:
        dump = str(self._store.directory / "dump")
        if not (server.programs / "pg_dump").exists():
            return
        command = [str(server.programs / "pg_dump"), "--format=custom", f"--file={dump}", url]
        yield self._figure("pg_dump", run(command, dict(os.environ)))
        empty = server.new_database("bench_pg_restore")
        yield self._figure(
            "pg_restore",
            run([str(server.programs / "pg_restore"), f"--dbname={empty}", dump], dict(os.environ)),
        )


def _gzip(source: Path, target: Path) -> None:
    """Measure `gzip -1` plus the fsync that a backup needs."""
    deflate = zlib.compressobj(level=1, wbits=31)
    with source.open("rb") as lines, target.open("wb") as out:
        while block := lines.read(BLOCK):
            out.write(deflate.compress(block))
        out.write(deflate.flush())
        out.flush()
        os.fsync(out.fileno())


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)
