"""Ratio study of someone else's values: a column that is kept with each sale, such as an assessor's value.

The same study as that of our values, without intervals. It is not stored, so it never takes the place of ours. Nothing
tells whether a value was set before the price was known; the test for sales chasing is a hint.
"""

from collections import Counter
from typing import Any

import numpy as np

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import date_of
from backend.app.core_gov.market.importing.converters import is_null, money
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.market.search import service as search
from backend.app.core_gov.market.source_rows.source_column import source_column
from backend.app.core_gov.valuation.ratio_study.run import study_rows
from backend.app.core_gov.valuation.ratio_study.study import About, Study, ValuedSales, study_ratios
from backend.app.kit import clock
from backend.app.kit.arrays import Floats
from backend.app.kit.data_files.cells import NULL_WORDS
from backend.app.kit.db import Database
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.text import counted, shorten

_NO_VALUE, _NOT_ABOVE_0 = "without a value", "with a value that is not above 0"
_MAX_RATIO = 1e9
_MIN_DAY = -25_567
"""1900-01-01, the first day of sales."""


def study_stated_values(db: Database, market: str, column: str, since: int | None) -> Study:
    """Study a column's values against the prices of the usable sales from a day on, by default of all.

    Raises NotFound if the market does not exist, Conflict if it has no such sale, BadInput if no sale has the column
    or none of its values is an amount.
    """
    record = db.snapshot_now(markets.get_market, market)
    start = _MIN_DAY if since is None else since
    first = date_of(start).isoformat()
    sales = sales_of(db, market).sales
    rows = study_rows(sales, start)
    if not len(rows):
        raise Conflict(f"{market} has no usable sale from {first} on: there is nothing to study")
    stated = source_column(db, market, column, first)
    values, reasons = _amounts([stated.values.get(int(seq)) for seq in sales.seq[rows]], record.currency)
    ratios = values / sales.price[rows]
    some = (ratios > 1 / _MAX_RATIO) & (ratios < _MAX_RATIO)
    if absurd := int((np.isfinite(values) & ~some).sum()):
        reasons["with an absurd value"] = absurd
    if not some.any():
        (reason, count) = reasons.most_common(1)[0]
        raise BadInput(f"no value of {shorten(column)} can be used: {counted(count, 'sales', 'are')} {reason}")
    kept = rows[some]
    excluded = db.snapshot_now(search.excluded_since, market, first)
    about = About(
        market=market,
        currency=record.currency,
        made_at=clock.now(),
        left_out={f"flagged {flags}": count for flags, count in excluded.items()} | dict(sorted(reasons.items())),
        values=column,
    )
    valued = ValuedSales(values[some], sales.price[kept], sales.close_day[kept], sales.area[kept], sales.areas)
    return study_ratios(valued, about)


def _amounts(given: list[Any], currency: str) -> tuple[Floats, Counter[str]]:
    """Return the amounts, NaN where there is none, and the number of sales without one by reason."""
    found, reasons = np.full(len(given), np.nan), Counter[str]()
    for at, value in enumerate(given):
        amount, reason = _amount(value, currency)
        if reason is None:
            found[at] = amount
        else:
            reasons[reason] += 1
    return found, reasons


def _amount(value: Any, currency: str) -> tuple[float, str | None]:
    try:
        amount = None if is_null(value, NULL_WORDS) else money(value)
    except ValueError:
        return np.nan, "with a value that is not an amount"
    if amount is None:
        return np.nan, _NO_VALUE
    if amount.currency not in {None, currency}:
        return np.nan, f"with a value in {amount.currency}"
    return (float(amount), None) if amount > 0 else (np.nan, _NOT_ABOVE_0)
