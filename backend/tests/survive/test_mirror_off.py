"""VALHALLA_MIRROR=off: no record in plain files, and the same detection of a lost database, also when switching."""

import json
import shutil
from pathlib import Path

import psycopg
import pytest

from backend.app.backups.backup import backup
from backend.app.backups.restore import restore
from backend.app.backups.store_urls import location_at
from backend.app.backups.transfer import transfer
from backend.app.bootstrap import open_store
from backend.app.kit.archive.tables import BadArchive
from backend.app.kit.errors import StartError
from backend.app.kit.file_lock import LOCK_FILES
from backend.app.kit.json_mirror.mirror_note import outdated_since
from backend.app.kit.json_mirror.mirror_off import plain_files
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import filled_with
from backend.tests.doctor.command import Doctor
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise
from backend.tests.survive.damaged_store import PAGE, has_intact_trail, lost, pages_of, write_page
from backend.tests.survive.store_view import CTX, in_step, make_deals, names


@pytest.fixture
def on(settings: Settings) -> Settings:
    return settings.model_copy(update={"mirror": True})


@pytest.fixture
def off(settings: Settings) -> Settings:
    return settings.model_copy(update={"mirror": False})


@pytest.fixture
def switched_off(on: Settings, off: Settings) -> Settings:
    """A store with one deal in its JSON file, and another one made after the mirror was turned off."""
    with open_store(on) as store:
        make_deals(store, "Elm")
        in_step(store)
    with open_store(off) as store:
        make_deals(store, "Oak")
    return off


@pytest.fixture
def doctors(off: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Doctor, Doctor]:
    """The doctor with the mirror on, and with the setting as the data directory has it, which is off."""

    class On(Doctor):
        def text(self, *options: str) -> tuple[int, str]:
            with monkeypatch.context() as patch:
                patch.setenv("VALHALLA_MIRROR", "on")
                return super().text(*options)

    return On(off, monkeypatch), Doctor(off, monkeypatch)


def on_file(settings: Settings) -> list[str]:
    return [deal["name"] for deal in json.loads((settings.data_dir / "deals/deals.json").read_bytes())["items"]]


def set_aside(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.data_dir.rglob("*-*Z.json"))


def lose_database(settings: Settings) -> None:
    if settings.database_url is None:
        settings.sqlite_path.unlink()
        return
    with psycopg.connect(settings.database_url, autocommit=True) as conn:
        conn.execute("DROP SCHEMA public CASCADE")
        conn.execute("CREATE SCHEMA public")


def refusal(settings: Settings) -> str:
    with pytest.raises(StartError) as refused, open_store(settings):
        pass
    assert "\n" not in str(refused.value)
    return str(refused.value)


@promise("JSON files", "With VALHALLA_MIRROR=off no record is in a plain file, and a lost database is still detected.")
def test_no_file_but_the_database_has_a_record(off: Settings, doctors: tuple[Doctor, Doctor]) -> None:
    with serving(off) as url, http_client(url) as api:
        assert api.post("/core/deals", json={"name": "Secret Lane"}).status_code == 201
        ready = api.get("/readyz")
        assert (ready.status_code, ready.json()["mirror"], ready.json()["mirror_lag_s"]) == (200, "off", 0.0)
    files = [path for path in off.data_dir.rglob("*") if path.is_file() and "valhalla.db" not in path.name]
    assert [path.name for path in files if b"Secret Lane" in path.read_bytes()] == []
    assert {path.name for path in files} <= {".mirror.json", ".closed.json", *LOCK_FILES}
    assert "only a backup has its records" in doctors[1].one("JSON files")["sentence"]
    doctors[1].healthy()


@promise("JSON files", "With VALHALLA_MIRROR=off no record is in a plain file, and a lost database is still detected.")
def test_files_of_an_earlier_time_are_left_alone_and_named(
    switched_off: Settings, doctors: tuple[Doctor, Doctor]
) -> None:
    assert on_file(switched_off) == ["Elm"]
    found = doctors[1].one("plain text")
    assert "deals/deals.json" in found["sentence"]
    assert "outdated since" in found["sentence"]
    assert found["remedy"].startswith("delete them: cd ")
    doctors[1].healthy()
    assert on_file(switched_off) == ["Elm"]


def test_files_are_written_anew_when_the_mirror_is_on_again(
    switched_off: Settings, on: Settings, doctors: tuple[Doctor, Doctor]
) -> None:
    waiting = doctors[0].one("JSON files", "deals/deals.json")
    assert waiting["fix"] == "rewrites deals/deals.json"
    with open_store(on) as store:
        in_step(store)
        assert on_file(on) == ["Elm", "Oak"]
        make_deals(store, "Ash")
        in_step(store)
    assert set_aside(on) == []
    assert outdated_since(on.data_dir) is None
    doctors[0].healthy()


def test_directory_stays_as_it_is_without_the_setting(switched_off: Settings, settings: Settings) -> None:
    """A command in a shell without the settings of the service writes no plain text."""
    before = {path: path.read_bytes() for path in plain_files(settings.data_dir, TABLES)}
    with open_store(settings) as store:
        make_deals(store, "Ash")
    assert {path: path.read_bytes() for path in plain_files(settings.data_dir, TABLES)} == before


def test_deleted_files_are_written_anew(switched_off: Settings, on: Settings) -> None:
    for path in plain_files(switched_off.data_dir, TABLES):
        path.unlink()
    with open_store(switched_off) as store:
        make_deals(store, "Ash")
    with open_store(on) as store:
        in_step(store)
    assert on_file(on) == ["Elm", "Oak", "Ash"]
    assert set_aside(on) == []


def test_file_that_was_edited_meanwhile_is_kept(switched_off: Settings, on: Settings) -> None:
    path = on.data_dir / "deals/deals.json"
    path.write_bytes(path.read_bytes().replace(b"Elm", b"Fir"))
    with open_store(on) as store:
        in_step(store)
    assert on_file(on) == ["Elm", "Oak"]
    assert [name.partition("-")[0] for name in set_aside(on)] == ["deals.edited"]


def test_switching_without_a_change_leaves_the_files_current(on: Settings, off: Settings) -> None:
    for settings in (on, off, on, off, on):
        with open_store(settings) as store:
            if settings is on:
                in_step(store)
    assert outdated_since(on.data_dir) is None
    assert set_aside(on) == []


def test_adopted_files_are_set_aside(on: Settings, off: Settings) -> None:
    path = off.data_dir / "deals/deals.json"
    path.parent.mkdir(parents=True)
    path.write_text('[{"id": "deal_1", "name": "Elm"}]')
    with open_store(off) as store:
        assert names(store) == ["Elm"]
    assert not path.exists()
    assert [name.partition("-")[0] for name in set_aside(off)] == ["deals.adopted"]
    with open_store(on) as store:
        in_step(store)
    assert on_file(on) == ["Elm"]
    assert len(set_aside(on)) == 1


def test_restore_into_a_directory_without_json_files_writes_none(settings: Settings, off: Settings) -> None:
    with open_store(off):
        """An empty store."""
    archive = settings.data_dir.with_name("a.zip")
    backup(filled_with(Settings(data_dir=settings.data_dir.with_name("other")), 1), archive, quiet)
    restore(settings, CTX, archive, quiet)
    assert plain_files(settings.data_dir, TABLES) == []
    assert outdated_since(settings.data_dir) is not None


# Loss of the database


@promise("JSON files", "With VALHALLA_MIRROR=off no record is in a plain file, and a lost database is still detected.")
@pytest.mark.parametrize("deleted", [False, True])
def test_lost_database_is_refused_until_the_operator_decides(
    switched_off: Settings, on: Settings, doctors: tuple[Doctor, Doctor], deleted: bool
) -> None:
    if deleted:
        for path in plain_files(switched_off.data_dir, TABLES):
            path.unlink()
    lose_database(switched_off)
    way = "starts a store without records" if deleted else "rebuilds it from JSON files that lack all changes after"
    for settings, doctor in zip((on, switched_off), doctors, strict=True):
        sentence = refusal(settings)
        assert f"{settings.data_dir} belongs to a store with 2 audit events" in sentence
        assert way in sentence
        assert way in doctor.one("database")["fix"]
    with open_store(switched_off, rebuild_lost=True) as store:
        assert names(store) == ([] if deleted else ["Elm"])
        assert {table.name for table in TABLES} <= {loss.table for loss in lost(store)}
        assert has_intact_trail(store)
    assert not (switched_off.data_dir / "deals/deals.json").exists()


@promise("JSON files", "With VALHALLA_MIRROR=off no record is in a plain file, and a lost database is still detected.")
def test_older_copy_is_refused_and_not_completed_from_outdated_files(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = small.model_copy(update={"mirror": False})
    copy = small.data_dir.with_name("copy.db")
    with open_store(small) as store:
        in_step(store)
    shutil.copy(small.sqlite_path, copy)
    with open_store(small) as store:
        make_deals(store, "Elm")
        in_step(store)
    with open_store(off) as store:
        make_deals(store, "Oak")
    shutil.copy(copy, small.sqlite_path)
    for settings in (small, off):
        assert "the database is an older copy, which ends with audit event 0" in refusal(settings)
        assert "continues with the copy" in refusal(settings)
    assert "continues with the copy" in Doctor(off, monkeypatch).one("database")["fix"]
    with open_store(off, rebuild_lost=True) as store:
        assert names(store) == []
        assert {loss.table for loss in lost(store)} == {"audit_events", "all other tables"}
        assert has_intact_trail(store)


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@promise("JSON files", "With VALHALLA_MIRROR=off no record is in a plain file, and a lost database is still detected.")
@pytest.mark.parametrize("again", [False, True])
def test_salvage_takes_nothing_from_outdated_files(full_sqlite_store: Settings, again: bool) -> None:
    """Neither while the mirror is off, nor at the start that turns it on again."""
    settings = full_sqlite_store
    on, off = (settings.model_copy(update={"mirror": mirror}) for mirror in (True, False))
    with open_store(off) as store:
        make_deals(store, "Oak")
        deals = len(names(store))
    content = settings.sqlite_path.read_bytes()
    pages = pages_of(settings.sqlite_path, "table", table="deals")
    (page,) = [number for number in pages if b"id_deals_3" in content[(number - 1) * PAGE : number * PAGE]]
    write_page(settings.sqlite_path, page, bytes(PAGE))
    with open_store(on if again else off) as store:
        assert "Oak" in names(store)
        assert len(names(store)) < deals
        (loss,) = [each for each in lost(store) if each.table == "deals"]
        assert loss.rows != 0
        if again:
            in_step(store)
    kept = [name for name in set_aside(settings) if name.startswith("deals.ahead")]
    assert len(kept) == again, "the file with records that the database lacks is kept"


def test_transfer_refuses_outdated_files(switched_off: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="outdated JSON files, because VALHALLA_MIRROR is off since"):
        transfer(location_at(f"json://{switched_off.data_dir}"), location_at(f"sqlite://{tmp_path}/new/new.db"), quiet)
