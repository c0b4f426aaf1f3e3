"""HTTP endpoints of jobs."""

from collections.abc import Iterator

import httpx
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.jobs import service
from backend.app.settings import Settings
from backend.tests.core_gov.jobs.deal_job import CTX, deal_job, job, queued, results
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise

DEALS = "/core/deals/export"
ASYNC = {"prefer": "respond-async"}


@pytest.fixture
def idle(store: Store, store_settings: Settings) -> Iterator[httpx.Client]:
    """A service that runs no jobs."""
    settings = store_settings.model_copy(update={"jobs": False})
    with serving(settings) as url, http_client(url) as client:
        yield client


@promise("Operations", "`GET /core/jobs` lists jobs, newest first, filtered by state, kind and creator.")
@promise("Operations", "`GET /core/jobs/{job_id}` returns the state and progress of a job.")
@promise("Operations", "`POST /core/jobs/{job_id}/pause` pauses a job.")
@promise("Operations", "`POST /core/jobs/{job_id}/resume` continues a paused or failed job where it stopped.")
@promise("Operations", "`POST /core/jobs/{job_id}/cancel` cancels a job.")
def test_jobs_are_listed_paused_resumed_and_canceled(idle: httpx.Client, store: Store) -> None:
    older, newer = queued(store, 1), queued(store, 2)
    assert [item["id"] for item in idle.get("/core/jobs").json()["items"]] == [newer, older]
    page = idle.get("/core/jobs", params={"limit": 1}).json()
    following = idle.get("/core/jobs", params={"limit": 1, "cursor": page["next_cursor"]}).json()
    assert [item["id"] for item in following["items"]] == [older]
    for path, state in (("pause", "paused"), ("pause", "paused"), ("resume", "queued"), ("resume", "queued")):
        answer = idle.post(f"/core/jobs/{older}/{path}")
        assert (answer.status_code, answer.json()["state"]) == (200, state)
        assert idle.get(f"/core/jobs/{older}").json() == answer.json()
    assert idle.post(f"/core/jobs/{newer}/cancel").json()["state"] == "canceled"
    for filters, found in (
        ({"state": "queued"}, [older]),
        ({"state": "canceled", "kind": "deals", "created_by": "dana"}, [newer]),
        ({"kind": "export"}, []),
        ({"created_by": "erin"}, []),
    ):
        assert [item["id"] for item in idle.get("/core/jobs", params=filters).json()["items"]] == found


def test_job_that_has_ended_cannot_be_paused_or_canceled(idle: httpx.Client, store: Store) -> None:
    job_id = queued(store)
    assert results(store, deal_job()) == ["ok"]
    for path, verb in (("pause", "paused"), ("resume", "resumed"), ("cancel", "canceled")):
        answer = idle.post(f"/core/jobs/{job_id}/{path}")
        assert (answer.status_code, answer.json()["detail"]) == (409, f"a job that has succeeded cannot be {verb}")
    assert idle.post("/core/jobs/job_none/cancel").json()["detail"] == "job not found"


def test_control_of_a_job_can_be_conditional(idle: httpx.Client, store: Store) -> None:
    job_id = queued(store)
    etag = idle.get(f"/core/jobs/{job_id}").headers["etag"]
    store.db.write_now(CTX, service.pause_job, job_id)
    answer = idle.post(f"/core/jobs/{job_id}/cancel", headers={"if-match": etag})
    assert answer.status_code == 412
    assert job(store, job_id).state == "paused"


@promise("Operations", "`GET /core/jobs/{job_id}/result` returns the file of a job that succeeded.")
def test_file_of_a_job_is_there_when_it_has_succeeded(idle: httpx.Client, store: Store) -> None:
    idle.post("/core/deals", json={"name": "Elm"})
    answer = idle.get(DEALS, headers=ASYNC)
    assert answer.status_code == 202
    path = answer.headers["location"]
    assert answer.json() == idle.get(path).json()
    early = idle.get(f"{path}/result")
    assert (early.status_code, early.json()["detail"]) == (
        409,
        "the job is queued; its file can be downloaded when it has succeeded",
    )
    assert results(store) == ["ok"]
    result = idle.get(path).json()["result"]
    file = idle.get(f"{path}/result")
    assert file.text == idle.get(DEALS).text
    assert file.headers["content-length"] == str(result["bytes"])
    assert result["rows"] == 1
    head = idle.head(f"{path}/result")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(result["bytes"]), b"")
    (store.settings.data_dir / "exports" / result["file"]).unlink()
    gone = idle.get(f"{path}/result")
    assert gone.status_code == 404
    assert "files are kept for 7 days" in gone.json()["detail"]


def test_job_without_a_file_has_no_result_to_download(idle: httpx.Client, store: Store) -> None:
    job_id = queued(store)
    results(store, deal_job())
    assert idle.get(f"/core/jobs/{job_id}/result").status_code == 409


def test_identical_jobs_of_one_person_are_one(idle: httpx.Client) -> None:
    first, again = (idle.get(DEALS, headers=ASYNC).json()["id"] for _ in range(2))
    assert first == again
    assert idle.get(DEALS, headers=ASYNC, params={"status": "lead"}).json()["id"] != first


def test_too_many_queued_jobs_are_refused(idle: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_WAITING", 2)
    for status in ("lead", "dead"):
        assert idle.get(DEALS, headers=ASYNC, params={"status": status}).status_code == 202
    answer = idle.get(DEALS, headers=ASYNC)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "2 jobs are queued; wait until some are done, or cancel some"


@pytest.mark.parametrize("prefer", ["respond-asynchronously", "wait=10", ""])
def test_other_preferences_are_ignored(idle: httpx.Client, prefer: str) -> None:
    assert idle.get(DEALS, headers={"prefer": prefer}).status_code == 200


def test_service_runs_queued_jobs(api: httpx.Client) -> None:
    from backend.tests.harness import until

    path = api.get(DEALS, headers=ASYNC | {"prefer": "wait=1, Respond-Async"}).headers["location"]
    until(lambda: api.get(path).json()["state"] == "succeeded", "the job is run")
    assert api.get(f"{path}/result").text.startswith("id,name,status")
