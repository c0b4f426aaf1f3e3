"""Rules of jobs that need no worker: copies of a store, and what can follow what."""

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.jobs import service
from backend.app.core_gov.jobs.schemas import JobState
from backend.app.kit.db import Tx, state
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.tests.core_gov.jobs.deal_job import CTX, JOBS, deal_job, job, killed, names, queued, results
from backend.tests.promises import promise


def put_state(tx: Tx, job_id: str, found: JobState) -> None:
    from dataclasses import replace

    service.put_job(tx, replace(service.lock_job(tx, job_id), state=found))


ALLOWED = {
    service.pause_job: {"queued": "paused", "running": "paused", "paused": "paused"},
    service.resume_job: {"queued": "queued", "running": "running", "paused": "queued", "failed": "queued"},
    service.cancel_job: {
        "queued": "canceled",
        "running": "canceled",
        "paused": "canceled",
        "failed": "canceled",
        "canceled": "canceled",
    },
}
STATES: tuple[JobState, ...] = ("queued", "running", "paused", "succeeded", "failed", "canceled")


def test_every_state_allows_what_the_reference_says(store: Store) -> None:
    job_id = queued(store)
    for act, allowed in ALLOWED.items():
        for before in STATES:
            store.db.write_now(JOBS, put_state, job_id, before)
            if before in allowed:
                store.db.write_now(CTX, act, job_id)
                assert job(store, job_id).state == allowed[before], (act.__name__, before)
            else:
                with pytest.raises(Conflict):
                    store.db.write_now(CTX, act, job_id)
                assert job(store, job_id).state == before


def forget_that_jobs_are_known(store: Store) -> None:
    """Make the store look like one that was just restored or transferred."""
    store.db.write_now(JOBS, state.forget, service.KNOWN)


@promise("Operations", "The unfinished jobs of a restored or transferred store are paused until a person resumes them.")
def test_jobs_of_a_copy_are_paused(store_settings: Settings) -> None:
    with open_store(store_settings) as store:
        running, waiting = queued(store, 3), queued(store, 1)
        killed(store_settings, "deals", 2)
        forget_that_jobs_are_known(store)
    with open_store(store_settings) as store:
        assert [job(store, each).state for each in (running, waiting)] == ["paused", "paused"]
        assert "this store is a copy" in str(job(store, running).message)
        assert results(store, deal_job()) == []
        store.db.write_now(CTX, service.resume_job, waiting)
    with open_store(store_settings) as store:
        assert results(store, deal_job()) == ["ok"]
        assert names(store) == ["Deal 1", "Deal 1"]
