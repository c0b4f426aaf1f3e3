"""Findings about jobs."""

from backend.app.bootstrap import Store
from backend.app.core_gov.jobs import service
from backend.app.core_gov.schedules import service as schedules
from backend.app.core_gov.schedules.schedule import Schedule
from backend.app.core_gov.schedules.store import put_run
from backend.app.doctor import jobs
from backend.app.kit.errors import Conflict
from backend.tests.core_gov.jobs.deal_job import CTX, KIND, queued, results
from backend.tests.core_gov.jobs.test_worker import failing
from backend.tests.core_gov.valuation import town


def sentences(store: Store) -> list[str]:
    return [finding.sentence for finding in store.db.snapshot_now(lambda tx: list(jobs.check(tx)))]


def test_jobs_that_need_a_person_are_named(store: Store) -> None:
    assert sentences(store) == []
    failed = queued(store, 1)
    results(store, failing(Conflict("no")))
    paused = queued(store, 2)
    store.db.write_now(CTX, service.pause_job, paused)
    unknown = queued(store, 3)
    assert sentences(store) == [
        f"1 job of a kind that this version does not know: {unknown} ({KIND})",
        f"1 job failed: {failed} ({KIND})",
        f"1 job paused: {paused} ({KIND})",
    ]
    for each in (failed, paused, unknown):
        store.db.write_now(CTX, service.cancel_job, each)
    assert sentences(store) == []


def test_scheduled_tasks_that_fail_are_named(store: Store) -> None:
    town.put(store.db, [])
    store.db.write_now(CTX, schedules.set_schedules, "town", {"train": 24, "revalue": 24}, [])
    assert sentences(store) == []
    begun = "2026-11-30T02:00:00.000000Z"
    store.db.write_now(CTX, put_run, Schedule("town", "train", 24, begun, None, "no sales", None, begun))
    assert sentences(store) == [f"the task train of the market town, begun at {begun}, failed: no sales"]
