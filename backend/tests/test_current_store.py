"""A store is opened without its other tables only if an opening would find nothing to do."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.jobs import service as jobs
from backend.app.current_store import opened_if_current
from backend.app.kit.db import sqlite_file, state
from backend.app.kit.errors import StoreReadOnly
from backend.app.kit.json_mirror.mirror_note import MEMORY
from backend.app.settings import Settings
from backend.tests.core_gov.market.files import CLERK
from backend.tests.harness import Postgres
from backend.tests.promises import promise


@pytest.fixture
def closed(tmp_path: Path) -> Settings:
    """A store on SQLite with one token, closed."""
    settings = Settings(data_dir=tmp_path / "data")
    with open_store(settings) as store:
        store.db.write_now(CLERK, tokens.create_token, "laptop", "viewer")
    return settings


def listed(settings: Settings) -> list[str] | None:
    with opened_if_current(settings) as store:
        return None if store is None else [token.name for token in store.db.snapshot_now(tokens.list_tokens)]


def contents(settings: Settings) -> dict[str, tuple[int, bytes]]:
    files = (path for path in settings.data_dir_absolute.rglob("*") if path.is_file())
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@promise("Command line", "`token list` and `jobs list` change no file of a store that needs nothing done.")
def test_closed_store_is_read_and_not_changed(closed: Settings) -> None:
    before = contents(closed)
    assert listed(closed) == ["laptop"]
    assert contents(closed) == before


def test_store_of_a_running_process_is_read(closed: Settings) -> None:
    with open_store(closed) as store:
        store.db.write_now(CLERK, tokens.create_token, "phone", "viewer")
        assert listed(closed) == ["laptop", "phone"]
        store.db.write_now(CLERK, tokens.create_token, "tablet", "viewer")
    assert listed(closed) == ["laptop", "phone", "tablet"]


def test_it_cannot_be_written(closed: Settings) -> None:
    with opened_if_current(closed) as store:
        assert store is not None
        with pytest.raises(StoreReadOnly):
            store.db.write_now(CLERK, tokens.create_token, "phone", "viewer")


def changed(sql: str) -> Callable[[Settings], None]:
    """Return a change of the database that keeps the note of a clean close true."""

    def change(settings: Settings) -> None:
        with closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as conn:
            conn.execute(sql)
        sqlite_file.note_clean_close(settings.sqlite_path.absolute())

    return change


def _with_height(settings: Settings, height: int) -> None:
    path = settings.data_dir_absolute / MEMORY
    path.write_text(json.dumps(json.loads(path.read_text()) | {"height": height}))


def _key(key: str) -> Callable[[Settings], None]:
    return changed(f"INSERT INTO store_state (key, value) VALUES ('{key}', '[]')")


NOT_CURRENT: dict[str, Callable[[Settings], object]] = {
    "written to since it was closed": lambda store: os.utime(store.sqlite_path),
    "without a note of a clean close": lambda store: (store.data_dir_absolute / sqlite_file.NOTE).unlink(),
    "missing": lambda store: store.sqlite_path.unlink(),
    "empty": lambda store: store.sqlite_path.write_bytes(b""),
    "of an older schema": changed("UPDATE alembic_version SET version_num = '0007'"),
    "of a newer schema": changed("UPDATE alembic_version SET version_num = '9999'"),
    "without a table": changed("DROP TABLE jobs"),
    "without an id": changed(f"DELETE FROM store_state WHERE key = '{state.STORE_ID}'"),
    "a copy": changed(f"DELETE FROM store_state WHERE key = '{jobs.KNOWN}'"),
    "of another id than the JSON files": changed(f"UPDATE store_state SET value = 'x' WHERE key = '{state.STORE_ID}'"),
    "older than the JSON files": lambda store: _with_height(store, 10**6),
    "beside an unreadable note": lambda store: (store.data_dir_absolute / MEMORY).write_text("{"),
    "unfinished": _key(state.UNFINISHED),
    "rebuilt": _key(state.REBUILT),
    "with losses": _key(state.LOSSES),
    "behind": _key(state.BEHIND),
    "to be replaced": lambda store: sqlite_file.rebuilt_path(store.sqlite_path.absolute()).write_bytes(b""),
    "noise": lambda store: store.sqlite_path.write_bytes(b"noise" * 1000),
}


@pytest.mark.parametrize("how", NOT_CURRENT)
def test_store_is_left_to_the_opening(closed: Settings, how: str) -> None:
    NOT_CURRENT[how](closed)
    assert listed(closed) is None


def test_store_on_postgresql_is_left_to_the_opening(tmp_path: Path, postgres: Postgres) -> None:
    with postgres.lend() as url:
        assert listed(Settings(data_dir=tmp_path, database_url=url)) is None


def test_failure_of_the_command_is_not_hidden(closed: Settings) -> None:
    with pytest.raises(OSError, match="of the command"), opened_if_current(closed):
        raise OSError("of the command")
