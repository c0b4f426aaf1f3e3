"""Service on SQLite with the settings of a test, and a token for each role."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.schemas import ROLES
from backend.app.core_gov.access.tokens import service
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
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
