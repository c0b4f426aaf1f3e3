"""Transfer between all locations: unchanged, resumable after a kill, and never over other data."""

import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.app.backups.backup import backup, read_archive
from backend.app.backups.restore import restore
from backend.app.backups.store_urls import location_at, location_of
from backend.app.backups.transfer import transfer
from backend.app.bootstrap import open_store
from backend.app.kit.archive import source as sources
from backend.app.kit.archive.directory import DirectoryTarget
from backend.app.kit.archive.stores import JsonLocation, PostgresLocation, SqliteLocation, StoreLocation
from backend.app.kit.archive.target import DatabaseTarget, Target
from backend.app.kit.db import Tx, state
from backend.app.kit.errors import AppError, Conflict, StartError
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests import preloaded
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import (
    ACTOR,
    RESTORED,
    MakeSettings,
    facts,
    facts_of,
    filled_with,
    items,
    metas,
    records,
    tree,
    without_audit,
)
from backend.tests.harness import ROOT, SOON_S, Postgres, clean_environment
from backend.tests.promises import promise
from backend.tests.survive.store_view import make_deals, stored

KINDS = ["sqlite", "postgresql", "json"]
MakePlace = Callable[[str], StoreLocation]


@pytest.fixture
def place(tmp_path: Path, lent: Callable[[], str]) -> MakePlace:
    """Return a function that creates an empty location of a kind."""

    def make(kind: str) -> StoreLocation:
        return location_at(lent() if kind == "postgresql" else f"{kind}://{tmp_path}/{kind}-place")

    return make


# Everywhere and back


@promise("Backups and transfers", "Moving any store to any other and back preserves every byte.")
@pytest.mark.parametrize("kind", KINDS)
def test_transfer_copies_every_row_unchanged(filled: Settings, place: MakePlace, kind: str) -> None:
    here, there = location_of(filled), place(kind)
    before = facts(here)
    assert transfer(here, there, quiet) == before
    assert facts(there) == facts(here) == before


@promise("Backups and transfers", "Moving any store to any other and back preserves every byte.")
def test_transfer_through_all_locations_changes_nothing(
    filled: Settings, new: MakeSettings, place: MakePlace, tmp_path: Path
) -> None:
    """From the store to an archive, PostgreSQL, JSON files, SQLite and an archive again."""
    start = backup(filled, tmp_path / "a.zip", quiet).manifest
    restored = new("postgresql")
    restore(restored, ACTOR, tmp_path / "a.zip", quiet)
    transfer(location_of(restored), json := place("json"), quiet)
    transfer(json, location_at(f"sqlite://{tmp_path}/last"), quiet)
    end = backup(Settings(data_dir=tmp_path / "last"), tmp_path / "b.zip", quiet).manifest
    was = {name: entry.facts for name, entry in start.tables.items()}
    now = {name: entry.facts for name, entry in end.tables.items()}
    assert without_audit(now) == without_audit(was)
    assert now["audit_events"].count == was["audit_events"].count + RESTORED
    assert end.store["store_id"] == facts_store(restored)


def facts_store(settings: Settings) -> str | None:
    with open_store(settings) as store:
        return store.db.snapshot_now(state.get, state.STORE_ID)


@promise("Backups and transfers", "Moving any store to any other and back preserves every byte.")
@given(found=st.lists(metas, min_size=1, max_size=5))
@hypothesis_settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_transfer_keeps_any_content_of_a_record(
    found: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory, postgres: Postgres
) -> None:
    root = tmp_path_factory.mktemp("anything")
    settings = Settings(data_dir=root / "data")

    def make(tx: Tx) -> None:
        for table in TABLES:
            for number, meta in enumerate(found):
                records(tx, table, number, meta)

    with open_store(settings) as store:
        store.db.write_now(ACTOR, make)
    with postgres.lend() as url:
        ways = [
            location_of(settings),
            location_at(url),
            location_at(f"json://{root}/json"),
            location_at(f"sqlite://{root}/last"),
        ]
        for here, there in pairwise(ways):
            transfer(here, there, quiet)
        assert facts(ways[-1]) == facts(ways[0])
        made = backup(Settings(data_dir=root / "last"), root / "a.zip", quiet)
    assert {name: entry.facts for name, entry in made.manifest.tables.items()} == facts(ways[0])


def test_store_continues_on_postgresql_after_transfer(new: MakeSettings) -> None:
    """The JSON files are recognized as the store's own."""
    here = filled_with(new("sqlite"))
    there = here.model_copy(update={"database_url": new("postgresql").database_url})
    transfer(location_of(here), location_of(there), quiet)
    partners = items(here.data_dir / "jv/partners.json")
    with open_store(there) as store:
        make_deals(store, "there")
    assert items(here.data_dir / "jv/partners.json") == partners
    assert items(here.data_dir / "deals/deals.json")[-1]["name"] == "there"
    assert not list(here.data_dir.rglob("*.edited-*"))


def test_transfer_reads_json_files_without_a_manifest(place: MakePlace, tmp_path: Path) -> None:
    root = tmp_path / "json-place"
    (root / "jv").mkdir(parents=True)
    (root / "jv/partners.json").write_text('[{"name": "Maple", "since": 1999}]')
    transfer(place("json"), place("sqlite"), quiet)
    with open_store(Settings(data_dir=tmp_path / "sqlite-place")) as store:
        (partner,) = stored(store, "partners")
    assert (partner["name"], partner["meta"]) == ("Maple", {"since": 1999})


# Interrupted

_KILLED = """
import os, signal, sys
from backend.app.kit.archive import source, target
from backend.app.kit.archive.directory import DirectoryTarget
from backend.app.kit.archive.target import DatabaseTarget
source.CHUNK, left = 2, [int(sys.argv[3])]
def dying(plain):
    def act(*args):
        left[0] -= 1
        return plain(*args) if left[0] else os.kill(os.getpid(), signal.SIGKILL)
    return act
for kind in (DatabaseTarget, DirectoryTarget):
    kind.add, kind.finish = dying(kind.add), dying(kind.finish)
from backend.app.backups.store_urls import location_at
from backend.app.backups.transfer import transfer
from backend.tests.backups.quiet import quiet
transfer(location_at(sys.argv[1]), location_at(sys.argv[2]), quiet)
"""


def url_of(place: StoreLocation) -> str:
    if isinstance(place, PostgresLocation):
        return place.url
    assert isinstance(place, SqliteLocation | JsonLocation)
    return f"sqlite://{place.path}" if isinstance(place, SqliteLocation) else f"json://{place.root}"


def killed(here: StoreLocation, there: StoreLocation, after: int) -> None:
    run = preloaded.run(
        [sys.executable, "-c", _KILLED, url_of(here), url_of(there), str(after)],
        cwd=ROOT,
        env=clean_environment(),
        timeout=SOON_S,
    )
    assert run.returncode == -signal.SIGKILL


@pytest.fixture
def here(new: MakeSettings) -> StoreLocation:
    return location_of(filled_with(new("sqlite")))


@promise(
    "Backups and transfers",
    "A transfer resumes after a kill and ends with matching counts and checksums, or with an error.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_transfer_resumes_after_a_kill(
    here: StoreLocation, place: MakePlace, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = place(kind)
    killed(here, there, 7)
    assert there.mark()
    if isinstance(there, PostgresLocation):
        with (
            pytest.raises(StartError, match="a transfer to this store was not finished"),
            open_store(served(there, tmp_path)),
        ):
            pass
        with pytest.raises(AppError, match="holds a transfer that was not finished"):
            facts(there)
    added = counting(monkeypatch)
    transfer(here, there, quiet)
    assert sum(added) < sum(each.count for each in facts(here).values())
    assert facts(there) == facts(here)
    assert not there.mark()


def served(there: PostgresLocation, root: Path) -> Settings:
    return Settings(data_dir=root / "served", database_url=there.url)


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the lines that are added from now on."""
    added: list[int] = []

    def counted(plain: Any) -> Any:
        def add(target: Target, name: str, lines: list[bytes]) -> None:
            added.append(len(lines))
            plain(target, name, lines)

        return add

    for kind in (DatabaseTarget, DirectoryTarget):
        monkeypatch.setattr(kind, "add", counted(kind.add))
    return added


@promise(
    "Backups and transfers",
    "A transfer resumes after a kill and ends with matching counts and checksums, or with an error.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_transfer_does_not_resume_from_a_changed_source(
    here: StoreLocation, new: MakeSettings, place: MakePlace, kind: str
) -> None:
    there = place(kind)
    killed(here, there, 7)
    other = filled_with(new("sqlite"), 2)
    with pytest.raises(AppError, match="is another store or has changed since; start again with --start-over"):
        transfer(location_of(other), there, quiet)
    transfer(location_of(other), there, quiet, start_over=True)
    assert facts(there) == facts_of(other)


def test_restore_refuses_an_unfinished_transfer(here: StoreLocation, new: MakeSettings, tmp_path: Path) -> None:
    assert isinstance(here, SqliteLocation)
    backup(Settings(data_dir=here.path.parent), tmp_path / "a.zip", quiet)
    settings = new("sqlite")
    killed(here, location_of(settings), 7)
    with pytest.raises(AppError, match="holds an unfinished transfer"):
        restore(settings, ACTOR, tmp_path / "a.zip", quiet)
    transfer(here, location_of(settings), quiet)
    read_archive(tmp_path / "a.zip", quiet)


def test_transfer_resumes_after_its_cause_of_failure_is_removed(
    here: StoreLocation, place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, plain = place("json"), DirectoryTarget.add

    def add(self: DirectoryTarget, name: str, lines: list[bytes]) -> None:
        if name == "drafts":
            raise OSError(28, "No space left on device")
        plain(self, name, lines)

    monkeypatch.setattr(DirectoryTarget, "add", add)
    with pytest.raises(AppError, match=r"there is no room for .*; the copied rows are kept"):
        transfer(here, there, quiet)
    monkeypatch.undo()
    transfer(here, there, quiet)
    assert facts(there) == facts(here)


@promise(
    "Backups and transfers",
    "A transfer resumes after a kill and ends with matching counts and checksums, or with an error.",
)
def test_transfer_finds_changes_to_copied_rows(here: StoreLocation, place: MakePlace) -> None:
    there = place("json")
    killed(here, there, 7)
    assert isinstance(there, JsonLocation)
    file = there.root.with_name("json-place.partial") / "deals/deals.json"
    file.write_bytes(file.read_bytes().replace(b"deal", b"daal"))
    with pytest.raises(AppError, match="differs from the source: table deals: its SHA-256"):
        transfer(here, there, quiet)
    assert not there.root.exists()


# Refused


def test_transfer_never_deletes_foreign_files(tmp_path: Path, new: MakeSettings) -> None:
    """Any file in the target location, or under its temporary name, is kept."""
    here = location_of(filled_with(new("sqlite"), 1))
    folder = tmp_path / "mine"
    (folder / "json.partial").mkdir(parents=True)
    (folder / "json.partial" / "notes.txt").write_text("mine")
    (folder / "text.db.partial").write_text("mine")
    for name in ("other.db", "tables.db.partial"):
        with closing(sqlite3.connect(folder / name)) as conn, conn:
            conn.execute("CREATE TABLE mine (x)")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for url, says in (
        (f"json://{folder}/json", "json.partial exists and was not created by a transfer"),
        (f"sqlite://{folder}/text.db", "text.db.partial exists and was not created by a transfer"),
        (f"sqlite://{folder}/tables.db", "tables.db.partial exists and was not created by a transfer"),
        (f"sqlite://{folder}/other.db", "other.db is a database of another program"),
    ):
        for start_over in (False, True):
            with pytest.raises(Conflict, match=says):
                transfer(here, location_at(url), quiet, start_over=start_over)
    assert {path: path.read_bytes() for path in before} == before


@promise("Backups and transfers", "Restore and transfer refuse a store in use and a target that is not empty.")
@pytest.mark.parametrize("kind", KINDS)
def test_transfer_refuses_a_target_with_data(
    here: StoreLocation, new: MakeSettings, place: MakePlace, kind: str
) -> None:
    there = place(kind)
    transfer(location_of(filled_with(new("sqlite"), 1)), there, quiet)
    before = facts(there)
    for again in (False, True):
        with pytest.raises(AppError, match="is not empty: it holds"):
            transfer(here, there, quiet, start_over=again)
    assert facts(there) == before


@promise("Backups and transfers", "Restore and transfer refuse a store in use and a target that is not empty.")
@pytest.mark.parametrize("side", ["here", "there"])
def test_transfer_refuses_an_open_store(
    filled: Settings, place: MakePlace, side: str, tmp_path: Path, impatient: None
) -> None:
    busy, other = location_of(filled), place("json")
    with open_store(filled), pytest.raises(AppError, match="in use"):
        transfer(busy if side == "here" else other, other if side == "here" else busy, quiet)
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_transfer_to_itself_is_refused(filled: Settings) -> None:
    before = facts_of(filled)
    with pytest.raises(AppError, match="cannot be transferred to itself"):
        transfer(location_of(filled), location_of(filled), quiet)
    assert facts_of(filled) == before


@pytest.mark.parametrize("kind", ["sqlite", "json"])
def test_transfer_refuses_a_missing_source(place: MakePlace, tmp_path: Path, kind: str) -> None:
    with pytest.raises(AppError, match="there is no"):
        transfer(place(kind), location_at(f"json://{tmp_path}/there"), quiet)
    assert tree(tmp_path) == {}


def test_transfer_refuses_a_file_in_place_of_a_directory(here: StoreLocation, place: MakePlace, tmp_path: Path) -> None:
    (tmp_path / "json-place").write_text("mine")
    with pytest.raises(AppError, match="is not a directory"):
        transfer(here, place("json"), quiet)
    with pytest.raises(AppError, match="cannot be written"):
        transfer(here, location_at(f"sqlite://{tmp_path}/json-place/store"), quiet)
    assert (tmp_path / "json-place").read_text() == "mine"


def test_transfer_in_small_chunks_copies_every_line(
    here: StoreLocation, place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "CHUNK", 1)
    assert transfer(here, place("sqlite"), quiet) == facts(here)
