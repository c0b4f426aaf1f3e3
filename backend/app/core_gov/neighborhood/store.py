"""Table of place factors."""

from typing import Any

from sqlalchemy import Column, Double, Identity, Index, Table, Text, bindparam, select

from backend.app.kit.data_files.source_rows import SourceRows
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.records import Seq

place_factors = Table(
    "place_factors",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("factor", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("place_key", Text),
    Column("place", Text),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("radius_km", Double),
    Column("value", Double, nullable=False),
    Column("unit", Text),
    Column("worst", Double, nullable=False),
    Column("best", Double, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("row", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
"""Factors of places by source: a value on a scale from `worst` to `best`, as of a day.

`level` is the kind of place: a point with its radius, or a postal area, city or region with its `place_key`.
"""

_f = place_factors.c
Index("ux_place_factors_source", _f.source, _f.source_key, unique=True)
Index("ix_place_factors_place", _f.country, _f.level, _f.place_key, _f.factor)
Index("ix_place_factors_point", _f.country, _f.level, _f.latitude, _f.longitude)

_OWN = {"seq", "source", "source_key", "created_at", "updated_at"}
factors = SourceRows(place_factors, tuple(each.name for each in place_factors.columns if each.name not in _OWN))

COLUMNS = (
    *("seq", "source", "factor", "level", "place", "latitude", "longitude", "radius_km"),
    *("value", "unit", "worst", "best", "as_of"),
)
"""Columns that are read for each factor, in order."""

MAX_ROWS = 2_000
MAX_RADIUS_KM = 50
"""Maximum radius of a point in kilometers."""

_read = select(*(_f[name] for name in COLUMNS)).where(
    _f.country == bindparam("country"), _f.level == bindparam("level"), _f.as_of <= bindparam("day")
)
_select_place = Query(
    _read.where(_f.place_key == bindparam("place_key")).order_by(_f.as_of.desc(), _f.seq).limit(MAX_ROWS)
)
_near = Query(
    _read.where(
        _f.latitude.between(bindparam("south"), bindparam("north")),
        _f.longitude.between(bindparam("west"), bindparam("east")),
    )
    .order_by(_f.as_of.desc(), _f.seq)
    .limit(MAX_ROWS)
)


def factors_of(tx: Tx, country: str, day: str, level: str, place_key: str) -> list[tuple[Any, ...]]:
    """Return the factors of a place up to a day, newest first, as rows of `COLUMNS`."""
    return tx.all(_select_place, country=country, day=day, level=level, place_key=place_key)


def points_within(tx: Tx, country: str, day: str, box: tuple[float, float, float, float]) -> list[tuple[Any, ...]]:
    """Return the factors of the points within (south, north, west, east)."""
    south, north, west, east = box
    return tx.all(_near, country=country, day=day, level="point", south=south, north=north, west=west, east=east)
