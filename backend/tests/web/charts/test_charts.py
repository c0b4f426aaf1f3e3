"""Charts: geometry, text for screen readers, extreme values."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.app.web.charts.axis import AxisScale, padded, short_amount, ticks
from backend.app.web.charts.interval_bar import IntervalBand, Mark, interval_bar
from backend.app.web.charts.time_scatter import Dot, LinePoint, month_ticks, time_scatter
from backend.app.web.charts.waterfall import WaterfallStep, waterfall

AMOUNTS = st.floats(min_value=-1e12, max_value=1e12)
BANDS = [IntervalBand(50, 90.0, 110.0), IntervalBand(80, 80.0, 120.0), IntervalBand(90, 70.0, 130.0)]


def numbers(svg: str, name: str) -> list[float]:
    return [float(each) for each in re.findall(rf' {name}="(-?[0-9.]+)"', svg)]


@given(AMOUNTS, AMOUNTS, st.integers(1, 9))
@example(0.0, 5e-324, 9)
def test_ticks_are_few_and_within(one: float, other: float, most: int) -> None:
    low, high = sorted((one, other))
    found = ticks(low, high, most)
    assert len(found) <= most
    slack = (high - low) * 1e-6 + 1e-6
    assert all(low - slack <= each <= high + slack for each in found)


@given(st.lists(AMOUNTS, min_size=1))
def test_padded_range_is_never_empty(values: list[float]) -> None:
    low, high = padded(values)
    assert low < high
    scale = AxisScale(low, high, 0, 100)
    assert all(0 <= scale(value) <= 100 for value in values)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (1_000, "1K"), (9_950, "9.95K"), (863_441, "863K"), (999_600, "1M"), (1_176_142, "1.18M"),
     (-45_000, "−45K"), (2.5e9, "2.5B")],
)  # fmt: skip
def test_short_amounts_have_three_digits(value: float, text: str) -> None:
    assert short_amount(value) == text


class TestIntervalBar:
    def test_bars_are_nested_and_named(self) -> None:
        svg = interval_bar(100.0, BANDS, [Mark(105.0, 0.3, "12 Oak <Ave>")], label="As is")
        assert 'aria-label="As is 100; 50 % between 90 and 110; 80 % between 80 and 120; 90 % between' in svg
        widths = numbers(svg, "width")
        assert widths == sorted(widths, reverse=True)
        assert "12 Oak &lt;Ave&gt;" in svg

    def test_charts_on_one_axis_are_comparable(self) -> None:
        first, second = (interval_bar(value, [], limits=(0.0, 200.0)) for value in (50.0, 150.0))
        assert numbers(first, "x1")[0] + numbers(second, "x1")[0] == 360

    def test_values_without_spread_are_drawn(self) -> None:
        assert "NaN" not in interval_bar(0.0, [IntervalBand(90, 0.0, 0.0)], [Mark(0.0, 0.0, "free")])

    @given(AMOUNTS, st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=4), st.lists(AMOUNTS, max_size=4))
    def test_everything_is_within_the_chart(
        self, value: float, ends: list[tuple[float, float]], others: list[float]
    ) -> None:
        bands = [IntervalBand(50, *sorted(each)) for each in ends]
        svg = interval_bar(value, bands, [Mark(each, 0.5, "") for each in others])
        assert all(0 <= x <= 360 for name in ("x", "x1", "x2") for x in numbers(svg, name))


class TestWaterfall:
    def test_each_step_starts_where_the_last_ended(self) -> None:
        steps = [WaterfallStep("grade", 90.0), WaterfallStep("location <b>", -20.0)]
        svg = waterfall(("typical", 400.0), steps, ("value", 470.0))
        bars = re.findall(r'<rect x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)"', svg)
        ends = [(float(x), float(x) + float(wide)) for x, wide in bars]
        assert ends[1][0] == pytest.approx(ends[0][1], abs=0.2)
        assert ends[2][1] == pytest.approx(ends[1][1], abs=0.2)
        assert ends[3][1] == pytest.approx(ends[2][0], abs=0.2)
        assert "location &lt;b&gt;: −20" in svg

    def test_long_labels_are_shortened_and_whole_on_hover(self) -> None:
        label = "location: area 98039, against the area 98072 " * 3
        svg = waterfall(("a", 1.0), [WaterfallStep(label, 1.0)], ("b", 2.0))
        assert f"<title>{label}: +1</title>" in svg
        assert f">{label}<" not in svg


class TestTimeScatter:
    def test_dots_link_to_their_sales(self) -> None:
        line = [LinePoint(date(2015, month, 1), 99.0 + month, 95.0, 120.0) for month in (1, 2, 3)]
        svg = time_scatter([Dot(date(2015, 1, 2), 100.0, "#1", "sold", "comp-1")], line)
        assert 'data-id="comp-1"' in svg
        assert '<polyline class="line"' in svg
        assert 'aria-label="Sales over time: 1 from 2015-01-02 to 2015-01-02, from 100 to 100"' in svg

    def test_without_sales_there_is_no_chart(self) -> None:
        assert time_scatter([]) == ""

    @given(st.lists(st.tuples(st.dates(), AMOUNTS), min_size=1, max_size=5))
    def test_everything_is_within_the_chart(self, sales: list[tuple[date, float]]) -> None:
        svg = time_scatter([Dot(day, amount, "") for day, amount in sales])
        assert all(0 <= x <= 360 for x in numbers(svg, "cx"))
        assert all(0 <= y <= 200 for y in numbers(svg, "cy"))

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_first_and_last_day_there_are(self, day: date) -> None:
        assert "<circle" in time_scatter([Dot(day, 1.0, "")])

    @given(st.dates(), st.dates())
    def test_months_are_few_and_within(self, one: date, other: date) -> None:
        low, high = sorted((one.toordinal(), other.toordinal()))
        assert len(month_ticks(low, high)) <= 4


def test_chart_of_a_single_day_shows_the_weeks_around_it() -> None:
    day = date(2026, 11, 30)
    drawn = time_scatter([Dot(day, 100_000, "one", "adjusted"), Dot(day, 120_000, "two", "sold")])
    assert {"2026-11", "2026-12"} <= {*re.findall(r">(\d{4}-\d\d)<", drawn)}
