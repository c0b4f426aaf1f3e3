"""Summary of an agreement on a day: balances, partners, what fills each tier, and what is due."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jv.agreements.schemas import AGREEMENT_ID, TERMS, AgreementRecord
from backend.app.core_gov.jv.agreements.service import in_force
from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.core_gov.jv.distributions.computation import first_affected
from backend.app.core_gov.jv.distributions.position import (
    DueDistribution,
    PartnerCapital,
    balances_on,
    position_of,
    whole,
)
from backend.app.core_gov.jv.distributions.service import read
from backend.app.core_gov.jv.documents.schemas import ComputedMoney, SignedMoney
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.waterfall.rounding import exact_amounts
from backend.app.core_gov.jv.waterfall.tier_balances import TierBalances
from backend.app.core_gov.jv.waterfall.trace import description
from backend.app.kit import clock
from backend.app.kit.cents import amount_of
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict
from backend.app.kit.fields import Fields, Note


class AccountBalance(BaseModel):
    """Balance of an account."""

    account: str = Field(description="Kind, and after a colon the partner, deal or loan", examples=["cash"])
    amount: SignedMoney = Field(description="Balance, positive on the usual side of the account")


class TierNeed(BaseModel):
    """Cash that fills a tier."""

    name: str = Field(description="Name of the tier")
    description: str = Field(description="The tier in words")
    needed: ComputedMoney | None = Field(
        description="Cash that fills it today, after the tiers before it; null without an end"
    )


_SUMMARY: dict[str, Any] = {
    "agreement": AgreementRecord.full_example(),
    "on": "2026-12-31",
    "revision": 7,
    "blocked": None,
    "closed_through": "2026-11-30",
    "terms_id": AGREEMENT_ID,
    "terms": TERMS,
    "available": 25_000,
    "balances": [{"account": "cash", "amount": 25_000}],
    "partners": [],
    "tiers": [],
    "due": [],
    "warnings": [],
}


class AgreementSummary(BaseModel):
    """An agreement as it is today; read-only."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SUMMARY]})

    agreement: AgreementRecord = Field(description="The agreement as it was signed")
    on: str = Field(description="Day of the summary")
    revision: int = Field(description="Number of entries in its books")
    blocked: str | None = Field(description="Why nothing can be posted; null if everything can")
    closed_through: str | None = Field(description="Last day of the closed periods")
    terms_id: str = Field(description="Agreement or amendment whose terms are in force")
    terms: AgreementTerms = Field(description="Terms in force")
    available: SignedMoney = Field(description="Cash on the books that is not yet owed to partners")
    balances: list[AccountBalance] = Field(description="All accounts of the books")
    partners: list[PartnerCapital] = Field(description="Partners of the terms in force")
    tiers: list[TierNeed] = Field(description="What fills each tier today")
    due: list[DueDistribution] = Field(description="Distributions that are not paid in full, the first payable first")
    warnings: list[str] = Field(description="Points to check")


def summary(tx: Tx, agreement_id: str) -> AgreementSummary:
    """Return an agreement as it is today. Raises NotFound."""
    on_file = read(tx, agreement_id)
    today = clock.today()
    terms = in_force(on_file.history.terms, today)
    balances = balances_on(on_file.history, today)
    position = position_of(tx, on_file, today)
    warnings = []
    if first_affected(on_file.history) is not None:
        warnings.append(
            "something was posted to a day before a distribution: the next preview shows what that distribution should "
            "have paid otherwise"
        )
    return AgreementSummary(
        agreement=AgreementRecord.on_file(dict(on_file.agreement)),
        on=today,
        revision=on_file.books.revision,
        blocked=on_file.books.blocked,
        closed_through=on_file.books.closed_through,
        terms_id=terms.document_id,
        terms=terms.written,
        available=amount_of(on_file.available),
        balances=[
            AccountBalance(account=account, amount=amount_of(cents))
            for account, cents in ledger.balances(tx, agreement_id).items()
        ],
        partners=[each.named(on_file.names) for each in position.partners.values()],
        tiers=[
            TierNeed(
                name=tier.name, description=description(computed, on_file.names), needed=_needed(balances, n, today)
            )
            for n, (tier, computed) in enumerate(zip(terms.written.tiers, terms.computed.tiers, strict=True))
        ],
        due=list(position.due),
        warnings=warnings,
    )


class BlockEnd(Fields):
    """Reason for which an agreement is no longer blocked."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Compared with the statements of the bank."}]})

    reason: Note = Field(description="Why the books can be relied on, or what was done about it")


def unblock_agreement(tx: Tx, agreement_id: str, payload: BlockEnd) -> AgreementSummary:
    """Let an agreement be posted to again. Raises NotFound, and Conflict if it is not blocked."""
    books = ledger.lock_books(tx, agreement_id)
    if books.blocked is None:
        raise Conflict("the agreement is not blocked")
    ledger.block(tx, agreement_id, None)
    audit.record_act(tx, "agreement.unblocked", "agreement", agreement_id, {"reason": payload.reason}, {"reason": None})
    return summary(tx, agreement_id)


def _needed(balances: TierBalances, number: int, day: str) -> int | float | None:
    with exact_amounts():
        found = balances.needed(number, date.fromisoformat(day))
    return None if found is None else whole(max(found, Decimal(0)))
