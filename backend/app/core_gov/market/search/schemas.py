"""Schemas of sales and of their search."""

import re
from typing import Annotated, Any, ClassVar, Literal

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
from backend.app.kit.text import NOT_BLANK

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
    """Filters of sales."""

    market: Annotated[str | None, Field(max_length=63, description="Only sales of this market")] = None
    latitude: Annotated[Latitude | None, Field(description="Near this point (decimal degrees), with `longitude`")] = (
        None
    )
    longitude: Annotated[Longitude | None, Field(description="Near this point, with `latitude`")] = None
    near_property: Annotated[
        str | None, Field(max_length=200, description="Near this property (`pr_…`), instead of a point")
    ] = None
    radius_km: Annotated[Radius | None, Field(description="Search radius in kilometers; default 2")] = None
    since: Annotated[IsoDate | None, Field(description="Closed on this day or later")] = None
    until: Annotated[IsoDate | None, Field(description="Closed before this day")] = None
    min_price: Annotated[Price | None, Field(description="Minimum sale price")] = None
    max_price: Annotated[Price | None, Field(description="Maximum sale price")] = None
    min_sqft: Annotated[Area | None, Field(description="Minimum living area in square feet")] = None
    max_sqft: Annotated[Area | None, Field(description="Maximum living area in square feet")] = None
    min_beds: Annotated[Rooms | None, Field(description="Minimum number of bedrooms")] = None
    max_beds: Annotated[Rooms | None, Field(description="Maximum number of bedrooms")] = None
    min_baths: Annotated[Rooms | None, Field(description="Minimum number of bathrooms")] = None
    max_baths: Annotated[Rooms | None, Field(description="Maximum number of bathrooms")] = None
    property_type: Annotated[
        str | None, Field(max_length=200, description="Property type in any usual spelling, such as `single_family`")
    ] = None
    parcel: Annotated[
        str | None, Field(max_length=200, description="Only sales of this parcel, in any spelling of its number")
    ] = None
    usable: Annotated[
        YesNo | None,
        Field(description="`true`: only usable sales; `false`: only sales that screening or a person excluded"),
    ] = None
    flag: Annotated[
        FlagName | None, Field(description="Only sales with this flag, active or lifted, such as `low_price`")
    ] = None

    @model_validator(mode="after")
    def _check_point(self) -> "SaleFilter":
        if (self.latitude is None) != (self.longitude is None):
            given, missing = ("latitude", "longitude") if self.longitude is None else ("longitude", "latitude")
            raise BadInput.field(missing, f"{given} without {missing}: give both or neither")
        if self.near_property is not None and self.latitude is not None:
            raise BadInput.field("near_property", "near_property replaces a point: give one of the two")
        if self.radius_km is not None and not self.placed:
            raise BadInput.field(
                "radius_km", "radius_km needs a location: give near_property, or latitude and longitude"
            )
        for low, high in _RANGES:
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and least > most:
                raise BadInput.field(low, f"{low} is more than {high}, so no sale can match")
        return self

    @property
    def placed(self) -> bool:
        """True if the search is near a location."""
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
    """Filters, order and paging of sales."""

    noun: ClassVar[str] = "search"

    sort: Annotated[
        Order | None, Field(description="Order by closing date or by distance; default near a location: `distance`")
    ] = None

    @property
    def order(self) -> Order:
        return self.sort or ("distance" if self.placed else "newest")

    @model_validator(mode="after")
    def _check_sort(self) -> "SaleQuery":
        if self.sort == "distance" and not self.placed:
            raise BadInput.field(
                "sort", "sort=distance needs a location: give near_property, or latitude and longitude"
            )
        return self


class SaleFlag(BaseModel):
    """Flag: a reason why a sale may not be at arm's length."""

    model_config = ConfigDict(json_schema_extra={"examples": [FLAG]})

    flag: str = Field(description="Name of the flag")
    reason: str = Field(description="Reason in words")
    by: str = Field(description="`screening`, or the person who set it")
    excludes: bool = Field(description="Whether it excludes the sale from all computations")
    lifted: dict[str, str] | None = Field(
        default=None, description="Who lifted it (`by`), when (`at`), and the `reason`"
    )


class _SaleFields(BaseModel):
    """Fields of a sale; unknown values are null."""

    id: str = Field(description="`sale_…`")
    market: str = Field(description="Market of the sale")
    price: float = Field(description="Sale price in the currency, at most two decimals")
    currency: str = Field(description="CAD or USD")
    price_per_sqft: float | None = Field(description="Price per square foot of living area")
    close_date: IsoDate = Field(description="Closing date")
    contract_date: IsoDate | None = Field(description="Contract date: when the price was agreed")
    latitude: float | None = Field(description="Decimal degrees")
    longitude: float | None = Field(description="Decimal degrees")
    placed_by: str | None = Field(description="Source of the coordinates, if they are not the sale source's own")
    living_sqft: float | None = Field(description="Living area in square feet")
    lot_sqft: float | None = Field(description="Lot area in square feet")
    beds: float | None = Field(description="Bedrooms")
    baths: float | None = Field(description="Bathrooms")
    year_built: int | None = Field(description="Year of construction")
    year_renovated: int | None = Field(description="Year of the last renovation")
    grade: float | None = Field(description="Construction quality, on the source's scale")
    condition: float | None = Field(description="Condition, on the source's scale")
    floors: float | None = Field(description="Stories")
    basement_sqft: float | None = Field(description="Basement area in square feet")
    view: float | None = Field(description="Quality of the view, on the source's scale")
    waterfront: float | None = Field(description="1 on the waterfront, else 0")
    property_type: str | None = Field(description="Property type, such as `single_family`")
    parcel: str | None = Field(description="Parcel number of the source")
    address: str | None = Field(description="Street line")
    city: str | None = Field(description="City")
    postal: str | None = Field(description="Postal code")
    area: str | None = Field(description="Small area for grouping sales, such as a postal area")
    deed: str | None = Field(description="Deed number")
    terms: str | None = Field(description="Circumstances of the sale, as reported by the source")
    source: str = Field(description="Source file or feed")
    source_key: str = Field(description="Key that identifies the sale within its source")
    usable: bool = Field(description="Whether it is used in computations")
    flags: list[SaleFlag] = Field(description="Flags set by screening and by users")
    removed: str | None = Field(description="Why the source withdrew it; null if it did not")
    created_at: IsoTime = Field(description="Time of creation (UTC)")
    updated_at: IsoTime = Field(description="Time of the last change (UTC)")


class SaleItem(_SaleFields):
    """Sale in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [SALE]})

    distance_km: Annotated[float, WithJsonSchema({"type": "number"})] = Field(
        default=0.0, description="Distance from the search location in kilometers; only in a search near one"
    )


class SaleRecord(_SaleFields):
    """Sale with its source row."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [SALE | {"row": {"id": "3834500455", "price": "539000"}, "units": {}, "extra": {}}]
        }
    )

    row: dict[str, JsonValue] = Field(description="Source row")
    units: dict[str, JsonValue] = Field(description="Fields that were converted, with their original units")
    extra: dict[str, JsonValue] = Field(
        default_factory=dict, description="Further columns that the mapping names for the model"
    )


class SaleList(Listing):
    """Page of sales."""

    items: list[SaleItem]


Lifted = Annotated[
    dict[FlagName, Annotated[NonBlank, Field(max_length=500)]],
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 500, "pattern": NOT_BLANK},
            "propertyNames": {"maxLength": 60, "pattern": "^[a-z][a-z0-9_]*$"},
        }
    ),
]


class SalePatch(Fields):
    """Flag to set on a sale, or flags to lift."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"lift": {"low_price": "The deed shows a price of 1,000,000"}}],
            "not": {"properties": {"flag": {"type": "null"}, "lift": {"enum": [None, {}]}}},
        }
    )

    flag: NonBlank | None = Field(
        default=None, max_length=500, description="Reason to exclude the sale from all computations"
    )
    lift: Lifted | None = Field(
        default=None,
        description="Flags to lift, each with the reason; a flag set by a person is `by_hand`",
    )
