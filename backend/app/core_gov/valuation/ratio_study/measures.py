"""Measures of a ratio study, each with an interval, an acceptable range and a verdict.

A measure that cannot be computed is None, with the reason: too few sales, or all prices the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from backend.app.core_gov.valuation.ratio_study import bootstrap, statistics
from backend.app.core_gov.valuation.ratio_study.bootstrap import ConfidenceInterval
from backend.app.kit.arrays import Floats

MIN_SALES = 5
"""Minimum number of sales; the IAAO calls studies of fewer than five exceptionally poor."""

SUSPICIOUS_COD = 5.0
"""COD below which sales chasing is likely: no market is this uniform (IAAO)."""


class MeasureVerdict(StrEnum):
    WITHIN = "within"
    OUTSIDE = "outside"
    SUSPICIOUS = "suspicious"


@dataclass(frozen=True, slots=True)
class Band:
    """Acceptable range of a measure, ends included; `outer` is a wider range that is still accepted."""

    low: float
    high: float
    outer: ConfidenceInterval | None = None

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Scale:
    """Label, unit, explanation and standard of a measure."""

    label: str
    unit: str
    says: str
    band: Band | None = None
    source: str = ""


_IAAO = "IAAO, Standard on Ratio Studies (2013)"

SCALES: Mapping[str, Scale] = {
    "median_ratio": Scale(
        "Median ratio", "", "appraisal level: half of the ratios are below it", Band(0.90, 1.10), _IAAO
    ),
    "mean_ratio": Scale("Mean ratio", "", "appraisal level, sensitive to extreme ratios"),
    "weighted_mean_ratio": Scale(
        "Weighted mean ratio", "", "sum of the values over the sum of the prices", Band(0.90, 1.10), _IAAO
    ),
    "cod": Scale(
        "COD", "%", "mean absolute deviation from the median ratio", Band(5, 15), f"{_IAAO}: single-family homes"
    ),
    "cov": Scale("COV", "%", "standard deviation of the ratios, in percent of their mean"),
    "prd": Scale("PRD", "", "above 1: expensive homes are valued lower than inexpensive ones", Band(0.98, 1.03), _IAAO),
    "prb": Scale(
        *("PRB", "", "change of the ratio when market value doubles; below 0: expensive homes are valued lower"),
        *(Band(-0.05, 0.05, ConfidenceInterval(-0.10, 0.10)), _IAAO),
    ),
    "mki": Scale("MKI", "", "below 1: expensive homes are valued lower", Band(0.95, 1.05), "Quintos (2020)"),
    "ki": Scale("KI", "", "below 0: expensive homes are valued lower"),
    "mdape": Scale("MdAPE", "%", "half of the values are off by less"),
    "mape": Scale("MAPE", "%", "mean error"),
    "within_5": Scale("Within 5 %", "%", "share of values off by at most 5 %"),
    "within_10": Scale("Within 10 %", "%", "share of values off by at most 10 %"),
    "within_20": Scale("Within 20 %", "%", "share of values off by at most 20 %"),
    "fsd": Scale("FSD", "", "standard deviation of the error, as a fraction of the price"),
}
VERTICAL = ("prd", "prb", "mki", "ki")
"""Measures of vertical equity."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Value with its 95 % bootstrap interval; PRB also has its regression interval and p value.

    `note` says why there is no value or no interval, or explains the verdict.
    """

    value: float | None
    interval: ConfidenceInterval | None = None
    word: MeasureVerdict | None = None
    note: str | None = None
    regression: ConfidenceInterval | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures of some sales, keyed as in SCALES."""

    n: int
    by_name: Mapping[str, Measure]

    def __getitem__(self, name: str) -> Measure:
        return self.by_name[name]


def measured(values: Floats, prices: Floats, *, resamples: int, seed: int, vertical: bool = True) -> Measures:
    """Return all measures of some sales; pass `vertical=False` if the sales were selected by price."""
    n = len(values)
    if n < MIN_SALES:
        reason = f"{_sales(n)}: at least {MIN_SALES} are needed"
        return Measures(n, {name: Measure(None, note=reason) for name in SCALES})
    found = {name: Measure(value) for name, value in _plain(values, prices).items()}
    found |= _vertical(values, prices) if vertical else _none("not computed within a price tier")
    intervals = None
    if n >= bootstrap.MIN_SALES:
        intervals = bootstrap.resample(values, prices, resamples, seed, vertical=vertical).intervals()
    return Measures(n, {name: _with_verdict(name, _with_interval(name, found[name], intervals, n)) for name in SCALES})


def _sales(n: int) -> str:
    return "no sales" if n == 0 else f"only {n} sale{'' if n == 1 else 's'}"


def _plain(values: Floats, prices: Floats) -> dict[str, float]:
    """Return the measures that need only five sales and no spread of prices."""
    ratios, errors = values / prices, statistics.percentage_errors(values, prices)
    return {
        "median_ratio": float(np.median(ratios)),
        "mean_ratio": float(np.mean(ratios)),
        "weighted_mean_ratio": statistics.weighted_mean_ratio(values, prices),
        "cod": statistics.coefficient_of_dispersion(ratios),
        "cov": statistics.coefficient_of_variation(ratios),
        "mdape": float(np.median(errors)),
        "mape": float(np.mean(errors)),
        **{f"within_{limit}": float(100 * np.mean(errors <= limit)) for limit in (5, 10, 20)},
        "fsd": statistics.forecast_standard_deviation(ratios),
    }


def _vertical(values: Floats, prices: Floats) -> dict[str, Measure]:
    if statistics.all_equal(prices):
        return _none("all prices are the same: vertical equity is undefined")
    bias, (ki, mki) = statistics.price_related_bias(values, prices), statistics.kakwani_indices(values, prices)
    regression = ConfidenceInterval(bias.low, bias.high)
    return {
        "prd": Measure(statistics.price_related_differential(values, prices)),
        "prb": Measure(bias.slope, regression=regression, p_value=bias.p_value),
        "mki": Measure(mki),
        "ki": Measure(ki),
    }


def _none(reason: str) -> dict[str, Measure]:
    return {name: Measure(None, note=reason) for name in VERTICAL}


def _with_interval(
    name: str, measure: Measure, intervals: dict[str, ConfidenceInterval | None] | None, n: int
) -> Measure:
    if measure.value is None or name not in bootstrap.MEASURES:
        return measure
    if intervals is None:
        return replace(measure, note=f"no interval: {_sales(n)}, at least {bootstrap.MIN_SALES} are needed")
    if intervals[name] is None:
        return replace(measure, note="no interval: too many resamples have identical prices")
    return replace(measure, interval=intervals[name])


def _with_verdict(name: str, measure: Measure) -> Measure:
    band = SCALES[name].band
    if band is None or measure.value is None:
        return measure
    if name == "cod" and measure.value < SUSPICIOUS_COD:
        note = "lower than any market allows: the values may have been set with the prices known"
        return replace(measure, word=MeasureVerdict.SUSPICIOUS, note=_join_notes(note, measure.note))
    if band.holds(measure.value):
        return replace(measure, word=MeasureVerdict.WITHIN)
    return replace(measure, word=MeasureVerdict.OUTSIDE, note=_join_notes(_outside_note(measure, band), measure.note))


def _outside_note(measure: Measure, band: Band) -> str | None:
    """Return a note if the measure is outside only by chance, or inside the wider range."""
    assert measure.value is not None
    interval = measure.interval or measure.regression
    if interval and interval.low <= band.high and interval.high >= band.low:
        return "the interval overlaps the standard: the deviation may be chance"
    if band.outer and band.outer.low <= measure.value <= band.outer.high:
        return f"within the wider standard of {band.outer.low:+.2f} to {band.outer.high:+.2f}"
    return None


def _join_notes(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None
