"""Tasks of markets on a schedule: setting and listing them, and the check for due ones."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.schedules import store
from backend.app.core_gov.schedules.schedule import TASKS, Schedule, Task
from backend.app.core_gov.schedules.schemas import MarketSchedule, MarketScheduleList, SchedulesPut
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict
from backend.app.kit.jobs import leases

TABLES = (store.market_schedules,)
"""Tables of this package, which are not mirrored to JSON."""


def list_schedules(tx: Tx, market: str | None = None) -> MarketScheduleList:
    """Return the scheduled tasks of a market, or of all. Raises NotFound if the market does not exist."""
    if market is not None:
        markets.get_market(tx, market)
    now = leases.now(tx)
    found = [each for each in store.every(tx) if market in {None, each.market}]
    return MarketScheduleList(items=[_shown(each, now) for each in found])


def put_schedules(tx: Tx, market: str, payload: SchedulesPut, feeds: Sequence[str]) -> MarketScheduleList:
    """Replace the intervals of all tasks of a market, as `set_schedules` does."""
    return set_schedules(tx, market, {task: getattr(payload, task) for task in TASKS}, feeds)


def set_schedules(tx: Tx, market: str, hours: Mapping[Task, int | None], feeds: Sequence[str]) -> MarketScheduleList:
    """Set the intervals of some tasks of a market, in hours; None turns a task off. `feeds`: feeds of the market.

    Raises NotFound if the market does not exist, Conflict if it has no feed to synchronize.
    """
    markets.get_market(tx, market)
    before = {task: _hours(store.lock(tx, market, task)) for task in hours}
    changed = {task: every for task, every in hours.items() if every != before[task]}
    if changed.get("sync") is not None and not feeds:
        raise Conflict(f"feeds.toml has no feed of the market {market}, so it cannot be synchronized: add one first")
    for task, every in changed.items():
        if every is None:
            store.remove(tx, market, task)
        else:
            store.put(tx, market, task, every)
    if changed:
        facts: dict[str, Any] = {f"{task}_every_hours": every for task, every in changed.items()}
        earlier = {f"{task}_every_hours": before[task] for task in changed}
        audit.record_act(tx, "market.scheduled", "market", market, facts, earlier)
    return list_schedules(tx, market)


def has_work(tx: Tx, task: Task, *, failed: bool) -> bool:
    """Return True if a task is due in a market, or if the job failed before and no market is failing any more."""
    found, now = [each for each in store.every(tx) if each.task == task], leases.now(tx)
    return any(each.is_due(now) for each in found) or (failed and not any(each.failure for each in found))


def _hours(schedule: Schedule | None) -> int | None:
    return schedule.every_hours if schedule else None


def _shown(schedule: Schedule, now: str) -> MarketSchedule:
    fields = asdict(schedule)
    del fields["updated_at"]
    return MarketSchedule(**fields, due_at=schedule.due_at(now))
