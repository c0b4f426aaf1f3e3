"""Choice of the market whose sales a property is compared with: the named one, else the nearest."""

import shlex
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import UNKNOWN, Subject
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.core_gov.market.schemas import MarketRecord
from backend.app.core_gov.property.schemas import NO_SALES
from backend.app.core_gov.property.subject import subject_of
from backend.app.kit.arrays import Floats
from backend.app.kit.db import Database
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.text import list_names, match_key

NEAR_KM = 100.0
"""Maximum distance in kilometers from a property to the nearest sale of a market that is chosen automatically."""

_CELLS_PER_DEGREE = 100
"""Grid cells per degree. The locations of a market's sales are rounded to about a kilometer."""

_BAND = 0.02
"""Degrees of latitude on both sides of a property within which the nearest sale is usually found."""

_NAMED = 5


@dataclass(frozen=True, slots=True)
class MarketChoice:
    """The chosen market, or None and a sentence that tells the user what to do."""

    market: str | None
    reason: str = ""


def choose_market(db: Database, fields: dict[str, Any], requested: str | None = None) -> MarketChoice:
    """Choose the market of one property as `MarketChoices.choose` does."""
    return MarketChoices(db).choose(fields, requested)


class MarketChoices:
    """Choice of markets for properties by the markets on file, which are read once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known = {record.name: record for record in db.snapshot_now(markets.every_market)}
        self._sales: dict[str, CachedSales] = {}

    def choose(self, fields: dict[str, Any], requested: str | None = None) -> MarketChoice:
        """Choose the requested market, else the property's own, else the one in its country with the nearest sale.

        Raises NotFound if the requested market does not exist, BadInput if it is in another country, and Conflict if
        the property's own market is in another country.
        """
        known, own = self._known, fields.get("market")
        if requested is not None:
            requested = _on_file(known, requested)
            record = known.get(requested) or self._db.snapshot_now(markets.get_market, requested)
            _check_country(record, fields["country"])
            return MarketChoice(requested)
        if own is None:
            return self._nearest(fields)
        own = _on_file(known, own)
        if own not in known:
            command = f"valhalla market import-sales FILE --market {shlex.quote(own)} --profile PROFILE"
            fix = f"`{command}` loads its sales, or PATCH the property's market"
            return MarketChoice(None, f"the property's market {own} is not on file: {fix}")
        if known[own].country != fields["country"]:
            raise Conflict(
                f"the property's market {own} is in {known[own].country}, the property in {fields['country']}"
            )
        return MarketChoice(own)

    def _nearest(self, fields: dict[str, Any]) -> MarketChoice:
        known = self._known
        candidates = sorted(name for name, record in known.items() if record.country == fields["country"])
        if not candidates:
            others = f"no market in {fields['country']} is on file, only {list_names(sorted(known), _NAMED)}: "
            return MarketChoice(None, others + NO_SALES.partition(": ")[2] if known else NO_SALES)
        subject = subject_of(fields).subject
        cached = {name: self._sales_of(name) for name in candidates}
        locations = {name: self._db.cached(_SaleLocations).of(name, cached[name]) for name in candidates}
        has_location = bool(np.isfinite(subject.latitude) and np.isfinite(subject.longitude))
        if has_location:
            distance_km = {name: _km_away(locations[name], subject) for name in candidates}
            nearest = min(candidates, key=distance_km.__getitem__)
            if distance_km[nearest] <= NEAR_KM:
                return MarketChoice(nearest)
        without_locations = [name for name in candidates if not (has_location and locations[name].size)]
        with_area = [name for name in without_locations if cached[name].sales.areas.of(subject.area) != UNKNOWN]
        if with_area or without_locations == candidates[:1] == candidates:
            return MarketChoice((with_area or without_locations)[0])
        return MarketChoice(None, _none_near(candidates) if has_location else _no_location(candidates))

    def _sales_of(self, name: str) -> CachedSales:
        if name not in self._sales:
            self._sales[name] = sales_of(self._db, name)
        return self._sales[name]


def _on_file(known: Container[str], typed: str) -> str:
    """Return the name of the market on file that the typed name means: `King County ` is king-county."""
    name = match_key(typed).replace(" ", "-")
    return name if typed not in known and name in known else typed


def _check_country(record: MarketRecord, country: str) -> None:
    if record.country != country:
        raise BadInput.field("market", f"the market {record.name} is in {record.country}, the property in {country}")


def _none_near(names: list[str]) -> str:
    return (
        f"no sale of the markets on file ({list_names(names, _NAMED)}) is within {NEAR_KM:g} km of the property: "
        "name its market, or load sales from there with `valhalla market import-sales`"
    )


def _no_location(names: list[str]) -> str:
    return (
        f"the location of the property is unknown, so none of the markets on file ({list_names(names, _NAMED)}) can be "
        "chosen for it: give it coordinates, a postal code or a market"
    )


@dataclass(slots=True)
class _SaleLocations:
    """Cache of the sale locations of each market, by data revision."""

    by_market: dict[str, tuple[int, Floats]] = field(default_factory=dict)

    def of(self, name: str, cached: CachedSales) -> Floats:
        found = self.by_market.get(name)
        if found is None or found[0] != cached.revision:
            found = self.by_market[name] = cached.revision, _grid_locations(cached)
        return found[1]


def _grid_locations(cached: CachedSales) -> Floats:
    """Return the distinct latitudes, in order, and longitudes, rounded to a hundredth of a degree; shape (2, n)."""
    locations = np.stack([cached.sales.latitude, cached.sales.longitude], axis=-1)
    cells = np.round(locations[np.isfinite(locations).all(axis=1)] * _CELLS_PER_DEGREE).astype(np.int64)
    wide = 1000 * _CELLS_PER_DEGREE
    codes = np.unique(cells[:, 0] * wide + (cells[:, 1] + wide // 2))
    return np.stack([codes // wide, codes % wide - wide // 2]) / _CELLS_PER_DEGREE


def _km_away(locations: Floats, subject: Subject) -> float:
    """Return the distance to the nearest location."""
    start, stop = np.searchsorted(locations[0], [subject.latitude - _BAND, subject.latitude + _BAND])
    degrees = _degrees_away(locations[:, start:stop], subject)
    if degrees > _BAND:  # a location outside the band may be nearer
        degrees = _degrees_away(locations, subject)
    return degrees * KM_PER_DEGREE


def _degrees_away(locations: Floats, subject: Subject) -> float:
    east = (locations[1] - subject.longitude) * np.cos(np.radians(subject.latitude))
    return float(np.hypot(locations[0] - subject.latitude, east).min(initial=np.inf))
