"""Converters from values of foreign records, of any type, to field values: pure functions.

A converter takes a value that is not null and returns a field value, or None if it means unknown. It raises ValueError
with the rest of a sentence that begins with the field's name.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from backend.app.core_gov.geography.regions import check_country
from backend.app.core_gov.market.importing.spreadsheet_marks import is_mangled
from backend.app.kit.data_files import cells
from backend.app.kit.text import folded, plain_separators, shorten, without_format

Converter = Callable[[Any], Any]

_MAX_FORMAT_LENGTH = 100

MAX_CACHED_LENGTH = 200
"""Maximum length of texts whose conversion is cached; a day is never that long."""

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
_TIME_AFTER = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?[AP]M)?$", re.ASCII | re.IGNORECASE)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIALS = range(25_569, 65_381)
"""Numbers that spreadsheets store for the days from 1970 to 2078."""

_DECIMAL_ZERO = re.compile(r"(\d+)\.0+", re.ASCII)
_SERIAL_0 = date(1899, 12, 30)


def number(value: Any, decimal: str | None = None) -> float | None:
    """Return a finite number from text, int, float or Decimal, but not from a bool. `decimal` as for cells.number."""
    if type(value) is float or type(value) is int:
        return _finite(value)
    if isinstance(value, Decimal):
        return _finite(float(value))
    if isinstance(value, str):
        found = cells.number(value, decimal)
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


class Amount(float):
    """Amount with the currency that its text names; None if it names none or has a bare dollar sign."""

    currency: str | None = None

    @classmethod
    def of(cls, amount: float, currency: str | None) -> "Amount":
        found = cls(amount)
        found.currency = currency
        return found


_CURRENCY_WORDS: Mapping[str, str | None] = {
    **dict.fromkeys(("cad", "cdn", "can", "ca", "c"), "CAD"),
    **dict.fromkeys(("usd", "us"), "USD"),
    **{f"{word} dollar{plural}": "CAD" for word in ("cad", "canadian", "cdn") for plural in ("", "s")},
    **{f"{word} dollar{plural}": "USD" for word in ("usd", "us", "american") for plural in ("", "s")},
    "dollars canadiens": "CAD",
    "dollar canadien": "CAD",
    "dollars americains": "USD",
    "dollar americain": "USD",
    **dict.fromkeys(("", "dollar", "dollars"), None),
}
_AROUND_AMOUNT = re.compile(r"(?P<open>[(+-]?)(?P<word>[a-z. ]*)(?P<sign>\$?)(?P<other>[a-z. ]*)(?P<close>[)+-]?)")
_IN_PARENTHESES = re.compile(r"\(([a-z.$ ]+)\)")
_MAX_AROUND = 40
_MAX_MONEY = cells.MAX_NUMBER + 50


def money(value: Any, decimal: str | None = None) -> Amount | None:
    """Return an amount, with or without a currency sign or word before or after it.

    An amount such as `350.000` is refused without a decimal mark: no currency has three decimals.
    """
    currencies: tuple[str, ...] = ()
    if isinstance(value, str) and len(value) <= _MAX_MONEY:
        value, currencies = _without_currency(cells.unwrapped(value.strip()))
        if decimal is None and "." in value and cells.is_ambiguous(value):
            raise ValueError(f"is ambiguous: {shorten(value)}; set decimal in a mapping file")
    found = number(value, decimal)
    return None if found is None else Amount.of(found, " and ".join(currencies) or None)


def _without_currency(text: str) -> tuple[str, tuple[str, ...]]:
    """Return an amount without what is around it, and the currencies that it names."""
    digits = [at for at, sign in enumerate(text) if "0" <= sign <= "9"]
    start, end = (digits[0], digits[-1] + 1) if digits else (len(text), len(text))
    start -= start < end and text[start - 1 : start] in {".", ","}
    before, after = _currency_at(text[:start]), _currency_at(text[end:])
    if before is None or after is None:
        return text, ()
    named = dict.fromkeys(each[1] for each in (before, after) if each[1] is not None)
    return before[0] + text[start:end] + after[0], tuple(named)


@lru_cache(maxsize=1000)
def _currency_at(text: str) -> tuple[str, str | None] | None:
    """Return the sign or parenthesis and the currency on one side of an amount; None if there is anything else."""
    plain = _IN_PARENTHESES.sub(r" \1 ", folded(text)) if len(text) <= _MAX_AROUND else "?"
    found = _AROUND_AMOUNT.fullmatch(" ".join(plain.split()))
    if found is None or (found["open"] and found["close"]):
        return None
    words = [_currency_word(found["word"]), _currency_word(found["other"])]
    if all(words) or not all(word in _CURRENCY_WORDS for word in words):
        return None
    return found["open"] + found["close"], _CURRENCY_WORDS[words[0]] or _CURRENCY_WORDS[words[1]]


def _currency_word(text: str) -> str:
    return text.strip(" .") if any(sign.isalpha() for sign in text) else text.strip()


def currency_code(value: Any) -> str | None:
    """Return CAD or USD for a code, name or sign such as C$, None for a bare dollar sign, else the text in capitals."""
    typed = text_of(value).strip()
    found = _currency_at(typed)
    return typed.upper() if found is None or found[0] else found[1]


def measure(value: Any, decimal: str | None = None) -> float | None:
    """Return a number, or 1 and 0 for yes and no."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            return number(value, decimal)
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
            f"is not a date such as 2015-01-31: {shorten(text)}; for another format, set date_format in a mapping file"
        )
    try:
        return date(*parts).isoformat()
    except ValueError:
        raise ValueError(f"is not a calendar date: {shorten(text)}") from None


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
        for typed in dict.fromkeys((text, _TIME_AFTER.sub("", text))):
            try:
                return datetime.strptime(typed, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        if (stored := _serial_day(text)) is not None:
            return stored
        raise ValueError(f"is not a date in the format {form}: {shorten(text)}")

    def convert(value: Any) -> str | None:
        return day(value) if isinstance(value, date) else read(cells.unwrapped(text_of(value)[:MAX_CACHED_LENGTH]))

    return convert


def text(value: Any) -> str | None:
    """Return text on one line; whole numbers without a fraction, lists joined with commas, without quotes of a cell."""
    found = " ".join(cells.unwrapped(text_of(value).strip()).split())
    if "\0" in found or any("\ud800" <= sign <= "\udfff" for sign in found):
        raise ValueError("contains a character that cannot be stored")
    return found or None


def identifier(value: Any) -> str | None:
    """Return a number or other name that identifies something. Raises ValueError if a spreadsheet has changed it."""
    found = text(value)
    if found is not None and isinstance(value, str) and is_mangled(found):
        raise ValueError(f"is {shorten(found)}, which a spreadsheet made of another text")
    return found.removeprefix("'").strip() or None if found else found


def postal(value: Any) -> str | None:
    """Return a postal code as text; `2139.0`, which a program made of a number, is `2139`.

    Any space or dash counts as the plain one, and invisible characters are dropped.
    """
    found = text(plain_separators(without_format(value)) if isinstance(value, str) else value)
    number = _DECIMAL_ZERO.fullmatch(found) if found else None
    return number[1] if number else found and found.removeprefix("'")


def full_postal(country: str, typed: str) -> str:
    """Return a ZIP code with the leading zeros that it lost when a program parsed it as a number: `2139` is `02139`."""
    digits, hyphen, rest = typed.partition("-")
    width = {3: 5, 4: 5, 7: 9, 8: 9}.get(len(digits))
    whole = (digits + rest).isdecimal() and typed.isascii() and not (hyphen and len(digits) > 4)
    return typed.zfill(width + len(hyphen + rest)) if country == "US" and width and whole else typed


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


def text_of_width(width: int, convert: Converter) -> Converter:
    """Return a converter that restores leading zeros lost when a program parsed text as a number."""

    def read(value: Any) -> str | None:
        found: str | None = convert(value)
        return found.zfill(width) if found is not None and found.isdecimal() else found

    return read


def text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(text_of(each) for each in value if each is not None)
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
