"""Schemas of the list of properties."""

from typing import Annotated, Literal

from pydantic import Field

from backend.app.core_gov.property.schemas import Country, PropertyRecord, PropertyStatus
from backend.app.kit.fields import CountedListing, FilterText, IsoTime
from backend.app.kit.query import SORT, Amount, Number, RecordQuery, Several, unpaged


class PropertyList(CountedListing):
    """Page of properties."""

    items: list[PropertyRecord]


PropertySort = Literal[
    "address", "-address", "city", "-city", "value", "-value", "arv", "-arv", "updated_at", "-updated_at"
]  # fmt: skip


class PropertyQuery(RecordQuery):
    """Filters and order of properties."""

    sort: PropertySort | None = Field(default=None, description=SORT)
    status: Several[PropertyStatus] | None = Field(default=None, description="Only properties in these statuses")
    country: Country | None = Field(default=None, description="Only properties in this country")
    region: Several[Annotated[str, Field(min_length=1, max_length=200)]] | None = Field(
        default=None, description="Only properties in these regions: codes or names, in any case"
    )
    owner: FilterText | None = Field(default=None, description="Only properties of this person")
    city: Several[Annotated[str, Field(min_length=1, max_length=200)]] | None = Field(
        default=None, description="Only properties in these cities, in any case and with or without accents"
    )
    address: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Only properties whose address contains this, in any case and with or without accents",
    )
    min_value: Amount | None = Field(default=None, description="Minimum of the latest value as is")
    max_value: Amount | None = Field(default=None, description="Maximum of the latest value as is")
    min_arv: Amount | None = Field(default=None, description="Minimum of the latest after-repair value")
    max_arv: Amount | None = Field(default=None, description="Maximum of the latest after-repair value")
    min_beds: Number | None = Field(default=None, description="Minimum number of bedrooms")
    max_beds: Number | None = Field(default=None, description="Maximum number of bedrooms")
    min_baths: Number | None = Field(default=None, description="Minimum number of bathrooms")
    max_baths: Number | None = Field(default=None, description="Maximum number of bathrooms")
    min_sqft: Number | None = Field(default=None, description="Minimum living area in square feet")
    max_sqft: Number | None = Field(default=None, description="Maximum living area in square feet")
    min_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or later")
    max_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or earlier")


@unpaged
class PropertyExportQuery(PropertyQuery):
    """Filters and sort of an export of properties."""
