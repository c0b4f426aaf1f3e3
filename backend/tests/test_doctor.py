"""`valhalla doctor`: it sees what is wrong and changes nothing; with --fix it mends what can be mended, and no more."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine
from typer.testing import CliRunner

from backend.app.bootstrap import TABLES, Store, open_store
from backend.app.cli.commands import app
from backend.app.doctor import files, locks
from backend.app.kit import lock_holders
from backend.app.kit.archive.stores import PARTIAL
from backend.app.kit.db import Tx, migrate, state
from backend.app.kit.file_lock import try_lock
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import LeaseHolder
from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.harness import ROOT, Postgres, clean_environment, until
from backend.tests.promises import promise
from backend.tests.survive import namespace
from backend.tests.survive.store_view import CTX, events, in_step, make_deals, names

Doc = dict[str, Any]
DEALS = [f"Deal {number}" for number in range(30)]
FILE = "deals/deals.json"


class Doctor:
    """The command, run on some settings."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = settings
        monkeypatch.setenv("VALHALLA_DATA_DIR", str(settings.data_dir))
        if settings.database_url:
            monkeypatch.setenv("VALHALLA_DATABASE_URL", settings.database_url)

    def text(self, *options: str) -> tuple[int, str]:
        run = CliRunner().invoke(app, ["doctor", *options])
        assert run.exception is None or isinstance(run.exception, SystemExit), run.exc_info
        return run.exit_code, run.stdout

    def json(self, *options: str) -> Doc:
        status, printed = self.text("--json", *options)
        found: Doc = json.loads(printed)
        assert status == (0 if found["healthy"] else 1)
        return found

    def check(self) -> list[Doc]:
        """What it finds, having changed nothing."""
        before = everything(self.settings)
        found: list[Doc] = self.json()["findings"]
        assert everything(self.settings) == before
        return found

    def one(self, subject: str, words: str = "") -> Doc:
        """The only finding on a subject that is not ok and has these words."""
        (found,) = [
            finding
            for finding in self.check()
            if finding["subject"] == subject and finding["verdict"] != "ok" and words in finding["sentence"]
        ]
        return found

    def healthy(self) -> None:
        """All is well, and there is nothing left to mend."""
        assert [finding for finding in self.check() if finding["verdict"] == "bad" or finding["fix"]] == []
        again = self.json("--fix")
        assert (again["healthy"], again["fixed"]) == (True, [])


@pytest.fixture
def doctor(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(settings, monkeypatch)


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """SQLite."""
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def on_sqlite(small: Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(small, monkeypatch)


@pytest.fixture
def full(settings: Settings) -> Path:
    """The data directory of a store that was closed in order, with records in step."""
    return fill(settings)


@pytest.fixture
def full_sqlite(small: Settings) -> Path:
    return fill(small)


def fill(settings: Settings) -> Path:
    with open_store(settings) as store:
        make_deals(store, *DEALS)
        in_step(store)
    return settings.data_dir


def deals_of(settings: Settings) -> list[str]:
    with open_store(settings) as store:
        return names(store)


def everything(settings: Settings) -> Doc:
    """Every file and every row there is, with what would give away a change."""
    root = settings.data_dir
    paths = [root.parent, root, *sorted(root.rglob("*"))] if root.is_dir() else [root.parent]
    found: Doc = {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in paths}
    found |= {f"{path} holds": path.read_bytes() for path in paths if path.is_file() and path.suffix != ".db-shm"}
    return found | (_rows(settings.database_url) if settings.database_url else {})


def _rows(url: str) -> Doc:
    try:
        with psycopg.connect(url) as conn:
            tables = [row[0] for row in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            return {name: conn.execute(f"SELECT xmin, t::text FROM {name} t".encode()).fetchall() for name in tables}
    except psycopg.OperationalError:
        return {}


# Nothing is wrong


@promise(
    "Operator tools",
    "The doctor changes nothing; `--fix` repairs a stale mirror, missing directories and leftovers of dead processes.",
)
def test_a_place_where_nothing_is_yet(doctor: Doctor) -> None:
    assert doctor.one("directory")["fix"].startswith("makes ")
    assert not doctor.settings.data_dir.exists()
    done = doctor.json("--fix")
    assert [fix["subjects"] for fix in done["fixed"]] == ["directory"]
    assert list(doctor.settings.data_dir.iterdir()) == []
    doctor.healthy()


def test_a_store_that_was_closed_in_order(doctor: Doctor, full: Path) -> None:
    found = [finding for finding in doctor.check() if finding["subject"] != "indexes"]  # PostgreSQL has no amcheck here
    assert [finding for finding in found if finding["verdict"] != "ok"] == []
    sentences = {finding["subject"]: finding["sentence"] for finding in found}
    assert sentences.keys() == {
        "settings", "directory", "disk", "locks", "database", "schema", "JSON files", "documents", "audit trail",
    }  # fmt: skip
    assert f"{FILE}: 30 records, in step" in [finding["sentence"] for finding in found]
    doctor.healthy()


def test_it_speaks_to_people_line_by_line(on_sqlite: Doctor, full_sqlite: Path) -> None:
    (full_sqlite / FILE).unlink()
    status, printed = on_sqlite.text()
    assert status == 1
    line = (
        f"BAD  JSON files  {FILE} is missing; the database has 30 records: `valhalla doctor --fix` writes {FILE} anew"
    )
    assert f"{line}, or the next start does" in printed.splitlines()
    status, printed = on_sqlite.text("--fix")
    assert status == 0
    lines = printed.splitlines()
    assert lines[0] == f"fix  JSON files  writes {FILE} anew"
    assert lines[1].startswith("done JSON files  the database has schema")


def test_fix_on_a_healthy_store_says_that_there_is_nothing_to_fix(on_sqlite: Doctor, full_sqlite: Path) -> None:
    status, printed = on_sqlite.text("--fix")
    assert (status, printed.splitlines()[0]) == (0, "fix              there is nothing to fix")


def test_fix_does_not_say_so_where_something_is_wrong(on_sqlite: Doctor, full_sqlite: Path) -> None:
    with closing(sqlite3.connect(full_sqlite / "valhalla.db")) as conn, conn:
        conn.execute("UPDATE deals SET doc = replace(doc, '\"lead\"', '\"new\"') WHERE seq = 1")
    assert on_sqlite.text("--fix")[0] == 1  # writes the JSON file
    status, printed = on_sqlite.text("--fix")
    assert status == 1
    assert printed.startswith("fix              --fix cannot mend what is marked BAD below (1)")


# Beside others


def test_beside_a_service_at_work(doctor: Doctor, store: Store) -> None:
    make_deals(store, *DEALS)
    in_step(store)
    sentences = [finding["sentence"] for finding in doctor.check() if finding["verdict"] == "ok"]
    assert f"{FILE}: 30 records, in step" in sentences
    assert any(f"process {os.getpid()} writes the JSON files" in sentence for sentence in sentences)
    doctor.healthy()
    make_deals(store, "Afterwards")
    assert len(names(store)) == 31


@promise(
    "Operator tools",
    "The doctor changes nothing; `--fix` repairs a stale mirror, missing directories and leftovers of dead processes.",
)
def test_beside_a_server_of_its_own_process(on_sqlite: Doctor, server: MakeServer) -> None:
    # A lease that is renewed meanwhile would change the log of the database.
    quiet = {"lease_s": "600", "jobs": "false"}
    service = server(on_sqlite.settings.data_dir, settings=quiet).start()
    with service.client() as client:
        assert client.post("/core/deals", json={"name": "Elm"}).status_code == 201
        path = on_sqlite.settings.data_dir / FILE
        until(lambda: path.exists() and "Elm" in path.read_text(), "the file is written")
        sentence = f"process {service.pid} has the store open; process {service.pid} writes the JSON files"
        assert sentence in [finding["sentence"] for finding in on_sqlite.check()]
        on_sqlite.healthy()
        assert client.post("/core/deals", json={"name": "Oak"}).status_code == 201
        assert client.get("/readyz").status_code == 200
    assert service.stop() in {0, -signal.SIGTERM}


def _hold_mirror(root: Path) -> Any:
    lock = (root / ".mirror.lock").open("a")
    assert try_lock(lock)
    return lock


def test_files_that_lag_behind_a_service_are_given_time(
    doctor: Doctor, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mirror that is held, but does not write: first it lags, and after a while it is wrong."""
    monkeypatch.setattr(files, "SECOND_LOOK_S", 0.0)
    with _hold_mirror(full), open_store(doctor.settings) as store:
        make_deals(store, "Not written yet")
    with _hold_mirror(full):
        found = doctor.one("JSON files")
        assert (found["verdict"], found["fix"]) == ("note", None)
        assert f"{FILE} has 30 records, the database 31; the oldest change is " in found["sentence"]
        monkeypatch.setenv("VALHALLA_MIRROR_MAX_LAG_S", "0.000001")
        found = doctor.one("JSON files")
        assert (found["verdict"], found["fix"]) == ("bad", None)
        assert f"process {os.getpid()} should have written it" in found["remedy"]
        assert doctor.json("--fix")["fixed"] == []
    assert doctor.json("--fix")["healthy"]
    doctor.healthy()


def test_a_file_that_is_written_meanwhile_is_in_step(
    doctor: Doctor, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = (full / FILE).read_bytes()
    (full / FILE).unlink()
    with _hold_mirror(full):
        monkeypatch.setattr("backend.app.doctor.files.time.sleep", lambda seconds: (full / FILE).write_bytes(written))
        assert doctor.json()["healthy"]


def test_a_start_at_this_moment_is_named(doctor: Doctor, full: Path) -> None:
    with (full / ".opening.lock").open("a") as lock:
        assert try_lock(lock)
        assert f"process {os.getpid()} is opening the store just now" in doctor.one("locks")["sentence"]


def test_a_system_that_does_not_name_who_holds_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_holders, "_SYSTEM_LOCKS", tmp_path / "missing")
    with _hold_mirror(tmp_path):
        found = locks.held(tmp_path)
        assert (found.mirror, found.in_use, found.who(locks.MIRROR)) == (True, False, "another process")


# JSON files


def _shorter(path: Path) -> None:
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:3] + lines[4:]))


def _other(path: Path) -> None:
    path.write_text(path.read_text().replace('"Deal 3"', '"Deal three"'))


def _touched(path: Path) -> None:
    path.write_text(path.read_text().replace('"updated_at": "', '"updated_at": "1999-', 1))


def _garbage(path: Path) -> None:
    path.write_text("This is no JSON.")


@promise(
    "Operator tools",
    "The doctor changes nothing; `--fix` repairs a stale mirror, missing directories and leftovers of dead processes.",
)
@pytest.mark.parametrize(
    ("change", "sentence", "kept"),
    [
        (Path.unlink, "is missing; the database has 30 records", False),
        (_shorter, "has 29 records, the database 30", True),
        (_other, "has 1 of 30 records other than the database", True),
        (_touched, "was written by someone else, with the same records", True),
        (_garbage, "is not as the service writes it", True),
    ],
    ids=["missing", "shorter", "other", "touched", "garbage"],
)
def test_files_out_of_step_are_written_anew(
    doctor: Doctor, full: Path, change: Callable[[Path], None], sentence: str, kept: bool
) -> None:
    change(full / FILE)
    changed = (full / FILE).read_bytes() if kept else b""
    found = doctor.one("JSON files")
    assert (found["verdict"], found["sentence"]) == ("bad", f"{FILE} {sentence}")
    assert found["fix"] == ("keeps it under another name and " if kept else "") + f"writes {FILE} anew"
    (fix,) = doctor.json("--fix")["fixed"]
    assert fix["done"]
    aside = list((full / "deals").glob("deals.edited-*.json"))
    assert [path.read_bytes() for path in aside] == [changed] * kept
    assert any(str(path.name) in line for path in aside for line in fix["result"]) is kept
    doctor.healthy()
    assert deals_of(doctor.settings) == DEALS


def test_files_of_a_service_that_was_killed(on_sqlite: Doctor, tmp_path: Path) -> None:
    """Its changes stand in the log of the database, and not in every file yet."""
    other = Settings(data_dir=tmp_path / "other")
    with open_store(other) as store:
        make_deals(store, *DEALS)
        in_step(store)
        shutil.copytree(other.data_dir, on_sqlite.settings.data_dir)
    root = on_sqlite.settings.data_dir
    _shorter(root / FILE)
    assert (root / "valhalla.db-wal").stat().st_size
    assert "not closed in order" in on_sqlite.one("database")["sentence"]
    assert "has 29 records, the database 30" in on_sqlite.one("JSON files")["sentence"]
    (root / "valhalla.db-shm").unlink()
    assert "has 29 records, the database 30" in on_sqlite.one("JSON files")["sentence"]
    assert on_sqlite.json("--fix")["healthy"]
    on_sqlite.healthy()


def test_files_that_were_moved_aside_are_named(doctor: Doctor, full: Path) -> None:
    for name in ("deals/deals.edited-1.json", "deals/deals.ahead-1.json", "refused-1.json"):
        (full / name).write_text("{}")
    noted = [finding for finding in doctor.check() if finding["subject"] == "set aside"]
    assert [(finding["verdict"], finding["fix"]) for finding in noted] == [("note", None)] * 3
    assert noted[0]["sentence"] == "deals/deals.edited-1.json: changed by someone, and moved aside"
    doctor.healthy()
    assert (full / "refused-1.json").exists()


def test_files_that_wait_to_be_taken_in(doctor: Doctor) -> None:
    path = doctor.settings.data_dir / FILE
    path.parent.mkdir(parents=True)
    path.write_text('[{"name": "Elm"}, {"nonsense": true}]')
    assert doctor.one("JSON files")["fix"] == "takes them in"
    (fix,) = doctor.json("--fix")["fixed"]
    assert f"took in the records of the JSON files: 1 from {FILE}" in fix["result"]
    assert any("refused-" in line for line in fix["result"])
    doctor.healthy()
    assert deals_of(doctor.settings) == ["Elm"]


# What processes left behind


@pytest.fixture
def dead_pid() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


@promise(
    "Operator tools",
    "The doctor changes nothing; `--fix` repairs a stale mirror, missing directories and leftovers of dead processes.",
)
def test_leftovers_of_a_dead_process_are_removed(doctor: Doctor, full: Path, dead_pid: int) -> None:
    left = full / "deals" / f".deals.json.{dead_pid}.tmp"
    living = full / "deals" / f".deals.json.{os.getpid()}.tmp"
    for path in (left, living):
        path.write_text("half")
    assert left.name in doctor.one("leftovers")["sentence"]
    with _hold_mirror(full):
        (fix,) = doctor.json("--fix")["fixed"]
        assert (fix["done"], left.exists()) == (False, True)
        assert f"process {os.getpid()} may still need them" in fix["result"][0]
    assert doctor.json("--fix")["healthy"]
    assert (left.exists(), living.exists()) == (False, True)
    doctor.healthy()


def test_an_unfinished_restore_is_removed_when_nobody_is_at_it(on_sqlite: Doctor, full_sqlite: Path) -> None:
    left = [full_sqlite / f"valhalla.db{PARTIAL}{suffix}" for suffix in ("", "-wal")]
    for path in left:
        path.write_text("half")
    assert "valhalla.db.partial, valhalla.db.partial-wal: " in on_sqlite.one("leftovers")["sentence"]
    with (full_sqlite / ".in-use.lock").open("a") as lock:
        assert try_lock(lock)
        assert not on_sqlite.json("--fix")["healthy"]
        assert all(path.exists() for path in left)
    assert on_sqlite.json("--fix")["healthy"]
    assert not any(path.exists() for path in left)
    on_sqlite.healthy()


def test_an_unfinished_transfer_is_bad_and_left_alone(doctor: Doctor, full: Path) -> None:
    _set_state(doctor.settings, state.UNFINISHED, "half of it")
    assert "was not finished" in doctor.one("database")["sentence"]
    assert doctor.json("--fix")["fixed"] == []


def _set_state(settings: Settings, key: str, value: str) -> None:
    with open_store(settings) as store:
        store.db.write_now(CTX, state.put, key, value)
        in_step(store)


def _lease(store: Store, name: str, holder: str) -> None:
    def take(tx: Tx) -> None:
        assert leases.take(tx, name, holder, "{}", 300.0)

    store.db.write_now(CTX, take)


@promise(
    "Operator tools",
    "The doctor changes nothing; `--fix` repairs a stale mirror, missing directories and leftovers of dead processes.",
)
def test_leases_of_dead_processes_are_removed(doctor: Doctor, store: Store, dead_pid: int) -> None:
    """Beside a service at work, whose own leases stay."""
    lease_holder = LeaseHolder(store.db, CTX, kind="work", version="1", seconds=300.0)
    lease_holder.start()
    mine = lease_holder.name.split(":")
    gone = ":".join([mine[0], mine[1], str(dead_pid), "00000000"])
    elsewhere = f"process:elsewhere.example:{dead_pid}:00000000"
    for name, holder in ((gone, gone), ("job:sync", gone), (elsewhere, elsewhere)):
        _lease(store, name, holder)
    in_step(store)
    found = doctor.one("processes")
    assert found["fix"] == "removes what they left"
    assert found["sentence"].startswith("2 leases were left behind")
    assert f"process {dead_pid} on {mine[1]}" in found["sentence"]
    assert doctor.json("--fix")["healthy"]
    kept = [lease.name for lease in store.db.snapshot_now(leases.every)]
    assert kept == sorted([lease_holder.name, elsewhere])
    assert events(store, "leases.removed")[0]["facts"] == {"leases": ["job:sync", gone]}
    lease_holder.close()
    in_step(store)
    doctor.healthy()


# The database


def test_an_older_schema_is_migrated(
    tmp_path: Path, database: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database(migrated=False) if database == "postgresql" else None
    doctor = Doctor(Settings(data_dir=tmp_path / "data", database_url=url), monkeypatch)
    doctor.settings.data_dir.mkdir()
    _make_older(url or doctor.settings.sqlite_path)
    found = doctor.one("schema")
    assert (found["verdict"], found["fix"]) == ("note", f"migrates it to {migrate.HEAD}")
    (fix,) = doctor.json("--fix")["fixed"]
    assert fix["done"]
    doctor.healthy()


def test_an_older_schema_is_left_alone_while_others_work_with_it(on_sqlite: Doctor) -> None:
    on_sqlite.settings.data_dir.mkdir()
    _make_older(on_sqlite.settings.sqlite_path)
    with (on_sqlite.settings.data_dir / ".in-use.lock").open("a") as lock:
        assert try_lock(lock)
        found = on_sqlite.one("schema")
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert found["remedy"] == f"stop process {os.getpid()}; the next start migrates it"


def test_an_older_schema_is_left_alone_while_other_machines_work_with_it(
    small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database(migrated=False)
    doctor = Doctor(small.model_copy(update={"database_url": url}), monkeypatch)
    _make_older(url)
    with psycopg.connect(url, application_name="valhalla"):
        found = doctor.one("schema")
        assert (found["verdict"], found["fix"]) == ("bad", None)
        assert found["remedy"] == "stop the other processes of the service; the next start migrates it"


def test_a_newer_schema_is_bad_and_left_alone(doctor: Doctor, full: Path) -> None:
    _set_revision(doctor.settings, "9999")
    found = doctor.one("schema", "made by a newer Valhalla")
    assert (found["verdict"], found["fix"]) == ("bad", None)
    before = everything(doctor.settings)
    again = doctor.json("--fix")
    assert (again["healthy"], again["fixed"]) == (False, [])
    assert everything(doctor.settings) == before
    _set_revision(doctor.settings, migrate.HEAD)


def _make_older(database: Path | str) -> None:
    engine = create_engine(migrate.sqlalchemy_url(database))
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), "0001")
    engine.dispose()


def _set_revision(settings: Settings, revision: str) -> None:
    statement = f"UPDATE alembic_version SET version_num = '{revision}'"
    if settings.database_url:
        with psycopg.connect(settings.database_url) as conn:
            conn.execute(statement.encode())
        return
    with closing(sqlite3.connect(settings.sqlite_path)) as sqlite:
        sqlite.execute(statement)
        sqlite.commit()


def _no_database(path: Path) -> None:
    path.write_bytes(b"This is no database.\n" * 5000)


def _cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _rotten(path: Path) -> None:
    """A page that changed by itself: neither the size nor the time of the file say so."""
    stat = path.stat()
    with path.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 3)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("damage", [_no_database, _cut_short, _rotten])
def test_a_damaged_database_is_set_aside_and_rebuilt_with_an_account(
    on_sqlite: Doctor, full_sqlite: Path, damage: Callable[[Path], None]
) -> None:
    path = on_sqlite.settings.sqlite_path
    damage(path)
    broken = path.read_bytes()
    found = on_sqlite.one("database")
    assert found["verdict"] == "bad"
    assert "valhalla.db.broken-TIME" in found["fix"]
    assert ("a start would not notice" in found["remedy"]) is (damage is _rotten)
    (fix,) = on_sqlite.json("--fix")["fixed"]
    (aside,) = (each for each in full_sqlite.glob("valhalla.db.broken-*Z"))
    assert aside.read_bytes() == broken
    assert any(f"set the damaged database aside as {aside.name}" in line for line in fix["result"])
    assert any(line.startswith("read ") for line in fix["result"])
    if damage is not _rotten:
        assert any(line.startswith("lost: audit_events: ") for line in fix["result"])
        assert on_sqlite.one("losses", "audit_events: ")["verdict"] == "bad"
    assert aside.name in on_sqlite.one("set aside", "valhalla.db.broken-")["sentence"]
    assert on_sqlite.json("--acknowledge")["healthy"]
    on_sqlite.healthy()
    assert deals_of(on_sqlite.settings) == DEALS


def test_a_damaged_database_is_left_alone_while_others_work_with_it(on_sqlite: Doctor, full_sqlite: Path) -> None:
    _no_database(on_sqlite.settings.sqlite_path)
    with (full_sqlite / ".in-use.lock").open("a") as lock:
        assert try_lock(lock)
        assert on_sqlite.one("database")["fix"] is None
        assert on_sqlite.json("--fix")["fixed"] == []


def test_a_database_that_is_gone_while_others_work_with_it(on_sqlite: Doctor, full_sqlite: Path) -> None:
    on_sqlite.settings.sqlite_path.unlink()
    with (full_sqlite / ".in-use.lock").open("a") as lock:
        assert try_lock(lock)
        assert f"is gone while process {os.getpid()} works with it" in on_sqlite.one("database")["sentence"]


def test_a_log_without_its_database_is_rebuilt(on_sqlite: Doctor, full_sqlite: Path) -> None:
    path = on_sqlite.settings.sqlite_path
    path.rename(path.with_name("valhalla.db-wal"))
    assert "valhalla.db is missing, but the JSON files are the copy" in on_sqlite.one("database")["sentence"]
    (fix,) = on_sqlite.json("--fix")["fixed"]
    assert fix["done"]
    assert deals_of(on_sqlite.settings) == DEALS


def test_a_database_that_is_a_directory(on_sqlite: Doctor) -> None:
    on_sqlite.settings.sqlite_path.mkdir(parents=True)
    assert "cannot be looked at" in on_sqlite.one("database")["sentence"]
    assert on_sqlite.json("--fix")["fixed"] == []


@promise(
    "Operator tools",
    "The doctor changes nothing; `--fix` repairs a stale mirror, missing directories and leftovers of dead processes.",
)
def test_a_mend_that_was_killed_does_no_harm(on_sqlite: Doctor, full_sqlite: Path) -> None:
    _no_database(on_sqlite.settings.sqlite_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.app.cli", "doctor", "--fix"],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(full_sqlite)}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        until(lambda: list(full_sqlite.glob("*.broken-*")) or process.poll() is not None, "it has begun")
        process.send_signal(signal.SIGKILL)
    on_sqlite.json("--fix")
    assert on_sqlite.json("--acknowledge")["healthy"]
    on_sqlite.healthy()
    assert deals_of(on_sqlite.settings) == DEALS


def test_a_trail_that_was_changed_is_bad(doctor: Doctor, full: Path) -> None:
    if doctor.settings.database_url:
        with psycopg.connect(doctor.settings.database_url) as conn:
            conn.execute("SET session_replication_role = replica")
            conn.execute("UPDATE audit_events SET actor = 'nobody' WHERE seq = 3")
    else:
        with closing(sqlite3.connect(doctor.settings.sqlite_path)) as sqlite:
            sqlite.execute("DROP TRIGGER audit_events_no_update")
            sqlite.execute("UPDATE audit_events SET actor = 'nobody' WHERE seq = 3")
            sqlite.commit()
    found = doctor.one("audit trail")
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert "event 3 " in found["sentence"]


# PostgreSQL


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret-word@127.0.0.1:1/valhalla",
        "postgresql://ann:secret-word@no-such-host.invalid/valhalla",
        "postgresql:///valhalla?host=/no/such/socket",
    ],
)
def test_a_server_that_does_not_answer(small: Settings, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    doctor = Doctor(small.model_copy(update={"database_url": url}), monkeypatch)
    found = doctor.one("database")
    assert (found["verdict"], found["fix"]) == ("bad", None)
    assert "does not answer" in found["sentence"]
    assert "secret-word" not in json.dumps(doctor.json("--fix"))


def test_a_server_that_was_stopped(small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    doctor = Doctor(small.model_copy(update={"database_url": postgres.new_database()}), monkeypatch)
    fill(doctor.settings)
    postgres.stop()
    try:
        assert "does not answer" in doctor.one("database")["sentence"]
        assert doctor.json("--fix")["fixed"] == []
    finally:
        postgres.start()
    doctor.healthy()


def test_a_database_that_is_not_there(small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    doctor = Doctor(small.model_copy(update={"database_url": postgres.url("missing")}), monkeypatch)
    assert '"missing" does not exist' in doctor.one("database")["sentence"]


def test_a_server_that_takes_no_changes_or_may_lose_them_or_is_too_old(
    small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database()
    name = url.split("/")[3].split("?")[0]
    doctor = Doctor(small.model_copy(update={"database_url": url}), monkeypatch)
    small.data_dir.mkdir()
    postgres.run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    assert doctor.one("database")["remedy"] == "switch it on"
    postgres.run(f"ALTER DATABASE {name} RESET synchronous_commit")
    postgres.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "takes no changes" in doctor.one("database")["sentence"]
    monkeypatch.setattr("backend.app.doctor.database.MIN_POSTGRES", 990000)
    assert doctor.one("database", "too old")["remedy"] == "99 or later is needed"


def test_a_user_without_rights(small: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.new_database()
    role = f"{url.split('/')[3].split('?')[0]}_doctor"
    name = role.removesuffix("_doctor")
    postgres.run(f"CREATE ROLE {role} LOGIN")
    postgres.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}", name)
    url = url.replace("postgres:@", f"{role}:@")
    doctor = Doctor(small.model_copy(update={"database_url": url}), monkeypatch)
    assert "this user may not write to access_tokens, " in doctor.one("database", "may not write")["sentence"]
    assert doctor.one("database", "may not make tables")["verdict"] == "bad"
    postgres.run(f"GRANT INSERT ON ALL TABLES IN SCHEMA public TO {role}", name)
    assert doctor.one("database")["verdict"] == "note"


# The data directory


def test_a_data_directory_that_is_a_file(on_sqlite: Doctor) -> None:
    on_sqlite.settings.data_dir.write_text("")
    assert on_sqlite.one("directory")["sentence"].endswith("is not a directory")
    assert not on_sqlite.json("--fix")["healthy"]


def test_a_data_directory_that_anyone_may_write_to(on_sqlite: Doctor, full_sqlite: Path) -> None:
    full_sqlite.chmod(0o777)
    assert on_sqlite.one("directory")["remedy"] == f"chmod o-w {full_sqlite}"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_root_keeps_its_hands_off_the_data_of_others(on_sqlite: Doctor, full_sqlite: Path) -> None:
    (full_sqlite / FILE).unlink()
    os.chown(full_sqlite, 65534, 65534)
    assert "and this is root" in on_sqlite.one("directory")["sentence"]
    (fix,) = on_sqlite.json("--fix")["fixed"]
    assert not fix["done"]
    assert "not as root" in fix["result"][0]


def test_a_read_only_data_directory(full_sqlite: Path) -> None:
    """On a file system that is read-only, because root may write anywhere else."""
    disk = ["mount", "--bind", str(full_sqlite), str(full_sqlite)]
    read_only = ["mount", "-o", "remount,bind,ro", str(full_sqlite)]
    command_ = [sys.executable, "-m", "backend.app.cli", "doctor", "--json"]
    (full_sqlite / FILE).unlink()
    run = subprocess.run(
        [*namespace.in_own_mounts(disk, read_only), *command_, "--fix"],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(full_sqlite)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    found = json.loads(run.stdout)
    bad = {each["subject"]: each["sentence"] for each in found["findings"] if each["verdict"] == "bad"}
    assert bad["directory"].startswith(f"{full_sqlite} cannot be written by ")
    assert bad["JSON files"] == f"{FILE} is missing; the database has 30 records"
    assert [fix["done"] for fix in found["fixed"]] == [False]
    assert "Read-only file system" in found["fixed"][0]["result"][0]
    assert "Traceback" not in run.stderr


def test_little_room(on_sqlite: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=499_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert on_sqlite.one("disk")["sentence"] == "0.5 GB free where the data is"


def test_a_wrong_setting(on_sqlite: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALHALLA_PORT", "x")
    assert on_sqlite.one("settings")["sentence"].startswith("VALHALLA_PORT is wrong")
    status, printed = on_sqlite.text()
    assert (status, len(printed.splitlines())) == (1, 1)


def test_every_table_has_its_file_looked_at(doctor: Doctor, full: Path) -> None:
    looked = [finding["sentence"].split(":")[0] for finding in doctor.check() if finding["subject"] == "JSON files"]
    assert looked == [table.file for table in TABLES]
