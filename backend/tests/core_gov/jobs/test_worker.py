"""Running of jobs on both databases: steps, interruptions, failures, several processes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jobs import service
from backend.app.core_gov.jobs.running_job import MAX_INTERRUPTIONS, JobKind, JobResult, RunningJob
from backend.app.kit.errors import Conflict, StoreUnavailable
from backend.app.kit.jobs import leases
from backend.app.settings import Settings
from backend.tests.core_gov.jobs.deal_job import (
    CTX,
    JOBS,
    KIND,
    deal_job,
    expire_leases,
    job,
    killed,
    names,
    queued,
    results,
    worker,
)
from backend.tests.promises import promise

THREE = ["Deal 1", "Deal 2", "Deal 3"]


def actions(store: Store, job_id: str) -> list[str]:
    """Return the audited actions on a job, oldest first, without the prefix."""
    page = store.db.snapshot_now(audit.list_events, {"entity_id": job_id}, 100, None)
    return [doc.split('"action":"', 1)[1].split('"', 1)[0].removeprefix("job.") for doc in reversed(page.docs)]


def test_job_runs_in_steps_in_the_name_of_its_creator(store: Store) -> None:
    job_id = queued(store)
    assert (job(store, job_id).state, job(store, job_id).started_at) == ("queued", None)
    assert results(store, deal_job()) == ["ok"]
    done = job(store, job_id)
    assert (done.state, done.done, done.total, done.result) == ("succeeded", 3, 3, {"deals": 3})
    assert done.created_at <= str(done.started_at) <= str(done.finished_at) <= done.updated_at
    assert names(store) == THREE
    events = store.db.snapshot_now(audit.list_events, {"action": "deal.created", "actor": "dana"}, 100, None)
    assert len(events.docs) == 3
    assert all(f'"request_id":"{job_id}"' in doc for doc in events.docs)
    assert actions(store, job_id) == ["created", "succeeded"]
    assert results(store, deal_job()) == []


@promise("Operations", "A job that is killed at any step continues in another process, and no step is stored twice.")
def test_job_killed_at_every_step_continues(store_settings: Settings) -> None:
    """Points 1 and 2 of a process are before and after the commit of its first step."""
    with open_store(store_settings) as store:
        job_id = queued(store)
        for stored, point in enumerate([1, 2, 2, 2]):
            killed(store_settings, KIND, point)
            expire_leases(store)
            assert names(store) == THREE[:stored]
            assert (job(store, job_id).state, job(store, job_id).done) == ("running", stored)
        assert results(store, deal_job()) == ["ok"]
        assert names(store) == THREE
        assert actions(store, job_id) == ["created", "succeeded"]


def test_job_of_a_dead_process_waits_for_its_lease(store_settings: Settings) -> None:
    with open_store(store_settings) as store:
        job_id = queued(store)
        killed(store_settings, KIND, 2)
        assert results(store, deal_job()) == []
        assert job(store, job_id).state == "running"


@promise("Operations", "Pausing or canceling a running job takes effect before its next step.")
@pytest.mark.parametrize(
    ("act", "state"), [(service.pause_job, "paused"), (service.cancel_job, "canceled")], ids=["pause", "cancel"]
)
def test_running_job_stops_before_its_next_step(store: Store, act: Callable[..., object], state: str) -> None:
    def between(step: int) -> None:
        if step == 2:
            store.db.write_now(CTX, act, job_id)

    job_id = queued(store)
    assert results(store, deal_job(between)) == [state]
    assert (job(store, job_id).state, job(store, job_id).done, names(store)) == (state, 2, THREE[:2])
    assert results(store, deal_job()) == []
    assert actions(store, job_id) == ["created", state]


def test_paused_job_continues_after_its_last_step(store: Store) -> None:
    job_id = queued(store)

    def between(step: int) -> None:
        if step == 1:
            store.db.write_now(CTX, service.pause_job, job_id)

    results(store, deal_job(between))
    store.db.write_now(CTX, service.resume_job, job_id)
    assert results(store, deal_job()) == ["ok"]
    assert names(store) == THREE
    assert actions(store, job_id) == ["created", "paused", "resumed", "succeeded"]


def test_job_resumed_before_its_process_noticed_the_pause_runs_once(store_settings: Settings) -> None:
    """The first process still holds the lease, so no other one can begin, and it simply goes on."""
    with open_store(store_settings) as store, open_store(store_settings) as elsewhere:
        job_id = queued(store)

        def between(step: int) -> None:
            store.db.write_now(CTX, service.pause_job, job_id)
            store.db.write_now(CTX, service.resume_job, job_id)
            assert results(elsewhere, deal_job()) == []

        assert results(store, deal_job(between)) == ["queued"]
        assert results(store, deal_job()) == ["ok"]
        assert names(store) == THREE


@promise("Operations", "A job runs in one process at a time, and another process takes over if it dies.")
def test_two_processes_run_a_job_once(store_settings: Settings) -> None:
    with open_store(store_settings) as one, open_store(store_settings) as other, ThreadPoolExecutor(2) as pool:
        for number in range(4):
            queued(one, deals=number)
        runs = [pool.submit(results, store, deal_job()) for store in (one, other)]
        assert sum(len(run.result()) for run in runs) == 4
        assert sorted(names(one)) == sorted([*THREE[:1], *THREE[:2], *THREE])


def test_process_that_lost_its_lease_stores_nothing_more(store: Store) -> None:
    job_id = queued(store)
    taken: list[list[str]] = []

    def between(step: int) -> None:
        if step == 1 and not taken:
            expire_leases(store)
            taken.append(results(store, deal_job()))

    assert results(store, deal_job(between)) == ["lost"]
    assert taken == [["ok"]]
    assert (names(store), job(store, job_id).state) == (THREE, "succeeded")


def failing(error: Exception) -> dict[str, JobKind]:
    def run(job: RunningJob) -> JobResult:
        job.step(1, 3, checkpoint={"deals": 1})
        raise error

    return {KIND: JobKind(KIND, run)}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Conflict("the file has changed"), "the file has changed"),
        (ZeroDivisionError("x"), "an unexpected error, which the log has: ZeroDivisionError('x')"),
    ],
)
def test_failed_job_has_a_sentence_and_can_be_resumed(store: Store, error: Exception, sentence: str) -> None:
    job_id = queued(store)
    assert results(store, failing(error)) == ["failed"]
    assert (job(store, job_id).state, job(store, job_id).error) == ("failed", sentence)
    assert results(store, deal_job()) == []
    store.db.write_now(CTX, service.resume_job, job_id)
    assert job(store, job_id).error is None
    assert results(store, deal_job()) == ["ok"]
    assert names(store) == THREE[1:]
    assert actions(store, job_id) == ["created", "failed", "resumed", "succeeded"]


def test_job_waits_while_the_database_does_not_respond(store: Store) -> None:
    job_id = queued(store)
    with pytest.raises(StoreUnavailable):
        worker(store, failing(StoreUnavailable())).round()
    assert job(store, job_id).state == "running"
    assert results(store, deal_job()) == ["ok"]


def test_job_that_always_kills_its_process_fails(store: Store) -> None:
    job_id = queued(store)
    for _ in range(MAX_INTERRUPTIONS):
        with pytest.raises(StoreUnavailable):
            worker(store, {KIND: JobKind(KIND, _unavailable)}).round()
    assert results(store, deal_job()) == []
    assert (job(store, job_id).state, names(store)) == ("failed", [])
    assert "its process died 20 times" in str(job(store, job_id).error)


def _unavailable(job: RunningJob) -> JobResult:
    raise StoreUnavailable


def test_ending_process_returns_its_job_to_the_queue(store: Store) -> None:
    job_id = queued(store)
    found = worker(store, deal_job(lambda step: found.stop() if step == 1 else None))
    assert [outcome.result for outcome in found.round()] == ["stopped"]
    assert (job(store, job_id).state, names(store)) == ("queued", THREE[:1])
    assert store.db.snapshot_now(leases.find, f"job:{job_id}") is None
    assert results(store, deal_job()) == ["ok"]


def test_job_of_an_unknown_kind_is_left_alone_and_named(
    store: Store, logged: Callable[[], list[dict[str, Any]]]
) -> None:
    job_id = queued(store)
    found = worker(store, {})
    assert found.round() == found.round() == []
    assert job(store, job_id).state == "queued"
    left = [line for line in logged() if line["event"].startswith("job left alone")]
    assert [(line["id"], line["kind"]) for line in left] == [(job_id, KIND)]


def test_unit_of_a_step_is_not_stored_without_the_lease(store: Store) -> None:
    job_id = queued(store)
    assert store.db.write_now(JOBS, leases.take, f"job:{job_id}", "another", "{}", 600.0) is not None
    assert results(store, deal_job()) == []
    assert names(store) == []
