"""Copies of a data directory, older ones and those made while the service wrote, must start.

Every write that was acknowledged before the copy began is there afterwards, from the database or the JSON files.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.deals.schemas import DealPatch
from backend.app.deals.service import patch_deal
from backend.app.kit.json_mirror.json_files import read
from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.harness import until
from backend.tests.promises import promise
from backend.tests.survive.copied_store import NOTES, PAGE, PATCH, deal_names, refused, set_aside_file
from backend.tests.survive.store_view import CTX, Logged, events, in_step, make_deals, names, stored
from backend.tests.survive.storm import DEALS, Doc, Storm


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def _copied(source: Path, target: Path) -> None:
    """Make a consistent copy, as a backup program does."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@promise(
    "Recovery",
    "A missing, empty or older database next to JSON files of a store is refused until the operator decides.",
)
def test_json_files_newer_than_an_intact_database_are_adopted(settings: Settings, full: Path, logged: Logged) -> None:
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
    assert set_aside_file(settings) is None
    assert [line for line in logged() if "held more than the database" in line["event"]]


def test_json_files_older_than_a_killed_database_change_nothing(settings: Settings, full: Path) -> None:
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


@contextmanager
def _halves(settings: Settings, target: Path, between: Callable[[], None]) -> Iterator[Settings]:
    """Make a copy in which the first half of the database is older than the second."""
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
def test_copy_torn_by_concurrent_writes_is_rebuilt(settings: Settings, full: Path, tmp_path: Path, log: str) -> None:
    with open_store(settings) as store:
        make_deals(store, *deal_names(300, 400), notes=NOTES)
        in_step(store)

        def more_and_a_checkpoint() -> None:
            make_deals(store, *deal_names(400, 700), notes=NOTES)
            for deal in stored(store, "deals")[:200]:
                store.db.write_now(CTX, patch_deal, deal["id"], DealPatch.model_validate({"status": "offered"}))
            with closing(sqlite3.connect(full)) as conn:
                conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            make_deals(store, *deal_names(700, 710), notes=NOTES)

        with _halves(settings, tmp_path / "copy", more_and_a_checkpoint) as copy:
            write_ahead = copy.sqlite_path.with_name("valhalla.db-wal")
            if log == "with the new log":
                shutil.copy(full.with_name("valhalla.db-wal"), write_ahead)
            elif log == "without a log":
                write_ahead.unlink()
    with open_store(copy) as store:
        assert {*names(store)} >= {*deal_names(0, 400)}
        in_step(store)
        make_deals(store, "it works")


@promise("Recovery", "What is derived from the records is computed anew in a copy made during writes.")
def test_keys_of_another_moment_in_a_copy_are_computed_anew(settings: Settings, full: Path, tmp_path: Path) -> None:
    """The check of SQLite passes, because each table is whole."""
    with open_store(settings):
        shutil.copytree(settings.data_dir, tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm", ".*.tmp"))
    copy = Settings(data_dir=tmp_path / "copy")
    with closing(sqlite3.connect(copy.sqlite_path)) as conn, conn:
        conn.execute("UPDATE deals_keys SET name = 'of yesterday' WHERE seq > 200")
        conn.execute("DELETE FROM deals_keys WHERE seq = 100")
    with open_store(copy) as store:
        in_step(store)
        assert names(store) == deal_names(0, 300)


def test_copy_without_its_write_ahead_log_is_completed_from_json_files(
    settings: Settings, full: Path, tmp_path: Path
) -> None:
    """Only `valhalla.db` and the JSON files were copied."""
    with open_store(settings) as store:
        make_deals(store, *deal_names(300, 310))
        in_step(store)
        shutil.copytree(settings.data_dir, tmp_path / "copy", ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    copy = Settings(data_dir=tmp_path / "copy")
    refused(copy, "the database is an older copy")
    with open_store(copy, rebuild_lost=True) as store:
        assert names(store) == deal_names(0, 310)


@promise("Recovery", "A tar of a running system holds everything acknowledged before it began.")
def test_copies_of_a_running_store_contain_every_acknowledged_write(server: MakeServer, tmp_path: Path) -> None:
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
