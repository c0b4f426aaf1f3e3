"""Commands, run in this process as whoever types them runs them."""

import sys
from collections.abc import Callable

import pytest

from backend.app.cli import main

Command = Callable[..., str]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command; returns what it prints, or the line that says why it does not do what it is asked."""
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
