"""Recipient of a draft, over HTTP on both databases: kept as typed, and checked against the channel."""

from typing import Any

import httpx
import pytest

from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import KINDS, make, unique
from backend.tests.promises import promise

DRAFTS = "/core/comms/drafts"
VERIFIED = ("to_e164", "to_email", "to_extension")


def draft(api: httpx.Client, **given: Any) -> dict[str, Any]:
    return make(KINDS["drafts"], api, **given)


@promise(
    "Messages",
    "Phone numbers of sms and call drafts are kept as typed and in E.164, email addresses as typed and normalized.",
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
    "A phone number or an email address that cannot be verified is kept with a warning; its verified form is null.",
)
@pytest.mark.parametrize(
    ("channel", "to", "warning"),
    [
        ("sms", "+1234567890", "phone '+1234567890' is not a valid number of the country code after the +"),
        ("sms", "dana@example.com", "phone 'dana@example.com' is not a phone number in CA; write it like"),
        ("sms", "310-1234", "phone '310-1234' has no area code, so it cannot receive text messages"),
        ("sms", "call me", "phone 'call me' is not a phone number in CA; write it like +1 416 555 0123"),
        ("call", "12", "phone '12' is not a phone number in CA; write it like +1 416 555 0123"),
        ("email", "416 555 0123", "email '416 555 0123' is not an email address: "),
        ("email", "a@b@c", "email 'a@b@c' is not an email address: "),
    ],
)
def test_unverified_recipient_is_kept_with_a_warning(
    shared_api: httpx.Client, channel: str, to: str, warning: str
) -> None:
    contact = unique("ct")
    answer = shared_api.post(DRAFTS, json={"body": "x", "channel": channel, "to": to, "contact_id": contact})
    assert answer.status_code == 201
    record = answer.json()
    assert (record["to"], record["to_e164"], record["to_email"]) == (to, None, None)
    assert record["warnings"][0].startswith(f"to is not verified, and was kept as typed: {warning}")
    for verified, count in {"false": 1, "true": 0}.items():
        assert len(everything(shared_api, DRAFTS, {"verified": verified, "contact_id": contact})) == count
    sent = shared_api.post(f"{DRAFTS}/{record['id']}/mark_sent").json()
    assert (sent["to"], sent["to_e164"], sent["to_email"]) == (to, None, None)


@pytest.mark.parametrize(
    ("given", "forms"),
    [
        ({"channel": "email", "to": " Dana@B\u00dcCHER.example\r\n"}, ("Dana@B\u00dcCHER.example", None,
                                                                    "Dana@xn--bcher-kva.example", None)),
        ({"to": "\u202a+1 416-234-5678\u202c"}, ("+1 416-234-5678", "+14162345678", None, None)),
        ({"to": "Cell: 416\u2013234\u00a05678 x12"}, ("Cell: 416\u2013234\u00a05678 x12", "+14162345678", None, "12")),
        ({"channel": "dm", "to": "@dana\u200d\t"}, ("@dana\u200d", None, None, None)),
        ({"channel": "letter", "to": None}, (None, None, None, None)),
    ],
)  # fmt: skip
def test_recipient_is_stored_with_its_verified_forms(
    shared_api: httpx.Client, given: dict[str, Any], forms: tuple[str | None, ...]
) -> None:
    record = draft(shared_api, **given)
    assert tuple(record[name] for name in ("to", *VERIFIED)) == forms
    entry = shared_api.post(f"{DRAFTS}/{record['id']}/mark_sent").json()
    assert tuple(entry[name] for name in ("to", *VERIFIED)) == forms


@pytest.mark.parametrize("channel", ["sms", "email", "dm"])
@pytest.mark.parametrize("to", ["a\nb", "a@example.com\r\nBcc: b@example.com", "\u200b", "a\u2028b", "a\x07"])
def test_recipient_that_is_not_a_single_line_is_refused(shared_api: httpx.Client, channel: str, to: str) -> None:
    answer = shared_api.post(DRAFTS, json={"body": "x", "channel": channel, "to": to})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "to"


def test_marks_of_direction_are_dropped_for_phones_only(shared_api: httpx.Client) -> None:
    body = {"body": "x", "channel": "email", "to": "\u202adana@example.com\u202c"}
    assert shared_api.post(DRAFTS, json=body).status_code == 400
    assert draft(shared_api, channel="call", to="\u200e416 555 0123")["to"] == "416 555 0123"


def test_extension_cannot_receive_a_text_message(shared_api: httpx.Client) -> None:
    to = "416 555 0123 ext. 12"
    made = [shared_api.post(DRAFTS, json={"body": "x", "channel": each, "to": to}).json() for each in ("sms", "call")]
    assert [each["to_extension"] for each in made] == ["12", "12"]
    assert made[0]["warnings"] == ["a text message reaches +14165550123, not the extension 12"]
    assert "warnings" not in made[1]


def test_forms_follow_channel_and_recipient(shared_api: httpx.Client) -> None:
    record = draft(shared_api, channel="sms", to="416 555 0123")
    path = f"{DRAFTS}/{record['id']}"
    steps: list[tuple[dict[str, Any], tuple[str | None, ...]]] = [
        ({"channel": "email"}, ("416 555 0123", None, None, None)),
        ({"to": "dana@Example.com"}, ("dana@Example.com", None, "dana@example.com", None)),
        ({"channel": "call", "to": "+1 604 555 0199 x4"}, ("+1 604 555 0199 x4", "+16045550199", None, "4")),
        ({"tone": "calm"}, ("+1 604 555 0199 x4", "+16045550199", None, "4")),
        ({"to": None}, (None, None, None, None)),
    ]
    for change, forms in steps:
        found = shared_api.patch(path, json=change).json()
        assert tuple(found[name] for name in ("to", *VERIFIED)) == forms
        assert ("warnings" in found) == (change == {"channel": "email"})
