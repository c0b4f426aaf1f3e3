"""Price index over time: a line within the band of its standard error."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from markupsafe import Markup

from backend.app.web.charts.axis import AxisScale, padded, ticks

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 26
MOST_LABELS = 8
BAND_Z = 1.28
"""Standard errors on each side of the line: the band holds about 80 %."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month or year: level of the index, and standard error of its logarithm."""

    name: str
    level: float
    standard_error: float


def price_index(periods: Sequence[Period]) -> Markup:
    """Return the chart, or an empty text for fewer than two periods."""
    if len(periods) < 2:
        return Markup("")
    low = [each.level * exp(-BAND_Z * each.standard_error) for each in periods]
    high = [each.level * exp(BAND_Z * each.standard_error) for each in periods]
    x = AxisScale(0, len(periods) - 1, LEFT, WIDTH - RIGHT)
    y = AxisScale(*padded([*low, *high]), HEIGHT - BOTTOM, TOP)
    band = [(x(n), y(value)) for n, value in enumerate(high)]
    band += [(x(n), y(low[n])) for n in reversed(range(len(periods)))]
    line = [(x(n), y(each.level)) for n, each in enumerate(periods)]
    title = f"Price index from {periods[0].name} to {periods[-1].name}"
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}'
        '<polygon class="band-1" points="{}"/><polyline class="line" points="{}"/></svg>'
    ).format(WIDTH, HEIGHT, title, _levels(y), _names(periods, x), _points(band), _points(line))


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _levels(y: AxisScale) -> Markup:
    parts = [
        Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="tick end" x="{}" y="{}">{:g}</text>'
        ).format(LEFT, WIDTH - RIGHT, y(tick), y(tick), LEFT - 6, y(tick) + 4, tick)
        for tick in ticks(y.low, y.high)
    ]
    return Markup("").join(parts)


def _names(periods: Sequence[Period], x: AxisScale) -> Markup:
    step = -(-len(periods) // MOST_LABELS)
    parts = [
        Markup('<text class="tick middle" x="{}" y="{}">{}</text>').format(x(n), HEIGHT - 8, periods[n].name)
        for n in range(step // 2, len(periods), step)
    ]
    return Markup("").join(parts)
