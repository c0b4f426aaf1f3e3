"""Units in an address line: apartments, floors, buildings, penthouses, and parts of a house such as its basement.

From USPS Publication 28, appendix C2, and Canada Post's unit designators. Tokens are those of `address_key`.
"""

import re
from collections.abc import Sequence

from backend.app.core_gov.geography import ordinals
from backend.app.core_gov.geography.street_types import SPELLINGS, words

Found = tuple[str, int]
"""A unit, and the index of the token after it."""

_GENERIC = words("""
    # unit units apt apts apartment aptmt suite suites ste stes app appt appartement apartement bureau bur unite ut
    condo condominium porte logement log local loc
""")
_KINDS = words("""
    fl bldg twr rm spc lot trlr dept ofc hngr slip pier key stop th ph lph uph sph gph phase wing
""")
_KIND_WORDS = {
    "penthouse": "ph", "townhouse": "th", "townhome": "th", "twnhse": "th", "twnhs": "th", "twh": "th", "level": "fl",
    "department": "dept", "hangar": "hngr", "hanger": "hngr", "niveau": "fl", "lvl": "fl", "sp": "spc",
}  # fmt: skip
DESIGNATORS = dict.fromkeys(_GENERIC, "") | {kind: kind for kind in _KINDS} | _KIND_WORDS
"""Kind of unit by designator. Apartments, units and suites are of one kind: the same home has all three names."""

PARTS = frozenset({"bsmt", "upper", "lower", "main", "ground", "rear", "front", "side", "lobby", "mezz", "garage"})
"""Units without a number."""

_SURE_PARTS = PARTS - {"main", "ground", "rear", "front", "side", "lobby", "garage"}
_PARTS_BEFORE_NUMBERS = frozenset({"rear", "front", "main", "garage"})
_FIRST_PARTS = PARTS | {"ph", "penthouse"}
_PENTHOUSES = frozenset({"ph", "lph", "uph", "sph", "gph"})
_HYPHEN_OR_NUMBER = frozenset({"-", "no", "nos", "num", "number", "numero"})
_NUMBER_WORDS = _HYPHEN_OR_NUMBER - {"-"}
_FLOORS = frozenset({"fl", "et"})
_DIRECTION_LETTERS = frozenset("nsew")
_STRICT_KINDS = frozenset({"lot", "slip", "pier", "key", "stop", "twr", "phase", "wing"})

UNIT = re.compile(r"(?!\d+(?:st|nd|rd|th)$)(?:[^\s\d]*+\d\S*|[a-z])")
"""Number of a unit: a word with a digit that is not an ordinal number, or one letter."""

_GLUED_WORDS = "|".join(sorted({*_KINDS, *_KIND_WORDS, *_GENERIC} - {"#"}, key=len, reverse=True))
_GLUED = re.compile(rf"({_GLUED_WORDS})(\d+[a-z]?)")
_KEY_VALUE = re.compile(rf"(?:{'|'.join(sorted(_KINDS, key=len, reverse=True))})(?:\d\S*|[a-z])")
_ZIP = re.compile(r"\d{5}")
_FLOOR = re.compile(r"(\d{1,2})flr?")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|e|er|re|ere|eme|ieme)")
GRID = re.compile(r"[nsew]\d+")
"""Half of a house number in a grid of Wisconsin, such as W148 N9748."""

_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def unit_at(tokens: Sequence[str], at: int) -> Found | None:
    """Return the unit that begins with a designator at `at` ("apt 5", "th5", "2nd floor"), or None."""
    token = tokens[at]
    if tokens[at] == "ut" and (at < 2 or (at + 1 < len(tokens) and _ZIP.fullmatch(tokens[at + 1]))):
        return None  # Utah
    if token in DESIGNATORS:
        return _designated(tokens, at)
    if at and (found := _FLOOR.fullmatch(token)):
        return f"fl{plain(found[1])}", at + 1
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if following in _FLOORS and (floor := _floor(token)):
        return f"fl{floor}", at + 2
    if token in _NUMBER_WORDS and at and following[:1].isdigit() and UNIT.fullmatch(following):
        return plain(following), at + 2
    if not token.isalpha() and (found := _GLUED.fullmatch(token)):
        return _named(DESIGNATORS[found[1]], found[2]), at + 1
    return None


def _designated(tokens: Sequence[str], at: int) -> Found | None:
    end, kind = at, ""
    while end < len(tokens) and (tokens[end] in DESIGNATORS or (end > at and tokens[end] in _HYPHEN_OR_NUMBER)):
        kind = DESIGNATORS.get(tokens[end]) or kind
        end += 1
    value = tokens[end] if end < len(tokens) else ""
    if value and is_number(value, kind):
        return _named(kind, value), end + 1
    if kind == "fl" and (floor := _floor(value)):
        return f"fl{floor}", end + 1
    if kind in _PENTHOUSES:
        return kind, end
    after = end + 1
    while after < len(tokens) and tokens[after] in DESIGNATORS and not _begins_unit(tokens[after + 1 : after + 2]):
        after += 1
    alone = after > end + 1 or after >= len(tokens) or not tokens[after].isalpha() or tokens[after] in DESIGNATORS
    return (value, after) if value in PARTS and alone else None


def _begins_unit(following: Sequence[str]) -> bool:
    return any(word in DESIGNATORS or word in PARTS or is_number(word) for word in following)


def is_number(number: str, kind: str = "") -> bool:
    """Return True if a word can be the number of a unit of this kind, such as 5, 5a, b or ph5."""
    if number.isalpha():
        letter = len(number) == 1 and not (kind in _STRICT_KINDS and number in _DIRECTION_LETTERS)
        return letter or (not kind and _KEY_VALUE.fullmatch(number) is not None)
    return UNIT.fullmatch(number) is not None


def _floor(token: str) -> str:
    found = _ORDINAL.fullmatch(token)
    return found[1].lstrip("0") if found else ordinals.WORDS.get(token, "")


def _named(kind: str, number: str) -> str:
    short = plain(number)
    return short if kind and short.startswith(kind) else kind + short


def part_at(tokens: Sequence[str], at: int) -> Found | None:
    """Return the part of a house at `at` ("basement", "upper unit", "main floor") and the index after it, or None."""
    if tokens[at] not in PARTS:
        return None
    end = at + 1
    while end < len(tokens) and tokens[end] in DESIGNATORS:
        end += 1
    numbered = end > at + 1 and end < len(tokens) and is_number(tokens[end]) and tokens[end - 1] != "#"
    return None if numbered else (tokens[at], end)


def leading(tokens: Sequence[str], country: str) -> Found | None:
    """Return the unit before a house number: "unit 5 - 123 main st", in Canada also "5-123 main st"."""
    if not tokens:
        return None
    if found := unit_at(tokens, 0):
        return found
    if found := part_at(tokens, 0) or _part_before_house(tokens):
        named = found[1] > 1 or tokens[1:2] == ["-"] or tokens[0] in _SURE_PARTS
        named = named or (tokens[0] in _PARTS_BEFORE_NUMBERS and _begins_with_house(tokens[1:]))
        return found if named else None
    if tokens[1:2] != ["-"] or not UNIT.fullmatch(tokens[0]) or (GRID.fullmatch(tokens[0]) and _is_grid(tokens[2:3])):
        return None
    return (_named("", tokens[0]), 1) if country == "CA" or not tokens[0].isdigit() else None


def _part_before_house(tokens: Sequence[str]) -> Found | None:
    """Return the part in "lower level 12 king st", where 12 is the number of the house and not of the level."""
    if tokens[0] in PARTS and len(tokens) > 1 and DESIGNATORS.get(tokens[1]) == "fl" and _begins_with_house(tokens[2:]):
        return tokens[0], 2
    return None


def _begins_with_house(tokens: Sequence[str]) -> bool:
    """Return whether a number and a name of several words follow, so that the number is that of a house."""
    return (
        len(tokens) > 2 and tokens[0][0].isdigit() and tokens[1] != "-" and any(word.isalpha() for word in tokens[1:])
    )


def part_last(line: str) -> str:
    """Return "basement apt, 91 main st" with the part last, so that 91 is not the number of the apartment."""
    part, _, rest = line.partition(",")
    named = part.replace(".", " ").split()
    if named and "".join(named).isalpha() and SPELLINGS["CA"].get(named[0], named[0]) in _FIRST_PARTS:
        return f"{rest} unit {part}"
    return line


def _is_grid(tokens: Sequence[str]) -> bool:
    return bool(tokens) and GRID.fullmatch(tokens[0]) is not None


def with_hyphen(tokens: Sequence[str], unit: str, end: int) -> Found:
    """Extend the unit by a hyphenated part: "5-a" (equal to 5a) or "12-3" (not equal to 123)."""
    if tokens[end : end + 1] != ["-"] or end + 1 >= len(tokens):
        return unit, end
    rest = tokens[end + 1]
    if unit.isdecimal() and rest.isdecimal():
        return f"{unit}-{rest}", end + 2
    if (unit.isdecimal() and len(rest) == 1 and rest.isalpha()) or (len(unit) == 1 and rest.isdecimal()):
        return _named("", unit + rest), end + 2
    return unit, end


def part_at_end(street: Sequence[str]) -> tuple[int, bool] | None:
    """Return where a part of a house begins at the end of a street, and whether it cannot be the street's name."""
    end = len(street)
    while end > 1 and street[end - 1] in DESIGNATORS:
        end -= 1
    if end < 2 or street[end - 1] not in PARTS:
        return None
    return end - 1, end > 2 and (end < len(street) or street[end - 1] in _SURE_PARTS)


def is_bare_number(word: str) -> bool:
    """Return True if what follows a street type can be the number of a unit; a direction cannot."""
    if word.isalpha():
        return len(word) == 1 and word not in _DIRECTION_LETTERS and word != "o"
    return "/" not in word and UNIT.fullmatch(word) is not None


def plain(number: str) -> str:
    """Return the number of a unit without leading zeros: 05 equals 5."""
    return _LEADING_ZEROS.sub("", number)


def words_of_units(units: Sequence[str]) -> list[str]:
    """Return the words of a key. A penthouse without a number goes last, so that it cannot absorb another unit."""
    ordered = sorted(set(units), key=lambda unit: (unit in _PENTHOUSES, unit))
    return [word for unit in ordered for word in ("unit", unit)]


def without_idle_words(street: list[str], found: Sequence[str]) -> list[str]:
    """Remove the Apt of "100 Main St Apt", which has no number."""
    end, least = len(street), 0 if found else 1
    while end > least and street[end - 1] in _IDLE:
        end -= 1
    return street[:end]


_IDLE = _GENERIC - {"ste", "local", "log", "porte"}
