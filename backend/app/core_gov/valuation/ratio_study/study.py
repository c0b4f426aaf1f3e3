"""Ratio study: values as of the day of each sale, compared with the prices that were paid.

`study_ratios` takes values, prices and sale attributes, and returns everything that the report and the page show.
docs/market/read_a_study.md explains the figures.

Measures are computed for all sales, without outliers, by price tier, by postal area and by month. Price tiers are
quintiles of the market value proxy that PRB uses too, half price and half value. By price alone, sales that are high by
chance fill the top tier with low ratios; by value alone, values that erred upward fill it with high ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from backend.app.core_gov.market.columns import Codes, date_of
from backend.app.core_gov.valuation.ratio_study import sales_chasing
from backend.app.core_gov.valuation.ratio_study.bootstrap import MIN_SALES as ENOUGH_SALES
from backend.app.core_gov.valuation.ratio_study.bootstrap import RESAMPLES, SEED
from backend.app.core_gov.valuation.ratio_study.coverage import CoverageByValue, covered_by_value
from backend.app.core_gov.valuation.ratio_study.measures import MIN_SALES, SCALES, Measures, MeasureVerdict, measured
from backend.app.core_gov.valuation.ratio_study.sales_chasing import SalesChasing
from backend.app.core_gov.valuation.ratio_study.statistics import market_value_proxy, outliers
from backend.app.kit.arrays import Bools, Floats, Ints
from backend.app.kit.errors import BadInput

TIERS = ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "highest fifth")
IAAO_FENCES, TIGHT_FENCES = 3.0, 1.5
MAX_TRIMMED = 0.10
"""Maximum share of trimmed ratios (IAAO, appendix B)."""


@dataclass(frozen=True)
class ValuedSales:
    """Sales with the value that each had before its price was known: one array for each field, all of one length.

    `day` counts from 1970-01-01. `area` is a code of `areas`, negative if unknown. `intervals` maps each level in
    percent to its lower and upper bounds, as `{90: (low, high)}`, NaN without an interval.
    """

    value: Floats
    price: Floats
    day: Ints | None = None
    area: Ints | None = None
    areas: Codes = field(default_factory=Codes)
    intervals: Mapping[int, tuple[Floats, Floats]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class About:
    """Metadata of a study; `left_out` counts the sales that are not in it, by reason.

    `values` is the source's column with the values, None for ours.
    """

    market: str
    currency: str | None = None
    trained_until: date | None = None
    model: str | None = None
    fingerprint: str | None = None
    made_at: str | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    values: str | None = None


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Measures without the ratios that lie `fences` interquartile ranges or more beyond the quartiles."""

    fences: float
    removed: int
    measures: Measures
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Stratum:
    """Group of sales; a tier also has the range of its market value proxy."""

    name: str
    measures: Measures
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True, slots=True)
class VerticalEquity:
    """Vertical equity, judged by PRB: whether expensive homes are valued like cheap ones.

    `gap` is the median ratio of the highest quintile minus that of the lowest, in percent of the median.
    """

    word: str | None
    sentence: str
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class Histogram:
    """Histogram of ratios: counts in bins of equal width from `low` on, and beyond the bins."""

    low: float
    width: float
    counts: tuple[int, ...]
    below: int
    above: int


@dataclass(frozen=True, slots=True)
class RatioAtValue:
    """Quantiles of the ratios of a group of sales with adjacent market values."""

    value: float
    n: int
    p10: float
    p25: float
    median: float
    p75: float
    p90: float


@dataclass(frozen=True, slots=True)
class Study:
    """Complete ratio study; `report` renders it as JSON and as tables, `html_page` as a page."""

    about: About
    n: int
    first_day: date | None
    last_day: date | None
    untrimmed: Measures
    trimmed: Trimmed
    trimmed_tightly: Trimmed
    tiers: tuple[Stratum, ...]
    areas: tuple[Stratum, ...]
    months: tuple[Stratum, ...]
    sales_chasing: SalesChasing
    vertical_equity: VerticalEquity
    coverage: tuple[CoverageByValue, ...]
    histogram: Histogram
    ratio_by_value: tuple[RatioAtValue, ...]
    warnings: tuple[str, ...]
    resamples: int
    seed: int


def study_ratios(
    sales: ValuedSales, about: About, *, resamples: int = RESAMPLES, seed: int = SEED, least_in_area: int = ENOUGH_SALES
) -> Study:
    """Return the study of some sales, however few; a measure that cannot be computed says why.

    Raises BadInput, naming the first sale with an invalid value, price or interval.
    """
    _check(sales)
    found = _StudySample(sales, resamples, seed)
    tiers = tuple(found.tiers())
    untrimmed = found.measured(np.ones(len(sales.value), dtype=np.bool_))
    trimmed, tightly = found.trimmed(IAAO_FENCES), found.trimmed(TIGHT_FENCES)
    chasing = sales_chasing.detect_sales_chasing(np.sort(found.ratios))
    days = sales.day if sales.day is not None else np.zeros(0, dtype=np.int64)
    return Study(
        about=about,
        n=len(sales.value),
        first_day=date_of(days.min()) if len(days) else None,
        last_day=date_of(days.max()) if len(days) else None,
        untrimmed=untrimmed,
        trimmed=trimmed,
        trimmed_tightly=tightly,
        tiers=tiers,
        areas=tuple(found.areas(least_in_area)),
        months=tuple(found.months()),
        sales_chasing=chasing,
        vertical_equity=_vertical_equity(untrimmed, tiers),
        coverage=tuple(
            covered_by_value(level, sales.value, sales.price, *sales.intervals[level])
            for level in sorted(sales.intervals)
        ),
        histogram=_histogram(found.ratios),
        ratio_by_value=tuple(_ratio_by_value(found.ratios, found.proxy)),
        warnings=tuple(_warnings(untrimmed, trimmed, chasing)),
        resamples=resamples,
        seed=seed,
    )


def _check(sales: ValuedSales) -> None:
    n = len(sales.value)
    others = [sales.price, sales.day, sales.area, *(end for ends in sales.intervals.values() for end in ends)]
    if any(len(column) != n for column in others if column is not None):
        raise BadInput("values, prices, days, areas and interval bounds must have the same length")
    for name, column in (("value", sales.value), ("price", sales.price)):
        _refuse(~(np.isfinite(column) & (column > 0)), f"{name} is {{}}, must be a number above zero", column)
    with np.errstate(over="ignore", under="ignore"):
        ratios = sales.value / sales.price
    _refuse(~((ratios > 1e-9) & (ratios < 1e9)), "value is {} times the price: one of the two is wrong", ratios)
    for level, (low, high) in sales.intervals.items():
        _refuse(np.isinf(low) | np.isinf(high), f"{level} % interval is infinite", low)
        _refuse(low > high, f"{level} % interval has its lower bound {{}} above its upper bound", low)


def _refuse(wrong: Bools, sentence: str, column: Floats) -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadInput(f"sale {row + 1} of {len(column)}: {sentence.format(f'{column[row]:g}')}")


class _StudySample:
    """Sales under study, with the methods that measure groups of them."""

    def __init__(self, sales: ValuedSales, resamples: int, seed: int) -> None:
        self.sales, self.resamples, self.seed = sales, resamples, seed
        self.ratios: Floats = sales.value / sales.price
        self.proxy = market_value_proxy(sales.value, sales.price) if len(sales.value) else sales.price

    def measured(self, rows: Bools | Ints, *, vertical: bool = True) -> Measures:
        values, prices = self.sales.value[rows], self.sales.price[rows]
        order = np.lexsort((values, prices))  # fixed order of summation, whatever the input order
        values, prices = values[order], prices[order]
        return measured(values, prices, resamples=self.resamples, seed=self.seed, vertical=vertical)

    def trimmed(self, fences: float) -> Trimmed:
        out = outliers(self.ratios, fences) if len(self.ratios) >= MIN_SALES else np.zeros(len(self.ratios), bool)
        removed, note = int(out.sum()), None
        if removed > MAX_TRIMMED * len(self.ratios):
            note = "more than a tenth of the sales: review them before relying on these figures (IAAO, appendix B)"
        return Trimmed(fences, removed, self.measured(~out), note)

    def tiers(self) -> Iterator[Stratum]:
        """Yield quintiles by market value, without measures of vertical equity, which a narrow tier cannot show."""
        if len(self.ratios) < MIN_SALES * len(TIERS):
            return
        order = np.lexsort((self.sales.value, self.sales.price, self.proxy))
        for name, rows in zip(TIERS, np.array_split(order, len(TIERS)), strict=True):
            ends = float(self.proxy[rows[0]]), float(self.proxy[rows[-1]])
            yield Stratum(name, self.measured(rows, vertical=False), *ends)

    def areas(self, least: int) -> Iterator[Stratum]:
        """Yield areas with enough sales, largest first; then all others and sales without an area, together."""
        if self.sales.area is None:
            return
        codes, counts = np.unique(self.sales.area[self.sales.area >= 0], return_counts=True)
        named = [
            (-int(n), str(self.sales.areas.text(int(code))), int(code)) for code, n in zip(codes, counts, strict=True)
        ]
        large = sorted(each for each in named if -each[0] >= least)
        for _, name, code in large:
            yield Stratum(name, self.measured(self.sales.area == code))
        rest = ~np.isin(self.sales.area, [code for _, _, code in large])
        if rest.any():
            small = len(named) - len(large)
            yield Stratum(_other_areas_name(small, least, bool((self.sales.area < 0).any())), self.measured(rest))

    def months(self) -> Iterator[Stratum]:
        if self.sales.day is None:
            return
        month = self.sales.day.astype("datetime64[D]").astype("datetime64[M]")
        for each in np.unique(month):
            yield Stratum(str(each), self.measured(month == each))


def _other_areas_name(areas: int, least: int, some_unknown: bool) -> str:
    small = f"{areas} areas with fewer than {least} sales each" if areas != 1 else f"an area with under {least} sales"
    if not some_unknown:
        return small
    return f"{small}, and sales without an area" if areas else "sales without an area"


def _vertical_equity(measures: Measures, tiers: tuple[Stratum, ...]) -> VerticalEquity:
    prb, medians = measures["prb"], [tier.measures["median_ratio"].value for tier in tiers]
    if prb.value is None:
        return VerticalEquity(None, f"undetermined ({prb.note})")
    gap = None
    if medians and medians[0] and medians[-1] and measures["median_ratio"].value:
        gap = 100 * (medians[-1] - medians[0]) / measures["median_ratio"].value
    if prb.word is MeasureVerdict.WITHIN:
        return VerticalEquity(
            "level", f"expensive homes are valued like inexpensive ones{_disagreement_note(measures)}", gap
        )
    word, direction = ("regressive", "lower") if prb.value < 0 else ("progressive", "higher")
    sentence = (
        f"expensive homes are valued {direction} than inexpensive ones: when market value doubles, the ratio changes by"
    )
    remark = f"; {prb.note}" if prb.note else ""
    return VerticalEquity(word, f"{sentence} {100 * prb.value:+.1f} %{remark}", gap)


def _disagreement_note(measures: Measures) -> str:
    """Return a remark if PRD or MKI disagrees with PRB; both use prices alone."""
    outside = [SCALES[name].label for name in ("prd", "mki") if measures[name].word is MeasureVerdict.OUTSIDE]
    return (
        f"; {' and '.join(outside)} outside the standard, which random variation of prices can cause" if outside else ""
    )


def _histogram(ratios: Floats, low: float = 0.49, width: float = 0.02, bins: int = 51) -> Histogram:
    """Return bins 0.02 wide, one of them centered on 1."""
    place = np.floor((ratios - low) / width + 1e-9).astype(np.int64)
    inside = place[(place >= 0) & (place < bins)]
    counts = np.bincount(inside, minlength=bins).tolist()
    return Histogram(low, width, tuple(counts), int((place < 0).sum()), int((place >= bins).sum()))


def _ratio_by_value(ratios: Floats, proxy: Floats) -> Iterator[RatioAtValue]:
    """Yield up to twenty groups of at least 25 sales, by ascending market value."""
    order = np.lexsort((ratios, proxy))
    for rows in np.array_split(order, min(20, max(1, len(order) // 25))):
        if len(rows) >= MIN_SALES:
            spread = np.quantile(ratios[rows], [0.1, 0.25, 0.5, 0.75, 0.9])
            yield RatioAtValue(float(np.median(proxy[rows])), len(rows), *map(float, spread))


def _warnings(measures: Measures, trimmed: Trimmed, chasing: SalesChasing) -> Iterator[str]:
    if measures.n < MIN_SALES:
        yield f"{measures.n} sales: a ratio study needs at least {MIN_SALES}, preferably {ENOUGH_SALES} or more"
    elif measures.n < ENOUGH_SALES:
        yield f"only {measures.n} sales: the figures are imprecise"
    cod = measures["cod"]
    if cod.word is MeasureVerdict.SUSPICIOUS:
        yield f"COD {cod.value:.1f} is {cod.note}"
    if chasing.found:
        yield f"sales chasing: {chasing.sentence}"
    if trimmed.note:
        yield f"{trimmed.removed} of {measures.n} ratios are outliers, {trimmed.note}"
