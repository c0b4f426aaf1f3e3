"""Fixtures of tests that value homes: a stored town and its model."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.settings import Settings
from backend.tests.core_gov.valuation import town
from backend.tests.harness import Postgres, http_client, serving


@pytest.fixture
def town_store(store: Store) -> Store:
    """A store with the town, which the test may change."""
    town.stock(store.db, town.CUT)
    return store


@contextmanager
def town_served(settings: Settings) -> Iterator[httpx.Client]:
    with open_store(settings) as store:
        town.stock(store.db, town.CUT)
    with serving(settings) as url, http_client(url) as client:
        yield client


@pytest.fixture(scope="session")
def town_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with town_served(Settings(data_dir=tmp_path_factory.mktemp("town-sqlite"))) as client:
        yield client


@pytest.fixture(scope="session")
def town_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[httpx.Client]:
    data_dir = tmp_path_factory.mktemp("town-postgresql")
    with town_served(Settings(data_dir=data_dir, database_url=postgres.new_database())) as client:
        yield client


@pytest.fixture
def town_api(database: str, request: pytest.FixtureRequest) -> httpx.Client:
    """A client of a service that has the town on file, and other tests' properties: its sales must stay."""
    client: httpx.Client = request.getfixturevalue(f"town_{database}")
    return client
