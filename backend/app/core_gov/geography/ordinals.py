"""Ordinal numbers in street names and floors, in digits and in words, English and French."""

import re

_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth",
)  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_FRENCH = (
    "premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "sixieme", "septieme", "huitieme", "neuvieme",
    "dixieme", "onzieme", "douzieme", "treizieme", "quatorzieme", "quinzieme", "seizieme",
)  # fmt: skip

WORDS = (
    {word: str(number) for number, word in enumerate([*_ONES, *_TEENS], 1)}
    | {f"{word.removesuffix('y')}ieth": str(number) for word, number in _TENS.items()}
    | {word: str(number) for number, word in enumerate(_FRENCH, 1)}
    | {"premiere": "1", "seconde": "2", "vingtieme": "20", "hundredth": "100"}
)
"""Number of each ordinal word up to twentieth, and of the tens."""

_CARDINALS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
CARDINALS = {word: str(number) for number, word in enumerate(_CARDINALS, 1)}
"""Numbers of roads at every mile: "Twelve Mile Rd"."""

_ENGLISH = re.compile(r"(\d+)(?:st|nd|rd|th)")
_BOTH = re.compile(r"(\d+)(?:st|nd|rd|th|e|er|re|ere|eme|ieme)")


def number_of(token: str, country: str) -> str | None:
    """Return the number of an ordinal in digits ("5th", in Canada also "5e"); None for another word."""
    if not token[0].isdigit() or token.isdigit():
        return None
    found = (_BOTH if country == "CA" else _ENGLISH).fullmatch(token)
    return found[1].lstrip("0") or None if found else None


def joined(tokens: list[str]) -> list[str]:
    """Return the tokens with "twenty" and "first" as "21st", which is an ordinal in digits."""
    made: list[str] = []
    at = 0
    while at < len(tokens):
        ten = _TENS.get(tokens[at])
        end = at + 2 if tokens[at + 1 : at + 2] == ["-"] else at + 1
        if ten and end < len(tokens) and tokens[end] in _ONES:
            made.append(f"{ten + _ONES.index(tokens[end]) + 1}th")
            at = end + 1
        else:
            made.append(tokens[at])
            at += 1
    return made


TENS = frozenset(_TENS)
