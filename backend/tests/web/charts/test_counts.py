"""Charts: pure functions from values to SVG."""

import re

import pytest

from backend.app.web.charts.bars import Category, bars
from backend.app.web.charts.columns import ColumnPeriod, ceiling, columns

HOSTILE = '"><script>alert(1)</script>'


def heights(svg: str) -> list[float]:
    return [float(found) for found in re.findall(r'class="series-\d"[^>]*height="([\d.]+)"', svg)]


def test_columns_are_as_high_as_their_counts_and_link_to_what_they_count() -> None:
    periods = [
        ColumnPeriod("Jan", "Jan 2026", (1, 3), ("/a?b=1&c=2", "/links")),
        ColumnPeriod("Feb", "Feb 2026", (0, 0), ("", "")),
    ]
    svg = str(columns("Messages and links", ["messages", "links"], periods))
    first, second = heights(svg)
    assert second == pytest.approx(3 * first)
    assert '<a href="/a?b=1&amp;c=2" aria-label="Jan 2026: 1 messages">' in svg
    assert svg.count("<a ") == 2
    assert "style=" not in svg


def test_bars_are_as_long_as_their_counts() -> None:
    svg = str(
        bars("Deals", ["CAD", "USD"], [Category("lead", (2, 1), ("/x", "/y")), Category("dead", (0, 0), ("", ""))])
    )
    first, second = (float(found) for found in re.findall(r'class="series-\d"[^>]*width="([\d.]+)"', svg))
    assert first == pytest.approx(2 * second, abs=0.2)
    assert '<text class="total"' in svg
    assert svg.count("<a ") == 2


def test_charts_without_data_are_drawn() -> None:
    assert heights(str(columns("Nothing", [], []))) == []
    assert str(bars("Nothing", [], [])).endswith("</svg>")


def test_hostile_names_are_only_text() -> None:
    svg = str(columns(HOSTILE, [HOSTILE], [ColumnPeriod(HOSTILE, HOSTILE, (1,), (HOSTILE,))]))
    svg += str(bars(HOSTILE, [HOSTILE], [Category(HOSTILE, (1,), (HOSTILE,))]))
    assert "<script" not in svg
    assert '""' not in svg


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (2, 2), (3, 4), (5, 10), (11, 20), (41, 100), (100, 100), (101, 200)]
)
def test_axis_ends_at_a_round_number(most: int, top: int) -> None:
    assert ceiling(most) == top
