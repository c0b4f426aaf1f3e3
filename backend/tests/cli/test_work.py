"""`valhalla work` in a separate process: beside `serve`, stopped by a signal, and with --once."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.kit.db import state
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import about
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.harness import ROOT, SOON_S, clean_environment, http_client, serving, until
from backend.tests.promises import promise

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Return a function that starts `valhalla work` on the store. It is stopped after the test."""
    made: list[subprocess.Popen[str]] = []

    def begin(*options: str, **environment: str) -> subprocess.Popen[str]:
        given = {"VALHALLA_DATA_DIR": str(settings.data_dir), "VALHALLA_LOG_FORMAT": "json", **environment}
        if settings.database_url:
            given["VALHALLA_DATABASE_URL"] = settings.database_url
        made.append(
            preloaded.popen(
                [sys.executable, "-m", "backend.app.cli", "work", *options],
                cwd=ROOT,
                env=clean_environment(given),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return made[-1]

    yield begin
    for process in made:
        process.kill()
        process.communicate()


JOBS = {"idempotency-keys", "leases", "audit-chain", "old-valuations"}
"""Periodic jobs that are due in a new store."""


def done(store: Store) -> set[str]:
    """Return those of the periodic jobs that have succeeded."""
    found = {name: store.db.snapshot_now(state.get, leases.JOB + name) for name in JOBS}
    return {name for name, noted in found.items() if noted is not None and json.loads(noted)["done"]}


def kinds(store: Store) -> list[str]:
    return [about(lease)["kind"] for lease in store.db.snapshot_now(leases.present)]


@promise("Operations", "A job runs in one process at a time, and another process takes over if it dies.")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_work_runs_beside_serve_and_stops_on_sigterm(start: Start, settings: Settings) -> None:
    """`work` maintains the JSON files, including what `serve` writes."""
    with open_store(settings) as looking:
        process = start()
        until(lambda: kinds(looking) == ["work"], "it is there")
        quiet = settings.model_copy(update={"jobs": False})
        with serving(quiet) as url, http_client(url) as client:
            assert sorted(kinds(looking)) == ["serve", "work"]
            assert client.post("/core/deals", json={"name": "From serve"}).status_code == 201
            until(lambda: done(looking) == JOBS, "its jobs are done")
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=SOON_S)
            assert kinds(looking) == ["serve"]
    lines = [json.loads(line) for line in err.splitlines()]
    events = [line["event"] for line in lines]
    assert (process.returncode, out) == (0, "")
    assert {line["job"] for line in lines if line["event"] == "job done"} == JOBS
    assert (events.count("ready"), events[-1]) == (1, "stopped")
    assert "From serve" in (settings.data_dir / "deals" / "deals.json").read_text()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite a directory is a store of its own
def test_work_writes_the_json_files_of_its_own_directory(start: Start, settings: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    process = start(VALHALLA_DATA_DIR=str(elsewhere))
    with serving(settings) as url, http_client(url) as client:
        client.post("/core/deals", json={"name": "From another machine"})
        file = elsewhere / "deals" / "deals.json"
        until(lambda: file.exists() and "From another machine" in file.read_text(), "it heard of it")
    process.send_signal(signal.SIGINT)
    assert process.wait(SOON_S) == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_once_runs_due_jobs_and_exits(start: Start, settings: Settings) -> None:
    out, _ = start("--once").communicate(timeout=SOON_S)
    idle = [f"{name:<17} not due" for name in ("market-sync", "market-train", "market-revalue")]
    assert out.splitlines() == [
        "idempotency-keys  ok        forgotten 0",
        "leases            ok        forgotten 0",
        "audit-chain       ok        events 0",
        "old-valuations    ok        forgotten 0",
        *idle,
    ]
    process = start("--once")
    out, err = process.communicate(timeout=SOON_S)
    assert process.returncode == 0
    once = ("idempotency-keys", "leases", "audit-chain", "old-valuations")
    assert out.splitlines() == [*(f"{name:<17} not due" for name in once), *idle]
    assert [json.loads(line)["event"] for line in err.splitlines()] == ["stopped"]
    with open_store(settings) as store:
        assert store.db.snapshot_now(leases.living) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_once_exits_with_1_if_a_job_failed(start: Start, settings: Settings) -> None:
    with open_store(settings):
        pass
    _lose_the_head(settings)
    process = start("--once")
    out, err = process.communicate(timeout=SOON_S)
    assert process.returncode == 1
    assert "audit-chain       failed    the audit trail was altered: the record of the last event is missing" in out
    assert "job failed" in {json.loads(line)["event"] for line in err.splitlines()}


def _lose_the_head(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.sqlite_path)) as file:
        file.execute("DELETE FROM store_state WHERE key = 'audit_head'")
        file.commit()
