"""Restore of an archive: byte for byte, all or nothing, and only to an empty location."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from backend.app.backups.backup import backup
from backend.app.backups.restore import RESTORED_FROM, restore
from backend.app.bootstrap import open_store
from backend.app.kit.archive import source as sources
from backend.app.kit.archive import stores
from backend.app.kit.archive.target import DatabaseTarget
from backend.app.kit.db import bulk, state
from backend.app.kit.errors import Conflict, StoreUnavailable
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.backups.quiet import quiet
from backend.tests.backups.refusals import refused
from backend.tests.backups.stores import ACTOR, RESTORED, MakeSettings, facts_of, items, without_audit
from backend.tests.conftest import MakeServer
from backend.tests.harness import Postgres, http_client, serving
from backend.tests.list_keys import key_faults
from backend.tests.promises import promise
from backend.tests.survive.store_view import events, make_deals, stored

KINDS = ["sqlite", "postgresql"]


# Restored content


@promise("Backups and transfers", "Moving any store to any other and back preserves every byte.")
@pytest.mark.parametrize("kind", KINDS)
def test_restore_recreates_every_row(filled: Settings, new: MakeSettings, tmp_path: Path, kind: str) -> None:
    backup(filled, tmp_path / "a.zip", quiet)
    there = new(kind)
    restore(there, ACTOR, tmp_path / "a.zip", quiet)
    assert without_audit(facts_of(there)) == without_audit(facts_of(filled))
    assert facts_of(there)["audit_events"].count == facts_of(filled)["audit_events"].count + RESTORED
    for table in TABLES:
        assert items(there.data_dir / table.file) == items(filled.data_dir / table.file)


def test_restored_store_has_a_new_id_and_works(settings: Settings, archive: Path) -> None:
    manifest = restore(settings, ACTOR, archive, quiet)
    with open_store(settings) as store:
        (event,) = events(store, "store.restored")
        assert (event["actor"], event["facts"]["file"]) == ("dana", "a.zip")
        assert event["facts"]["store_id"] == manifest.store["store_id"]
        own = store.db.snapshot_now(state.get, state.STORE_ID)
        assert own not in {None, manifest.store["store_id"]}
        came_from = json.loads(store.db.snapshot_now(state.get, RESTORED_FROM) or "")
        assert came_from["store_id"] == manifest.store["store_id"]
        make_deals(store, "after")
        assert stored(store, "deals")[-1]["name"] == "after"
        assert not list(settings.data_dir.rglob("*.edited-*"))
    backup(settings, archive.with_name(f"again-{settings.data_dir.parent.name}.zip"), quiet)


def test_restored_records_are_found_by_lists_and_tags(settings: Settings, archive: Path) -> None:
    with open_store(settings):
        """A target that was opened before, without records."""
    restore(settings, ACTOR, archive, quiet)
    with open_store(settings) as store:
        assert store.db.snapshot_now(key_faults) == []
    with serving(settings) as url, http_client(url) as api:
        assert len(listed(api, "/core/jv/partners", tag="tag 1")) == 1
        assert len(listed(api, "/core/jv/partners")) == 3
        assert [each["id"] for each in listed(api, "/core/comms/drafts")] == [
            "id_drafts_2",
            "id_drafts_1",
            "id_drafts_0",
        ]
        assert api.post("/core/deals", json={"name": "new"}).status_code == 201
        assert listed(api, "/core/deals", limit="1")[0]["name"] == "new"


def listed(api: httpx.Client, path: str, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(path, params=query).json()["items"]
    return found


def test_restore_accepts_a_store_without_records(settings: Settings, archive: Path) -> None:
    with open_store(settings):
        pass
    restore(settings, ACTOR, archive, quiet)
    with open_store(settings) as store:
        assert len(stored(store, "drafts")) == 3
        assert not list(settings.data_dir.rglob("*.edited-*"))


def test_restore_accepts_a_database_without_tables(tmp_path: Path, postgres: Postgres, archive: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=postgres.new_database(migrated=False))
    assert "is truncated" in refused(settings, cut(archive, tmp_path))
    restore(settings, ACTOR, archive, quiet)
    assert facts_of(settings)["drafts"].count == 3


def cut(archive: Path, folder: Path) -> Path:
    path = folder / "cut.zip"
    path.write_bytes(archive.read_bytes()[:-100])
    return path


# Refused locations


@promise("Backups and transfers", "Restore and transfer refuse a store in use and a target that is not empty.")
def test_restore_refuses_a_store_with_any_data(settings: Settings, archive: Path) -> None:
    with open_store(settings) as store:
        make_deals(store, "mine")
    sentence = refused(settings, archive)
    assert "is not empty: it holds deals (1), audit_events (1)" in sentence


@promise("Backups and transfers", "Restore and transfer refuse a store in use and a target that is not empty.")
def test_restore_refuses_json_files_with_records(settings: Settings, archive: Path) -> None:
    path = settings.data_dir / "jv/partners.json"
    path.parent.mkdir(parents=True)
    path.write_text('[{"name": "Maple"}]')
    assert "is not empty: it holds jv/partners.json (1)" in refused(settings, archive)


def test_restore_refuses_an_open_store(settings: Settings, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(settings), monkeypatch.context() as patch:
        patch.setattr(stores, "_SETTLE_S", 0.0)
        with pytest.raises(Conflict, match="in use"):
            restore(settings, ACTOR, archive, quiet)
    restore(settings, ACTOR, archive, quiet)


@promise("Backups and transfers", "Restore and transfer refuse a store in use and a target that is not empty.")
def test_restore_refuses_a_store_that_is_served(
    tmp_path: Path, server: MakeServer, settings: Settings, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process serves it. A backup is possible meanwhile."""
    running = server(settings.data_dir, settings.database_url).start()
    with monkeypatch.context() as patch:
        patch.setattr(stores, "_SETTLE_S", 0.0)
        with pytest.raises(Conflict, match="in use"):
            restore(settings, ACTOR, archive, quiet)
    backup(settings, tmp_path / "b.zip", quiet)
    running.stop()
    restore(settings, ACTOR, archive, quiet)


def test_restore_refuses_an_impossible_location(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refused(Settings(data_dir=tmp_path / "file"), archive)
    assert "cannot be written" in refused(Settings(data_dir=tmp_path / "file" / "data"), archive)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "valhalla.db").write_text("not a database, but long enough to be looked at" * 100)
    assert "cannot be read" in refused(Settings(data_dir=tmp_path / "data"), archive)


@promise(
    "Backups and transfers",
    "A damaged or newer archive, a full disk or missing rights give a clear error and leave the target unchanged.",
)
def test_restore_refuses_a_role_without_rights(tmp_path: Path, postgres: Postgres, archive: Path) -> None:
    url = postgres.new_database(migrated=False)
    name = url.split("?")[0].rsplit("/", 1)[1]
    postgres.run(f"CREATE ROLE weak_{name} LOGIN PASSWORD 'sec:ret'")
    weak = url.replace("postgres:@", f"weak_{name}:sec%3Aret@")
    sentence = refused(Settings(data_dir=tmp_path / "data", database_url=weak), archive)
    assert sentence == f"postgresql://weak_{name}@/{name} cannot be used: permission denied for schema public"


def test_restore_refuses_an_unreachable_server(tmp_path: Path, archive: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url="postgresql://dana:secret@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable, match=r"postgresql://dana@127\.0\.0\.1:1/none cannot be reached") as error:
        restore(settings, ACTOR, archive, quiet)
    assert "secret" not in error.value.detail
    assert not settings.data_dir.exists()


# No room


@promise(
    "Backups and transfers",
    "A damaged or newer archive, a full disk or missing rights give a clear error and leave the target unchanged.",
)
def test_restore_on_a_full_disk_changes_nothing(
    new: MakeSettings, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small(sqlite3.Connection):
        def executemany(self, *args: Any) -> sqlite3.Cursor:
            self.execute("PRAGMA max_page_count=40").close()
            return super().executemany(*args)

    monkeypatch.setattr(sources, "CHUNK", 1)
    plain = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **kw: plain(*args, **kw, factory=Small))
    assert "there is no room in" in refused(new("sqlite"), archive)


@promise(
    "Backups and transfers",
    "A damaged or newer archive, a full disk or missing rights give a clear error and leave the target unchanged.",
)
def test_restore_to_a_full_postgresql_changes_nothing(
    tmp_path: Path, new: MakeSettings, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server reports the full disk while rows are copied."""

    def add(self: Any, table: str, columns: Any, rows: Any) -> None:
        if table == "sendlog":
            raise psycopg.errors.DiskFull("could not extend file")
        plain(self, table, columns, rows)

    plain = bulk._PostgresBulk.add
    monkeypatch.setattr(bulk._PostgresBulk, "add", add)
    assert "is full: make room and try again" in refused(new("postgresql"), archive)


@promise(
    "Backups and transfers",
    "A transfer resumes after a kill and ends with matching counts and checksums, or with an error.",
)
def test_restore_compares_the_restored_rows_with_the_archive(
    settings: Settings, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(self: Any, name: str, lines: list[bytes]) -> None:
        plain(self, name, [line.replace(b'"draft"', b'"ready"') for line in lines])

    plain = DatabaseTarget.add
    monkeypatch.setattr(DatabaseTarget, "add", add)
    assert "differs from the source: table drafts: its SHA-256" in refused(settings, archive)


def test_restore_ignores_leftovers_of_a_killed_restore(archive: Path, new: MakeSettings) -> None:
    settings = new("sqlite")
    settings.data_dir.mkdir()
    restore(settings, ACTOR, archive, quiet)
    left = settings.data_dir / "valhalla.db.partial"
    shutil.copy(settings.sqlite_path, left)
    with closing(sqlite3.connect(left)) as conn, conn:
        conn.execute("INSERT INTO store_state VALUES ('unfinished', '')")
    for part in settings.data_dir.iterdir():
        if part != left:
            shutil.rmtree(part) if part.is_dir() else part.unlink()
    restore(settings, ACTOR, archive, quiet)
    assert not left.exists()
    assert facts_of(settings)["drafts"].count == 3
