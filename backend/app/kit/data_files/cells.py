"""Parsing of cells: numbers, and yes or no, as people and programs write them.

The rule for numbers, from first to last:

1. `="0012"` and `'0012`, which spreadsheets write to keep a text, are read without the wrapper.
2. `(1,000)`, `1,000-` and the minus sign of typography are negative.
3. With a decimal mark that the caller states, only numbers written with that mark are read.
4. Otherwise the point is the decimal mark, and commas or spaces separate thousands: `1,250` is 1250, `1.250` is 1.25.
5. What cannot be read that way is read with the decimal comma: `0,125` (no group of thousands begins with 0), `12,5`,
   `1234,567`, `1 250,50`, `1.250,50`, `1.250.000`.

`is_ambiguous` names the numbers that steps 4 and 5 would read differently. Callers refuse them where both readings are
plausible.
"""

import re
from math import isinf

from backend.app.kit.text import shorten

NULL_WORDS = frozenset({
    "na", "n/a", "n.a.", "nan", "null", "(null)", "none", "-", "--", "**", "\\n",
    "unknown", "inconnu", "inconnue", "n/d", "n.d.", "s/o", "s.o.",
    "#n/a", "#null!", "#value!", "#ref!", "#div/0!", "#name?", "#num!",
})  # fmt: skip
"""Common spellings of an unknown value, among them the errors of spreadsheets."""

MAX_NUMBER = 400
_DIGITS_OF_64_BITS = 18
_YES = frozenset({"1", "yes", "y", "true", "t", "oui", "vrai"})
_NO = frozenset({"0", "no", "n", "false", "f", "non", "faux"})

_SPACES = " \u00a0\u2007\u2009\u202f"
"""Spaces between groups of thousands: ordinary, no-break, figure, thin and narrow no-break."""


def _form(point: str, comma: str) -> re.Pattern[str]:
    """Return the pattern of numbers with `point` as the decimal mark and `comma` or spaces between thousands."""
    first = rf"[1-9]\d{{0,2}}(?:{comma}\d{{3}})+|[1-9]\d{{0,2}}(?:[{_SPACES}]\d{{3}})+"
    whole = rf"(?:\d+|{first})(?:{point}\d+)?|{point}\d+"
    return re.compile(rf"[+-]?(?:{whole})(?:e[+-]?\d{{1,2}})?", re.ASCII | re.IGNORECASE)


_FORMS = {".": _form(r"\.", ","), ",": _form(",", r"\.")}
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_NEGATIVE = re.compile(r"\((?P<inside>[^()+-]+)\)|(?P<before>[^()+-]+)-")
_WRAPPED = re.compile(r'="(?P<quoted>[^"]*)"|\'(?P<marked>[\d.+(-].*)', re.DOTALL)
_TO_PLAIN = {".": str.maketrans("", "", f",{_SPACES}"), ",": str.maketrans(",", ".", f".{_SPACES}")}


def number(text: str, decimal: str | None = None) -> int | float | None:
    """Parse a number as people and programs write it: `1180`, `1,180`, `1 180.5`, `0,125`, `(1,180)`, `1.2e3`.

    `decimal` is the decimal mark, if it is known. Returns None for a spelling of an unknown value. Raises ValueError
    with a sentence.
    """
    mark = _mark(text, decimal)
    if mark is None:
        if text.casefold() in NULL_WORDS:
            return None
        typed = _plain_sign(text)
        mark = _mark(typed, decimal)
        if mark is None:
            with_mark = "" if decimal is None else f" with the decimal mark {decimal}"
            other = _mark(typed, "," if decimal == "." else ".") if decimal else None
            hint = "" if other is None else f"; it is one if decimal is {other}"
            raise ValueError(f"is not a number{with_mark}: {shorten(text)}{hint}")
        text = typed
    plain = text.translate(_TO_PLAIN[mark])
    if plain.lstrip("+-").isdecimal() and len(plain) <= _DIGITS_OF_64_BITS:
        return int(plain)
    found = float(plain)
    if isinf(found):
        raise ValueError("is not a finite number")
    return found


def is_ambiguous(text: str) -> bool:
    """Return whether a number is another one with the other decimal mark: `1,250` and `1.250`, but not `0,125`."""
    return bool(_AMBIGUOUS.fullmatch(_plain_sign(text)))


def unwrapped(text: str) -> str:
    """Return a cell without the wrappers that spreadsheets put around texts: `="0012"` and `'0012` are `0012`."""
    found = _WRAPPED.fullmatch(text) if text[:1] in {"=", "'"} else None
    if found is None:
        return text
    return (found["quoted"] if found["marked"] is None else found["marked"]).strip()


def _mark(text: str, decimal: str | None) -> str | None:
    """Return the decimal mark with which a text is a number; None if it is none."""
    if len(text) > MAX_NUMBER:
        return None
    return next((mark for mark in ((decimal,) if decimal else _FORMS) if _FORMS[mark].fullmatch(text)), None)


def _plain_sign(text: str) -> str:
    """Return the text without wrappers, and with a minus sign before a negative number."""
    plain = unwrapped(text.strip()).replace("\u2212", "-")
    found = _NEGATIVE.fullmatch(plain) if plain[-1:] in {")", "-"} else None
    return f"-{(found['inside'] or found['before']).strip()}" if found else plain


def yes_or_no(text: str) -> bool | None:
    """Parse yes or no, as a word or as 1 and 0, in any case. None and ValueError as for `number`."""
    word = text.casefold()
    if word in NULL_WORDS:
        return None
    if word not in _YES | _NO:
        raise ValueError(f"must be yes or no, not {shorten(text)}")
    return word in _YES
