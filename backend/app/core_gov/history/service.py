"""Service of the history of a record: what was done to it, for whoever can read it.

The rest of the audit trail needs the role admin. So this returns nothing about other records, and no refused requests.
"""

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.audit.schemas import AuditEvent
from backend.app.core_gov.notes import service as notes
from backend.app.core_gov.record_kinds import RECORD_KINDS
from backend.app.core_gov.views import service as views
from backend.app.kit.db import Tx
from backend.app.kit.records import Page

_TABLES = RECORD_KINDS | {table.entity: table for table in notes.TABLES}


def list_history(tx: Tx, reader: str, entity: str, entity_id: str, limit: int, cursor: str | None) -> Page[AuditEvent]:
    """Return what was done to a record, newest first. Raises NotFound if the reader cannot read the record."""
    if entity == "view":
        views.get_view(tx, reader, entity_id)
    else:
        _TABLES[entity].require(tx, entity_id)
    wanted: dict[str, str | None] = {"entity_id": entity_id, "entity": entity, "outcome": "done"}
    return audit.list_events(tx, wanted, limit, cursor)
