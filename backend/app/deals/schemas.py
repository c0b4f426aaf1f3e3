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
    """Fields of a new deal."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Title = Field(description="Name of the deal")
    status: DealStatus = Field(default="lead", description="Stage of the deal")
    strategy: Strategy | None = Field(default=None, description="Investment strategy")
    address: Title | None = Field(default=None, description="Address on one line")
    property_id: Key | None = Field(default=None, description="`pr_…`; need not be on file")
    price: Money | None = Field(default=None, description="Purchase price")
    arv: Money | None = Field(default=None, description="After-repair value")
    est_repairs: Money | None = Field(default=None, description="Estimated cost of repairs")
    est_rent: Money | None = Field(default=None, description="Estimated monthly rent")
    currency: Currency = Field(default="CAD", description="Currency of all amounts in this deal")
    offer_date: IsoDate | None = Field(default=None, description="Date of the offer")
    contract_date: IsoDate | None = Field(default=None, description="Date of the contract")
    close_date: IsoDate | None = Field(default=None, description="Closing date, actual or planned")
    notes: str | None = Field(default=None, description="Free text")
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class DealPatch(DealCreate):
    """Fields to change in a deal."""


class DealRecord(Record, DealCreate, Identified):
    """A stored deal."""

    example: ClassVar[dict[str, Any]] = EXAMPLE | {"id": "deal_0195d3a1c2f4a1b2c3d4e5f60718293a"}

    id: str = Field(description="`deal_…`")


class DealList(Listing):
    """A page of deals."""

    items: list[DealRecord]


class DealQuery(ListQuery):
    """Filters of the list of deals."""

    status: DealStatus | None = Field(default=None, description="Only deals in this status")
    strategy: Strategy | None = Field(default=None, description="Only deals with this strategy")
    property_id: str | None = Field(
        default=None, min_length=1, max_length=200, description="Only deals on this property"
    )
