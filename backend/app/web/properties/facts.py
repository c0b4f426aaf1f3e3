"""Facts of a property that are edited in place: groups of fields with their labels and kinds of controls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from backend.app.core_gov.property.schemas import Country, PropertyPatch, PropertyStatus


@dataclass(frozen=True, slots=True)
class Fact:
    """Field of a property with its label. `kind` is the type of its value in JSON, or the kind of record it names."""

    name: str
    label: str
    kind: str = "text"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownFact:
    """Fact with the text that its control shows."""

    fact: Fact
    text: str


GROUPS: dict[str, tuple[Fact, ...]] = {
    "Place": (
        Fact("address", "Address"),
        Fact("city", "City"),
        Fact("region", "Province or state"),
        Fact("postal", "Postal code"),
        Fact("country", "Country", "select", get_args(Country)),
        Fact("parcel", "Parcel"),
        Fact("latitude", "Latitude", "number"),
        Fact("longitude", "Longitude", "number"),
    ),
    "Home": (
        Fact("property_type", "Type"),
        Fact("beds", "Bedrooms", "integer"),
        Fact("baths", "Bathrooms", "number"),
        Fact("sqft", "Living area (sq ft)", "number"),
        Fact("lot_sqft", "Lot (sq ft)", "number"),
        Fact("basement_sqft", "Basement (sq ft)", "number"),
        Fact("floors", "Floors", "number"),
        Fact("year_built", "Year built", "integer"),
        Fact("year_renovated", "Year renovated", "integer"),
        Fact("grade", "Grade", "number"),
        Fact("condition", "Condition", "number"),
        Fact("view", "View", "number"),
        Fact("waterfront", "Waterfront", "boolean"),
    ),
    "Work": (
        Fact("status", "Status", "select", get_args(PropertyStatus)),
        Fact("owner", "Owner"),
        Fact("deal_id", "Deal", "deal"),
        Fact("listing_url", "Listing URL", "url"),
        Fact("photos_url", "Photos URL", "url"),
        Fact("market", "Market"),
        Fact("tags", "Tags (commas)", "list"),
    ),
}


def shown_facts(home: Mapping[str, Any]) -> dict[str, list[ShownFact]]:
    """Return the facts of a property by group. A field that records do not have is left out."""
    return {
        group: [
            ShownFact(fact, _text(home.get(fact.name))) for fact in facts if fact.name in PropertyPatch.model_fields
        ]
        for group, facts in GROUPS.items()
    }


def summary(home: Mapping[str, Any]) -> str:
    """Return the facts that people ask for first, in one line."""
    return " · ".join(_summary(home)) or "No facts yet"


def _summary(home: Mapping[str, Any]) -> Iterator[str]:
    for name, unit in (("beds", "beds"), ("baths", "baths"), ("sqft", "sq ft"), ("lot_sqft", "sq ft lot")):
        if home[name] is not None:
            number = f"{home[name]:,.2f}".rstrip("0").rstrip(".")
            yield f"{number} {unit if number != '1' else unit.removesuffix('s')}"
    if home["year_built"] is not None:
        yield f"built {home['year_built']}"
    if home["year_renovated"] is not None:
        yield f"renovated {home['year_renovated']}"
    if home["property_type"]:
        yield home["property_type"].replace("_", " ")


def _text(value: object) -> str:
    """Return a value as the text of a control; a number as JavaScript writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
