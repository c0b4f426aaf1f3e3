"""Factors that a neighborhood may be rated by, and those that are never allowed: pure rules.

`FACTORS` lists everything that is permitted. None of it describes the people who live somewhere. Laws on fair housing
(US) and human rights (Canada) protect them from decisions about housing on such grounds, and a proxy for such a ground
is as bad as the ground itself. This is a rule of the program, not legal advice.
"""

from collections.abc import Mapping
from types import MappingProxyType

from backend.app.kit.text import shorten, words_of

WEIGHTS: Mapping[str, int] = MappingProxyType({
    "price_trend": 15, "liquidity": 15, "volatility": 15, "price_level": 15, "rent_yield": 10,
    "walkability": 10, "transit": 10, "schools": 10, "crime": 10,
})  # fmt: skip
"""Default weight of every factor."""

FACTORS = tuple(WEIGHTS)
LOADED = ("walkability", "transit", "schools", "crime")
"""Factors that are loaded from files; the others are computed from sales and rents."""

CRIME = "crime"
"""Counts only if a company loads and enables it: recorded crime depends strongly on who is policed."""

_PEOPLE = frozenset({
    "aboriginal", "african", "ages", "ancestry", "arab", "asian", "asians", "attainment", "black", "blacks", "born",
    "catholic", "child", "children", "christian", "christians", "church", "churches", "citizen", "citizens",
    "citizenship", "colour", "demographic", "demographics", "disabilities", "disability", "disabled", "divorced",
    "educated", "education", "elderly", "ethnic", "ethnicities", "ethnicity", "faith", "familial", "families",
    "foreign", "gender", "genders", "handicap", "handicapped", "hindu", "hispanic", "hispanics", "household",
    "households", "immigrant", "immigrants", "immigration", "income", "incomes", "indigenous", "jewish", "jews",
    "kids", "language", "languages", "latina", "latino", "latinos", "latinx", "lgbt", "lgbtq", "lingual", "marital",
    "married", "migrant", "migrants", "minorities", "minority", "mosque", "mosques", "muslim", "muslims",
    "national", "nationalities", "nationality", "native", "orientation", "origin", "people", "poor", "population",
    "poverty", "pregnancy", "pregnant", "protestant", "race", "raced", "races", "racial", "religion", "religions",
    "religious", "resident", "residents", "seniors", "sex", "sikh", "synagogue", "teenagers", "tongue",
    "transgender", "unemployed", "unemployment", "veteran", "veterans", "voucher", "vouchers", "wealth", "welfare",
    "white", "whites", "youth",
})  # fmt: skip

_OF_BUILDINGS = frozenset({
    "building", "buildings", "dwelling", "home", "homes", "house", "houses", "property", "roof", "structure", "unit",
})  # fmt: skip
_NOT_OF_PEOPLE = (
    frozenset({"rental", "income"}),
    frozenset({"operating", "income"}),
    frozenset({"household", "waste"}),
)

REASON = (
    "it describes people who live there or is a proxy for them; fair-housing and human-rights laws protect them from "
    "decisions about housing on such grounds, so no rating here uses it: remove it"
)


def about_people(name: str) -> bool:
    """Return whether the name of a factor or column refers to people, judging by its words."""
    words = set(words_of(name.replace("_", " ")))
    if any(pair <= words for pair in _NOT_OF_PEOPLE):
        return False
    if words & _PEOPLE:
        return True
    if words & {"age", "aged"}:
        return not words & _OF_BUILDINGS
    return "family" in words and bool(words & {"status", "size", "structure", "income"})


def refused(name: str) -> str | None:
    """Return why a name is not an allowed factor, as a sentence; None for a permitted one."""
    if name in FACTORS:
        return None
    if about_people(name):
        return f"{shorten(name)} is never a factor: {REASON}"
    return f"{shorten(name)} is not a known factor; the factors are {', '.join(FACTORS)}"


def checked_weights(weights: dict[str, float]) -> dict[str, float]:
    """Return the weights if valid; an empty dict means the defaults.

    Raises ValueError with the rest of a sentence about the weights.
    """
    for name, weight in weights.items():
        if fault := refused(name):
            raise ValueError(f"is not valid: {fault}")
        if not 0 <= weight <= 1000:
            raise ValueError(f"must be from 0 to 1000, not {weight:g} for {name}")
    if weights and not any(weights.values()):
        raise ValueError("must not all be 0")
    return weights
