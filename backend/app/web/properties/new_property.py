"""The page that creates a property, and the possible duplicates that it shows meanwhile."""

from typing import Any, get_args

from pydantic import Field

from backend.app.core_gov.geography import regions
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.schemas import Country, PropertyStatus
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import load
from backend.app.web.queries import PageQuery

_PLACE = ("region", "postal", "city")


class DuplicateQuery(PageQuery):
    """What has been typed of a new property so far."""

    address: str = Field(default="", max_length=500, description="Street line")
    city: str | None = Field(default=None, max_length=200, description="City")
    region: str | None = Field(default=None, max_length=200, description="Province or state")
    postal: str | None = Field(default=None, max_length=50, description="Postal code")
    country: Country = Field(default="CA", description="Country")
    parcel: str | None = Field(default=None, max_length=200, description="Parcel number")


def new_property(tx: Tx) -> dict[str, Any]:
    """Return what the empty form needs."""
    return {
        "statuses": get_args(PropertyStatus),
        "countries": get_args(Country),
        "regions": [code for country in get_args(Country) for code in sorted(set(regions.regions(country).values()))],
    }


def duplicates(tx: Tx, query: DuplicateQuery) -> dict[str, Any]:
    """Return the properties at the same address or with the same parcel number.

    A place that is not valid, because it is still being typed, is left out.
    """
    typed = {name: value for name, value in query.given.items() if isinstance(value, str) and value.strip()}
    if "address" not in typed and "parcel" not in typed:
        return {"duplicates": []}
    fields = {"address": "-", "country": query.country, **typed}
    try:
        found = property_.find_duplicates(tx, fields)
    except BadInput:
        known = {name: value for name, value in fields.items() if name not in _PLACE}
        try:
            found = property_.find_duplicates(tx, known)
        except BadInput:
            found = []
    return {"duplicates": [{"home": load(each.stored.doc), "same": each.same} for each in found]}
