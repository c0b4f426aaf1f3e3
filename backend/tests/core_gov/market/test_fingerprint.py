"""Fingerprint of sales: further columns count where a sale has them, and only there."""

from dataclasses import replace

import numpy as np

from backend.app.core_gov.market.fingerprint import fingerprint
from backend.app.core_gov.market.source_rows.extra_columns import typed_columns
from backend.tests.core_gov.valuation.county import county

SALES = county(20)


def of(*rows: dict[str, float | str]) -> str:
    """Return the fingerprint with the further columns of the first sales."""
    return fingerprint(replace(SALES, extra=typed_columns(SALES.seq[: len(rows)].tolist(), rows)))


def test_every_value_of_a_further_column_counts() -> None:
    found = [of({"a": 1.0}), of({"a": 2.0}), of({"b": 1.0}), of({}, {"a": 1.0}), of({"a": "1"}), of({"a": "x"})]
    assert len({fingerprint(SALES), *found}) == 7


def test_columns_that_no_sale_has_do_not_count() -> None:
    extra = typed_columns([999, 1], [{"a": 1.0, "b": "x"}, {}])
    assert fingerprint(replace(SALES, extra=extra)) == fingerprint(SALES)
    assert of({"a": 1.0}) == fingerprint(
        replace(SALES, extra=typed_columns([999, 1], [{"b": "x"}, {"a": 1.0}])),
    )


def test_the_order_of_rows_does_not_count() -> None:
    extra = typed_columns([5, 3], [{"a": 1.0, "b": "x"}, {"b": "y"}])
    sales = replace(SALES, extra=extra)
    assert fingerprint(sales.take(np.arange(20)[::-1])) == fingerprint(sales)
