"""Day counts against the examples of their definitions."""

from datetime import date
from fractions import Fraction

import pytest

from backend.app.core_gov.jv.waterfall.day_count import DayCount, year_fraction


@pytest.mark.parametrize(
    ("convention", "start", "end", "years"),
    [
        ("actual/365", "2024-01-01", "2025-01-01", Fraction(366, 365)),
        ("actual/360", "2025-01-01", "2026-01-01", Fraction(365, 360)),
        ("30/360 US", "2021-01-01", "2021-12-31", Fraction(1)),
        ("30E/360", "2021-01-01", "2021-12-31", Fraction(359, 360)),
        ("30/360 US", "2024-02-29", "2025-02-28", Fraction(1)),
        ("30/360 US", "2025-01-31", "2025-03-31", Fraction(60, 360)),
        ("30/360 US", "2025-01-30", "2025-02-28", Fraction(28, 360)),
        ("30E/360", "2025-01-31", "2025-02-28", Fraction(28, 360)),
        ("actual/actual ISDA", "2003-11-01", "2004-05-01", Fraction(61, 365) + Fraction(121, 366)),
        ("actual/actual ISDA", "1999-02-01", "1999-07-01", Fraction(150, 365)),
        ("actual/actual ISDA", "2020-01-01", "2025-01-01", Fraction(5)),
    ],
)
def test_year_fraction(convention: DayCount, start: str, end: str, years: Fraction) -> None:
    assert year_fraction(convention, date.fromisoformat(start), date.fromisoformat(end)) == years


def test_dates_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="is before"):
        year_fraction("30E/360", date(2025, 1, 2), date(2025, 1, 1))
