"""Rent estimates from generated rents: none, few, identical, and later ones."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.rents.rent_estimate import LEVELS, USED, Dwelling, EstimatedRent, Rents, estimate_rent
from backend.app.kit.arrays import Floats
from backend.tests.promises import promise

AS_OF = 20_000
HERE = Dwelling(43.25, -79.87, 900.0, 2.0, "L8L", "hamilton", "ON")


def rents_of(rent: Iterable[float], **known: object) -> Rents:
    """Return rents around the dwelling, by default of its size and on the as-of date."""
    found = np.array(list(rent), dtype=np.float64)
    count = len(found)
    columns: dict[str, object] = {
        "seq": np.arange(1, count + 1),
        "rent": found,
        "day": np.full(count, AS_OF),
        "latitude": np.full(count, 43.251),
        "longitude": np.full(count, -79.871),
        "living_sqft": np.full(count, 900.0),
        "beds": np.full(count, 2.0),
        "area": ("L8L",) * count,
        "city": ("hamilton",) * count,
        "region": ("ON",) * count,
    }
    return Rents(**(columns | known))  # type: ignore[arg-type]


def made_up(count: int, seed: int = 1, spread: float = 0.1, a_year: float = 0.06) -> Rents:
    """Return a rent of 2 dollars per sq ft at 900 sq ft, with an elasticity of 0.6, rising over the years."""
    chance = np.random.default_rng(seed)
    size = np.exp(chance.normal(6.8, 0.3, count))
    day = AS_OF - chance.integers(0, 700, count)
    log = np.log(1800) + 0.6 * np.log(size / 900) - a_year * (AS_OF - day) / 365.25 + chance.normal(0, spread, count)
    beds = np.clip(np.round(size / 450), 0, 5)
    latitude = 43.25 + chance.normal(0, 0.01, count)
    return rents_of(np.exp(log), living_sqft=size, beds=beds, day=day, latitude=latitude)


def estimated(dwelling: Dwelling, rents: Rents) -> EstimatedRent:
    found = estimate_rent(dwelling, rents, AS_OF)
    assert found is not None
    values = [found.rent, *(end for interval in found.intervals.values() for end in interval)]
    assert all(np.isfinite(values))
    assert min(values) > 0
    return found


def test_no_rents_give_no_estimate() -> None:
    assert estimate_rent(HERE, rents_of([]), AS_OF) is None


@promise(
    "Repairs, rents and neighborhoods",
    "A rent comes from earlier rental comps with an interval, or from a named benchmark; few or identical comps "
    "never look certain.",
)
def test_identical_rents_still_have_wide_intervals() -> None:
    for count in (1, 2, 40):
        found = estimated(HERE, rents_of([2000.0] * count))
        assert found.rent == pytest.approx(2000)
        assert len(found.comps) == min(count, USED)
        low, high = found.intervals[80]
        assert low < 2000 / 1.05 < 2000 * 1.05 < high
    one, many = (estimated(HERE, rents_of([2000.0] * count)).intervals[80] for count in (1, 40))
    assert one[0] < many[0] < many[1] < one[1]


def test_simulated_rates_are_recovered() -> None:
    found = estimated(HERE, made_up(400))
    assert found.rent == pytest.approx(1800, rel=0.05)
    assert found.rates.size.value == pytest.approx(0.6, abs=0.08)
    assert found.rates.years.value == pytest.approx(0.06, abs=0.03)
    assert found.rates.size.rents == 400
    assert [len(found.comps), found.steps] == [USED, 0]


@promise(
    "Repairs, rents and neighborhoods",
    "A rent comes from earlier rental comps with an interval, or from a named benchmark; few or identical comps "
    "never look certain.",
)
def test_intervals_have_their_stated_coverage() -> None:
    held = dict.fromkeys(LEVELS, 0)
    for seed in range(150):
        chance = np.random.default_rng(1000 + seed)
        true = 1800 * np.exp(chance.normal(0, 0.15))
        found = estimated(HERE, made_up(30, seed, spread=0.15))
        for level, (low, high) in found.intervals.items():
            held[level] += low <= true <= high
    assert held[50] / 150 == pytest.approx(0.5, abs=0.12)
    assert held[90] / 150 == pytest.approx(0.92, abs=0.07)


@promise(
    "Repairs, rents and neighborhoods",
    "A rent comes from earlier rental comps with an interval, or from a named benchmark; few or identical comps "
    "never look certain.",
)
def test_later_rents_are_not_used() -> None:
    rents = made_up(200)
    later = rents.day > AS_OF - 100
    changed = replace(rents, rent=np.where(later, 1e6, rents.rent), living_sqft=np.where(later, 1.0, rents.living_sqft))
    before, after = (estimate_rent(HERE, each, AS_OF - 100) for each in (rents, changed))
    assert before == after


def test_search_widens_from_near_recent_and_similar_rents() -> None:
    near, far = rents_of([2000.0] * 3), 43.25 + 10 / 111.195
    rents = rents_of([2000.0] * 3 + [3000.0] * 8, latitude=np.array([43.251] * 3 + [far] * 8))
    found = estimated(HERE, rents)
    assert (found.steps, len(found.comps)) == (3, 11)
    assert found.comps[0].km < found.comps[-1].km
    assert found.comps[0].weight > found.comps[-1].weight
    old = estimated(HERE, replace(near, day=near.day - 600))
    assert (old.steps, len(old.comps)) == (1, 3)  # there are no more than three, however far one looks
    assert (
        estimated(
            HERE,
            rents_of(
                [2000.0] * 3 + [900.0] * 20,
                city=("hamilton",) * 3 + ("sudbury",) * 20,
                area=("L8L",) * 3 + ("P3A",) * 20,
                latitude=np.array([np.nan] * 23),
            ),
        ).rent
        > 1900
    )
    assert old.rent == pytest.approx(2000)


NAN = float("nan")
NOWHERE = np.full(200, NAN)


@pytest.mark.parametrize(
    "dwelling",
    [replace(HERE, living_sqft=NAN), replace(HERE, beds=NAN), replace(HERE, latitude=NAN, longitude=NAN)],
    ids=["size", "beds", "place"],
)
def test_missing_characteristics_are_tolerated(dwelling: Dwelling) -> None:
    rents = made_up(200)
    for rows in (
        rents,
        replace(rents, latitude=NOWHERE, longitude=NOWHERE),
        replace(rents, living_sqft=NOWHERE),
        replace(rents, beds=NOWHERE),
    ):
        assert estimated(dwelling, rows).rent == pytest.approx(1800, rel=0.25)


def test_order_of_rents_does_not_matter() -> None:
    rents = made_up(60)
    order = np.random.default_rng(3).permutation(60)
    parts: dict[str, Any] = {
        name: part[order] if isinstance(part, np.ndarray) else tuple(part[at] for at in order)
        for name, part in vars(rents).items()
    }
    mixed = Rents(**parts)
    one, other = estimated(HERE, rents), estimated(HERE, mixed)
    assert one.rent == pytest.approx(other.rent, rel=1e-9)
    assert [rents.seq[comp.row] for comp in one.comps] == [mixed.seq[comp.row] for comp in other.comps]


amounts = st.floats(100, 20_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(amounts, st.floats(150, 9000), st.integers(0, 8), st.integers(0, 3000)), max_size=40))
def test_estimates_are_finite_for_any_rents(rows: list[tuple[float, float, int, int]]) -> None:
    columns: list[Floats] = [np.array([row[at] for row in rows], dtype=np.float64) for at in range(4)]
    rents = rents_of(columns[0], living_sqft=columns[1], beds=columns[2], day=AS_OF - columns[3].astype(np.int64))
    found = estimate_rent(HERE, rents, AS_OF)
    if found is None:
        return
    assert sum(comp.weight for comp in found.comps) == pytest.approx(1)
    assert found.intervals[90][0] <= found.intervals[80][0] <= found.intervals[50][0] <= found.rent
    assert found.rent <= found.intervals[50][1] <= found.intervals[80][1] <= found.intervals[90][1]
    adjusted = [comp.adjusted for comp in found.comps]
    assert min(adjusted) * 0.999 <= found.rent <= max(adjusted) * 1.001
    for comp in found.comps:
        factors = np.prod([factor for _, factor in comp.adjustments])
        assert rents.rent[comp.row] * factors == pytest.approx(comp.adjusted)
