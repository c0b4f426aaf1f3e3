"""History of a record: its own events, for every role, and nothing else of the audit trail."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.history import service
from backend.app.kit.db import Ctx
from backend.app.kit.errors import NotFound
from backend.app.settings import Settings
from backend.tests.contract.answers import events, everything, refused
from backend.tests.contract.kinds import KINDS, PER_PROPERTY, make
from backend.tests.promises import promise

HISTORY = "/core/history"


@promise(
    "Audit trail",
    "`GET /core/history` tells everyone who can read a record who changed which field of it, newest first.",
)
@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_history_is_the_trail_of_the_record(shared_api: httpx.Client, kind: object) -> None:
    assert isinstance(kind, type(KINDS["deals"]))
    record = make(kind, shared_api)
    shared_api.patch(kind.one(record["id"]), json=kind.change)
    named = {"entity": kind.entity, "entity_id": record["id"]}
    found = everything(shared_api, HISTORY, named, limit=1)
    assert found == events(shared_api, record["id"])
    assert [event["action"] for event in found] == [f"{kind.entity}.changed", f"{kind.entity}.created"]


@promise("Audit trail", "A history has no refused requests, and nothing about other records or tokens.")
def test_history_has_no_refused_requests(shared_api: httpx.Client) -> None:
    deal = make(KINDS["deals"], shared_api)
    stale = shared_api.patch(f"/core/deals/{deal['id']}", json={"notes": "x"}, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    assert len(events(shared_api, deal["id"])) == 2
    found = shared_api.get(HISTORY, params={"entity": "deal", "entity_id": deal["id"]}).json()["items"]
    assert [event["action"] for event in found] == ["deal.created"]


def test_records_with_one_id_have_histories_of_their_own(shared_api: httpx.Client) -> None:
    house = make(KINDS["properties"], shared_api)
    rating = PER_PROPERTY[0]
    named = {"entity": rating.entity, "entity_id": house["id"]}
    refused(shared_api.get(HISTORY, params=named), 404, "rating not found")
    shared_api.post(rating.path(house["id"]), json=rating.full)
    for entity, act in (("property", "property.created"), (rating.entity, "rating.created")):
        found = shared_api.get(HISTORY, params={"entity": entity, "entity_id": house["id"]}).json()["items"]
        assert [event["action"] for event in found] == [act]


@promise("Audit trail", "A history has no refused requests, and nothing about other records or tokens.")
def test_what_is_not_a_record_has_no_history(settings: Settings, shared_api: httpx.Client) -> None:
    with open_store(settings) as store:
        store.db.write_now(Ctx("dana", "cli"), tokens.create_token, "office", "viewer")
        for entity in service._TABLES:
            with pytest.raises(NotFound):
                store.db.snapshot_now(service.list_history, "dana", entity, "office", 10, None)
    for entity in ("token", "store", "file", "sale", "model", ""):
        answer = shared_api.get(HISTORY, params={"entity": entity, "entity_id": "office"})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "entity"
    refused(shared_api.get(HISTORY, params={"entity": "deal"}), 400, "entity_id is required")


def test_history_is_read_from_the_index(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with open_store(settings):
        pass
    with closing(sqlite3.connect(settings.sqlite_path)) as conn:
        where = "entity_id = 'deal_1' AND entity = 'deal' AND outcome = 'done'"
        plan = conn.execute(f"EXPLAIN QUERY PLAN SELECT * FROM audit_events WHERE {where} ORDER BY seq DESC LIMIT 11")
        assert ["ix_audit_events_entity_id" in row[3] for row in plan] == [True]
