"""House numbers, and the units before them: "5-123 main st" in Canada, "#5 - 123 main st" everywhere."""

import re

from backend.app.core_gov.geography import units
from backend.app.core_gov.geography.street_types import DIRECTIONS, WAYS
from backend.app.core_gov.geography.street_words import closes

_UNIT_AND_HOUSE = re.compile(r"(\d+)-(\d{3,})")
"""In "#207-1104 Oak St"; house numbers with a hyphen, as in Queens, have two digits after it."""

_HOUSE = re.compile(r"\d+(?:-\d+)?[a-z]?|\d+[nsew]\d+|[nsew]\d+(?:[nsew]\d+)?")
_AFTER_NUMBERS = frozenset({"sideroad", "sdrd", "side", "conc", "rang", "line"})
_NO_SUFFIX = frozenset("nsewoil")
"""Letters after a house number that belong to the street: directions, the O of O'Connor, the I of I-90."""


def lead_unit(tokens: list[str], country: str) -> tuple[list[str], list[str]]:
    """Split "unit 5 - 123 main st", or in Canada "5-123 main st", into the unit and the rest."""
    found = units.leading(tokens, country)
    if found is None and country == "CA" and _are_unit_and_house(tokens):
        return [units.plain(tokens[0])], tokens[1:]
    if found is None:
        return [], tokens
    unit, start = found
    start += tokens[start : start + 1] == ["-"]
    if _is_house_number(tokens, start):
        return [unit], tokens[start:]
    if "-" in unit and tokens[0] != "#" and start < len(tokens):
        unit, _, house = unit.partition("-")
        return [units.plain(unit)], [house, *tokens[start:]]
    if tokens[0] == "#" and country == "US" and (both := _UNIT_AND_HOUSE.fullmatch(unit)) and start < len(tokens):
        return [units.plain(both[1])], [both[2], *tokens[start:]]
    # In "#123 Main St" and "No. 123 Main St", 123 is the house number.
    return [], tokens[1:] if tokens[0] == "#" and start < len(tokens) else tokens


def _are_unit_and_house(tokens: list[str]) -> bool:
    """Return True for "1205 91 w georgia st", but not for "1205 91 ave nw"."""
    if len(tokens) == 3 and tokens[2].endswith("way") and tokens[2] not in WAYS:
        return tokens[0].isdigit() and tokens[1].isdigit()
    return (
        len(tokens) > 3
        and tokens[0].isdigit()
        and tokens[1].isdigit()
        and _is_house_number(tokens, 1)
        and (tokens[2] not in WAYS | _AFTER_NUMBERS or (tokens[2] in WAYS and closes(tokens, 3)))
        and any(word.isalpha() and len(word) > 1 and word not in DIRECTIONS["CA"] for word in tokens[2:])
    )


def _is_house_number(tokens: list[str], at: int) -> bool:
    """Return True if a house number and a street start at `at`; the 100 of "10104-100 Ave NW" is the street."""
    return at + 1 < len(tokens) and _HOUSE.fullmatch(tokens[at]) is not None and not closes(tokens, at + 1)


def house_number(tokens: list[str], country: str) -> tuple[list[str], list[str]]:
    """Split the house number from the street: "12 b", "12-b" and "12b" are one, as are "w148 n9748" and "w148n9748"."""
    if not tokens or not _HOUSE.fullmatch(tokens[0]) or len(tokens) < 2:
        return [], tokens
    house, at = tokens[0].lstrip("0") or tokens[0], 1
    after = 2 if tokens[1] == "-" else 1
    following = tokens[after] if after < len(tokens) else ""
    if units.GRID.fullmatch(house) and units.GRID.fullmatch(following):
        return [house + following], tokens[after + 1 :]
    if house.isdigit() and _is_suffix(tokens, after):
        return [house + following], tokens[after + 1 :]
    if "/" in following and after == 1:
        return [house, following], tokens[2:]
    return [house], tokens[at:]


def _is_suffix(tokens: list[str], at: int) -> bool:
    """Return True if the letter at `at` belongs to the house number before it, because a named street follows."""
    if at + 1 >= len(tokens) or len(tokens[at]) != 1 or not tokens[at].isalpha() or tokens[at] in _NO_SUFFIX:
        return False
    following = tokens[at + 1]
    if len(following) == 1 or following.isdigit() or following in units.DESIGNATORS or following == "box":
        return False
    return not closes(tokens, at + 1)
