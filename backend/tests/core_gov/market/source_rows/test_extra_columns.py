"""Further columns of sales as typed arrays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.columns import UNKNOWN, Codes
from backend.app.core_gov.market.source_rows.extra_columns import typed_columns

FOUND = typed_columns(
    [7, 3, 9],
    [{"garage": 2, "style": "Ranch"}, {"garage": 1.5}, {"style": "Cape", "mixed": 2}],
)


def test_kinds_are_those_of_the_values() -> None:
    assert FOUND.kinds == {"garage": "numeric", "mixed": "numeric", "style": "categorical"}
    assert FOUND.numeric["garage"].tolist()[:2] == [2, 1.5]
    assert np.isnan(FOUND.numeric["garage"][2])
    style = FOUND.categorical["style"]
    assert [style.categories.text(int(code)) for code in style.codes] == ["Ranch", None, "Cape"]


def test_a_column_with_texts_and_numbers_is_categorical() -> None:
    found = typed_columns([1, 2, 3], [{"a": "x"}, {"a": 2.0}, {"a": 2.5}])
    assert found.kinds == {"a": "categorical"}
    assert found.categorical["a"].categories == Codes(("2", "2.5", "x"))


def test_sales_are_found_by_number() -> None:
    found = FOUND.of_sales(np.array([9, 1, 7, 3]))
    assert found.seq.tolist() == [9, 1, 7, 3]
    np.testing.assert_array_equal(found.numeric["garage"], [np.nan, np.nan, 2, 1.5])
    style = found.categorical["style"]
    assert [style.categories.text(int(code)) for code in style.codes] == ["Cape", None, "Ranch", None]
    assert typed_columns([], []).of_sales(np.array([1, 2])).kinds == {}


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(-5, 40)))
def test_every_sale_has_its_own_value_or_none(have: list[int], wanted: list[int]) -> None:
    found = typed_columns(have, [{"a": seq * 2.0, "b": f"text {seq}"} for seq in have]).of_sales(
        np.array(wanted, dtype=np.int64)
    )
    if have:
        expected = [seq * 2.0 if seq in have else np.nan for seq in wanted]
        np.testing.assert_array_equal(found.numeric["a"], expected)
        column = found.categorical["b"]
        texts = [None if code == UNKNOWN else column.categories.text(int(code)) for code in column.codes]
        assert texts == [f"text {seq}" if seq in have else None for seq in wanted]
