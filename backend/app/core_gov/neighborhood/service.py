"""Service of place factors and neighborhood ratings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.rated_factors import CRIME, LOADED, WEIGHTS
from backend.app.core_gov.neighborhood import store
from backend.app.core_gov.neighborhood.rating import MIN_FACTORS, MIN_SHARE, Factor, Rating, RatingPart, rate
from backend.app.core_gov.neighborhood.schemas import RatedFactor
from backend.app.kit.data_files.import_rows import KeyedRow
from backend.app.kit.data_files.source_rows import UpsertCounts
from backend.app.kit.db import Tx
from backend.app.kit.text import word_key


def upsert_factors(tx: Tx, rows: Sequence[KeyedRow], source: str, facts: Mapping[str, Any]) -> UpsertCounts:
    """Insert or update the factors of a source, with one audit event for the counts."""
    counts = store.factors.upsert(tx, source, rows)
    if counts.stored or counts.updated:
        act = {"source": source, "stored": counts.stored, "updated": counts.updated, **facts}
        audit.record_act(tx, "place_factors.loaded", None, None, act)
    return counts


# Loaded factors


def city_key(city: str, region: str) -> str:
    """Return the normalized key of a city."""
    return f"{word_key(city)}|{region}"


@dataclass(frozen=True, slots=True)
class RatedLocation:
    """Location of a property; `places` are the (level, key) pairs of the areas that contain it, smallest first."""

    country: str
    latitude: float
    longitude: float
    places: tuple[tuple[str, str], ...]


def loaded_factors(tx: Tx, place: RatedLocation, as_of: date, crime: bool) -> list[Factor]:
    """Return the loaded factors of a place as of a day: from the nearest point in reach, else the smallest area."""
    found: dict[str, dict[str, Any]] = {}
    for row in _rows(tx, place, as_of.isoformat()):
        found.setdefault(row["factor"], row)
    return [_loaded(name, found.get(name), crime) for name in LOADED]


def _rows(tx: Tx, place: RatedLocation, day: str) -> Iterable[dict[str, Any]]:
    yield from _points(tx, place, day)
    for level, key in place.places:
        for row in store.factors_of(tx, place.country, day, level, key):
            yield dict(zip(store.COLUMNS, row, strict=True))


def _points(tx: Tx, place: RatedLocation, day: str) -> list[dict[str, Any]]:
    """Return the points whose radius reaches the place, nearest first, then newest first."""
    if not (np.isfinite(place.latitude) and np.isfinite(place.longitude)):
        return []
    north = store.MAX_RADIUS_KM / KM_PER_DEGREE
    narrow = max(0.05, float(np.cos(np.radians(place.latitude))))
    box = (
        place.latitude - north,
        place.latitude + north,
        place.longitude - north / narrow,
        place.longitude + north / narrow,
    )
    rows = [dict(zip(store.COLUMNS, row, strict=True)) for row in store.points_within(tx, place.country, day, box)]
    for row in rows:
        up, along = row["latitude"] - place.latitude, (row["longitude"] - place.longitude) * narrow
        row["km"] = float(np.hypot(up, along)) * KM_PER_DEGREE
    reaching = [row for row in rows if row["km"] <= row["radius_km"]]
    return sorted(reaching, key=lambda row: (round(row["km"], 3), _newest_first(row["as_of"]), row["seq"]))


def _newest_first(day: str) -> int:
    return -date.fromisoformat(day).toordinal()


def _loaded(name: str, row: dict[str, Any] | None, crime: bool) -> Factor:
    if name == CRIME and not crime:
        off = "off: it counts only if loaded and if neighborhood_crime of the market is true"
        return Factor(name, reason=off)
    if row is None:
        return Factor(name, reason="nothing is loaded for its place: load it with valhalla market load-factors")
    score = 100 * (row["value"] - row["worst"]) / (row["best"] - row["worst"])
    where = f"within {row['km']:.1f} km" if row["level"] == "point" else f"{row['place']} ({row['level']})"
    return Factor(
        name,
        round(min(100.0, max(0.0, score)), 1),
        row["value"],
        row["unit"],
        row["source"],
        f"as of {row['as_of']}, {where}",
        f"on its own scale, from {row['worst']:g} (0) to {row['best']:g} (100); not relative to the market",
    )


# Rent yield


@dataclass(frozen=True, slots=True)
class Yields:
    """Rent and price per square foot of the place and of its market; `source` names the rents."""

    rent: float
    price: float
    market_rent: float
    market_price: float
    source: str


def rent_yield(yields: Yields | str, window: str) -> Factor:
    """Score the annual rent as a share of the price, relative to the market. A text is the reason for no score."""
    if isinstance(yields, str):
        return Factor("rent_yield", reason=yields)
    here, market = 12 * yields.rent / yields.price, 12 * yields.market_rent / yields.market_price
    score = 50 + 50 * float(np.log2(here / market))
    return Factor(
        "rent_yield",
        round(min(100.0, max(0.0, score)), 1),
        round(100 * here, 2),
        "% a year, gross",
        yields.source,
        window,
        f"50 is the yield of the market ({100 * market:.2f} %), 0 half of it and 100 twice as much, by its logarithm",
    )


# Rating


def rated(factors: Sequence[Factor], weights: Mapping[str, float]) -> Rating:
    """Rate factors by the weights of a market, or by the default weights if it has none."""
    by_name = {factor.name: factor for factor in factors}
    return rate([by_name[name] for name in WEIGHTS], _weights(weights, by_name))


def _weights(weights: Mapping[str, float], factors: Mapping[str, Factor]) -> dict[str, float]:
    found = dict(weights or WEIGHTS)
    if (factors[CRIME].reason or "").startswith("off"):
        found[CRIME] = 0
    return found


def note_of(rating: Rating, as_of: date) -> str:
    """Return the rating as a sentence."""
    known = f"{rating.counted} factors with {100 * rating.known_share:.0f} % of the weights are known"
    if rating.score is None:
        needed = f"{MIN_FACTORS} factors with {100 * MIN_SHARE:.0f} % of the weights are needed"
        return f"there is no score: {known} on {as_of}, and {needed}"
    return f"computed as of {as_of}: {known}; their weights are scaled to add up to 1"


def shown_part(part: RatingPart) -> RatedFactor:
    factor = part.factor
    return RatedFactor(
        name=factor.name,
        available=part.contribution is not None,
        reason=factor.reason or (None if part.contribution is not None else _unused(part)),
        value=factor.value,
        unit=factor.unit,
        source=factor.source,
        window=factor.window,
        score=factor.score,
        scaling=factor.scaling,
        weight=part.weight,
        share=part.share,
        contribution=part.contribution,
    )


def _unused(part: RatingPart) -> str:
    return "its weight is 0" if not part.weight else "too few factors are known for a score"
