"""Charts of a ratio study as inline SVG; colors come from the page's style sheet."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from backend.app.core_gov.valuation.ratio_study.coverage import CoverageByValue
from backend.app.core_gov.valuation.ratio_study.measures import Measure
from backend.app.core_gov.valuation.ratio_study.study import Histogram, RatioAtValue

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 14, 34


@dataclass(frozen=True, slots=True)
class Axis:
    """Scale that maps numbers from `low` to `high` to pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def at(self, number: float) -> float:
        low, high, place = self.low, self.high, number
        if self.logarithmic:
            low, high, place = math.log(low), math.log(high), math.log(max(number, self.low / 1e6))
        share = (place - low) / (high - low) if high > low else 0.5
        return round(self.start + min(1.0, max(0.0, share)) * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """Return round numbers inside the axis."""
        if self.logarithmic:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            found = [first * 10.0**power for power in powers for first in (1, 2, 5)]
            return [tick for tick in found if self.low <= tick <= self.high]
        step = _round_step((self.high - self.low) / 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(place * step, 10) for place in range(first, last + 1)]


def _round_step(least: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(power * first for first in (1, 2, 5, 10) if power * first >= least * 0.999)


def _vertical_axis(low: float, high: float) -> Axis:
    return Axis(low, high, HEIGHT - BOTTOM, TOP)


def _horizontal_axis(low: float, high: float, *, logarithmic: bool = False) -> Axis:
    return Axis(low, high, LEFT, WIDTH - RIGHT, logarithmic)


# Pieces


def _svg(title: str, parts: Iterable[str]) -> str:
    inside = "".join(parts)
    name = escape(title)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}"><title>{name}</title>{inside}</svg>'


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "tick") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _box(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    left, top = min(x1, x2), min(y1, y2)
    size = f'width="{abs(x2 - x1):.1f}" height="{abs(y2 - y1):.1f}"'
    return f'<rect class="{kind}" x="{left}" y="{top}" {size}/>'


def _shape(kind: str, points: Iterable[tuple[float, float]]) -> str:
    tag = "polyline" if kind == "line" else "polygon"
    return f'<{tag} class="{kind}" points="{" ".join(f"{x},{y}" for x, y in points)}"/>'


def _grid(axis: Axis, shown: Callable[[float], str]) -> list[str]:
    """Return horizontal grid lines at the ticks of a vertical axis, with labels."""
    parts = []
    for tick in axis.ticks():
        y = axis.at(tick)
        parts += [_line("grid", LEFT, y, WIDTH - RIGHT, y), _text(LEFT - 6, y + 4, shown(tick), "end")]
    return parts


def _below(axis: Axis, shown: Callable[[float], str]) -> list[str]:
    return [_text(axis.at(tick), HEIGHT - BOTTOM + 16, shown(tick)) for tick in axis.ticks()]


def money(amount: float) -> str:
    for size, name in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if amount >= size:
            return f"{amount / size:g}{name}"
    return f"{amount:g}"


# Charts


def ratio_histogram(histogram: Histogram, median: float | None) -> str:
    """Return a histogram of ratios; sales beyond its ends are counted in text."""
    places = [place for place, n in enumerate(histogram.counts) if n]
    edges = [histogram.low + histogram.width * place for place in range(len(histogram.counts) + 1)]
    first, last = (min(places), max(places)) if places else (0, len(histogram.counts) - 1)
    x = _horizontal_axis(min(edges[first], 0.8), max(edges[last + 1], 1.2))
    y = _vertical_axis(0, max(histogram.counts, default=0) * 1.05 or 1)
    parts = _grid(y, lambda tick: f"{tick:,.0f}") + _below(x, lambda tick: f"{tick:g}")
    parts += [
        _box("bar", x.at(edges[place]) + 0.5, y.at(0), x.at(edges[place + 1]) - 0.5, y.at(histogram.counts[place]))
        for place in places
    ]
    parts.append(_line("one", x.at(1), y.at(0), x.at(1), TOP))
    if median is not None and x.low <= median <= x.high:
        parts.append(_line("middle", x.at(median), y.at(0), x.at(median), TOP))
    if histogram.below:
        parts.append(_text(LEFT + 4, TOP + 8, f"{histogram.below:,} below {histogram.low:g}", "start"))
    if histogram.above:
        parts.append(_text(WIDTH - RIGHT, TOP + 8, f"{histogram.above:,} above {edges[-1]:g}", "end"))
    return _svg("Number of sales by ratio", parts)


def ratio_by_value(groups: Sequence[RatioAtValue]) -> str:
    """Return the median ratio by market value, with bands that hold 50 % and 80 % of the sales."""
    x = _horizontal_axis(groups[0].value, groups[-1].value, logarithmic=True)
    y = _vertical_axis(min(0.8, *(each.p10 for each in groups)), max(1.2, *(each.p90 for each in groups)))

    def band(kind: str, low: Callable[[RatioAtValue], float], high: Callable[[RatioAtValue], float]) -> str:
        forth = [(x.at(each.value), y.at(high(each))) for each in groups]
        back = [(x.at(each.value), y.at(low(each))) for each in reversed(groups)]
        return _shape(kind, forth + back)

    middle = [(x.at(each.value), y.at(each.median)) for each in groups]
    parts = [
        band("wide", lambda each: each.p10, lambda each: each.p90),
        band("narrow", lambda each: each.p25, lambda each: each.p75),
        *_grid(y, lambda tick: f"{tick:g}"),
        *_below(x, money),
        _line("one", LEFT, y.at(1), WIDTH - RIGHT, y.at(1)),
        _shape("line", middle),
        *(f'<circle class="dot" cx="{left}" cy="{top}" r="3"/>' for left, top in middle),
    ]
    return _svg("Ratio by market value", parts)


def dots(title: str, measures: Sequence[tuple[str, Measure]], band: tuple[float, float], one: bool) -> str:
    """Return a dot chart of a measure by group, with intervals, over its acceptable range; `one` marks 1."""
    ends = [end for _, each in measures for end in _ends(each)]
    y = _vertical_axis(min([band[0], *ends]) * 0.98, max([band[1], *ends]) * 1.02)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(measures))
    parts = [_box("band", LEFT, y.at(band[0]), WIDTH - RIGHT, y.at(band[1])), *_grid(y, lambda tick: f"{tick:g}")]
    if one:
        parts.append(_line("one", LEFT, y.at(1), WIDTH - RIGHT, y.at(1)))
    for place, (name, measure) in enumerate(measures):
        x = round(LEFT + (place + 0.5) * step, 1)
        if place % max(1, math.ceil(len(measures) * 70 / (WIDTH - LEFT))) == 0:
            parts.append(_text(x, HEIGHT - BOTTOM + 16, name))
        if measure.interval:
            parts.append(_line("whisker", x, y.at(measure.interval.low), x, y.at(measure.interval.high)))
        if measure.value is not None:
            parts.append(f'<circle class="dot" cx="{x}" cy="{y.at(measure.value)}" r="4"/>')
    return _svg(title, parts)


def _ends(measure: Measure) -> list[float]:
    if measure.value is None:
        return []
    return [measure.value, *((measure.interval.low, measure.interval.high) if measure.interval else ())]


def coverage_bars(found: Sequence[CoverageByValue]) -> str:
    """Return bars of the coverage of each level: all sales, then quintiles by ascending value."""
    y = _vertical_axis(0, 100)
    parts, step = _grid(y, lambda tick: f"{tick:g} %"), (WIDTH - LEFT - RIGHT) / len(found)
    for place, each in enumerate(found):
        left, right = LEFT + place * step + 10, LEFT + (place + 1) * step - 10
        width = (right - left) / 6
        for bar, coverage in enumerate((each.overall, *each.quintiles)):
            if coverage.covered is not None:
                x = round(left + bar * width, 1)
                kind = "bar" if bar == 0 else "light"
                parts.append(_box(kind, x + 1, y.at(0), round(x + width - 1, 1), y.at(coverage.covered)))
        parts.append(_line("promise", round(left, 1), y.at(each.level), round(right, 1), y.at(each.level)))
        parts.append(_text(round((left + right) / 2, 1), HEIGHT - BOTTOM + 16, f"{each.level} % interval"))
    return _svg("Share of prices inside the intervals", parts)
