"""Request and response schemas of deals."""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.app.kit.fields import (
    EMPTY_META,
    NO_TAGS,
    CountedListing,
    Fields,
    FilterText,
    Identified,
    IsoDate,
    IsoTime,
    Key,
    Meta,
    Money,
    Record,
    Tags,
    Title,
    partial,
)
from backend.app.kit.query import SORT, Amount, RecordQuery, Several, unpaged

DealStatus = Literal["lead", "analyzing", "offered", "under_contract", "closed", "dead"]
Strategy = Literal["wholesale", "flip", "brrrr", "rental", "jv"]
Currency = Literal["CAD", "USD"]

EXAMPLE: dict[str, Any] = {
    "name": "114 Elm Street",
    "status": "analyzing",
    "strategy": "brrrr",
    "owner": "dana",
    "next_action": "Call the seller about the roof",
    "next_action_date": "2026-03-05",
    "address": "114 Elm Street, Hamilton",
    "price": 412000,
    "arv": 565000,
    "est_repairs": 68500.5,
    "est_rent": 3150,
    "currency": "CAD",
    "offer_date": "2026-03-02",
    "tags": ["off-market"],
}


class DealCreate(Fields):
    """Fields of a new deal."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Title = Field(description="Name of the deal")
    status: DealStatus = Field(default="lead", description="Stage of the deal")
    strategy: Strategy | None = Field(default=None, description="Investment strategy")
    owner: Key | None = Field(default=None, description="Person responsible for the deal, such as the name of a token")
    next_action: Title | None = Field(default=None, description="What to do next, on one line")
    next_action_date: IsoDate | None = Field(default=None, description="Day on which it is due")
    lost_reason: Title | None = Field(
        default=None, description="Why the deal was lost, on one line; a dead deal without it gets a warning"
    )
    address: Title | None = Field(default=None, description="Address on one line")
    property_id: Key | None = Field(default=None, description="`pr_…`; need not be on file")
    price: Money | None = Field(default=None, description="Purchase price")
    arv: Money | None = Field(default=None, description="After-repair value")
    est_repairs: Money | None = Field(default=None, description="Estimated cost of repairs")
    est_rent: Money | None = Field(default=None, description="Estimated monthly rent")
    currency: Currency = Field(default="CAD", description="Currency of all amounts in this deal")
    offer_date: IsoDate | None = Field(default=None, description="Date of the offer")
    offer_expiry_date: IsoDate | None = Field(default=None, description="Day on which the offer expires")
    contract_date: IsoDate | None = Field(default=None, description="Date of the contract")
    inspection_date: IsoDate | None = Field(default=None, description="Date of the inspection, or its deadline")
    financing_date: IsoDate | None = Field(default=None, description="Deadline for the financing")
    close_date: IsoDate | None = Field(default=None, description="Closing date, actual or planned")
    notes: str | None = Field(default=None, description="Free text")
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class DealPatch(DealCreate):
    """Fields to change in a deal."""


class StageChange(BaseModel):
    """A deal's entry into a status."""

    model_config = ConfigDict(strict=True, extra="forbid")

    status: DealStatus = Field(description="Status that the deal entered")
    at: IsoTime = Field(description="Time of the change (UTC)")
    by: str = Field(description="Who changed the status")


DEAL_ID = "deal_0195d3a1c2f4a1b2c3d4e5f60718293a"


class DealRecord(Record, DealCreate, Identified):
    """A stored deal."""

    example: ClassVar[dict[str, Any]] = EXAMPLE | {
        "id": DEAL_ID,
        "stage_history": [{"status": "analyzing", "at": "2026-01-31T09:30:00.000000Z", "by": "dana"}],
    }
    later: ClassVar[frozenset[str]] = frozenset(
        {
            *("owner", "next_action", "next_action_date", "lost_reason"),
            *("offer_expiry_date", "inspection_date", "financing_date", "stage_history"),
        }
    )

    id: str = Field(description="`deal_…`")
    stage_history: list[StageChange] | None = Field(
        default=None,
        description="Changes of the status, oldest first; read-only. Null if unknown, because an earlier version "
        "stored the deal and its status has not changed since",
    )


class DealList(CountedListing):
    """A page of deals."""

    items: list[DealRecord]


DealSort = Literal[
    "name", "-name", "price", "-price", "arv", "-arv", "next_action_date", "-next_action_date",
    "updated_at", "-updated_at",
]  # fmt: skip


class DealQuery(RecordQuery):
    """Filters and order of the list of deals."""

    sort: DealSort | None = Field(default=None, description=SORT)
    status: Several[DealStatus] | None = Field(default=None, description="Only deals in these stages")
    strategy: Several[Strategy] | None = Field(default=None, description="Only deals with these strategies")
    property_id: str | None = Field(
        default=None, min_length=1, max_length=200, description="Only deals on this property"
    )
    owner: FilterText | None = Field(default=None, description="Only deals of this person")
    min_price: Amount | None = Field(default=None, description="Minimum purchase price")
    max_price: Amount | None = Field(default=None, description="Maximum purchase price")
    min_arv: Amount | None = Field(default=None, description="Minimum after-repair value")
    max_arv: Amount | None = Field(default=None, description="Maximum after-repair value")
    min_next_action_date: IsoDate | None = Field(default=None, description="Next action due on this day or later")
    max_next_action_date: IsoDate | None = Field(default=None, description="Next action due on this day or earlier")
    min_close_date: IsoDate | None = Field(default=None, description="Closing on this day or later")
    max_close_date: IsoDate | None = Field(default=None, description="Closing on this day or earlier")
    min_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or later")
    max_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or earlier")


@unpaged
class DealExportQuery(DealQuery):
    """Filters and sort of an export of deals."""


class StageTime(StageChange):
    """A stage of a deal, with the days that it lasted."""

    days: int = Field(description="Days until the next stage, or until today if it is the current one")


_STAGES: dict[str, Any] = {
    "deal_id": DEAL_ID,
    "status": "analyzing",
    "source": "deal",
    "complete": True,
    "since": "2026-01-31T09:30:00.000000Z",
    "days": 12,
    "stages": [{"status": "analyzing", "at": "2026-01-31T09:30:00.000000Z", "by": "dana", "days": 12}],
}


class DealStages(BaseModel):
    """The stages of a deal. Days are counted in the company's time zone."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STAGES]})

    deal_id: str = Field(description="`deal_…`")
    status: DealStatus = Field(description="Current status")
    source: Literal["deal", "audit", "unknown"] = Field(
        description="Where the stages are from: `stage_history` of the deal; the audit trail, for a deal of an earlier "
        "version; or unknown"
    )
    complete: bool = Field(description="Whether the stages begin with the creation of the deal")
    since: str | None = Field(description="Time at which the current status began; null if unknown")
    days: int | None = Field(description="Days in the current status; null if unknown")
    stages: list[StageTime] = Field(description="Known stages, oldest first")
