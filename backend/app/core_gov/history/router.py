"""HTTP endpoint of the history of a record."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.audit.schemas import AuditEventList
from backend.app.core_gov.history import service
from backend.app.core_gov.history.schemas import HistoryQuery
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/history", tags=["history"])


@router.get(
    "",
    response_model=AuditEventList,
    summary="List what was done to a record, newest first",
    responses={404: {"description": "the record was not found"}},
)
async def list_history(db: Db, query: Annotated[HistoryQuery, Query()]) -> Response:
    """The audit events of one record, with each field before and after, for every role. The audit trail also has the
    requests that were refused."""
    found = (db.ctx.actor, query.entity, query.entity_id, query.limit, query.cursor)
    return await db.snapshot(service.list_history, *found)
