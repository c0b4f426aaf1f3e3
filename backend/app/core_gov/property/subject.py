"""Conversion of a stored property to the subject of a valuation: its numeric features and its location."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backend.app.core_gov.geography.address_key import AddressPlace, address_key_of
from backend.app.core_gov.geography.postal_points import area_of, place
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.market.own_sales import Home
from backend.app.core_gov.valuation.snapshot import MarketSnapshot
from backend.app.kit.db import Database

_SOURCE_FIELDS = {
    "latitude": "latitude", "longitude": "longitude", "living_sqft": "sqft", "lot_sqft": "lot_sqft", "beds": "beds",
    "baths": "baths", "year_built": "year_built", "year_renovated": "year_renovated", "grade": "grade",
    "condition": "condition", "floors": "floors", "basement_sqft": "basement_sqft", "view": "view",
    "waterfront": "waterfront",
}  # fmt: skip
"""Fields of a subject, each with the property field that it is read from."""

_POSITIVE = frozenset({"living_sqft", "lot_sqft", "year_built", "year_renovated"})
"""Fields in which 0 means unknown."""


@dataclass(frozen=True, slots=True)
class SubjectPlacement:
    """A subject and the source of its coordinates: "coordinates", "postal" or None."""

    subject: Subject
    placed_by: str | None
    caution: str | None = None


def subject_of(fields: dict[str, Any]) -> SubjectPlacement:
    """Return the subject of a property's fields. Without coordinates it is placed by its postal code."""
    numbers: dict[str, Any] = {name: _number(name, fields.get(source)) for name, source in _SOURCE_FIELDS.items()}
    postal = fields.get("postal")
    subject = Subject(
        **numbers,
        property_type=fields.get("property_type"),
        parcel=fields.get("parcel"),
        area=area_of(fields["country"], postal) if postal else None,
    )
    if np.isfinite(subject.latitude) and np.isfinite(subject.longitude):
        return SubjectPlacement(subject, "coordinates")
    postal_point = place(fields["country"], postal) if postal else None
    if postal_point is None:
        caution = "the property has neither coordinates nor a known postal code: its location is unknown"
        return SubjectPlacement(replace(subject, latitude=np.nan, longitude=np.nan), None, caution)
    placed_subject = replace(subject, latitude=postal_point.latitude, longitude=postal_point.longitude)
    return SubjectPlacement(
        placed_subject,
        "postal",
        f"located by postal code {postal}, about {postal_point.km:.1f} km off",
    )


def in_market(
    db: Database, snapshot: MarketSnapshot, properties: Sequence[dict[str, Any]]
) -> Iterator[SubjectPlacement]:
    """Yield the subject of each property's fields with its own sales in a market, which its value never uses."""
    homes = [Home(each.get("parcel"), place_of(each), frozenset(_whole_lines(each))) for each in properties]
    own = db.snapshot_now(markets.own_sales, snapshot.market.name, snapshot.sales, homes)
    for fields, own_sales in zip(properties, own, strict=True):
        placement = subject_of(fields)
        yield replace(placement, subject=replace(placement.subject, own_sales=own_sales))


def _whole_lines(fields: dict[str, Any]) -> Iterator[str]:
    """Yield the keys of a property's address in one line with its city, and with region and postal code."""
    city, region, postal = (fields.get(name) for name in ("city", "region", "postal"))
    if not city:
        return
    tails = {" ".join(filter(None, each)) for each in ((region,), (postal,), (region, postal), ())}
    for tail in sorted(tails):
        line = f"{fields['address']}, {city}, {tail}" if tail else f"{fields['address']}, {city}"
        key = address_key_of(line, None, None, None, fields["country"])
        if key:
            yield key


def place_of(fields: dict[str, Any]) -> AddressPlace | None:
    """Return the address of a property's fields; None if it has no key."""
    line = fields.get("address_key")
    where = (fields.get(name) for name in ("city", "region", "postal", "country"))
    return AddressPlace._make((line, *where)) if line else None


def subject_fields(subject: Subject) -> dict[str, Any]:
    """Return the known features of a subject, as stored with a valuation."""
    known = {name: getattr(subject, name) for name in _SOURCE_FIELDS if np.isfinite(getattr(subject, name))}
    texts = {"property_type": subject.property_type, "parcel": subject.parcel, "area": subject.area}
    return known | {name: text for name, text in texts.items() if text is not None}


def _number(name: str, value: object) -> float:
    if value is None or (name in _POSITIVE and not value):
        return np.nan
    assert isinstance(value, int | float)
    return float(value)
