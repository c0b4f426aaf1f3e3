"""Files that jobs produce, in a folder of the data directory.

Each is written under a temporary name, and gets its own name, with the id of its job, when it is complete.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from backend.app.core_gov.jobs.store import StoredJob
from backend.app.kit.errors import AppError, Conflict, NotFound
from backend.app.kit.output.output_file import NewFile, default_file, no_room

FOLDER = "exports"
"""Name of the folder in the data directory."""

_NAME = re.compile(r"\.?[a-z_]+-job_[0-9a-f]{32}(-\d+)?\.[a-z]+(\.[0-9a-f]+\.tmp)?")
"""Names of the files of jobs, with those of unfinished ones."""

RETENTION_DAYS = 7
"""Days after which the file of a job is removed."""


class ResultFolder:
    """Folder with the files of jobs. `path` is set when the store is opened."""

    def __init__(self) -> None:
        self.path = Path(FOLDER)

    def remove_old(self) -> int:
        """Delete files of jobs that were written more than `RETENTION_DAYS` ago, complete or not. Return how many."""
        oldest = time.time() - RETENTION_DAYS * 86_400
        removed = 0
        with suppress(FileNotFoundError), os.scandir(self.path) as entries:
            for each in entries:
                if _NAME.fullmatch(each.name) and each.stat(follow_symlinks=False).st_mtime < oldest:
                    Path(each.path).unlink()
                    removed += 1
        return removed

    @contextmanager
    def new_file(self, name: str) -> Iterator[NewFile]:
        """Yield a new file that only its owner can read. Without `place`, nothing of it remains.

        Raises StoreFull, and AppError for any other failure.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = NewFile(default_file(self.path / name), 0o600)
            try:
                yield new
            finally:
                new.discard()
        except OSError as error:
            raise no_room(error, self.path / name) or AppError(
                f"{self.path} cannot be written: {error.strerror}"
            ) from error


def path_of(folder: ResultFolder, job: StoredJob) -> Path:
    """Return the path of the file that a job produced. Raises Conflict if there is none yet, or will be none."""
    if job.state != "succeeded":
        raise Conflict(f"the job is {job.state}; its file can be downloaded when it has succeeded")
    name = (job.result or {}).get("file")
    if not isinstance(name, str) or Path(name).name != name:
        raise Conflict(f"the job produced no file; its result is that of a job of the kind {job.kind}")
    return folder.path / name


def not_here(name: str) -> NotFound:
    return NotFound(f"the file {name}", f"files are kept for {RETENTION_DAYS} days; start the job again")
