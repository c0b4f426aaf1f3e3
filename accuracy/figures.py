"""Accuracy figures: values of the sales after a cut-off date, each as of its sale date, by several methods.

The model and everything else is derived from sales before the cut-off. Each sale is valued from the sales that closed
before it. Sales flagged by screening are used for neither training nor comparison, but they are valued.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from accuracy.boosting import boosted
from accuracy.county import MARKET, County
from accuracy.yardstick import nearest_ten
from backend.app.core_gov.market.columns import Sales, date_of
from backend.app.core_gov.valuation.calibration.intervals import SHARES
from backend.app.core_gov.valuation.comps.walk_forward import values
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.app.core_gov.valuation.ratio_study.measures import MIN_SALES
from backend.app.core_gov.valuation.ratio_study.run import value_sales
from backend.app.core_gov.valuation.ratio_study.study import About, Study, ValuedSales, study_ratios
from backend.app.core_gov.valuation.service import index_at, model_for, train_market
from backend.app.kit.arrays import Bools, Floats, Ints
from backend.app.kit.errors import BadInput

FIFTHS = 5
MIN_TESTED = MIN_SALES * FIFTHS
"""Minimum number of sales to test. With fewer, a fifth of the values is too small for any measure."""


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
OVERALL, FIFTH = 3.0, 5.0
"""Tolerances for interval coverage, in percentage points: over all values, and in each fifth of the values."""

BOOSTING = {"boosting alone": False, "boosting, previous price": True}
"""Names of the baselines of `boosting`, and whether they have the parcel's previous price."""

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
        results = _valued(county, valuer, rows, report)
    clock.seconds["valuing all of them"] = time.perf_counter() - start
    with county.step("Yardstick"):
        plain = nearest_ten(sales, rows)
        trees = {name: boosted(sales, rows, cut, previous=previous) for name, previous in BOOSTING.items()}
    return [
        Figure("", "sales trained on", int((sales.usable & (sales.close_day < cut)).sum())),
        Figure("", "sales tested", len(rows)),
        *(Figure("", f"{name}, seconds", seconds, " s") for name, seconds in clock.seconds.items()),
        *_ratios("nearest ten, price per sq ft", sales, rows, plain, {}),
        *(figure for name, value in trees.items() for figure in _ratios(name, sales, rows, value, {})),
        *_ratios("comparable sales", sales, rows, results.comps, COMPS if targets else {}),
        *_ratios("model", sales, rows, results.model, {}),
        *_ratios("reconciled", sales, rows, results.value, RECONCILED if targets else {}),
        *_coverage(sales, rows, results, targets=targets),
    ]


def truth(price: Floats, value: Floats) -> Figure:
    """Return the error of the true values of made-up sales: no method can have a lower one, but by chance."""
    return Figure("true values", "MdAPE", 100 * float(np.median(np.abs(value / price - 1))), " %")


def _too_few(sales: Sales, count: int, cut: int) -> str:
    last = f"; the last one closed on {date_of(int(sales.close_day.max()))}" if len(sales.close_day) else ""
    tested = f"{count or 'no'} sale{'' if count == 1 else 's'}"
    return f"the file has {tested} from {date_of(cut)} on{last}: at least {MIN_TESTED} are needed to test the values"


@dataclass(frozen=True)
class _Values:
    value: Floats
    model: Floats
    comps: Floats
    low: Floats
    high: Floats


def _valued(county: County, valuer: Valuer, rows: Ints, report: Callable[[int, int], None]) -> _Values:
    """Return the values of all sales. Flagged sales are valued one by one, as properties without a sale."""
    sales = county.cached.sales
    compared = values(sales, rows, index_at(county.db, MARKET, county.cached), report=report)
    comps, error = compared.value, compared.log_error
    found = value_sales(valuer, county.cached, rows, lambda *_: (comps, error), report)
    results = _Values(found.value.copy(), found.model.copy(), comps, found.low.copy(), found.high.copy())
    for place in np.flatnonzero(~np.isfinite(found.value)):
        _value_alone(valuer, sales, int(rows[place]), int(place), results, float(error[place]))
    return results


@dataclass(frozen=True, slots=True)
class _Comparison:
    value: float
    log_error: float
    comps: int = 1


def _value_alone(valuer: Valuer, sales: Sales, row: int, place: int, results: _Values, error: float) -> None:
    comparison = _Comparison(float(results.comps[place]), error) if np.isfinite(results.comps[place]) else None
    subject = replace(sales.subject(row), sold_as=int(sales.seq[row]))
    one = valuer.value(subject, int(sales.close_day[row]), comparison)
    results.value[place] = one.value
    results.model[place] = one.model_value or np.nan
    results.low[place] = [each.low for each in one.intervals]
    results.high[place] = [each.high for each in one.intervals]


def _study(sales: Sales, rows: Ints, value: Floats) -> Study:
    valued_ = np.isfinite(value)
    return study_ratios(ValuedSales(value[valued_], sales.price[rows[valued_]]), About(MARKET), resamples=1)


def _ratios(method: str, sales: Sales, rows: Ints, value: Floats, bounds: Bounds) -> Iterator[Figure]:
    """Yield the measures of one method, starting with the number of sales that it could value."""
    share = 100 * float(np.isfinite(value).mean())
    if share < 100:
        yield Figure(method, "sales valued", share, " %")
    measures = _study(sales, rows, value).untrimmed.by_name
    for label, name, unit in _MEASURES:
        low, high = bounds.get(label, (None, None))
        measured = measures[name].value
        yield Figure(method, label, np.nan if measured is None else measured, unit, low, high)


def _coverage(sales: Sales, rows: Ints, results: _Values, *, targets: bool) -> Iterator[Figure]:
    """Yield the share of prices within each interval: of all sales, and in each fifth of the values."""
    price = sales.price[rows]
    fifth = (np.argsort(np.argsort(results.value, kind="stable"), kind="stable") * FIFTHS) // len(rows)
    for place, share in enumerate(SHARES):
        within = (results.low[:, place] <= price) & (price <= results.high[:, place])
        nominal = 100 * share
        name = f"within the {nominal:.0f} % interval"
        yield _coverage_figure("reconciled", name, within, nominal, OVERALL if targets else None)
        for number in range(FIFTHS):
            where = f"{name}, fifth {number + 1}"
            yield _coverage_figure("reconciled", where, within[fifth == number], nominal, FIFTH if targets else None)


def _coverage_figure(method: str, name: str, within: Bools, nominal: float, tolerance: float | None) -> Figure:
    low, high = (None, None) if tolerance is None else (nominal - tolerance, nominal + tolerance)
    return Figure(method, name, 100 * float(within.mean()), " %", low, high)
