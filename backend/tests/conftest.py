"""Fixtures of all tests: both databases, an open store, and the service over real HTTP."""

import gc
import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import structlog
import typer.testing
from argon2 import PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from typer.main import get_command

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.access.passwords import hashing
from backend.app.kit import log as logs
from backend.app.kit.db import Ctx, bulk, migrate, opening, sqlite_file
from backend.app.kit.db.schema import revisions, starting
from backend.app.settings import PREFIX, Settings
from backend.tests import full_store as full
from backend.tests import known_schemas, new_store, temporary_files
from backend.tests.harness import LogSink, Postgres, Server, http_client, serving

MakeServer = Callable[..., Server]

# Durations depend on the machine, so no test fails for being slow. `--hypothesis-profile=thorough` tries more examples.
_PROPERTIES = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("valhalla", _PROPERTIES, max_examples=40)
hypothesis_settings.register_profile("thorough", _PROPERTIES, max_examples=1_000)
hypothesis_settings.load_profile("valhalla")


temporary_files.put_in_memory()

LONG = (
    *("test_bench.py", "test_soak.py", "test_accuracy.py"),
    *("test_schemathesis.py", "test_examples.py", "test_kill_storm.py"),
)
"""Files with slow tests. They run first, so that no worker runs one alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish() -> None:
    """Exempt what remains until the end, such as all tests, from each later search for garbage."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape lone surrogates in captured output, which would prevent a worker from sending its report."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(autouse=True, scope="session")
def no_settings_from_outside() -> None:
    """Remove the service's settings from the environment: each test sets its own."""
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        del os.environ[name]


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes() -> Iterator[None]:
    """Hash passwords with the least of time and memory; test_passwords.py tests the parameters of the service."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "PasswordHasher", lambda **_: PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(autouse=True, scope="session")
def copied_schema() -> Iterator[None]:
    """Migrate the first new SQLite store only, and copy its tables for the others; the fixture below undoes it.

    A schema that was compared before is recognized instead.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(starting, "compared", known_schemas.compared)
        for module in (opening, bulk):
            patch.setattr(module, "migrate", SimpleNamespace(**vars(migrate) | {"upgrade": new_store.upgrade}))
        yield


@pytest.fixture
def migrated_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrate each new store and compare its schema, for tests of the migrations."""
    monkeypatch.setattr(starting, "compared", revisions.compared)
    for module in (opening, bulk):
        monkeypatch.setattr(module, "migrate", migrate)


@pytest.fixture(autouse=True, scope="session")
def command_line() -> Iterator[None]:
    """Build the command line once instead of for each command that a test runs in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(get_command))
        yield


@pytest.fixture(autouse=True, scope="session")
def log_sink() -> Iterator[LogSink]:
    """Log to one stream for all tests, because loggers keep the first stream that they write to.

    They do not keep the level: a command of one test that shows errors only must not silence the next test.
    """
    sink = LogSink()
    configure = logs.configure

    def without_cache(level: str, form: Any) -> None:
        configure(level, form, out=sink.stream)
        structlog.configure(cache_logger_on_first_use=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "configure", without_cache)
        logs.configure("info", "json")
        yield sink


@pytest.fixture
def logged(log_sink: LogSink) -> Callable[[], list[dict[str, Any]]]:
    """Return a function that returns what this process has logged since the test began."""
    logs.configure("info", "json")
    log_sink.lines.clear()

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in "".join(log_sink.lines).splitlines() if line.startswith("{")]

    return read


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for each process of pytest."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Run the test on both databases."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str) -> Iterator[str | None]:
    """URL of an empty database; None means SQLite in the data directory."""
    if database == "sqlite":
        yield None
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.lend() as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str | None) -> Settings:
    """A data directory that does not exist yet, and an empty database."""
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture(scope="session")
def migrated_sqlite() -> bytes:
    """A migrated SQLite database without records, as a file."""
    return new_store.migrated_sqlite()


@pytest.fixture
def store_settings(settings: Settings) -> Settings:
    """A data directory, and a migrated database without records."""
    if settings.database_url is None and not settings.sqlite_path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        settings.sqlite_path.write_bytes(new_store.migrated_sqlite())
        sqlite_file.note_clean_close(settings.sqlite_path)
    return settings


@pytest.fixture(scope="session")
def full_sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data directory from which `full_sqlite_store` is copied."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("full-sqlite") / "data")
    full.fill(settings)
    return settings.data_dir


@pytest.fixture(scope="session")
def full_postgres_template(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Path:
    """Data directory from which `full_postgres_store` is copied; its database is called `full`."""
    postgres.run('CREATE DATABASE "full" TEMPLATE migrated')
    settings = Settings(data_dir=tmp_path_factory.mktemp("full-postgresql") / "data", database_url=postgres.url("full"))
    full.fill(settings)
    return settings.data_dir


@pytest.fixture
def full_sqlite_store(tmp_path: Path, full_sqlite_template: Path) -> Settings:
    """A closed SQLite store with rows in every table, for this test only."""
    return full.copy_sqlite(full_sqlite_template, tmp_path / "data")


@pytest.fixture
def full_postgres_store(tmp_path: Path, full_postgres_template: Path, postgres: Postgres) -> Settings:
    """Like the fixture above, on PostgreSQL."""
    shutil.copytree(full_postgres_template, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", database_url=postgres.new_database(template="full"))


@pytest.fixture
def full_store(database: str, request: pytest.FixtureRequest) -> Settings:
    """Like the fixtures above, on both databases."""
    kind = {"sqlite": "sqlite", "postgresql": "postgres"}[database]
    found: Settings = request.getfixturevalue(f"full_{kind}_store")
    return found


@pytest.fixture
def store(store_settings: Settings) -> Iterator[Store]:
    with open_store(store_settings) as opened:
        yield opened


@pytest.fixture
def ctx() -> Ctx:
    return Ctx("tester", "api")


@pytest.fixture
def base_url(store_settings: Settings) -> Iterator[str]:
    """Base URL of the service, run in a thread of this process."""
    with serving(store_settings) as url:
        yield url


@pytest.fixture
def api(base_url: str) -> Iterator[httpx.Client]:
    """A client of the service."""
    with http_client(base_url) as client:
        yield client


@pytest.fixture(scope="session")
def shared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that all tests of this process share."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("shared-sqlite"))
    with serving(settings) as url, http_client(url) as client:
        yield client


@pytest.fixture(scope="session")
def shared_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[httpx.Client]:
    """Like the fixture above, on PostgreSQL."""
    data_dir = tmp_path_factory.mktemp("shared-postgresql")
    settings = Settings(data_dir=data_dir, database_url=postgres.new_database())
    with serving(settings) as url, http_client(url) as client:
        yield client


@pytest.fixture
def shared_api(database: str, request: pytest.FixtureRequest) -> httpx.Client:
    """A client of a service with records of other tests, for tests that check only their own records."""
    client: httpx.Client = request.getfixturevalue(f"shared_{database}")
    return client


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MakeServer]:
    """Return a function that creates servers in separate processes. They are stopped after the test."""
    made: list[Server] = []

    def make(data_dir: Path, database_url: str | None = None, workers: int = 1, **options: Any) -> Server:
        settings = {"data_dir": str(data_dir), "log_format": "json", **options.pop("settings", {})}
        if database_url:
            settings["database_url"] = database_url
        found = Server(settings, tmp_path / f"server-{len(made)}.log", workers=workers, **options)
        made.append(found)
        return found

    yield make
    for each in made:
        each.kill()
