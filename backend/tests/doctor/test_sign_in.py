"""What the doctor says of providers, proxies, and ways to sign in."""

from pathlib import Path
from typing import Any

import pytest

from backend.app.doctor.sign_in import check
from backend.app.settings import Settings
from backend.tests.core_gov.access.single_sign_on.conftest import write_providers
from backend.tests.doctor.command import Doctor, fill
from backend.tests.promises import promise

RIGHT = {"issuer": "https://id.example.com", "client_id": "valhalla"}


def bad(settings: Settings) -> list[str]:
    return [each.line for each in check(settings) if each.verdict == "bad"]


@promise(
    "Access", "`valhalla doctor` names faulty providers, a proxy setting that trusts everyone, and no way to sign in."
)
def test_doctor_reports_a_faulty_provider(on_sqlite: Doctor) -> None:
    fill(on_sqlite.settings)
    write_providers(on_sqlite.settings, work=RIGHT | {"scopes": ["email"]})
    assert "work.scopes must contain openid" in on_sqlite.one("providers")["sentence"]


@pytest.mark.parametrize(
    ("networks", "named"),
    [
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("10.0.0.1,::/0", "::/0"),
        ("0.0.0.0/1,128.0.0.0/1,::/0", "0.0.0.0/0 and ::/0"),
        ("10.0.0.0/8,::1", None),
        ("", None),
    ],
)
def test_trust_in_everyone_is_named(tmp_path: Path, networks: str, named: str | None) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "trusted_proxies": networks})
    assert [f"({named})" in each for each in bad(settings)] == ([True] if named else [])


@pytest.mark.parametrize(
    ("tables", "faults"),
    [
        ({}, ["nobody can sign in"]),
        ({"work": RIGHT}, []),
        ({"work": RIGHT | {"client_secret_file": "/nonexistent/secret"}}, ["cannot be read", "nobody can sign in"]),
        ({"work": RIGHT, "again": RIGHT}, ["again has the issuer and client_id of work"]),
    ],
)
def test_no_way_to_sign_in_is_named(tmp_path: Path, tables: dict[str, Any], faults: list[str]) -> None:
    settings = Settings(data_dir=tmp_path / "data", passwords=False)
    write_providers(settings, **tables)
    found = bad(settings)
    assert len(found) == len(faults)
    for fault, line in zip(faults, found, strict=True):
        assert fault in line
