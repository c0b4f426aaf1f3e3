"""Horizontal bars by category: one stack per category, one color per series. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from backend.app.web.charts.linked_parts import linked_part

WIDTH = 360
_ROW, _LABEL, _TOTAL = 26, 104, 34


@dataclass(frozen=True, slots=True)
class Category:
    """A bar: its name, and for each series the count and the link to what it counts."""

    name: str
    counts: tuple[int, ...]
    links: tuple[str, ...]


def bars(title: str, series: Sequence[str], categories: Sequence[Category]) -> Markup:
    """Return stacked horizontal bars as SVG. Each part of a bar is a link, except on narrow screens."""
    most = max((sum(category.counts) for category in categories), default=0) or 1
    parts = [_bar(category, series, number * _ROW, most) for number, category in enumerate(categories)]
    head = '<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">'
    return Markup(head).format(WIDTH, _ROW * len(categories), title) + Markup("").join(parts) + Markup("</svg>")  # noqa: S704 - constant


def _bar(category: Category, series: Sequence[str], y: float, most: int) -> Markup:
    middle = y + _ROW / 2 + 4
    found = Markup('<text class="label" x="{}" y="{:.1f}">{}</text>').format(_LABEL - 8, middle, category.name)
    x, scale = float(_LABEL), (WIDTH - _LABEL - _TOTAL) / most
    for number, (name, count, link) in enumerate(zip(series, category.counts, category.links, strict=True), 1):
        if not count:
            continue
        box = (x, y + 4, count * scale, _ROW - 8)
        found += linked_part(number, box, link, f"{category.name}: {count:,} {name}")
        x += count * scale
    total = Markup('<text class="total" x="{:.1f}" y="{:.1f}">{:,}</text>')
    return found + total.format(x + 6, middle, sum(category.counts))
