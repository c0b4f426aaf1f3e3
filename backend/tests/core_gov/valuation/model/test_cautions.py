"""Homes unlike the market's sales: far away, or of a type that was never sold."""

from dataclasses import replace

import numpy as np
import pytest

from backend.app.core_gov.market.columns import Sales, Subject
from backend.app.core_gov.valuation.boosting.members import TreeSettings
from backend.app.core_gov.valuation.model.cautions import MAX_AWAY_KM
from backend.app.core_gov.valuation.model.training import train
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.app.kit.errors import Conflict
from backend.tests.core_gov.valuation.county import FIRST_DAY, county
from backend.tests.promises import promise

CUT, AS_OF = FIRST_DAY + 550, FIRST_DAY + 700
KM_PER_DEGREE = 111.195
SMALL = TreeSettings(3, 25, 8, 4, 10, rate=0.2)


@pytest.fixture(scope="module")
def sales() -> Sales:
    return county(600)


@pytest.fixture(scope="module")
def valuer(sales: Sales) -> Valuer:
    return Valuer(train(sales, CUT), sales)


@pytest.fixture(scope="module")
def subject(sales: Sales) -> Subject:
    north = int(np.argmax(sales.latitude))
    return replace(sales.subject(north), parcel=None)


def north_of(subject: Subject, kilometers: float) -> Subject:
    return replace(subject, latitude=subject.latitude + kilometers / KM_PER_DEGREE)


@promise(
    "Valuation",
    "A property far from every sale is less certain, with the distance, and is refused beyond 50 km.",
)
def test_distance_from_the_sales_is_named_and_limited(valuer: Valuer, subject: Subject) -> None:
    here, near, far = (valuer.value(north_of(subject, km), AS_OF) for km in (0.0, 30.0, 0.9 * MAX_AWAY_KM))
    assert here.fsd < near.fsd < far.fsd
    assert not any("far from the sales" in caution for caution in here.warnings)
    assert "far from the sales: the nearest one is 30 km away, so the interval is wider" in near.warnings
    for kilometers in (MAX_AWAY_KM + 1, 1_200.0, 8_000.0):
        with pytest.raises(Conflict, match=f"{kilometers:,.0f} km away, and values are given up to 50 km"):
            valuer.value(north_of(subject, kilometers), AS_OF)


def test_refused_property_does_not_affect_the_others_of_a_batch(valuer: Valuer, subject: Subject) -> None:
    alone = valuer.value(subject, AS_OF)
    found = valuer.values([north_of(subject, 400), subject], AS_OF, [None, None])
    assert isinstance(found[0], Conflict)
    assert found[1] == alone


@promise("Valuation", "A property of a type that the market has never sold is less certain, with a caution.")
def test_type_never_sold_widens_the_interval(valuer: Valuer, subject: Subject) -> None:
    known, other, unknown = (
        valuer.value(replace(subject, property_type=kind), AS_OF) for kind in ("single_family", "condo", None)
    )
    assert other.fsd > 1.1 * known.fsd
    assert unknown.fsd > 1.1 * known.fsd
    assert "no sale of the market is of type condo, only of single_family, so the interval is wider" in other.warnings
    assert "the property's type is unknown, so the interval is wider" in unknown.warnings
    assert not any(" type " in each for each in known.warnings)
