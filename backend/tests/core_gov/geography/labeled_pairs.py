"""A pair of address lines with its label, and the ways to make many."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

Place = tuple[str | None, str | None, str | None]
NOWHERE: Place = (None, None, None)
STREETS = ("91 Main St", "1204 Maple Ave W", "12 St Clair Ave", "7 Oak Hill Rd", "300 5th St NW")


class Pair(NamedTuple):
    """Two address lines; `place` is the known city, region and postal code of both."""

    kind: str
    country: str
    one: str
    other: str
    same: bool
    place: Place = NOWHERE


def together(kind: str, country: str, forms: Sequence[str]) -> Iterator[Pair]:
    """Yield every pair of these spellings of one address."""
    for one, other in combinations(dict.fromkeys(forms), 2):
        yield Pair(kind, country, one, other, same=True)


def apart(kind: str, country: str, lines: Sequence[str]) -> Iterator[Pair]:
    """Yield every pair of these different addresses."""
    for one, other in combinations(dict.fromkeys(lines), 2):
        yield Pair(kind, country, one, other, same=False)
