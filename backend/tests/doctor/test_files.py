"""Comparison of the JSON files with the database."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.doctor import files
from backend.app.kit.db.sqlite_file import note_clean_close
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.doctor.command import DEALS, FILE, Doctor, deals_of, hold_mirror
from backend.tests.doctor.conftest import run
from backend.tests.harness import until
from backend.tests.promises import promise
from backend.tests.survive.store_view import in_step, make_deals


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
    "`valhalla doctor` changes nothing; `--fix` repairs stale JSON files, missing directories and leftovers of dead "
    "processes.",
)
@pytest.mark.parametrize(
    ("change", "sentence", "kept"),
    [
        (Path.unlink, "is missing; the database has 30 records", False),
        (_shorter, "has 29 records, but the database has 30", True),
        (_other, "differs from the database in 1 of 30 records", True),
        (_touched, "was written by another program, with the same records", True),
        (_garbage, "is not in the format that the service writes", True),
    ],
    ids=["missing", "shorter", "other", "touched", "garbage"],
)
def test_files_that_differ_are_rewritten_and_foreign_content_is_kept(
    doctor: Doctor, full: Path, change: Callable[[Path], None], sentence: str, kept: bool
) -> None:
    change(full / FILE)
    changed = (full / FILE).read_bytes() if kept else b""
    found = doctor.one("JSON files")
    assert (found["verdict"], found["sentence"]) == ("bad", f"{FILE} {sentence}")
    assert found["fix"] == ("keeps it under another name and " if kept else "") + f"rewrites {FILE}"
    (fix,) = doctor.json("--fix")["fixed"]
    assert fix["done"]
    aside = list((full / "deals").glob("deals.edited-*.json"))
    assert [path.read_bytes() for path in aside] == [changed] * kept
    assert any(str(path.name) in line for path in aside for line in fix["result"]) is kept
    doctor.healthy()
    assert deals_of(doctor.settings) == DEALS


def test_files_of_a_killed_service_are_compared_with_its_write_ahead_log(on_sqlite: Doctor, tmp_path: Path) -> None:
    """Its changes are in the write-ahead log, but not in every file."""
    other = Settings(data_dir=tmp_path / "other")
    with open_store(other) as store:
        make_deals(store, *DEALS)
        in_step(store)
        shutil.copytree(other.data_dir, on_sqlite.settings.data_dir)
    root = on_sqlite.settings.data_dir
    _shorter(root / FILE)
    assert (root / "valhalla.db-wal").stat().st_size
    assert "not shut down cleanly" in on_sqlite.one("database")["sentence"]
    assert "has 29 records, but the database has 30" in on_sqlite.one("JSON files")["sentence"]
    (root / "valhalla.db-shm").unlink()
    assert "has 29 records, but the database has 30" in on_sqlite.one("JSON files")["sentence"]
    assert on_sqlite.json("--fix")["healthy"]
    on_sqlite.healthy()


def test_lagging_file_is_a_note_and_after_the_longest_lag_bad(
    doctor: Doctor, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process holds the mirror but does not write: a note at first, then bad."""
    monkeypatch.setattr(files, "RECHECK_S", 0.0)
    with hold_mirror(full), open_store(doctor.settings) as store:
        make_deals(store, "Not written yet")
    with hold_mirror(full):
        found = doctor.one("JSON files")
        assert (found["verdict"], found["fix"]) == ("note", None)
        assert f"{FILE} has 30 records, but the database has 31; the oldest change is " in found["sentence"]
        monkeypatch.setenv("VALHALLA_MIRROR_MAX_LAG_S", "0.000001")
        found = doctor.one("JSON files")
        assert (found["verdict"], found["fix"]) == ("bad", None)
        assert f"process {os.getpid()} should have written it" in found["remedy"]
        assert doctor.json("--fix")["fixed"] == []
    assert doctor.json("--fix")["healthy"]
    doctor.healthy()


def test_file_written_during_the_check_is_ok(doctor: Doctor, full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = (full / FILE).read_bytes()
    (full / FILE).unlink()
    with hold_mirror(full):
        monkeypatch.setattr("backend.app.doctor.files.time.sleep", lambda seconds: (full / FILE).write_bytes(written))
        assert doctor.json()["healthy"]


def test_files_kept_aside_are_noted_and_never_removed(doctor: Doctor, full: Path) -> None:
    kept = ("deals/deals.adopted-1.json", "deals/deals.edited-1.json", "deals/deals.ahead-1.json", "refused-1.json")
    for name in kept:
        (full / name).write_text("{}")
    noted = [finding for finding in doctor.check() if finding["subject"] == "set aside"]
    assert [(finding["verdict"], finding["fix"]) for finding in noted] == [("note", None)] * 4
    assert [finding["sentence"].split(":")[0] for finding in noted] == list(kept)
    doctor.healthy()
    assert all((full / name).exists() for name in kept)


def test_json_files_without_a_database_are_adopted_by_fix(doctor: Doctor) -> None:
    path = doctor.settings.data_dir / FILE
    path.parent.mkdir(parents=True)
    path.write_text('[{"name": "Elm"}, {"nonsense": true}]')
    assert doctor.one("JSON files")["fix"] == "adopts them"
    (fix,) = doctor.json("--fix")["fixed"]
    assert f"adopted the records of the JSON files: 1 from {FILE}" in fix["result"]
    assert any("refused-" in line for line in fix["result"])
    doctor.healthy()
    assert deals_of(doctor.settings) == ["Elm"]


def test_json_file_of_every_table_is_compared(doctor: Doctor, full: Path) -> None:
    looked = [finding["sentence"].split(":")[0] for finding in doctor.check() if finding["subject"] == "JSON files"]
    assert looked == [table.file for table in TABLES]


# Records that only the JSON file holds


def _change(settings: Settings, old: str, new: str) -> None:
    text, document = ("doc::text", "json") if settings.database_url else ("doc", "text")
    run(settings, f"UPDATE deals SET doc = CAST(replace({text}, '{old}', '{new}') AS {document}) WHERE seq = 4")


def _damage_document(settings: Settings) -> None:
    """Change a document in the database, but not its `updated_at`."""
    _change(settings, '"Deal 3"', '"Deal ?"')


def _set_back(settings: Settings) -> None:
    _change(settings, '"updated_at":"2', '"updated_at":"1')


def _remove(settings: Settings) -> None:
    run(settings, "DELETE FROM deals WHERE id = (SELECT id FROM deals ORDER BY seq LIMIT 1 OFFSET 3)")


@pytest.mark.parametrize("damage", [_damage_document, _set_back, _remove])
def test_fix_keeps_a_file_with_records_that_the_database_lacks(
    doctor: Doctor, full: Path, damage: Callable[[Settings], None]
) -> None:
    good = (full / FILE).read_bytes()
    damage(doctor.settings)
    if not doctor.settings.database_url:
        note_clean_close(doctor.settings.sqlite_path)  # so that the start does not suspect the file
    assert doctor.one("JSON files")["fix"] == f"keeps it under another name and rewrites {FILE}"
    fixed = doctor.json("--fix")["fixed"]  # list keys and text index too, if the damage changed them
    assert all(each["done"] for each in fixed)
    (fix,) = (each for each in fixed if each["subjects"] == "JSON files")
    (aside,) = (full / "deals").glob("deals.ahead-*.json")
    assert aside.read_bytes() == good
    assert f"kept the previous {FILE} as {aside.name}" in fix["result"]
    doctor.healthy()


def test_start_keeps_a_file_that_differs_from_a_changed_database(on_sqlite: Doctor, full_sqlite: Path) -> None:
    good = (full_sqlite / FILE).read_bytes()
    _damage_document(on_sqlite.settings)
    with open_store(on_sqlite.settings) as store:
        until(lambda: store.mirror.wait_in_step(1.0), "the JSON files are in step")
    (aside,) = (full_sqlite / "deals").glob("deals.ahead-*.json")
    assert aside.read_bytes() == good
    assert "Deal ?" in (full_sqlite / FILE).read_text()
    fixed = [fix["subjects"] for fix in on_sqlite.json("--fix")["fixed"]]
    assert fixed == ["list keys", "text index"], "a name was changed by hand"
    on_sqlite.healthy()
