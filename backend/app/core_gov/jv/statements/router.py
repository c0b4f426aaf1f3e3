"""HTTP endpoints of statements and notices."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.jv.statements import service
from backend.app.core_gov.jv.statements.schemas import (
    StatementCreate,
    StatementList,
    StatementQuery,
    StatementRecord,
)
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/jv", tags=["jv"])


@router.post(
    "/statements",
    status_code=201,
    response_model=StatementRecord,
    summary="Issue a statement",
    responses={404: {"description": "agreement not found"}},
)
async def issue(db: Db, payload: StatementCreate) -> Response:
    """The data is frozen with a digest. The console shows it for printing at `/app/statements/{statement_id}`."""
    return await db.write(service.issue, payload)


@router.get("/statements", response_model=StatementList, summary="List statements")
async def list_statements(db: Db, query: Annotated[StatementQuery, Query()]) -> Response:
    """Newest first."""
    return await db.read(service.list_statements, query)


@router.get("/statements/{statement_id}", response_model=StatementRecord, summary="Read a statement")
async def get_statement(db: Db, statement_id: str) -> Response:
    """As it was issued."""
    return await db.read(service.get_statement, statement_id)
