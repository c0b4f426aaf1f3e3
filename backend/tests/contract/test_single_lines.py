"""Single-line fields of every kind of record: trimmed, without control characters and bidirectional controls."""

from typing import Any

import httpx
import pytest

from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import KINDS, Kind, make, unique
from backend.tests.promises import promise

LINES = {
    "drafts": ("subject", "deal_id", "contact_id", "tone"),
    "partners": ("name", "email"),
    "links": ("deal_id", "relationship"),
    "deals": ("name", "address", "property_id"),
    "properties": ("address", "city", "deal_id", "property_type", "parcel", "market"),
}
TAGGED = ("drafts", "partners", "deals", "properties")
REFUSED = {
    "a\r\nBcc: b@example.com": "{} must be one line: it contains a line break (U+000D)",
    "a\u2028b": "{} must be one line: it contains a line break (U+2028)",
    "a\tb": "{} must not contain control characters such as U+0009",
    "a\x7fb": "{} must not contain control characters such as U+007F",
    "\u202aa\u202c": "{} must not contain U+202A, which is invisible and changes the direction of text",
    "a\u2066b": "{} must not contain U+2066, which is invisible and changes the direction of text",
    "\u200b\u200d": "{} must not be blank",
    " \t ": "{} must not be blank",
}


CASES = [pytest.param(KINDS[name], field, id=f"{name}-{field}") for name, fields in LINES.items() for field in fields]


@promise("Records and lists", "Names and other single-line fields are trimmed, and refused with control characters.")
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("kind", "field"), CASES)
def test_other_text_is_refused(shared_api: httpx.Client, kind: Kind, field: str) -> None:
    for text, sentence in REFUSED.items():
        body = kind.least | dict.fromkeys(kind.refers, "x") | {field: text}
        answer = shared_api.post(kind.path, json=body)
        assert answer.status_code == 400
        assert {"field": field, "message": sentence.format(field)} in answer.json()["errors"]


@promise("Records and lists", "Names and other single-line fields are trimmed, and refused with control characters.")
@pytest.mark.parametrize(("kind", "field"), CASES)
def test_surrounding_white_space_is_trimmed(shared_api: httpx.Client, kind: Kind, field: str) -> None:
    value = (
        f"{unique()}@example.com"
        if field == "email"
        else f"{unique()} \u0645\u06cc\u200c\u062e \U0001f469\u200d\U0001f4bb"
    )
    made = make(kind, shared_api, **{field: f" \ufeff{value}\u00a0\r\n\u2028"})
    assert made[field] == value
    patched = shared_api.patch(kind.one(made["id"]), json={field: f"{value}\t"})
    assert (patched.status_code, patched.json()[field]) == (200, value)
    assert patched.json()["updated_at"] == made["updated_at"]


@pytest.mark.parametrize("name", TAGGED)
def test_tags_are_single_lines(shared_api: httpx.Client, name: str) -> None:
    kind = KINDS[name]
    assert make(kind, shared_api, tags=[" a ", "a", "b\n"])["tags"] == ["a", "b"]
    for tag in ("a\nb", "\u200b", "a\u202e"):
        assert shared_api.post(kind.path, json=kind.least | {"tags": [tag]}).json()["errors"][0]["field"] == "tags.0"


@pytest.mark.parametrize("field", ["body", "notes", "meta"])
def test_free_text_is_kept_exactly(shared_api: httpx.Client, field: str) -> None:
    text = " \u202aone\u202c\r\n\ttwo\u2028\u200b "
    value: Any = {" key\n": text} if field == "meta" else text
    assert make(KINDS["drafts" if field == "body" else "partners"], shared_api, **{field: value})[field] == value


def test_empty_subject_is_kept(shared_api: httpx.Client) -> None:
    assert make(KINDS["drafts"], shared_api, subject="")["subject"] == ""


@pytest.mark.parametrize(
    ("country", "region", "typed", "postal"),
    [
        ("CA", "ON", "M5V\u00a02T6", "M5V 2T6"),
        ("CA", "ON", "\u202am5v\u200b2t6\u202c\n", "M5V 2T6"),
        ("CA", "ON", "M5V\u20132T6", "M5V 2T6"),
        ("US", "WA", "98178\u20131234", "98178-1234"),
        ("US", "WA", "98178 \u2212 1234", "98178-1234"),
    ],
)
def test_postal_codes_have_any_space_and_dash(
    shared_api: httpx.Client, country: str, region: str, typed: str, postal: str
) -> None:
    made = make(KINDS["properties"], shared_api, country=country, region=region, postal=typed)
    assert made["postal"] == postal


@pytest.mark.parametrize("name", ["provider", "provider_ref"])
def test_query_values_that_are_stored_are_single_lines(shared_api: httpx.Client, name: str) -> None:
    draft = make(KINDS["drafts"], shared_api)
    path = f"/core/comms/drafts/{draft['id']}/mark_sent"
    for text, sentence in REFUSED.items():
        answer = shared_api.post(path, params={name: text})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"] == sentence.format(name)
    entry = shared_api.post(path, params={name: " SM1\r\n"}).json()
    assert entry[name] == "SM1"
    assert shared_api.post(path, params={name: "SM1"}).json()["id"] == entry["id"]
    assert len(everything(shared_api, "/core/comms/sendlog", {"draft_id": draft["id"]})) == 1
