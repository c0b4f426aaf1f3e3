"""Columns over time: one stack per period, one color per series. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from backend.app.web.charts.linked_parts import linked_part

WIDTH, HEIGHT = 360, 170
_LEFT, _TOP, _BOTTOM = 28, 8, 22


@dataclass(frozen=True, slots=True)
class ColumnPeriod:
    """A period on the axis: short label, name, and for each series the count and the link to what it counts."""

    label: str
    name: str
    counts: tuple[int, ...]
    links: tuple[str, ...]


def columns(title: str, series: Sequence[str], periods: Sequence[ColumnPeriod]) -> Markup:
    """Return stacked columns as SVG. Each part of a column is a link, except on narrow screens."""
    most = max((sum(period.counts) for period in periods), default=0)
    top = ceiling(most)
    step = (WIDTH - _LEFT) / max(1, len(periods))
    parts = [_grid(top)]
    for number, period in enumerate(periods):
        x = _LEFT + number * step
        parts.append(_stack(period, series, x + step * 0.15, step * 0.7, top))
        parts.append(
            Markup('<text class="axis" x="{:.1f}" y="{}">{}</text>').format(x + step / 2, HEIGHT - 6, period.label)
        )
    head = Markup('<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">').format(WIDTH, HEIGHT, title)
    return head + Markup("").join(parts) + Markup("</svg>")


def ceiling(most: int) -> int:
    """Return the end of an axis for counts up to `most`: 2, 4 or 10 times a power of ten, so that its half is whole."""
    power = 1
    while True:
        for factor in (2, 4, 10):
            if factor * power >= most:
                return factor * power
        power *= 10


def _y(count: float, top: int) -> float:
    return HEIGHT - _BOTTOM - count / top * (HEIGHT - _TOP - _BOTTOM)


def _grid(top: int) -> Markup:
    lines = Markup("")
    for count in (0, top // 2, top):
        y = _y(count, top)
        lines += Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(_LEFT, WIDTH, y, y)
        lines += Markup('<text class="scale" x="{}" y="{:.1f}">{:,}</text>').format(_LEFT - 5, y + 4, count)
    return lines


def _stack(period: ColumnPeriod, series: Sequence[str], x: float, width: float, top: int) -> Markup:
    done, parts = 0, Markup("")
    for number, (name, count, link) in enumerate(zip(series, period.counts, period.links, strict=True), 1):
        if not count:
            continue
        y, height = _y(done + count, top), _y(done, top) - _y(done + count, top)
        box = (x, y, width, height)
        parts += linked_part(number, box, link, f"{period.name}: {count:,} {name}")
        done += count
    return parts
