"""Summary of a market and its price index, computed from the cached sales."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from backend.app.core_gov.market import service
from backend.app.core_gov.market.as_of import MIN_DATE
from backend.app.core_gov.market.columns import FEATURES, UNKNOWN, Codes, Sales, date_of, day_of
from backend.app.core_gov.market.indexes.choice import error_of_year
from backend.app.core_gov.market.indexes.service import index_of
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.market.schemas import MarketRecord
from backend.app.core_gov.market.search import store
from backend.app.core_gov.market.search.summary_schemas import (
    FlagCount,
    GroupOfSales,
    IndexPeriod,
    MarketIndex,
    MarketSummary,
    Spread,
)
from backend.app.kit import clock
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.db import Database
from backend.app.kit.errors import BadInput

AREAS = 50
"""Maximum number of areas listed, those with the most sales."""

_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def as_of_day(text: str | None) -> int:
    """Return the day of an ISO date, or today, the company's day. Raises BadInput if it is in the future."""
    today = clock.today()
    if text is not None and text > today:
        raise BadInput.field("as_of", f"as_of {text} has not come yet")
    return day_of(date.fromisoformat(text or today))


@dataclass(slots=True)
class _CachedSummary:
    """Cache of the last summary of each market, with the inputs it was computed from."""

    by_market: dict[str, tuple[tuple[object, ...], MarketSummary]] = field(default_factory=dict)


def market_summary(db: Database, name: str, as_of: str | None) -> MarketSummary:
    """Return the summary of a market's sales closed before a day. Raises NotFound if it does not exist."""
    day = as_of_day(as_of)
    market = db.snapshot_now(service.get_market, name)
    cached = sales_of(db, name)
    made_from = (cached.revision, day, market.currency)
    kept = db.cached(_CachedSummary).by_market
    found = kept.get(name)
    if found is None or found[0] != made_from:  # flags have the revision of their sales
        flags = db.snapshot_now(store.flags, name, MIN_DATE, date_of(day).isoformat())
        found = made_from, _summary(market, cached.sales.known_before(day), day, flags)
        kept[name] = found
    return found[1]


def last_sale_day(db: Database, name: str) -> str | None:
    """Return the closing day of the last sale of a market before today; None if it has none."""
    days = sales_of(db, name).sales.close_day
    before = days[days < as_of_day(None)]
    return date_of(int(before.max())).isoformat() if len(before) else None


def _summary(market: MarketRecord, sales: Sales, day: int, flags: Iterable[tuple[str, int]]) -> MarketSummary:
    used = sales.take(sales.usable)
    rate = _price_per_sqft(used)
    close = [date_of(int(end)) for end in (sales.close_day.min(), sales.close_day.max())] if len(sales) else []
    return MarketSummary(
        market=market.name,
        currency=market.currency,
        as_of=date_of(day).isoformat(),
        sales=len(sales),
        usable=len(used),
        first_date=close[0].isoformat() if close else None,
        last_date=close[1].isoformat() if close else None,
        days_since_last_sale=(date_of(day) - close[1]).days if close else None,
        price=_quantiles(used.price),
        price_per_sqft=_quantiles(rate),
        months=_by_month(used, rate),
        types=_by_code(used.type_class, used.types, used, rate),
        areas=_by_code(used.area, used.areas, used, rate)[:AREAS],
        flags=_flag_counts(flags),
        known=_known(sales),
    )


def market_index(db: Database, name: str, as_of: str | None) -> MarketIndex:
    """Return the price index of a market as of a day. Raises NotFound if it does not exist."""
    day = as_of_day(as_of)
    index = index_of(db, name, day)
    change, _ = index.change(np.array([day - 365]), day)
    periods = zip(index.months, index.level, index.standard_error, index.count, strict=True)
    return MarketIndex(
        market=name,
        as_of=date_of(day).isoformat(),
        source=index.source,
        change_over_year=round(float(np.expm1(change[0])), 4),
        standard_error_of_year=round(error_of_year(index), 4),
        periods=[
            IndexPeriod(period=period, level=round(level, 2), standard_error=round(error, 4), sales=int(sales))
            for period, level, error, sales in periods
        ],
    )


def _price_per_sqft(sales: Sales) -> Floats:
    """Return the price per square foot; NaN if the living area is unknown."""
    area = np.where(sales.living_sqft > 0, sales.living_sqft, np.nan)
    return np.asarray(sales.price / area)


def _quantiles(values: Floats) -> Spread | None:
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    p10, p25, median, p75, p90 = (round(float(value), 2) for value in np.quantile(known, _SHARES))
    return Spread(p10=p10, p25=p25, median=median, p75=p75, p90=p90)


def _by_month(sales: Sales, rate: Floats) -> list[GroupOfSales]:
    months = sales.close_day.astype("datetime64[D]").astype("datetime64[M]")
    names, groups = np.unique(months, return_inverse=True)
    return _groups([str(name) for name in names], groups, sales.price, rate)


def _by_code(codes: Ints, names: Codes, sales: Sales, rate: Floats) -> list[GroupOfSales]:
    """Return groups by a text column, largest first."""
    found, groups = np.unique(codes, return_inverse=True)
    if not len(found) or (len(found) == 1 and found[0] == UNKNOWN):
        return []
    groups_of_code = _groups([names.text(int(code)) for code in found], groups, sales.price, rate)
    return sorted(groups_of_code, key=lambda group: (-group.sales, group.name or ""))


def _groups(names: Sequence[str | None], groups: Ints, price: Floats, rate: Floats) -> list[GroupOfSales]:
    counts = np.bincount(groups, minlength=len(names))
    prices, rates = _medians(groups, price, len(names)), _medians(groups, rate, len(names))
    return [
        GroupOfSales(
            name=name,
            sales=int(counts[at]),
            median_price=round(float(prices[at]), 2),
            median_price_per_sqft=round(float(rates[at]), 2) if np.isfinite(rates[at]) else None,
        )
        for at, name in enumerate(names)
    ]


def _medians(groups: Ints, values: Floats, count: int) -> Floats:
    """Return the median of the known values of each group; NaN if there are none."""
    known = np.isfinite(values)
    groups, values = groups[known], values[known]
    order = np.lexsort((values, groups))
    ordered, sizes = values[order], np.bincount(groups, minlength=count)
    starts = np.cumsum(sizes) - sizes
    found = np.full(count, np.nan)
    some = sizes > 0
    low, high = starts[some] + (sizes[some] - 1) // 2, starts[some] + sizes[some] // 2
    found[some] = (ordered[low] + ordered[high]) / 2
    return found


def _flag_counts(flags: Iterable[tuple[str, int]]) -> list[FlagCount]:
    all_of, lifted = Counter[str](), Counter[str]()
    for text, count in flags:
        for flag in json.loads(text):
            all_of[flag["flag"]] += count
            lifted[flag["flag"]] += count if flag.get("lifted") else 0
    return [FlagCount(name=name, sales=all_of[name], lifted=lifted[name]) for name in sorted(all_of)]


def _known(sales: Sales) -> dict[str, float]:
    parts: dict[str, Any] = {name: np.isfinite(getattr(sales, name)) for name in FEATURES}
    parts |= {name: getattr(sales, name) != UNKNOWN for name in ("property_type", "parcel", "area")}
    return {name: round(float(np.mean(part)), 4) if len(sales) else 0.0 for name, part in parts.items()}
