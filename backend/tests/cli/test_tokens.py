"""`valhalla token`, and what the doctor says of tokens."""

import sys
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.cli import main
from backend.app.cli.tokens import _row
from backend.app.core_gov.access.people.links import use_link
from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.tokens import service
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command
from backend.tests.doctor.command import Doctor
from backend.tests.promises import promise

CTX = Ctx("tester", "cli")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def works(data_dir: Path, secret: str) -> bool:
    with open_store(Settings(data_dir=data_dir)) as store:
        return store.db.snapshot_now(service.live_token, digest(secret)) is not None


@promise("Access", "`valhalla token create NAME --role …` prints a token once; `list` and `revoke` manage tokens.")
@promise("Access", "`valhalla token rotate` and `expire` renew a token; `people disable` says how many tokens end.")
def test_tokens_are_created_rotated_and_listed(data_dir: Path, command: Command) -> None:
    link = command("people", "invite", "dana@example.com", "--role", "operator").strip()
    with open_store(Settings(data_dir=data_dir)) as store:
        store.db.write_now(CTX, use_link, link.rpartition("#")[2], None, "not a hash")
    secret = command("token", "create", "robot", "--role", "operator", "--owner", "Dana@example.com").strip()
    scoped = ("--scopes", "deals:write deals:read,jv:read", "--expires", "2036-01-31")
    command("token", "create", "narrow", *scoped)
    rotated = command("token", "rotate", "robot", "--overlap", "2h").strip()
    assert works(data_dir, secret)
    assert works(data_dir, rotated)
    assert "no expiry" in command("token", "expire", "robot", "never")
    command("token", "revoke", "narrow")
    with open_store(Settings(data_dir=data_dir)) as store:
        rows = [_row(token) for token in store.db.snapshot_now(service.list_tokens)]
    assert [row[:4] for row in rows] == [
        ["robot", "operator", "dana@example.com", "all"],
        ["narrow", "viewer", "", "jv:read deals:write"],
    ]
    assert [row[-1][:13] for row in rows] == ["valid", "revoked on 20"]
    assert "narrow" in command("token", "list")
    assert command("people", "disable", "dana@example.com") == (
        "Disabled dana@example.com. 1 access token of this person is not valid any more, unless the account is enabled "
        "again.\n"
    )


def test_secret_is_the_only_line_on_standard_output(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts read it."""
    for arguments in (("create", "robot"), ("rotate", "robot", "--overlap", "0")):
        monkeypatch.setattr(sys, "argv", ["valhalla", "token", *arguments])
        with pytest.raises(SystemExit):
            main()
        printed = capsys.readouterr()
        (line,) = printed.out.splitlines()
        assert works(data_dir, line)
        assert line not in printed.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--expires", "soon"), "'soon' is not an expiry: give a duration (90d), a date (2027-01-31) or never"),
        (("--expires", "2020-01-01"), "expires_at must be in the future"),
        (("--expires", "9999d"), "the expiry must be within ten years"),
        (("--scopes", "everything"), "everything is not a scope; the scopes are comms:read"),
        (("--owner", "nobody@example.com"), "person nobody@example.com not found"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    data_dir: Path, command: Command, options: tuple[str, ...], told: str
) -> None:
    assert told in command("token", "create", "robot", *options, status=1)


@promise("Access", "The doctor names tokens that expire within 30 days, and those that never do.")
def test_doctor_names_tokens_without_expiry_and_those_that_expire_soon(on_sqlite: Doctor, command: Command) -> None:
    command("token", "create", "endless", "--expires", "never")
    command("token", "create", "soon", "--expires", "20d")
    command("token", "create", "later", "--expires", "40d")
    found = [finding for finding in on_sqlite.json()["findings"] if finding["subject"] == "tokens"]
    assert [finding["verdict"] for finding in found] == ["note", "note"]
    assert found[0]["sentence"].startswith("expiring soon: soon on 20")
    assert found[1]["sentence"] == "without an expiry: endless"
    for number in range(12):
        command("token", "create", f"t{number:02}", "--expires", "never")
    assert on_sqlite.one("tokens", "without")["sentence"].endswith("t08 and 3 more")


@pytest.fixture
def on_sqlite(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(Settings(data_dir=data_dir), monkeypatch)
