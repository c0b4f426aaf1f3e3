"""`valhalla people email`."""

from pathlib import Path

import pytest

from backend.tests.cli.conftest import Command
from backend.tests.promises import promise


@promise("Access", "`valhalla people email EMAIL NEW` gives a person another address.")
def test_person_gets_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path / "data"))
    for email in ("dana@exmaple.com", "ana@example.com"):
        command("people", "invite", email)
    said = command("people", "email", "Dana@exmaple.com", "Dana@Example.com")
    assert said == "dana@exmaple.com is dana@example.com now.\n"
    assert "dana@example.com" in command("people", "list")
    assert "not found" in command("people", "email", "dana@exmaple.com", "x@example.com", status=1)
    assert "another person" in command("people", "email", "dana@example.com", "ana@example.com", status=1)
    assert "email must be" in command("people", "email", "dana@example.com", "dana", status=1)
