"""Validation of sales from sources: pure rules.

A record without a usable price and closing date, or with a price in another currency, is refused with a sentence. Any
other value that is missing or implausible is left out with a warning, and the sale is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from backend.app.core_gov.geography import postal_points, regions
from backend.app.core_gov.market.as_of import MIN_DATE, in_future
from backend.app.core_gov.market.importing import converters
from backend.app.core_gov.market.importing.record_fields import CURRENCY, Notes
from backend.app.core_gov.market.sale import MONTH, YEAR
from backend.app.kit.errors import BadInput, Fault
from backend.app.kit.fields import MAX_CENTS
from backend.app.kit.text import shorten

KINDS: Mapping[str, str] = {
    "price": "money",
    "currency": "text",
    "close_date": "day",
    "contract_date": "day",
    "latitude": "degrees",
    "longitude": "degrees",
    "living_sqft": "area",
    "lot_sqft": "area",
    "beds": "bedrooms",
    "baths": "bathrooms",
    "year_built": "year",
    "year_renovated": "year",
    "grade": "number",
    "condition": "number",
    "floors": "count",
    "basement_sqft": "area",
    "view": "measure",
    "waterfront": "measure",
    "property_type": "word",
    "parcel": "identifier",
    "address": "text",
    "city": "text",
    "postal": "postal",
    "area": "text",
    "deed": "identifier",
    "terms": "text",
}
"""Fields of a sale that a source can provide, with the kind of each value."""

REQUIRED = ("price", "close_date")

WARNINGS: Mapping[str, str] = {
    "no_key": "have no key, because a part of it is empty: if the file corrects them, they are stored again",
    "no_size": "have neither a living area nor a number of bedrooms",
    "not_placed": "have coordinates at 0, 0 or outside the country and are kept without a location",
    "half_placed": "have only one coordinate and are kept without a location",
    "placed": "have no coordinates and are placed at the center of the postal code",
    "postal": "have an invalid postal code, which is left out",
    "contract": "have a contract date after the closing or before 1900, which is left out",
    "terms": "have terms of more than 2,000 characters, of which the first 2,000 are used",
    "renovated": "have a renovation year before the year built, which is left out",
}
"""Texts of the warnings, to follow a count of sales."""


_RANGES: Mapping[str, tuple[float, float]] = {
    "living_sqft": (0, 1_000_000),
    "lot_sqft": (0, 10**11),
    "beds": (0, 1000),
    "baths": (0, 1000),
    "grade": (-1000, 1000),
    "condition": (-1000, 1000),
    "floors": (0, 200),
    "basement_sqft": (0, 1_000_000),
    "view": (-1000, 1000),
    "waterfront": (-1000, 1000),
}
ZERO_IS_UNKNOWN = ("living_sqft", "lot_sqft", "floors")
"""Fields of which 0 means unknown."""

_LENGTHS = {
    "property_type": 100, "parcel": 100, "address": 500, "city": 200, "postal": 20, "area": 100, "deed": 100,
    "terms": 2000,
}  # fmt: skip

_MAX_DEGREES = 360
_MIN_YEAR_BUILT = 1500
_POSTAL_AREA = {"CA": 3, "US": 5}


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """Terms of a market that apply to all its sales, and the company's day."""

    country: str
    currency: str
    today: str


def checked(
    given: Mapping[str, Any], notes: Notes, market: SaleTerms, left_out: list[Fault] | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the fields of a stored sale and the kinds of warnings. Removes the currency from the notes.

    Raises BadInput naming each fault of price, currency and closing date, and those of the other fields unless they
    can be added to `left_out`.
    """
    fields, faults, others, warnings = dict(given), list[Fault](), list[Fault](), list[str]()
    _check_price(fields, notes, market, faults)
    _check_days(fields, notes, market, faults, warnings)
    _check_ranges(fields, others)
    _check_years(fields, market, others, warnings)
    _check_texts(fields, market, others, warnings)
    _check_place(fields, market, others, warnings)
    if faults or (others and left_out is None):
        raise BadInput.of([*faults, *others])
    if left_out is not None:
        left_out += others
    if is_without_size(fields.get("living_sqft"), fields.get("beds")):
        warnings.append("no_size")
    return fields, tuple(warnings)


TOGETHER = (
    ("price", "currency"),
    ("close_date", "contract_date"),
    ("year_built", "year_renovated"),
    ("postal", "area"),
)
"""Fields that one check combines, beside the coordinates and the postal code, in the order of the checks."""


def check_part(
    names: tuple[str, ...],
    given: Mapping[str, Any],
    notes: Notes,
    market: SaleTerms,
    faults: list[Fault],
    warnings: list[str],
) -> dict[str, Any]:
    """Return what the checks of `checked` make of fields that they do not combine with any others.

    `names` is an entry of `TOGETHER`, the coordinates with the checked postal code, or any other field alone.
    """
    fields = dict(given)
    match names[0]:
        case "price":
            _check_price(fields, notes, market, faults)
        case "close_date":
            _check_days(fields, notes, market, faults, warnings)
        case "year_built":
            _check_years(fields, market, faults, warnings)
        case "latitude":
            _check_place(fields, market, faults, warnings)
        case name if name in _LENGTHS:
            _check_texts(fields, market, faults, warnings)
        case _:
            _check_ranges(fields, faults)
    return fields


def is_without_size(living_sqft: float | None, beds: float | None) -> bool:
    return living_sqft is None and beds is None


def _check_price(fields: dict[str, Any], notes: Notes, market: SaleTerms, faults: list[Fault]) -> None:
    price = fields.pop("price", None)
    if price is None:
        faults.append(Fault("price", "price is required"))
    elif price <= 0:
        faults.append(Fault("price", f"price must be more than 0, not {price:,.2f}"))
    elif price * 100 > MAX_CENTS:
        faults.append(Fault("price", "price is too large for an amount"))
    else:
        fields["price_cents"] = max(1, round(price * 100))
    stated = (converters.currency_code(fields.get("currency") or ""), notes.pop(CURRENCY, None))
    fields["currency"] = market.currency
    others = dict.fromkeys(each for each in stated if each is not None and each != market.currency)
    faults += [
        Fault("currency", f"the price is in {shorten(currency)}, but the market's currency is {market.currency}")
        for currency in others
    ]


def _check_days(
    fields: dict[str, Any], notes: Notes, market: SaleTerms, faults: list[Fault], warnings: list[str]
) -> None:
    close = fields.get("close_date")
    if close is None:
        faults.append(Fault("close_date", "close_date is required"))
        return
    precision = notes.get("close_date")
    known = {MONTH: 7, YEAR: 4}.get(precision or "")
    if close > market.today and not (known and close[:known] == market.today[:known]):
        faults.append(Fault("close_date", in_future("close_date", close, market.today)))
    elif close < MIN_DATE:
        faults.append(Fault("close_date", f"close_date {close} is before 1900"))
    if known:
        fields["dated_by"] = precision
    contract = fields.get("contract_date")
    if contract is not None and not MIN_DATE <= contract <= close:
        fields["contract_date"] = None
        warnings.append("contract")


def _check_ranges(fields: dict[str, Any], left_out: list[Fault]) -> None:
    for name in ZERO_IS_UNKNOWN:
        if fields.get(name) == 0:
            fields[name] = None
    for name, (least, most) in _RANGES.items():
        value = fields.get(name)
        if value is None or least <= value <= most:
            continue
        bound = f"must not be less than {least:,}" if value < least else f"must not be more than {most:,}"
        left_out.append(Fault(name, f"{name} {bound}: {value:,.10g}"))
        fields[name] = None


def _check_years(fields: dict[str, Any], market: SaleTerms, left_out: list[Fault], warnings: list[str]) -> None:
    latest = int(market.today[:4]) + 5
    for name in ("year_built", "year_renovated"):
        value = fields.get(name)
        if value is not None and not _MIN_YEAR_BUILT <= value <= latest:
            left_out.append(Fault(name, f"{name} must be from {_MIN_YEAR_BUILT} to {latest}, not {value}"))
            fields[name] = None
    built, renovated = fields.get("year_built"), fields.get("year_renovated")
    if built is not None and renovated is not None and renovated < built:
        fields["year_renovated"] = None
        warnings.append("renovated")


def _check_texts(fields: dict[str, Any], market: SaleTerms, left_out: list[Fault], warnings: list[str]) -> None:
    for name, longest in _LENGTHS.items():
        value = fields.get(name)
        if value is not None and len(value) > longest and name != "postal":
            if name == "terms":
                fields[name] = value[:longest]
                warnings.append("terms")
            else:
                fields[name] = None
                left_out.append(Fault(name, f"{name} has more than {longest} characters"))
    postal = fields.get("postal")
    if postal is None:
        return
    code = fields["postal"] = _postal(market.country, postal) if len(postal) <= _LENGTHS["postal"] else None
    if code is None:
        warnings.append("postal")
    elif fields.get("area") is None:
        fields["area"] = code[: _POSTAL_AREA[market.country]]


@lru_cache(maxsize=100_000)
def _postal(country: str, typed: str) -> str | None:
    """Return the code in postal form, or the area that the code begins with; None if it is neither."""
    typed = converters.full_postal(country, typed)
    try:
        return regions.check_postal(country, None, typed)
    except ValueError:
        area = typed.strip().upper()
        return area if country == "CA" and len(area) == 3 and _known_area(area) else None


def _known_area(area: str) -> bool:
    """Return whether these are the first three characters of Canadian codes; many files have only those."""
    return bool(regions.postal_regions("CA", f"{area} 1A1"))


def _check_place(fields: dict[str, Any], market: SaleTerms, left_out: list[Fault], warnings: list[str]) -> None:
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if (latitude is None) != (longitude is None):
        warnings.append("half_placed")
        latitude = longitude = None
    elif latitude == longitude == 0:
        warnings.append("not_placed")
        latitude = longitude = None
    elif latitude is not None and longitude is not None:
        try:
            is_outside = regions.check_coordinates(market.country, latitude, longitude) is not None
            fault = regions.likely_mistake(market.country, latitude, longitude) if is_outside else None
        except ValueError as error:
            is_projected = abs(latitude) > _MAX_DEGREES or abs(longitude) > _MAX_DEGREES
            hint = (
                "; if the file has map coordinates in feet or meters, set crs in a mapping file" if is_projected else ""
            )
            is_outside, fault = True, f"{error}{hint}"
        if is_outside:
            latitude = longitude = None
            if fault is None:
                warnings.append("not_placed")
            else:
                left_out.append(Fault("coordinates", fault))
    fields["latitude"], fields["longitude"] = latitude, longitude
    if latitude is None:
        _place(fields, market, warnings)


def _place(fields: dict[str, Any], market: SaleTerms, warnings: list[str]) -> None:
    postal = fields.get("postal")
    found = postal_points.place(market.country, postal) if postal else None
    if found is not None:
        fields["latitude"], fields["longitude"], fields["placed_by"] = (
            found.latitude,
            found.longitude,
            postal_points.POSTAL,
        )
        warnings.append("placed")
