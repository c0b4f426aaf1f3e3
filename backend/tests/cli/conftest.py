"""Fixture that runs commands in this process."""

import sys
from collections.abc import Callable

import pytest

from backend.app.cli import main

Command = Callable[..., str]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command, and returns its output or its error line."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, status: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["valhalla", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        assert (end.value.code or 0) == status
        printed = capsys.readouterr()
        return printed.out or (printed.err if status == 2 else printed.err.strip().splitlines()[-1])

    return run
