"""Appraisals over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.market.appraisals import service
from backend.app.core_gov.market.appraisals.schemas import (
    AppraisalCreate,
    AppraisalList,
    AppraisalPatch,
    AppraisalQuery,
    AppraisalRecord,
)
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/appraisals")


@router.post("", status_code=201, response_model=AppraisalRecord, summary="Take an appraisal on file")
async def create_appraisal(db: Db, payload: AppraisalCreate) -> Response:
    """What somebody said that a property is worth; it stands beside what is computed, and changes nothing of it."""
    return await db.write(service.create_appraisal, payload)


@router.get("", response_model=AppraisalList, summary="List appraisals, newest first")
async def list_appraisals(db: Db, query: Annotated[AppraisalQuery, Query()]) -> Response:
    return await db.read(service.list_appraisals, query.filters, query.limit, query.cursor)


@router.get("/{appraisal_id}", response_model=AppraisalRecord, summary="Read an appraisal")
async def get_appraisal(db: Db, appraisal_id: str) -> Response:
    return await db.read(service.get_appraisal, appraisal_id)


@router.patch("/{appraisal_id}", response_model=AppraisalRecord, summary="Change an appraisal")
async def patch_appraisal(db: Db, appraisal_id: str, payload: AppraisalPatch) -> Response:
    """Replaces each field that is sent."""
    return await db.write(service.patch_appraisal, appraisal_id, payload)
