"""Converters from values of foreign records, of any type, to field values: pure functions.

A converter takes a value that is not null and returns a field value, or None if it means unknown. It raises ValueError
with the rest of a sentence that begins with the field's name.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from backend.app.core_gov.geography.regions import check_country
from backend.app.core_gov.market.importing.spreadsheet_marks import is_mangled
from backend.app.kit.data_files import cells
from backend.app.kit.text import folded, plain_separators, shorten, without_format

Converter = Callable[[Any], Any]

MAX_CACHED_LENGTH = 200
"""Maximum length of texts whose conversion is cached; a day is never that long."""

_HALVES = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which is not a character."""

_DECIMAL_ZERO = re.compile(r"(\d+)\.0+", re.ASCII)


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
            pass
        try:
            known = cells.yes_or_no(value)
        except ValueError:
            raise ValueError(f"is neither a number nor yes or no: {shorten(value)}") from None
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


def text(value: Any) -> str | None:
    """Return text on one line; whole numbers without a fraction, lists joined with commas, without quotes of a cell."""
    found = " ".join(cells.unwrapped(text_of(value).strip()).split())
    if "\0" in found or (not found.isascii() and _HALVES.search(found)):
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
