"""HTTP endpoints of messages that people sent."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.comms.inbound import service
from backend.app.core_gov.comms.inbound.schemas import InboundList, InboundQuery
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/comms", tags=["comms"])


@router.get("/inbox", response_model=InboundList, summary="List messages of people")
async def list_inbound(db: Db, query: Annotated[InboundQuery, Query()]) -> Response:
    """Those that were read last come first."""
    return await db.read(service.list_inbound, query)
