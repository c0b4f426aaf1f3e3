"""`valhalla people providers` and `valhalla people unlink`, with a provider on loopback."""

from pathlib import Path
from typing import Any

import pytest

from backend.app.core_gov.access.single_sign_on.providers import report_at_start
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command
from backend.tests.core_gov.access.browser import open_office
from backend.tests.core_gov.access.single_sign_on.conftest import provider, sqlite_settings, table_of, write_providers
from backend.tests.core_gov.access.single_sign_on.loopback_provider import LoopbackProvider, begin, come_back
from backend.tests.core_gov.access.single_sign_on.test_attacks import DANA, PROVISIONED

__all__ = ["provider", "sqlite_settings"]


@pytest.fixture
def environment(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(sqlite_settings.data_dir))
    monkeypatch.setenv("VALHALLA_PUBLIC_URL", "https://office.example.com")
    return sqlite_settings


def test_providers_are_checked(
    environment: Settings, provider: LoopbackProvider, command: Command, tmp_path: Path
) -> None:
    assert "There are no providers" in command("people", "providers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VALHALLA_PASSWORDS", "off")
        command("people", "providers", status=1)
    write_providers(environment, work=table_of(provider))
    printed = command("people", "providers")
    assert "work: works" in printed
    assert "https://office.example.com/app/sign-in/with/work/callback" in printed
    provider.metadata = {"issuer": "https://other.example.com"}
    assert "names the issuer https://other.example.com" in command("people", "providers", status=1)
    provider.metadata = {}
    write_providers(environment, work=table_of(provider, client_secret_file=str(tmp_path / "missing")))
    assert "cannot be read" in command("people", "providers", status=1)
    write_providers(environment, wrong={"issuer": "x", "client_id": "y"})
    assert "issuer is not a URL" in command("people", "providers", status=1)


def test_accounts_are_unlinked(environment: Settings, provider: LoopbackProvider, command: Command) -> None:
    provider.claims = DANA
    write_providers(environment, work=table_of(provider, **PROVISIONED))
    with open_office(environment) as office, office.browser() as browser:
        come_back(browser, provider.callback(begin(browser)))
        assert browser.get("/core/deals").status_code == 200
        assert "Unlinked 1 account of dana@company.example" in command("people", "unlink", "Dana@company.example")
        assert browser.get("/core/deals").status_code == 401
        assert come_back(browser, provider.callback(begin(browser))).status_code == 409


def test_start_says_loudly_that_nobody_can_sign_in(sqlite_settings: Settings, logged: Any) -> None:
    report_at_start(sqlite_settings.model_copy(update={"passwords": False}))
    assert [each["event"] for each in logged()] == ["nobody can sign in"]
    write_providers(sqlite_settings, wrong={"issuer": "x", "client_id": "y"})
    report_at_start(sqlite_settings)
    assert [each["event"] for each in logged()][1:] == ["provider not usable"]
