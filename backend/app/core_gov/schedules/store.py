"""Table of the tasks of markets on a schedule."""

from sqlalchemy import Column, Integer, Table, Text, bindparam, delete, select, text, update

from backend.app.core_gov.schedules.schedule import TASKS, Schedule, Task
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.db.sql import never_earlier

market_schedules = Table(
    "market_schedules",
    metadata,
    Column("market", Text, primary_key=True),
    Column("task", Text, primary_key=True),
    Column("every_hours", Integer, nullable=False),
    Column("begun_at", Text),
    Column("done_at", Text),
    Column("failure", Text),
    Column("result", Text),
    Column("updated_at", Text, nullable=False),
)
"""A task of a market, how often it runs, and its last run.

`failure` is a sentence, or null if the last run succeeded; `result` says what it did.
"""

_c = market_schedules.c
_row = [_c[name] for name in Schedule.__dataclass_fields__]
_this = (_c.market == bindparam("of_market"), _c.task == bindparam("of_task"))
_every = Query(select(*_row).order_by(_c.market, _c.task))
_find = Query(select(*_row).where(*_this))
_lock = Query(select(*_row).where(*_this).with_for_update())
_put = Query(
    text(
        "INSERT INTO market_schedules (market, task, every_hours, updated_at) "
        "VALUES (:market, :task, :every_hours, :updated_at) "
        "ON CONFLICT (market, task) DO UPDATE SET every_hours = excluded.every_hours, updated_at = "
        + never_earlier("market_schedules", "updated_at", "excluded.updated_at")
    )
)
_remove = Query(delete(market_schedules).where(*_this))
_RUN = ("begun_at", "done_at", "failure", "result")
_put_run = Query(update(market_schedules).values({name: bindparam(name) for name in _RUN}).where(*_this))


def every(tx: Tx) -> list[Schedule]:
    """Return all scheduled tasks by market. Rows with a task that this version does not know are left out."""
    return [found for row in tx.all(_every) if (found := Schedule(*row)).task in TASKS]


def find(tx: Tx, market: str, task: Task) -> Schedule | None:
    row = tx.one(_find, of_market=market, of_task=task)
    return Schedule(*row) if row else None


def lock(tx: Tx, market: str, task: Task) -> Schedule | None:
    """Return a scheduled task, locked against other writers until the unit ends."""
    row = tx.one(_lock, of_market=market, of_task=task)
    return Schedule(*row) if row else None


def put(tx: Tx, market: str, task: Task, every_hours: int) -> None:
    """Schedule a task, or change its interval. Its last run stays."""
    tx.run(_put, market=market, task=task, every_hours=every_hours, updated_at=tx.now)


def remove(tx: Tx, market: str, task: Task) -> None:
    tx.run(_remove, of_market=market, of_task=task)


def put_run(tx: Tx, schedule: Schedule) -> None:
    """Store the last run of a task. A task that was removed meanwhile stays removed."""
    run = {name: getattr(schedule, name) for name in _RUN}
    tx.run(_put_run, of_market=schedule.market, of_task=schedule.task, **run)
