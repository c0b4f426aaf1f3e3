"""Copies of a data directory that were made while the service wrote, and files that were damaged, must start.

What was acknowledged before the copy began is there afterwards, be it from the database or from the JSON files.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.deals.schemas import DealPatch
from backend.app.deals.service import patch_deal
from backend.app.kit.db import sqlite_file
from backend.app.kit.errors import StartError
from backend.app.kit.json_mirror.json_files import read
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.conftest import MakeServer
from backend.tests.harness import ROOT, SOON_S, clean_environment, until
from backend.tests.promises import promise
from backend.tests.survive.store_view import CTX, Logged, events, in_step, make_deals, names, stored
from backend.tests.survive.storm import DEALS, Doc, Storm

PAGE = 4096
PATCH = DealPatch.model_validate({"notes": "patched"})
NOTES = "long enough that a few hundred deals take many pages " * 10


def _deals(first: int, last: int) -> list[str]:
    return [f"Deal {number}" for number in range(first, last)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def full(settings: Settings) -> Path:
    """The database of a store with 300 deals, closed in order, its JSON files in step."""
    with open_store(settings) as store:
        for first in range(0, 300, 20):
            make_deals(store, *_deals(first, first + 20), notes=NOTES)
    return settings.sqlite_path


def refused(settings: Settings, sentence: str) -> None:
    """A start must not go on, and must change nothing."""
    with pytest.raises(StartError, match=sentence), open_store(settings):
        raise AssertionError("it is open")


def audit_is_whole(store: Store) -> bool:
    with store.db.open_snapshot() as moment:
        return audit.verify(moment).good


def _aside(settings: Settings) -> Path | None:
    found = [path for path in settings.data_dir.glob("valhalla.db.broken-*") if path.name.endswith("Z")]
    assert len(found) <= 1, found
    return found[0] if found else None


# Damage


def _truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _cut_in_a_page(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


def _overwrite(path: Path, *places: int, length: int = PAGE) -> None:
    with path.open("r+b") as file:
        for place in places:
            file.seek(place)
            file.write(random.Random(place).randbytes(length))


def _garbage_header(path: Path) -> None:
    _overwrite(path, 0, length=100)


def _garbage_in_the_middle(path: Path) -> None:
    pages = path.stat().st_size // PAGE
    _overwrite(path, *(PAGE * random.Random(n).randrange(2, pages) for n in range(pages // 10)))


def _one_index_entry(path: Path) -> None:
    """An index that disagrees with its table: the file looks whole to a quick check."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA writable_schema=ON")
        sql = "CREATE INDEX ix_deals_status ON deals ((doc ->> 'status'), seq) WHERE seq < 0"
        conn.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'ix_deals_status'", (sql,))
        conn.commit()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("REINDEX ix_deals_status")
        conn.execute("PRAGMA writable_schema=ON")
        sql = "CREATE INDEX ix_deals_status ON deals ((doc ->> 'status'), seq)"
        conn.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'ix_deals_status'", (sql,))
        conn.commit()
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA quick_check").fetchone() == ("ok",)


def _something_else(path: Path) -> None:
    path.write_bytes(b"This is no database.\n" * 5000)


DAMAGE = [_truncated, _cut_in_a_page, _garbage_header, _garbage_in_the_middle, _one_index_entry, _something_else]


@promise(
    "Recovery",
    "A database that fails its check at start is set aside unchanged, and a new one is rebuilt from it.",
)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_database_is_set_aside_and_rebuilt(
    settings: Settings, full: Path, logged: Logged, damage: Callable[[Path], None]
) -> None:
    damage(full)
    broken = full.read_bytes()
    with open_store(settings) as store:
        assert names(store) == _deals(0, 300)
        in_step(store)
        (event,) = events(store, "store.repaired" if damage is _one_index_entry else "store.salvaged")
        assert audit_is_whole(store)
        make_deals(store, "Deal 300")
    aside = _aside(settings)
    assert aside is not None
    assert aside.read_bytes() == broken, "what was set aside is not touched"
    assert event["facts"]["set_aside"] == aside.name
    (error,) = [line for line in logged() if line["event"] == "database set aside"]
    assert (error["level"], error["moved_to"], bool(error["fault"])) == ("error", aside.name, True)
    (named,) = [line for line in logged() if line["event"] == "database rebuilt"]
    assert named["set_aside"] == aside.name
    with open_store(settings) as store:
        assert names(store) == _deals(0, 301)


@promise(
    "Recovery",
    "A database that fails its check at start is set aside unchanged, and a new one is rebuilt from it.",
)
@pytest.mark.parametrize("damage", DAMAGE)
def test_the_changes_noted_beside_the_json_files_complete_them(
    settings: Settings, full: Path, damage: Callable[[Path], None]
) -> None:
    older = (settings.data_dir / "deals/deals.json").read_bytes()
    with open_store(settings) as store:
        make_deals(store, *_deals(300, 320))
        first = stored(store, "deals")[0]
        store.db.write_now(CTX, patch_deal, first["id"], PATCH)
        expected = stored(store, "deals")
    damage(full)
    (settings.data_dir / "deals/deals.json").write_bytes(older)
    with open_store(settings) as store:
        assert stored(store, "deals") == expected
        assert audit_is_whole(store)


@promise(
    "Recovery",
    "A database that fails its check at start is set aside unchanged, and a new one is rebuilt from it.",
)
@pytest.mark.parametrize("damage", [_garbage_in_the_middle, _one_index_entry])
def test_without_them_what_can_be_read_of_the_old_database_is_recovered(
    settings: Settings, full: Path, damage: Callable[[Path], None]
) -> None:
    older = (settings.data_dir / "deals/deals.json").read_bytes()
    with open_store(settings) as store:
        make_deals(store, *_deals(300, 320), notes="short")
        first = stored(store, "deals")[0]
        store.db.write_now(CTX, patch_deal, first["id"], PATCH)
    damage(full)
    shutil.rmtree(settings.data_dir / "recent")
    (settings.data_dir / "deals/deals.json").write_bytes(older)
    readable = _still_readable(full)
    with open_store(settings) as store:
        found = {deal["name"]: deal for deal in stored(store, "deals")}
        assert found.keys() >= {*_deals(0, 300), *readable}
        assert list(found) == sorted(found, key=lambda name: int(name.removeprefix("Deal ")))
        if damage is _one_index_entry:
            assert len(found) == 320
            assert found["Deal 0"]["notes"] == "patched"


def _still_readable(path: Path) -> set[str]:
    """The names of the deals that a person with a SQLite shell would still find, one page after the other."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as conn:
        found = set()
        for seq in range(1, 400):
            try:
                row = conn.execute("SELECT doc ->> 'name' FROM deals WHERE seq = ?", (seq,)).fetchone()
            except sqlite3.DatabaseError:
                continue
            if row and isinstance(row[0], str) and row[0].startswith("Deal "):
                found.add(row[0])
        return found


def test_garbage_right_after_a_clean_stop_is_noticed(settings: Settings, full: Path) -> None:
    """The note of the clean stop is not believed when the file was written since, however soon."""
    with open_store(settings):
        pass
    _overwrite(full, 50 * PAGE)
    with open_store(settings) as store:
        assert names(store) == _deals(0, 300)
    assert _aside(settings) is not None


def test_a_clean_stop_is_trusted(settings: Settings, full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a start does not read the whole file."""
    looked: list[Path] = []
    monkeypatch.setattr(sqlite_file, "check_sqlite", lambda path, texts: looked.append(path))
    with open_store(settings) as store:
        assert len(names(store)) == 300
    assert looked == []
    (settings.data_dir / ".closed.json").unlink()
    with open_store(settings), open_store(settings):
        pass
    assert looked == [full], "the second process relies on the first one's look"


def test_a_database_is_not_set_aside_while_another_process_works_with_it(
    settings: Settings, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(settings) as store:
        monkeypatch.setattr(sqlite_file, "check_sqlite", lambda path, texts: "it looks broken to me")
        with open_store(settings) as second:
            make_deals(second, "Deal 300")
        assert names(store) == _deals(0, 301)
        assert _aside(settings) is None
        full.unlink()
        with pytest.raises(StartError, match="is missing while another process has it open"), open_store(settings):
            raise AssertionError("it is open")
        assert not full.exists()


@promise(
    "Recovery",
    "A kill while a database is being replaced loses nothing; the next start completes the replacement.",
)
def test_a_kill_before_the_rebuilt_database_is_complete(settings: Settings, full: Path) -> None:
    """The next start finds what was noted in it: nothing is forgotten, and what was done is told."""
    older = (settings.data_dir / "deals/deals.json").read_bytes()
    with open_store(settings) as store:
        make_deals(store, "Deal 300")
    (settings.data_dir / "deals/deals.json").write_bytes(older)
    _one_index_entry(full)
    script = "import os, signal\nfrom backend.app import bootstrap\nfrom backend.app.settings import load_settings\n"
    script += "bootstrap._take_in = lambda *args, **kw: os.kill(os.getpid(), signal.SIGKILL)\n"
    script += "with bootstrap.open_store(load_settings()): pass"
    environment = clean_environment({"VALHALLA_DATA_DIR": str(settings.data_dir)})
    killed = preloaded.run([sys.executable, "-c", script], cwd=ROOT, env=environment, timeout=SOON_S)
    assert killed.returncode == -signal.SIGKILL
    assert _aside(settings) is not None
    with open_store(settings) as store:
        assert names(store) == _deals(0, 301)
        assert len(events(store, "store.repaired")) == 1


def test_a_log_without_its_database_is_set_aside(settings: Settings, full: Path) -> None:
    full.rename(full.with_name("elsewhere.db"))
    full.with_name("valhalla.db-wal").write_bytes(b"what was left of it")
    refused(settings, "valhalla.db is missing")
    with open_store(settings, rebuild_lost=True) as store:
        assert names(store) == _deals(0, 300)
    aside = _aside(settings)
    assert aside is not None
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"what was left of it"


def test_an_empty_file_in_the_place_of_the_database(settings: Settings, full: Path) -> None:
    full.write_bytes(b"")
    refused(settings, "valhalla.db is empty")
    with open_store(settings, rebuild_lost=True) as store:
        assert names(store) == _deals(0, 300)


# Older copies


def _copied(source: Path, target: Path) -> None:
    """A consistent copy, as a backup program makes it."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@promise(
    "Recovery",
    "A missing, empty or older database next to JSON files of a store is refused until the operator decides.",
)
def test_json_files_that_are_newer_than_a_sound_database_are_taken_in(
    settings: Settings, full: Path, logged: Logged
) -> None:
    copy = full.with_name("copy.db")
    with open_store(settings) as store:
        _copied(full, copy)
        make_deals(store, "Deal 300", "Deal 301")
        first = stored(store, "deals")[0]
        store.db.write_now(CTX, patch_deal, first["id"], PATCH)
        expected = {deal["id"]: deal for deal in stored(store, "deals")}
        in_step(store)
    copy.replace(full)
    refused(settings, "the database is an older copy, which ends with audit event 300")
    with open_store(settings, rebuild_lost=True) as store:
        assert {deal["id"]: deal for deal in stored(store, "deals")} == expected
        assert names(store)[-2:] == ["Deal 300", "Deal 301"]
        (event,) = events(store, "store.caught_up")
        assert len(event["facts"]["records"]) == 3
        in_step(store)
        assert len(read(settings.data_dir / "deals/deals.json").items) == 302
    assert _aside(settings) is None
    assert [line for line in logged() if "held more than the database" in line["event"]]


def test_json_files_that_lag_behind_a_killed_database_change_nothing(settings: Settings, full: Path) -> None:
    older = (settings.data_dir / "deals/deals.json").read_bytes()
    with open_store(settings) as store:
        make_deals(store, "Deal 300")
        first = stored(store, "deals")[0]
        store.db.write_now(CTX, patch_deal, first["id"], PATCH)
        expected = stored(store, "deals")
    (settings.data_dir / "deals/deals.json").write_bytes(older)
    (settings.data_dir / ".closed.json").unlink()
    with open_store(settings) as store:
        assert stored(store, "deals") == expected
        assert events(store, "store.caught_up") == []


# Copies of a store that is being written to


@contextmanager
def _halves(settings: Settings, target: Path, between: Callable[[], None]) -> Iterator[Settings]:
    """A copy of the directory of which the first half of the database is older than the second."""
    shutil.copytree(settings.data_dir, target, ignore=shutil.ignore_patterns("valhalla.db-shm"))
    source, copy = settings.sqlite_path, target / "valhalla.db"
    between()
    content = source.read_bytes()
    half = copy.stat().st_size // 2 // PAGE * PAGE
    with copy.open("r+b") as file:
        file.seek(half)
        file.write(content[half:])
    yield Settings(data_dir=target)


@pytest.mark.parametrize("log", ["with the old log", "with the new log", "without a log"])
def test_a_database_of_two_halves(settings: Settings, full: Path, tmp_path: Path, log: str) -> None:
    with open_store(settings) as store:
        make_deals(store, *_deals(300, 400), notes=NOTES)
        in_step(store)

        def more_and_a_checkpoint() -> None:
            make_deals(store, *_deals(400, 700), notes=NOTES)
            for deal in stored(store, "deals")[:200]:
                store.db.write_now(CTX, patch_deal, deal["id"], DealPatch.model_validate({"status": "offered"}))
            with closing(sqlite3.connect(full)) as conn:
                conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            make_deals(store, *_deals(700, 710), notes=NOTES)

        with _halves(settings, tmp_path / "copy", more_and_a_checkpoint) as copy:
            write_ahead = copy.sqlite_path.with_name("valhalla.db-wal")
            if log == "with the new log":
                shutil.copy(full.with_name("valhalla.db-wal"), write_ahead)
            elif log == "without a log":
                write_ahead.unlink()
    with open_store(copy) as store:
        assert {*names(store)} >= {*_deals(0, 400)}
        in_step(store)
        make_deals(store, "it works")


def test_a_copy_that_lost_its_log(settings: Settings, full: Path, tmp_path: Path) -> None:
    """Someone copied `valhalla.db` and the JSON files, and did not know what the file beside it is for."""
    with open_store(settings) as store:
        make_deals(store, *_deals(300, 310))
        in_step(store)
        shutil.copytree(settings.data_dir, tmp_path / "copy", ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    copy = Settings(data_dir=tmp_path / "copy")
    refused(copy, "the database is an older copy")
    with open_store(copy, rebuild_lost=True) as store:
        assert names(store) == _deals(0, 310)


@promise("Recovery", "A tar of a running system holds everything acknowledged before it began.")
def test_archives_of_a_live_system_hold_what_was_acknowledged_before(server: MakeServer, tmp_path: Path) -> None:
    """`tar -czf backup.tar.gz backend/data/`, as operators do it, three times while 16 clients write."""
    data_dir = tmp_path / "live" / "data"
    service = server(data_dir).start()
    storm = Storm(seed=9, size=16, notes=NOTES * 4)
    storm.prepare(service.port)
    taken: list[tuple[Path, list[tuple[str, Doc]]]] = []
    with storm.raging(service.port):
        for number in range(3):
            storm.wait_for(400)
            before = [(known.path, known.doc) for writer in storm.writers for known in [*writer.known]]
            archive = tmp_path / f"{number}.tar.gz"
            done = subprocess.run(["tar", "-czf", archive, "-C", data_dir.parent, "data"], check=False)
            assert done.returncode in {0, 1}, "1 says that a file changed while it was read"
            taken.append((archive, before))
    service.stop()
    for archive, before in taken:
        elsewhere = archive.with_suffix(".restored")
        elsewhere.mkdir()
        subprocess.run(["tar", "-xzf", archive, "-C", elsewhere], check=True)
        _check_restored(Settings(data_dir=elsewhere / "data"), before)


TABLE_OF = {"/core/comms/drafts": "drafts", "/core/jv/partners": "partners", "/core/jv/links": "links", DEALS: "deals"}


def _check_restored(settings: Settings, before: list[tuple[str, Doc]]) -> None:
    with open_store(settings, rebuild_lost=True) as store:
        found = {path: {record["id"]: record for record in stored(store, name)} for path, name in TABLE_OF.items()}
        for path, doc in before:
            record = found[path].get(doc["id"])
            assert record is not None, f"{path} {doc['id']} was acknowledged before the archive was begun"
            assert record["updated_at"] >= doc["updated_at"]
            assert record["meta"]["token"] == doc["meta"]["token"]
        in_step(store)
        until(lambda: len(read(settings.data_dir / "deals/deals.json").items) == len(found[DEALS]), "JSON in step")
        make_deals(store, "it works")
