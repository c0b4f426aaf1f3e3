"""Conversion of a property to a subject: known features and location."""

from typing import Any

import numpy as np
import pytest

from backend.app.core_gov.property.schemas import PropertyRecord
from backend.app.core_gov.property.subject import subject_fields, subject_of

NOW = "2026-01-31T09:30:00.000000Z"


def fields(**known: Any) -> dict[str, Any]:
    own = {"id": "pr_1", "address": "1 Elm St", "created_at": NOW, "updated_at": NOW}
    return PropertyRecord.model_validate(own | known).model_dump()


def test_all_known_features_are_used() -> None:
    home = fields(
        country="US", postal="98115-1234", latitude=47.6, longitude=-122.3, sqft=1680, lot_sqft=5000.5, beds=3,
        baths=1.75, year_built=1926, year_renovated=2001, grade=7, condition=3, floors=1.5, basement_sqft=0, view=0,
        waterfront=True, property_type="house", parcel="7129300520",
    )  # fmt: skip
    placed = subject_of(home)
    assert (placed.placed_by, placed.caution) == ("coordinates", None)
    assert subject_fields(placed.subject) == {
        "latitude": 47.6, "longitude": -122.3, "living_sqft": 1680.0, "lot_sqft": 5000.5, "beds": 3.0, "baths": 1.75,
        "year_built": 1926.0, "year_renovated": 2001.0, "grade": 7.0, "condition": 3.0, "floors": 1.5,
        "basement_sqft": 0.0, "view": 0.0, "waterfront": 1.0, "property_type": "house", "parcel": "7129300520",
        "area": "98115",
    }  # fmt: skip


def test_address_alone_gives_unknown_features() -> None:
    placed = subject_of(fields())
    assert subject_fields(placed.subject) == {}
    assert (placed.placed_by, placed.caution) == (
        None, "the property has neither coordinates nor a known postal code: its location is unknown"
    )  # fmt: skip


def test_zero_area_is_unknown_but_zero_bedrooms_are_known() -> None:
    subject = subject_of(fields(sqft=0, lot_sqft=0, beds=0, basement_sqft=0)).subject
    assert np.isnan([subject.living_sqft, subject.lot_sqft]).all()
    assert (subject.beds, subject.basement_sqft) == (0, 0)


@pytest.mark.parametrize(
    ("country", "postal", "near", "area"),
    [("US", "98115", (47.685, -122.30), "98115"), ("CA", "M5V 2T6", (43.644, -79.395), "M5V")],
)
def test_postal_code_gives_the_location(country: str, postal: str, near: tuple[float, float], area: str) -> None:
    placed = subject_of(fields(country=country, postal=postal))
    assert placed.placed_by == "postal"
    assert (placed.subject.latitude, placed.subject.longitude) == pytest.approx(near, abs=0.03)
    assert placed.subject.area == area
    assert placed.caution is not None
    assert placed.caution.startswith(f"located by postal code {postal}, about ")


def test_unknown_postal_code_gives_no_location() -> None:
    placed = subject_of(fields(country="US", postal="00000"))
    assert (placed.placed_by, placed.subject.area) == (None, "00000")
    assert np.isnan(placed.subject.latitude)


def test_single_coordinate_is_ignored() -> None:
    """A record of an earlier version may have one coordinate alone."""
    placed = subject_of(fields(latitude=47.6))
    assert placed.placed_by is None
    assert np.isnan([placed.subject.latitude, placed.subject.longitude]).all()
