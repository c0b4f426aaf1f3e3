"""Days as sources write them: dates, texts in stated formats, numbers of spreadsheets and epoch times: pure functions.

Errors are ValueErrors with the rest of a sentence that begins with the field's name, and name the option that helps.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from backend.app.core_gov.market.importing.converters import MAX_CACHED_LENGTH, Converter, text_of
from backend.app.kit.data_files import cells
from backend.app.kit.text import folded, shorten

_MAX_FORMAT_LENGTH = 100

_DAY = re.compile(
    r"(\d{4})(?:-?(\d{2})-?(\d{2})|[/.-](\d{1,2})[/.-](\d{1,2}))(?:[T ].*|Z|[+-]\d\d:\d\d)?", re.DOTALL | re.ASCII
)
_MONTHS = {
    name: at
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    )
    for at, name in enumerate(names.split(), 1)
} | {"sept": 9}
_DAY_OF_NAMED_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:er)?[ -](?P<month>[a-z]{3,9})\.?,?[ -](?P<year>\d{4})"
    r"|(?P<month_first>[a-z]{3,9})\.? (?P<day_after>\d{1,2}),? (?P<year_last>\d{4})",
    re.ASCII,
)
_TIME_AFTER = re.compile(
    r"(?:[ T]{1,2}|, )\d{1,2}:\d{2}(?::\d{2}(?:[.:]\d{1,9})?)?(?: ?[AP]\.?M\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$",
    re.ASCII | re.IGNORECASE,
)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIALS = range(25_569, 65_381)
"""Numbers that spreadsheets store for the days from 1970 to 2078."""

_SERIAL_0 = date(1899, 12, 30)

EPOCH, EPOCH_MS = "epoch", "epoch_ms"
_PER_SECOND = {EPOCH: 1, EPOCH_MS: 1000}
"""Date formats for the time since 1970-01-01 in UTC, with the units in one second."""

_EPOCH_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_S, _LATEST_S = -2_208_988_800, 4_102_444_800
"""Seconds from 1970 to 1900 and to 2100."""

_WHOLE = re.compile(r"-?\d+", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)


def day(value: Any) -> str | None:
    """Return an ISO day from a date, a datetime or a text of only one meaning, with or without a time after it.

    `2015-03-01`, `20150301`, `2015/3/1`, days with the month's name (`1-Mar-2015`), and the numbers that spreadsheets
    store for days (42064).
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _day(str(value)[:MAX_CACHED_LENGTH])


def _serial_day(text: str) -> str | None:
    """Return the day for which a spreadsheet stores this number; None for any other text."""
    found = _SERIAL.fullmatch(text)
    if found is None or int(found[1]) not in _SERIALS:
        return None
    return (_SERIAL_0 + timedelta(days=int(found[1]))).isoformat()


@lru_cache(maxsize=20_000)
def _day(text: str) -> str:
    typed = cells.unwrapped(text.strip())
    if (stored := _serial_day(typed)) is not None:
        return stored
    found = _DAY.fullmatch(typed)
    parts = [int(part) for part in found.groups() if part] if found else _parts_of_named_month(typed)
    if not parts:
        raise ValueError(
            f"is not a date such as 2015-01-31: {shorten(text)}; for another format, set {_option_for(typed)} in a "
            "mapping file"
        )
    try:
        return date(*parts).isoformat()
    except ValueError:
        raise ValueError(f"is not a calendar date: {shorten(text)}") from None


def _option_for(text: str) -> str:
    """Return the option that could help with a text that is no date."""
    if _WHOLE.fullmatch(text) and len(text.lstrip("-")) in {9, 10}:
        return f'date_format = "{EPOCH}"'
    if _WHOLE.fullmatch(text) and len(text.lstrip("-")) in {12, 13}:
        return f'date_format = "{EPOCH_MS}"'
    return "date_format"


def _parts_of_named_month(text: str) -> list[int]:
    """Return year, month and day of `01-MAR-2025`, `Mar 1, 2025` or `1er mars 2025`; an empty list for other texts."""
    found = _DAY_OF_NAMED_MONTH.fullmatch(folded(_TIME_AFTER.sub("", text)))
    if found is None:
        return []
    day, month, year = (part for part in found.groups() if part) if found["day"] else found.group(5, 4, 6)
    return [int(year), _MONTHS[month], int(day)] if month in _MONTHS else []


_PARTS_OF_DATES = frozenset("aAbBdfGHIjmMpSuUVwWyYzZ%")
"""Allowed directives of date formats; `%c`, `%x` and `%X` depend on the machine's locale."""

_YEARS = frozenset("yYG")
_SAMPLE = datetime(2003, 4, 5, 6, 7, 8, tzinfo=UTC)


def check_date_format(form: str) -> None:
    """Raise ValueError, with the rest of a sentence, if a date format cannot be parsed or has no year."""
    if form in _PER_SECOND:
        return
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


MAX_FORMATS = 10
"""Maximum formats of one column."""


def day_written(forms: Sequence[str]) -> Converter:
    """Return a converter for days in one of several formats, already validated; the first that fits is used.

    A format is one of `strptime` such as `%m/%d/%Y`, or `epoch` or `epoch_ms`.
    """
    typed = tuple(form for form in forms if form not in _PER_SECOND)
    per_second = [_PER_SECOND[form] for form in forms if form in _PER_SECOND]
    called = forms[0] if len(forms) == 1 else f"one of {', '.join(forms)}"

    @lru_cache(maxsize=20_000)
    def read(text: str) -> str:
        for plain in dict.fromkeys((text, _TIME_AFTER.sub("", text))):
            for form in typed:
                if (found := _strptime(plain, form)) is not None:
                    return found
        if _NUMBER.fullmatch(text) and per_second:
            return _of_epoch(text, per_second)
        if not per_second and (stored := _serial_day(text)) is not None:
            return stored
        more = "" if len(forms) > 1 else "; date_format may be a list of formats"
        raise ValueError(f"is not a date in the format {called}: {shorten(text)}{more}")

    def convert(value: Any) -> str | None:
        return day(value) if isinstance(value, date) else read(cells.unwrapped(text_of(value)[:MAX_CACHED_LENGTH]))

    return convert


def _strptime(text: str, form: str) -> str | None:
    try:
        return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _of_epoch(text: str, per_second: Sequence[int]) -> str:
    """Return the day of a time since 1970 in UTC. Raises ValueError unless it is plausible in one of the units.

    A time in milliseconds that falls in the first weeks of 1970 is one in seconds.
    """
    number = float(text)
    for parts in per_second:
        seconds = number / parts
        if _EARLIEST_S <= seconds <= _LATEST_S and not (parts > 1 and number and abs(number) < _LATEST_S):
            return (_EPOCH_DAY + timedelta(seconds=seconds)).date().isoformat()
    other = EPOCH_MS if per_second == [1] else EPOCH
    stated = "seconds" if per_second == [1] else "milliseconds"
    raise ValueError(f'is not a time in {stated} since 1970: {shorten(text)}; is date_format = "{other}" meant?')
