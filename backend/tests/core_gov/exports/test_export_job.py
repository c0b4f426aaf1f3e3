"""Exports of large lists by jobs: complete files from one snapshot, whatever interrupts them."""

import csv
import errno
import hashlib
import io
import os
import stat
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.exports import export_job
from backend.app.core_gov.exports.audit_export import AUDIT_CSV
from backend.app.core_gov.exports.service import KIND
from backend.app.core_gov.jobs import service
from backend.app.core_gov.jobs.running_job import RunningJob
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import DEALS_CSV, create_deal
from backend.app.jobs import EXPORTED
from backend.app.kit.lists import pages
from backend.app.settings import Settings
from backend.tests.core_gov.jobs.deal_job import CTX, expire_leases, job, killed, results
from backend.tests.promises import promise


def export_of(store: Store, deals: int = 5) -> str:
    """Create deals and queue their export. Return the id of the job."""
    for number in range(deals):
        store.db.write_now(CTX, create_deal, DealCreate(name=f"Deal {number}"))
    stored = store.db.write_now(CTX, service.create_job, KIND, {"list": "deals", "query": {}})
    return str(stored.document["id"])


def files(store: Store) -> list[str]:
    return sorted(path.name for path in (store.settings.data_dir / "exports").glob("*"))


def exported(store: Store, job_id: str) -> list[str]:
    """Check the file of a job, and return the names of the deals in it."""
    result: dict[str, Any] = job(store, job_id).result or {}
    path = store.settings.data_dir / "exports" / result["file"]
    content = path.read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (result["bytes"], result["sha256"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert len(rows) == result["rows"]
    return [row["name"] for row in rows]


def test_every_export_knows_its_number_of_rows(full_store: Settings) -> None:
    with open_store(full_store) as store, store.db.open_snapshot() as snapshot:
        for export in EXPORTED:
            wanted = {"action": "deal.created"} if export is AUDIT_CSV else {}
            rows = sum(count for _, count in export.csv(snapshot, wanted))
            assert (export.name, export.total(snapshot, wanted)) == (export.name, rows)
            assert rows
        assert DEALS_CSV.total(snapshot, {"status": ["lead"], "min_price": 10**9, "sort": "-price"}) == 0


ALL = [f"Deal {number}" for number in reversed(range(5))]


@promise("Operations", "A running export shows the rows written so far, and how many there are.")
def test_file_has_every_row_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 2)
    monkeypatch.setattr(export_job, "STEP_ROWS", 2)
    job_id = export_of(store)
    progress = list[tuple[int, int | None]]()
    step = RunningJob.step

    def noted(job: RunningJob, done: int, total: int | None) -> None:
        step(job, done, total)
        progress.append((done, total))

    monkeypatch.setattr(RunningJob, "step", noted)
    assert results(store) == ["ok"]
    assert exported(store, job_id) == ALL
    assert progress == [(0, None), (0, 5), (2, 5), (4, 5), (5, 5)]
    assert (job(store, job_id).done, job(store, job_id).total) == (5, 5)
    assert len(files(store)) == 1


@promise("Operations", "The file of an export is complete and from one snapshot, even if its process was killed.")
def test_export_killed_at_every_step_starts_again(store_settings: Settings) -> None:
    """The points of a process are after each portion, before the renaming and after it."""
    with open_store(store_settings) as store:
        job_id = export_of(store)
        for point in range(1, 5):
            killed(store_settings, KIND, point)
            expire_leases(store)
            complete = [name for name in files(store) if not name.startswith(".")]
            assert len(complete) == (point == 4)
            assert job(store, job_id).state == "running"
        store.db.write_now(CTX, create_deal, DealCreate(name="Deal 5"))
        assert results(store) == ["ok"]
        assert exported(store, job_id) == ["Deal 5", *ALL]
        assert not [name for name in files(store) if name.startswith(".")]


def test_export_shows_one_moment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 2)
    monkeypatch.setattr(export_job, "STEP_ROWS", 1)
    job_id = export_of(store)
    read = DEALS_CSV.page

    def and_insert(*args: Any) -> Any:
        found = read(*args)
        store.db.write_now(CTX, create_deal, DealCreate(name="later"))
        return found

    object.__setattr__(DEALS_CSV, "page", and_insert)
    try:
        assert results(store) == ["ok"]
    finally:
        object.__setattr__(DEALS_CSV, "page", read)
    assert exported(store, job_id) == ALL


def test_canceled_export_leaves_no_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_job, "STEP_ROWS", 1)
    job_id = export_of(store)
    sync = os.fsync

    def cancel(descriptor: int) -> None:
        sync(descriptor)
        store.db.write_now(CTX, service.cancel_job, job_id)

    monkeypatch.setattr(os, "fsync", cancel)
    assert results(store) == ["canceled"]
    assert files(store) == []


@promise("Operations", "An export on a full disk fails with one sentence, leaves no file, and can be resumed.")
def test_export_on_a_full_disk_can_be_resumed(store: Store) -> None:
    job_id = export_of(store)
    with pytest.MonkeyPatch.context() as patch:

        def full(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        patch.setattr(os, "fsync", full)
        assert results(store) == ["failed"]
    assert "there is no room for" in str(job(store, job_id).error)
    assert files(store) == []
    store.db.write_now(CTX, service.resume_job, job_id)
    assert results(store) == ["ok"]
    assert exported(store, job_id) == ALL


def test_list_of_another_version_is_not_exported(store: Store) -> None:
    stored = store.db.write_now(CTX, service.create_job, KIND, {"list": "castles", "query": {}})
    assert results(store) == ["failed"]
    assert job(store, str(stored.document["id"])).error == "this version has no list castles to export"
