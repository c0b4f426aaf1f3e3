"""`valhalla work`."""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Annotated

import structlog
import typer

from backend.app.bootstrap import Store, job, open_store, warn_if_mirror_off
from backend.app.cli.terminal import out
from backend.app.jobs import dispatcher, job_worker, jobs, process_lease, provider_reader, running_jobs
from backend.app.kit import log as logs
from backend.app.kit.jobs.runner import JobOutcome, JobRunner
from backend.app.kit.metrics import Metrics
from backend.app.settings import load_settings

app = typer.Typer()
log = structlog.get_logger("work")


@app.command()
def work(
    once: Annotated[bool, typer.Option("--once", help="Run the jobs that are due now, then exit")] = False,
) -> None:
    """Run the periodic and the queued jobs, send messages and write the JSON files, without serving HTTP."""
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    with open_store(settings) as store:
        outcomes = _run_once(store) if once else _run_until_stopped(store)
    log.info("stopped")
    for outcome in outcomes:
        out.print(f"{outcome.job:<17} {outcome.result:<9} {outcome.sentence}".rstrip())
    if any(outcome.result == "failed" for outcome in outcomes):
        raise typer.Exit(1)


def _run_until_stopped(store: Store) -> list[JobOutcome]:
    with process_lease(store, "work") as lease_holder, running_jobs(store, lease_holder, Metrics()) as runner:
        _stop_on_signals(runner.stop)
        log.info("ready", database=store.db.dialect, data_dir=str(store.settings.data_dir_absolute))
        warn_if_mirror_off(store.settings)
        runner.wait()
    return []


def _run_once(store: Store) -> list[JobOutcome]:
    with process_lease(store, "work") as lease_holder:
        runner = JobRunner(store.db, job("jobs"), lease_holder, jobs(store), Metrics())
        worker = job_worker(store, lease_holder, Metrics())
        sending, reading = dispatcher(store), provider_reader(store)
        _stop_on_signals(runner.stop, worker.stop, sending.stop, reading.stop)
        try:
            outcomes = runner.round()
            while run := worker.round():
                outcomes += run
            reading.round()
            sending.run_once()
        finally:
            sending.close()
            reading.close()
        return outcomes


def _stop_on_signals(*stops: Callable[[], None]) -> None:
    """Call each of these on SIGTERM and Ctrl-C."""

    def handle(number: int, frame: FrameType | None) -> None:
        for stop in stops:
            stop()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, handle)
