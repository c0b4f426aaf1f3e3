"""Request and response schemas of deals."""

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from backend.app.kit.fields import (
    EMPTY_META,
    NO_TAGS,
    Fields,
    Identified,
    IsoDate,
    Key,
    Listing,
    Meta,
    Money,
    Record,
    Tags,
    Title,
    partial,
)
from backend.app.kit.query import ListQuery

DealStatus = Literal["lead", "analyzing", "offered", "under_contract", "closed", "dead"]
Strategy = Literal["wholesale", "flip", "brrrr", "rental", "jv"]
Currency = Literal["CAD", "USD"]

EXAMPLE: dict[str, Any] = {
    "name": "114 Elm Street",
    "status": "analyzing",
    "strategy": "brrrr",
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
    """A deal as it is opened."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Title = Field(description="What people call it")
    status: DealStatus = Field(default="lead", description="How far it has come")
    strategy: Strategy | None = Field(default=None, description="How it is meant to make money")
    address: Title | None = Field(default=None, description="Where it is, in a line")
    property_id: Key | None = Field(default=None, description="`pr_…`; it need not be on file")
    price: Money | None = Field(default=None, description="Purchase price")
    arv: Money | None = Field(default=None, description="After-repair value")
    est_repairs: Money | None = Field(default=None, description="Estimated cost of repairs")
    est_rent: Money | None = Field(default=None, description="Estimated rent a month")
    currency: Currency = Field(default="CAD", description="Of all amounts of this deal")
    offer_date: IsoDate | None = Field(default=None, description="When the offer was made")
    contract_date: IsoDate | None = Field(default=None, description="When it came under contract")
    close_date: IsoDate | None = Field(default=None, description="When it closed, or is to close")
    notes: str | None = Field(default=None, description="What else there is to know about it")
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class DealPatch(DealCreate):
    """What of a deal is to change."""


class DealRecord(Record, DealCreate, Identified):
    """A deal on file."""

    example: ClassVar[dict[str, Any]] = EXAMPLE | {"id": "deal_0195d3a1c2f4a1b2c3d4e5f60718293a"}

    id: str = Field(description="`deal_…`")


class DealList(Listing):
    """A page of deals."""

    items: list[DealRecord]


class DealQuery(ListQuery):
    """How deals are filtered."""

    status: DealStatus | None = Field(default=None, description="Only deals in this status")
    strategy: Strategy | None = Field(default=None, description="Only this strategy")
    property_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only deals on it")
