"""Opening a store: an unusable one is one line, and the next start recovers from a kill at any point."""

import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import migrate, opening, sqlite_file, state
from backend.app.kit.errors import StartError
from backend.app.kit.file_lock import try_lock
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.harness import ROOT, SOON_S, Postgres, clean_environment
from backend.tests.promises import promise
from backend.tests.survive.store_view import make_deals, names

pytestmark = pytest.mark.usefixtures("migrated_anew")


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """Settings of an empty SQLite store."""
    return Settings(data_dir=tmp_path / "data")


def _fails(settings: Settings) -> str:
    with pytest.raises(StartError) as caught, open_store(settings):
        raise AssertionError("it is open")
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_opening_twice_changes_nothing(settings: Settings) -> None:
    found = set()
    for _ in range(3):
        with open_store(settings) as store:
            found.add(store.db.snapshot_now(state.get, state.STORE_ID))
            assert store.db.snapshot_now(audit.height) == 0
    assert len(found) == 1


def test_newer_database_is_refused_and_unchanged(small: Settings) -> None:
    with open_store(small) as store:
        make_deals(store, "Deal")
    with closing(sqlite3.connect(small.sqlite_path)) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()
    assert "made by a newer Valhalla" in _fails(small)
    assert small.sqlite_path.exists()
    assert not list(small.data_dir.glob("*broken*"))


def test_old_sqlite_is_refused(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MIN_SQLITE", (99, 0, 0))
    assert "is too old" in _fails(small)


def test_old_postgresql_is_refused(tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MIN_POSTGRES", 990000)
    with postgres.lend() as url:
        assert "is too old" in _fails(Settings(data_dir=tmp_path, database_url=url))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret-word@127.0.0.1:1/valhalla",
        "postgresql://ann:secret-word@no-such-host.invalid/valhalla",
    ],
)
def test_unreachable_postgresql_is_named_without_its_password(tmp_path: Path, url: str) -> None:
    line = _fails(Settings(data_dir=tmp_path, database_url=url))
    assert line.startswith("the database in VALHALLA_DATABASE_URL does not answer")
    assert "secret-word" not in line


def test_postgresql_user_without_create_is_refused(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.new_database(migrated=False)
    database = url.split("/")[3].split("?")[0]
    postgres.run(f"CREATE ROLE {database}_reader LOGIN")
    line = _fails(Settings(data_dir=tmp_path, database_url=url.replace("postgres:@", f"{database}_reader:@")))
    assert line.startswith("the database in VALHALLA_DATABASE_URL cannot be used")
    assert "permission denied" in line


def test_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert "cannot be written" in _fails(Settings(data_dir=tmp_path / "data"))


def test_database_that_is_a_directory_is_refused(small: Settings) -> None:
    small.sqlite_path.mkdir(parents=True)
    assert "cannot be opened" in _fails(small)
    assert small.sqlite_path.is_dir()


def test_start_fails_if_another_process_holds_the_opening_lock(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_WAIT_S", 0.1)
    small.data_dir.mkdir()
    with (small.data_dir / ".opening.lock").open("a") as other:
        assert try_lock(other)
        assert "another process has been opening" in _fails(small)


def test_start_fails_if_another_machine_holds_the_opening_lock(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_WAIT_S", 1.0)
    with postgres.lend() as url, opening.open_postgres(url, 1) as other:
        assert "cannot be used" in _fails(Settings(data_dir=tmp_path, database_url=url))
        other.close()


@promise("Storage", "Migrations hold a lock, and several processes can share one SQLite database.")
def test_concurrent_starts_open_one_store(settings: Settings) -> None:
    at_once, opened = threading.Barrier(4), set()

    def start(number: int) -> None:
        with open_store(settings) as store:
            at_once.wait(SOON_S)
            make_deals(store, f"Deal {number}")
            opened.add(store.db.snapshot_now(state.get, state.STORE_ID))
            at_once.wait(SOON_S)

    threads = [threading.Thread(target=start, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_store(settings) as store:
        assert sorted(names(store)) == [f"Deal {number}" for number in range(4)]
        assert opened == {store.db.snapshot_now(state.get, state.STORE_ID)}


_KILLED = """
import os, signal, sys
from alembic.operations import Operations
left, real = int(sys.argv[1]), Operations.execute
def counted(self, *args, **kw):
    global left
    left -= 1
    return os.kill(os.getpid(), signal.SIGKILL) if left == 0 else real(self, *args, **kw)
Operations.execute = counted
import alembic.op
alembic.op.execute = lambda *args, **kw: counted(alembic.op._proxy, *args, **kw)
from backend.app.bootstrap import open_store
from backend.app.settings import load_settings
with open_store(load_settings()):
    pass
"""


@pytest.mark.parametrize("statement", [1, 15])
def test_next_start_completes_a_migration_that_was_killed(
    tmp_path: Path, database: str, postgres: Postgres, statement: int
) -> None:
    url = None if database == "sqlite" else postgres.new_database(migrated=False)
    settings = Settings(data_dir=tmp_path / "data", database_url=url)
    environment = {"VALHALLA_DATA_DIR": str(settings.data_dir)} | ({"VALHALLA_DATABASE_URL": url} if url else {})
    command = [sys.executable, "-c", _KILLED, str(statement)]
    killed = preloaded.run(command, cwd=ROOT, env=clean_environment(environment), timeout=SOON_S)
    assert killed.returncode == -signal.SIGKILL
    with open_store(settings) as store:
        make_deals(store, "Deal")
        assert names(store) == ["Deal"]


def test_failed_opening_releases_everything(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.app import bootstrap as store

    def broken(*args: object) -> frozenset[str]:
        raise OSError(28, "No space left on device", str(small.data_dir))

    before = threading.active_count()
    with monkeypatch.context() as patch:
        patch.setattr(store, "_adopt", broken)
        assert "No space left on device" in _fails(small)
    assert threading.active_count() == before
    with open_store(small) as opened:
        make_deals(opened, "Deal")


def test_rollback_journal_of_another_program_is_applied(small: Settings) -> None:
    """WAL mode was turned off and the process killed: the journal undoes the incomplete transaction."""
    with open_store(small) as store:
        make_deals(store, "Deal")
    script = (
        "import os, signal, sqlite3, sys\n"
        "conn = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "conn.execute('PRAGMA journal_mode=DELETE'); conn.execute('PRAGMA cache_size=1')\n"
        "conn.execute('BEGIN'); conn.execute(\"UPDATE deals SET doc = '{}'\")\n"
        "conn.execute('CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 5000) "
        "SELECT i, hex(randomblob(100)) FROM n')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, small.sqlite_path], check=False, timeout=SOON_S)
    assert small.sqlite_path.with_name("valhalla.db-journal").exists()
    with open_store(small) as store:
        assert names(store) == ["Deal"]


def test_head_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(migrate.config()).get_current_head() == migrate.HEAD


def test_note_of_a_clean_stop_matches_the_file(small: Settings) -> None:
    with open_store(small):
        assert not (small.data_dir / ".closed.json").exists()
    path = small.sqlite_path
    assert (small.data_dir / ".closed.json").exists()
    copy = small.data_dir / "copy.db"
    copy.write_bytes(path.read_bytes())
    copy.replace(path)
    assert not sqlite_file.take_clean_close(path), "a copy is another file"
