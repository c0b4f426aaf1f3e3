"""HTTP endpoints of distributions and of the summary of an agreement."""

from fastapi import APIRouter

from backend.app.core_gov.jv.distributions import service
from backend.app.core_gov.jv.distributions.schemas import DistributionCreate, DistributionPlan, DistributionPreview
from backend.app.core_gov.jv.distributions.summary import AgreementSummary, BlockEnd, summary, unblock_agreement
from backend.app.core_gov.jv.documents.schemas import DistributionRecord
from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/jv", tags=["jv"])


@router.get(
    "/agreements/{agreement_id}/summary", response_model=AgreementSummary, summary="Show an agreement as it is today"
)
async def show_summary(db: Db, agreement_id: str) -> Response:
    """Balances, capital and returns of the partners, what fills each tier, and what is due."""
    return await db.snapshot(summary, agreement_id)


@router.post(
    "/agreements/{agreement_id}/distributions/preview",
    response_model=DistributionPreview,
    summary="Preview a distribution",
)
async def preview(db: Db, agreement_id: str, payload: DistributionPlan) -> Response:
    """Returns how cash would be divided, each tier with its trace. Nothing is stored."""
    return await db.compute(service.preview, agreement_id, payload)


@router.post(
    "/agreements/{agreement_id}/distributions",
    status_code=201,
    response_model=DistributionRecord,
    summary="Declare a distribution",
)
async def declare(db: Db, agreement_id: str, payload: DistributionCreate) -> Response:
    """Divides the cash as previewed, and owes it to the partners. 409 if anything was posted since the preview."""
    return await db.compute_and_write(service.compute, service.declare, agreement_id, payload)


@router.post("/agreements/{agreement_id}/unblock", response_model=AgreementSummary, summary="Unblock an agreement")
@admits(role="admin")
async def unblock(db: Db, agreement_id: str, payload: BlockEnd) -> Response:
    """An agreement is blocked if one of its documents could not be posted after a loss of data. Somebody has checked
    the books, and accepts them."""
    return await db.write(unblock_agreement, agreement_id, payload)
