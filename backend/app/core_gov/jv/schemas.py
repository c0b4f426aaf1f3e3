"""Request and response schemas of partners, deal links, and the partner dashboard."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from backend.app.kit.fields import (
    EMPTY_META,
    NO_TAGS,
    Fields,
    Identified,
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

Role = Literal["buyer", "lender", "gc", "pm", "jv_partner", "agent", "other"]
PartnerStatus = Literal["active", "paused", "archived"]
LinkStatus = Literal["active", "paused", "ended", "archived"]
Country = Literal["CA", "US"]

PARTNER: dict[str, Any] = {
    "name": "Maple Street Capital",
    "role": "lender",
    "email": "loans@maplestreet.example",
    "phone": "416-555-0147",
    "tags": ["private-money"],
}
LINK: dict[str, Any] = {
    "partner_id": "p_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "deal_id": "deal_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "relationship": "JV",
    "split_notes": "60/40 after capital is returned",
}


class PartnerCreate(Fields):
    """A partner as they are taken on."""

    model_config = ConfigDict(json_schema_extra={"examples": [PARTNER]})

    name: Title = Field(description="The person or company")
    role: Role = Field(default="other", description="What they do for the company")
    status: PartnerStatus = Field(default="active", description="Whether the company works with them now")
    email: Key | None = Field(default=None, description="Checked for its form")
    phone: Key | None = Field(default=None, description="As people write it; also kept in E.164")
    country: Country = Field(default="CA", description="Where a phone number without a country code belongs")
    notes: str | None = Field(default=None, description="What else there is to know about them")
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class PartnerPatch(PartnerCreate):
    """What of a partner is to change."""


class PartnerRecord(Record, PartnerCreate, Identified):
    """A partner on file."""

    example: ClassVar[dict[str, Any]] = PARTNER | {"id": LINK["partner_id"], "phone_e164": "+14165550147"}

    id: str = Field(description="`p_…`")
    phone_e164: str | None = Field(default=None, description="The phone number in E.164")


class PartnerList(Listing):
    """A page of partners."""

    items: list[PartnerRecord]


class PartnerQuery(ListQuery):
    """How partners are filtered."""

    status: PartnerStatus | None = Field(default=None, description="Only partners in this status")
    role: Role | None = Field(default=None, description="Only this role")
    tag: str | None = Field(default=None, min_length=1, max_length=200, description="Only those with this label")


class DealLinkCreate(Fields):
    """A partner's part in a deal."""

    model_config = ConfigDict(json_schema_extra={"examples": [LINK]})

    partner_id: Key = Field(description="`p_…`; must be on file")
    deal_id: Key = Field(description="`deal_…`; need not be on file")
    relationship: Key = Field(default="JV", description="Free text such as JV, lender, buyer")
    split_notes: str | None = Field(default=None, description="How the proceeds are shared, in words")
    status: LinkStatus = Field(
        default="active", description="A partner has one active link of a relationship to a deal at most"
    )
    meta: Meta = EMPTY_META


@partial
class DealLinkPatch(DealLinkCreate):
    """What of a link is to change."""


class DealLinkRecord(Record, DealLinkCreate, Identified):
    """A link on file."""

    example: ClassVar[dict[str, Any]] = LINK | {"id": "lnk_0195d3a1c2f4a1b2c3d4e5f60718293a"}

    id: str = Field(description="`lnk_…`")


class DealLinkList(Listing):
    """A page of links."""

    items: list[DealLinkRecord]


class DealLinkQuery(ListQuery):
    """How links are filtered."""

    partner_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only links of this partner")
    deal_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only links to this deal")
    status: LinkStatus | None = Field(default=None, description="Only links in this status")


class DealSummary(BaseModel):
    """A deal that the partner has a part in."""

    deal_id: str = Field(description="`deal_…`")
    address: str | None = Field(default=None, description="The deal's own address")
    status: str | None = Field(default=None, description="How far the deal has come")
    price: Money | None = Field(default=None, description="Purchase price")
    arv: Money | None = Field(default=None, description="After-repair value")
    currency: str | None = Field(default=None, description="CAD or USD, of both amounts")


Sum = Annotated[int | float, WithJsonSchema({"type": "number", "minimum": 0})]
"""Sum of amounts, exact to the cent and not limited like a single amount."""


class DealTotal(BaseModel):
    """The deals of one status and currency, added up to the cent; each deal counts once."""

    status: str = Field(description="How far these deals have come")
    currency: str = Field(description="CAD or USD; amounts of two currencies are never added")
    deals: int = Field(description="How many deals")
    price: Sum = Field(description="Sum of their prices, where known")
    arv: Sum = Field(description="Sum of their after-repair values, where known")


_GLANCE: dict[str, Any] = {
    "partner": PartnerRecord.whole_example(),
    "links": [DealLinkRecord.whole_example()],
    "deal_summaries": [
        {"deal_id": LINK["deal_id"], "address": "114 Elm Street, Hamilton", "status": "analyzing"}
        | {"price": 412000, "arv": 565000, "currency": "CAD"}
    ],
    "deal_totals": [{"status": "analyzing", "currency": "CAD", "deals": 1, "price": 412000, "arv": 565000}],
    "link_counts": {"active": 1},
    "warnings": [],
}


class PartnerDashboard(BaseModel):
    """A partner at a glance; read-only."""

    model_config = ConfigDict(json_schema_extra={"examples": [_GLANCE]})

    partner: PartnerRecord = Field(description="As GET /core/jv/partners/{partner_id} answers")
    links: list[DealLinkRecord] = Field(description="Newest first")
    deal_summaries: list[DealSummary] = Field(description="Each deal once, in the order of the links")
    deal_totals: list[DealTotal] = Field(description="What the deals add up to, by status and currency")
    link_counts: dict[str, int] = Field(description="Links by status", examples=[{"active": 3, "ended": 1}])
    warnings: list[str] = Field(description="What is missing, such as a deal that is not on file")
