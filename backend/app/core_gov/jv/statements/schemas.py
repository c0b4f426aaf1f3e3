"""Request and response schemas of statements and notices."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from backend.app.core_gov.jv.agreements.schemas import AGREEMENT_ID, ENTRY_ID, LP, Currency
from backend.app.core_gov.jv.documents.schemas import ComputedMoney, SignedMoney
from backend.app.kit.fields import Fields, FilterText, Identified, IsoDate, Key, Listing, Money, Record
from backend.app.kit.query import ListQuery

StatementKind = Literal["capital_account", "distribution_notice"]
_ISSUED: dict[str, Any] = {
    "kind": "capital_account",
    "agreement_id": AGREEMENT_ID,
    "partner_id": LP,
    "period_from": "2026-01-01",
    "period_to": "2026-03-31",
}


class StatementCreate(Fields):
    """A statement or notice to issue."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ISSUED]})

    kind: StatementKind = Field(
        description="`capital_account`: capital of a partner in a period. `distribution_notice`: what a partner gets "
        "of a distribution, and why"
    )
    agreement_id: Key = Field(description="`agr_…`")
    partner_id: Key = Field(description="Partner of the agreement, `p_…`")
    period_from: IsoDate | None = Field(default=None, description="First day; required for a capital account")
    period_to: IsoDate | None = Field(
        default=None, description="Last day, not after today; required for a capital account"
    )
    distribution_id: Key | None = Field(default=None, description="`dst_…`; required for a notice, and only for it")


class Movement(BaseModel):
    """A line of a statement that can be checked in the ledger."""

    on: str = Field(description="Day on which it counts")
    what: str = Field(description="What it is, in words")
    amount: SignedMoney = Field(description="Amount; negative if it was taken back")
    entry_id: str = Field(description="Entry in the ledger")


class CapitalAccount(BaseModel):
    """Capital of a partner in a period. `opening` + `contributed` - `returned` = `ending`."""

    opening: SignedMoney = Field(description="Capital in at the start of the first day")
    contributed: SignedMoney = Field(description="Paid in during the period")
    returned: SignedMoney = Field(description="Paid back during the period")
    ending: SignedMoney = Field(description="Capital in at the end of the last day")
    preferred_paid: SignedMoney = Field(description="Preferred return distributed during the period")
    preferred_owed: ComputedMoney = Field(description="Preferred return owed at the end of the last day")
    profit_paid: SignedMoney = Field(description="Other profit distributed during the period")
    committed: SignedMoney = Field(description="Capital promised up to the last day")
    unfunded: SignedMoney = Field(description="Capital promised and not paid in; 0 if more was paid in")
    movements: list[Movement] = Field(description="What makes up the period, in the order of days")


class NoticeTier(BaseModel):
    """A tier of a distribution, as far as the partner is concerned."""

    name: str = Field(description="Name of the tier")
    description: str = Field(description="The tier in words")
    paid: SignedMoney = Field(description="What all partners get from the tier")
    amount: SignedMoney = Field(description="What this partner gets from it")
    sentence: str = Field(description="What happened in the tier, in one sentence")


class DistributionNotice(BaseModel):
    """Share of a partner in a distribution, explained tier by tier."""

    distribution_id: str = Field(description="`dst_…`")
    entry_id: str = Field(description="Entry in the ledger")
    cash: Money = Field(description="Cash that is distributed to all partners")
    declared_on: str = Field(description="Day of the declaration")
    payable_on: str = Field(description="Day on which it is payable")
    amount: SignedMoney = Field(description="What this partner gets")
    tiers: list[NoticeTier] = Field(description="All tiers in order; the amounts add up")
    corrections: SignedMoney = Field(description="True-up of earlier distributions, part of the amount")


class StatementRecord(Record, Identified):
    """An issued statement. It is never changed; a later one replaces nothing."""

    example: ClassVar[dict[str, Any]] = _ISSUED | {
        "id": "stm_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "distribution_id": None,
        "agreement_name": "Elm Street JV",
        "partner_name": "Maple Street Capital",
        "language": "en",
        "currency": "CAD",
        "revision": 7,
        "issued_on": "2026-04-02",
        "capital_account": {
            "opening": 0,
            "contributed": 250_000.5,
            "returned": 0,
            "ending": 250_000.5,
            "preferred_paid": 0,
            "preferred_owed": 4_109.6,
            "profit_paid": 0,
            "committed": 1_000_000,
            "unfunded": 749_999.5,
            "movements": [
                {"on": "2026-01-15", "what": "Contribution", "amount": 250_000.5, "entry_id": ENTRY_ID},
            ],
        },
        "notice": None,
        "digest": "b" * 64,
    }

    id: str = Field(description="`stm_…`")
    kind: StatementKind = Field(description="Kind")
    agreement_id: str = Field(description="Agreement")
    agreement_name: str = Field(description="Name of the agreement when it was issued")
    partner_id: str = Field(description="Partner")
    partner_name: str = Field(description="Name of the partner when it was issued")
    language: Literal["en", "fr-CA"] = Field(description="Language of the partner when it was issued")
    currency: Currency = Field(description="Currency of all amounts")
    revision: int = Field(description="Revision of the books that it was computed from")
    issued_on: IsoDate = Field(description="Day on which it was issued")
    period_from: IsoDate | None = Field(description="First day of a capital account")
    period_to: IsoDate | None = Field(description="Last day of a capital account")
    distribution_id: str | None = Field(description="Distribution of a notice")
    capital_account: CapitalAccount | None = Field(description="Data of a capital account; null in a notice")
    notice: DistributionNotice | None = Field(description="Data of a notice; null in a capital account")
    digest: Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9a-f]{64}$"})] = Field(
        description="SHA-256 over all other fields but the times, as JSON with sorted keys and without spaces"
    )


class StatementList(Listing):
    """A page of statements."""

    items: list[StatementRecord]


class StatementQuery(ListQuery):
    """Filters of the list of statements."""

    noun: ClassVar[str] = "statements"

    agreement_id: FilterText | None = Field(default=None, description="Only statements of this agreement")
    partner_id: FilterText | None = Field(default=None, description="Only statements for this partner")
    kind: StatementKind | None = Field(default=None, description="Only this kind")
