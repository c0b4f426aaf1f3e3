"""Scatter chart of amounts over time, with an optional line and its band, such as a price index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from backend.app.web.charts.axis import AxisScale, padded, short_amount, ticks

WIDTH, HEIGHT = 360, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 22
_ALONE_DAYS = 30
"""Days shown before and after if all dots are of one day."""


@dataclass(frozen=True, slots=True)
class Dot:
    """Amount on a day. `key` links the dot with other elements of the page."""

    day: date
    amount: float
    title: str
    kind: str = "dot"
    key: str = ""
    size: float = 4.0


@dataclass(frozen=True, slots=True)
class LinePoint:
    """Level on a day, with the ends of its band."""

    day: date
    level: float
    low: float
    high: float


def time_scatter(dots: Sequence[Dot], line: Sequence[LinePoint] = (), label: str = "Sales over time") -> Markup:
    """Return the chart; empty without dots."""
    if not dots:
        return Markup("")
    amounts = [dot.amount for dot in dots] + [each for point in line for each in (point.low, point.high)]
    days = [dot.day.toordinal() for dot in dots] + [point.day.toordinal() for point in line]
    if min(days) == max(days):
        days += [days[0] - _ALONE_DAYS, days[0] + _ALONE_DAYS]
    across = AxisScale(*padded(days, 0.03), _LEFT, WIDTH - _RIGHT)
    up = AxisScale(*padded(amounts), HEIGHT - _BOTTOM, _TOP)
    first, last = min(dot.day for dot in dots), max(dot.day for dot in dots)
    said = (
        f"{label}: {len(dots)} from {first} to {last}, from {min(d.amount for d in dots):,.0f} "
        f"to {max(d.amount for d in dots):,.0f}"
    )
    return Markup("").join(
        [
            Markup('<svg class="chart time-scatter" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
                WIDTH, HEIGHT, said
            ),
            *_amount_axis(up),
            *_time_axis(across),
            *_line(line, across, up),
            *(_dot(dot, across, up) for dot in dots),
            Markup("</svg>"),
        ]
    )


def _amount_axis(up: AxisScale) -> list[Markup]:
    template = Markup(
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"></line><text x="{}" y="{}" text-anchor="end">{}</text>'
    )
    return [
        template.format(_LEFT, WIDTH - _RIGHT, up(value), up(value), _LEFT - 5, up(value) + 4, short_amount(value))
        for value in ticks(up.low, up.high, 5)
    ]


def _time_axis(across: AxisScale) -> list[Markup]:
    template = Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>')
    return [template.format(across(day), HEIGHT - 6, text) for day, text in month_ticks(across.low, across.high)]


def month_ticks(low: float, high: float, most: int = 4) -> list[tuple[int, str]]:
    """Return first days of months as ordinals, at most `most` of them and evenly spaced, each with its text."""
    start, end = _date_of(int(low) + 1), _date_of(int(high))
    months = [start.year * 12 + start.month - 1 + (start.day > 1), end.year * 12 + end.month - 1]
    if months[1] < months[0]:
        return [(start.toordinal(), start.isoformat())]
    steps = (1, 2, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)))
    step = next(each for each in steps if months[1] // each - -(-months[0] // each) < most)
    begins = [
        date(number // 12, number % 12 + 1, 1) for number in range(-(-months[0] // step) * step, months[1] + 1, step)
    ]
    return [(each.toordinal(), str(each.year) if step % 12 == 0 else f"{each:%Y-%m}") for each in begins]


def _date_of(ordinal: int) -> date:
    """Return a day; the first or the last one there is, beyond them."""
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _line(line: Sequence[LinePoint], across: AxisScale, up: AxisScale) -> list[Markup]:
    if len(line) < 2:
        return []
    xs = [across(point.day.toordinal()) for point in line]
    there = " ".join(f"{x},{up(point.high)}" for x, point in zip(xs, line, strict=True))
    back = " ".join(f"{x},{up(point.low)}" for x, point in zip(xs[::-1], line[::-1], strict=True))
    level = " ".join(f"{x},{up(point.level)}" for x, point in zip(xs, line, strict=True))
    return [
        Markup('<polygon class="line-band" points="{} {}"></polygon>').format(there, back),
        Markup('<polyline class="line" points="{}"></polyline>').format(level),
    ]


def _dot(dot: Dot, across: AxisScale, up: AxisScale) -> Markup:
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}" data-id="{}"><title>{}</title></circle>').format(
        dot.kind, across(dot.day.toordinal()), up(dot.amount), dot.size, dot.key, dot.title
    )
