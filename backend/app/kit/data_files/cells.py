"""Parsing of cells: numbers, and yes or no, as people and programs write them."""

import re
from math import isinf

from backend.app.kit.text import shorten

NULL_WORDS = frozenset({"na", "n/a", "nan", "null", "none", "-"})
"""Common spellings of an unknown value."""

MAX_NUMBER = 400
_DIGITS_OF_64_BITS = 18
_YES, _NO = frozenset({"1", "yes", "y", "true"}), frozenset({"0", "no", "n", "false"})
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}([, \u00a0\u202f]\d{3})+)(\.\d+)?(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
_SEPARATORS = str.maketrans("", "", ", \u00a0\u202f")
_SPACED = re.compile("[, \u00a0\u202f]")


def number(text: str) -> int | float | None:
    """Parse a number as people and programs write it: `1180`, `1,180`, `1 180.5`, `-122.25`, `1.2e3`.

    Returns None for a spelling of an unknown value. Raises ValueError with a sentence.
    """
    if len(text) > MAX_NUMBER or not _NUMBER.fullmatch(text):
        if text.casefold() in NULL_WORDS:
            return None
        raise ValueError(f"is not a number: {shorten(text)}")
    plain = text.translate(_SEPARATORS) if _SPACED.search(text) else text
    if plain.lstrip("+-").isdecimal() and len(plain) <= _DIGITS_OF_64_BITS:
        return int(plain)
    found = float(plain)
    if isinf(found):
        raise ValueError("is not a finite number")
    return found


def yes_or_no(text: str) -> bool | None:
    """Parse yes or no, as a word or as 1 and 0, in any case. None and ValueError as for `number`."""
    word = text.casefold()
    if word in NULL_WORDS:
        return None
    if word not in _YES | _NO:
        raise ValueError(f"must be yes or no, not {shorten(text)}")
    return word in _YES
