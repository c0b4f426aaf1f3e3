"""`valhalla senders`, and what the doctor says of sending."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.app.bootstrap import open_store
from backend.app.cli.commands import app
from backend.app.core_gov.comms.delivery import hold
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.kit.errors import BadInput
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import CTX, DANA
from backend.tests.core_gov.comms.senders.twilio_double import Twilio, twilio_double, write_senders
from backend.tests.promises import promise


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def twilio(data_dir: Path) -> Iterator[Twilio]:
    with twilio_double() as twilio:
        write_senders(data_dir, twilio.url)
        yield twilio


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, args)
    return result.exit_code, result.output


@promise("Messages", "`valhalla senders list|check` names what is wrong with senders, and sends nothing.")
def test_senders_are_checked_without_sending(data_dir: Path, twilio: Twilio) -> None:
    code, said = run("senders", "list")
    assert (code, "main-line" in said, "Maple Homes Inc." in said) == (0, True, True)
    assert run("senders", "check") == (0, "main-line: works\n")
    write_senders(data_dir, twilio.url, "other", **{"from": "+14165550177"})
    code, said = run("senders", "check")
    assert (code, "other: +14165550177 is not a number of the account" in said) == (1, True)
    (data_dir.parent / "twilio-secret").write_text("wrong")
    code, said = run("senders", "check")
    assert (code, "main-line: Twilio answers 401: Authenticate" in said) == (1, True)
    assert (twilio.requests, "wrong" in said) == ([], False)


FAULTS = {
    "kind": ({"kind": "pigeon"}, "main-line.kind must be one of"),
    "account": ({"account": "AC1"}, "main-line.account must be AC and 32 hexadecimal digits"),
    "number": ({"from": "12"}, "main-line.from must be a phone number"),
    "two origins": ({"messaging_service": "MG" + "0" * 32}, "needs either from, a number, or messaging_service"),
    "channel": ({"channel": "email"}, "a twilio sender sends sms"),
    "url": ({"url": "http://example.com"}, "main-line.url must start with https://"),
    "cost": ({"cost_per_segment": "0.01"}, "cost_per_segment without a currency"),
    "unknown": ({"colour": "red"}, "main-line.colour is not a known field"),
    "confirmation without a name": (
        {"opt_out_confirmation": "Bye."},
        "does not name the sender; write Maple Homes Inc.",
    ),
    "secret in the data directory": ({"api_key_secret_file": "secret"}, "is in the data directory"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_each_mistake_in_the_file_is_one_sentence(data_dir: Path, what: str) -> None:
    fields, sentence = FAULTS[what]
    url = str(fields.get("url", "https://api.twilio.com"))
    write_senders(data_dir, url, **{name: value for name, value in fields.items() if name != "url"})
    code, said = run("senders", "list")
    assert (code, sentence in said.replace("\n", " ")) == (1, True), said


def test_two_senders_of_one_number_are_refused(data_dir: Path, twilio: Twilio) -> None:
    """The first of them works."""
    write_senders(data_dir, twilio.url, "second", **{"from": "(416) 555-0100"})
    code, said = run("senders", "list")
    assert (code, "second.from is that of main-line, too" in said.replace("\n", " ")) == (1, True), said
    with pytest.raises(BadInput, match="give each to one sender only"):
        find_sender(Settings(data_dir=data_dir), "second")
    assert find_sender(Settings(data_dir=data_dir), "main-line").name == "main-line"


def test_readable_secret_is_refused(data_dir: Path, twilio: Twilio) -> None:
    (data_dir.parent / "twilio-secret").chmod(0o644)
    code, said = run("senders", "check")
    assert (code, "other users can read or change the api_key_secret_file" in said) == (1, True)


@promise("Messages", "`valhalla senders release` reads the provider's messages since the copy, and releases the hold.")
@promise("Operator tools", "The doctor names faulty senders, why nothing is sent, and messages that wait for a person.")
def test_hold_is_named_by_the_doctor_and_released(data_dir: Path, twilio: Twilio) -> None:
    with open_store(Settings(data_dir=data_dir)) as store:
        store.db.write_now(CTX, hold.hold, "the store was restored from an archive")
    twilio.receive(DANA, "STOP")
    assert "held since" in run("doctor")[1]
    assert run("senders", "release") == (0, "Sending is released.\n")
    assert "held since" not in run("doctor")[1]
    opt_outs = json.loads((data_dir / "comms" / "opt_outs.json").read_text())["items"]
    assert {each["address"] for each in opt_outs} == {DANA}
