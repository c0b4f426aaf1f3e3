"""The chart of tiers: widths, frames, and text that is only text."""

import re

from backend.app.web.charts.tiers import SERIES, TierBar, series_of, tiers


def widths(chart: str, what: str) -> list[float]:
    return [float(each) for each in re.findall(rf'<rect class="{what}" [^>]*width="([\d.]+)"', chart)]


def test_bars_are_in_proportion_and_frames_end_at_the_edge() -> None:
    bars = [
        TierBar("capital", 400, (75, 25)),
        TierBar("catch-up", 50, (0, 50)),
        TierBar("split", None, (-5, 0)),
    ]
    chart = str(tiers("Division in CAD", ["Investor", "<Sponsor>"], bars, "CAD"))
    assert widths(chart, "series-1") == [267.0]
    assert widths(chart, "series-2") == [89.0, 178.0]
    assert widths(chart, "needed") == [356.0, 178.0]
    assert "25.00 CAD to &lt;Sponsor&gt;" in chart
    assert 'aria-label="Division in CAD: capital 100.00; catch-up 50.00; split -5.00"' in chart


def test_no_amounts_and_many_partners_have_a_chart() -> None:
    assert widths(str(tiers("Empty", [], [], "CAD")), "series-1") == []
    chart = str(tiers("Nothing", ["A"], [TierBar("x" * 100, 0, (0,))], "CAD"))
    assert "x" * 39 + "…<" in chart
    assert [series_of(number) for number in (0, 1, 5, 6, 19)] == [1, 2, 6, 6, 6]
    assert series_of(99) == SERIES
