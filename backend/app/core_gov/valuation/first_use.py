"""Imports that the first value or comparison of a process needs, made ahead of it by a server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import structlog

from backend.app.core_gov.market import service as markets
from backend.app.kit.db import Database
from backend.app.kit.errors import AppError

log = structlog.get_logger("valuation")

NEEDED = ("scipy.spatial", "backend.app.core_gov.valuation.snapshot")
"""Modules that are imported on first use, and take a quarter of a second."""


@contextmanager
def imported_ahead(db: Database) -> Iterator[None]:
    """Import what values need in a thread, if the store has a market."""
    thread = threading.Thread(target=_import, args=(db,), name="valhalla-first-use", daemon=True)
    thread.start()
    yield
    thread.join()


def _import(db: Database) -> None:
    try:
        if db.snapshot_now(markets.every_market):
            for name in NEEDED:
                import_module(name)
    except (AppError, ImportError) as error:  # the first request will say what is wrong
        log.warning("nothing was imported ahead of the first value", error=str(error))
