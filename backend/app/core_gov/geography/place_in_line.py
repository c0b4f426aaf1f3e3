"""Removal of the place from the end of an address line: "123 Main St, Toronto (Old Mill), ON M5V 2T6, Canada"."""

import re
from functools import lru_cache

from backend.app.core_gov.geography.city_names import DISTRICTS, city_key, spelled, whole_city
from backend.app.core_gov.geography.regions import COUNTRIES, COUNTRY_NAMES, regions
from backend.app.core_gov.geography.street_types import DIRECTIONS, FRENCH_FIRST, SPELLINGS, TYPES
from backend.app.kit.text import word_key, words_of

Phrases = dict[str, list[tuple[str, ...]]]
"""Names of a place as tuples of words, by their last word."""

_SEPARATORS = re.compile(r"[^\w)]+|_+")
_PIECE = re.compile(r"[^\W_]+|[,;()]")
_POSTAL = {
    "CA": re.compile(r"[\s,;]([a-z]\d[a-z])[\s-]*(\d[a-z]\d)[\s,;.]*$"),
    "US": re.compile(r"[\s,;](\d{5})(?:[\s-]*\d{4})?[\s,;.]*$"),
}
_COUNTRY = re.compile(r"[\s,;]+(?:canada|can|u\.?s\.?a?\.?|united states(?: of america)?)[\s,;.]*$")
_TORONTO_DISTRICT = re.compile(r"[cew]\d\d")
"""District of the Toronto Regional Real Estate Board, as in "Toronto C08"."""
_BREAKS = frozenset(",;")
_DIRECTIONS = frozenset(DIRECTIONS["CA"])
_TYPES = {word for country, words in SPELLINGS.items() for word, short in words.items() if short in TYPES[country]}
_TYPES.add("sac")  # of "cul-de-sac"
_FIRST = {word for word, short in SPELLINGS["CA"].items() if short in FRENCH_FIRST}

Piece = tuple[str, int]
"""A word or a sign of a line, and where it begins."""


def without_place(line: str, city: str | None, region: str | None, postal: str | None, country: str) -> str:
    """Return a folded line without the known parts of its place at the end.

    After a comma, all names of the city, the region and the country are removed; without one, only if a street
    with a house number remains.
    """
    phrases = _phrases(city, region, country)
    last = _last_word(line)
    if not last or not (last[-1].isdigit() or last[-1] == ")" or spelled(last) in phrases):
        return line
    rest = _without_postal(line, postal, country, phrases)
    if rest is line and last[-1].isdigit() and not _TORONTO_DISTRICT.fullmatch(last):
        return line
    pieces = [(found[0], found.start()) for found in _PIECE.finditer(rest)]
    if not _has_letters(pieces):
        return line
    names = int(rest is not line)
    end = kept = len(pieces)
    while (start := _start_of_part(pieces, end, phrases)) is not None:
        names += pieces[start][0] not in _BREAKS
        end = start
        if (pieces[end][0] in _BREAKS and _has_letters(pieces[:end])) or _is_street(pieces[:end], sure=names > 1):
            kept = end
    return rest if kept == len(pieces) else rest[: pieces[kept][1]]


def _without_postal(line: str, postal: str | None, country: str, phrases: Phrases) -> str:
    """Return the line without a postal code at its end, if it is the known one, or none is known."""
    found = _POSTAL[country].search(_COUNTRY.sub("", line)) if country in _POSTAL else None
    if found is None:
        return line
    code, known = "".join(found.groups()), "".join(words_of(postal or ""))
    if country == "US":
        known = known.zfill(5)[:5] if known else ""
    rest = line[: found.start()]
    # Five digits may also be the number of a unit.
    unknown = not known and (country == "CA" or spelled(_last_word(rest)) in phrases)
    return rest if code == known or unknown else line


def _last_word(line: str) -> str:
    """Return the last word of a line, with a parenthesis after it."""
    word = line.rstrip(" ,;.-#/\t\u00a0").rpartition(" ")[2]
    return word if word.isalnum() else _SEPARATORS.split(word)[-1]


def _start_of_part(pieces: list[Piece], end: int, phrases: Phrases) -> int | None:
    """Return where the part of the place begins that ends before `end`: a name, a comma or words in parentheses."""
    if not end:
        return None
    last = pieces[end - 1][0]
    if last in _BREAKS:
        return end - 1
    if _TORONTO_DISTRICT.fullmatch(last) and end > 1 and pieces[end - 2][0] == "toronto" and "toronto" in phrases:
        return end - 2
    if last == ")":
        start = next((at for at in range(end - 2, 0, -1) if pieces[at][0] == "("), 0)
        return start if start and _start_of_part(pieces, start, phrases) is not None else None
    for phrase in phrases.get(spelled(last), ()):
        if tuple(spelled(word) for word, _ in pieces[max(0, end - len(phrase)) : end]) == phrase:
            return end - len(phrase)
    return None


def _has_letters(pieces: list[Piece]) -> bool:
    return any(any(char.isalpha() for char in word) for word, _ in pieces)


def _is_street(pieces: list[Piece], *, sure: bool) -> bool:
    """Return True if these are a whole street line, so that a place may follow.

    `sure`: several parts of the place follow, so the street needs no type.
    """
    words = [word for word, _ in pieces if word.isalnum()]
    if len(words) < 2 or not words[0][0].isdigit():
        return False
    last = len(words) - 1
    named = [word for at, word in enumerate(words) if at and word not in _DIRECTIONS and (at < last or word.isalpha())]
    if sure:
        return len(named) > 1 or (len(named) == 1 and named[0] not in _TYPES)
    ends = words[-1] in _TYPES or words[-1] in _DIRECTIONS or words[-1][0].isdigit()
    return (len(named) > 1 and ends) or (len(named) > 1 and words[1] in _FIRST)


@lru_cache(maxsize=10_000)
def _phrases(city: str | None, region: str | None, country: str) -> Phrases:
    """Return the names of the city, the region and the country, the longest first."""
    names = set(_country_names(country))
    if region:
        key = word_key(region)
        names |= {key, key.replace(" ", "")} | _region_names(country, key)
    if city:
        key = city_key(city)
        whole = whole_city(country, key)
        names |= {key, key.replace(" ", ""), word_key(city), whole}
        names |= {*DISTRICTS.get(whole, ())} if country == "CA" else set()
    phrases: Phrases = {}
    for name in sorted(names - {""}, key=len, reverse=True):
        words = tuple(map(spelled, name.split()))
        phrases.setdefault(words[-1], []).append(words)
    return phrases


def _country_names(country: str) -> frozenset[str]:
    return frozenset(name for name, code in COUNTRY_NAMES.items() if code == country)


def _region_names(country: str, key: str) -> set[str]:
    names = regions(country) if country in COUNTRIES else {}
    code = names.get(key)
    return {name for name, other in names.items() if other == code} if code else set()
