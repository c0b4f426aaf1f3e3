"""Opening of a store's jobs: the folder of their files, and the jobs of a copy."""

from pathlib import Path

import structlog

from backend.app.core_gov.jobs import service
from backend.app.core_gov.jobs.result_files import FOLDER, ResultFolder
from backend.app.kit.db import Ctx, Database, state
from backend.app.kit.errors import StoreFull, StoreUnavailable

log = structlog.get_logger("jobs")


def open_jobs(db: Database, ctx: Ctx, root: Path) -> None:
    """Set the folder of the jobs' files, and pause the jobs of a store that is a copy."""
    db.cached(ResultFolder).path = root / FOLDER
    if db.snapshot_now(state.get, service.KNOWN) is not None:
        return
    try:
        paused = db.write_now(ctx, service.pause_copied)
    except (StoreFull, StoreUnavailable) as error:  # then nothing can run a job either
        log.warning("jobs of a copy are not paused yet", error=error.detail)
        return
    if paused:
        log.warning("jobs paused, because this store is a copy; `valhalla jobs resume` continues one", jobs=paused)
