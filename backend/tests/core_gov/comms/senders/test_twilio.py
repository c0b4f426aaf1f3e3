"""Requests to Twilio, compared with those of Twilio's own library for the same calls."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from backend.app.core_gov.comms.senders.outcomes import Accepted, Refused
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.core_gov.comms.senders.twilio import TwilioClient
from backend.app.settings import Settings
from backend.tests.core_gov.comms.senders.twilio_double import (
    ACCOUNT,
    KEY,
    NUMBER,
    SECRET,
    Fault,
    Twilio,
    serve,
    write_senders,
)
from backend.tests.promises import promise

TO = "+16045550123"


@dataclass
class Double(Twilio):
    """Double that notes the method, the path, the query and the form of every request."""

    seen: list[tuple[str, str, list[tuple[str, str]], list[tuple[str, str]]]] = field(default_factory=list)

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, dict[str, str], dict[str, Any]] | None:
        parts = urlsplit(target)
        self.seen.append((method, parts.path, sorted(parse_qsl(parts.query)), sorted(parse_qsl(body.decode()))))
        return super().answer(method, target, body)


@pytest.fixture
def double() -> Iterator[Double]:
    with serve(Double()) as found:
        yield found


@pytest.fixture
def client(double: Double, tmp_path: Path) -> Iterator[TwilioClient]:
    write_senders(tmp_path / "data", double.url)
    found = TwilioClient(find_sender(Settings(data_dir=tmp_path / "data"), "main-line"))
    yield found
    found.close()


@pytest.fixture
def library(double: Double) -> Any:
    """Return the client of Twilio's library, whose requests go to the double."""
    from twilio.http import HttpClient
    from twilio.http.response import Response
    from twilio.rest import Client

    class Loopback(HttpClient):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(logging.getLogger(), is_async=False)

        def request(self, method: str, uri: str, *args: Any, **kw: Any) -> Response:
            named = dict(zip(("params", "data", "headers", "auth", "timeout", "allow_redirects"), args, strict=False))
            given = {name: value for name, value in (named | kw).items() if value is not None}
            given.pop("allow_redirects", None)
            answer = httpx.request(method, uri.replace("https://api.twilio.com", double.url), trust_env=False, **given)
            return Response(answer.status_code, answer.text)

    return Client(KEY, SECRET, ACCOUNT, http_client=Loopback())


@promise("Messages", "Requests to Twilio are those of its own library.")
def test_a_text_is_sent_as_by_the_library(double: Double, client: TwilioClient, library: Any) -> None:
    outcome = client.send(TO, "The roof is done. ✓ 100 % & more = good", 3_600, lambda: True)
    ours = double.seen[-1]
    theirs = library.messages.create(
        to=TO, from_=NUMBER, body="The roof is done. ✓ 100 % & more = good", validity_period=3_600
    )
    assert ours == double.seen[-1]
    assert isinstance(outcome, Accepted)
    assert (outcome.status, theirs.status) == ("queued", "queued")


def test_a_messaging_service_is_named_as_by_the_library(double: Double, library: Any, tmp_path: Path) -> None:
    service = "MG" + "0" * 31 + "3"
    fields: dict[str, Any] = {"messaging_service": service, "from": None}
    write_senders(tmp_path / "data", double.url, **fields)
    client = TwilioClient(find_sender(Settings(data_dir=tmp_path / "data"), "main-line"))
    client.send(TO, "Yes?", 600, lambda: True)
    ours = double.seen[-1]
    library.messages.create(to=TO, messaging_service_sid=service, body="Yes?", validity_period=600)
    assert ours == double.seen[-1]
    client.close()


def test_messages_are_read_as_by_the_library(double: Double, client: TwilioClient, library: Any) -> None:
    """One message, and the pages of the list. The library reads what the double answers."""
    double.page = 2
    for number in range(5):
        double.receive(TO, f"text {number}")
    sid = next(iter(double.messages))
    ours, read = client.message(sid), double.seen[-1]
    theirs = library.messages(sid).fetch()
    assert read == double.seen[-1]
    assert ours is not None
    assert (ours.provider_id, ours.body, ours.to, ours.from_, ours.status, ours.inbound) == (
        *(theirs.sid, theirs.body, theirs.to, theirs.from_, theirs.status),
        theirs.direction == "inbound",
    )
    assert datetime.fromisoformat(ours.created_at) == theirs.date_created
    page = client.page(None, "2026-01-31")
    first, found = double.seen[-1], list(page.messages)
    while page.next_url is not None:
        page = client.page(page.next_url, "2026-01-31")
        found += page.messages
    seen = len(double.seen)
    listed = library.messages.list(date_sent_after=datetime(2026, 1, 31, tzinfo=UTC), page_size=1_000)
    method, path, query, form = double.seen[seen]
    assert (method, path, form) == (first[0], first[1], first[3])
    assert {name: value[:10] for name, value in query} == dict(first[2])
    assert [each.provider_id for each in found] == [each.sid for each in listed]
    assert len(found) == 5


def test_an_error_has_the_code_that_the_library_reads(double: Double, client: TwilioClient, library: Any) -> None:
    from twilio.base.exceptions import TwilioRestException

    double.faults = {number: Fault(400, 21610, "Attempt to send to unsubscribed recipient") for number in (1, 2)}
    outcome = client.send(TO, "Yes?", 600, lambda: True)
    with pytest.raises(TwilioRestException) as error:
        library.messages.create(to=TO, from_=NUMBER, body="Yes?")
    assert isinstance(outcome, Refused)
    assert outcome.error_code == str(error.value.code) == "21610"


def test_account_and_number_are_read_as_by_the_library(double: Double, client: TwilioClient, library: Any) -> None:
    client.check()
    ours = double.seen[:]
    library.api.accounts(ACCOUNT).fetch()
    library.incoming_phone_numbers.list(phone_number=NUMBER)
    theirs = double.seen[len(ours) :]
    assert [each[:2] for each in ours] == [each[:2] for each in theirs]
    assert set(ours[1][2]) <= set(theirs[1][2])
