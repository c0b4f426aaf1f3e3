"""A kind of job for the tests, which creates one deal in each step; processes that are killed while running jobs."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import text

from backend.app.bootstrap import Store
from backend.app.core_gov.jobs import service
from backend.app.core_gov.jobs.running_job import JobKind, JobResult, RunningJob
from backend.app.core_gov.jobs.schemas import JobRecord
from backend.app.core_gov.jobs.worker import JobWorker
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import create_deal
from backend.app.jobs import job_kinds
from backend.app.kit.db import Ctx, Query, ReadSnapshot
from backend.app.kit.jobs.lease_holder import LeaseHolder
from backend.app.kit.metrics import Metrics
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.harness import ROOT, SOON_S, clean_environment

CTX = Ctx("dana", "api")
JOBS = Ctx("tester", "job")
KIND = "deals"

Between = Callable[[int], None]
"""What a test does before step n of a job."""


def ignore(step: int) -> None:
    """Do nothing between two steps."""


def deal_job(between: Between = ignore) -> dict[str, JobKind]:
    """Return the kind of job that creates `parameters["deals"]` deals; `between` runs before and after each step."""

    def run(job: RunningJob) -> JobResult:
        done, total = job.checkpoint.get("deals", 0), job.parameters["deals"]
        while done < total:
            between(done)
            done += 1
            new = DealCreate(name=f"Deal {done}")
            job.step(done, total, checkpoint={"deals": done}, work=partial(create_deal, payload=new))
            between(done)
        return JobResult({"deals": done})

    return {KIND: JobKind(KIND, run)}


def queued(store: Store, deals: int = 3) -> str:
    """Queue a job and return its id."""
    stored = store.db.write_now(CTX, service.create_job, KIND, {"deals": deals})
    return str(stored.document["id"])


def job(store: Store, job_id: str) -> JobRecord:
    return JobRecord.model_validate_json(store.db.snapshot_now(service.get_job, job_id).doc)


def worker(store: Store, kinds: dict[str, JobKind] | None = None) -> JobWorker:
    """Return a worker with the kinds of the product, or others. Its leases are not renewed."""
    holder = LeaseHolder(store.db, JOBS, kind="work", version="1.2.3", seconds=600.0)
    return JobWorker(store.db, JOBS, holder, job_kinds(store) if kinds is None else kinds, Metrics())


def results(store: Store, kinds: dict[str, JobKind] | None = None) -> list[str]:
    """Run what can be run, once, and return the results."""
    return [outcome.result for outcome in worker(store, kinds).round()]


def names(store: Store) -> list[str]:
    """Return the names of the deals, oldest first."""
    every = Query(text("SELECT doc ->> 'name' FROM deals ORDER BY seq"))
    return [row[0] for row in store.db.snapshot_now(lambda tx: tx.all(every))]


def expire_leases(store: Store) -> None:
    """Make all leases look as if they expired long ago."""
    expire = Query(text("UPDATE leases SET until = '2026-01-01T00:00:00.000000Z'"))
    store.db.write_now(JOBS, lambda tx: tx.run(expire))


# Killed processes

_KILLED = """
import sys
from backend.tests.core_gov.jobs import deal_job
deal_job.run_until_killed(sys.argv[1], int(sys.argv[2]))
"""


def killed(settings: Settings, what: str, after: int) -> None:
    """Run the queued jobs in a process that is killed at its n-th point; without that many points, run them."""
    environment = {"VALHALLA_DATA_DIR": str(settings.data_dir)}
    if settings.database_url:
        environment["VALHALLA_DATABASE_URL"] = settings.database_url
    run = preloaded.run(
        [sys.executable, "-c", _KILLED, what, str(after)],
        cwd=ROOT,
        env=clean_environment(environment),
        timeout=SOON_S,
        stdout=subprocess.DEVNULL,
    )
    assert run.returncode == -signal.SIGKILL


def run_until_killed(what: str, after: int) -> None:
    """Run the queued jobs of the store that the environment names, and kill this process at a point."""
    from backend.app.bootstrap import open_store
    from backend.app.settings import load_settings

    left = [after]

    def point(*_: Any) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_store(load_settings()) as store:
        kinds = deal_job(point) if what == KIND else _exports_with(point, store)
        worker(store, kinds).round()


def _exports_with(point: Callable[..., None], store: Store) -> dict[str, JobKind]:
    """Return the kinds of the product, with a point after each portion of an export and around its renaming."""
    from backend.app.core_gov.exports.list_export import ListExport
    from backend.app.kit.output.output_file import NewFile

    read, place = ListExport.csv, NewFile.place

    def csv(self: ListExport, tx: ReadSnapshot, wanted: dict[str, Any]) -> Any:
        for part in read(self, tx, wanted):
            yield part
            point()

    def placed(self: NewFile) -> Any:
        point()
        found = place(self)
        point()
        return found

    ListExport.csv, NewFile.place = csv, placed  # type: ignore[method-assign]
    return job_kinds(store)
