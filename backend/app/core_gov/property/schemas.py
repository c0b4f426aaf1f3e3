"""Request and response schemas of properties, their ratings, comparisons and estimates."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    field_validator,
    model_validator,
)

from backend.app.core_gov.geography import regions
from backend.app.core_gov.geography.address_key import MAX_ADDRESS_KEY, address_key_of
from backend.app.core_gov.market.sale import SaleId
from backend.app.core_gov.property.measures import (
    Area,
    Baths,
    Count,
    Days,
    Latitude,
    Longitude,
    LotArea,
    Measure,
    Radius,
    Score,
    Year,
)
from backend.app.core_gov.valuation.comps.criteria import DAYS, RADII
from backend.app.core_gov.valuation.schemas import (
    AsOfDate,
    ComparableSale,
    ComparedValue,
    PriorSale,
    RateUsed,
    SalesMarket,
    SearchStep,
)
from backend.app.kit.fields import (
    EMPTY_META,
    NO_TAGS,
    Fields,
    Identified,
    Key,
    Meta,
    Money,
    PostalText,
    Record,
    Tags,
    Title,
    WebAddress,
    partial,
)
from backend.app.kit.query import QueryFields

Country = Literal["CA", "US"]
DEFAULT_COUNTRY: Country = "CA"
PropertyStatus = Literal["tracked", "analyzing", "offered", "under_contract", "sold", "archived"]

NO_SALES = (
    "no sales are loaded, so there is nothing to compare this property with: "
    "`valhalla market import-sales` loads some from a file, `valhalla market sync` from an MLS"
)
NOT_COMPARED = "this property has not been compared yet: POST /core/property/comps"


SaleIds = Annotated[list[SaleId], Field(max_length=200)]

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
    """New property."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROPERTY]})

    address: Title = Field(description="Street line, stored as typed")
    country: Country = Field(default=DEFAULT_COUNTRY, description="CA or US")
    region: Key | None = Field(
        default=None, description="Province, territory or state of the country; code or name, stored as the code"
    )
    city: Key | None = Field(default=None, description="City, town or district, stored as typed")
    postal: PostalText | None = Field(
        default=None, description="Postal code of the country and region, stored in standard format"
    )
    status: PropertyStatus = Field(default="tracked", description="Status in the acquisition process")
    deal_id: Key | None = Field(
        default=None, description="Deal that the property belongs to; it does not have to exist"
    )
    owner: Key | None = Field(
        default=None, description="Person responsible for the property, such as the name of a token"
    )
    listing_url: WebAddress | None = Field(default=None, description="Web address of the listing, http or https")
    photos_url: WebAddress | None = Field(
        default=None, description="Web address of the folder with photos, http or https"
    )
    beds: Count | None = Field(default=None, description="Bedrooms")
    baths: Baths | None = Field(default=None, description="Bathrooms; a half bath is 0.5")
    sqft: Area | None = Field(default=None, description="Living area in square feet")
    lot_sqft: LotArea | None = Field(default=None, description="Land area in square feet")
    year_built: Year | None = Field(default=None, description="Calendar year")
    latitude: Latitude | None = Field(default=None, description="Decimal degrees, north positive")
    longitude: Longitude | None = Field(default=None, description="Decimal degrees, west negative")
    property_type: Key | None = Field(default=None, description="Type as named by its market, such as single_family")
    parcel: Key | None = Field(default=None, description="Parcel number; identifies the property's own sales")
    year_renovated: Year | None = Field(default=None, description="Calendar year of the last renovation")
    grade: Measure | None = Field(default=None, description="Quality of construction, on its market's own scale")
    condition: Measure | None = Field(default=None, description="Condition, on its market's own scale")
    floors: Measure | None = Field(default=None, description="Stories")
    basement_sqft: Area | None = Field(default=None, description="Basement area in square feet")
    view: Measure | None = Field(default=None, description="Quality of the view, on its market's own scale")
    waterfront: bool | None = Field(default=None, description="Whether it is on the waterfront")
    market: Key | None = Field(
        default=None, description="Market whose sales it is compared with; default: the nearest in its country"
    )
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class PropertyPatch(PropertyCreate):
    """Changes to a property."""


class PropertyRecord(Record, PropertyCreate, Identified):
    """Stored property."""

    example: ClassVar[dict[str, Any]] = PROPERTY | {"id": PROPERTY_ID, "address_key": "114 elm st unit 2"}
    later: ClassVar[frozenset[str]] = frozenset(
        {
            *("property_type", "parcel", "year_renovated", "grade", "condition"),
            *("floors", "basement_sqft", "view", "waterfront", "market"),
            *("owner", "listing_url", "photos_url"),
        }
    )
    derived: ClassVar[frozenset[str]] = frozenset({"address_key"})

    id: str = Field(description="`pr_…`")
    address_key: str | None = Field(
        default=None,
        max_length=MAX_ADDRESS_KEY,
        description="Normalized address for matching; read-only",
    )
    import_key: str | None = Field(
        default=None, max_length=200, description="Source row of an imported property; read-only"
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
        self.address_key = address_key_of(self.address, self.city, self.region, self.postal, self.country)
        return self


class KeyedByProperty(BaseModel):
    """Base of records of which a property has one at most, keyed by the property's id. List it last among the bases."""

    property_id: Key = Field(description="`pr_…`")


class NeighborhoodRatingCreate(Fields):
    """Rating of a property's neighborhood."""

    model_config = ConfigDict(json_schema_extra={"examples": [RATING]})

    score: Score = Field(description="0 (worst) to 100 (best)")
    notes: str | None = Field(default=None, description="Reasons, in words")
    factors: dict[str, JsonValue] = Field(default_factory=dict, description="Factors of the score")


class NeighborhoodRating(Record, NeighborhoodRatingCreate, KeyedByProperty):
    """Stored rating of a property's neighborhood; a property has one at most."""

    example: ClassVar[dict[str, Any]] = RATING | {"property_id": PROPERTY_ID}


class CompsRequest(Fields):
    """Request to compare a property with sales."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMPS]})

    property_id: Key = Field(description="`pr_…`; must exist")
    radius_km: Radius = Field(
        default=2,
        description="Maximum distance of a sale in kilometers. If it is not sent, the search widens from "
        f"{RADII[0]} to {RADII[-1]} as needed, and the response has the radius reached, at least 2",
    )
    beds: Count | None = Field(default=None, description="Exact number of bedrooms; null for any")
    baths: Baths | None = Field(default=None, description="Exact number of bathrooms, a half bath is 0.5; null for any")
    notes: str | None = Field(default=None, description="Stored with the result")
    as_of: AsOfDate = None
    max_days: Days | None = Field(
        default=None,
        description="Maximum days from closing to the as-of date; null widens the search from "
        f"{DAYS[0]} to {DAYS[-1]:,} (five years) as needed",
    )
    market: SalesMarket = None
    pinned: SaleIds | None = Field(
        default=None,
        description="Sales to include even outside the limits; null for those of the last comparison, an empty list "
        "for none",
    )
    excluded: SaleIds | None = Field(
        default=None,
        description="Sales to leave out; null for those of the last comparison, an empty list for none",
    )


class CompsResponse(Record, CompsRequest):
    """Latest comparison of a property; a property has one at most."""

    example: ClassVar[dict[str, Any]] = COMPS | {"message": NO_SALES}
    later: ClassVar[frozenset[str]] = frozenset(
        {
            *("as_of", "max_days", "market", "pinned", "excluded", "currency", "value", "search", "rates"),
            *("index_source", "subject", "placed_by", "cautions", "data_revision", "data_fingerprint", "prior_sales"),
        }
    )

    notes: str | None = Field(
        default=None, description="Notes of the request; without any, the same sentence as `message`"
    )
    ok: bool = Field(default=True, description="Whether the comparison was done; also true without sales")
    comps: list[ComparableSale] = Field(default_factory=list, description="Comparable sales, largest weight first")
    message: str | None = Field(default=None, description="Result in a sentence")
    currency: str | None = Field(default=None, description="Currency of all amounts")
    value: ComparedValue | None = Field(default=None, description="Value indicated by the sales; null without any")
    search: list[SearchStep] = Field(default_factory=list, description="Steps of the search, with the limits at each")
    rates: list[RateUsed] = Field(default_factory=list, description="Adjustment rates of the market")
    index_source: str | None = Field(default=None, description="Source of the time adjustment")
    subject: dict[str, JsonValue] = Field(
        default_factory=dict, description="Characteristics of the property that were used"
    )
    placed_by: str | None = Field(
        default=None, description="Source of the location: coordinates, postal, or null if unknown"
    )
    cautions: list[str] = Field(default_factory=list, description="Limits of the result that a user should know")
    data_revision: int | None = Field(default=None, description="Revision of the market's sales")
    data_fingerprint: str | None = Field(
        default=None, description="Digest of the sales that closed before the as-of date"
    )
    prior_sales: list[PriorSale] = Field(
        default_factory=list,
        description="The property's own sales before the as-of date, newest first, at most 50; none is among `comps`",
    )


class WhyNotQuery(QueryFields):
    """Query for the reasons about one sale."""

    sale: SaleId = Field(description="`sale_…`")


WHY_NOT: dict[str, Any] = {
    "property_id": PROPERTY_ID,
    "sale_id": "sale_1042",
    "as_of": "2026-06-30",
    "reasons": ["too far: 19.3 km away, limit 0.8 km"],
}


class WhyNot(BaseModel):
    """Reasons why a sale is not a comparable sale of a property."""

    model_config = ConfigDict(json_schema_extra={"examples": [WHY_NOT]})

    property_id: str = Field(description="`pr_…`")
    sale_id: str = Field(description="`sale_…`")
    as_of: str = Field(description="As-of date of the last comparison")
    reasons: list[str] = Field(description="Reasons in words")


class RepairRentCreate(Fields):
    """Estimate of a property's repair costs and rent."""

    model_config = ConfigDict(json_schema_extra={"examples": [REPAIR_RENT]})

    est_repairs: Money | None = Field(
        default=None, description="Repair costs, in the currency of the property's country (CAD or USD)"
    )
    est_rent: Money | None = Field(
        default=None, description="Monthly rent, in the currency of the property's country (CAD or USD)"
    )
    assumptions: dict[str, JsonValue] = Field(
        default_factory=dict, description="Assumptions of the estimate, stored as given"
    )


class RepairRentStub(Record, RepairRentCreate, KeyedByProperty):
    """Stored estimate; a property has one at most."""

    example: ClassVar[dict[str, Any]] = REPAIR_RENT | {"property_id": PROPERTY_ID}
