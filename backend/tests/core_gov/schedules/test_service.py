"""Schedules of markets: set, listed and audited."""

import json

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.schedules import service
from backend.app.core_gov.schedules.schedule import Task
from backend.app.kit.db import Ctx
from backend.app.kit.errors import Conflict, NotFound
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise


def put(store: Store, ctx: Ctx, hours: dict[Task, int | None], *feeds: str) -> dict[str, int]:
    found = store.db.write_now(ctx, service.set_schedules, "town", hours, feeds)
    return {each.task: each.every_hours for each in found.items}


@promise("Markets", "`PUT /core/market/schedules/{market}` sets the tasks of a market on a schedule.")
@promise("Markets", "`GET /core/market/schedules` lists the tasks of markets on a schedule.")
@promise("Markets", "The tasks of a market run on a schedule; changes of the schedule are in the audit trail.")
def test_tasks_are_set_changed_and_turned_off(store: Store, ctx: Ctx) -> None:
    town.put(store.db, [])
    assert put(store, ctx, {"train": 720, "revalue": 168}) == {"train": 720, "revalue": 168}
    assert put(store, ctx, {"sync": 24, "train": 720}, "mls") == {"sync": 24, "train": 720, "revalue": 168}
    assert put(store, ctx, {"sync": 24, "train": None}) == {"sync": 24, "revalue": 168}  # its feed may be gone
    assert put(store, ctx, {"train": None}) == {"sync": 24, "revalue": 168}
    events = store.db.snapshot_now(audit.list_events, {"action": "market.scheduled"}, 10, None).docs
    assert [json.loads(doc)["changes"] for doc in events] == [
        {"train_every_hours": {"before": 720, "after": None}},
        {"sync_every_hours": {"before": None, "after": 24}},
        {"train_every_hours": {"before": None, "after": 720}, "revalue_every_hours": {"before": None, "after": 168}},
    ]


def test_unknown_market_and_missing_feed_are_refused(store: Store, ctx: Ctx) -> None:
    with pytest.raises(NotFound, match="market not found"):
        put(store, ctx, {"train": 24})
    with pytest.raises(NotFound, match="market not found"):
        store.db.snapshot_now(service.list_schedules, "town")
    town.put(store.db, [])
    with pytest.raises(Conflict, match=r"no feed of the market town, so it cannot be synchronized: add one"):
        put(store, ctx, {"sync": 24, "train": 24})
    assert store.db.snapshot_now(service.list_schedules).items == []
