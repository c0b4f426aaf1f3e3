"""The words of a street in one order and spelling: "1000 rue sherbrooke ouest" becomes "1000 sherbrooke st w"."""

from collections.abc import Mapping

from backend.app.core_gov.geography import ordinals, roads, units
from backend.app.core_gov.geography.street_types import (
    CLOSING,
    DIRECTIONS,
    FRENCH_FIRST,
    ONLY_FRENCH,
    TRANSLATED,
    TYPES,
    WAYS,
)


def street_words(house: list[str], street: list[str], country: str) -> list[str]:
    spellings = CLOSING.get(country, CLOSING["US"])
    if country == "CA":
        street = _type_last(_expand_ouest(street))
    street = _directions(_closing(["st" if word == "ste" else word for word in street], spellings), country)
    street = [_ordinal(street, at, country, bool(house)) for at in range(len(street))]
    if country == "CA":
        street = [TRANSLATED.get(word, word) for word in street]
    return house + street


def _closing(street: list[str], spellings: Mapping[str, str]) -> list[str]:
    """Replace words that are abbreviations only at the end of a street."""
    at = len(street) - 1
    while at > 0 and street[at] in DIRECTIONS["CA"]:
        at -= 1
    if at > 0 and street[at] in spellings and street[at - 1] not in DIRECTIONS["CA"]:
        return [*street[:at], spellings[street[at]], *street[at + 1 :]]
    return street


def _expand_ouest(street: list[str]) -> list[str]:
    """Read the final O of "rue Sherbrooke O" as Ouest, but not that of "Avenue O"."""
    if street[-1:] == ["o"] and len(street) > 1 and street[-2] not in WAYS and not street[-2][0].isdigit():
        return [*street[:-1], "w"]
    return street


_FIRST = {"prom": "dr", "pass": "psge"}
"""Types with another meaning before the name."""


def _type_last(street: list[str]) -> list[str]:
    """Reorder "rue sherbrooke ouest" to the English "sherbrooke rue ouest"."""
    if not street or street[0] not in FRENCH_FIRST | {"pass", "ter"}:
        return street
    end = len(street)
    while end > 1 and street[end - 1] in DIRECTIONS["CA"]:
        end -= 1
    name = street[1:end]
    if not name or (street[0] in roads.NUMBERED and name[0].isdigit()):
        return street
    if name[-1] in WAYS and street[0] not in ONLY_FRENCH:
        return street
    return [*name, _FIRST.get(street[0], street[0]), *street[end:]]


def _directions(street: list[str], country: str) -> list[str]:
    """Abbreviate directions, except one that is the whole street name: "North Ave" is not "N Ave"."""
    known = DIRECTIONS.get(country, DIRECTIONS["US"])
    if known.keys().isdisjoint(street):
        return street
    short: list[str] = []
    for at, token in enumerate(street):
        first = at == 0 or street[at - 1][0].isdigit() or street[at - 1] in known
        name = first and closes(street, at + 1)
        direction = token if name else known.get(token, token)
        if not name and direction in {"e", "w"} and at and short[-1] in {"n", "s"}:
            short[-1] += direction
        else:
            short.append(direction)
    return short


def _ordinal(street: list[str], at: int, country: str, housed: bool) -> str:
    """Return "5th", "5e" and the "fifth" of "fifth ave" as 5."""
    word = street[at]
    if word.isalpha():
        if word in ordinals.CARDINALS and street[at + 1 : at + 2] == ["mile"]:
            return ordinals.CARDINALS[word]
        if word in ordinals.WORDS and at + 1 < len(street) and street[at + 1] in WAYS:
            return ordinals.WORDS[word] if at or housed or closes(street, 1) else word
        return word
    number = ordinals.number_of(word, country)
    return number if number and (at or housed or closes(street, at + 1)) else word


def closes(street: list[str], at: int) -> bool:
    """Return True if there is a street type at `at`, with only directions and units after it."""
    if at >= len(street) or street[at] not in WAYS:
        return False
    end = at + 1
    while end < len(street) and street[end] in DIRECTIONS["CA"]:
        end += 1
    return end == len(street) or units.unit_at(street, end) is not None


_VOWELS = frozenset("aeiouyh")


def joined_names(street: list[str], country: str) -> list[str]:
    """Join "o connor", "mc donald" and, after the first word, "d amboise"; in the US also "la salle"."""
    first = _FIRST_WORDS.get(country, _FIRST_WORDS["US"])
    if first.isdisjoint(street):
        return street
    made: list[str] = []
    for at, word in enumerate(street):
        if at and street[at - 1] in first and _is_joined(street, at):
            made[-1] += word
        else:
            made.append(word)
    return made


_ELIDED = frozenset({"d", "l"})
_FIRST_WORDS = {
    "CA": _ELIDED | {"o", "mc", "mac"},
    "US": _ELIDED | {"o", "mc", "mac", "la", "le", "de", "du", "van", "el"},
}
"""First words of names that are also written as one word with the next, as "La Salle" and "LaSalle"."""

JOINED = frozenset().union(*_FIRST_WORDS.values())


def _is_joined(street: list[str], at: int) -> bool:
    word, first = street[at], street[at - 1]
    if len(word) < 3 or not word.isalpha() or word in TYPES["CA"] or word in units.DESIGNATORS:
        return False
    if first in _ELIDED:
        return at > 1 and word[0] in _VOWELS
    return at == 1 if first == "o" else True
