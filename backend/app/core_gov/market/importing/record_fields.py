"""Readers of fields from foreign records: the functions that a description compiles to."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import floor
from typing import Any

from backend.app.core_gov.market.importing import converters
from backend.app.core_gov.market.importing.area_units import SQFT, StatedArea, is_length, unit_of
from backend.app.core_gov.market.importing.converters import Amount, Converter, is_null
from backend.app.core_gov.market.sale import AGE, MONTH, YEAR

Raw = Mapping[str, Any]
"""Record as its source has it: values of any type by column."""

Notes = dict[str, str]
"""Notes by field: the unit that a value was converted from, that only the month or year of a day is known, or that a
year comes from an age.

Under `CURRENCY`, the currency that the text of an amount names.
"""

CURRENCY = "currency"

_BARE = re.compile(r"[^\W_]{1,2}|(?=[\w-]*\d)[^\W_]+(?:-[^\W_]+)?")
"""A unit without a word that says so: one or two letters, or letters and digits, such as 5B and A-101."""

Read = Callable[[Raw, Notes], Any]


def folded(text: str) -> str:
    """Normalize a text for comparison: no case, spaces or punctuation."""
    return re.sub(r"[\W_]+", "", text).casefold()


def converted(value: Callable[[Raw], Any], convert: Converter) -> Read:
    def read(raw: Raw, notes: Notes) -> Any:
        found = value(raw)
        return None if found is None else convert(found)

    return read


def of_column(column: str, nulls: frozenset[str], convert: Converter) -> Read:
    """Return a reader of one column; texts are cached, because most recur."""

    @lru_cache(maxsize=8192)
    def of_text(text: str) -> Any:
        return None if is_null(text, nulls) else convert(text)

    def read(raw: Raw, notes: Notes) -> Any:
        value = raw.get(column)
        if type(value) is str and len(value) <= converters.MAX_CACHED_LENGTH:
            return of_text(value)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        return None if is_null(value, nulls) else convert(value)

    return read


def scaled(value: Any, times: float) -> Any:
    if isinstance(value, Amount):
        return Amount.of(value * times, value.currency)
    return None if value is None else value * times


def in_currency(read: Read) -> Read:
    """Return a reader that also notes the currency that the text of an amount names."""

    def convert(raw: Raw, notes: Notes) -> Any:
        found = read(raw, notes)
        if isinstance(found, Amount) and found.currency is not None:
            named = notes.get(CURRENCY, found.currency)
            notes[CURRENCY] = named if found.currency in named else f"{named} and {found.currency}"
        return found

    return convert


def translated(values: Mapping[str, Any], convert: Converter) -> Converter:
    def translate(value: Any) -> Any:
        word = folded(converters.text_of(value))
        return values[word] if word in values else convert(value)

    return translate


def in_sqft(name: str, read: Read, usual: str, by: list[Callable[[Raw], Any]], times: float) -> Read:
    """Return a reader of an area in square feet; the first of the columns `by` with a value states the unit."""

    def convert(raw: Raw, notes: Notes) -> Any:
        found = read(raw, notes)
        if found is None or (isinstance(found, StatedArea) and not found.size):
            return None if found is None else 0.0
        stated = found if isinstance(found, StatedArea) else StatedArea(found)
        given = next((unit for each in by if (unit := each(raw)) is not None), None)
        unit = usual if given is None else unit_of(converters.text_of(given))
        if stated.length and stated.unit is None and unit != SQFT:
            unit = _unit_of_sides(converters.text_of(given), unit)
        if by and given is None and stated.unit is None and 0 < stated.size * times < _MIN_WITHOUT_UNIT:
            raise ValueError(f"is {stated.size:g} without a unit")
        if given is not None and stated.unit not in {None, unit} and not stated.length:
            raise ValueError(f"is in {stated.unit}, but its unit column says {unit}")
        used = stated.unit or unit
        area = stated.in_sqft(unit, times)
        if 0 < area < 1:
            raise ValueError(f"is less than a square foot: {area:.4g}")
        if used != SQFT:
            notes[name] = used
        return area

    return convert


_MIN_WITHOUT_UNIT = 100
"""Size below which an area without a unit is rather in acres or square metres than in square feet."""


def _unit_of_sides(text: str, unit: str) -> str:
    """Return the unit of a lot's sides where only its unit of area is known: feet beside acres. Raises ValueError."""
    if unit == "acres":
        return SQFT
    if not is_length(text):
        raise ValueError(f"has sides without a unit, and its unit column says {unit}")
    return unit


def first(reads: list[Read], *, zero_is_unknown: bool = False) -> Read:
    """Return a reader of the first known value. Raises ValueError if there is none and one cannot be read."""

    def read(raw: Raw, notes: Notes) -> Any:
        zero, fault = None, None
        for each in reads:
            try:
                found = each(raw, notes)
            except ValueError as error:
                fault = fault or error
                continue
            if found is not None and not (zero_is_unknown and found == 0):
                return found
            zero = found if zero is None else zero
        if zero is None and fault is not None:
            raise fault
        return zero

    return read


def joined(reads: list[tuple[Callable[[Raw], Any], str]]) -> Callable[[Raw], Any]:
    """Return a reader of the known parts of a text with spaces between them.

    The prefix of a part stands before a bare number or letter: `5` and `B2` are `Unit 5` and `Unit B2`, but `Apt 5`,
    `#5` and `Upper` stay.
    """

    def join(raw: Raw) -> str | None:
        parts = []
        for read, prefix in reads:
            value = read(raw)
            text = None if value is None else converters.text(value)
            if text is not None:
                parts.append(with_prefix(prefix, text))
        return " ".join(parts) or None

    return join


def with_prefix(prefix: str, text: str) -> str:
    """Return `Unit 5` for a bare 5, but `Apt 5` unchanged."""
    return f"{prefix} {text}" if prefix and _BARE.fullmatch(text) else text


def total(reads: list[Read]) -> Read:
    """Return a reader of a sum; the first part must be known, unknown others count as 0."""

    def read(raw: Raw, notes: Notes) -> Any:
        total = reads[0](raw, notes)
        return None if total is None else total + sum(each(raw, notes) or 0 for each in reads[1:])

    return read


def constant_value(value: Any) -> Read:
    return lambda raw, notes: value


def day_of_parts(name: str, parts: Mapping[str, Read], stated_month: int | None = None) -> Read:
    """Return a reader of a date from parts; without a day, the month's last, when the sale was certainly known.

    `stated_month` is the month of all days, of which only the year is known.
    """

    def read(raw: Raw, notes: Notes) -> str | None:
        found = {part: each(raw, notes) for part, each in parts.items()}
        year, month, day = found["year"], stated_month or found["month"], found.get("day")
        if year is None or month is None:
            return None
        if not (1 <= year <= 9999 and 1 <= month <= 12 and year == int(year) and month == int(month)):
            raise ValueError(f"is not a calendar month: year {year:g}, month {month:g}")
        last = monthrange(int(year), int(month))[1]
        if day is None:
            notes[name] = MONTH if stated_month is None else YEAR
        elif not (1 <= day <= last and day == int(day)):
            raise ValueError(f"is not a calendar date: year {year:g}, month {month:g}, day {day:g}")
        return f"{int(year):04d}-{int(month):02d}-{int(last if day is None else day):02d}"

    return read


def year_of_age(name: str, age: Read, sold: Read) -> Read:
    """Return a reader of the year that lies an age in years before that of the sale."""

    def read(raw: Raw, notes: Notes) -> int | None:
        years = age(raw, notes)
        if years is None:
            return None
        if not _MIN_AGE <= years <= _MAX_AGE:
            raise ValueError(f"is from an age of {years:g} years, which is not from {_MIN_AGE} to {_MAX_AGE}")
        try:
            day = sold(raw, Notes())
        except ValueError:  # reported with the day itself
            return None
        if day is None:
            return None
        notes[name] = AGE
        year: int = int(day[:4]) - floor(years)
        return year

    return read


_MIN_AGE, _MAX_AGE = -5, 500
"""Ages of buildings at their sale; some are sold years before they are built."""
