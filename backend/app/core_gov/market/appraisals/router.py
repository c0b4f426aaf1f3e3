"""Routes of appraisals."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.exports.router import EXPORT, export
from backend.app.core_gov.market.appraisals import service
from backend.app.core_gov.market.appraisals.schemas import (
    AppraisalCreate,
    AppraisalExportQuery,
    AppraisalList,
    AppraisalPatch,
    AppraisalQuery,
    AppraisalRecord,
)
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/appraisals")


@router.post("", status_code=201, response_model=AppraisalRecord, summary="Create an appraisal")
async def create_appraisal(db: Db, payload: AppraisalCreate) -> Response:
    """Stores the value that an appraiser gives a property. It is shown next to computed values and changes none."""
    return await db.write(service.create_appraisal, payload)


@router.get("", response_model=AppraisalList, summary="List appraisals, newest first")
async def list_appraisals(db: Db, query: Annotated[AppraisalQuery, Query()]) -> Response:
    return await db.read(service.list_appraisals, query.filters, query.limit, query.cursor)


@router.get("/export", summary="Export appraisals as CSV", **EXPORT)
async def export_appraisals(db: Db, query: Annotated[AppraisalExportQuery, Query()]) -> Response:
    """The appraisals of the list with the same parameters, in the same order."""
    return await export(db, service.APPRAISALS_CSV, query)


@router.get("/{appraisal_id}", response_model=AppraisalRecord, summary="Read an appraisal")
async def get_appraisal(db: Db, appraisal_id: str) -> Response:
    return await db.read(service.get_appraisal, appraisal_id)


@router.patch("/{appraisal_id}", response_model=AppraisalRecord, summary="Change an appraisal")
async def patch_appraisal(db: Db, appraisal_id: str, payload: AppraisalPatch) -> Response:
    """Replaces the fields that are sent."""
    return await db.write(service.patch_appraisal, appraisal_id, payload)
