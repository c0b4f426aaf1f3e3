"""HTTP endpoints of the audit trail, for the role admin."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.audit import service
from backend.app.core_gov.audit.schemas import AuditEventList, AuditQuery, RecordEventsQuery
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("/events", response_model=AuditEventList, summary="List events, newest first")
async def list_events(db: Db, query: Annotated[AuditQuery, Query()]) -> Response:
    """All changes and refusals: actor, time, and fields before and after."""
    db.require("admin")
    return await db.read(service.list_events, query.filters, query.limit, query.cursor)


@router.get("/records/{record_id}", response_model=AuditEventList, summary="List the events of one record")
async def list_record_events(db: Db, record_id: str, query: Annotated[RecordEventsQuery, Query()]) -> Response:
    """History of one record, newest first. Empty if the record is unknown."""
    db.require("admin")
    return await db.read(service.list_events, {"entity_id": record_id}, query.limit, query.cursor)
