"""Address matching: a key that spellings of the same address share, and the comparison of whole places.

Abbreviations follow USPS Publication 28, appendices B and C, and Canada Post's Addressing Guidelines.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from backend.app.core_gov.geography.regions import COUNTRIES, COUNTRY_NAMES, check_region, regions
from backend.app.kit.text import LETTER, folded, word_key, words_of

VERSION = 1
"""Version of the rules. Increase it whenever the key of any address changes, so that stored keys are recomputed."""

MAX_ADDRESS_KEY = 500
"""Maximum length of a stored key. Index entries are limited, and case folding can lengthen some letters."""


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
    matter.
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
    return compact[:5] if place.country == "US" else compact


def _city_key(place: AddressPlace) -> str:
    spellings = _SPELLINGS.get(place.country, _ENGLISH)
    return " ".join(spellings.get(word, word) for word in words_of(place.city or ""))


def address_key_of(address: str, city: str | None, region: str | None, postal: str | None, country: str) -> str | None:
    """Return the key of an address as it is stored; None for an address without letters and digits."""
    return normalize_address(address, city, region, postal, country)[:MAX_ADDRESS_KEY] or None


def normalize_address(address: str, city: str | None, region: str | None, postal: str | None, country: str) -> str:
    """Return the key of an address: "Unit 5, 12 St. Clair Avenue West" and "5-12 st clair ave w" share one.

    Case, accents, punctuation and the spelling of street types, directions and units are normalized. City, region,
    postal code and country (a code) are not part of the key: they are removed from the end of the line after a comma.
    A number before a hyphen is a unit in Canada and part of the house number in the US. The function is idempotent.
    """
    line = _without_place(folded(address), (city, region, postal), country)
    tokens = (_US_TOKEN if country == "US" else _TOKEN).findall(line)
    leading, rest = _lead_unit(tokens, country)
    street, units = _street_and_units(rest)
    if country == "CA":
        street = _type_last(_expand_ouest(street))
    spellings = _SPELLINGS.get(country, _ENGLISH)
    street = _directions([spellings.get(token, token) for token in street])
    return " ".join(_ordinals(street, country) + _unit_words(leading + units))


def _table(entries: str) -> dict[str, str]:
    """Map each spelling to the canonical one, which is the first word of its entry."""
    return {word: words[0] for words in map(str.split, entries.split(";")) for word in words}


_ENGLISH_TYPES = _table("""
    aly alley; ave av aven avenu avenue; blvd boul boulevard bvd; byp bypass; cir circ circle; close;
    cres cresc crescent; ct court crt; ctr center centre; cv cove; dr drive driv drv; expy expressway expwy;
    fwy freeway frwy; gate; gdns gardens; grn green; grv grove; hl hill; hts heights; hwy highway; line;
    ln lane; lndg landing; loop; mdws meadows; mews; mnr manor; park; path; pkwy parkway pkway pky; pl place;
    plz plaza; pt point; rd road; rdg ridge; row; rte route; sq square; st str street; ter terr terrace;
    tpke turnpike; trl trail; vw view; walk; way wy; xing crossing
""")
_FRENCH_TYPES = _table("""
    aly allee; ct cour; cres croissant cr; dr prom promenade; ln ruelle; rang; rd ch chemin; sq carre; st rue;
    ter terrasse; trl tr
""")
_ENGLISH_DIRECTIONS = _table("n north; s south; e east; w west; ne northeast; nw northwest; se southeast; sw southwest")
_FRENCH_DIRECTIONS = _table("n nord; s sud; e est; w ouest; ne nordest; nw nordouest; se sudest; sw sudouest")
# "St" is ambiguous between Street and Saint, so both become st. Sainte is treated like Saint.
_OTHER_WORDS = _table("""
    st saint sainte ste; bldg building; bsmt basement; co county; dr doctor; fl floor; ft fort;
    mt mont mount; mtn mountain; rge range; twp township
""")
_ENGLISH = _ENGLISH_TYPES | _OTHER_WORDS
_SPELLINGS = {"CA": _ENGLISH | _FRENCH_TYPES, "US": _ENGLISH}
_TYPES = _ENGLISH_TYPES | _FRENCH_TYPES
_DIRECTIONS = _ENGLISH_DIRECTIONS | _FRENCH_DIRECTIONS
_FRENCH_FIRST = frozenset(word for word, short in _TYPES.items() if short in {"ave", "blvd", "pl"}) | {
    "rue", "ch", "chemin", "prom", "promenade", "croissant", "terrasse", "carre", "ruelle", "allee", "rang",
}  # fmt: skip
_ORDINAL_WORDS = _table("""
    1 first; 2 second; 3 third; 4 fourth; 5 fifth; 6 sixth; 7 seventh; 8 eighth; 9 ninth; 10 tenth;
    11 eleventh; 12 twelfth
""")
_ENGLISH_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_FRENCH_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|e|er|re|ere|eme|ieme)")

_PENTHOUSE = frozenset({"ph", "penthouse"})
_DESIGNATORS = _PENTHOUSE | {
    "#", "unit", "apt", "apartment", "suite", "ste", "app", "appt", "appartement", "bureau", "unite",
}  # fmt: skip
_IDLE = _DESIGNATORS - {"ste"}  # also short for Sainte
_NUMBERED_ROADS = frozenset({"hwy", "highway", "rte", "route", "rr", "box", "lot", "site", "concession", "conc"})
_NUMBERED_KINDS = frozenset({"county", "co", "regional", "reg", "township", "twp", "range", "rge", "state", "rural"})

_TOKEN = re.compile(r"\d+/\d+|[^\W_]+|[#-]")
_US_TOKEN = re.compile(r"\d+-\d+[a-z]?(?![^\W_])|\d+/\d+|[^\W_]+|[#-]")
_HOUSE = re.compile(r"\d+(?:-\d+)?[a-z]?")
_UNIT = re.compile(r"(?!\d+(?:st|nd|rd|th)$)(?:[^\s\d]*+\d\S*+|[a-z])")
_NAMED_PENTHOUSE = re.compile(r"ph\d+[a-z]?")


def _without_place(line: str, parts: Iterable[str | None], country: str) -> str:
    """Remove a trailing ", Toronto, ON M5V 2T6" if these are known parts of the address."""
    head, comma, tail = line.rpartition(",")
    phrases = _place_phrases(parts, country) if comma else []
    while comma and LETTER.search(head) and _consists_of(tail, phrases):
        line = head
        head, comma, tail = line.rpartition(",")
    return line


def _consists_of(text: str, phrases: Iterable[str]) -> bool:
    rest = f" {word_key(text)} "
    for phrase in phrases:
        rest = rest.replace(f" {phrase} ", " ")
    return not rest.strip()


def _place_phrases(parts: Iterable[str | None], country: str) -> list[str]:
    """Return the parts and all names of the region and of the country, longest first."""
    phrases = set(_country_names(country))
    for part in filter(None, parts):
        key = word_key(part)
        phrases |= {key, key.replace(" ", ""), *_region_names(country, key)}
    return sorted(phrases - {""}, key=len, reverse=True)


@cache
def _country_names(country: str) -> frozenset[str]:
    return frozenset(name for name, code in COUNTRY_NAMES.items() if code == country)


def _region_names(country: str, key: str) -> frozenset[str]:
    code = regions(country).get(key) if country in COUNTRIES else None
    return _names_of_region(country, code) if code else frozenset()


@cache
def _names_of_region(country: str, region: str) -> frozenset[str]:
    return frozenset(name for name, code in regions(country).items() if code == region)


def _lead_unit(tokens: list[str], country: str) -> tuple[list[str], list[str]]:
    """Split "unit 5 - 123 main st", or in Canada "5-123 main st", into the unit and the rest."""
    found = _unit_at(tokens, 0)
    if found is None and country == "CA" and tokens[1:2] == ["-"] and _UNIT.fullmatch(tokens[0]):
        found = tokens[0], 1
    if found is None:
        return [], tokens
    unit, start = found
    start += tokens[start : start + 1] == ["-"]
    if _is_house_number(tokens, start):
        return [unit], tokens[start:]
    if "-" in unit and tokens[0] != "#" and start < len(tokens):
        unit, _, house = unit.partition("-")
        return [unit], [house, *tokens[start:]]
    # In "#123 Main St", 123 is the house number.
    return [], tokens[1:] if tokens[0] == "#" and start < len(tokens) else tokens


def _is_house_number(tokens: list[str], at: int) -> bool:
    """Return True if a house number and a street start at `at`; the 100 of "10104-100 Ave NW" is the street."""
    street = list(takewhile(lambda token: token not in _DESIGNATORS, tokens[at + 1 :]))
    return at + 1 < len(tokens) and _HOUSE.fullmatch(tokens[at]) is not None and not _closes(street, 0)


def _closes(street: list[str], at: int) -> bool:
    """Return True if there is a street type at `at`, with only directions after it."""
    return at < len(street) and street[at] in _TYPES and all(word in _DIRECTIONS for word in street[at + 1 :])


def _unit_at(tokens: list[str], at: int) -> tuple[str, int] | None:
    """Return the unit at `at` and the index after it, or None."""
    if at < len(tokens) and _NAMED_PENTHOUSE.fullmatch(tokens[at]):
        return tokens[at], at + 1
    end = at
    while end < len(tokens) and (tokens[end] in _DESIGNATORS or (end > at and tokens[end] in {"-", "no"})):
        end += 1
    penthouse = not _PENTHOUSE.isdisjoint(tokens[at:end])
    value = tokens[end] if at < end < len(tokens) and _UNIT.fullmatch(tokens[end]) else ""
    if penthouse:
        return ("ph" + value, end + 1) if _NAMED_PENTHOUSE.fullmatch("ph" + value) else ("ph", end)
    return (value, end + 1) if value else None


def _street_and_units(tokens: list[str]) -> tuple[list[str], list[str]]:
    street: list[str] = []
    units: list[str] = []
    at = 0
    while at < len(tokens):
        found = None if _is_road_number(tokens, at) else _unit_at(tokens, at)
        if found:
            unit, at = _with_hyphen(tokens, *found)
            units.append(unit)
        else:
            street += [] if tokens[at] in {"#", "-"} else [tokens[at]]
            at += 1
    return _without_idle_designators(street), units


def _without_idle_designators(street: list[str]) -> list[str]:
    """Remove the Apt of "100 Main St Apt", which has no number, but keep "100 Bureau Dr"."""
    return [word for at, word in enumerate(street) if word not in _IDLE or _closes(street, at + 1)]


def _is_road_number(tokens: list[str], at: int) -> bool:
    """Return True if the # belongs to a road such as "Hwy #7" or "County Road #5" and not to a unit."""
    if tokens[at] != "#" or at == 0:
        return False
    return tokens[at - 1] in _NUMBERED_ROADS or tokens[max(0, at - 2)] in _NUMBERED_KINDS


def _with_hyphen(tokens: list[str], unit: str, end: int) -> tuple[str, int]:
    """Extend the unit by a hyphenated part: "5-a" (equal to 5a) or "12-3" (not equal to 123)."""
    if tokens[end : end + 1] != ["-"] or end + 1 >= len(tokens):
        return unit, end
    rest = tokens[end + 1]
    if unit.isdecimal() and rest.isdecimal():
        return f"{unit}-{rest}", end + 2
    if (unit.isdecimal() and len(rest) == 1 and rest.isalpha()) or (len(unit) == 1 and rest.isdecimal()):
        return unit + rest, end + 2
    return unit, end


def _unit_words(units: list[str]) -> list[str]:
    # A penthouse without a number goes last, so that it cannot absorb the number of another unit.
    ordered = sorted(dict.fromkeys(units), key=lambda unit: unit == "ph")
    return [word for unit in ordered for word in ("unit", unit)]


def _expand_ouest(street: list[str]) -> list[str]:
    """Read the final O of "rue Sherbrooke O" as Ouest, but not that of "Avenue O"."""
    if street[-1:] == ["o"] and len(street) > 1 and street[-2] not in _TYPES and not street[-2][0].isdigit():
        return [*street[:-1], "w"]
    return street


def _type_last(street: list[str]) -> list[str]:
    """Reorder "1000 rue sherbrooke ouest" to the English "1000 sherbrooke rue ouest"."""
    at = len(list(takewhile(lambda token: token[0].isdigit(), street)))
    if at == len(street) or street[at] not in _FRENCH_FIRST:
        return street
    end = len(street)
    while end > at + 1 and street[end - 1] in _DIRECTIONS:
        end -= 1
    name = street[at + 1 : end]
    if not name or name[-1] in _TYPES:
        return street
    return [*street[:at], *name, street[at], *street[end:]]


def _directions(street: list[str]) -> list[str]:
    """Abbreviate directions, except one that is the whole street name: "North Ave" is not "N Ave"."""
    short: list[str] = []
    for at, token in enumerate(street):
        first = at == 0 or street[at - 1][0].isdigit() or street[at - 1] in _DIRECTIONS
        name = first and _closes(street, at + 1)
        direction = token if name else _DIRECTIONS.get(token, token)
        if not name and direction in {"e", "w"} and at and short[-1] in {"n", "s"}:
            short[-1] += direction
        else:
            short.append(direction)
    return short


def _ordinals(street: list[str], country: str) -> list[str]:
    """Normalize "5th", "5e" and the "Fifth" of "Fifth Ave" to 5."""
    return [_ordinal(street, at, country) for at in range(len(street))]


def _ordinal(street: list[str], at: int, country: str) -> str:
    closed = _closes(street, at + 1)
    found = (_FRENCH_ORDINAL if country == "CA" else _ENGLISH_ORDINAL).fullmatch(street[at])
    if found and (at or closed):
        return found[1]
    return _ORDINAL_WORDS.get(street[at], street[at]) if closed else street[at]
