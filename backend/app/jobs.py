"""Periodic jobs and the kinds of jobs that people start, and the leases of the processes that run them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from backend.app import __version__
from backend.app.bootstrap import Store, job
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery.dispatcher import Dispatcher
from backend.app.core_gov.comms.inbound.reader import Reader
from backend.app.core_gov.exports.audit_export import AUDIT_CSV
from backend.app.core_gov.exports.export_job import export_kind
from backend.app.core_gov.exports.list_export import CsvExport
from backend.app.core_gov.jobs.result_files import ResultFolder
from backend.app.core_gov.jobs.running_job import JobKind
from backend.app.core_gov.jobs.worker import JobWorker
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.market import column_folder
from backend.app.core_gov.market.appraisals import service as appraisals
from backend.app.core_gov.market.search.export import SALES_CSV
from backend.app.core_gov.notes import service as notes
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.scheduled_valuations import service as scheduled_valuations
from backend.app.core_gov.schedules import service as schedules
from backend.app.core_gov.schedules.due_tasks import run_due
from backend.app.core_gov.schedules.schedule import TASKS, Task
from backend.app.deals import service as deals
from backend.app.kit.db import Tx
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import LeaseHolder
from backend.app.kit.jobs.runner import Facts, Job, JobRun, JobRunner, LastRun
from backend.app.kit.metrics import Metrics
from backend.app.kit.requests import idempotency

EXPORTED: tuple[CsvExport, ...] = (
    *(deals.DEALS_CSV, property_.PROPERTIES_CSV, jv.PARTNERS_CSV, jv.LINKS_CSV),
    *(comms.DRAFTS_CSV, comms.SENDLOG_CSV, notes.NOTES_CSV, SALES_CSV, appraisals.APPRAISALS_CSV, AUDIT_CSV),
)
"""Lists that can be exported."""

JOB_KINDS = frozenset({"export"})
"""Names of the kinds of jobs that people start."""

MINUTE_S, HOUR_S, DAY_S = 60.0, 3_600.0, 86_400.0
PAUSE_S = 0.005


def jobs(store: Store) -> list[Job]:
    """Return every job, in the order in which they are checked."""
    return [
        Job("idempotency-keys", HOUR_S, partial(_forget_keys, store)),
        Job("leases", DAY_S, partial(_forget_leases, store)),
        Job("audit-chain", DAY_S, partial(_check_chain, store)),
        Job("old-valuations", DAY_S, partial(_forget_values, store)),
        *(_market_job(store, task) for task in TASKS),
    ]


def _market_job(store: Store, task: Task) -> Job:
    """Return the job that runs a task in the markets where it is due. Five minutes pass between two runs."""
    name = f"market-{task}"

    def run(job_run: JobRun) -> Facts:
        return run_due(store.settings, store.db, job(name), task, job_run)

    def has_work(tx: Tx, last: LastRun) -> bool:
        return schedules.has_work(tx, task, failed=last.failed is not None)

    return Job(name, 5 * MINUTE_S, run, has_work)


def _forget_keys(store: Store, job_run: JobRun) -> Facts:
    return {"forgotten": store.db.write_now(job("idempotency-keys"), _delete_under_lease, job_run, idempotency.purge)}


def _forget_leases(store: Store, job_run: JobRun) -> Facts:
    return {"forgotten": store.db.write_now(job("leases"), _delete_under_lease, job_run, leases.forget)}


def _forget_values(store: Store, job_run: JobRun) -> Facts:
    """Delete the oldest values computed on a schedule, in short transactions."""
    forgotten = 0
    while True:
        count = store.db.write_now(job("old-valuations"), _delete_under_lease, job_run, scheduled_valuations.purge)
        forgotten += count
        if count < scheduled_valuations.PURGED:
            return {"forgotten": forgotten}
        job_run.rest(PAUSE_S)


def _delete_under_lease(tx: Tx, job_run: JobRun, delete: Callable[[Tx], int]) -> int:
    job_run.confirm(tx)
    return delete(tx)


def _check_chain(store: Store, job_run: JobRun) -> Facts:
    """Verify every audit event. Raises AppError if one was altered.

    The job pauses between batches, so that verifying a million events does not slow down the service.
    """

    def pause(done: int, total: int) -> None:
        job_run.rest(PAUSE_S)

    with store.db.open_snapshot() as snapshot:
        verdict = audit.verify(snapshot, report=pause)
    if not verdict.good:
        raise AppError("the audit trail was altered: " + "; ".join(verdict.faults))
    return {"events": verdict.events}


@contextmanager
def process_lease(store: Store, kind: str) -> Iterator[LeaseHolder]:
    """Hold the lease that announces this process, running `serve` or `work`, to the others. Raises StartError."""
    lease_holder = LeaseHolder(store.db, job(kind), kind=kind, version=__version__, seconds=store.settings.lease_s)
    try:
        lease_holder.start()
    except AppError as error:
        raise StartError(f"the store cannot be written: {error.detail}") from error
    try:
        yield lease_holder
    finally:
        lease_holder.close()


def job_kinds(store: Store) -> dict[str, JobKind]:
    """Return the kinds of jobs that people start, by name."""
    lists = {export.name: export for export in EXPORTED}
    kinds = [export_kind(store.db.cached(ResultFolder), lists)]
    assert {kind.name for kind in kinds} == JOB_KINDS
    return {kind.name: kind for kind in kinds}


def job_worker(store: Store, lease_holder: LeaseHolder, metrics: Metrics) -> JobWorker:
    """Return a worker for the jobs that people start."""
    return JobWorker(store.db, job("jobs"), lease_holder, job_kinds(store), metrics, tidy=column_folder.tidy)


def dispatcher(store: Store) -> Dispatcher:
    """Return the dispatcher of messages."""
    return Dispatcher(store.db, job("dispatcher"), store.settings)


def provider_reader(store: Store) -> Reader:
    """Return the reader of the messages that providers have."""
    return Reader(store.db, job("reader"), store.settings)


@contextmanager
def running_jobs(
    store: Store, lease_holder: LeaseHolder, metrics: Metrics, *, watch_only: bool = False
) -> Iterator[JobRunner]:
    """Run the jobs that this process is responsible for, and send messages, in threads, until the block exits."""
    runner = JobRunner(store.db, job("jobs"), lease_holder, jobs(store), metrics, watch_only=watch_only)
    worker = job_worker(store, lease_holder, metrics)
    with ExitStack() as running:
        runner.start()
        running.callback(runner.close)
        if not watch_only:
            worker.start()
            running.callback(worker.close)
            for each in (dispatcher(store), provider_reader(store)):
                each.start()
                running.callback(each.close)
        yield runner
