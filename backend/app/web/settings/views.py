"""Views of the installation."""

from typing import Any

from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.mls import service as mls
from backend.app.doctor.checks import examine
from backend.app.kit import clock
from backend.app.kit.db import Database
from backend.app.kit.errors import AppError
from backend.app.settings import Settings
from backend.app.web.visits import Visit


def overview(db: Database, settings: Settings, visit: Visit) -> dict[str, Any]:
    """Return what everyone may know, and for administrators also tokens and feeds."""
    values: dict[str, Any] = {
        "database": "PostgreSQL" if settings.database_url else "SQLite",
        "data_dir": str(settings.data_dir_absolute),
        "today": clock.today(),
        "zone": clock.zone_name(),
        "tokens": [],
        "feeds": [],
        "feeds_problem": None,
    }
    if visit.may_administer:
        found = db.snapshot_now(tokens.list_tokens)
        values["tokens"] = [(token, tokens.expires_soon(token, clock.now())) for token in found]
        values |= _feeds(db, settings)
    return values


def _feeds(db: Database, settings: Settings) -> dict[str, Any]:
    try:
        return {"feeds": mls.list_feeds(settings, db)}
    except AppError as error:
        return {"feeds_problem": error.detail}


def findings(db: Database, settings: Settings) -> dict[str, Any]:
    """Return what the doctor finds, the worst first."""
    found = sorted(examine(settings), key=lambda finding: ("bad", "note", "ok").index(finding.verdict))
    return {"findings": found, "bad": sum(finding.verdict == "bad" for finding in found)}
