"""The rules of notes, over HTTP on both databases."""

from typing import get_args

import httpx
import pytest

from backend.app.core_gov.history.schemas import HistoryKind
from backend.app.core_gov.record_kinds import RECORD_KINDS, RecordKind
from backend.app.kit import clock
from backend.tests.contract.answers import events, refused
from backend.tests.contract.kinds import KINDS, make
from backend.tests.promises import promise

NOTES = "/core/notes"


def test_kinds_of_records_are_those_of_the_tables() -> None:
    assert set(get_args(RecordKind)) == RECORD_KINDS.keys()
    assert set(get_args(HistoryKind)) == RECORD_KINDS.keys() | {"note", "view"}


@promise(
    "Notes",
    "`POST /core/notes` writes a note (`note_…`) on any record on file, with an author and a date, by default the "
    "company's day.",
)
@pytest.mark.parametrize("name", ["deals", "partners", "properties", "drafts", "links"])
def test_note_on_any_record(shared_api: httpx.Client, name: str) -> None:
    record = make(KINDS[name], shared_api)
    sent = {"entity": KINDS[name].entity, "entity_id": record["id"], "text": "Call back"}
    made = shared_api.post(NOTES, json=sent).json()
    assert made.items() >= sent.items()
    assert made["date"] in {clock.local_day(made["created_at"]), clock.today()}
    assert made["author"] == events(shared_api, made["id"])[0]["actor"]
    found = shared_api.get(NOTES, params={"entity": sent["entity"], "entity_id": record["id"]}).json()["items"]
    assert found == [made]


@promise(
    "Notes",
    "`POST /core/notes` writes a note (`note_…`) on any record on file, with an author and a date, by default the "
    "company's day.",
)
def test_the_record_must_be_on_file(shared_api: httpx.Client) -> None:
    deal = make(KINDS["deals"], shared_api)
    for entity, entity_id in (("deal", "deal_nope"), ("partner", deal["id"]), ("rating", deal["id"])):
        sent = {"entity": entity, "entity_id": entity_id, "text": "x"}
        refused(shared_api.post(NOTES, json=sent), 404, f"{entity} not found")
    note = make(KINDS["notes"], shared_api)
    refused(shared_api.patch(f"{NOTES}/{note['id']}", json={"entity": "partner"}), 404, "partner not found")
    moved = shared_api.patch(f"{NOTES}/{note['id']}", json={"entity_id": deal["id"]})
    assert moved.json()["entity_id"] == deal["id"]


@promise(
    "Notes",
    "`PATCH /core/notes/{note_id}` corrects or archives a note, which is audited; notes are never deleted.",
)
def test_correction_is_audited(shared_api: httpx.Client) -> None:
    note = make(KINDS["notes"], shared_api)
    path = f"{NOTES}/{note['id']}"
    assert shared_api.patch(path, json={"text": "Call on Tuesday"}).json()["author"] == note["author"]
    assert events(shared_api, note["id"])[0]["changes"] == {
        "text": {"before": note["text"], "after": "Call on Tuesday"}
    }
    refused(shared_api.patch(path, json={"author": "dana"}), 400, "author is read-only")
    refused(shared_api.patch(path, json={"text": " \n"}), 400, "text must not be blank")
    refused(shared_api.post(NOTES, json={"entity": "token", "entity_id": "x", "text": "x"}), 400, ENTITIES)
    assert shared_api.delete(path).status_code == 405


ENTITIES = f"entity must be one of {', '.join(get_args(RecordKind))}"


@promise(
    "Notes",
    "`GET /core/notes` lists notes by record, author and status, newest first, and `GET /core/notes/{note_id}` returns "
    "one.",
)
def test_notes_of_an_author(shared_api: httpx.Client) -> None:
    notes = [make(KINDS["notes"], shared_api) for _ in range(2)]
    found = shared_api.get(NOTES, params={"author": notes[0]["author"], "limit": 2}).json()["items"]
    assert found == notes[::-1]
    assert shared_api.get(f"{NOTES}/{notes[0]['id']}").json() == notes[0]
    assert shared_api.get(NOTES, params={"author": "nobody"}).json()["items"] == []
