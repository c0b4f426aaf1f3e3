"""Behavior specific to SQLite."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.kit.db import Ctx, sqlite
from backend.app.kit.errors import StoreFull, StoreUnavailable
from backend.app.settings import Settings
from backend.tests.promises import promise
from backend.tests.survive.store_view import make_deals, names


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@promise("Storage", "A commit is synced to disk before it is acknowledged (`synchronous=FULL`).")
def test_commits_are_synced_to_the_disk(settings: Settings) -> None:
    with open_store(settings), closing(sqlite.connect(settings.sqlite_path)) as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert conn.execute("PRAGMA synchronous").fetchone() == (2,)


def test_database_locked_by_another_program_is_an_error_after_a_wait(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 50)
    with open_store(settings) as store:
        make_deals(store, "before")
        with closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as shell:
            shell.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                make_deals(store, "refused")
            assert names(store) == ["before"]
            shell.execute("ROLLBACK")
        make_deals(store, "after")
        assert names(store) == ["before", "after"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_IOERR_WRITE, StoreUnavailable),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreUnavailable),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreUnavailable),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreUnavailable),
        (sqlite3.SQLITE_ERROR, type(None)),
        (sqlite3.SQLITE_CONSTRAINT_CHECK, type(None)),
    ],
)
def test_store_failures_differ_from_statement_errors(code: int, kind: type) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    assert type(sqlite.failure_of(error)) is kind


def test_data_directory_may_have_any_name(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "what? 100% #1 Übung")
    with open_store(settings) as store:
        make_deals(store, "Deal")
    assert settings.sqlite_path.exists()
    with open_store(settings) as store:
        assert names(store) == ["Deal"]
    assert [path.name for path in tmp_path.iterdir()] == [settings.data_dir.name]


def test_unit_on_a_dropped_connection_stores_nothing(settings: Settings, ctx: Ctx) -> None:
    with open_store(settings) as store:
        make_deals(store, "before")
        writer = store.db._writer  # type: ignore[attr-defined]
        writer.close()
        with pytest.raises(StoreUnavailable):
            make_deals(store, "refused")
        make_deals(store, "after")
        assert names(store) == ["before", "after"]
