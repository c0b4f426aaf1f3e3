"""The doctor on copies of a full store, and fixtures that damage their databases."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from backend.app.settings import Settings
from backend.tests.doctor.command import Doctor, fill

Damage = Callable[..., None]
"""Runs statements on the database of the store."""


@pytest.fixture
def doctor(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(settings, monkeypatch)


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """Settings of an empty SQLite store."""
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def on_sqlite(small: Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(small, monkeypatch)


@pytest.fixture
def full(settings: Settings) -> Path:
    """Data directory of a store that was closed cleanly, with current JSON files."""
    return fill(settings)


@pytest.fixture
def full_sqlite(small: Settings) -> Path:
    return fill(small)


@pytest.fixture
def dead_pid() -> int:
    """Id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


@pytest.fixture
def full_doctor(full_store: Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """The command on both databases."""
    return Doctor(full_store, monkeypatch)


@pytest.fixture
def full_sqlite_doctor(full_sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(full_sqlite_store, monkeypatch)


@pytest.fixture
def full_postgres_doctor(full_postgres_store: Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(full_postgres_store, monkeypatch)


def run(settings: Settings, *statements: str) -> list[tuple[object, ...]]:
    """Run statements directly in the database. Return the rows of the last one."""
    rows: list[tuple[object, ...]] = []
    if settings.database_url:
        with psycopg.connect(settings.database_url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows
    with closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as conn:
        for statement in statements:
            rows = conn.execute(statement).fetchall()
    return rows


@pytest.fixture
def damage(request: pytest.FixtureRequest) -> Damage:
    """Run statements on the store of the test. On PostgreSQL, a table is dropped with CASCADE."""

    def do(settings: Settings, *statements: str) -> None:
        cascade = " CASCADE" * bool(settings.database_url)
        run(settings, *(each + cascade if each.startswith("DROP TABLE") else each for each in statements))

    return do
