"""A damaged SQLite file is set aside, and a new database is built from it and the JSON files."""

import os
import random
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.deals.service import patch_deal
from backend.app.kit.db import sqlite_file
from backend.app.kit.errors import StartError
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.harness import ROOT, SOON_S, clean_environment
from backend.tests.promises import promise
from backend.tests.survive.copied_store import PAGE, PATCH, deal_names, refused, set_aside_file
from backend.tests.survive.damaged_store import has_intact_trail
from backend.tests.survive.store_view import CTX, Logged, events, in_step, make_deals, names, stored


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


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
    """Make an index disagree with its table, which a quick check does not detect."""
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
def test_damaged_database_is_set_aside_and_rebuilt(
    settings: Settings, full: Path, logged: Logged, damage: Callable[[Path], None]
) -> None:
    damage(full)
    broken = full.read_bytes()
    with open_store(settings) as store:
        assert names(store) == deal_names(0, 300)
        in_step(store)
        (event,) = events(store, "store.repaired" if damage is _one_index_entry else "store.salvaged")
        assert has_intact_trail(store)
        make_deals(store, "Deal 300")
    aside = set_aside_file(settings)
    assert aside is not None
    assert aside.read_bytes() == broken, "what was set aside is not touched"
    assert event["facts"]["set_aside"] == aside.name
    (error,) = [line for line in logged() if line["event"] == "database set aside"]
    assert (error["level"], error["moved_to"], bool(error["fault"])) == ("error", aside.name, True)
    (named,) = [line for line in logged() if line["event"] == "database rebuilt"]
    assert named["set_aside"] == aside.name
    with open_store(settings) as store:
        assert names(store) == deal_names(0, 301)


@promise(
    "Recovery",
    "A database that fails its check at start is set aside unchanged, and a new one is rebuilt from it.",
)
@pytest.mark.parametrize("damage", DAMAGE)
def test_change_log_completes_json_files_of_a_damaged_database(
    settings: Settings, full: Path, damage: Callable[[Path], None]
) -> None:
    older = (settings.data_dir / "deals/deals.json").read_bytes()
    with open_store(settings) as store:
        make_deals(store, *deal_names(300, 320))
        first = stored(store, "deals")[0]
        store.db.write_now(CTX, patch_deal, first["id"], PATCH)
        expected = stored(store, "deals")
    damage(full)
    (settings.data_dir / "deals/deals.json").write_bytes(older)
    with open_store(settings) as store:
        assert stored(store, "deals") == expected
        assert has_intact_trail(store)


@promise(
    "Recovery",
    "A database that fails its check at start is set aside unchanged, and a new one is rebuilt from it.",
)
@pytest.mark.parametrize("damage", [_garbage_in_the_middle, _one_index_entry])
def test_readable_rows_are_recovered_without_json_files(
    settings: Settings, full: Path, damage: Callable[[Path], None]
) -> None:
    older = (settings.data_dir / "deals/deals.json").read_bytes()
    with open_store(settings) as store:
        make_deals(store, *deal_names(300, 320), notes="short")
        first = stored(store, "deals")[0]
        store.db.write_now(CTX, patch_deal, first["id"], PATCH)
    damage(full)
    shutil.rmtree(settings.data_dir / "recent")
    (settings.data_dir / "deals/deals.json").write_bytes(older)
    readable = _still_readable(full)
    with open_store(settings) as store:
        found = {deal["name"]: deal for deal in stored(store, "deals")}
        assert found.keys() >= {*deal_names(0, 300), *readable}
        assert list(found) == sorted(found, key=lambda name: int(name.removeprefix("Deal ")))
        if damage is _one_index_entry:
            assert len(found) == 320
            assert found["Deal 0"]["notes"] == "patched"


def _still_readable(path: Path) -> set[str]:
    """Return the names of the deals that SQLite can still read, page by page."""
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


def test_damage_after_a_clean_stop_is_noticed(settings: Settings, full: Path) -> None:
    """The note of the clean stop is ignored if the file was written since."""
    with open_store(settings):
        pass
    _overwrite(full, 50 * PAGE)
    with open_store(settings) as store:
        assert names(store) == deal_names(0, 300)
    assert set_aside_file(settings) is not None


def test_file_of_a_clean_stop_is_not_checked_again(
    settings: Settings, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start does not read the whole file."""
    looked: list[Path] = []
    monkeypatch.setattr(sqlite_file, "check_sqlite", lambda path, texts: looked.append(path))
    with open_store(settings) as store:
        assert len(names(store)) == 300
    assert looked == []
    (settings.data_dir / ".closed.json").unlink()
    with open_store(settings), open_store(settings):
        pass
    assert looked == [full], "the second process relies on the first one's look"


def test_damaged_database_is_not_set_aside_while_another_process_has_it_open(
    settings: Settings, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(settings) as store:
        monkeypatch.setattr(sqlite_file, "check_sqlite", lambda path, texts: "it looks broken to me")
        with open_store(settings) as second:
            make_deals(second, "Deal 300")
        assert names(store) == deal_names(0, 301)
        assert set_aside_file(settings) is None
        full.unlink()
        with pytest.raises(StartError, match="is missing while another process has it open"), open_store(settings):
            raise AssertionError("it is open")
        assert not full.exists()


@promise(
    "Recovery",
    "A kill while a database is being replaced loses nothing; the next start completes the replacement.",
)
def test_kill_before_the_rebuilt_database_is_complete_loses_nothing(settings: Settings, full: Path) -> None:
    """The next start finds the note in the new file and reports the repair."""
    older = (settings.data_dir / "deals/deals.json").read_bytes()
    with open_store(settings) as store:
        make_deals(store, "Deal 300")
    (settings.data_dir / "deals/deals.json").write_bytes(older)
    _one_index_entry(full)
    script = "import os, signal\nfrom backend.app import bootstrap\nfrom backend.app.settings import load_settings\n"
    script += "bootstrap._adopt_json = lambda *args, **kw: os.kill(os.getpid(), signal.SIGKILL)\n"
    script += "with bootstrap.open_store(load_settings()): pass"
    environment = clean_environment({"VALHALLA_DATA_DIR": str(settings.data_dir)})
    killed = preloaded.run([sys.executable, "-c", script], cwd=ROOT, env=environment, timeout=SOON_S)
    assert killed.returncode == -signal.SIGKILL
    assert set_aside_file(settings) is not None
    with open_store(settings) as store:
        assert names(store) == deal_names(0, 301)
        assert len(events(store, "store.repaired")) == 1


def test_write_ahead_log_without_its_database_is_set_aside(settings: Settings, full: Path) -> None:
    full.rename(full.with_name("elsewhere.db"))
    full.with_name("valhalla.db-wal").write_bytes(b"what was left of it")
    refused(settings, "valhalla.db is missing")
    with open_store(settings, rebuild_lost=True) as store:
        assert names(store) == deal_names(0, 300)
    aside = set_aside_file(settings)
    assert aside is not None
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"what was left of it"


def test_empty_database_file_is_rebuilt_from_json_files(settings: Settings, full: Path) -> None:
    full.write_bytes(b"")
    refused(settings, "valhalla.db is empty")
    with open_store(settings, rebuild_lost=True) as store:
        assert names(store) == deal_names(0, 300)
