"""Periodic jobs: results, who shows their state, and which process runs them."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine

from backend.app import __version__
from backend.app.bootstrap import Store, open_store
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import create_deal
from backend.app.jobs import jobs, process_lease
from backend.app.kit.db import Ctx
from backend.app.kit.errors import StartError, StoreUnavailable
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import about
from backend.app.kit.jobs.runner import Job, JobOutcome, JobRunner, LastRun
from backend.app.kit.metrics import Metrics
from backend.app.kit.requests import idempotency
from backend.app.kit.requests.idempotency import KeyedRequest, StoredResponse
from backend.app.settings import Settings
from backend.tests.harness import http_client, serving, until
from backend.tests.kit.test_metrics import Samples, samples, value
from backend.tests.promises import promise

CTX = Ctx("tester", "api")


def named(store: Store, name: str) -> Job:
    return next(job for job in jobs(store) if job.name == name)


def done(store: Store, name: str) -> JobOutcome:
    """Run one job, whether due or not."""
    job = named(store, name)
    with process_lease(store, "work") as lease_holder:
        (outcome,) = JobRunner(store.db, CTX, lease_holder, [Job(name, 0.001, job.act)], Metrics()).round()
    return outcome


class TestWhatTheyDo:
    def test_all_jobs_succeed_on_a_new_store(self, store: Store) -> None:
        assert [(done(store, job.name).result, job.name) for job in jobs(store)] == [
            ("ok", "idempotency-keys"),
            ("ok", "leases"),
            ("ok", "audit-chain"),
            *(("ok", name) for name in ("old-valuations", "market-sync", "market-train", "market-revalue")),
        ]

    def test_old_idempotency_keys_are_deleted(self, store: Store) -> None:
        def keep(key: str) -> None:
            request = KeyedRequest("POST dana /x", key, "sent")
            store.db.write_now(CTX, idempotency.once, request, lambda tx: StoredResponse(201, "{}", None))

        keep("new")
        with time_machine.travel(datetime.now(UTC) - timedelta(hours=25), tick=False):
            keep("old")
        assert done(store, "idempotency-keys").sentence == "forgotten 1"

    def test_audit_chain_is_verified(self, store: Store) -> None:
        for number in range(3):
            store.db.write_now(CTX, create_deal, DealCreate(name=f"Deal {number}"))
        assert done(store, "audit-chain") == JobOutcome("audit-chain", "ok", "events 3")

    @promise("Operations", "A job runs in one process at a time, and another process takes over if it dies.")
    def test_broken_chain_is_reported_in_log_metrics_and_status(
        self, settings: Settings, logged: Callable[[], list[dict[str, Any]]]
    ) -> None:
        with open_store(settings) as store:
            for number in range(3):
                store.db.write_now(CTX, create_deal, DealCreate(name=f"Deal {number}"))
        _tamper(settings)
        with open_store(settings) as store:
            outcome = done(store, "audit-chain")
        assert outcome.result == "failed"
        assert "event 2 (ev_" in outcome.sentence
        (line,) = [line for line in logged() if line["event"] == "job failed"]
        assert (line["level"], line["error"]) == ("error", outcome.sentence)
        with metrics(settings) as scrape:
            until(lambda: value(scrape(), "valhalla_job_failing", job="audit-chain") == 1, "a new process shows it")


def _tamper(settings: Settings) -> None:
    """Edit an audit event directly in the database."""
    statement = "UPDATE audit_events SET actor = 'nobody' WHERE seq = 2"
    if settings.database_url:
        with psycopg.connect(settings.database_url) as conn:
            conn.execute("SET session_replication_role = replica")
            conn.execute(statement)
        return
    with closing(sqlite3.connect(settings.sqlite_path)) as file:
        file.execute("DROP TRIGGER audit_events_no_update")
        file.execute(statement)
        file.commit()


@contextmanager
def metrics(settings: Settings) -> Iterator[Callable[[], Samples]]:
    with serving(settings) as url, http_client(url) as client:
        yield lambda: samples(client.get("/metrics").text)


def kinds(store: Store) -> list[str]:
    return sorted(about(lease)["kind"] for lease in store.db.snapshot_now(leases.present))


class TestServing:
    def test_serve_holds_a_lease_and_runs_the_jobs(self, settings: Settings) -> None:
        with metrics(settings) as scrape:
            for name in ("idempotency-keys", "leases", "audit-chain"):
                until(lambda: value(scrape(), "valhalla_job_runs_total", job=name, outcome="ok") == 1, name)  # noqa: B023
            found = scrape()
            assert value(found, "valhalla_job_failing", job="audit-chain") == 0
            assert value(found, "valhalla_job_last_success_timestamp_seconds", job="audit-chain") > 1.7e9
            with open_store(settings) as store:
                (lease,) = store.db.snapshot_now(leases.present)
            assert (about(lease)["kind"], about(lease)["version"]) == ("serve", __version__)
        with open_store(settings) as store:
            assert store.db.snapshot_now(leases.living) == []

    def test_serve_without_jobs_holds_a_lease_and_runs_none(self, settings: Settings) -> None:
        with open_store(settings) as store, process_lease(store, "work"):
            quiet = settings.model_copy(update={"jobs": False, "lease_s": 1.0})
            with metrics(quiet) as scrape:
                until(lambda: kinds(store) == ["serve", "work"], "both are there")
                assert done(store, "leases").result == "ok"
                shown = "valhalla_job_last_success_timestamp_seconds"
                until(lambda: value(scrape(), shown, job="leases") > 1.7e9, "what others did is shown")
                assert not [key for key in scrape() if key[0] == "valhalla_job_runs_total"]
            assert store.db.snapshot_now(LastRun.read, named(store, "audit-chain")) == LastRun()

    def test_store_that_cannot_be_written_stops_the_start_with_one_line(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object) -> None:
            raise StoreUnavailable

        monkeypatch.setattr(leases, "take", fail)
        with pytest.raises(StartError, match=r"^the store cannot be written: "), process_lease(store, "serve"):
            pass


def test_lease_describes_its_process_as_json(store: Store) -> None:
    with process_lease(store, "serve"):
        (lease,) = store.db.snapshot_now(leases.present)
    assert json.loads(lease.about).keys() == {"kind", "host", "pid", "version"}
    assert lease.name.startswith(leases.PROCESS)
