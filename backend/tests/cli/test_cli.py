"""Errors of `valhalla` commands are one readable line, with exit status 1."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.app import __version__
from backend.app.cli import main
from backend.tests.harness import ROOT, clean_environment
from backend.tests.survive import namespace

Command = Callable[..., str]


@pytest.fixture
def fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a failing command and returns its error line."""
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["valhalla", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        (line,) = printed.err.splitlines()
        assert not (tmp_path / "data").exists()
        return line.removeprefix("valhalla: ")

    return run


@pytest.fixture
def busy() -> Iterator[int]:
    """A port in use."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


# Settings

EVERY_COMMAND = [
    ("serve", "--port", "0"),
    ("token", "list"),
    ("token", "create", "ann"),
    ("token", "revoke", "ann"),
    ("import", "properties", __file__),
    ("audit", "verify"),
]


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_invalid_setting_is_named(fails: Command, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setenv("VALHALLA_PORT", "eighty")
    assert fails(*command).startswith("VALHALLA_PORT is wrong: ")


def test_unknown_setting_is_named(fails: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALHALLA_COLOUR", "red")
    assert fails("token", "list").startswith("VALHALLA_COLOUR is not a setting; the settings are VALHALLA_")


def test_invalid_database_url_is_reported_without_its_password(fails: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALHALLA_DATABASE_URL", "mysql://ann:secret-word@db/valhalla")
    line = fails("serve")
    assert line == "VALHALLA_DATABASE_URL is wrong: write it as postgresql://user:password@host:5432/database"


def test_unknown_command_exits_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["valhalla", "sevre"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2


# Address and port


def test_busy_port_is_reported(fails: Command, busy: int) -> None:
    line = fails("serve", "--port", str(busy))
    assert line.startswith(f"cannot listen on port {busy} of 127.0.0.1 (Address already in use): stop the program")


def test_busy_port_from_the_settings_is_reported(fails: Command, busy: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALHALLA_PORT", str(busy))
    assert f"cannot listen on port {busy} of 127.0.0.1" in fails("serve")


@pytest.mark.parametrize("host", ["192.0.2.1", "fe80::1%nope", "two..dots", "x" * 300])
def test_address_of_another_machine_is_refused(fails: Command, host: str) -> None:
    assert fails("serve", "--host", host, "--port", "0") == f"{host} is not an address of this machine"


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_invalid_port_exits_with_2(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["valhalla", "serve", "--port", port])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_privileged_port_is_refused(tmp_path: Path) -> None:
    """Runs in a user namespace, whose root has no privileges outside."""
    lowest = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if lowest.exists() and int(lowest.read_text()) <= 1:
        pytest.skip("on this machine anyone may use any port")
    command = [sys.executable, "-m", "backend.app.cli", "serve", "--port", "1"]
    run = subprocess.run(
        [*namespace.in_own_mounts(["true"]), *command],
        cwd=ROOT,
        env=clean_environment({"VALHALLA_DATA_DIR": str(tmp_path / "data")}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    (line,) = run.stderr.splitlines()
    assert " may not use port 1; " in line
    assert line.endswith("; choose one above 1023 with --port")


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_is_printed_whatever_the_settings(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VALHALLA_PORT", "eighty")
    monkeypatch.setattr(sys, "argv", ["valhalla", option])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    assert capsys.readouterr().out == f"valhalla {__version__}\n"
