"""Stages of deals: the history of the status, over HTTP on both databases and as pure functions."""

import json
from datetime import timedelta, timezone
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.deals import service, stages
from backend.app.deals.schemas import DealCreate, DealPatch
from backend.app.deals.store import deals
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Tx
from backend.app.settings import Settings
from backend.tests.contract.answers import events, refused
from backend.tests.contract.kinds import KINDS, make
from backend.tests.promises import promise

DEALS = "/core/deals"
DANA, AMIR = Ctx("dana", "api"), Ctx("amir", "api")


class TestHistory:
    @promise("Deals", "A deal keeps who moved it to each status and when; callers cannot change that.")
    def test_every_change_of_the_status_is_kept(self, shared_api: httpx.Client) -> None:
        deal = make(KINDS["deals"], shared_api)
        path = f"{DEALS}/{deal['id']}"
        for status in ("analyzing", "analyzing", "dead", "lead"):
            deal = shared_api.patch(path, json={"status": status, "notes": status}).json()
        history = deal["stage_history"]
        assert [stage["status"] for stage in history] == ["lead", "analyzing", "dead", "lead"]
        assert [stage["at"] for stage in history] == sorted(stage["at"] for stage in history)
        assert (history[0]["at"], history[-1]["at"]) == (deal["created_at"], deal["updated_at"])
        assert {stage["by"] for stage in history} == {events(shared_api, deal["id"])[0]["actor"]}
        refused(shared_api.patch(path, json={"stage_history": []}), 400, "stage_history is read-only")

    def test_the_event_of_a_change_has_the_status_alone(self, shared_api: httpx.Client) -> None:
        deal = make(KINDS["deals"], shared_api)
        shared_api.patch(f"{DEALS}/{deal['id']}", json={"status": "offered"})
        changes = events(shared_api, deal["id"])[0]["changes"]
        assert changes == {"status": {"before": "lead", "after": "offered"}}

    def test_a_refused_change_is_not_kept(self, shared_api: httpx.Client) -> None:
        deal = make(KINDS["deals"], shared_api)
        path = f"{DEALS}/{deal['id']}"
        assert shared_api.patch(path, json={"status": "sold"}).status_code == 400
        stale = shared_api.patch(path, json={"status": "dead"}, headers={"If-Match": '"0"'})
        assert stale.status_code == 412
        assert shared_api.get(path).json()["stage_history"] == deal["stage_history"]

    @promise("Deals", "A deal that becomes dead without a reason gets a warning.")
    def test_a_dead_deal_without_a_reason_gets_a_warning(self, shared_api: httpx.Client) -> None:
        made = shared_api.post(DEALS, json={"name": "x", "status": "dead"}).json()
        assert made["warnings"] == [service.NO_LOST_REASON]
        path = f"{DEALS}/{made['id']}"
        assert "warnings" not in shared_api.patch(path, json={"notes": "x"}).json()
        assert "warnings" not in shared_api.patch(path, json={"lost_reason": "Outbid"}).json()
        assert "warnings" not in shared_api.patch(path, json={"status": "lead"}).json()
        assert "warnings" not in shared_api.patch(path, json={"status": "dead"}).json()
        assert shared_api.patch(path, json={"lost_reason": None}).json()["warnings"] == [service.NO_LOST_REASON]


class TestStages:
    @promise("Deals", "`GET /core/deals/{deal_id}/stages` tells the days that a deal has been in each status.")
    def test_stages_of_a_new_deal(self, shared_api: httpx.Client) -> None:
        deal = make(KINDS["deals"], shared_api, status="offered")
        found = shared_api.get(f"{DEALS}/{deal['id']}/stages").json()
        assert found == {
            "deal_id": deal["id"],
            "status": "offered",
            "source": "deal",
            "complete": True,
            "since": deal["created_at"],
            "days": 0,
            "stages": [{**deal["stage_history"][0], "days": 0}],
        }
        refused(shared_api.get(f"{DEALS}/nope/stages"), 404, "deal not found")


def _without_history(tx: Tx, deal_id: str) -> None:
    """Make the deal what an earlier version stored."""
    found = deals.get(tx, deal_id).document
    old = {name: value for name, value in found.items() if name not in deals.model.later}
    tx.run(deals._replace, id=deal_id, doc=json.dumps(old, separators=(",", ":")))


@promise("Deals", "The stages of a deal of an earlier version come from the audit trail, or are unknown.")
def test_deal_of_an_earlier_version(settings: Settings) -> None:
    with open_store(settings) as store:
        write = store.db.write_now
        deal_id = write(DANA, service.create_deal, DealCreate(name="x")).fields["id"]
        write(AMIR, service.patch_deal, deal_id, DealPatch.model_validate({"status": "offered"}))
        write(DANA, _without_history, deal_id)
        shown = store.db.snapshot_now(service.stages_of_deal, deal_id)
        assert (shown.source, shown.complete) == ("audit", True)
        assert [(stage.status, stage.by) for stage in shown.stages] == [("lead", "dana"), ("offered", "amir")]
        kept = write(DANA, service.patch_deal, deal_id, DealPatch.model_validate({"price": 5})).fields
        assert kept["stage_history"] is None
        moved = write(DANA, service.patch_deal, deal_id, DealPatch.model_validate({"status": "dead"})).fields
        assert [(stage["status"], stage["by"]) for stage in moved["stage_history"]] == [
            ("lead", "dana"), ("offered", "amir"), ("dead", "dana"),
        ]  # fmt: skip


class TestPureFunctions:
    def test_days_are_those_of_the_company(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "_zone", timezone(timedelta(hours=-8)))
        history = [
            {"status": "lead", "at": "2026-03-01T07:59:00.000000Z", "by": "dana"},
            {"status": "dead", "at": "2026-03-01T08:01:00.000000Z", "by": "dana"},
        ]
        assert [stage["days"] for stage in stages.timed(history, "2026-03-04")] == [1, 3]
        assert [stage["days"] for stage in stages.timed(history, "2026-02-01")] == [1, 0]

    def test_history_has_a_limit(self) -> None:
        history: list[stages.Stage] = []
        for number in range(stages.MAX_STAGES + 3):
            history = stages.entered(history, "lead", str(number), "dana")
        assert len(history) == stages.MAX_STAGES
        assert history[-1]["at"] == str(stages.MAX_STAGES + 2)

    def test_a_trail_with_a_gap_shows_what_followed(self) -> None:
        def event(before: str | None, after: str, number: int) -> dict[str, Any]:
            return {"at": str(number), "actor": "dana", "changes": {"status": {"before": before, "after": after}}}

        trail: list[dict[str, Any]] = [event("offered", "closed", 5), {"changes": {}}]
        trail += [event("lead", "analyzing", 2), event(None, "lead", 1)]
        assert [stage["at"] for stage in stages.from_events(trail, "closed")] == ["5"]
        assert stages.from_events(trail, "dead") == []
        assert stages.from_events([], "lead") == []
