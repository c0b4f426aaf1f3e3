"""Chart of a value with its prediction intervals: nested bars, and the evidence as ticks below."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from backend.app.web.charts.axis import AxisScale, padded, short_amount

WIDTH, HEIGHT = 360, 74
_BAR_TOP, _BAR_BOTTOM = 20, 42
_MARGIN = 4


@dataclass(frozen=True, slots=True)
class IntervalBand:
    """Interval that holds this percentage of the prices of such homes."""

    percent: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Value below the bars, such as an adjusted price; `weight` from 0 to 1 is the length of its tick."""

    value: float
    weight: float
    title: str


def value_range(value: float, bands: Sequence[IntervalBand]) -> tuple[float, float]:
    """Return the range of the axis: all intervals and a little more. Marks beyond are not drawn."""
    edges = [value, *(band.low for band in bands), *(band.high for band in bands)]
    return padded(edges, 0.12)


def interval_bar(
    value: float,
    bands: Sequence[IntervalBand],
    marks: Sequence[Mark] = (),
    limits: tuple[float, float] | None = None,
    label: str = "Value",
) -> Markup:
    """Return the chart. `limits` are the ends of the axis, which several charts can share."""
    low, high = limits or value_range(value, bands)
    scale = AxisScale(low, high, _MARGIN, WIDTH - _MARGIN)
    widest_first = sorted(bands, key=lambda band: band.low - band.high)
    said = "; ".join(f"{band.percent} % between {band.low:,.0f} and {band.high:,.0f}" for band in widest_first[::-1])
    parts = [
        Markup('<svg class="chart interval-bar" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            WIDTH, HEIGHT, f"{label} {value:,.0f}" + (f"; {said}" if said else "")
        ),
        *(_band(scale, band, depth) for depth, band in enumerate(widest_first)),
        *(_mark(scale, mark, marks) for mark in marks if low <= mark.value <= high),
        _value_line(scale, value),
        *_ends(scale, widest_first),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def _band(scale: AxisScale, band: IntervalBand, depth: int) -> Markup:
    inset = depth * 4
    left, right = scale(band.low), scale(band.high)
    return Markup(
        '<rect class="band band-{}" x="{}" y="{}" width="{}" height="{}" rx="2">'
        "<title>{} % of such homes sell between {} and {}</title></rect>"
    ).format(
        min(depth + 1, 3),
        left,
        _BAR_TOP + inset,
        max(round(right - left, 1), 1),
        _BAR_BOTTOM - _BAR_TOP - 2 * inset,
        band.percent,
        f"{band.low:,.0f}",
        f"{band.high:,.0f}",
    )


def _mark(scale: AxisScale, mark: Mark, marks: Sequence[Mark]) -> Markup:
    heaviest = max(each.weight for each in marks) or 1
    at = scale(mark.value)
    length = round(3 + 9 * max(mark.weight, 0) / heaviest, 1)
    return Markup('<line class="mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"><title>{3}</title></line>').format(
        at, _BAR_BOTTOM + 3, _BAR_BOTTOM + 3 + length, mark.title
    )


def _value_line(scale: AxisScale, value: float) -> Markup:
    at = scale(value)
    return Markup(
        '<line class="value-line" x1="{0}" x2="{0}" y1="{1}" y2="{2}"></line>'
        '<text class="value-text" x="{3}" y="13" text-anchor="{4}">{5}</text>'
    ).format(at, _BAR_TOP - 3, _BAR_BOTTOM + 3, *_anchored(at), f"{value:,.0f}")


def _ends(scale: AxisScale, widest_first: Sequence[IntervalBand]) -> list[Markup]:
    if not widest_first:
        return []
    widest = widest_first[0]
    template = Markup('<text class="end-text" x="{}" y="{}" text-anchor="{}">{}</text>')
    return [
        template.format(scale(widest.low), HEIGHT - 4, "start", short_amount(widest.low)),
        template.format(scale(widest.high), HEIGHT - 4, "end", short_amount(widest.high)),
    ]


def _anchored(at: float) -> tuple[float, str]:
    """Return position and anchor of a text that stays within the chart."""
    if at < 40:
        return _MARGIN, "start"
    if at > WIDTH - 40:
        return WIDTH - _MARGIN, "end"
    return at, "middle"
