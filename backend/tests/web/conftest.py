"""Fixtures of the console's pages."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.tests.harness import http_client


@pytest.fixture
def api_as(base_url: str, store_settings: Settings) -> Iterator[Callable[[Role], httpx.Client]]:
    """A function that returns a client with the role, by a token named after it, such as `viewer-token`."""
    with ExitStack() as clients:

        @cache
        def client(role: Role) -> httpx.Client:
            secret = _token(store_settings, role)
            return clients.enter_context(http_client(base_url, headers={"authorization": f"Bearer {secret}"}))

        yield client


def _token(settings: Settings, role: Role) -> str:
    with open_store(settings) as store:
        return store.db.write_now(Ctx("dana", "cli"), tokens.create_token, f"{role}-token", role)
