"""The page of jobs."""

import re
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.jobs import service as jobs
from backend.app.kit.db import Ctx, Tx
from backend.app.settings import Settings
from backend.tests.promises import promise
from backend.tests.web.test_pages import PAGE

CTX = Ctx("<b>dana</b>", "cli")


@pytest.fixture
def store_settings(store_settings: Settings) -> Settings:
    """Settings of a service that runs no jobs, so that they stay as they are."""
    return store_settings.model_copy(update={"jobs": False})


def test_jobs_are_listed_with_what_can_be_done(api_as: Callable[[str], httpx.Client], store_settings: Settings) -> None:
    operator, viewer = api_as("operator"), api_as("viewer")
    assert "No jobs yet" in operator.get("/app/jobs", headers=PAGE).text
    with open_store(store_settings) as store:
        created = store.db.write_now(CTX, jobs.create_job, "export", {"list": "deals", "query": {}})
    job = created.document["id"]
    page = operator.get("/app/jobs", headers=PAGE).text
    assert "Export of deals" in page
    assert "&lt;b&gt;dana&lt;/b&gt;" in page
    assert f'data-path="/core/jobs/{job}/pause"' in page
    assert 'hx-trigger="every 2s"' in page
    assert "data-write" not in viewer.get("/app/jobs", headers=PAGE).text

    def run(tx: Tx, total: int | None) -> None:
        jobs.put_job(tx, replace(jobs.lock_job(tx, job), state="running", done=30_000, total=total))

    for total, shown in ((None, "30,000 so far"), (120_000, "30,000 of 120,000")):
        with open_store(store_settings) as store:
            store.db.write_now(CTX, run, total)
        page = operator.get("/app/jobs", headers=PAGE).text
        assert shown in re.sub("<[^>]*>", "", page)
        assert ('<progress max="120000" value="30000"' in page) == (total is not None)
    operator.post(f"/core/jobs/{job}/cancel")
    page = operator.get("/app/jobs?state=canceled", headers=PAGE).text
    assert "data-write" not in page
    assert "every 2s" not in page
    assert "No job is in this state" in operator.get("/app/jobs?state=failed", headers=PAGE).text


@promise("Audit trail", "Exporting the trail, and the file of a job that exported it, need the role admin.")
def test_export_of_the_trail_is_for_administrators(
    api_as: Callable[[str], httpx.Client], store_settings: Settings
) -> None:
    admin, operator = api_as("admin"), api_as("operator")
    path, prefer = "/core/audit/events/export", {"prefer": "respond-async"}
    for headers in ({}, prefer):
        detail = operator.get(path, headers=headers).json()["detail"]
        assert detail == "this needs the role admin; operator-token is operator"
    job = admin.get(path, headers=prefer).json()
    assert job["parameters"] == {"list": "audit_events", "query": {}, "role": "admin"}

    def succeed(tx: Tx) -> None:
        result = {"file": "audit_events-1.csv", "rows": 1}
        jobs.put_job(tx, replace(jobs.lock_job(tx, job["id"]), state="succeeded", result=result))

    with open_store(store_settings) as store:
        store.db.write_now(CTX, succeed)
    file = f"/core/jobs/{job['id']}/result"
    assert operator.get(file).status_code == 403
    assert admin.get(file).json()["detail"].startswith("the file audit_events-1.csv not found")
    assert f'href="{file}"' in admin.get("/app/jobs", headers=PAGE).text
    assert f'href="{file}"' not in operator.get("/app/jobs", headers=PAGE).text
