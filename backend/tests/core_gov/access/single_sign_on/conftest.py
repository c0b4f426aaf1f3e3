"""Fixtures of single sign-on: a provider on loopback, and an office whose people use it."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import Office, open_office
from backend.tests.core_gov.access.single_sign_on.loopback_provider import CLIENT, LoopbackProvider, loopback_provider

OpenOffice = Callable[..., AbstractContextManager[Office]]


@pytest.fixture
def provider() -> Iterator[LoopbackProvider]:
    with loopback_provider() as found:
        yield found


@pytest.fixture
def sqlite_settings(tmp_path: Path, migrated_sqlite: bytes) -> Settings:
    """Settings of an empty store, for rules that do not depend on the database."""
    settings = Settings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    settings.sqlite_path.write_bytes(migrated_sqlite)
    return settings


@pytest.fixture
def open_with(provider: LoopbackProvider, sqlite_settings: Settings) -> OpenOffice:
    """Return a function that opens an office with the provider `work`. Its options are those of `providers.toml`."""

    @contextmanager
    def opened(settings: Settings = sqlite_settings, **options: Any) -> Iterator[Office]:
        write_providers(settings, work=table_of(provider, **options))
        with open_office(settings) as office:
            yield office

    return opened


def table_of(provider: LoopbackProvider, **options: Any) -> dict[str, Any]:
    """Return the table of a provider in `providers.toml`."""
    return {"label": "Work ID", "issuer": provider.issuer, "client_id": CLIENT} | options


def write_providers(settings: Settings, **tables: dict[str, Any]) -> None:
    """Write `providers.toml`."""
    lines = [
        line
        for name, table in tables.items()
        for line in (f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items()))
    ]
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / "providers.toml").write_text("\n".join(lines) + "\n")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)
