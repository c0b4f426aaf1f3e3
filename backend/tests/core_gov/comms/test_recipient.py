"""Recipient of a draft, over HTTP on both databases: kept as typed, and checked against the channel."""

from typing import Any

import httpx
import pytest

from backend.tests.contract.kinds import KINDS, make
from backend.tests.promises import promise


def draft(api: httpx.Client, **given: Any) -> dict[str, Any]:
    return make(KINDS["drafts"], api, **given)


@promise(
    "Messages",
    "Phone numbers of sms and call drafts are kept as typed and in E.164; email addresses must be well formed.",
)
@pytest.mark.parametrize("channel", ["sms", "call"])
def test_phone_is_kept_as_typed_and_in_e164(shared_api: httpx.Client, channel: str) -> None:
    record = draft(shared_api, channel=channel, to="(416) 555-0123")
    assert (record["to"], record["to_e164"]) == ("(416) 555-0123", "+14165550123")
    entry = shared_api.post(f"/core/comms/drafts/{record['id']}/mark_sent").json()
    assert (entry["to"], entry["to_e164"]) == ("(416) 555-0123", "+14165550123")


@pytest.mark.parametrize("channel", ["dm", "letter", "other"])
def test_other_channels_accept_any_recipient(shared_api: httpx.Client, channel: str) -> None:
    record = draft(shared_api, channel=channel, to="@dana, second floor")
    assert (record["to"], record["to_e164"]) == ("@dana, second floor", None)


@promise(
    "Messages",
    "Phone numbers of sms and call drafts are kept as typed and in E.164; email addresses must be well formed.",
)
@pytest.mark.parametrize(
    ("channel", "to"),
    [
        ("sms", "dana@example.com"),
        ("call", "12"),
        ("sms", "call me"),
        ("email", "416 555 0123"),
        ("email", "a@b@c"),
    ],
)
def test_recipient_that_does_not_fit_the_channel_is_refused(shared_api: httpx.Client, channel: str, to: str) -> None:
    answer = shared_api.post("/core/comms/drafts", json={"body": "x", "channel": channel, "to": to})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "to"


def test_channel_and_recipient_are_validated_together(shared_api: httpx.Client) -> None:
    record = draft(shared_api, channel="sms", to="416 555 0123")
    path = f"/core/comms/drafts/{record['id']}"
    assert shared_api.patch(path, json={"channel": "email"}).status_code == 400
    assert shared_api.patch(path, json={"to": "dana@example.com"}).status_code == 400
    both = shared_api.patch(path, json={"channel": "email", "to": "dana@example.com"}).json()
    assert (both["to"], both["to_e164"]) == ("dana@example.com", None)
    back = shared_api.patch(path, json={"channel": "call", "to": "+1 604 555 0199"}).json()
    assert back["to_e164"] == "+16045550199"
    assert shared_api.patch(path, json={"to": None}).json()["to_e164"] is None
