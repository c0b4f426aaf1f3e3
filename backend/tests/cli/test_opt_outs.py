"""Import of do-not-contact lists."""

import json
from pathlib import Path

import pytest

from backend.app.kit import clock
from backend.tests.cli.conftest import Command
from backend.tests.promises import promise


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "list.csv"
    path.write_text(
        "Phone,Medium\n902 555 0101,sms\n(902) 555-0101,SMS\nDana@Example.com,email\nnobody,sms\n902 555 0102,fax\n"
    )
    return path


@promise(
    "Consent", "`valhalla import opt-outs` imports a do-not-contact list with its date, and names the rows it refuses."
)
def test_list_is_imported_once_and_wrong_rows_are_named(listed: Path, command: Command) -> None:
    words = ("import", "opt-outs", str(listed), "--map", "address=Phone", "--map", "channel=Medium", "--listed-on")
    assert "5 rows: 2 stored, 0 updated, 1 already on file, 2 rejected" in command(*words, "2026-01-31")
    assert "nobody" in listed.with_name("list.csv.rejected.csv").read_text()
    assert "0 stored" in command(*words, "2026-01-31", "--rejected", str(listed.with_name("again.csv")))
    items = json.loads((listed.parent / "data" / "comms" / "opt_outs.json").read_text())["items"]
    assert {(each["address"], each["channel"], each["source"], each["since"][:10]) for each in items} == {
        ("+19025550101", "sms", "import", "2026-01-31"),
        ("+19025550101", "call", "import", "2026-01-31"),
        ("dana@example.com", "email", "import", "2026-01-31"),
    }
    assert command("export", "--kind", "opt_outs").count("+19025550101") == 2


@pytest.mark.parametrize(("day", "sentence"), [("31.1.2026", "is not a date"), ("2999-01-01", "is in the future")])
def test_wrong_date_of_a_list_is_refused(listed: Path, command: Command, day: str, sentence: str) -> None:
    said = command("import", "opt-outs", str(listed), "--map", "address=Phone", "--listed-on", day, status=1)
    assert sentence in said


def test_list_without_an_address_is_refused(listed: Path, command: Command) -> None:
    said = command("import", "opt-outs", str(listed), "--listed-on", "2026-01-31", status=1)
    assert "address is required" in said


@promise("Operator tools", "The doctor says if the last do-not-contact list is older than 31 days.")
def test_doctor_names_an_old_list(listed: Path, command: Command) -> None:
    words = ("import", "opt-outs", str(listed), "--map", "address=Phone", "--map", "channel=Medium", "--listed-on")
    command(*words, "2026-01-31")
    assert "the last do-not-contact list is" in command("doctor")
    command(*words, clock.today())
    assert "the last do-not-contact list is" not in command("doctor")
