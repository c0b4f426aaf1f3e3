"""Stores with a few records of every kind, and empty stores."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from backend.app.backups.backup import backup
from backend.app.kit.archive import stores
from backend.app.settings import Settings
from backend.tests.backups.quiet import quiet
from backend.tests.backups.stores import MakeSettings, filled_with
from backend.tests.harness import Postgres


@pytest.fixture
def lent(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Lend PostgreSQL databases without records."""
    with ExitStack() as stack:

        def lend() -> str:
            server: Postgres = request.getfixturevalue("postgres")
            return stack.enter_context(server.lend())

        yield lend


@pytest.fixture
def new(tmp_path: Path, lent: Callable[[], str]) -> MakeSettings:
    """Return a function that makes settings of an empty store on `sqlite` or `postgresql`."""
    made: list[Settings] = []

    def make(kind: str) -> Settings:
        url = lent() if kind == "postgresql" else None
        made.append(Settings(data_dir=tmp_path / f"store-{len(made)}", database_url=url))
        return made[-1]

    return make


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """A closed store on both databases."""
    return filled_with(settings)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for other processes that use the store."""
    monkeypatch.setattr(stores, "_SETTLE_S", 0.0)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a store with a few records of every kind."""
    root = tmp_path_factory.mktemp("archived")
    backup(filled_with(Settings(data_dir=root / "data")), root / "a.zip", quiet)
    return root / "a.zip"
