"""HTTP endpoints that post documents, and that list the entries of an agreement."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from backend.app.core_gov.jv.agreements.schemas import (
    AgreementCreate,
    AgreementRecord,
    AmendmentCreate,
    AmendmentRecord,
)
from backend.app.core_gov.jv.documents import service
from backend.app.core_gov.jv.documents.listing import LedgerEntryList, LedgerEntryQuery, list_entries
from backend.app.core_gov.jv.documents.schemas import (
    CommitmentCreate,
    CommitmentRecord,
    ContributionCreate,
    ContributionRecord,
    PaymentCreate,
    PaymentRecord,
    PeriodCreate,
    PeriodRecord,
    ReversalCreate,
    ReversalRecord,
    TransactionCreate,
    TransactionRecord,
)
from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits

router = APIRouter(prefix="/jv", tags=["jv"])

_NO_AGREEMENT: dict[int | str, dict[str, Any]] = {404: {"description": "agreement not found"}}


@router.post("/agreements", status_code=201, response_model=AgreementRecord, summary="Create an agreement")
async def create_agreement(db: Db, payload: AgreementCreate) -> Response:
    """Deals and partners must be on file. Terms that contradict themselves are refused by name; nothing has a
    default. A second agreement of the same name is a 409."""
    return await db.write(service.create_agreement, payload)


@router.post(
    "/agreements/{agreement_id}/amendments",
    status_code=201,
    response_model=AmendmentRecord,
    summary="Amend an agreement",
)
async def amend(db: Db, agreement_id: str, payload: AmendmentCreate) -> Response:
    """Replaces the terms from a day on, which must be after the day of the last distribution."""
    return await db.write(service.amend, agreement_id, payload)


@router.post(
    "/agreements/{agreement_id}/commitments",
    status_code=201,
    response_model=CommitmentRecord,
    summary="Record a commitment",
)
async def commit_capital(db: Db, agreement_id: str, payload: CommitmentCreate) -> Response:
    """Capital that a partner promises, in addition to earlier commitments."""
    return await db.write(service.commit_capital, agreement_id, payload)


@router.post(
    "/agreements/{agreement_id}/contributions",
    status_code=201,
    response_model=ContributionRecord,
    summary="Record a contribution",
)
async def contribute(db: Db, agreement_id: str, payload: ContributionCreate) -> Response:
    """Capital that a partner paid in. It may count on a day before a distribution; the next preview shows what that
    changes."""
    return await db.write(service.contribute, agreement_id, payload)


@router.post(
    "/agreements/{agreement_id}/transactions",
    status_code=201,
    response_model=TransactionRecord,
    summary="Record money of a deal",
)
async def record_transaction(db: Db, agreement_id: str, payload: TransactionCreate) -> Response:
    """Purchase, sale, loan, income, expense or write-off of a deal that the agreement covers."""
    return await db.write(service.record_transaction, agreement_id, payload)


@router.post(
    "/agreements/{agreement_id}/payments",
    status_code=201,
    response_model=PaymentRecord,
    summary="Record the payment of a distribution",
)
async def pay(db: Db, agreement_id: str, payload: PaymentCreate) -> Response:
    """Pays what the partners are still owed of a declared distribution."""
    return await db.write(service.pay, agreement_id, payload)


@router.post(
    "/agreements/{agreement_id}/reversals",
    status_code=201,
    response_model=ReversalRecord,
    summary="Reverse an entry",
)
async def reverse(db: Db, agreement_id: str, payload: ReversalCreate) -> Response:
    """Posts the lines of the entry with debit and credit exchanged. An entry is reversed at most once."""
    return await db.write(service.reverse, agreement_id, payload)


@router.post(
    "/agreements/{agreement_id}/periods",
    status_code=201,
    response_model=PeriodRecord,
    summary="Close or reopen the books",
)
@admits(role="admin")
async def change_period(db: Db, agreement_id: str, payload: PeriodCreate) -> Response:
    """While days are closed, nothing is posted on them. What counts in the waterfall may still lie there."""
    return await db.write(service.change_period, agreement_id, payload)


@router.get(
    "/agreements/{agreement_id}/entries",
    response_model=LedgerEntryList,
    summary="List the entries of an agreement",
    responses=_NO_AGREEMENT,
)
async def entries(db: Db, agreement_id: str, query: Annotated[LedgerEntryQuery, Query()]) -> Response:
    """The ledger, newest first: each entry with its document and lines."""
    return await db.snapshot(list_entries, agreement_id, query)
