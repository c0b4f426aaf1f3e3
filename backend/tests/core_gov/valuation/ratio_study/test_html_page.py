"""Reports of a ratio study: strict JSON, terminal tables, and a self-contained page."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import StringIO
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from rich.console import Console

from backend.app.core_gov.market.columns import Codes
from backend.app.core_gov.valuation.ratio_study import charts as study_charts
from backend.app.core_gov.valuation.ratio_study import report
from backend.app.core_gov.valuation.ratio_study.html_page import page
from backend.app.core_gov.valuation.ratio_study.measures import SCALES
from backend.app.core_gov.valuation.ratio_study.study import About, Study, ValuedSales, study_ratios
from backend.tests.core_gov.valuation.ratio_study.ratio_samples import valued
from backend.tests.promises import promise

ABOUT = About(
    market="<b>king & [red]county[/red]</b>",
    currency="USD",
    trained_until=date(2015, 3, 1),
    model="trees-1",
    fingerprint="0123abcd",
    made_at="2026-11-22T05:00:00Z",
    left_out={"no living area and no beds": 12},
)
SIZES = (0, 1, 4, 5, 24, 25, 30, 300)


def studied(n: int) -> Study:
    return study_ratios(valued(n), ABOUT, resamples=50)


def printed(study: Study, width: int = 120) -> str:
    console = Console(width=width, file=StringIO())
    with console.capture() as captured:
        console.print(report.as_tables(study))
    return captured.get()


def no_constant(name: str) -> Any:
    raise AssertionError(f"{name} is not JSON")


class Tags(HTMLParser):
    """Parser that checks that every tag is closed, and collects the attributes."""

    EMPTY = frozenset({"meta", "br", "line", "rect", "circle", "polygon", "polyline"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        self.names.add(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}


# JSON


@promise(
    "Ratio study",
    "`valhalla market study` writes a table, strict JSON, and a self-contained HTML page with charts.",
)
@pytest.mark.parametrize("n", SIZES)
def test_json_is_strict(n: int) -> None:
    found = json.loads(report.to_json(studied(n)), parse_constant=no_constant)
    assert found["n"] == n
    assert set(found["untrimmed"]) == {"n", *SCALES}
    assert found["about"]["left_out"] == {"no living area and no beds": 12}


def test_json_has_the_standards_and_settings() -> None:
    found = report.as_dict(studied(300))
    assert found["standards"]["cod"]["band"] == {"low": 5, "high": 15, "outer": None}
    assert found["standards"]["prb"]["band"]["outer"] == {"low": -0.1, "high": 0.1}
    assert (found["seed"], found["resamples"]) == (20_130_401, 50)
    assert found["about"]["trained_until"] == "2015-03-01"
    assert found["untrimmed"]["cod"]["word"] == "within"
    assert set(found["untrimmed"]["prb"]) >= {"value", "interval", "regression", "p_value", "word"}
    assert set(found["untrimmed"]["mape"]) == {"value"}
    assert [each["level"] for each in found["coverage"]] == [50, 90]


# The terminal


@promise(
    "Ratio study",
    "`valhalla market study` writes a table, strict JSON, and a self-contained HTML page with charts.",
)
@pytest.mark.parametrize("n", SIZES)
def test_tables_print_names_as_they_are(n: int) -> None:
    shown = printed(studied(n))
    assert "<b>king & [red]county[/red]</b>" in shown
    assert "nan" not in shown
    assert ("COD" in shown) == (n >= 5)


def test_terminal_shows_the_largest_areas_and_the_rest() -> None:
    sales = valued(300)
    names = Codes(tuple(f"area {code}" for code in range(30)))
    sales = replace(sales, area=np.arange(300) // 10, areas=names)
    assert "14 more are in the JSON and on the HTML page" in printed(study_ratios(sales, ABOUT, least_in_area=10))


@promise(
    "Ratio study",
    "`valhalla market study` writes a table, strict JSON, and a self-contained HTML page with charts.",
)
def test_tables_fit_80_columns() -> None:
    sales = replace(valued(300), area=np.arange(300) // 50, areas=Codes(tuple(f"V5K 1A{code}" for code in range(6))))
    far = replace(sales, value=sales.value * np.where(np.arange(300) % 2, 3.0, 0.2))
    same = replace(sales, value=sales.price)
    for study in (study_ratios(each, ABOUT, resamples=50) for each in (sales, far, same)):
        narrow, wide = (_tables(printed(study, width)) for width in (80, 160))
        assert narrow == wide
        assert not any("…" in line for line in narrow)


def _tables(shown: str) -> list[str]:
    """Return the text between the metadata and the findings, where words may wrap."""
    lines = [line.rstrip() for line in shown.splitlines()]
    return lines[lines.index("Measures") : next(at for at, line in enumerate(lines) if "Vertical equity" in line)]


def test_figures_outside_their_standard_are_marked() -> None:
    shown = printed(study_ratios(replace(valued(300), value=valued(300).price * 1.2), ABOUT, resamples=50), 80)
    assert "By price tier (! is not within the standard)" in shown
    (row,) = [line for line in shown.splitlines() if line.startswith("lowest fifth  ")]
    assert row.split()[2:7] == ["60", "1.200", "!", "0.0", "%"]
    assert "!" not in "".join(
        line for line in printed(studied(300), 80).splitlines() if line.startswith("lowest fifth  ")
    )


# The page


@promise(
    "Ratio study",
    "`valhalla market study` writes a table, strict JSON, and a self-contained HTML page with charts.",
)
@pytest.mark.parametrize("n", SIZES)
def test_page_is_self_contained(n: int) -> None:
    html = page(studied(n))
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert not tags.attributes & {"src", "href", "onload", "onclick", "style", "srcset"}
    assert not tags.names & {"script", "link", "img", "iframe", "object"}
    assert "url(" not in html
    assert "@import" not in html
    assert "http://" not in html
    assert "https://" not in html


def test_page_escapes_names() -> None:
    html = page(studied(30))
    assert "&lt;b&gt;king &amp; [red]county[/red]&lt;/b&gt;" in html
    assert "<b>king" not in html


@pytest.mark.parametrize("n", SIZES)
def test_charts_are_well_formed_and_inside_the_frame(n: int) -> None:
    html = page(studied(n))
    charts = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(charts) >= (n > 0)
    assert "nan" not in "".join(charts)
    for chart in charts:
        for each in ET.fromstring(chart).iter():  # noqa: S314 — our own text
            for name, most in (("x", study_charts.WIDTH), ("cx", study_charts.WIDTH), ("cy", study_charts.HEIGHT)):
                assert 0 <= float(each.get(name, 0)) <= most


@promise(
    "Ratio study",
    "`valhalla market study` writes a table, strict JSON, and a self-contained HTML page with charts.",
)
def test_page_of_a_large_study_has_every_chart_and_table() -> None:
    html = page(studied(300))
    for title in (
        "Ratios",
        "Ratio by market value",
        "Median ratio by price tier",
        "COD by price tier",
        "Median ratio by month",
        "COD by month",
        "Prices inside the intervals",
    ):
        assert f"<figcaption>{title}</figcaption>" in html
    for scale in SCALES.values():
        assert scale.label in html
    for heading in ("By price tier", "By postal area", "By month", "How to read this study"):
        assert f"<h2>{heading}</h2>" in html
    assert "@media print" in html
    assert "prefers-color-scheme: dark" in html


def test_page_shows_identical_sales() -> None:
    html = page(study_ratios(ValuedSales(np.full(40, 5e5), np.full(40, 5e5)), ABOUT, resamples=20))
    assert "suspicious" in html
    assert "all prices are the same" in html


def test_axes_have_round_numbers_inside_their_ends() -> None:
    assert study_charts.Axis(0.8, 1.2, 0, 1).ticks() == [0.8, 0.9, 1.0, 1.1, 1.2]
    assert study_charts.Axis(0, 417, 0, 1).ticks() == [0, 100, 200, 300, 400]
    assert study_charts.Axis(150e3, 1.3e6, 0, 1, logarithmic=True).ticks() == [200e3, 500e3, 1e6]
    assert study_charts.Axis(5, 5, 10, 20).at(5) == 15
    assert [study_charts.money(amount) for amount in (950, 200e3, 1e6, 2.5e9)] == ["950", "200k", "1m", "2.5bn"]
