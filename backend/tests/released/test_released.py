"""Every released version's store opens in this one: its database, its JSON files, its archive."""

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory

from backend.app.backups.backup import backup, read_archive
from backend.app.backups.restore import restore
from backend.app.backups.store_urls import location_at, location_of
from backend.app.backups.transfer import SENDING, transfer
from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms.delivery import hold
from backend.app.kit.db import migrate
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import ACTOR, facts
from backend.tests.harness import http_client, serving
from backend.tests.list_keys import key_faults
from backend.tests.promises import promise
from backend.tests.released.make import HERE
from backend.tests.survive.store_view import stored

FOLDERS = sorted(path for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__")
DATABASES = [path for path in FOLDERS if (path / "store.sql").exists()]


def named(path: Path) -> str:
    return path.name


def laid_out(folder: Path, data_dir: Path) -> Path:
    """Install the database of a version where this version expects it."""
    data_dir.mkdir()
    with closing(sqlite3.connect(data_dir / "valhalla.db")) as conn:
        conn.executescript((folder / "store.sql").read_text(encoding="utf-8"))
    return data_dir


def recorded(folder: Path) -> dict[str, list[Any]]:
    """Return the records of a version from its JSON files; kinds that it lacked have none."""
    files = {table.name: folder / "json" / table.file for table in TABLES}
    return {name: json.loads(path.read_bytes())["items"] for name, path in files.items() if path.exists()}


def manifest(folder: Path) -> dict[str, Any]:
    with zipfile.ZipFile(folder / "archive.zip") as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


def check(store: Store, folder: Path) -> None:
    """Assert that all records exist, apart from fields added since, and the whole audit trail."""
    for name, expected in recorded(folder).items():
        found = stored(store, name)
        assert [{key: each[key] for key in was} for each, was in zip(found, expected, strict=True)] == expected
    with store.db.open_snapshot() as snapshot:
        verdict = audit.verify(snapshot)
        assert key_faults(snapshot) == []
        (token,) = [token for token in tokens.list_tokens(snapshot) if token.name == "office-toronto"]
    assert (token.state, token.role) == ("valid", "operator")
    assert (token.owner, token.scopes) == (None, None)
    assert (token.expires_at is None) == (folder.name < "0.6"), "tokens of earlier versions have no expiry"
    assert verdict.good
    assert verdict.events >= manifest(folder)["tables"]["audit_events"]["count"]


@promise("Backups and transfers", "Data and archives of every released version open in newer versions.")
@pytest.mark.parametrize("folder", DATABASES, ids=named)
def test_database_opens(folder: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=laid_out(folder, tmp_path / "data"))
    with open_store(settings) as store:
        check(store, folder)
    with serving(settings) as url, http_client(url) as api:
        assert len(api.get("/core/jv/partners", params={"tag": "quick"}).json()["items"]) == 1
        for home in api.get("/core/property/properties").json()["items"]:
            assert home["address"] in api.get(f"/app/properties/{home['id']}").raise_for_status().text


@promise("Backups and transfers", "Data and archives of every released version open in newer versions.")
@pytest.mark.parametrize("folder", DATABASES, ids=named)
def test_archive_restores(folder: Path, settings: Settings) -> None:
    read_archive(folder / "archive.zip", quiet)
    restore(settings, ACTOR, folder / "archive.zip", quiet)
    with open_store(settings) as store:
        check(store, folder)


@pytest.mark.parametrize("folder", DATABASES, ids=named)
def test_database_is_backed_up_and_transferred_unchanged(folder: Path, tmp_path: Path) -> None:
    """Before migration, and without changing it; one that can send is held, and nothing else in it changes."""
    settings = Settings(data_dir=laid_out(folder, tmp_path / "data"))
    before = settings.sqlite_path.read_bytes()
    made = backup(settings, tmp_path / "a.zip", quiet)
    then = manifest(folder)
    assert made.manifest.revision == then["revision"]
    assert made.manifest.model_dump()["tables"] == then["tables"]
    there = location_at(f"json://{tmp_path}/json")
    assert transfer(location_of(settings), there, quiet) == facts(there)
    if then["revision"] < SENDING:
        assert settings.sqlite_path.read_bytes() == before
    else:
        assert facts(location_of(settings)) == facts(there)
        with open_store(settings) as store:
            assert store.db.snapshot_now(hold.held) is not None


@promise("Backups and transfers", "Data and archives of every released version open in newer versions.")
@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_json_files_are_adopted(folder: Path, settings: Settings) -> None:
    shutil.copytree(folder / "json", settings.data_dir)
    with open_store(settings) as store:
        counts = {table.file: len(stored(store, table.name)) for table in TABLES}
        assert store.db.snapshot_now(key_faults) == []
    for path in (folder / "json").rglob("*.json"):
        found = json.loads(path.read_bytes())
        items = found["items"] if isinstance(found, dict) and "items" in found else found
        assert counts[path.relative_to(folder / "json").as_posix()] == len(items) > 0
    assert not list(settings.data_dir.glob("refused-*"))


@promise("Backups and transfers", "Data and archives of every released version open in newer versions.")
def test_every_schema_has_a_fixture() -> None:
    """A migration adds a folder: `python -m backend.tests.released.make VERSION`."""
    revisions = {manifest(folder)["revision"] for folder in DATABASES}
    scripts = ScriptDirectory.from_config(migrate.config()).walk_revisions()
    assert {script.revision for script in scripts} <= revisions
