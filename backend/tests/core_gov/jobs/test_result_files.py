"""Files of jobs: removed after a week, and nothing else in their folder."""

import os
import time
from pathlib import Path

import pytest

from backend.app.core_gov.jobs.result_files import RETENTION_DAYS, ResultFolder
from backend.tests.promises import promise

JOB = "job_0195d3a1c2f4a1b2c3d4e5f60718293a"


@promise("Operations", "Files of jobs are removed after 7 days.")
@pytest.mark.parametrize(
    ("name", "days", "removed"),
    [
        (f"deals-{JOB}.csv", RETENTION_DAYS + 1, True),
        (f"deals-{JOB}-2.csv", RETENTION_DAYS + 1, True),
        (f".deals-{JOB}.csv.0a1b2c3d.tmp", RETENTION_DAYS + 1, True),
        (f"deals-{JOB}.csv", RETENTION_DAYS - 1, False),
        ("my own list.csv", RETENTION_DAYS + 1, False),
        (f"deals-{JOB}.csv.copy", RETENTION_DAYS + 1, False),
    ],
)
def test_old_files_of_jobs_are_removed(tmp_path: Path, name: str, days: int, removed: bool) -> None:
    folder = ResultFolder()
    folder.path = tmp_path
    file = tmp_path / name
    file.write_text("id\n")
    moment = time.time() - days * 86_400
    os.utime(file, (moment, moment))
    assert folder.remove_old() == removed
    assert file.exists() != removed


def test_folder_may_be_missing(tmp_path: Path) -> None:
    folder = ResultFolder()
    folder.path = tmp_path / "exports"
    assert folder.remove_old() == 0
