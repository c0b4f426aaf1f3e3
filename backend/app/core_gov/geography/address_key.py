"""Address matching: a key that spellings of the same address share, and the comparison of whole places.

`normalize_address` splits a line into unit, house number, street and units. The modules beside this one hold one
subject each: `place_in_line`, `units`, `roads`, `ordinals` and `street_types`.
"""

import re
from typing import NamedTuple

from backend.app.core_gov.geography import ordinals, roads, units
from backend.app.core_gov.geography.city_names import city_key, whole_city
from backend.app.core_gov.geography.house_numbers import house_number, lead_unit
from backend.app.core_gov.geography.place_in_line import without_place
from backend.app.core_gov.geography.regions import check_region
from backend.app.core_gov.geography.street_types import CLOSING, DIRECTIONS, FRENCH_FIRST, SPELLINGS, TRANSLATED, TYPES
from backend.app.core_gov.geography.street_words import JOINED, closes, joined_names, street_words
from backend.app.kit.text import folded, word_key, words_of

VERSION = 2
"""Version of the rules. Increase it whenever the key of any address changes, so that stored keys are recomputed."""

MAX_ADDRESS_KEY = 500
"""Maximum length of a stored key. Index entries are limited, and case folding can lengthen some letters."""

_MAX_ADDRESS = 1000


class AddressPlace(NamedTuple):
    """An address for matching; `line` is the key from `normalize_address`."""

    line: str
    city: str | None
    region: str | None
    postal: str | None
    country: str


def same_place(a: AddressPlace, b: AddressPlace) -> bool:
    """Return True if line and country are equal and no other part is known to differ.

    ZIP codes are compared by their first five digits. If the postal codes agree, the spelling of the city does not
    matter. A former city is the same as the city that it belongs to.
    """
    if not a.line or (a.line, a.country) != (b.line, b.country):
        return False
    if _differ(_region_key(a), _region_key(b)) or _differ(_postal_key(a), _postal_key(b)):
        return False
    return bool(_postal_key(a) and _postal_key(b)) or not _differ(_city_key(a), _city_key(b))


def _differ(a: str, b: str) -> bool:
    return bool(a and b) and a != b


def _region_key(place: AddressPlace) -> str:
    typed = place.region or ""
    return check_region(place.country, typed) or word_key(typed)


def _postal_key(place: AddressPlace) -> str:
    compact = "".join(words_of(place.postal or ""))
    if place.country != "US":
        return compact
    return compact.zfill(9 if len(compact) > 5 else 5)[:5] if compact else ""


def _city_key(place: AddressPlace) -> str:
    return whole_city(place.country, city_key(place.city or ""))


def address_key_of(address: str, city: str | None, region: str | None, postal: str | None, country: str) -> str | None:
    """Return the key of an address as it is stored; None for an address without letters and digits."""
    return normalize_address(address, city, region, postal, country)[:MAX_ADDRESS_KEY] or None


def is_of_one_home(key: str) -> bool:
    """Return True if a key has the number of a house, a box or a unit: "maple st" and "0 maple st" are of any home."""
    first, _, rest = key.partition(" ")
    if _HOUSE_IN_KEY.fullmatch(first):
        return bool(rest) and not closes(rest.split(), 0)
    return bool(_NUMBERED_IN_KEY.search(key))


_HOUSE_IN_KEY = re.compile(r"0*[1-9]\d*(?:-\d+)?[a-z]?|0*[1-9]\d*[nsew]\d+|[nsew]\d+(?:[nsew]\d+)?")
_NUMBERED_IN_KEY = re.compile(r"\b(?:box|unit) \S*[1-9]")


def normalize_address(address: str, city: str | None, region: str | None, postal: str | None, country: str) -> str:
    """Return the key of an address: "Unit 5, 12 St. Clair Avenue West" and "5-12 st clair ave w" share one.

    Case, accents, punctuation and the spelling of street types, directions, numbered roads and units are normalized.
    City, region, postal code and country (a code) are not part of the key: they are removed from the end of the line.
    A number before a hyphen is a unit in Canada and part of the house number in the US. The function is idempotent.
    Only the first `_MAX_ADDRESS` characters are read, because the time grows with the square of the length.
    """
    address = address[:_MAX_ADDRESS]
    city, region, postal = (part and part[:_MAX_ADDRESS] for part in (city, region, postal))
    line = folded(_ELISION.sub(r"\1", address) if "'" in address or not address.isascii() else address)
    key = _key(without_place(line, city, region, postal, country), country)
    for _ in range(_MAX_PASSES):
        rest = without_place(key, city, region, postal, country)
        if rest == key and _is_ordinary(key):
            break
        before, key = key, _key(rest, country)
        if key == before:
            break
    return key


_ORDINARY = re.compile(
    r"[1-9]\d*[a-z]? (?:[nsew]{1,2} )?(?:(?!unit\b)[a-z]{2,} |\d+ (?=(?:st|ave|rd|dr|ct|pl|ln|ter|blvd)\b))*"
    r"(?!unit\b)[a-z]{2,}"
    r"(?: [nsew]{1,2})?(?: unit (?:\d+[a-z]?|[a-z]\d*))?"
)

_AMBIGUOUS = frozenset().union(units.DESIGNATORS, units.PARTS, ordinals.WORDS, roads.WORDS, {"mc", "no"})
_FRENCH_FIRST = FRENCH_FIRST | {"pass", "ter"}
_MAX_PASSES = 10
"""Passes over an unusual line: what one pass moves to another place may have another meaning there."""


def _is_ordinary(key: str) -> bool:
    """Return True if a key is certainly the key of itself."""
    if not _ORDINARY.fullmatch(key):
        return False
    words = key.partition(" unit ")[0].split()
    numbered = words[1:2] and words[1].isdigit() and len(words) > 3
    return not numbered and _AMBIGUOUS.isdisjoint(words) and _FRENCH_FIRST.isdisjoint(words[1:2])


def _key(line: str, country: str) -> str:
    if (plain := _plain_key(line, country)) is not None:
        return plain
    unit, rest = lead_unit(_tokens(line, country), country)
    house, rest = house_number(rest, country)
    street, found = _street_and_units(roads.normalized(joined_names(rest, country), country), unit)
    street, last = _trailing_units(street, country)
    words = street_words(house, street, country)
    return " ".join(words + units.words_of_units(found + last))


_PLAIN_LINE = re.compile(r"([1-9]\d*)((?: [nsew])?(?: [a-z]{2,})+(?: [nsew])?)\.?")
_SPECIAL = frozenset().union(
    units.DESIGNATORS, units.PARTS, roads.WORDS, ordinals.WORDS, ordinals.TENS, DIRECTIONS["CA"], TRANSLATED,
    CLOSING["CA"], JOINED, ordinals.CARDINALS, {"ste", "by", "cul", "rond", "town", "pent", "sous", "rez", "prom"},
    {"no"},
)  # fmt: skip


def _plain_key(line: str, country: str) -> str | None:
    """Return the key of a line without anything special, which most are: only spellings of its words differ."""
    found = _PLAIN_LINE.fullmatch(line)
    if found is None:
        return None
    spellings = SPELLINGS.get(country, SPELLINGS["US"])
    words = [spellings.get(word, word) for word in found[2].split()]
    inner = words[words[0] in _COMPASS : len(words) - (words[-1] in _COMPASS)]
    if not inner or not _SPECIAL.isdisjoint(inner) or (country == "CA" and inner[0] in FRENCH_FIRST):
        return None
    return f"{found[1]} {' '.join(words)}"


_COMPASS = frozenset(DIRECTIONS["US"].values())
_UNIT = units.UNIT
_TOKEN = re.compile(r"\d+/\d+|[^\W_]+|[#-]")
_US_TOKEN = re.compile(r"\d+-\d+[a-z]?(?![^\W_/])|\d+/\d+|[^\W_]+|[#-]")
_ELISION = re.compile(r"\b([DdLlOo]|[Mm]c)['\u2019\u00b4`] +(?=\w)")
_WORDS_JOINED = re.compile(
    r"\b(?:(by)[ -]+(pass)|(cul)[ -]+(de)[ -]+(sac)|(rond)[ -]+(point)|(town)[ -]+(line)|(town)[ -]+(house)"
    r"|(farm|ranch)[ -]+(to)[ -]+(market)"
    r"|(lower|upper)[ -]+(ph|penthouse)|(pent)[ -]+(house)|(sous)[ -]+(sol)|(rez)[ -]+(de)[ -]+(chaussee))\b"
)
_JOINED_FIRST = frozenset({"by", "cul", "rond", "town", "pent", "sous", "rez", "lower", "upper", "farm", "ranch"})
_JOINED = {"culdesac": "cds", "rondpoint": "rdpt", "soussol": "bsmt", "rezdechaussee": "ground"}
_JOINED |= {"farmtomarket": "fm", "ranchtomarket": "rm"}
_JOINED |= {"lowerph": "lph", "lowerpenthouse": "lph", "upperph": "uph", "upperpenthouse": "uph"}
_FRACTION_AFTER_HYPHEN = re.compile(r"(?<=\d)-(?=\d/\d)")


def _tokens(line: str, country: str) -> list[str]:
    if "," in line:
        line = units.part_last(line)
    if "/" in line:
        line = _FRACTION_AFTER_HYPHEN.sub(" ", line)
    pattern = _US_TOKEN if country == "US" else _TOKEN
    found = pattern.findall(line)
    if not _JOINED_FIRST.isdisjoint(found):
        found = pattern.findall(_WORDS_JOINED.sub(_joined, line))
    spellings = SPELLINGS.get(country, SPELLINGS["US"])
    tokens = []
    for token in found:
        if token.isalpha() or token[0].isdigit():
            tokens.append(spellings.get(token, token))
        else:
            tokens += [spellings.get(part, part) for part in roads.split_glued(token) or [token]]
    return tokens if ordinals.TENS.isdisjoint(tokens) else ordinals.joined(tokens)


def _joined(found: re.Match[str]) -> str:
    word = "".join(part for part in found.groups() if part)
    return _JOINED.get(word, word)


def _street_and_units(tokens: list[str], leading: list[str]) -> tuple[list[str], list[str]]:
    street: list[str] = []
    found_units = list(leading)
    at = 0
    while at < len(tokens):
        if found := units.unit_at(tokens, at):
            unit, at = units.with_hyphen(tokens, *found)
            if unit.isdigit() and at + 1 == len(tokens) and len(tokens[at]) == 1 and tokens[at].isalpha():
                unit, at = unit + tokens[at], at + 1
            found_units.append(unit)
        elif at and at + 3 == len(tokens) and tokens[at + 1] == "-" and tokens[at].isdigit() and tokens[-1].isdigit():
            street.append(f"{tokens[at]}-{tokens[-1]}")
            at += 3
        else:
            street += [] if tokens[at] in {"#", "-"} else [tokens[at]]
            at += 1
    return units.without_idle_words(street, found_units), found_units


def _trailing_units(street: list[str], country: str) -> tuple[list[str], list[str]]:
    """Split the units without a designator from the end: "main st upper", "oak ave 9b"."""
    types = TYPES.get(country, TYPES["US"])
    found: list[str] = []
    while len(street) > 1:
        if (part := units.part_at_end(street)) and (part[1] or _is_typed(street[: part[0]], types)):
            found.append(street[part[0]])
            street = street[: part[0]]
        elif units.is_bare_number(street[-1]) and _may_have_unit(street, types):
            found.append(units.plain(street[-1]))
            street = street[:-1]
        else:
            break
    return street, found


def _is_typed(street: list[str], types: frozenset[str]) -> bool:
    """Return True if a street ends with a type after a name, or begins with a French one."""
    end = len(street) - 1
    while end > 0 and street[end] in DIRECTIONS["CA"]:
        end -= 1
    if end < 1:
        return False
    name = [word for word in street[:end] if word not in roads.KINDS and (len(word) > 1 or word.isdigit())]
    if street[end] in types:
        return street[end] not in roads.NUMBERED and any(word not in DIRECTIONS["CA"] for word in name)
    return street[0] in FRENCH_FIRST and street[0] not in types - FRENCH_FIRST and street[end] not in roads.NUMBERED


def _may_have_unit(street: list[str], types: frozenset[str]) -> bool:
    if _is_typed(street[:-1], types):
        return True
    name = street[:-1]
    if any(word.endswith("way") and word not in types for word in name):  # Broadway, Kingsway
        return True
    mixed = not street[-1].isdigit() and len(street[-1]) > 1
    return mixed and types.isdisjoint(name) and roads.KINDS.isdisjoint(name) and any(len(word) > 2 for word in name)
