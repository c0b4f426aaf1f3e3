"""Output and errors of the commands for archives and transfers."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.app.cli import main
from backend.app.settings import Settings
from backend.tests.backups.stores import EVENTS, MakeSettings, facts_of, filled_with

Ran = tuple[int, str, str]
Command = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Run `valhalla …` on a store. Return the exit status and the output."""

    def command(settings: Settings, *arguments: object) -> Ran:
        monkeypatch.setenv("VALHALLA_DATA_DIR", str(settings.data_dir))
        monkeypatch.setenv("VALHALLA_DATABASE_URL", settings.database_url or "")
        monkeypatch.setattr(sys, "argv", ["valhalla", *map(str, arguments)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfdbinary.readouterr()
        return int(end.value.code or 0), out.decode(), err.decode()

    return command


def test_backup_verify_restore(run: Command, filled: Settings, new: MakeSettings, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    status, out, _ = run(filled, "backup", file)
    assert status == 0
    assert "rows" in out
    status, out, _ = run(filled, "verify", file)
    assert status == 0
    assert f"the audit trail ends with event {EVENTS} and hash" in out
    assert "the archive is intact" in out
    status, out, _ = run(filled, "verify", file, "--json")
    assert json.loads(out)["manifest"]["tables"]["partners"]["count"] == 3
    there = new("sqlite")
    status, out, _ = run(there, "restore", file)
    assert status == 0
    assert facts_of(there)["partners"] == facts_of(filled)["partners"]
    status, out, err = run(there, "restore", file)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert "is not empty" in err


def test_verify_refuses_a_file_that_is_not_an_archive(run: Command, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("nonsense")
    for command in ("verify", "restore"):
        status, out, err = run(settings, command, tmp_path / "a.zip")
        assert (status, out) == (1, "")
        assert err == f"valhalla: {tmp_path / 'a.zip'} is not a Valhalla archive: it is not a ZIP file\n"
    status, out, _ = run(settings, "verify", tmp_path / "a.zip", "--json")
    assert (status, json.loads(out)["good"]) == (1, False)


def test_transfer(run: Command, new: MakeSettings, tmp_path: Path) -> None:
    here = filled_with(new("sqlite"))
    status, out, _ = run(here, "transfer", "--to", f"json://{tmp_path}/json")
    assert status == 0
    assert f"{tmp_path}/json/ matches {here.sqlite_path}: " in out
    status, out, err = run(here, "transfer", "--to", f"json://{tmp_path}/json")
    assert (status, out) == (1, "")
    assert "is not empty" in err
    status, out, err = run(here, "transfer", "--to", "postgresql://dana:secret@127.0.0.1:1/none")
    assert (status, out) == (1, "")
    assert "127.0.0.1:1/none cannot be reached" in err
    assert "secret" not in err


def test_export(run: Command, filled: Settings, tmp_path: Path) -> None:
    status, out, _ = run(filled, "export", "--kind", "partners", "--format", "csv")
    assert status == 0
    assert out.startswith("id,name,")
    assert out.isascii() is False
    status, out, err = run(filled, "export", "--kind", "partners", "--format", "json", "--out", tmp_path / "p.json")
    assert (status, out) == (0, "")
    assert len(json.loads((tmp_path / "p.json").read_bytes())["items"]) == 3
    status, out, err = run(filled, "export", "--kind", "nobody")
    assert (status, out) == (1, "")
    assert "the kinds are deals, " in err
