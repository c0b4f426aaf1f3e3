"""Month effects on prices, controlling for buildings, location and repeat sales.

A time-dummy hedonic regression (Handbook on Residential Property Price Indices, Eurostat 2013, chapters 5 and 6): the
log price is explained by the building, by its map cell, and by the month. Sales of the same parcel share unobserved
traits, so each such pair counts as a repeat sale does: the hybrid of Case and Quigley (Review of Economics and
Statistics, 1991), here as a random effect of the parcel. Outliers are winsorized by Huber's method with pseudo-values
(Huber 1964; Bickel 1976).

Everything is sums over sales: the design matrix of the months is never built, so a million sales fit in memory.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.app.core_gov.market.columns import UNKNOWN, Sales
from backend.app.kit.arrays import Floats, Ints

Design = NDArray[np.float64]
"""Matrix with a row for each sale, or with a row and a column for each month."""

CELL_SALES = 24
"""Maximum number of sales in a map cell: enough to compare, close enough to share a location."""

REPEAT_GAP_DAYS = 183
"""Minimum days between repeat sales; buildings resold sooner were often altered (S&P Case-Shiller: six months)."""

REPEATS_NEEDED = 30
"""Minimum number of repeat sales required to estimate the correlation within a parcel."""

_BUILDING = ("beds", "baths", "grade", "condition", "floors", "view", "waterfront")
_LOGS = ("living_sqft", "lot_sqft")
_HUBER = 1.5  # standard deviations; keeps 96 % of the efficiency under normal errors
_ROUNDS = 12
_USUAL_SPREAD, _USUAL_WORTH = (
    0.25,
    5,
)  # prior standard deviation of prices, and its weight in sales


@dataclass(frozen=True)
class MonthEvidence:
    """Normal equations of the month effects: `precision @ effects = weighted`, up to a common constant."""

    precision: Design
    weighted: Floats
    spread: float
    """Residual standard deviation of the log price."""
    repeats: int
    """Number of repeat sales used."""


def evidence_of(sales: Sales, month: Ints, months: int) -> MonthEvidence:
    """Return the evidence of sales, sorted by day, on the months they are in."""
    if not len(sales):
        return MonthEvidence(np.zeros((months, months)), np.zeros(months), np.nan, 0)
    cell = cells_of(sales)
    sums = _Sums(month, months, cell, _groups(sales, cell), _design(sales))
    log_price = np.log(sales.price)
    fit = _huber(log_price, sums)
    likeness = sums.likeness(fit.residual, fit.spread)
    if likeness:
        sums.weigh(likeness)
        fit = _huber(log_price, sums)
    precision, weighted = sums.equations(fit.pseudo)
    return MonthEvidence(precision / fit.spread**2, weighted / fit.spread**2, fit.spread, sums.pairs if likeness else 0)


# The regression


class _Sums:
    """Sums over the sales under the covariance of their errors, with cell levels projected out.

    The error of a sale has variance 1; sales of one group share the part `h` of it. Within a group of k, the inverse of
    that covariance is a (I - s 11') with a = 1 / (1 - h) and s = h / (1 - h + k h).
    """

    def __init__(self, month: Ints, months: int, cell: Ints, group: Ints, design: Design) -> None:
        self.month, self.months, self.cell, self.group, self.design = month, months, cell, group, design
        self.cells = int(cell.max()) + 1
        self._size = np.bincount(group)[group].astype(np.float64)
        self._order = np.lexsort((np.arange(len(group)), group))
        self.weigh(0.0)

    def weigh(self, likeness: float) -> None:
        """Set the share of the error variance that sales of one group have in common."""
        self._own = 1 / (1 - likeness)
        self._shared = likeness / (1 - likeness + self._size * likeness)
        self._each = self._own * (1 - self._size * self._shared)  # weight of a sale in a sum over its cell
        self._cell_weight = np.bincount(self.cell, self._each)
        self._left = np.array([self.left(column) for column in self.design.T]).reshape(self.design.shape[::-1]).T
        self._inner = self.design.T @ self._left + 1e-9 * len(self.month) * np.eye(self.design.shape[1])
        self._cross = self._by_month(self._left)
        self._solved = np.linalg.solve(self._inner, self._cross.T)
        self._precision = self._month_sums() - self._cross @ self._solved

    def left(self, values: Floats) -> Floats:
        """Return the inverse covariance times the values, cell levels projected out."""
        shared = np.bincount(self.group, values)[self.group]
        weighed: Floats = self._own * (values - self._shared * shared)
        level = np.bincount(self.cell, weighed) / self._cell_weight
        return weighed - self._each * level[self.cell]

    def equations(self, values: Floats) -> tuple[Design, Floats]:
        """Return the normal equations of the months, building traits projected out."""
        left = self.left(values)
        return self._precision, np.bincount(self.month, left, self.months) - self._solved.T @ (self.design.T @ left)

    def residual(self, values: Floats, observed: Floats) -> Floats:
        """Return the residuals of the observed values from the fit to `values`."""
        precision, weighted = self.equations(values)
        ridge = 1e-9 * max(1.0, float(np.trace(precision)))  # the common level of the months is not identified
        effects = np.linalg.solve(precision + ridge * np.eye(self.months), weighted)
        rest = values - effects[self.month]
        rest = rest - self.design @ np.linalg.solve(self._inner, self.design.T @ self.left(rest))
        level = np.bincount(self.cell, rest * self._each) / self._cell_weight
        left: Floats = observed - (values - rest) - level[self.cell]
        return left

    @property
    def freedom(self) -> int:
        """Residual degrees of freedom."""
        return max(0, len(self.month) - self.cells - int(self.design.shape[1]) - len(np.unique(self.month)) + 1)

    @property
    def pairs(self) -> int:
        return len(self.group) - (int(self.group.max()) + 1)

    def likeness(self, residual: Floats, spread: float) -> float:
        """Return the share of the error variance within parcels; 0 if there are too few repeat sales."""
        if self.pairs < REPEATS_NEEDED:
            return 0.0
        first, second = self._pairs_at_offset(1)
        between = residual[second] - residual[first]
        own = (1.4826 * float(np.median(np.abs(between - np.median(between))))) ** 2 / 2
        return float(np.clip(1 - own / spread**2, 0.0, 0.95))

    def _pairs_at_offset(self, offset: int) -> tuple[Ints, Ints]:
        """Return the pairs of sales of a group that are `offset` sales apart."""
        first, second = self._order[:-offset], self._order[offset:]
        same = self.group[first] == self.group[second]
        return first[same], second[same]

    def _by_month(self, columns: Design) -> Design:
        sums = [np.bincount(self.month, column, self.months) for column in columns.T]
        return np.stack(sums, axis=1) if sums else np.empty((self.months, 0))

    def _month_sums(self) -> Design:
        whole = np.diag(np.bincount(self.month, self._own * (1 - self._shared), self.months))
        for offset in range(1, int(self._size.max())):
            first, second = self._pairs_at_offset(offset)
            place = self.month[first] * self.months + self.month[second]
            pairs = np.bincount(place, self._own * self._shared[first], self.months**2).reshape(whole.shape)
            whole = whole - pairs - pairs.T
        in_cells = np.bincount(self.cell * self.months + self.month, self._each, self.cells * self.months)
        counts = in_cells.reshape(self.cells, self.months)
        return whole - counts.T @ (counts / self._cell_weight[:, None])


@dataclass(frozen=True)
class _MonthFit:
    """Fit with `pseudo`, the observed values with outliers winsorized, and `spread`, the residual deviation."""

    pseudo: Floats
    residual: Floats
    spread: float


def _huber(observed: Floats, sums: _Sums) -> _MonthFit:
    """Return Huber's M-estimate by pseudo-values: winsorize residuals at 1.5 deviations and refit."""
    middle = np.median(observed)
    reach = 3 * max(_deviation(observed - middle), _USUAL_SPREAD)
    pseudo = np.clip(observed, middle - reach, middle + reach)
    loss = np.sqrt(len(observed) / max(sums.freedom, 1))  # degrees of freedom: residuals are smaller than errors
    residual, spread = observed - middle, reach
    for _ in range(_ROUNDS):
        residual = sums.residual(pseudo, observed)
        spread = max(_deviation(residual) * min(loss, 2.0), 1e-3)
        pseudo = observed - residual + np.clip(residual, -_HUBER * spread, _HUBER * spread)
    inside = np.abs(residual) <= _HUBER * spread
    cut = np.clip(residual, -_HUBER * spread, _HUBER * spread)
    variance = float(np.sum(cut**2)) / max(sums.freedom, 1) / float(np.mean(inside)) ** 2
    known = sums.freedom
    pooled = (known * variance + _USUAL_WORTH * _USUAL_SPREAD**2) / (known + _USUAL_WORTH)
    return _MonthFit(pseudo, residual, float(np.sqrt(pooled)))


def _deviation(values: Floats) -> float:
    """Return the standard deviation estimated from the median absolute deviation."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


# Buildings


def _design(sales: Sales) -> Design:
    """Return standardized building traits as columns; missing values are the median, with an indicator.

    The first columns are the most informative. With few sales only these are used: one column for every ten sales.
    """
    columns = [np.log(np.where(part > 0, part, np.nan)) for part in (getattr(sales, name) for name in _LOGS)]
    columns += [getattr(sales, name) for name in _BUILDING]
    year = 1970 + sales.day / 365.25
    age = np.clip(year - sales.year_built, -1, 150)
    columns += [
        age,
        age**2,
        np.where(np.isfinite(sales.year_renovated), np.clip(year - sales.year_renovated, 0, 30), np.nan),
    ]
    columns += [np.log1p(np.clip(sales.basement_sqft, 0, None))]
    whole = [part for column in columns for part in _filled(column)]
    whole += [(sales.type_class == code).astype(np.float64) for code in _common(sales.type_class)]
    whole = whole[: len(sales) // 10]
    return np.stack(whole, axis=1) if whole else np.empty((len(sales), 0))


def _filled(column: Floats) -> list[Floats]:
    known = np.isfinite(column)
    if not known.any():
        return []
    middle, spread = np.median(column[known]), np.std(column[known])
    marks = [] if known.all() else [known.astype(np.float64)]
    if spread < 1e-9:
        return marks
    return [np.where(known, np.clip((column - middle) / spread, -8, 8), 0.0), *marks]


def _common(codes: Ints) -> Ints:
    """Return the common property types without the most common one, which is the reference."""
    kinds, counts = np.unique(codes, return_counts=True)
    ranked = kinds[np.lexsort((kinds, -counts))]
    return ranked[1:9]


# Places


def cells_of(sales: Sales) -> Ints:
    """Return map cells of at most `CELL_SALES` sales by bisection; the postal area for sales without coordinates."""
    placed = np.isfinite(sales.latitude) & np.isfinite(sales.longitude)
    cell = np.zeros(len(sales), dtype=np.int64)
    rows = np.flatnonzero(placed)
    cell[rows] = _halved(sales.longitude[rows], sales.latitude[rows])
    others = np.flatnonzero(~placed)
    cell[others] = cell.max(initial=0) + 2 + sales.area[others]
    return np.unique(cell, return_inverse=True)[1].astype(np.int64)


def _halved(east: Floats, north: Floats) -> Ints:
    cell = np.zeros(len(east), dtype=np.int64)
    depth = max(0, int(np.ceil(np.log2(max(len(east), 1) / CELL_SALES))))
    for level in range(depth):
        along = (east, north)[level % 2]
        order = np.lexsort((along, cell))
        starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
        sizes = np.diff(starts, append=len(cell))
        middles = along[order][starts + (sizes - 1) // 2]
        which = np.unique(cell, return_inverse=True)[1]
        cell = 2 * which + (along > middles[which])
    return cell


def _groups(sales: Sales, cell: Ints) -> Ints:
    """Return a group for each parcel; a new group starts after a gap too short for a repeat sale.

    A sale without a known parcel is a group of its own.
    """
    own = np.arange(len(sales))
    parcel = np.where(sales.parcel_class == UNKNOWN, -2 - own, sales.parcel_class)
    order = np.lexsort((own, sales.day, cell, parcel))
    same = (np.diff(parcel[order], prepend=-1) == 0) & (np.diff(cell[order], prepend=-1) == 0)
    gap = np.diff(sales.day[order], prepend=0)
    group = np.empty(len(sales), dtype=np.int64)
    group[order] = np.cumsum(~(same & (gap >= REPEAT_GAP_DAYS)))
    return group - 1
