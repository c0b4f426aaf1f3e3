"""HTTP endpoints of opt-outs and consent."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.comms.consent import service
from backend.app.core_gov.comms.consent.schemas import (
    ConsentList,
    ConsentPut,
    ConsentQuery,
    ConsentRecord,
    OptOutCreate,
    OptOutEnd,
    OptOutList,
    OptOutQuery,
    OptOutRecord,
)
from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/comms", tags=["comms"])


@router.post("/opt_outs", response_model=OptOutRecord, summary="Record an opt-out")
async def create_opt_out(db: Db, payload: OptOutCreate) -> Response:
    """Blocks every message to the address at once. One from sms also blocks calls. Recording it again changes
    nothing."""
    return await db.write(service.create_opt_out, payload)


@router.get("/opt_outs", response_model=OptOutList, summary="List opt-outs")
async def list_opt_outs(db: Db, query: Annotated[OptOutQuery, Query()]) -> Response:
    """Newest first, ended ones too."""
    return await db.read(service.list_opt_outs, query)


@router.post("/opt_outs/{opt_out_id}/lift", response_model=OptOutRecord, summary="Lift an opt-out")
@admits(role="admin")
async def lift_opt_out(db: Db, opt_out_id: str, payload: OptOutEnd) -> Response:
    """The address may get messages again. The reason stays on file."""
    return await db.write(service.end_opt_out, opt_out_id, payload.reason)


@router.post("/consents", response_model=ConsentRecord, summary="Record consent")
async def put_consent(db: Db, payload: ConsentPut) -> Response:
    """Replaces the consent of the same address, channel and scope."""
    return await db.write(service.put_consent, payload)


@router.get("/consents", response_model=ConsentList, summary="List consent")
async def list_consents(db: Db, query: Annotated[ConsentQuery, Query()]) -> Response:
    """Newest first."""
    return await db.read(service.list_consents, query)
