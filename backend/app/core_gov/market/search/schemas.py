"""Schemas of sales and of their search."""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
    model_validator,
)

from backend.app.kit.errors import BadInput
from backend.app.kit.fields import Fields, IsoDate, IsoTime, Listing, NonBlank
from backend.app.kit.query import ListQuery, Number, QueryFields, YesNo

RADIUS_KM = 2.0
"""Default search radius around a point, in km."""

MAX_KM = 100.0
"""Maximum search radius in km; beyond it, the planar distance is off by more than one part in a thousand."""

FLAG: dict[str, Any] = {
    "flag": "low_price",
    "reason": "a price of 1,000 is under 10,000",
    "by": "screening",
    "excludes": True,
    "lifted": None,
}
SALE: dict[str, Any] = {
    "id": "sale_17",
    "market": "king-county",
    "price": 539000,
    "currency": "USD",
    "price_per_sqft": 302.81,
    "close_date": "2014-11-21",
    "contract_date": None,
    "latitude": 47.6168,
    "longitude": -122.2045,
    "placed_by": None,
    "living_sqft": 1780,
    "lot_sqft": 7350,
    "beds": 3,
    "baths": 2.25,
    "year_built": 1964,
    "year_renovated": None,
    "grade": 7,
    "condition": 4,
    "floors": 1,
    "basement_sqft": 0,
    "view": 0,
    "waterfront": 0,
    "property_type": "single_family",
    "parcel": "3834500455",
    "address": None,
    "city": None,
    "postal": "98004",
    "area": "98004",
    "deed": None,
    "terms": None,
    "source": "kc_house_data.csv",
    "source_key": "3834500455 2014-11-21",
    "usable": True,
    "flags": [],
    "removed": None,
    "created_at": "2026-01-31T09:30:00.000000Z",
    "updated_at": "2026-01-31T09:30:00.000000Z",
}

CSV = "id,market,price,currency,…\r\nsale_17,king-county,539000,USD,…\r\n"


def _latitude(degrees: float) -> float:
    return _coordinate(degrees, 90)


def _longitude(degrees: float) -> float:
    return _coordinate(degrees, 180)


def _coordinate(degrees: float, limit: int) -> float:
    if not -limit <= degrees <= limit:
        swapped = "; latitude and longitude look swapped" if abs(degrees) <= 180 else ""
        raise ValueError(f"must be between -{limit} and {limit} degrees{swapped}")
    return degrees


Latitude = Annotated[
    Number, AfterValidator(_latitude), WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90})
]
Longitude = Annotated[
    Number, AfterValidator(_longitude), WithJsonSchema({"type": "number", "minimum": -180, "maximum": 180})
]
Radius = Annotated[
    Number, Field(gt=0, le=MAX_KM), WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": MAX_KM})
]
Price = Annotated[Number, Field(ge=0, le=10**13), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10**13})]
Area = Annotated[Number, Field(ge=0, le=10**9), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10**9})]
Rooms = Annotated[Number, Field(ge=0, le=1000), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1000})]


def _flag_name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", text):
        raise ValueError("must be the name of a flag, such as low_price")
    return text


FlagName = Annotated[
    str,
    AfterValidator(_flag_name),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[a-z][a-z0-9_]*$"}),
]

# A query parameter is omitted, never null, so its schema has no null.


class SaleFilter(QueryFields):
    """Which sales are meant."""

    market: Annotated[str | None, Field(max_length=63, description="The sales of one market")] = None
    latitude: Annotated[Latitude | None, Field(description="Near this point (decimal degrees), with `longitude`")] = (
        None
    )
    longitude: Annotated[Longitude | None, Field(description="Near this point, with `latitude`")] = None
    near_property: Annotated[
        str | None, Field(max_length=200, description="Near this property (`pr_…`), in place of a point")
    ] = None
    radius_km: Annotated[Radius | None, Field(description="How far from there, in kilometres; 2 when not given")] = None
    since: Annotated[IsoDate | None, Field(description="Closed on this day or later")] = None
    until: Annotated[IsoDate | None, Field(description="Closed before this day")] = None
    min_price: Annotated[Price | None, Field(description="Sold for at least so much")] = None
    max_price: Annotated[Price | None, Field(description="Sold for at most so much")] = None
    min_sqft: Annotated[Area | None, Field(description="Living area of at least so many square feet")] = None
    max_sqft: Annotated[Area | None, Field(description="Living area of at most so many square feet")] = None
    min_beds: Annotated[Rooms | None, Field(description="At least so many bedrooms")] = None
    max_beds: Annotated[Rooms | None, Field(description="At most so many bedrooms")] = None
    min_baths: Annotated[Rooms | None, Field(description="At least so many bathrooms")] = None
    max_baths: Annotated[Rooms | None, Field(description="At most so many bathrooms")] = None
    property_type: Annotated[str | None, Field(max_length=200, description="Such as `single_family`")] = None
    parcel: Annotated[str | None, Field(max_length=200, description="The sales of one parcel")] = None
    usable: Annotated[
        YesNo | None, Field(description="`true` leaves out what screening or a person excluded, `false` all others")
    ] = None
    flag: Annotated[FlagName | None, Field(description="With this flag, lifted or not, such as `low_price`")] = None

    @model_validator(mode="after")
    def _a_whole_point(self) -> "SaleFilter":
        if (self.latitude is None) != (self.longitude is None):
            given, missing = ("latitude", "longitude") if self.longitude is None else ("longitude", "latitude")
            raise BadInput.field(missing, f"{given} without {missing}: give both or neither")
        if self.near_property is not None and self.latitude is not None:
            raise BadInput.field("near_property", "near_property stands in place of a point: give one of the two")
        if self.radius_km is not None and not self.placed:
            raise BadInput.field("radius_km", "radius_km needs a place: give near_property, or latitude and longitude")
        for low, high in _RANGES:
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and least > most:
                raise BadInput.field(low, f"{low} is more than {high}, so no sale can match")
        return self

    @property
    def placed(self) -> bool:
        """True if the search is near a place."""
        return self.latitude is not None or self.near_property is not None

    @property
    def near(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


_RANGES = (
    *(("since", "until"), ("min_price", "max_price"), ("min_sqft", "max_sqft")),
    *(("min_beds", "max_beds"), ("min_baths", "max_baths")),
)

Order = Literal["newest", "distance"]


class SaleQuery(SaleFilter, ListQuery):
    """How sales are searched."""

    sort: Annotated[
        Order | None, Field(description="By day of closing, or by distance; near a point `distance` when not given")
    ] = None

    @property
    def order(self) -> Order:
        return self.sort or ("distance" if self.placed else "newest")

    @model_validator(mode="after")
    def _distance_from_somewhere(self) -> "SaleQuery":
        if self.sort == "distance" and not self.placed:
            raise BadInput.field("sort", "sort=distance needs a place: give near_property, or latitude and longitude")
        return self


class SaleFlag(BaseModel):
    """Why a sale may be no sale between willing strangers."""

    model_config = ConfigDict(json_schema_extra={"examples": [FLAG]})

    flag: str = Field(description="Its name")
    reason: str = Field(description="Why, in words")
    by: str = Field(description="`screening`, or the person who raised it")
    excludes: bool = Field(description="Whether it keeps the sale out of everything that is computed")
    lifted: dict[str, str] | None = Field(
        default=None, description="Who lifted it (`by`), when (`at`), and the `reason`"
    )


class _SaleFields(BaseModel):
    """What is told of a sale. What is not known is null."""

    id: str = Field(description="`sale_…`")
    market: str = Field(description="The market that it is a sale of")
    price: float = Field(description="In the currency, at most two decimals")
    currency: str = Field(description="CAD or USD")
    price_per_sqft: float | None = Field(description="Price by living area")
    close_date: IsoDate = Field(description="When it closed")
    contract_date: IsoDate | None = Field(description="When its price was agreed")
    latitude: float | None = Field(description="Decimal degrees")
    longitude: float | None = Field(description="Decimal degrees")
    placed_by: str | None = Field(description="What the coordinates are, where they are not the source's own")
    living_sqft: float | None = Field(description="Living area, square feet")
    lot_sqft: float | None = Field(description="Land, square feet")
    beds: float | None = Field(description="Bedrooms")
    baths: float | None = Field(description="Bathrooms")
    year_built: int | None = Field(description="Year of construction")
    year_renovated: int | None = Field(description="Year of the last renovation")
    grade: float | None = Field(description="Quality of the building, on the source's scale")
    condition: float | None = Field(description="Condition, on the source's scale")
    floors: float | None = Field(description="Storeys")
    basement_sqft: float | None = Field(description="Basement, square feet")
    view: float | None = Field(description="View, on the source's scale")
    waterfront: float | None = Field(description="1 at the water, 0 elsewhere")
    property_type: str | None = Field(description="Such as `single_family`")
    parcel: str | None = Field(description="The parcel, as the source numbers it")
    address: str | None = Field(description="The street line")
    city: str | None = Field(description="The city")
    postal: str | None = Field(description="The postal code")
    area: str | None = Field(description="A small area, such as a postal area, that sales are grouped by")
    deed: str | None = Field(description="The number of the deed")
    terms: str | None = Field(description="What the source says of the circumstances")
    source: str = Field(description="The file or feed that it came from")
    source_key: str = Field(description="What tells it from the other sales of that source")
    usable: bool = Field(description="Whether it counts in what is computed")
    flags: list[SaleFlag] = Field(description="What screening and people found")
    removed: str | None = Field(description="Why the source took it back")
    created_at: IsoTime = Field(description="When it was taken on file (UTC)")
    updated_at: IsoTime = Field(description="When it last changed (UTC)")


class SaleItem(_SaleFields):
    """A sale, as a list has it."""

    model_config = ConfigDict(json_schema_extra={"examples": [SALE]})

    distance_km: Annotated[float, WithJsonSchema({"type": "number"})] = Field(
        default=0.0, description="From the point; only in a search near one"
    )


class SaleRecord(_SaleFields):
    """A sale with the row that it came from."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [SALE | {"row": {"id": "3834500455", "price": "539000"}, "units": {}}]}
    )

    row: dict[str, JsonValue] = Field(description="The source's own row")
    units: dict[str, JsonValue] = Field(description="Which fields were converted, and from what")


class SaleList(Listing):
    """A page of sales."""

    items: list[SaleItem]


class SalePatch(Fields):
    """What a person decides about a sale."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lift": {"low_price": "The deed shows a price of 1,000,000"}}]}
    )

    flag: NonBlank | None = Field(
        default=None, max_length=500, description="Keeps the sale out of everything that is computed, for this reason"
    )
    lift: dict[FlagName, Annotated[NonBlank, Field(max_length=500)]] | None = Field(
        default=None,
        description="Takes the force from flags: the reason for each, by its name; `by_hand` is a person's",
    )
