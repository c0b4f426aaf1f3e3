"""The service on SQLite with the settings that a test of access asks for, and tokens for each role."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_args

import pytest

from backend.app.core_gov.access import service
from backend.app.core_gov.access.schemas import Role
from backend.app.kit.db import Ctx
from backend.app.office import open_office
from backend.app.settings import Settings
from backend.tests.harness import serving

ROLES: tuple[Role, ...] = get_args(Role)

Serve = Callable[..., str]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def tokens(data_dir: Path) -> dict[str, str]:
    """A secret for each role, under the name of the role, and one that was revoked."""
    with open_office(Settings(data_dir=data_dir)) as office:
        ctx = Ctx("tester", "cli")
        made = {role: office.db.write_now(ctx, service.create_token, f"{role}-token", role) for role in ROLES}
        made["revoked"] = office.db.write_now(ctx, service.create_token, "revoked-token", "admin")
        office.db.write_now(ctx, service.revoke_token, "revoked-token")
    return made


@pytest.fixture
def serve(data_dir: Path) -> Iterator[Serve]:
    """Starts the service and gives its base URL. `proxy_headers` is uvicorn's; `valhalla serve` has it off."""
    with ExitStack() as stack:

        def start(*, proxy_headers: bool = False, http: Any = "auto", **settings: Any) -> str:
            found = Settings(data_dir=data_dir, **settings)
            return stack.enter_context(serving(found, proxy_headers=proxy_headers, http=http))

        yield start


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
