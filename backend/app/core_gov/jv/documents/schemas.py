"""Request and response schemas of the documents that move money."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.functional_validators import AfterValidator

from backend.app.core_gov.jv.agreements.schemas import (
    AGREEMENT_ID,
    ENTRY_ID,
    LP,
    POSTED_ON,
    SOURCE_KEY,
    Currency,
)
from backend.app.kit.fields import MAX_CENTS, Fields, Identified, IsoDate, Key, Money, Note, Record

_DEAL = "deal_0195d3a1c2f4a1b2c3d4e5f60718293a"
_DISTRIBUTION = "dst_0195d3a1c2f4a1b2c3d4e5f60718293a"


def _above_zero(amount: int | float) -> int | float:
    if amount <= 0:
        raise ValueError("must be above 0")
    return amount


PositiveMoney = Annotated[
    Money,
    AfterValidator(_above_zero),
    WithJsonSchema({"type": "number", "minimum": 0.01, "maximum": MAX_CENTS / 100, "multipleOf": 0.01}),
]
SignedMoney = Annotated[
    int | float,
    WithJsonSchema({"type": "number", "minimum": -MAX_CENTS / 100, "maximum": MAX_CENTS / 100, "multipleOf": 0.01}),
]
ComputedMoney = Annotated[int | float, WithJsonSchema({"type": "number", "minimum": 0, "multipleOf": 0.01})]
"""Amount that is computed and never posted, such as preferred return owed: it has no limit."""

EFFECTIVE_ON = "Day on which it counts in the waterfall; it may lie in a closed period"


class DocumentFields(Fields):
    """Fields that every document of an agreement has."""

    source_key: Key = Field(description=SOURCE_KEY)
    effective_on: IsoDate = Field(description=EFFECTIVE_ON)
    posted_on: IsoDate | None = Field(default=None, description=POSTED_ON)
    note: Note | None = Field(default=None, description="Free text")


class DocumentRecord(Record):
    """Fields that every stored document of an agreement has."""

    agreement_id: str = Field(description="`agr_…`")
    currency: Currency = Field(description="Currency of its amounts")
    effective_on: IsoDate = Field(description="Day on which it counts in the waterfall")
    posted_on: IsoDate = Field(description="Day in the books")
    note: str | None = Field(description="Free text")
    source_key: str = Field(description="Key of the caller")
    entry_id: str = Field(description="Entry in the ledger, `en_…`")


def _example(prefix: str, fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {
        "id": f"{prefix}_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "agreement_id": AGREEMENT_ID,
        "currency": "CAD",
        "posted_on": fields.get("effective_on", "2026-01-31"),
        "note": None,
        "entry_id": ENTRY_ID,
    }


# Capital

_COMMITMENT: dict[str, Any] = {
    "source_key": "commitment-1",
    "effective_on": "2026-01-01",
    "partner_id": LP,
    "amount": 1_000_000,
}
_CONTRIBUTION: dict[str, Any] = {
    "source_key": "call-1",
    "effective_on": "2026-01-15",
    "partner_id": LP,
    "amount": 250_000.5,
}


class CommitmentCreate(DocumentFields):
    """Capital that a partner promises. It adds to earlier commitments."""

    model_config = ConfigDict(json_schema_extra={"examples": [_COMMITMENT]})

    partner_id: Key = Field(description="Partner of the agreement, `p_…`")
    amount: PositiveMoney = Field(description="Amount in the currency of the agreement")


class CommitmentRecord(DocumentRecord, Identified):
    """A stored commitment. Its entry has no lines: a promise is not money."""

    example: ClassVar[dict[str, Any]] = _example("cmt", _COMMITMENT)

    id: str = Field(description="`cmt_…`")
    partner_id: str = Field(description="Partner")
    amount: Money = Field(description="Amount promised")


class ContributionCreate(DocumentFields):
    """Capital that a partner paid in."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CONTRIBUTION]})

    partner_id: Key = Field(description="Partner of the agreement, `p_…`")
    amount: PositiveMoney = Field(description="Amount in the currency of the agreement")


class ContributionRecord(DocumentRecord, Identified):
    """A stored contribution: cash, to the capital of the partner."""

    example: ClassVar[dict[str, Any]] = _example("ctb", _CONTRIBUTION)

    id: str = Field(description="`ctb_…`")
    partner_id: str = Field(description="Partner")
    amount: Money = Field(description="Amount paid in")


# Distributions

_TIERS: list[dict[str, Any]] = [
    {
        "number": 1,
        "name": "preferred return",
        "kind": "preferred_return",
        "description": "Preferred return of 8 % a year on outstanding capital to Maple Street Capital (nominal, "
        "compounded annually, actual/365)",
        "needed": 20_000,
        "paid": 20_000,
        "still_needed": 0,
        "amounts": [{"partner_id": LP, "amount": 20_000}],
        "sentence": "Preferred return of 8 % a year on outstanding capital to Maple Street Capital (nominal, "
        "compounded annually, actual/365): 20,000.00, all that is due.",
    },
]
_DISTRIBUTED: dict[str, Any] = {
    "source_key": "distribution-1",
    "cash": 25_000,
    "declared_on": "2026-12-31",
    "payable_on": "2027-01-15",
    "true_up": False,
}


class PartnerAmount(BaseModel):
    """Amount of a partner."""

    partner_id: str = Field(description="Partner")
    amount: SignedMoney = Field(description="Amount in the currency of the agreement; negative in a true-up only")


TierKind = Literal["preferred_return", "return_of_capital", "catch_up", "split_until", "split"]


class TierAmounts(BaseModel):
    """Amounts of a tier by partner."""

    name: str = Field(description="Name of the tier")
    kind: TierKind = Field(description="Kind of the tier")
    amounts: list[PartnerAmount] = Field(description="Each partner who gets something")


class DistributedTier(BaseModel):
    """A tier of a distribution: in words, and as numbers that add up."""

    number: int = Field(description="Place in the order, from 1")
    name: str = Field(description="Name of the tier")
    kind: TierKind = Field(description="Kind of the tier")
    description: str = Field(description="The tier in words")
    needed: ComputedMoney | None = Field(description="Cash that fills the tier on the day; null if it has no end")
    paid: Money = Field(description="Cash that it gets")
    still_needed: ComputedMoney | None = Field(description="Cash that is missing to fill it; null if it has no end")
    amounts: list[PartnerAmount] = Field(description="What each partner gets; adds up to `paid`")
    sentence: str = Field(description="What happens in this tier, in one sentence")


class DistributionRecord(DocumentRecord, Identified):
    """A declared distribution: owed to the partners until it is paid."""

    example: ClassVar[dict[str, Any]] = _example("dst", _DISTRIBUTED) | {
        "effective_on": "2026-12-31",
        "posted_on": "2026-12-31",
        "tiers": _TIERS,
        "corrections": [],
        "terms_id": AGREEMENT_ID,
    }

    id: str = Field(description="`dst_…`")
    cash: Money = Field(description="Cash that is distributed")
    declared_on: IsoDate = Field(description="Day of the declaration")
    payable_on: IsoDate = Field(description="Day on which it is payable")
    true_up: bool = Field(description="Whether differences of earlier distributions were made up for")
    terms_id: str = Field(description="Agreement or amendment whose terms were in force")
    tiers: list[DistributedTier] = Field(description="Division of the cash with its trace, without corrections")
    corrections: list[TierAmounts] = Field(
        description="True-up: what earlier distributions should have paid more, or less; it adds up to zero"
    )


_PAID: dict[str, Any] = {"source_key": "payment-1", "effective_on": "2027-01-15", "distribution_id": _DISTRIBUTION}


class PaymentCreate(DocumentFields):
    """Payment of a declared distribution."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PAID]})

    effective_on: IsoDate = Field(
        description="Day of the payment; the payable day of the distribution if the preferred return accrues until "
        "payment"
    )
    distribution_id: Key = Field(description="`dst_…`")
    partner_ids: Annotated[list[Key], Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="Partners who are paid what they are owed of it; all who are still owed if not given"
    )


class PaymentRecord(DocumentRecord, Identified):
    """A stored payment."""

    example: ClassVar[dict[str, Any]] = _example("pay", _PAID) | {
        "partner_ids": None,
        "amounts": [{"partner_id": LP, "amount": 25_000}],
    }

    id: str = Field(description="`pay_…`")
    distribution_id: str = Field(description="Distribution that it pays")
    partner_ids: list[str] | None = Field(description="Partners as the caller named them")
    amounts: list[PartnerAmount] = Field(description="What each partner was paid")


# Deals

TransactionKind = Literal["purchase", "sale", "loan_draw", "loan_payoff", "income", "expense", "write_off"]
_TRANSACTION: dict[str, Any] = {
    "source_key": "closing-114-elm",
    "effective_on": "2026-01-20",
    "kind": "purchase",
    "deal_id": _DEAL,
    "amount": 412_000,
}


class TransactionCreate(DocumentFields):
    """Money of a deal that is neither paid in nor distributed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TRANSACTION]})

    kind: TransactionKind = Field(
        description="`purchase`: cash becomes property at cost. `sale`: the cost leaves the books, the difference is "
        "income or expense. `loan_draw`: cash from a loan. `loan_payoff`: principal, and interest as an expense. "
        "`income` and `expense`: cash. `write_off`: cost of the property becomes an expense without cash"
    )
    deal_id: Key = Field(description="Deal of the agreement, `deal_…`")
    amount: PositiveMoney = Field(description="Price, principal, or amount; of a sale the proceeds after costs")
    cost: Money | None = Field(
        default=None, description="Sale only: cost that leaves the books; all of it if it is not given"
    )
    interest: Money | None = Field(default=None, description="Payoff only: interest paid with it")
    loan: Key | None = Field(
        default=None, description="Loan draw and payoff only: name of the loan, such as its lender"
    )


class TransactionRecord(DocumentRecord, Identified):
    """A stored transaction."""

    example: ClassVar[dict[str, Any]] = _example("txn", _TRANSACTION) | {"cost": None, "interest": None, "loan": None}

    id: str = Field(description="`txn_…`")
    kind: TransactionKind = Field(description="Kind")
    deal_id: str = Field(description="Deal")
    amount: Money = Field(description="Amount")
    cost: Money | None = Field(description="Cost that left the books in a sale")
    interest: Money | None = Field(description="Interest paid with a payoff")
    loan: str | None = Field(description="Name of the loan")


# Corrections and periods

_REVERSAL: dict[str, Any] = {"source_key": "undo-call-1", "reverses": ENTRY_ID, "meaning": "never_happened"}


class ReversalCreate(Fields):
    """Reversal of an entry."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REVERSAL]})

    source_key: Key = Field(description=SOURCE_KEY)
    reverses: Key = Field(description="Entry to reverse, `en_…`; not a reversal, an agreement or a period")
    meaning: Literal["never_happened", "undone"] = Field(
        description="`never_happened`: the waterfall forgets it, as of its own day. `undone`: it happened, and is "
        "taken back on `effective_on`"
    )
    effective_on: IsoDate | None = Field(
        default=None, description="Day on which it is taken back; required for `undone`, and only for it"
    )
    posted_on: IsoDate | None = Field(default=None, description=POSTED_ON)
    note: Note | None = Field(default=None, description="Why")


class ReversalRecord(DocumentRecord, Identified):
    """A stored reversal: the lines of the entry with debit and credit exchanged."""

    example: ClassVar[dict[str, Any]] = _example("rev", _REVERSAL) | {"effective_on": "2026-01-15"}

    id: str = Field(description="`rev_…`")
    reverses: str = Field(description="Entry that it reverses")
    meaning: Literal["never_happened", "undone"] = Field(description="Whether the waterfall forgets the entry")


_PERIOD: dict[str, Any] = {"source_key": "close-2026-01", "action": "close", "through": "2026-01-31"}


class PeriodCreate(Fields):
    """Closing or reopening of the books."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PERIOD]})

    source_key: Key = Field(description=SOURCE_KEY)
    action: Literal["close", "reopen"] = Field(
        description="`close`: nothing more is posted on days up to `through`. `reopen`: days after `through` are open "
        "again"
    )
    through: IsoDate = Field(description="Last closed day after the change; not after today")
    note: Note | None = Field(default=None, description="Why")


class PeriodRecord(DocumentRecord, Identified):
    """A stored closing or reopening."""

    example: ClassVar[dict[str, Any]] = _example("prd", _PERIOD) | {"effective_on": "2026-01-31"}

    id: str = Field(description="`prd_…`")
    action: Literal["close", "reopen"] = Field(description="Closing or reopening")
    through: IsoDate = Field(description="Last closed day after it")
