"""A store with a few records of every kind, and others that are empty."""

from pathlib import Path

import pytest

from backend.app.kit.archive import places
from backend.app.settings import Settings
from backend.tests.harness import Postgres
from backend.tests.keeping.stores import MakeSettings, filled_with


@pytest.fixture
def new(tmp_path: Path, request: pytest.FixtureRequest) -> MakeSettings:
    """Makes settings of an empty store on `sqlite` or `postgresql`."""
    made: list[Settings] = []

    def make(kind: str) -> Settings:
        url = None
        if kind == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            url = server.new_database()
        made.append(Settings(data_dir=tmp_path / f"store-{len(made)}", database_url=url))
        return made[-1]

    return make


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """A closed store on both databases."""
    return filled_with(settings)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is in the store is not waited for."""
    monkeypatch.setattr(places, "_SETTLE_S", 0.0)
