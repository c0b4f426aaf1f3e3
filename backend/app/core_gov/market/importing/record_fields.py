"""Readers of fields from foreign records: the functions that a description compiles to."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from backend.app.core_gov.market.importing import converters
from backend.app.core_gov.market.importing.area_units import SQFT, SQFT_IN, unit_of
from backend.app.core_gov.market.importing.converters import Converter, is_null
from backend.app.core_gov.market.sale import MONTH

Raw = Mapping[str, Any]
"""Record as its source has it: values of any type by column."""

Notes = dict[str, str]
"""Notes by field: the unit that a value was converted from, or that only the month is known."""

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
        return None if is_null(value, nulls) else convert(value)

    return read


def scaled(value: Any, times: float) -> Any:
    return None if value is None else value * times


def translated(values: Mapping[str, Any], convert: Converter) -> Converter:
    def translate(value: Any) -> Any:
        word = folded(converters.text_of(value))
        return values[word] if word in values else convert(value)

    return translate


def in_sqft(name: str, read: Read, usual: str, by: Callable[[Raw], Any] | None) -> Read:
    def convert(raw: Raw, notes: Notes) -> Any:
        found = read(raw, notes)
        if found is None:
            return None
        given = by(raw) if by is not None else None
        unit = usual if given is None else unit_of(converters.text_of(given))
        if unit == SQFT:
            return found
        notes[name] = unit
        return found * SQFT_IN[unit]

    return convert


def first(reads: list[Read]) -> Read:
    def read(raw: Raw, notes: Notes) -> Any:
        for each in reads:
            found = each(raw, notes)
            if found is not None:
                return found
        return None

    return read


def total(reads: list[Read]) -> Read:
    """Return a reader of a sum; the first part must be known, unknown others count as 0."""

    def read(raw: Raw, notes: Notes) -> Any:
        total = reads[0](raw, notes)
        return None if total is None else total + sum(each(raw, notes) or 0 for each in reads[1:])

    return read


def day_of_parts(name: str, parts: Mapping[str, Read]) -> Read:
    """Return a reader of a date from parts; without a day, the month's last, when the sale was certainly known."""

    def read(raw: Raw, notes: Notes) -> str | None:
        found = {part: each(raw, notes) for part, each in parts.items()}
        year, month, day = found["year"], found["month"], found.get("day")
        if year is None or month is None:
            return None
        if not (1 <= year <= 9999 and 1 <= month <= 12 and year == int(year) and month == int(month)):
            raise ValueError(f"is not a calendar month: year {year:g}, month {month:g}")
        last = monthrange(int(year), int(month))[1]
        if day is None:
            notes[name] = MONTH
        elif not (1 <= day <= last and day == int(day)):
            raise ValueError(f"is not a calendar date: year {year:g}, month {month:g}, day {day:g}")
        return f"{int(year):04d}-{int(month):02d}-{int(last if day is None else day):02d}"

    return read
