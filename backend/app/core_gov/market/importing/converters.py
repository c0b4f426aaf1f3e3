"""Converters from values of foreign records, of any type, to field values: pure functions.

A converter takes a value that is not null and returns a field value, or None if it means unknown. It raises ValueError
with the rest of a sentence that begins with the field's name.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from backend.app.core_gov.geography.regions import CURRENCIES, check_country
from backend.app.kit.data_files import cells
from backend.app.kit.text import shorten

Converter = Callable[[Any], Any]

_CURRENCY_BEFORE = re.compile(r"(?:CAD|USD|CA|US|C)?+\s*+\$?+\s*+", re.IGNORECASE)
_MAX_FORMAT_LENGTH = 100

MAX_CACHED_LENGTH = 200
"""Maximum length of texts whose conversion is cached; a day is never that long."""

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?", re.DOTALL)


def number(value: Any) -> float | None:
    """Return a finite number from text, int, float or Decimal, but not from a bool."""
    if type(value) is float or type(value) is int:
        return _finite(value)
    if isinstance(value, Decimal):
        return _finite(float(value))
    if isinstance(value, str):
        found = cells.number(value)
        return None if found is None else _finite(found)
    raise ValueError(f"is not a number: {shorten(text_of(value))}")


def _finite(value: float) -> float | None:
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if math.isinf(found):
        raise ValueError("is not a finite number")
    return None if math.isnan(found) else found


def money(value: Any) -> float | None:
    """Return an amount, with or without a currency sign."""
    if isinstance(value, str):
        value = _amount(value) or value
    return number(value)


def _amount(text: str) -> str:
    """Return a text without currency signs before and after it."""
    before = _CURRENCY_BEFORE.match(text)
    rest = text[before.end() if before else 0 :].rstrip()
    return rest[:-3].rstrip() if rest[-3:].upper() in CURRENCIES.values() else rest


def measure(value: Any) -> float | None:
    """Return a number, or 1 and 0 for yes and no."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            return number(value)
        except ValueError:
            known = cells.yes_or_no(value)
            return None if known is None else float(known)
    return number(value)


def year(value: Any) -> int | None:
    """Return a calendar year; 0 means unknown."""
    found = number(value)
    if found is None or found == 0:
        return None
    if found != int(found):
        raise ValueError(f"is not a year: {shorten(text_of(value))}")
    return int(found)


def day(value: Any) -> str | None:
    """Return an ISO day from a date, a datetime, `2015-03-01`, `20150301`, or either with a time after it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _day(str(value)[:MAX_CACHED_LENGTH])


@lru_cache(maxsize=20_000)
def _day(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise ValueError(
            f"is not a date such as 2015-01-31: {shorten(text)}; for another format, set date_format in a mapping file"
        )
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise ValueError(f"is not a calendar date: {shorten(text)}") from None


_PARTS_OF_DATES = frozenset("aAbBdfGHIjmMpSuUVwWyYzZ%")
"""Allowed directives of date formats; `%c`, `%x` and `%X` depend on the machine's locale."""

_YEARS = frozenset("yYG")
_SAMPLE = datetime(2003, 4, 5, 6, 7, 8, tzinfo=UTC)


def check_date_format(form: str) -> None:
    """Raise ValueError, with the rest of a sentence, if a date format cannot be parsed or has no year."""
    parts = re.findall(r"%(.?)", form, re.DOTALL)
    for part in parts:
        if part not in _PARTS_OF_DATES:
            raise ValueError(f"{form[:40]!a} has %{ascii(part)[1:-1]}, which is not supported; write it like %m/%d/%Y")
        if part != "%" and parts.count(part) > 1:
            raise ValueError(f"{form[:40]!a} has %{part} twice")
    if len(form) > _MAX_FORMAT_LENGTH or _YEARS.isdisjoint(parts):
        raise ValueError(f"{form[:40]!a} has no year; write it like %m/%d/%Y")
    try:
        read = datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007 - a day has no zone
    except (ValueError, re.error):
        read = None
    if read is None or read.year != _SAMPLE.year:
        raise ValueError(f"{form[:40]!a} is not a usable date format; write it like %m/%d/%Y")


def day_written(form: str) -> Converter:
    """Return a converter for days in a `strptime` format such as `%m/%d/%Y`, already validated."""

    @lru_cache(maxsize=20_000)
    def read(text: str) -> str:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise ValueError(f"is not a date in the format {form}: {shorten(text)}") from None

    return lambda value: day(value) if isinstance(value, date) else read(text_of(value)[:MAX_CACHED_LENGTH])


def text(value: Any) -> str | None:
    """Return text on one line; whole numbers without a fraction, lists joined with commas."""
    found = " ".join(text_of(value).split())
    if "\0" in found or any("\ud800" <= sign <= "\udfff" for sign in found):
        raise ValueError("contains a character that cannot be stored")
    return found or None


def country_code(value: Any) -> str:
    """Return the code of a country, CA or US."""
    code = check_country(text_of(value))
    if code is None:
        raise ValueError(f"must be CA or US, not {shorten(text_of(value))}")
    return code


def one_of(*words: str) -> Converter:
    """Return a converter that accepts one of these words, in any case."""

    def convert(value: Any) -> str:
        word = str(value).strip().casefold()
        if word not in words:
            raise ValueError(f"must be one of {', '.join(words)}, not {shorten(word)}")
        return word

    return convert


def text_of_width(width: int) -> Converter:
    """Return a converter that restores leading zeros lost when a program parsed text as a number."""

    def read(value: Any) -> str | None:
        found = text(value)
        return found.zfill(width) if found is not None and found.isdecimal() else found

    return read


def text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(text_of, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def word(value: Any) -> str | None:
    """Return a category in snake case, the same for `Single Family Residence` and `SingleFamilyResidence`."""
    found = text(value)
    return found and "_".join(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", found).casefold()))


def is_null(value: Any, nulls: frozenset[str]) -> bool:
    """Return whether a value means unknown."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value or value.isspace() or value.casefold() in nulls
    return isinstance(value, float) and math.isnan(value)
