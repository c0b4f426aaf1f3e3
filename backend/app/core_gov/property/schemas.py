"""Request and response schemas of properties, their ratings, comparisons and estimates."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from backend.app.core_gov.geography import regions
from backend.app.core_gov.geography.address_key import normalize_address
from backend.app.core_gov.valuation.comps.criteria import DAYS, RADII
from backend.app.core_gov.valuation.schemas import (
    ComparableSale,
    ComparedValue,
    DayOfValue,
    RateUsed,
    SearchStep,
    WhoseSales,
)
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
from backend.app.kit.query import ListQuery, QueryFields

Country = Literal["CA", "US"]
DEFAULT_COUNTRY: Country = "CA"
PropertyStatus = Literal["tracked", "analyzing", "offered", "under_contract", "sold", "archived"]

NO_SALES = (
    "no sales are loaded, so there is nothing to compare this property with: "
    "`valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS"
)
NOT_ASKED = "no comparison was asked for yet: POST /core/property/comps asks for one"

MAX_ADDRESS_KEY = 500
"""Maximum length of an address key. Index entries are limited, and case folding can lengthen some letters."""


def _whole(value: object) -> object:
    """Convert a float such as 3.0 to an int, because JSON does not distinguish them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _quarters(number: int | float) -> int | float:
    if number % 0.25:
        raise ValueError("must be a multiple of 0.25, such as 2.5")
    return number


def _latitude(degrees: int | float) -> int | float:
    return _coordinate(degrees, 90)


def _longitude(degrees: int | float) -> int | float:
    return _coordinate(degrees, 180)


def _coordinate(degrees: int | float, limit: int) -> int | float:
    if not -limit <= degrees <= limit:
        swapped = "; latitude and longitude look swapped" if abs(degrees) <= 180 else ""
        raise ValueError(f"must be between -{limit} and {limit} degrees{swapped}")
    return degrees


def _number(limit: int) -> Any:
    """Return the JSON schema of a number from 0 to the limit; Pydantic would emit a union of two types."""
    return WithJsonSchema({"type": "number", "minimum": 0, "maximum": limit})


Count = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=0, le=1000),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 1000}),
]
Baths = Annotated[
    int | float,
    Field(ge=0, le=1000),
    AfterValidator(_quarters),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1000, "multipleOf": 0.25}),
]
Area = Annotated[int | float, Field(ge=0, le=10**9), _number(10**9)]
Measure = Annotated[int | float, Field(ge=0, le=1000), _number(1000)]
LotArea = Annotated[int | float, Field(ge=0, le=10**12), _number(10**12)]
Year = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=1600, le=2100),
    WithJsonSchema({"type": "integer", "minimum": 1600, "maximum": 2100}),
]
Latitude = Annotated[
    int | float, AfterValidator(_latitude), WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90})
]
Longitude = Annotated[
    int | float, AfterValidator(_longitude), WithJsonSchema({"type": "number", "minimum": -180, "maximum": 180})
]
Score = Annotated[int | float, Field(ge=0, le=100), _number(100)]
SaleIds = Annotated[list[Annotated[str, Field(min_length=6, max_length=30)]], Field(max_length=200)]
Days = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=1, le=36525),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 36525}),
]
Radius = Annotated[
    int | float,
    Field(gt=0, le=500),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 500}),
]

PROPERTY: dict[str, Any] = {
    "address": "114 Elm Street, Unit 2",
    "city": "Hamilton",
    "region": "ON",
    "postal": "L8L 4V7",
    "beds": 3,
    "baths": 1.5,
    "sqft": 1420,
    "lot_sqft": 3600,
    "year_built": 1924,
    "latitude": 43.2557,
    "longitude": -79.8711,
    "tags": ["off-market"],
}
PROPERTY_ID = "pr_0195d3a1c2f4a1b2c3d4e5f60718293a"
RATING: dict[str, Any] = {
    "score": 72,
    "notes": "Quiet street, two schools within a walk",
    "factors": {"schools": 80, "transit": 65, "flood_zone": False},
}
COMPS: dict[str, Any] = {
    "property_id": PROPERTY_ID,
    "radius_km": 2,
    "beds": 3,
    "baths": 1.5,
    "notes": "Brick semis only",
}
REPAIR_RENT: dict[str, Any] = {
    "est_repairs": 68500.5,
    "est_rent": 3150,
    "assumptions": {"roof": "replace, 3 layers", "vacancy": 0.05},
}


class PropertyCreate(Fields):
    """A property as it is taken on file."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROPERTY]})

    address: Title = Field(description="The street line, kept as typed")
    country: Country = Field(default=DEFAULT_COUNTRY, description="CA or US")
    region: Key | None = Field(
        default=None, description="A province, territory or state of the country; a code or a name, kept as its code"
    )
    city: Key | None = Field(default=None, description="The city, town or district, kept as typed")
    postal: Key | None = Field(
        default=None, description="The postal code of that country and region, kept as the post writes it"
    )
    status: PropertyStatus = Field(default="tracked", description="How far the company has come with it")
    deal_id: Key | None = Field(default=None, description="The deal it belongs to; it need not be on file")
    beds: Count | None = Field(default=None, description="Bedrooms")
    baths: Baths | None = Field(default=None, description="Bathrooms; a half bath is 0.5")
    sqft: Area | None = Field(default=None, description="Living area in square feet")
    lot_sqft: LotArea | None = Field(default=None, description="Land area in square feet")
    year_built: Year | None = Field(default=None, description="Calendar year")
    latitude: Latitude | None = Field(default=None, description="Decimal degrees, north positive")
    longitude: Longitude | None = Field(default=None, description="Decimal degrees, west negative")
    property_type: Key | None = Field(default=None, description="As its market names it, such as single_family")
    parcel: Key | None = Field(default=None, description="The parcel number; its own sales are known by it")
    year_renovated: Year | None = Field(default=None, description="Calendar year of the last renovation")
    grade: Measure | None = Field(default=None, description="Quality of construction, on its market's own scale")
    condition: Measure | None = Field(default=None, description="Condition, on its market's own scale")
    floors: Measure | None = Field(default=None, description="Storeys")
    basement_sqft: Area | None = Field(default=None, description="Basement area in square feet")
    view: Measure | None = Field(default=None, description="Quality of the view, on its market's own scale")
    waterfront: bool | None = Field(default=None, description="Whether it lies on the water")
    market: Key | None = Field(
        default=None, description="The market whose sales it is compared with; the nearest of its country if not given"
    )
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class PropertyPatch(PropertyCreate):
    """What of a property is to change."""


class PropertyRecord(Record, PropertyCreate, Identified):
    """A property on file."""

    example: ClassVar[dict[str, Any]] = PROPERTY | {"id": PROPERTY_ID, "address_key": "114 elm st unit 2"}
    later: ClassVar[frozenset[str]] = frozenset(
        {
            *("property_type", "parcel", "year_renovated", "grade", "condition"),
            *("floors", "basement_sqft", "view", "waterfront", "market"),
        }
    )

    id: str = Field(description="`pr_…`")
    address_key: str | None = Field(
        default=None,
        max_length=MAX_ADDRESS_KEY,
        description="The address as it is matched; read-only, made from the address parts",
    )
    import_key: str | None = Field(
        default=None, max_length=200, description="The row of a file that it was imported from; read-only"
    )

    @field_validator("country", mode="before")
    @classmethod
    def _known_country(cls, typed: object) -> object:
        """Normalize the country, because records of earlier versions may spell it out."""
        return (regions.check_country(typed) or typed) if isinstance(typed, str) else typed

    @model_validator(mode="after")
    def _settle(self) -> "PropertyRecord":
        """Normalize the region to its code if it has one, and derive the address key."""
        if self.region is not None:
            self.region = regions.check_region(self.country, self.region) or self.region
        key = normalize_address(self.address, self.city, self.region, self.postal, self.country)
        self.address_key = key[:MAX_ADDRESS_KEY] or None
        return self


class PropertyList(Listing):
    """A page of properties."""

    items: list[PropertyRecord]


class PropertyQuery(ListQuery):
    """How properties are filtered."""

    status: PropertyStatus | None = Field(default=None, description="Only properties in this status")
    country: Country | None = Field(default=None, description="Only properties in this country")
    region: str | None = Field(default=None, min_length=1, max_length=200, description="A code or a name, in any case")


class OfProperty(BaseModel):
    """Comes last among the bases of a record that a property has one of: the property's id is its key."""

    property_id: Key = Field(description="`pr_…`")


class NeighborhoodRatingCreate(Fields):
    """What is thought of a property's neighbourhood."""

    model_config = ConfigDict(json_schema_extra={"examples": [RATING]})

    score: Score = Field(description="0 (worst) to 100 (best)")
    notes: str | None = Field(default=None, description="Why, in words")
    factors: dict[str, JsonValue] = Field(default_factory=dict, description="What the score was made of")


class NeighborhoodRating(Record, NeighborhoodRatingCreate, OfProperty):
    """The rating of a property's neighbourhood on file; a property has one at most."""

    example: ClassVar[dict[str, Any]] = RATING | {"property_id": PROPERTY_ID}


class CompsRequest(Fields):
    """What a property is to be compared with."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMPS]})

    property_id: Key = Field(description="`pr_…`; must be on file")
    radius_km: Radius = Field(
        default=2,
        description="How far away a sale may be, in kilometres. The default is no limit: where it is not sent, the "
        f"search goes from {RADII[0]} as far as it needs, {RADII[-1]} at most, and the answer has how far it went, "
        "2 at the least",
    )
    beds: Count | None = Field(default=None, description="Sales with exactly so many bedrooms; null for any number")
    baths: Baths | None = Field(
        default=None, description="Sales with exactly so many bathrooms, a half bath being 0.5; null for any number"
    )
    notes: str | None = Field(default=None, description="Kept with the answer")
    as_of: DayOfValue = None
    max_days: Days | None = Field(
        default=None,
        description="How many days before that day a sale may have closed; with null the search goes from "
        f"{DAYS[0]} as far as it needs, {DAYS[-1]:,} (five years) at most",
    )
    market: WhoseSales = None
    pinned: SaleIds | None = Field(
        default=None,
        description="Sales that are to be among the comps, within the limits or not; null for those of the last "
        "comparison, an empty list for none",
    )
    excluded: SaleIds | None = Field(
        default=None,
        description="Sales that are not to be among the comps; null for those of the last comparison, an empty list "
        "for none",
    )


class CompsResponse(Record, CompsRequest):
    """The last comparison that was asked for, with what was found; a property has one at most."""

    example: ClassVar[dict[str, Any]] = COMPS | {"message": NO_SALES}
    later: ClassVar[frozenset[str]] = frozenset(
        {
            *("as_of", "max_days", "market", "pinned", "excluded", "currency", "value", "search", "rates"),
            *("index_source", "subject", "placed_by", "cautions", "data_revision", "data_fingerprint"),
        }
    )

    notes: str | None = Field(
        default=None, description="The caller's notes; where they gave none, the same sentence as `message`"
    )
    ok: bool = Field(default=True, description="Whether the comparison was carried out; with no sales it is, too")
    comps: list[ComparableSale] = Field(default_factory=list, description="The sales, the heaviest first")
    message: str | None = Field(default=None, description="What there is to say about the result, in a sentence")
    currency: str | None = Field(default=None, description="Of all amounts")
    value: ComparedValue | None = Field(default=None, description="What the sales reconcile to; null without any")
    search: list[SearchStep] = Field(default_factory=list, description="How far the limits had to widen")
    rates: list[RateUsed] = Field(default_factory=list, description="The market's adjustment rates")
    index_source: str | None = Field(default=None, description="Where the adjustment for time comes from")
    subject: dict[str, JsonValue] = Field(default_factory=dict, description="What of the property was compared")
    placed_by: str | None = Field(default=None, description="coordinates, postal, or null for one with no place")
    cautions: list[str] = Field(default_factory=list, description="What to know before relying on it")
    data_revision: int | None = Field(default=None, description="The state of the market's sales")
    data_fingerprint: str | None = Field(default=None, description="Digest of the sales known before the day")


class WhyNotQuery(QueryFields):
    """Which sale is asked about."""

    sale: str = Field(min_length=6, max_length=30, description="`sale_…`")


WHY_NOT: dict[str, Any] = {
    "property_id": PROPERTY_ID,
    "sale_id": "sale_1042",
    "as_of": "2026-06-30",
    "reasons": ["too far: 19.3 km away, limit 0.8 km"],
}


class WhyNot(BaseModel):
    """Why a sale is not among the comps of a property."""

    model_config = ConfigDict(json_schema_extra={"examples": [WHY_NOT]})

    property_id: str = Field(description="`pr_…`")
    sale_id: str = Field(description="`sale_…`")
    as_of: str = Field(description="The day of value of the last comparison")
    reasons: list[str] = Field(description="In plain sentences")


class RepairRentCreate(Fields):
    """What a property would cost to repair and bring in rent, as someone estimates it."""

    model_config = ConfigDict(json_schema_extra={"examples": [REPAIR_RENT]})

    est_repairs: Money | None = Field(
        default=None, description="Cost of the repairs, in CAD or USD as the property's country has it"
    )
    est_rent: Money | None = Field(
        default=None, description="Rent a month, in CAD or USD as the property's country has it"
    )
    assumptions: dict[str, JsonValue] = Field(
        default_factory=dict, description="What the estimate stands on, kept as given"
    )


class RepairRentStub(Record, RepairRentCreate, OfProperty):
    """The estimate on file; a property has one at most."""

    example: ClassVar[dict[str, Any]] = REPAIR_RENT | {"property_id": PROPERTY_ID}
