"""Running of the tasks that are due, one market after the other, under the lease of a periodic job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import structlog

from backend.app.core_gov.market.columns import day_of
from backend.app.core_gov.mls import service as mls
from backend.app.core_gov.mls.throttle import Clock
from backend.app.core_gov.property.scheduled_valuations.revaluation import revalue_market
from backend.app.core_gov.schedules import store
from backend.app.core_gov.schedules.schedule import Schedule, Task
from backend.app.core_gov.valuation.candidate import retrain_market
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import AppError, Conflict
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.leases import LeaseLost
from backend.app.kit.jobs.runner import Facts, JobRun, Stopping
from backend.app.settings import Settings

log = structlog.get_logger("schedules")

MAX_NAMED = 5
"""Maximum number of failing markets that the failure of a job names."""


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A run of one task of one market, as passed to the function that does it."""

    settings: Settings
    db: Database
    ctx: Ctx
    market: str
    job_run: JobRun

    def report(self, done: int, whole: int) -> None:
        """Stop between two steps if the process ends or has lost the lease."""
        self.job_run.check()


def run_due(settings: Settings, db: Database, ctx: Ctx, task: Task, job_run: JobRun) -> Facts:
    """Run a task in every market where it is due. Raises Conflict if it fails in any market.

    A failure in one market is stored, and does not stop the others.
    """
    done = 0
    for market in db.snapshot_now(_due_markets, task):
        job_run.check()
        done += _run_in_market(TaskRun(settings, db, ctx, market, job_run), task)
    failing = [each for each in db.snapshot_now(store.every) if each.task == task and each.failure]
    if failing:
        named = "; ".join(f"{each.market}: {each.failure}" for each in failing[:MAX_NAMED])
        more = f"; and {len(failing) - MAX_NAMED} more markets" if len(failing) > MAX_NAMED else ""
        raise Conflict(named + more)
    return {"markets": done}


def _due_markets(tx: Tx, task: Task) -> list[str]:
    now = leases.now(tx)
    return [each.market for each in store.every(tx) if each.task == task and each.is_due(now)]


def _run_in_market(run: TaskRun, task: Task) -> bool:
    """Run a task in one market and store its result. Return False if it failed or is no longer due."""
    before = run.db.write_now(run.ctx, _begin, run, task)
    if before is None:
        return False
    try:
        result = _TASKS[task](run)
    except Stopping:
        run.db.write_now(run.ctx, _put_run, run, before)
        raise
    except LeaseLost:
        raise
    except Exception as error:  # stored, logged and reported by the job; the other markets run
        sentence = error.detail if isinstance(error, AppError) else repr(error)
        run.db.write_now(run.ctx, _end, run, task, None, sentence)
        known = isinstance(error, AppError)
        log.error("task failed", task=task, market=run.market, error=sentence, exc_info=None if known else error)
        return False
    run.db.write_now(run.ctx, _end, run, task, result, None)
    log.info("task done", task=task, market=run.market, result=result)
    return True


def _begin(tx: Tx, run: TaskRun, task: Task) -> Schedule | None:
    """Store the start of a run. Return the task as it was before; None if it is off or no longer due."""
    run.job_run.confirm(tx)
    before, now = store.lock(tx, run.market, task), leases.now(tx)
    if before is None or not before.is_due(now):
        return None
    store.put_run(tx, replace(before, begun_at=now))
    return before


def _end(tx: Tx, run: TaskRun, task: Task, result: str | None, failure: str | None) -> None:
    run.job_run.confirm(tx)
    found = store.lock(tx, run.market, task)
    if found is None:
        return
    ended = replace(found, failure=failure)
    if failure is None:
        ended = replace(ended, done_at=leases.now(tx), result=result)
    store.put_run(tx, ended)


def _put_run(tx: Tx, run: TaskRun, before: Schedule) -> None:
    """Store the last run before this one, which was stopped: the task is due at once in the next process."""
    run.job_run.confirm(tx)
    store.put_run(tx, before)


# Tasks. Each returns a sentence on what it did.


def _sync(run: TaskRun) -> str:
    """Synchronize every feed of the market. A failing feed does not stop the others. Raises Conflict."""
    feeds = mls.feeds_of_market(run.settings, run.market)
    done, failures = [], []
    for name in feeds:
        run.job_run.check()
        try:
            waiting = Clock(sleep=run.job_run.rest)
            outcome = mls.sync_feed(run.settings, run.db, run.ctx, name, run.report, clock=waiting)
        except AppError as error:
            failures.append(error.detail if name in error.detail else f"{name}: {error.detail}")
        else:
            done.append(outcome.lines()[0])
    if not feeds:
        raise Conflict(f"feeds.toml has no feed of the market {run.market} any more: add one, or turn its sync off")
    if failures:
        raise Conflict("; ".join(failures))
    return "; ".join(done)


def _train(run: TaskRun) -> str:
    """Train a model on the sales up to today. One that is worse than the model in use is not used, without failure."""
    found = retrain_market(run.db, run.ctx, run.market, _today(), run.report)
    verb = "trained" if found.new else "already on file"
    trained = f"{found.card.id} {verb}: {found.card.facts['sales']:,} sales before {found.card.until}"
    return "; ".join([trained, *found.sentences()])


def _today() -> int:
    return day_of(date.fromisoformat(clock.today()))


def _revalue(run: TaskRun) -> str:
    return revalue_market(run.db, run.ctx, run.market, run.report).sentence


_TASKS: Mapping[Task, Callable[[TaskRun], str]] = {"sync": _sync, "train": _train, "revalue": _revalue}
