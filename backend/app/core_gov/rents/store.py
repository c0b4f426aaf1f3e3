"""Tables of rental comps and benchmarks."""

from typing import Any

from sqlalchemy import BigInteger, Column, Double, Identity, Index, Integer, Table, Text, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from backend.app.core_gov.geography.city_names import city_key
from backend.app.kit.data_files.source_rows import SourceRows
from backend.app.kit.db import Query, Tx, UpdateMany, metadata
from backend.app.kit.records import Seq

MAX_ROWS = 3_000
"""Maximum number of rents read per query, newest first."""

rent_comps = Table(
    "rent_comps",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("rent_cents", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rent_date", Text, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("placed_by", Text),
    Column("living_sqft", Double),
    Column("beds", Double),
    Column("baths", Double),
    Column("property_type", Text),
    Column("address", Text),
    Column("city", Text),
    Column("city_key", Text),
    Column("region", Text),
    Column("postal", Text),
    Column("area", Text),
    Column("row", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
"""Rents, one per row: the asking or paid monthly rent of a dwelling on a day. `city_key` is the normalized city and
`area` the postal area. `placed_by` names the origin of coordinates that the source did not provide. `row` is the
source's own row.
"""

rent_benchmarks = Table(
    "rent_benchmarks",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("place_key", Text, nullable=False),
    Column("region", Text),
    Column("beds", Integer),
    Column("period", Text, nullable=False),
    Column("period_start", Text, nullable=False),
    Column("rent_cents", BigInteger, nullable=False),
    Column("measure", Text),
    Column("row", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
"""Rents of areas in a period, for dwellings with `beds` bedrooms, or with any number if that is null.

`level` is the kind of area (postal, city, region, country), `place_key` its normalized key.
"""

_r, _b = rent_comps.c, rent_benchmarks.c
Index("ux_rent_comps_source", _r.source, _r.source_key, unique=True)
Index("ix_rent_comps_place", _r.country, _r.latitude, _r.longitude)
Index("ix_rent_comps_area", _r.country, _r.area, _r.rent_date)
Index("ix_rent_comps_city", _r.country, _r.region, _r.city_key, _r.rent_date)
Index("ux_rent_benchmarks_source", _b.source, _b.source_key, unique=True)
Index("ix_rent_benchmarks_place", _b.country, _b.level, _b.place_key, _b.period_start)

_OWN = {"seq", "source", "source_key", "created_at", "updated_at"}
comps = SourceRows(rent_comps, tuple(each.name for each in rent_comps.columns if each.name not in _OWN))
benchmarks = SourceRows(rent_benchmarks, tuple(each.name for each in rent_benchmarks.columns if each.name not in _OWN))

# Rents near a place

COLUMNS = (
    *("seq", "rent_cents", "kind", "rent_date", "latitude", "longitude", "placed_by", "living_sqft", "beds"),
    *("address", "city", "city_key", "region", "postal", "area", "source"),
)
"""Columns that are read for each rent, in order."""


def _newest(*conditions: ColumnElement[bool]) -> Query:
    wanted = (
        _r.country == bindparam("country"),
        _r.currency == bindparam("currency"),
        _r.rent_date <= bindparam("day"),
    )
    return Query(
        select(*(_r[name] for name in COLUMNS))
        .where(*wanted, *conditions)
        .order_by(_r.rent_date.desc(), _r.seq.desc())
        .limit(MAX_ROWS)
    )


_near = _newest(
    _r.latitude.between(bindparam("south"), bindparam("north")),
    _r.longitude.between(bindparam("west"), bindparam("east")),
)
_of_area = _newest(_r.area == bindparam("area"))
_of_city = _newest(_r.city_key == bindparam("city_key"), _r.region == bindparam("region"))
_of_region = _newest(_r.region == bindparam("region"))
_count = Query(select(func.count()).where(_r.country == bindparam("country"), _r.currency == bindparam("currency")))


def rents_within(tx: Tx, among: dict[str, Any], box: tuple[float, float, float, float]) -> list[tuple[Any, ...]]:
    """Return the rents within (south, north, west, east). `among` holds country, currency and latest day."""
    south, north, west, east = box
    return tx.all(_near, **among, south=south, north=north, west=west, east=east)


def rents_of_area(tx: Tx, among: dict[str, Any], area: str) -> list[tuple[Any, ...]]:
    return tx.all(_of_area, **among, area=area)


def rents_of_city(tx: Tx, among: dict[str, Any], city_key: str, region: str) -> list[tuple[Any, ...]]:
    return tx.all(_of_city, **among, city_key=city_key, region=region)


def rents_of_region(tx: Tx, among: dict[str, Any], region: str) -> list[tuple[Any, ...]]:
    return tx.all(_of_region, **among, region=region)


def count_rents(tx: Tx, country: str, currency: str) -> int:
    row = tx.one(_count, country=country, currency=currency)
    return int(row[0]) if row else 0


# Benchmarks

BENCHMARK_COLUMNS = ("source", "level", "place", "region", "beds", "period", "period_start", "rent_cents", "measure")
_select_place = Query(
    select(*(_b[name] for name in BENCHMARK_COLUMNS))
    .where(
        _b.country == bindparam("country"),
        _b.currency == bindparam("currency"),
        _b.level == bindparam("level"),
        _b.place_key == bindparam("place_key"),
        _b.period_start <= bindparam("day"),
    )
    .order_by(_b.period_start.desc(), _b.source, _b.seq)
    .limit(500)
)


def benchmarks_of(tx: Tx, among: dict[str, Any], level: str, place_key: str) -> list[tuple[Any, ...]]:
    """Return the benchmarks of a place, newest first, as rows of `BENCHMARK_COLUMNS`."""
    return tx.all(_select_place, **among, level=level, place_key=place_key)


# Recomputation of keys

RECOMPUTED = 1000
"""Rents whose keys one transaction recomputes."""

_following = Query(
    select(_r.seq, _r.city, _r.city_key)
    .where(_r.seq > bindparam("after"))
    .order_by(_r.seq)
    .limit(RECOMPUTED)
    .with_for_update()
)
_update_keys = UpdateMany(rent_comps, "seq", ("city_key",))


def recompute_city_keys(tx: Tx, after: int) -> tuple[int | None, int]:
    """Correct the city keys of the next rents after a number.

    Returns the number of the last one, None if no rents follow, and how many were corrected.
    """
    rows = tx.all(_following, after=after)
    keys = ((seq, stored, city_key(city) if city else None) for seq, city, stored in rows)
    wrong: list[dict[str, Any]] = [{"seq": seq, "city_key": key} for seq, stored, key in keys if key != stored]
    if wrong:
        tx.update_many(_update_keys, wrong)
    return (rows[-1][0] if len(rows) == RECOMPUTED else None), len(wrong)
