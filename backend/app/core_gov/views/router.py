"""HTTP endpoints of saved views."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.views import service
from backend.app.core_gov.views.schemas import ViewCreate, ViewList, ViewPatch, ViewQuery, ViewRecord
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/views", tags=["views"])


@router.post("", status_code=201, response_model=ViewRecord, summary="Save a view")
async def create_view(db: Db, payload: ViewCreate) -> Response:
    """The owner is the caller. A second active view of the same name for the same list is a 409."""
    return await db.write(service.create_view, payload)


@router.get("", response_model=ViewList, summary="List views, newest first")
async def list_views(db: Db, query: Annotated[ViewQuery, Query()]) -> Response:
    """Returns the caller's own views and the shared views of others."""
    return await db.read(service.list_views, db.ctx.actor, query.filters, query.limit, query.cursor)


@router.get("/{view_id}", response_model=ViewRecord, summary="Read a view")
async def get_view(db: Db, view_id: str) -> Response:
    """The private view of another person is a 404."""
    return await db.read(service.get_view, db.ctx.actor, view_id)


@router.patch("/{view_id}", response_model=ViewRecord, summary="Change a view")
async def patch_view(db: Db, view_id: str, payload: ViewPatch) -> Response:
    """Replaces each field that is sent, `meta` as a whole. Only the owner can change a view; the shared view of another
    person is a 403."""
    return await db.write(service.patch_view, view_id, payload)
