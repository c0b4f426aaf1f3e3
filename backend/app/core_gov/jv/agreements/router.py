"""HTTP endpoints that read agreements."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.jv.agreements import service
from backend.app.core_gov.jv.agreements.schemas import (
    AgreementList,
    AgreementQuery,
    AgreementRecord,
    AmendmentList,
    AmendmentQuery,
    PresetQuery,
    TermsPresets,
)
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/jv", tags=["jv"])


@router.get("/agreements", response_model=AgreementList, summary="List agreements")
async def list_agreements(db: Db, query: Annotated[AgreementQuery, Query()]) -> Response:
    """Newest first."""
    return await db.read(service.list_agreements, query)


@router.get("/agreements/{agreement_id}", response_model=AgreementRecord, summary="Read an agreement")
async def get_agreement(db: Db, agreement_id: str) -> Response:
    """As it was signed. Its summary has the terms in force."""
    return await db.read(service.get_agreement, agreement_id)


@router.get("/amendments", response_model=AmendmentList, summary="List amendments")
async def list_amendments(db: Db, query: Annotated[AmendmentQuery, Query()]) -> Response:
    """Newest first, reversed ones too."""
    return await db.read(service.list_amendments, query)


@router.get("/presets", response_model=TermsPresets, summary="Show terms that are common")
async def presets(db: Db, query: Annotated[PresetQuery, Query()]) -> Response:
    """Every field is filled in, to be checked and changed. `investor` and `sponsor` may be repeated."""
    return await db.read(service.presets, query)
