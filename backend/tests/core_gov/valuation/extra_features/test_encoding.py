"""Encoding of further columns: kinds, unseen and rare categories, absurd numbers, and columns that show the price."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import UNKNOWN, ExtraColumns
from backend.app.core_gov.market.source_rows.extra_columns import typed_columns
from backend.app.core_gov.valuation.extra_features.encoding import (
    MAX_CATEGORIES,
    MAX_COLUMNS,
    MIN_SALES,
    ExtraColumn,
    RecordedColumns,
    learned_columns,
)
from backend.app.kit.arrays import Floats

GARAGE = ExtraColumn("garage", "numeric", 1.0)
STYLE = ExtraColumn("style", "categorical", 1.0, ("Ranch", "2", "Cape"))


def of(*values: float | str | None, name: str = "a") -> ExtraColumns:
    """Return one column with these values."""
    return typed_columns(range(len(values)), [{} if value is None else {name: value} for value in values])


def encoded(column: ExtraColumn, *values: float | str | None) -> list[float]:
    return list(column.encoded(of(*values, name=column.name)))


def learned(*values: float | str | None, price: Floats | None = None) -> tuple[ExtraColumn, ...]:
    return learned_columns(of(*values), np.arange(1.0, len(values) + 1) if price is None else price)


def test_numbers_stay_and_absurd_ones_are_clipped() -> None:
    np.testing.assert_array_equal(encoded(GARAGE, 2, None, -0.5, 1e300, -1e300), [2, np.nan, -0.5, 1e15, -1e15])


def test_category_is_its_rank_by_frequency_and_unseen_ones_share_the_next() -> None:
    np.testing.assert_array_equal(encoded(STYLE, "Cape", None, "Ranch", "Igloo", "Tent"), [2, np.nan, 0, 3, 3])


def test_column_keeps_the_kind_that_it_had_in_training() -> None:
    np.testing.assert_array_equal(encoded(GARAGE, "2", "two", None, "inf", 1.5), [2, np.nan, np.nan, np.nan, 1.5])
    np.testing.assert_array_equal(encoded(STYLE, 2.0, None, 3.0), [1, np.nan, 3])


def test_column_that_is_no_longer_on_file_is_unknown() -> None:
    assert np.isnan(GARAGE.encoded(of(1.0, "x", name="other"))).all()
    assert np.isnan(STYLE.encoded(of(1.0, 2.0, name="other"))).all()


def test_frequent_categories_are_learned_and_rare_ones_are_not() -> None:
    common, fair, rare = ["b"] * (MIN_SALES + 2), ["a"] * MIN_SALES, ["c"] * (MIN_SALES - 1)
    (column,) = learned(*common, *fair, *rare, None)
    assert (column.kind, column.categories, column.rank_correlation) == ("categorical", ("b", "a"), None)
    assert column.known == pytest.approx(1 - 1 / (3 * MIN_SALES + 2), abs=1e-4)
    many = [f"{number:03}" for number in range(MAX_CATEGORIES + 5) for _ in range(MIN_SALES)]
    assert len(learned(*many)[0].categories) == MAX_CATEGORIES


def test_column_of_few_sales_is_not_learned() -> None:
    assert learned(*[1.0] * (MIN_SALES - 1), *[None] * 50) == ()
    assert learned(*["x"] * (MIN_SALES - 1), *[None] * 50) == ()


def test_the_columns_known_for_most_sales_are_learned() -> None:
    rows = [{f"c{number:02}": float(sale) for number in range(60) if sale >= number} for sale in range(100)]
    found = learned_columns(typed_columns(range(100), rows), np.arange(100.0))
    assert [column.name for column in found] == [f"c{number:02}" for number in range(MAX_COLUMNS)]


def test_rank_correlation_shows_a_price_in_another_form() -> None:
    price = np.exp(np.random.default_rng(1).normal(12, 0.5, 200))
    (rubles,) = learned(*(92.5 * price).tolist(), price=price)
    (beds,) = learned(*np.random.default_rng(2).integers(1, 5, 200).astype(float).tolist(), price=price)
    (constant,) = learned(*[1.0] * 200, price=price)
    assert rubles.rank_correlation == 1.0
    assert abs(beds.rank_correlation or 0) < 0.3
    assert constant.rank_correlation is None


def test_a_column_survives_json() -> None:
    for column in (GARAGE, STYLE, ExtraColumn("x", "numeric", 0.25, (), -0.5)):
        assert ExtraColumn.from_json(json.loads(json.dumps(column.to_json()))) == column
    assert STYLE.card == {"name": "style", "kind": "categorical", "known": 1.0, "rank_correlation": None}


VALUES = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["Ranch", "Cape", "2", "?"])


@given(st.lists(VALUES, min_size=1), st.data())
def test_sales_are_encoded_alike_alone_and_together(values: list[float | str | None], data: st.DataObject) -> None:
    extra = of(*values)
    rows = np.array(data.draw(st.lists(st.integers(UNKNOWN, len(values) - 1))), dtype=np.int64)
    for kind in (ExtraColumn("a", "numeric", 1.0), ExtraColumn("a", "categorical", 1.0, ("Ranch", "2"))):
        recorded = RecordedColumns(extra)
        together = recorded.values(kind, rows)
        alone = [float(recorded.values(kind, np.array([row]))[0]) for row in rows]
        np.testing.assert_array_equal(together, np.array(alone))
        assert not np.isinf(together).any()
        assert np.isnan(together[rows == UNKNOWN]).all()
