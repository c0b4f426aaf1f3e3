"""Fractions of a year between two dates, by the conventions of agreements.

Sources: 30/360 US is the bond basis with the end-of-February rule (SIA, Standard Securities Calculation Methods);
30E/360, actual/360, actual/365 fixed and actual/actual are those of the 2006 ISDA Definitions, section 4.16.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Literal

DayCount = Literal["actual/365", "actual/360", "30/360 US", "30E/360", "actual/actual ISDA"]


def year_fraction(convention: DayCount, start: date, end: date) -> Fraction:
    """Return the years from one date to a later one, exactly. Raises ValueError if the second is earlier."""
    if end < start:
        raise ValueError(f"{end} is before {start}")
    return _CONVENTIONS[convention](start, end)


def _actual(days: int) -> Callable[[date, date], Fraction]:
    return lambda start, end: Fraction((end - start).days, days)


def _thirty_us(start: date, end: date) -> Fraction:
    first, last = start.day, end.day
    if _ends_february(start):
        if _ends_february(end):
            last = 30
        first = 30
    if last == 31 and first >= 30:
        last = 30
    return _thirty(start, end, min(first, 30), last)


def _thirty_e(start: date, end: date) -> Fraction:
    return _thirty(start, end, min(start.day, 30), min(end.day, 30))


def _thirty(start: date, end: date, first: int, last: int) -> Fraction:
    days = 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first
    return Fraction(days, 360)


def _ends_february(day: date) -> bool:
    return day.month == 2 and (day.day == 29 or (day.day == 28 and not _is_leap(day.year)))


def _actual_actual(start: date, end: date) -> Fraction:
    """Count the days in leap years by 366 and the others by 365."""
    if start.year == end.year:
        return Fraction((end - start).days, _days(start.year))
    first = Fraction((date(start.year + 1, 1, 1) - start).days, _days(start.year))
    last = Fraction((end - date(end.year, 1, 1)).days, _days(end.year))
    return first + (end.year - start.year - 1) + last


def _days(year: int) -> int:
    return 366 if _is_leap(year) else 365


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


_CONVENTIONS: dict[DayCount, Callable[[date, date], Fraction]] = {
    "actual/365": _actual(365),
    "actual/360": _actual(360),
    "30/360 US": _thirty_us,
    "30E/360": _thirty_e,
    "actual/actual ISDA": _actual_actual,
}
