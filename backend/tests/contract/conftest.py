"""Fixtures of the contract tests."""

from collections.abc import Iterator

import httpx
import pytest

from backend.tests.contract.kinds import KINDS


@pytest.fixture
def unchanged(shared_api: httpx.Client) -> Iterator[None]:
    """Assert that the test stores and audits nothing."""

    def newest() -> list[str]:
        paths = [*(kind.path for kind in KINDS.values()), "/core/comms/sendlog", "/core/audit/events"]
        return [shared_api.get(path, params={"limit": 1}).text for path in paths]

    before = newest()
    yield
    assert newest() == before
