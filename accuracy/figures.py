"""Accuracy figures: values of the sales after a cut-off date, each as of its sale date, by several methods.

The model and everything else is derived from sales before the cut-off. Each sale is valued from the sales that closed
before it. Sales flagged by screening are used for neither training nor comparison, but they are valued.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from accuracy.county import MARKET, County
from accuracy.yardstick import nearest_ten
from backend.app.core_gov.market.columns import Sales, date_of
from backend.app.core_gov.valuation.comps.walk_forward import WalkForwardValues, values
from backend.app.core_gov.valuation.model.intervals import SHARES
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.app.core_gov.valuation.ratio_study.measures import MIN_SALES
from backend.app.core_gov.valuation.ratio_study.run import valued
from backend.app.core_gov.valuation.ratio_study.study import About, Study, ValuedSales, study_ratios
from backend.app.core_gov.valuation.service import index_at, model_for, train_market
from backend.app.kit.arrays import Bools, Floats, Ints
from backend.app.kit.errors import BadInput

FIFTHS = 5
MIN_TESTED = MIN_SALES * FIFTHS
"""Fewest sales to test. With fewer, a fifth of the values is too small for any measure."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: a measure of a valuation method (NaN if undefined), and its target range."""

    way: str
    measure: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def reached(self) -> bool | None:
        """Return whether the value is in its target range, or None without a target."""
        if self.low is None and self.high is None:
            return None
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)

    @property
    def wanted(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}{self.unit}"
        if self.high is not None:
            return f"≤ {self.high:g}{self.unit}"
        return ""


Bounds = dict[str, tuple[float | None, float | None]]

RECONCILED: Bounds = {
    "MdAPE": (None, 7.8),
    "MAPE": (None, 11.7),
    "COD": (None, 11.7),
    "PRD": (0.98, 1.03),
    "median ratio": (0.98, 1.02),
}
COMPS: Bounds = {"MdAPE": (None, 8.5)}
OVERALL, OF_FIFTH = 3.0, 5.0
"""Tolerances for interval coverage, in percentage points: over all values, and in each fifth of the values."""

_MEASURES = (
    ("MdAPE", "mdape", " %"), ("MAPE", "mape", " %"), ("COD", "cod", " %"), ("PRD", "prd", ""), ("PRB", "prb", ""),
    ("median ratio", "median_ratio", ""), ("within 10 %", "within_10", " %"),
)  # fmt: skip


@dataclass(slots=True)
class _Clock:
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, act: Callable[[], object]) -> None:
        start = time.perf_counter()
        act()
        self.seconds[name] = time.perf_counter() - start


def figures(county: County, cut: int, *, targets: bool) -> list[Figure]:
    """Train, value and return the figures. `targets` are those of King County. Raises BadInput for too few sales."""
    sales, clock = county.cached.sales, _Clock()
    rows = np.flatnonzero((sales.close_day >= cut) & (sales.price > 0))
    if len(rows) < MIN_TESTED:
        raise BadInput(_too_few(sales, len(rows), cut))
    with county.step("Training") as report:
        clock.timed("training", lambda: train_market(county.db, county.ctx, MARKET, cut, report))
    found = model_for(county.db, MARKET, cut)
    assert found is not None
    start = time.perf_counter()
    valuer = Valuer(found[1], sales)
    with county.step("Valuing") as report:
        answer = _valued(county, valuer, rows, report)
    clock.seconds["valuing all of them"] = time.perf_counter() - start
    with county.step("Yardstick"):
        plain = nearest_ten(sales, rows)
    return [
        Figure("", "sales trained on", int((sales.usable & (sales.close_day < cut)).sum())),
        Figure("", "sales tested", len(rows)),
        *(Figure("", f"{name}, seconds", seconds, " s") for name, seconds in clock.seconds.items()),
        *_ratios("nearest ten, price per sq ft", sales, rows, plain, {}),
        *_ratios("comparable sales", sales, rows, answer.comps, COMPS if targets else {}),
        *_ratios("model", sales, rows, answer.model, {}),
        *_ratios("reconciled", sales, rows, answer.value, RECONCILED if targets else {}),
        *_coverage(sales, rows, answer, targets=targets),
    ]


def _too_few(sales: Sales, count: int, cut: int) -> str:
    last = f"; the last one closed on {date_of(int(sales.close_day.max()))}" if len(sales.close_day) else ""
    tested = f"{count or 'no'} sale{'' if count == 1 else 's'}"
    return f"the file has {tested} from {date_of(cut)} on{last}: at least {MIN_TESTED} are needed to test the values"


@dataclass(frozen=True)
class _Answer:
    value: Floats
    model: Floats
    comps: Floats
    low: Floats
    high: Floats


def _valued(county: County, valuer: Valuer, rows: Ints, report: Callable[[int, int], None]) -> _Answer:
    """Return the values of all sales. Flagged sales are valued one by one, as properties without a sale."""
    sales = county.cached.sales
    told: list[WalkForwardValues] = []

    def comparables(some: Ints) -> tuple[Floats, Floats]:
        told.append(values(sales, some, index_at(county.db, MARKET, county.cached)))
        return told[-1].value, told[-1].log_error

    found = valued(valuer, county.cached, rows, comparables, report)
    order = np.argsort(sales.close_day[rows], kind="stable")
    comps, error = np.empty(len(rows)), np.empty(len(rows))
    comps[order] = np.concatenate([each.value for each in told])
    error[order] = np.concatenate([each.log_error for each in told])
    answer = _Answer(found.value.copy(), found.model.copy(), comps, found.low.copy(), found.high.copy())
    for place in np.flatnonzero(~np.isfinite(found.value)):
        _value_alone(valuer, sales, int(rows[place]), int(place), answer, float(error[place]))
    return answer


@dataclass(frozen=True, slots=True)
class _Said:
    value: float
    log_error: float
    comps: int = 1


def _value_alone(valuer: Valuer, sales: Sales, row: int, place: int, answer: _Answer, error: float) -> None:
    said = _Said(float(answer.comps[place]), error) if np.isfinite(answer.comps[place]) else None
    one = valuer.value(sales.subject(row), int(sales.close_day[row]), said)
    answer.value[place] = one.value
    answer.model[place] = one.model_value or np.nan
    answer.low[place] = [each.low for each in one.intervals]
    answer.high[place] = [each.high for each in one.intervals]


def _study(sales: Sales, rows: Ints, value: Floats) -> Study:
    some = np.isfinite(value)
    return study_ratios(ValuedSales(value[some], sales.price[rows[some]]), About(MARKET), resamples=1)


def _ratios(way: str, sales: Sales, rows: Ints, value: Floats, bounds: Bounds) -> Iterator[Figure]:
    """Yield the measures of one method, starting with the number of sales that it could value."""
    share = 100 * float(np.isfinite(value).mean())
    if share < 100:
        yield Figure(way, "sales valued", share, " %")
    measures = _study(sales, rows, value).untrimmed.by_name
    for label, name, unit in _MEASURES:
        low, high = bounds.get(label, (None, None))
        told = measures[name].value
        yield Figure(way, label, np.nan if told is None else told, unit, low, high)


def _coverage(sales: Sales, rows: Ints, answer: _Answer, *, targets: bool) -> Iterator[Figure]:
    """Yield the share of prices within each interval: of all sales, and in each fifth of the values."""
    price = sales.price[rows]
    fifth = (np.argsort(np.argsort(answer.value, kind="stable"), kind="stable") * FIFTHS) // len(rows)
    for place, share in enumerate(SHARES):
        within = (answer.low[:, place] <= price) & (price <= answer.high[:, place])
        said = 100 * share
        name = f"within the {said:.0f} % interval"
        yield _held("reconciled", name, within, said, OVERALL if targets else None)
        for number in range(FIFTHS):
            where = f"{name}, fifth {number + 1}"
            yield _held("reconciled", where, within[fifth == number], said, OF_FIFTH if targets else None)


def _held(way: str, name: str, within: Bools, said: float, off: float | None) -> Figure:
    low, high = (None, None) if off is None else (said - off, said + off)
    return Figure(way, name, 100 * float(within.mean()), " %", low, high)
