"""Repair estimates: lines add up to the total to the cent, for any quantities and factors."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.repairs.repair_estimate import Amounts, Cost, CostedWork, CostTable, estimate
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

TABLE = CostTable(
    "uc_cad_1", 1, "CAD", "Quotes", "2026-01-31",
    (
        Cost("scope", "gut", "sqft", (5000, 8500, 12000)),
        Cost("roofing", "shingles", "sqft", (450, 601, 850)),
        Cost("windows", "replacement", "each", (45001, 70000, 120000)),
        Cost("windows", "repair", "each", (10000, 15000, 25000)),
    ),
)  # fmt: skip

UNKNOWN = (
    "lines.0.trade: roofers is not in the table of unit costs; its trades are roofing, windows; "
    "any other trade needs a unit_cost of your own"
)

works = st.builds(
    CostedWork,
    quantity=st.integers(1, 10**6) | st.decimals("0.01", 10**5, places=2).map(float),
    trade=st.just("roofing"),
    own_cents=st.none() | st.integers(1, 10**7),
    unit=st.just("sqft"),
)


def added(parts: list[Amounts]) -> Amounts:
    low, mid, high = (sum(part[at] for part in parts) for at in range(3))
    return low, mid, high


@promise(
    "Repairs, rents and neighborhoods",
    "The lines of a repair estimate and its contingency add up to the total, to the cent, without hidden currency "
    "conversion.",
)
@given(st.lists(works, max_size=20), st.fractions(Fraction(1, 10), 10), st.integers(0, 100))
def test_lines_and_contingency_add_up_to_the_total(asked: list[CostedWork], factor: Fraction, percent: int) -> None:
    found = estimate(asked, TABLE, factor, percent)
    assert found.subtotal == added([line.amounts for line in found.lines])
    assert found.total == added([found.subtotal, found.contingency])
    assert found.total[0] <= found.total[1] <= found.total[2]
    for part, whole in zip(found.contingency, found.subtotal, strict=True):
        assert abs(Fraction(part) - Fraction(whole * percent, 100)) <= Fraction(1, 2)


def test_line_is_quantity_times_cost_times_factor_rounded_once() -> None:
    (line,) = estimate([CostedWork(12.5, "Roofing", "SHINGLES")], TABLE, Fraction(11, 10), 0).lines
    assert line.amounts == (6188, 8264, 11688)  # 6187.5, 8263.75 and 11687.5 cents


def test_own_cost_is_not_scaled_by_the_factor() -> None:
    (line,) = estimate([CostedWork(3, "magic", unit="bag", own_cents=1999)], TABLE, Fraction(2), 0).lines
    assert line.amounts == (5997, 5997, 5997)
    assert (line.cost.item, line.cost.unit, line.factor) == ("magic", "bag", Fraction(1))


@pytest.mark.parametrize(
    ("work", "field", "sentence"),
    [
        (CostedWork(1, "roofers"), "lines.0.trade", UNKNOWN),
        (
            CostedWork(1, "windows"),
            "lines.0.item",
            "lines.0.item is required, because there are several; the items of windows are replacement, repair",
        ),
        (
            CostedWork(1, "windows", "stained"),
            "lines.0.item",
            "lines.0.item is not known: stained; the items of windows are replacement, repair",
        ),
        (
            CostedWork(1, "roofing", unit="m2"),
            "lines.0.unit",
            "lines.0.unit: roofing, shingles is priced by sqft, not by m2",
        ),
        (
            CostedWork(1, "magic", own_cents=5),
            "lines.0.unit",
            "lines.0.unit is required with a unit_cost, such as sqft or each",
        ),
    ],
)
def test_missing_costs_are_named(work: CostedWork, field: str, sentence: str) -> None:
    with pytest.raises(BadInput) as failed:
        estimate([work], TABLE, Fraction(1), 15)
    assert (failed.value.detail, failed.value.faults[0].field) == (sentence, field)
