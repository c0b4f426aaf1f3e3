"""Factors of a neighborhood from sales, relative to other places of its market. Pure functions.

Each measure is computed from the sales nearest to the property, and likewise for other places of the market. The
score is the percentile among those places, shrunk toward 50 by the share of the variance between places that is due
to chance (reliability of classical test theory; Spearman 1904).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.market.columns import UNKNOWN, Sales, Subject, date_of
from backend.app.core_gov.neighborhood.rating import Factor
from backend.app.kit.arrays import Floats, Ints

MONTHS = 24
NEAREST = 60
NEAREST_FOR_TREND = 150
PLACES = 200
MIN_SALES = 30
MIN_NEAR = 12
MAX_KM = 40
MAX_SALES = 100_000

_DAYS_PER_MONTH = 365.25 / 12
_FEATURES = ("beds", "baths", "grade", "condition", "floors", "view", "waterfront", "year_built", "lot_sqft")
NAMES = ("price_trend", "liquidity", "volatility", "price_level")


@dataclass(frozen=True)
class NearbySales:
    """Sales near several places: row indexes per place, nearest first, and the distance of the last."""

    rows: NDArray[np.int64]
    km: Floats | None


@dataclass(frozen=True, slots=True)
class PlaceMeasure:
    """A measure at the property's place and at other places, each with its standard error."""

    value: float
    here: float
    here_error: float
    places: Floats
    errors: Floats


@dataclass(frozen=True)
class MarketView:
    """Factors from the sales of the window, and the median price per square foot of the place and of the market."""

    factors: tuple[Factor, ...]
    price_per_sqft: float | None
    market_price_per_sqft: float | None


def factors_from_sales(sales: Sales, subject: Subject, as_of: int, market: str, currency: str) -> MarketView:
    """Compute the factors from sales that closed before the day."""
    known = sales.known_before(as_of)
    first = as_of - round(MONTHS * _DAYS_PER_MONTH)
    recent = known.take(known.usable & (known.close_day >= first) & (known.price > 0))
    recent = recent.take(np.arange(max(0, len(recent) - MAX_SALES), len(recent)))
    window = f"sales that closed from {date_of(first)} to {date_of(as_of - 1)}"
    source = f"sales of the market {market}"
    if len(recent) < MIN_SALES:
        return MarketView(_none(_too_few(len(recent), known, window), source, window), None, None)
    found = _around(recent, subject)
    if isinstance(found, str):
        return MarketView(_none(found, source, window), None, None)
    return _viewed(recent, found, as_of, source, window, currency)


def _too_few(count: int, known: Sales, window: str) -> str:
    newest = f"; the newest sale is of {date_of(int(known.close_day.max()))}" if len(known) else ""
    return f"{count} {window} are on file, and {MIN_SALES} are needed{newest}"


def _none(reason: str, source: str, window: str) -> tuple[Factor, ...]:
    return tuple(Factor(name, reason=reason, source=source, window=window) for name in NAMES)


# Selection of sales


@dataclass(frozen=True)
class _FactorPlaces:
    """Neighborhoods to compare; the first is the property's."""

    near: list[Ints]
    wide: list[Ints]
    km: Floats | None
    words: str


def _around(sales: Sales, subject: Subject) -> _FactorPlaces | str:
    """Select sales by coordinates, or else by postal area. Return a sentence if neither is possible."""
    placed = np.flatnonzero(np.isfinite(sales.latitude) & np.isfinite(sales.longitude))
    if np.isfinite(subject.latitude) and np.isfinite(subject.longitude) and len(placed) >= MIN_SALES:
        return _by_coordinates(sales, placed, subject)
    code = sales.areas.of(subject.area)
    if code != UNKNOWN and int((sales.area == code).sum()) >= MIN_NEAR:
        return _by_area(sales, code)
    return f"fewer than {MIN_NEAR} sales are in its postal area, and it has no coordinates for a wider search"


def _by_coordinates(sales: Sales, placed: Ints, subject: Subject) -> _FactorPlaces | str:
    from scipy.spatial import cKDTree

    points = sales.kilometers(sales.latitude[placed], sales.longitude[placed])
    here = sales.kilometers(subject.latitude, subject.longitude)
    step = max(1, len(placed) // PLACES)
    others = points[np.argsort(sales.seq[placed], kind="stable")[::step][:PLACES]]
    count = min(NEAREST_FOR_TREND, len(placed))
    km, at = cKDTree(points).query(np.vstack([here, others]), k=count)
    rows = placed[at.reshape(len(others) + 1, count)]
    last = min(NEAREST, count)
    farthest = km.reshape(len(others) + 1, count)[:, last - 1]
    if farthest[0] > MAX_KM:
        return f"the {last} sales nearest to it are up to {farthest[0]:,.0f} km away, too far for a neighborhood"
    words = f"the {last} nearest, up to {farthest[0]:.1f} km away"
    return _FactorPlaces([row[:last] for row in rows], list(rows), farthest, words)


def _by_area(sales: Sales, code: int) -> _FactorPlaces:
    codes, counts = np.unique(sales.area, return_counts=True)
    others = codes[(codes != UNKNOWN) & (codes != code) & (counts >= MIN_NEAR)]
    groups = [np.flatnonzero(sales.area == each) for each in [code, *others]]
    return _FactorPlaces(groups, groups, None, f"the {len(groups[0])} of the postal area {sales.areas.text(code)}")


# Measures


def _viewed(sales: Sales, places: _FactorPlaces, as_of: int, source: str, window: str, currency: str) -> MarketView:
    surplus = _surplus(sales)
    years = (sales.day - as_of) / 365.25
    per_sqft = sales.price / np.where(sales.living_sqft > 0, sales.living_sqft, np.nan)
    sized = np.isfinite(per_sqft).mean() > 0.5
    level = per_sqft if sized else sales.price
    unit = f"{currency} per sq ft" if sized else currency
    near = f"{window}; {places.words}"
    wide = f"{window}; the {len(places.wide[0])} nearest" if places.km is not None else near
    trend = _measure(places.wide, lambda rows: _trend(surplus[rows], years[rows]))
    spread = _measure(places.near, lambda rows: _spread(surplus[rows]))
    middle = _measure(places.near, lambda rows: _middle(level[rows]))
    factors = (
        _scored("price_trend", trend, "% a year", source, wide, "a rise is better", lambda v: 100 * np.expm1(v)),
        _liquidity(places, _months(sales, as_of), source, near),
        _scored("volatility", spread, "% around the expected price", source, near, "less is better", _percent, True),
        _scored("price_level", middle, unit, source, near, "more is better: buyers pay more for the place", np.exp),
    )
    here = float(np.exp(middle.here)) if sized and middle is not None else None
    return MarketView(factors, here, float(np.nanmedian(per_sqft)) if sized else None)


def _surplus(sales: Sales) -> Floats:
    """Return the residuals of log price after least squares on the building's features; location effects remain."""
    log_price = np.log(sales.price)
    columns = [np.log(np.where(sales.living_sqft > 0, sales.living_sqft, np.nan))]
    columns += [getattr(sales, name) for name in _FEATURES]
    design = [np.ones(len(sales))]
    for column in columns:
        known = np.isfinite(column)
        if known.any() and np.std(column[known]) > 1e-9:
            centered = (column - np.median(column[known])) / np.std(column[known])
            design.append(np.where(known, np.clip(centered, -5, 5), 0.0))
    matrix = np.stack(design, axis=1)
    normal = matrix.T @ matrix + 1e-6 * len(sales) * np.eye(matrix.shape[1])
    surplus: Floats = log_price - matrix @ np.linalg.solve(normal, matrix.T @ log_price)
    return surplus


Estimate = tuple[float, float]
"""A value and its standard error, in log units."""


def _trend(surplus: Floats, years: Floats) -> Estimate | None:
    off = years - years.mean()
    squares = float(np.sum(off**2))
    if len(years) < MIN_SALES or squares < 1e-3 * len(years):
        return None
    slope = float(np.sum(off * surplus) / squares)
    left = surplus - surplus.mean() - slope * off
    return slope, float(np.sqrt(np.sum(left**2) / (len(years) - 2) / squares))


def _spread(surplus: Floats) -> Estimate | None:
    if len(surplus) < MIN_NEAR:
        return None
    spread = 1.4826 * float(np.median(np.abs(surplus - np.median(surplus))))
    return float(np.log(max(spread, 1e-4))), 1.17 / float(np.sqrt(len(surplus)))


def _middle(level: Floats) -> Estimate | None:
    logs = np.log(level[np.isfinite(level)])
    if len(logs) < MIN_NEAR:
        return None
    return float(np.median(logs)), 1.2533 * float(np.std(logs)) / float(np.sqrt(len(logs)))


def _months(sales: Sales, as_of: int) -> float:
    """Return the months from the first sale to the day, at least 1."""
    return max(1.0, (as_of - int(sales.close_day.min())) / _DAYS_PER_MONTH)


def _liquidity(places: _FactorPlaces, months: float, source: str, window: str) -> Factor:
    """Score the sales per month and square kilometer."""
    if places.km is None:
        reason = "unknown without coordinates: the size of the area is not known"
        return Factor("liquidity", reason=reason, source=source, window=window)
    area = np.pi * np.maximum(places.km, 0.05) ** 2
    logs = np.log(len(places.near[0]) / months / area)
    error = 1 / np.sqrt(len(places.near[0]))
    measured = PlaceMeasure(float(logs[0]), float(logs[0]), error, logs[1:], np.full(len(logs) - 1, error))
    return _scored("liquidity", measured, "sales a month per km²", source, window, "more is better", np.exp)


def _measure(places: list[Ints], estimate: Callable[[Ints], Estimate | None]) -> PlaceMeasure | None:
    found = [estimate(rows) for rows in places]
    if found[0] is None:
        return None
    others = np.array([each for each in found[1:] if each is not None], dtype=np.float64).reshape(-1, 2)
    value, error = found[0]
    return PlaceMeasure(value, value, error, others[:, 0], others[:, 1])


def _scored(
    name: str,
    measured: PlaceMeasure | None,
    unit: str,
    source: str,
    window: str,
    better: str,
    shown: Callable[[float], float],
    lower: bool = False,
) -> Factor:
    if measured is None:
        return Factor(name, reason="too few sales nearby", source=source, window=window)
    if len(measured.places) < 5:
        return Factor(name, reason="too few other places of the market to compare with", source=source, window=window)
    rank = _rank(measured.here, measured.places)
    reliability = _reliability(measured)
    percentile = 100 * (1 - rank if lower else rank)
    scaling = (
        f"better than {percentile:.0f} % of {len(measured.places)} places of the market ({better}); "
        f"{100 * reliability:.0f} % of the variance between places is not due to chance, and the score keeps that part "
        "of its distance from 50"
    )
    value = float(shown(measured.value))
    score = round(50 + reliability * (percentile - 50), 1)
    return Factor(name, score, _round(value), unit, source, window, scaling)


def _rank(value: float, places: Floats) -> float:
    below, same = np.sum(places < value - 1e-12), np.sum(np.abs(places - value) <= 1e-12)
    return float((below + same / 2) / len(places))


def _reliability(measured: PlaceMeasure) -> float:
    """Return the share of the variance between places that is not due to chance."""
    low, high = np.quantile(measured.places, [0.05, 0.95])
    total = float(np.var(np.clip(measured.places, low, high)))
    chance = float(np.median(measured.errors**2))
    return max(0.0, 1 - chance / total) if total > 1e-12 else 0.0


def _percent(log: float) -> float:
    return 100 * float(np.exp(log))


def _round(value: float) -> float:
    return float(f"{value:.4g}")
