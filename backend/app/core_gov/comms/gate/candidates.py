"""Places and time zones in which a recipient may be. Pure functions over `regions.toml`.

The address comes first: its region, else the regions of its postal code. The phone number comes last, because people
keep their numbers when they move. Several candidates mean that all their rules apply.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from backend.app.core_gov.comms.gate.request import RecipientPlace
from backend.app.core_gov.geography.regions import (
    COUNTRIES,
    check_country,
    check_postal,
    check_region,
    postal_regions,
)

Basis = Literal["address", "postal code", "phone number", "country", "unknown"]

_FILE = Path(__file__).with_name("regions.toml")
_NANP = "+1"
_NANP_LENGTH = len("+14165550123")
_NON_GEOGRAPHIC = 10
"""Zones of a number from which it belongs to no place, such as a toll-free one."""


class Candidate(NamedTuple):
    """A region and one of its time zones. Without a region only the rules of the country apply."""

    country: str
    region: str | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Candidates:
    """Where the recipient may be, and what that was derived from."""

    basis: Basis
    places: tuple[Candidate, ...] = ()
    country: str | None = None
    """Country, also one without rules, as far as known."""


class _Region(NamedTuple):
    zones: tuple[ZoneInfo, ...]
    area_codes: frozenset[int]


@cache
def _regions() -> Mapping[tuple[str, str], _Region]:
    with _FILE.open("rb") as file:
        tables = tomllib.load(file)
    return {
        (name[:2], name[3:]): _Region(tuple(map(ZoneInfo, table["zones"])), frozenset(table["area_codes"]))
        for name, table in tables.items()
    }


def zones_of(country: str, region: str) -> tuple[ZoneInfo, ...]:
    """Return the time zones of a region, none if it has none here, such as a military address."""
    found = _regions().get((country, region))
    return found.zones if found else ()


@lru_cache(maxsize=10_000)
def candidates(place: RecipientPlace, phone: str | None) -> Candidates:
    """Return where the recipient may be, from the address and a number in E.164."""
    country = _country(place, phone)
    if country not in COUNTRIES:
        return Candidates("unknown", country=country)
    region = check_region(country, place.region) if place.region else None
    served = _served(country, place.postal)
    if region is not None:
        stray = () if region in served else served
        return _result("address", country, [region, *stray])
    if served:
        return _result("postal code", country, served)
    return _by_number(country, place, phone)


def _country(place: RecipientPlace, phone: str | None) -> str | None:
    """Return the country of the address, else that of its region or postal code, else that of the number.

    A ZIP code looks like postal codes elsewhere, so it does not count with a number of a third country.
    """
    if place.country:
        return check_country(place.country) or place.country.strip().upper()
    if place.region:
        by_region = [country for country in COUNTRIES if check_region(country, place.region)]
        if len(by_region) == 1:
            return by_region[0]
    by_number = _country_of_number(phone)
    if by_number is None or by_number in COUNTRIES:
        return next((country for country in COUNTRIES if _served(country, place.postal)), by_number)
    return by_number


def _served(country: str, postal: str | None) -> tuple[str, ...]:
    """Return the regions of a postal code, none if it is missing or not valid."""
    if not postal:
        return ()
    try:
        return postal_regions(country, check_postal(country, None, postal))
    except ValueError:
        return ()


def _result(basis: Basis, country: str, regions: Iterable[str]) -> Candidates:
    names = list(dict.fromkeys(regions))
    if not all(zones_of(country, region) for region in names):
        return Candidates("unknown", country=country)
    places = tuple(Candidate(country, region, zone) for region in names for zone in zones_of(country, region))
    return Candidates(basis, places, country)


def _by_number(country: str, place: RecipientPlace, phone: str | None) -> Candidates:
    """Return the regions of the number's area code, with the zones that the number may have."""
    regions = [region for where, region in _regions_of_number(phone) if where == country]
    if regions:
        found = _result("phone number", country, regions)
        more = [Candidate(country, region, zone) for region in regions for zone in _zones_of_number(phone)]
        return Candidates(found.basis, tuple(dict.fromkeys([*found.places, *more])), country)
    if place.country and check_country(place.country) == country:
        return _result("country", country, [region for where, region in _regions() if where == country])
    return Candidates("unknown", country=country)


def _area_code(phone: str | None) -> int | None:
    if phone is None or not phone.startswith(_NANP) or len(phone) != _NANP_LENGTH:
        return None
    return int(phone[2:5])


def _regions_of_number(phone: str | None) -> list[tuple[str, str]]:
    code = _area_code(phone)
    return [name for name, region in _regions().items() if code in region.area_codes]


def _country_of_number(phone: str | None) -> str | None:
    if phone is None:
        return None
    for country, _ in _regions_of_number(phone):
        return country
    from phonenumbers import NumberParseException, parse, region_code_for_number

    try:
        return region_code_for_number(parse(phone))
    except NumberParseException:
        return None


def _zones_of_number(phone: str | None) -> list[ZoneInfo]:
    """Return the zones of the prefix of a number, none if it belongs to no place, such as a toll-free one."""
    from phonenumbers import parse
    from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_geographical_number

    names = time_zones_for_geographical_number(parse(phone)) if phone else ()
    return [] if len(names) > _NON_GEOGRAPHIC else [ZoneInfo(name) for name in names if name != UNKNOWN_TIMEZONE]
