"""Import of rental comps and benchmarks from files: the fields of a row and their validation."""

import json
import re
from fractions import Fraction
from functools import partial
from typing import Any

from backend.app.core_gov.geography import regions as places
from backend.app.core_gov.geography.city_names import city_key
from backend.app.core_gov.geography.postal_points import POSTAL, area_of, place
from backend.app.core_gov.market.as_of import in_future
from backend.app.core_gov.market.importing import area_units, counts
from backend.app.core_gov.market.importing.area_units import SQFT_PER_M2
from backend.app.core_gov.market.importing.converters import (
    Amount,
    country_code,
    currency_code,
    full_postal,
    identifier,
    money,
    one_of,
    postal,
    text,
    text_of,
)
from backend.app.core_gov.market.importing.dates import day
from backend.app.core_gov.market.importing.spreadsheet_marks import whole_number_columns
from backend.app.core_gov.rents import service
from backend.app.kit.cents import rounded
from backend.app.kit.data_files.column_mapping import Converter, typed_rows
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import KeyedRow, TableImport, import_rows
from backend.app.kit.data_files.source_rows import check_source
from backend.app.kit.data_files.table_file import read_table
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import BadInput
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import shorten, word_key

MAX_RENT = 1_000_000
"""Maximum monthly rent; a larger number is not a rent."""

_FIRST_YEAR = 1900
_AREA = {"CA": re.compile(r"[A-Z]\d[A-Z]"), "US": re.compile(r"\d{5}")}
_PERIOD = re.compile(r"(\d{4})(?:-?(?:Q([1-4])|(\d{2})))?", re.IGNORECASE)


def _period(cell: Any) -> tuple[str, str]:
    """Return a year, quarter or month as written, and its first day."""
    written = shorten(text_of(cell))
    found = _PERIOD.fullmatch(written)
    if found is None:
        raise ValueError(f"must be a year, a quarter or a month such as 2026, 2026-Q1 or 2026-01, not {written}")
    month = int(found[3] or 3 * int(found[2] or 1) - 2)
    if not (1 <= month <= 12 and _FIRST_YEAR <= int(found[1]) <= 2100):
        raise ValueError(f"is not in the calendar: {written}")
    return written.upper(), f"{found[1]}-{month:02}-01"


def _currency(cell: Any) -> str | None:
    code = currency_code(cell)
    if code is not None and code not in places.CURRENCIES.values():
        raise ValueError(f"must be CAD or USD, not {shorten(text_of(cell))}")
    return code


def _sqm(cell: Any) -> float | None:
    """Return an area in square meters, the unit of a number without one."""
    found = area_units.stated_area(cell)
    return None if found is None else found.in_sqft("m2") / SQFT_PER_M2


def _frequency(cell: Any) -> str:
    if text_of(cell).strip().casefold() not in {"month", "monthly"}:
        raise ValueError(f"must be monthly, not {shorten(text_of(cell))}: only monthly rents are compared")
    return "monthly"


_PLACE: dict[str, Converter] = {"country": country_code, "region": text, "city": text, "postal": postal}

RENT_FIELDS: dict[str, Converter] = {
    "id": identifier,
    "rent": money,
    "currency": _currency,
    "date": day,
    "kind": one_of("asking", "paid"),
    "frequency": _frequency,
    "living_sqft": area_units.area,
    "living_sqm": _sqm,
    "beds": counts.bedrooms,
    "baths": counts.bathrooms,
    "property_type": text,
    "address": text,
    **_PLACE,
    "latitude": counts.degrees,
    "longitude": counts.degrees,
}
OPTIONAL = frozenset({"living_sqft", "living_sqm", "beds", "baths"})
"""Fields without which a rent is kept if their values cannot be read."""

BEDS = range(6)
BENCHMARK_FIELDS: dict[str, Converter] = {
    **_PLACE,
    "currency": _currency,
    "period": _period,
    "beds": counts.bedrooms,
    "rent": money,
    **{f"rent_{beds}": money for beds in BEDS},
    "measure": text,
}


def import_rents(db: Database, ctx: Ctx, request: TableImport, today: str, report: ReportProgress) -> ImportResult:
    """Import the rents of a file. Idempotent. Raises BadInput before anything is stored."""
    check_source(request.source_name)
    table = read_table(request.path)
    rows = typed_rows(table.columns, RENT_FIELDS, request.mapping, request.constants)
    for name in ("rent", "date"):
        rows.require(name)
    whole_number_columns(table, [table.columns[at] for name, at in rows.sources.items() if name == "id"], ())
    upsert = partial(service.upsert_rents, source=request.source_name, facts=request.facts())
    return import_rows(db, ctx, request, table, rows, partial(_rent, today=today), upsert, report, optional=OPTIONAL)


def load_benchmarks(db: Database, ctx: Ctx, request: TableImport, report: ReportProgress) -> ImportResult:
    """Import the benchmarks of a file. Idempotent. Raises BadInput before anything is stored."""
    check_source(request.source_name)
    table = read_table(request.path)
    rows = typed_rows(table.columns, BENCHMARK_FIELDS, request.mapping, request.constants)
    rows.require("period")
    rows.require("rent", *(f"rent_{beds}" for beds in BEDS), hint="; or map rent_0 to rent_5, a column each")
    upsert = partial(service.upsert_benchmarks, source=request.source_name, facts=request.facts())
    return import_rows(db, ctx, request, table, rows, _benchmarks, upsert, report)


# Rents


def _rent(fields: dict[str, Any], cells: dict[str, str], key: str, *, today: str) -> list[KeyedRow]:
    where = _placed(fields)
    sqft = _positive(fields, "living_sqft")
    if sqft is None and (sqm := _positive(fields, "living_sqm")) is not None:
        sqft = sqm * SQFT_PER_M2
    beds = _positive(fields, "beds", most=100, zero=True)
    if sqft is None and beds is None:
        raise BadInput("living_sqft or beds is required, because rents are compared by them")
    if "date" not in fields:
        raise BadInput.field("date", "date is required")
    if fields["date"] > today:
        raise BadInput.field("date", in_future("date", fields["date"], today))
    kept = {
        "rent_cents": _cents(fields, "rent"),
        "kind": fields.get("kind", "asking"),
        "rent_date": fields["date"],
        "living_sqft": None if sqft is None else round(sqft, 2),
        "beds": beds,
        "baths": _positive(fields, "baths", most=100, zero=True),
        "property_type": fields.get("property_type"),
        "address": fields.get("address"),
        "row": json.dumps(cells, ensure_ascii=False),
    }
    return [(fields.get("id") or key, where | kept)]


def _placed(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the normalized location: country, coordinates, postal area, city and region. Raises BadInput."""
    found = _country_and_currency(fields)
    country = found["country"]
    found |= _region_and_postal(country, fields)
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    try:
        warning = places.check_coordinates(country, latitude, longitude)
    except ValueError as error:
        raise BadInput(str(error)) from None
    if warning:
        raise BadInput(warning)
    at = place(country, found["postal"]) if latitude is None and found["postal"] else None
    city = fields.get("city")
    if latitude is None and not (found["area"] or (city and found["region"])):
        raise BadInput("it has no location: give coordinates, a postal code, or a city and its region")
    return found | {
        "latitude": at.latitude if at else None if latitude is None else float(latitude),
        "longitude": at.longitude if at else None if longitude is None else float(longitude),
        "placed_by": POSTAL if at else None,
        "city": city,
        "city_key": city_key(city) if city else None,
    }


def _country_and_currency(fields: dict[str, Any]) -> dict[str, str]:
    """Infer country and currency from each other. Raises BadInput if the currency is not the country's."""
    countries = {currency: country for country, currency in places.CURRENCIES.items()}
    stated = dict.fromkeys(each.currency for each in fields.values() if isinstance(each, Amount) and each.currency)
    named = fields.get("currency") or next(iter(stated), None)
    country = fields.get("country") or countries.get(named or "")
    if country is None:
        raise BadInput.field("country", "country is required: CA or US, as in --set country=US")
    for currency in (named, *stated):
        if currency is not None and currency != places.CURRENCIES[country]:
            raise BadInput.field("currency", f"currency {currency} is not that of {country}; rents are not converted")
    currency = places.CURRENCIES[country]
    return {"country": country, "currency": currency}


def _region_and_postal(country: str, fields: dict[str, Any]) -> dict[str, Any]:
    region, typed, found = fields.get("region"), fields.get("postal"), None
    code = places.check_region(country, region) if region else None
    if region and code is None:
        raise BadInput.field("region", places.region_fault(country, region))
    if typed:
        try:
            found = places.check_postal(country, code, full_postal(country, typed))
        except ValueError as error:
            raise BadInput.field("postal", str(error)) from None
        if code is None and len(regions := places.postal_regions(country, found)) == 1:
            code = regions[0]
    return {"region": code, "postal": found, "area": area_of(country, found) if found else None}


def _cents(fields: dict[str, Any], name: str) -> int:
    amount = fields.get(name)
    if amount is None:
        raise BadInput.field(name, f"{name} is required")
    if not 0 < amount <= MAX_RENT:
        raise BadInput.field(name, f"{name} must be above 0 and at most {MAX_RENT:,} a month, not {amount}")
    cents = rounded(Fraction(str(amount)) * 100)
    if not cents:
        raise BadInput.field(name, f"{name} must be above 0")
    return cents


def _positive(fields: dict[str, Any], name: str, most: float = 100_000, zero: bool = False) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    if not (value > 0 or (zero and value == 0)) or value > most:
        least = "at least 0" if zero else "above 0"
        raise BadInput.field(name, f"{name} must be {least} and at most {most:,}, not {value}")
    return float(value)


# Benchmarks


def _benchmarks(fields: dict[str, Any], cells: dict[str, str], key: str) -> list[KeyedRow]:
    found = _country_and_currency(fields) | _place_of_benchmark(fields)
    if "period" not in fields:
        raise BadInput.field("period", "period is required")
    period, start = fields["period"]
    found |= {"period": period, "period_start": start, "measure": fields.get("measure")}
    by_beds = {beds: f"rent_{beds}" for beds in BEDS if f"rent_{beds}" in fields}
    if "rent" in fields:
        by_beds[_bedrooms(fields)] = "rent"
    if not by_beds:
        raise BadInput.field("rent", "rent is required")
    named = "|".join(str(found[name] or "") for name in ("country", "level", "place_key", "period", "measure"))
    row = json.dumps(cells, ensure_ascii=False)
    return [
        (f"{named}|{beds}", found | {"beds": beds, "rent_cents": _cents(fields, name), "row": row})
        for beds, name in by_beds.items()
    ]


def _bedrooms(fields: dict[str, Any]) -> Any:
    beds = fields.get("beds")
    if beds is not None and (beds != int(beds) or not 0 <= beds <= 20):
        raise BadInput.field("beds", f"beds must be a whole number from 0 to 20, not {beds}")
    return None if beds is None else int(beds)


def _place_of_benchmark(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the smallest area that the row names. Raises BadInput."""
    country = _country_and_currency(fields)["country"]
    area, city = fields.get("postal"), fields.get("city")
    whole = _region_and_postal(country, {"region": fields.get("region")})
    region = whole["region"]
    if area:
        code = area_of(country, full_postal(country, area))
        if code is None or not _AREA[country].fullmatch(code):
            raise BadInput.field("postal", f"postal {shorten(area)} is not a postal area of {country}")
        return {"level": "postal", "place": code, "place_key": code, "region": region}
    if city:
        if region is None:
            raise BadInput.field("region", f"region is required with city {city}")
        return {
            "level": "city",
            "place": f"{city}, {region}",
            "place_key": f"{word_key(city)}|{region}",
            "region": region,
        }
    if region:
        return {"level": "region", "place": region, "place_key": region, "region": region}
    return {"level": "country", "place": country, "place_key": country, "region": None}
