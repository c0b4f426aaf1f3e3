"""Audit trail: events are written with the change, and never edited or deleted."""

import getpass
import sqlite3
from datetime import datetime
from secrets import token_hex
from typing import Any

import httpx
import psycopg
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.audit.schemas import AuditEvent
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import DraftCreate, DraftQuery
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.kit.errors import Conflict, StoreUnavailable
from backend.app.settings import Settings
from backend.tests.contract.answers import MOMENT, events, everything, refused
from backend.tests.contract.kinds import KINDS, make
from backend.tests.promises import promise

EVENTS = "/core/audit/events"


def draft(api: httpx.Client, **given: Any) -> dict[str, Any]:
    return make(KINDS["drafts"], api, **given)


class TestEvents:
    def test_new_store_has_no_events_before_the_first_change(self, api: httpx.Client) -> None:
        assert everything(api, EVENTS) == []

    @promise(
        "Audit trail",
        "`GET /core/audit/events` returns events newest first and filters by entity, actor, action and time.",
    )
    def test_events_are_paged_newest_first(self, api: httpx.Client) -> None:
        made = [draft(api)["id"] for _ in range(7)]
        found = everything(api, EVENTS, limit=2)
        assert [event["entity_id"] for event in found if event["entity"] == "draft"] == made[::-1]
        times = [event["at"] for event in found]
        assert times == sorted(times, reverse=True)

    def test_events_have_one_shape(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        shared_api.patch(f"/core/comms/drafts/{record['id']}", json={"body": "x"})
        shared_api.patch(f"/core/comms/drafts/{record['id']}", json={"status": "sent"})
        for event in events(shared_api, record["id"]):
            assert event.keys() == AuditEvent.model_fields.keys()
            assert MOMENT.fullmatch(event["at"])
            assert event["actor"] == getpass.getuser()
            assert all(change.keys() == {"before", "after"} for change in event["changes"].values())

    def test_refused_request_is_an_event_without_changes(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        path = f"/core/comms/drafts/{record['id']}"
        answer = shared_api.patch(path, json={"status": "sent"})
        event = events(shared_api, record["id"])[0]
        assert event["action"] == f"PATCH {path}"
        assert event["detail"] == f"409 {answer.json()['detail']}"
        assert (event["outcome"], event["changes"], event["via"]) == ("refused", {}, "api")

    def test_long_id_of_a_refused_request_is_cut(self, shared_api: httpx.Client) -> None:
        """The id is too long for the index, but the refusal is audited."""
        path = f"/core/comms/drafts/dr_{token_hex(3000)}/mark_sent"
        answer = shared_api.post(path, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        newest = shared_api.get(EVENTS, params={"limit": 1}).json()["items"][0]
        assert newest["request_id"] == answer.headers["x-request-id"]
        assert newest["action"] == f"POST {path}"[:500]


class TestFilters:
    @promise(
        "Audit trail",
        "`GET /core/audit/events` returns events newest first and filters by entity, actor, action and time.",
    )
    def test_events_are_filtered_by_entity_record_actor_and_action(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        make(KINDS["partners"], shared_api)
        shared_api.patch(f"/core/comms/drafts/{record['id']}", json={"body": "x"})
        assert {event["entity"] for event in everything(shared_api, EVENTS, {"entity": "draft"})} == {"draft"}
        both = everything(shared_api, EVENTS, {"entity_id": record["id"]})
        assert [event["action"] for event in both] == ["draft.changed", "draft.created"]
        assert both == events(shared_api, record["id"])
        found = everything(shared_api, EVENTS, {"entity_id": record["id"], "action": "draft.created"})
        assert [event["action"] for event in found] == ["draft.created"]
        assert everything(shared_api, EVENTS, {"entity_id": record["id"], "actor": getpass.getuser()}) == both
        assert everything(shared_api, EVENTS, {"actor": "nobody"}) == []

    @promise(
        "Audit trail",
        "`GET /core/audit/events` returns events newest first and filters by entity, actor, action and time.",
    )
    def test_events_are_filtered_by_time(self, shared_api: httpx.Client) -> None:
        first, second, third = (draft(shared_api) for _ in range(3))
        window = {"since": second["created_at"], "until": third["created_at"], "entity": "draft"}
        ids = [event["entity_id"] for event in everything(shared_api, EVENTS, window)]
        assert ids == [second["id"]]
        ids = [event["entity_id"] for event in everything(shared_api, EVENTS, {"since": first["created_at"]})]
        assert ids[-1] == first["id"]

    def test_times_in_any_zone_are_accepted(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        here = datetime.fromisoformat(record["created_at"]).astimezone().isoformat()
        found = everything(shared_api, EVENTS, {"since": here, "entity_id": record["id"]})
        assert len(found) == 1

    @pytest.mark.parametrize("name", ["since", "until"])
    @pytest.mark.parametrize("value", ["yesterday", "2026-01-31", "2026-01-31T09:30:00", "", "0"])
    def test_invalid_times_are_refused(self, shared_api: httpx.Client, name: str, value: str) -> None:
        answer = shared_api.get(EVENTS, params={name: value})
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith(f"{name} must ")

    @pytest.mark.parametrize("name", ["entity", "entity_id", "actor", "action"])
    def test_long_filters_are_refused(self, shared_api: httpx.Client, name: str) -> None:
        sentence = f"{name} must have at most 200 characters"
        refused(shared_api.get(EVENTS, params={name: "x" * 201}), 400, sentence)
        assert shared_api.get(EVENTS, params={name: "é" * 200}).json() == {"items": []}

    def test_unknown_values_match_nothing(self, shared_api: httpx.Client) -> None:
        refused(shared_api.get(EVENTS, params={"request_id": "x"}), 400, "request_id is not a known query parameter")


class TestOfOneRecord:
    def test_unknown_record_has_no_events(self, shared_api: httpx.Client) -> None:
        assert shared_api.get("/core/audit/records/nope").json() == {"items": []}

    def test_events_of_a_record_are_paged(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        for number in range(5):
            shared_api.patch(f"/core/comms/drafts/{record['id']}", json={"body": str(number)})
        path = f"/core/audit/records/{record['id']}"
        found = everything(shared_api, path, limit=2)
        assert [event["changes"]["body"]["after"] for event in found] == ["4", "3", "2", "1", "0", "Hello"]
        assert found == everything(shared_api, path)

    @promise("Audit trail", "`GET /core/audit/records/{record_id}` returns the history of one record.")
    def test_changes_of_a_record_can_be_undone_back_to_its_creation(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api, **KINDS["drafts"].full)
        now = record
        changes: list[dict[str, Any]] = [KINDS["drafts"].change, {"tone": None, "meta": {}}, {"status": "archived"}]
        for change in changes:
            now = shared_api.patch(f"/core/comms/drafts/{record['id']}", json=change).json()
        for event in events(shared_api, record["id"])[:-1]:
            assert {name: now[name] for name in event["changes"]} == {
                name: field["after"] for name, field in event["changes"].items()
            }
            now |= {name: field["before"] for name, field in event["changes"].items()}
        assert now | {"updated_at": record["updated_at"]} == record


class TestInOneUnit:
    @promise(
        "Audit trail",
        "Every change writes, in its own transaction, an event with actor, time, action, record, changed fields and "
        "request id.",
    )
    @promise(
        "Storage",
        "A change, its audit event, idempotency record and send-log entry commit together or not at all.",
    )
    def test_failed_unit_leaves_neither_record_nor_event(self, store: Store, ctx: Ctx) -> None:
        def fail(tx: Tx) -> None:
            comms.create_draft(tx, DraftCreate(body="x"))
            raise Conflict("no")

        with pytest.raises(Conflict):
            store.db.write_now(ctx, fail)
        listed = store.db.snapshot_now(comms.list_drafts, DraftQuery())
        trail = store.db.snapshot_now(audit.list_events, {"entity": "draft"}, 100, None)
        assert (listed.docs, trail.docs) == ([], [])

    def test_events_of_a_unit_have_one_time(self, store: Store, ctx: Ctx) -> None:
        def several(tx: Tx) -> None:
            for _ in range(3):
                comms.create_draft(tx, DraftCreate(body="x"))

        store.db.write_now(ctx, several)
        trail = store.db.snapshot_now(audit.list_events, {"entity": "draft"}, 100, None)
        assert len({doc.split('"at":"')[1][:27] for doc in trail.docs}) == 1


class TestForever:
    @promise("Audit trail", "Events cannot be edited or deleted; the database refuses.")
    @pytest.mark.parametrize("statement", ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"])
    def test_database_refuses_updates_and_deletions(
        self, store: Store, ctx: Ctx, settings: Settings, statement: str
    ) -> None:
        store.db.write_now(ctx, comms.create_draft, DraftCreate(body="x"))
        if settings.database_url is None:
            with sqlite3.connect(settings.sqlite_path) as lite, pytest.raises(sqlite3.DatabaseError, match="never"):
                lite.execute(statement)
            lite.close()
        else:
            with psycopg.connect(settings.database_url) as conn, pytest.raises(psycopg.Error, match="never"):
                conn.execute(statement.encode())
        assert len(store.db.snapshot_now(audit.list_events, {}, 100, None).docs) == 1

    @promise("Audit trail", "Events cannot be edited or deleted; the database refuses.")
    def test_database_refuses_truncation(self, store: Store, settings: Settings) -> None:
        if settings.database_url is not None:
            with psycopg.connect(settings.database_url) as conn, pytest.raises(psycopg.Error, match="never"):
                conn.execute("TRUNCATE audit_events")

    def test_unit_that_changes_an_event_fails(self, store: Store, ctx: Ctx) -> None:
        from sqlalchemy import text

        def edit(tx: Tx) -> None:
            tx.run(Query(text("UPDATE audit_events SET actor = 'x'")))

        store.db.write_now(ctx, comms.create_draft, DraftCreate(body="x"))
        with pytest.raises((sqlite3.DatabaseError, StoreUnavailable), match="never edited or deleted"):
            store.db.write_now(ctx, edit)
