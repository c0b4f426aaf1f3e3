"""Numbers of rooms and floors as people write them: `Two`, `2½`, `2 1/2`, `3+1`, `2 full 1 half`: pure."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from backend.app.core_gov.market.importing import converters
from backend.app.kit.data_files import cells
from backend.app.kit.text import shorten

_MAX_TEXT = 100
_ROUNDING = 1e-6
_MOST_BATHROOMS = 1000
_FRACTION_SIGN = re.compile("[\u00bc-\u00be]")
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_FRENCH = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
_WORDS: Mapping[str, float] = {
    **{word: at for words in (_ENGLISH, _FRENCH) for at, word in enumerate(words, 1)},
    "zero": 0,
    "none": 0,
    "une": 1,
    "single": 1,
    "half": 0.5,
    "demi": 0.5,
    "demie": 0.5,
}
_NO_BEDROOMS = frozenset({"studio", "bachelor"})

_NOUN = (
    r"(?:storey|story|storie|level|floor|etage|niveau|niveaux|bed|bedroom|bdrm|bdr|br|bd|chambre|cac|"
    r"bath|bathroom|ba|bain|sdb|salles? de bains?|salle\(s\) de bains?)(?:s|\(s\))?\.?"
)
_NOUN_AFTER = re.compile(rf"[\s-]*(?<![a-z]){_NOUN}$")
_FRACTIONS = {"1/4": 0.25, "1/2": 0.5, "3/4": 0.75}
_WITH_FRACTION = re.compile(r"(?:(?P<whole>\d+)\s*(?:-|and\s|et\s)?\s*)?(?P<fraction>1/4|1/2|3/4)", re.ASCII)
_DEGREES = re.compile(r"(?P<number>[^\s°]{1,40})\s?°?\s?(?P<side>[NSEW])?", re.IGNORECASE)
_SUM_OF_TWO = re.compile(r"(\d{1,2})\s*\+\s*(\d{1,2})", re.ASCII)
_FULL_AND_HALF = re.compile(
    r"(\d{1,2})\s*(?:f|fb|full)(?: baths?)?\s*[,/&+-]?\s*(?:and\s|et\s)?(\d{1,2})\s*(?:h|hb|half|p|partial)(?: baths?)?"
)
_WORD_AND_HALF = re.compile(r"(\w+) (?:and|et) (?:(?:a|one) )?(half|demie?)")


def count(value: Any, decimal: str | None = None) -> float | None:
    """Return a number of rooms or floors, in figures or in words. Raises ValueError with the rest of a sentence."""
    if not isinstance(value, str):
        return converters.number(value)
    try:
        return converters.number(value, decimal)
    except ValueError:
        found = _in_words(_NOUN_AFTER.sub("", _plain(value)), decimal) if len(value) <= _MAX_TEXT else None
        if found is None:
            raise
        return found


def bedrooms(value: Any, decimal: str | None = None) -> float | None:
    """Return a number of bedrooms: `3+1`, three and one in the basement, is 4; a studio has none."""
    if isinstance(value, str) and len(value) <= _MAX_TEXT:
        text = _NOUN_AFTER.sub("", _plain(value))
        if _WITH_FRACTION.fullmatch(text):  # a 4½ of Quebec has four rooms and a bathroom, not as many bedrooms
            raise ValueError(f"is not a number of bedrooms: {shorten(value)}")
        if text in _NO_BEDROOMS:
            return 0.0
        if found := _SUM_OF_TWO.fullmatch(text):
            return float(int(found[1]) + int(found[2]))
    return count(value, decimal)


def bathrooms(value: Any, decimal: str | None = None) -> float | None:
    """Return a number of bathrooms: `2 full 1 half` is 2.5, and so is `2.1`, the form of some MLS.

    There is no tenth of a bathroom, but `2.2` may be two and two halves, or a rounded 2.25. Raises ValueError.
    """
    if isinstance(value, str) and len(value) <= _MAX_TEXT and (found := _FULL_AND_HALF.fullmatch(_plain(value))):
        return int(found[1]) + int(found[2]) / 2
    number = count(value, decimal)
    if number is None or not 0 < number < _MOST_BATHROOMS:
        return number
    tenths = round(number * 10)
    if tenths % 10 not in {1, 2} or abs(number * 10 - tenths) > _ROUNDING:
        return number
    if tenths % 10 == 2:
        raise ValueError(f"is ambiguous: {shorten(converters.text_of(value))} can be two halves or a rounded quarter")
    return tenths // 10 + 0.5


def degrees(value: Any, decimal: str | None = None) -> float | None:
    """Return a latitude or longitude: `47.51`, `47,51` (a comma is always the decimal mark) or `122.25° W`."""
    if not isinstance(value, str):
        return converters.number(value)
    found = _DEGREES.fullmatch(value.strip())
    text, side = (found["number"], found["side"]) if found else (value, None)
    if decimal is None and "." not in text:
        decimal = "," if "," in text else None
    number = converters.number(text, decimal)
    if number is None or side is None:
        return number
    if number < 0:
        raise ValueError(f"has both a sign and a direction: {shorten(value)}")
    return -number if side in "SWsw" else number


def _plain(text: str) -> str:
    """Return a text without case, accents and surplus spaces; ½ is ` 1/2`."""
    spaced = _FRACTION_SIGN.sub(r" \g<0>", cells.unwrapped(text.strip()))
    plain = "".join(char for char in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(char))
    return " ".join(plain.casefold().replace("\u2044", "/").split())


def _in_words(text: str, decimal: str | None) -> float | None:
    if text in _WORDS:
        return _WORDS[text]
    if found := _WITH_FRACTION.fullmatch(text):
        return int(found["whole"] or 0) + _FRACTIONS[found["fraction"]]
    if (found := _WORD_AND_HALF.fullmatch(text)) and found[1] in _WORDS:
        return _WORDS[found[1]] + 0.5
    try:
        return converters.number(text, decimal)
    except ValueError:
        return None
