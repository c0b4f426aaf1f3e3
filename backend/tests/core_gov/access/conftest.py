"""Service on SQLite with the settings of a test, and a token for each role."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.schemas import ROLES
from backend.app.core_gov.access.tokens import service
from backend.app.kit.db import Ctx, sqlite_file
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import Office, open_office
from backend.tests.core_gov.access.phone import TimeSteps, standing_clock
from backend.tests.core_gov.access.target import Serve, Target
from backend.tests.harness import LogSink, serving


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory, log_sink: LogSink) -> Iterator[Target]:
    """Service with default settings, shared by the tests that store nothing."""
    with serving(Settings(data_dir=tmp_path_factory.mktemp("target") / "data"), proxy_headers=False) as base_url:
        yield Target(base_url)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def tokens(data_dir: Path) -> dict[str, str]:
    """Secret of a token for each role, by role, and of a revoked token; for services of `serve`."""
    with open_store(Settings(data_dir=data_dir)) as store:
        ctx = Ctx("tester", "cli")
        made: dict[str, str] = {}
        for role in ROLES:
            made[role] = store.db.write_now(ctx, service.create_token, f"{role}-token", role)
        made["revoked"] = store.db.write_now(ctx, service.create_token, "revoked-token", "admin")
        store.db.write_now(ctx, service.revoke_token, "revoked-token")
    return made


@pytest.fixture
def serve(data_dir: Path) -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(*, proxy_headers: bool = False, uvicorn: dict[str, Any] | None = None, **settings: Any) -> Target:
            found = Settings(data_dir=data_dir, **settings)
            return Target(stack.enter_context(serving(found, proxy_headers=proxy_headers, **(uvicorn or {}))))

        yield start


@pytest.fixture
def steps() -> Iterator[TimeSteps]:
    """The time steps of codes, which stand still."""
    with standing_clock() as found:
        yield found


@pytest.fixture
def office(tmp_path: Path, migrated_sqlite: bytes) -> Iterator[Office]:
    """A service on SQLite, on which everyone signs in."""
    settings = Settings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    settings.sqlite_path.write_bytes(migrated_sqlite)
    sqlite_file.note_clean_close(settings.sqlite_path)
    with open_office(settings) as found:
        yield found


@pytest.fixture
def either_office(store_settings: Settings) -> Iterator[Office]:
    """A service on either database, on which everyone signs in."""
    with open_office(store_settings) as found:
        yield found
