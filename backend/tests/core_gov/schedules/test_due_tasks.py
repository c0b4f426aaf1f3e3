"""Scheduled tasks that are due: run one after the other, stopped, failing, and retried."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.schedules import due_tasks, service
from backend.app.core_gov.schedules import store as schedules
from backend.app.core_gov.schedules.due_tasks import TaskRun
from backend.app.core_gov.schedules.schedule import Schedule, Task
from backend.app.jobs import jobs
from backend.app.kit.db import Ctx, state
from backend.app.kit.errors import Conflict
from backend.app.kit.jobs.lease_holder import LeaseHolder
from backend.app.kit.jobs.runner import JobOutcome, JobRunner
from backend.app.kit.metrics import Metrics
from backend.tests.core_gov.mls.conftest import SQLITE, Feeds, Hours
from backend.tests.core_gov.mls.odata_server import TOKEN, Mls, sale, serving
from backend.tests.core_gov.valuation import town
from backend.tests.kit.test_metrics import samples, value
from backend.tests.promises import promise

Logged = Callable[[], list[dict[str, Any]]]


class Process:
    """A process that runs the jobs of markets."""

    def __init__(self, store: Store, ctx: Ctx) -> None:
        self.store, self.ctx, self.metrics = store, ctx, Metrics()
        self.holder = LeaseHolder(store.db, ctx, kind="work", version="1", seconds=30.0)
        found = [job for job in jobs(store) if job.name.startswith("market-")]
        self.runner = JobRunner(store.db, ctx, self.holder, found, self.metrics)

    def round(self) -> dict[str, JobOutcome]:
        return {outcome.job: outcome for outcome in self.runner.round()}

    def failing(self, task: Task) -> float:
        return value(samples(self.metrics.text(0, 0.0).decode()), "valhalla_job_failing", job=f"market-{task}")

    def schedule(self, market: str, task: Task = "train") -> Schedule:
        found = self.store.db.snapshot_now(schedules.find, market, task)
        assert found is not None
        return found

    def set_begun(self, market: str, begun_at: str, task: Task = "train") -> None:
        """Make the last run of a task, and that of its job, begin at another time."""
        self.store.db.write_now(self.ctx, schedules.put_run, replace(self.schedule(market, task), begun_at=begun_at))
        self.store.db.write_now(self.ctx, lambda tx: state.forget(tx, f"job:market-{task}"))


@pytest.fixture
def process(store: Store, ctx: Ctx) -> Iterator[Process]:
    """A process, and three markets whose models are trained every day."""
    for market in ("alpha", "beta", "gamma"):
        town.put(store.db, [], market)
        store.db.write_now(ctx, service.set_schedules, market, {"train": 24}, ())
    found = Process(store, ctx)
    found.holder.start()
    yield found
    found.holder.close()


def act(monkeypatch: pytest.MonkeyPatch, do: Callable[[TaskRun], str]) -> None:
    """Let training do something else."""
    monkeypatch.setattr(due_tasks, "_TASKS", {**due_tasks._TASKS, "train": do})


@promise("Markets", "A scheduled task that fails in one market runs in the others, and is retried; the job reports it.")
def test_failure_in_one_market_does_not_stop_the_others(
    process: Process, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    broken = {"beta"}

    def train(run: TaskRun) -> str:
        if run.market in broken:
            raise Conflict("too few sales")
        return f"{run.market} trained"

    act(monkeypatch, train)
    first = process.round()
    assert {name: outcome.result for name, outcome in first.items()} == {
        "market-sync": "not due",
        "market-train": "failed",
        "market-revalue": "not due",
    }
    assert (first["market-train"].sentence, process.failing("train")) == ("beta: too few sales", 1)
    assert [line["market"] for line in logged() if line["event"] == "task failed"] == ["beta"]
    assert [process.schedule(each).result for each in ("alpha", "beta", "gamma")] == [
        *("alpha trained", None, "gamma trained")
    ]
    failed = process.schedule("beta")
    assert (failed.failure, failed.done_at) == ("too few sales", None)
    process.store.db.write_now(process.ctx, lambda tx: state.forget(tx, "job:market-train"))
    assert process.round()["market-train"].result == "not due"  # the market is retried in an hour
    broken.clear()
    process.set_begun("beta", "2026-01-01T00:00:00.000000Z")
    assert (process.round()["market-train"].result, process.failing("train")) == ("ok", 0)
    assert (process.schedule("beta").failure, process.schedule("beta").result) == (None, "beta trained")


@SQLITE
def test_turning_a_failing_task_off_ends_the_failure(process: Process) -> None:
    assert process.round()["market-train"].result == "failed"  # no market has sales
    for market in ("alpha", "beta", "gamma"):
        process.store.db.write_now(process.ctx, service.set_schedules, market, {"train": None}, ())
    has_work = process.store.db.snapshot_now(service.has_work, "train", failed=True)
    assert (has_work, process.store.db.snapshot_now(service.has_work, "train", failed=False)) == (True, False)


@SQLITE
def test_stopped_run_is_due_at_once_in_the_next_process(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(run: TaskRun) -> str:
        process.runner.stop()
        run.report(1, 2)
        raise AssertionError("the process is stopping")

    before = process.schedule("alpha")
    act(monkeypatch, stop)
    assert process.round()["market-train"].result == "stopped"
    assert process.schedule("alpha") == before
    assert process.schedule("beta").begun_at is None


@SQLITE
def test_task_that_is_turned_off_while_it_runs_stays_off(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    def turn_off(run: TaskRun) -> str:
        run.db.write_now(run.ctx, service.set_schedules, run.market, {"train": None}, ())
        return "done"

    act(monkeypatch, turn_off)
    assert process.round()["market-train"].sentence == "markets 3"
    assert process.store.db.snapshot_now(service.list_schedules).items == []


@SQLITE
@promise("Markets", "A scheduled synchronization runs every feed of the market with its stored settings.")
def test_every_feed_of_the_market_is_synchronized(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    process = Process(store, ctx)
    (tmp_path / "token").write_text(TOKEN)
    town.put(store.db, [], "m")
    with serving(Mls({"1": sale("1")})) as mls:
        feeds = Feeds(store, mls, Hours(), tmp_path)
        feeds.write()
        store.db.write_now(ctx, service.set_schedules, "m", {"sync": 1, "revalue": 24}, ("a",))
        process.holder.start()
        assert {name: each.result for name, each in process.round().items()} == {
            "market-sync": "ok",
            "market-train": "not due",
            "market-revalue": "ok",
        }
        found = process.schedule("m", "sync")
        assert (found.result or "").startswith("a: 1 record read in ")
        assert process.schedule("m", "revalue").result == "0 values computed, 0 stored"
        assert feeds.sales() == {"1": 412_000}
        (store.settings.data_dir / "feeds.toml").unlink()
        process.set_begun("m", "2026-01-01T00:00:00.000000Z", "sync")
        assert process.round()["market-sync"].sentence == (
            "m: feeds.toml has no feed of the market m any more: add one, or turn its sync off"
        )
    process.holder.close()
