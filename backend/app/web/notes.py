"""Notes on the page of a record."""

from typing import Any

from backend.app.core_gov.notes import service
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.kit.requests.entity_tags import etag_of

MAX_NOTES = 50
"""Maximum number of notes that a page shows, the newest first."""


def notes_on(tx: Tx, entity: str, record_id: str) -> list[dict[str, Any]]:
    """Return the active notes on a record with their ETags, newest first."""
    wanted: dict[str, str | None] = {"entity": entity, "entity_id": record_id, "status": "active"}
    return [{**load(doc), "etag": etag_of(doc)} for doc in service.list_notes(tx, wanted, MAX_NOTES, None).docs]
