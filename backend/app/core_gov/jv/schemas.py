"""Request and response schemas of partners and deal links, and parts of the partner dashboard."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from backend.app.kit.fields import (
    EMPTY_META,
    NO_TAGS,
    CountedListing,
    Fields,
    FilterText,
    Identified,
    IsoTime,
    Key,
    Meta,
    Money,
    PhoneText,
    Record,
    Tags,
    Title,
    partial,
)
from backend.app.kit.query import SORT, RecordQuery, Several, YesNo, unpaged

Role = Literal["buyer", "lender", "gc", "pm", "jv_partner", "agent", "other"]
PartnerStatus = Literal["active", "paused", "archived"]
LinkStatus = Literal["active", "paused", "ended", "archived"]
Country = Literal["CA", "US"]
Language = Literal["en", "fr-CA"]


def distinct_roles(roles: list[Role]) -> list[Role]:
    return list(dict.fromkeys(roles))


Roles = Annotated[list[Role], Field(max_length=20), AfterValidator(distinct_roles)]

PARTNER: dict[str, Any] = {
    "name": "Maple Street Capital",
    "role": "lender",
    "roles": ["lender", "jv_partner"],
    "owner": "dana",
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
    """Fields of a new partner."""

    model_config = ConfigDict(json_schema_extra={"examples": [PARTNER]})

    name: Title = Field(description="Name of the person or company")
    role: Role = Field(default="other", description="Main role of the partner")
    roles: Roles = Field(
        default_factory=list,
        description="All roles, the main one first. Without `role`, the first one becomes the main role; empty for the "
        "main role alone",
    )
    status: PartnerStatus = Field(default="active", description="Whether the company currently works with the partner")
    owner: Key | None = Field(
        default=None, description="Person responsible for the partner, such as the name of a token"
    )
    email: Key | None = Field(default=None, description="Email address; also stored in its normalized form")
    phone: PhoneText | None = Field(
        default=None, description="Phone number in any common notation; also stored in E.164"
    )
    country: Country = Field(default="CA", description="Country of a phone number without a country code")
    language: Language = Field(default="en", description="Language of statements and notices for the partner")
    notes: str | None = Field(default=None, description="Free text")
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class PartnerPatch(PartnerCreate):
    """Fields to change in a partner."""


class PartnerRecord(Record, PartnerCreate, Identified):
    """A stored partner."""

    later: ClassVar[frozenset[str]] = frozenset({"email_normalized", "phone_extension", "roles", "owner", "language"})
    derived: ClassVar[frozenset[str]] = frozenset({"phone_e164", "email_normalized", "phone_extension"})
    example: ClassVar[dict[str, Any]] = PARTNER | {
        "id": LINK["partner_id"],
        "phone_e164": "+14165550147",
        "email_normalized": PARTNER["email"],
    }

    id: str = Field(description="`p_…`")
    phone_e164: str | None = Field(default=None, description="The phone number in E.164; null if it is not verified")
    email_normalized: str | None = Field(
        default=None,
        description="The email address with its domain in ASCII and lower case; null if it is not verified",
    )
    phone_extension: str | None = Field(default=None, description="Extension of the phone number")

    @model_validator(mode="after")
    def _lead_roles(self) -> "PartnerRecord":
        """Put the main role first. Partners of earlier versions have no other."""
        self.roles = distinct_roles([self.role, *self.roles])
        return self


class PartnerList(CountedListing):
    """A page of partners."""

    items: list[PartnerRecord]


PartnerSort = Literal["name", "-name", "updated_at", "-updated_at"]


class PartnerQuery(RecordQuery):
    """Filters and order of the list of partners."""

    sort: PartnerSort | None = Field(default=None, description=SORT)
    status: Several[PartnerStatus] | None = Field(default=None, description="Only partners in these statuses")
    role: Several[Role] | None = Field(
        default=None, description="Only partners with one of these roles among their roles"
    )
    tag: str | None = Field(default=None, min_length=1, max_length=200, description="Only partners with this tag")
    verified: YesNo | None = Field(
        default=None,
        description="false: only partners whose phone number or email address is not verified; true: only others",
    )
    email: FilterText | None = Field(default=None, description="Only partners with this email address, in any case")
    phone: FilterText | None = Field(default=None, description="Only partners with this phone number, in any spelling")
    owner: FilterText | None = Field(default=None, description="Only partners of this person")
    min_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or later")
    max_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or earlier")


class DealLinkCreate(Fields):
    """Fields of a new link between a partner and a deal."""

    model_config = ConfigDict(json_schema_extra={"examples": [LINK]})

    partner_id: Key = Field(description="`p_…`; must be on file")
    deal_id: Key = Field(description="`deal_…`; need not be on file")
    relationship: Key = Field(default="JV", description="Free text such as JV, lender, buyer")
    split_notes: str | None = Field(default=None, description="How proceeds are split, in free text")
    status: LinkStatus = Field(
        default="active", description="A partner has at most one active link of each relationship to a deal"
    )
    meta: Meta = EMPTY_META


@partial
class DealLinkPatch(DealLinkCreate):
    """Fields to change in a link."""


class DealLinkRecord(Record, DealLinkCreate, Identified):
    """A stored link."""

    example: ClassVar[dict[str, Any]] = LINK | {"id": "lnk_0195d3a1c2f4a1b2c3d4e5f60718293a"}

    id: str = Field(description="`lnk_…`")


class DealLinkList(CountedListing):
    """A page of links."""

    items: list[DealLinkRecord]


DealLinkSort = Literal["relationship", "-relationship", "updated_at", "-updated_at"]


class DealLinkQuery(RecordQuery):
    """Filters and order of the list of links."""

    sort: DealLinkSort | None = Field(default=None, description=SORT)
    partner_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only links of this partner")
    deal_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only links to this deal")
    status: Several[LinkStatus] | None = Field(default=None, description="Only links in these statuses")
    min_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or later")
    max_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or earlier")


class DealSummary(BaseModel):
    """Summary of a deal that the partner is linked to."""

    deal_id: str = Field(description="`deal_…`")
    address: str | None = Field(default=None, description="Address of the deal")
    status: str | None = Field(default=None, description="Status of the deal")
    price: Money | None = Field(default=None, description="Purchase price")
    arv: Money | None = Field(default=None, description="After-repair value")
    currency: str | None = Field(default=None, description="Currency of both amounts, CAD or USD")


Sum = Annotated[int | float, WithJsonSchema({"type": "number", "minimum": 0})]
"""Sum of amounts, exact to the cent and not limited like a single amount."""


class DealTotal(BaseModel):
    """Totals of the deals in one link status, deal status and currency, exact to the cent.

    Each deal counts once: with several links, under its most current one (active, paused, ended, archived).
    """

    link_status: LinkStatus = Field(description="Status of the partner's links to these deals")
    status: str = Field(description="Status of these deals")
    currency: str = Field(description="CAD or USD; amounts in different currencies are never added")
    deals: int = Field(description="Number of deals")
    price: Sum = Field(description="Sum of the known prices")
    arv: Sum = Field(description="Sum of the known after-repair values")


@unpaged
class PartnerExportQuery(PartnerQuery):
    """Filters and sort of an export of partners."""


@unpaged
class DealLinkExportQuery(DealLinkQuery):
    """Filters and sort of an export of links."""
