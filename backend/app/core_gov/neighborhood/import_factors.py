"""Import of place factors from files: the fields of a row and their validation."""

import json
from functools import partial
from typing import Any

from backend.app.core_gov.geography import regions
from backend.app.core_gov.geography.postal_points import area_of
from backend.app.core_gov.market import rated_factors
from backend.app.core_gov.market.as_of import in_future
from backend.app.core_gov.market.importing.converters import (
    country_code,
    full_postal,
    identifier,
    number,
    postal,
    text,
    text_of,
)
from backend.app.core_gov.market.importing.counts import degrees
from backend.app.core_gov.market.importing.dates import day
from backend.app.core_gov.neighborhood import service
from backend.app.core_gov.neighborhood.store import MAX_RADIUS_KM
from backend.app.kit.data_files.column_mapping import Converter, typed_rows
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import KeyedRow, TableImport, import_rows
from backend.app.kit.data_files.source_rows import check_source
from backend.app.kit.data_files.table_file import read_table
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import BadInput
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import shorten

DEFAULT_RADIUS_KM = 1.0


def _factor(cell: Any) -> str:
    name = "_".join(text_of(cell).casefold().split())
    if fault := rated_factors.refused(name):
        raise ValueError(f"cannot be loaded: {fault}")
    if name not in rated_factors.LOADED:
        raise ValueError(f"{name} is computed from sales and rents; load only {', '.join(rated_factors.LOADED)}")
    return name


FIELDS: dict[str, Converter] = {
    "id": identifier,
    "factor": _factor,
    "value": number,
    "unit": text,
    "worst": number,
    "best": number,
    "as_of": day,
    "country": country_code,
    "region": text,
    "city": text,
    "postal": postal,
    "latitude": degrees,
    "longitude": degrees,
    "radius_km": number,
}


def load_factors(db: Database, ctx: Ctx, request: TableImport, today: str, report: ReportProgress) -> ImportResult:
    """Import the factors of a file. Idempotent.

    Raises BadInput before anything is stored, in particular if a column or a row is about people: then the whole file
    is refused.
    """
    check_source(request.source_name)
    table = read_table(request.path)
    for column in table.columns:
        if rated_factors.about_people(column):
            raise BadInput(f"{request.path.name} has a column {shorten(column)}: {rated_factors.REASON}")
    rows = typed_rows(table.columns, FIELDS, request.mapping, request.constants)
    for name in ("factor", "value", "as_of"):
        rows.require(name)
    at = rows.sources.get("factor")
    for row in table.rows() if at is not None else ():
        if at is not None and rated_factors.about_people(word := text_of(row.cells[at])):
            raise BadInput(
                f"row {row.number} of {request.path.name} has the factor {shorten(word)}: {rated_factors.REASON}"
            )
    upsert = partial(service.upsert_factors, source=request.source_name, facts=request.facts())
    return import_rows(db, ctx, request, table, rows, partial(_row, today=today), upsert, report)


def _row(fields: dict[str, Any], cells: dict[str, str], key: str, *, today: str) -> list[KeyedRow]:
    for name in ("factor", "value", "as_of"):
        if name not in fields:
            raise BadInput.field(name, f"{name} is required")
    if fields["as_of"] > today:
        raise BadInput.field("as_of", in_future("as_of", fields["as_of"], today))
    worst, best = float(fields.get("worst", 0)), float(fields.get("best", 100))
    if worst == best:
        raise BadInput.field("best", f"best must differ from worst, and both are {worst:g}")
    if not min(worst, best) <= fields["value"] <= max(worst, best):
        raise BadInput.field("value", f"value {fields['value']:g} is not between worst {worst:g} and best {best:g}")
    place = _placed(fields)
    named = "|".join(str(place[part] or "") for part in ("country", "level", "place_key", "latitude", "longitude"))
    kept = {
        "factor": fields["factor"],
        "value": float(fields["value"]),
        "unit": fields.get("unit"),
        "worst": worst,
        "best": best,
        "as_of": fields["as_of"],
        "row": json.dumps(cells, ensure_ascii=False),
    }
    return [(fields.get("id") or f"{fields['factor']}|{named}|{fields['as_of']}", place | kept)]


def _placed(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the point or the smallest area that the row names. Raises BadInput."""
    country = fields.get("country")
    if country is None:
        raise BadInput.field("country", "country is required: CA or US, as in --set country=US")
    region = fields.get("region")
    code = regions.check_region(country, region) if region else None
    if region and code is None:
        raise BadInput.field("region", regions.region_fault(country, region))
    nowhere: dict[str, Any] = {"latitude": None, "longitude": None, "radius_km": None}
    if fields.get("latitude") is not None or fields.get("longitude") is not None:
        return {"country": country, "level": "point", "place_key": None, "place": None} | _point(country, fields)
    if typed := fields.get("postal"):
        area = area_of(country, full_postal(country, typed))
        if area is None:
            raise BadInput.field("postal", f"postal {shorten(typed)} is not a postal area of {country}")
        return {"country": country, "level": "postal", "place_key": area, "place": area} | nowhere
    if city := fields.get("city"):
        if code is None:
            raise BadInput.field("region", f"region is required with city {city}")
        return {
            "country": country,
            "level": "city",
            "place_key": service.city_key(city, code),
            "place": f"{city}, {code}",
        } | nowhere
    if code:
        return {"country": country, "level": "region", "place_key": code, "place": code} | nowhere
    raise BadInput("it has no location: give coordinates, a postal area, a city and its region, or a region")


def _point(country: str, fields: dict[str, Any]) -> dict[str, Any]:
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    radius = fields.get("radius_km", DEFAULT_RADIUS_KM)
    if not 0 < radius <= MAX_RADIUS_KM:
        raise BadInput.field("radius_km", f"radius_km must be above 0 and at most {MAX_RADIUS_KM}, not {radius:g}")
    try:
        warning = regions.check_coordinates(country, latitude, longitude)
    except ValueError as error:
        raise BadInput(str(error)) from None
    if warning:
        raise BadInput(warning)
    return {"latitude": float(fields["latitude"]), "longitude": float(fields["longitude"]), "radius_km": float(radius)}
