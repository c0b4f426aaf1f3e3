"""Service of rents and benchmarks: storage, lookup, and rent estimates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.geography import city_names
from backend.app.core_gov.geography.address_key import AddressPlace, address_key_of, same_place
from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.columns import date_of, day_of
from backend.app.core_gov.rents import rent_presentation, store
from backend.app.core_gov.rents.rent_estimate import LOCAL, MIN_COMPS, STEPS, Dwelling, Rents, estimate_rent
from backend.app.core_gov.rents.schemas import RentBenchmark, RentEstimate, RentLevel
from backend.app.kit.arrays import Floats
from backend.app.kit.cents import amount_of
from backend.app.kit.data_files.import_rows import KeyedRow
from backend.app.kit.data_files.source_rows import SourceRows, UpsertCounts
from backend.app.kit.db import Tx
from backend.app.kit.derived_fields import Batch, DerivedFields
from backend.app.kit.text import word_key

_ENOUGH = 200
"""Number of nearby rents at which the search radius is not widened further."""

_LEVEL_KM = 5.0
_LEVEL_MONTHS = 24
_MIN_OF_LEVEL = 5

DERIVED = (
    DerivedFields(
        "rent_comps.city_key", None, city_names.VERSION, lambda tx, after: Batch(*store.recompute_city_keys(tx, after))
    ),
)
"""Rules whose results this package stores."""

# Storing rents and benchmarks


def upsert_rents(tx: Tx, rents: Sequence[KeyedRow], source: str, facts: Mapping[str, Any]) -> UpsertCounts:
    """Insert or update the rents of a source, with one audit event for the counts."""
    return _upsert(tx, store.comps, "rents.imported", rents, source, facts)


def upsert_benchmarks(tx: Tx, rows: Sequence[KeyedRow], source: str, facts: Mapping[str, Any]) -> UpsertCounts:
    return _upsert(tx, store.benchmarks, "rent_benchmarks.loaded", rows, source, facts)


def _upsert(
    tx: Tx, table: SourceRows, act: str, rows: Sequence[KeyedRow], source: str, facts: Mapping[str, Any]
) -> UpsertCounts:
    counts = table.upsert(tx, source, rows)
    if counts.stored or counts.updated:
        facts = {"source": source, "stored": counts.stored, "updated": counts.updated, **facts}
        audit.record_act(tx, act, None, None, facts)
    return counts


# Lookup


@dataclass(frozen=True, slots=True)
class RentLocation:
    """Location of a property for the lookup of rents. A city counts only together with its region."""

    country: str
    currency: str
    area: str | None = None
    city: str | None = None
    region: str | None = None
    latitude: float = np.nan
    longitude: float = np.nan
    home: AddressPlace | None = None
    """Address of the property, whose own rents are not compared; None if it has none."""

    @property
    def city_key(self) -> str | None:
        return city_names.city_key(self.city) if self.city and self.region else None

    @property
    def benchmark_key(self) -> str | None:
        """Key of the city's benchmarks, which is part of what identifies them in their files."""
        return f"{word_key(self.city)}|{self.region}" if self.city and self.region else None


@dataclass(frozen=True)
class RentEvidence:
    """Rents near a place, as arrays and as dicts of `store.COLUMNS`.

    `on_file` counts them, or all if none is near. `own` counts the rents of the property itself, which are left out.
    """

    rents: Rents
    rows: list[dict[str, Any]]
    benchmarks: list[RentBenchmark]
    on_file: int
    own: int = 0


def rents_around(tx: Tx, place: RentLocation, beds: float, as_of: date, whole_region: bool = False) -> RentEvidence:
    """Return the rents near a place up to a day, and the benchmarks of the areas that contain it.

    Rents of the whole region are included only if requested, or if fewer than _ENOUGH are nearer.
    """
    among = {"country": place.country, "currency": place.currency, "day": as_of.isoformat()}
    rows = {row[0]: dict(zip(store.COLUMNS, row, strict=True)) for row in _find_rents(tx, place, among, whole_region)}
    kept = [rows[seq] for seq in sorted(rows) if not _is_own(place.home, rows[seq])]
    on_file = len(kept) or store.count_rents(tx, place.country, place.currency)
    return RentEvidence(_columns(kept), kept, _benchmarks(tx, place, among, beds), on_file, len(rows) - len(kept))


def _is_own(home: AddressPlace | None, row: dict[str, Any]) -> bool:
    """Return whether a rent is of the property itself: the same address and unit."""
    address = row["address"]
    if home is None or address is None:
        return False
    number = home.line.split()[0]
    if number.isdecimal() and number not in address:
        return False  # most addresses: their key is not needed
    where = (row["city"], row["region"], row["postal"])
    return same_place(home, AddressPlace(address_key_of(address, *where, home.country) or "", *where, home.country))


def _find_rents(tx: Tx, place: RentLocation, among: dict[str, Any], whole_region: bool) -> Iterable[tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}

    def add(rows: Iterable[tuple[Any, ...]]) -> None:
        found.update((row[0], row) for row in rows)

    if np.isfinite(place.latitude) and np.isfinite(place.longitude):
        for km in (2, 5, 15, 25):
            add(store.rents_within(tx, among, _box(place, km)))
            if len(found) >= _ENOUGH:
                break
    if place.area:
        add(store.rents_of_area(tx, among, place.area))
    if place.city_key and place.region:
        add(store.rents_of_city(tx, among, place.city_key, place.region))
    if place.region and (whole_region or len(found) < _ENOUGH):
        add(store.rents_of_region(tx, among, place.region))
    return found.values()


def _box(place: RentLocation, km: float) -> tuple[float, float, float, float]:
    north = km / KM_PER_DEGREE
    east = north / max(0.05, float(np.cos(np.radians(place.latitude))))
    return place.latitude - north, place.latitude + north, place.longitude - east, place.longitude + east


def _columns(rows: list[dict[str, Any]]) -> Rents:
    def numbers(name: str) -> Floats:
        return np.array([row[name] for row in rows], dtype=np.float64)

    return Rents(
        seq=np.array([row["seq"] for row in rows], dtype=np.int64),
        rent=numbers("rent_cents") / 100,
        day=np.array([day_of(date.fromisoformat(row["rent_date"])) for row in rows], dtype=np.int64),
        latitude=numbers("latitude"),
        longitude=numbers("longitude"),
        living_sqft=numbers("living_sqft"),
        beds=numbers("beds"),
        area=tuple(row["area"] for row in rows),
        city=tuple(row["city_key"] for row in rows),
        region=tuple(row["region"] for row in rows),
    )


def _benchmarks(tx: Tx, place: RentLocation, among: dict[str, Any], beds: float) -> list[RentBenchmark]:
    """Return the newest benchmark of each area and source that fits the bedrooms, smallest area first."""
    levels = (
        ("postal", place.area),
        ("city", place.benchmark_key),
        ("region", place.region),
        ("country", place.country),
    )
    found: dict[tuple[str, str], RentBenchmark] = {}
    for level, key in levels:
        rows = store.benchmarks_of(tx, among, level, key) if key else []
        for row in rows:
            named = dict(zip(store.BENCHMARK_COLUMNS, row, strict=True))
            if named["beds"] is None or named["beds"] == beds:
                found.setdefault((level, named["source"]), _benchmark(named))
    return list(found.values())


def _benchmark(row: dict[str, Any]) -> RentBenchmark:
    return RentBenchmark(
        source=row["source"],
        measure=row["measure"],
        place=row["place"],
        beds=row["beds"],
        period=row["period"],
        rent=amount_of(row["rent_cents"]),
    )


# Estimates

NO_SIZE = "neither its living area nor its bedrooms are known, so rents cannot be compared"
NO_RENTS = (
    "no rents are on file for {country}: import some with valhalla market import-rents, or load a benchmark with "
    "valhalla market load-rent-benchmark"
)
NONE_COMPARABLE = (
    "none of the {count:,} nearby rents is comparable (widest search: {criteria}), and no benchmark of its area is "
    "loaded: import rents of the area with valhalla market import-rents"
)
NONE_NEARBY = (
    "none of the {count:,} rents on file for {country} is near it, and no benchmark of its area is loaded: import "
    "rents of the area with valhalla market import-rents"
)


def rent_of(
    place: RentLocation, living_sqft: float, beds: float, found: RentEvidence, as_of: date
) -> RentEstimate | str:
    """Estimate the monthly rent of a property, or return a sentence that explains why it is not possible."""
    if not (np.isfinite(living_sqft) or np.isfinite(beds)):
        return NO_SIZE
    dwelling = Dwelling(place.latitude, place.longitude, living_sqft, beds, place.area, place.city_key, place.region)
    estimated = estimate_rent(dwelling, found.rents, day_of(as_of))
    thin = estimated is None or len(estimated.comps) < MIN_COMPS or estimated.steps > LOCAL
    if thin and found.benchmarks:
        return _with_note(rent_presentation.by_benchmark(found.benchmarks[0], place.currency, as_of, estimated), found)
    if estimated is None:
        missing = NONE_COMPARABLE if found.rows else NONE_NEARBY if found.on_file else NO_RENTS
        return missing.format(country=place.country, count=found.on_file, criteria=STEPS[-1].sentence())
    by_comps = rent_presentation.by_comps(estimated, dwelling, found.rows, place.currency, as_of, found.benchmarks)
    return _with_note(by_comps, found)


def _with_note(estimate: RentEstimate, found: RentEvidence) -> RentEstimate:
    if not found.own:
        return estimate
    what = "1 rent" if found.own == 1 else f"{found.own:,} rents"
    note = f"{what} of the property itself not compared"
    return estimate.model_copy(update={"warnings": [*estimate.warnings, note]})


def rent_level(found: RentEvidence, place: RentLocation, as_of: date) -> tuple[RentLevel, RentLevel] | None:
    """Return the rent per square foot near a place and in its region, or None if too few rents are known."""
    rents = found.rents
    fresh = (rents.day <= day_of(as_of)) & (rents.day > day_of(as_of) - _LEVEL_MONTHS * 30.4)
    fresh &= np.isfinite(rents.living_sqft) & (rents.living_sqft > 0)
    placed, near = _near(place, rents)
    nearby, regional = fresh & placed & near, fresh
    if nearby.sum() < _MIN_OF_LEVEL:
        nearby = fresh & np.array([place.city_key is not None and city == place.city_key for city in rents.city], bool)
    if nearby.sum() < _MIN_OF_LEVEL:
        return None
    return _level(rents, nearby, as_of), _level(rents, regional, as_of)


def _near(place: RentLocation, rents: Rents) -> tuple[Any, Any]:
    north = (rents.latitude - place.latitude) * KM_PER_DEGREE
    east = (rents.longitude - place.longitude) * KM_PER_DEGREE * np.cos(np.radians(place.latitude))
    km = np.hypot(north, east)
    return np.isfinite(km), km <= _LEVEL_KM


def _level(rents: Rents, rows: Any, as_of: date) -> RentLevel:
    per_sqft = rents.rent[rows] / rents.living_sqft[rows]
    days = rents.day[rows]
    source = f"{int(rows.sum())} rents of {date_of(int(days.min()))} to {date_of(int(days.max()))}"
    return RentLevel(per_sqft=round(float(np.median(per_sqft)), 4), rents=int(rows.sum()), source=source)
