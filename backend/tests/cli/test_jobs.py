"""`valhalla jobs …`, and `valhalla work --once` with queued jobs."""

import json
from pathlib import Path

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.exports.service import KIND
from backend.app.core_gov.jobs import service
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command
from backend.tests.core_gov.jobs.deal_job import CTX
from backend.tests.promises import promise


@promise("Command line", "`valhalla jobs` lists, shows, pauses, resumes and cancels jobs.")
def test_jobs_are_listed_and_controlled(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path))
    with open_store(Settings(data_dir=tmp_path)) as store:
        wanted = {"list": "deals", "query": {}}
        job_id = str(store.db.write_now(CTX, service.create_job, KIND, wanted).document["id"])
    line = command("jobs", "list").split()
    assert (line[:4], line[-1]) == ([job_id, "queued", KIND, "0"], "dana")
    assert f"Paused {job_id}" in command("jobs", "pause", job_id)
    assert job_id not in command("work", "--once"), "a paused job does not run"
    assert json.loads(command("jobs", "show", job_id))["state"] == "paused"
    assert f"Queued {job_id}" in command("jobs", "resume", job_id)
    assert command("work", "--once").split()[-3:] == [KIND, "ok", job_id]
    assert command("jobs", "list", "--state", "queued") == "There are no such jobs."
    assert command("jobs", "cancel", job_id, status=1) == "valhalla: a job that has succeeded cannot be canceled"
    assert command("jobs", "show", "job_none", status=1) == "valhalla: job not found"
