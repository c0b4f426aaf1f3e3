"""Choice of the market whose sales a property is compared with: the named one, else the nearest."""

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
from backend.app.kit.text import list_names

NEAR_KM = 100.0
"""Maximum distance in kilometers from a property to the nearest sale of a market that is chosen automatically."""

_PARTS = 100
"""Grid cells per degree. The locations of a market's sales are rounded to about a kilometer."""

_NAMED = 5


@dataclass(frozen=True, slots=True)
class MarketChoice:
    """The chosen market, or None and a sentence that tells the user what to do."""

    market: str | None
    why_none: str = ""


def choose_market(db: Database, fields: dict[str, Any], wanted: str | None = None) -> MarketChoice:
    """Choose the requested market, else the property's own, else the one in its country with the nearest sale.

    Raises NotFound if the requested market does not exist, BadInput if it is in another country, and Conflict if the
    property's own market is in another country.
    """
    known = {record.name: record for record in db.snapshot_now(markets.every_market)}
    own = fields.get("market")
    if wanted is not None:
        record = known.get(wanted) or db.snapshot_now(markets.get_market, wanted)
        _check_country(record, fields["country"])
        return MarketChoice(wanted)
    if own is None:
        return _nearest(db, known, fields)
    if own not in known:
        load = f"valhalla market import-sales FILE --market {own} --profile PROFILE"
        how = f"`{load}` loads its sales, or PATCH the property's market"
        return MarketChoice(None, f"the property's market {own} is not on file: {how}")
    if known[own].country != fields["country"]:
        raise Conflict(f"the property's market {own} is in {known[own].country}, the property in {fields['country']}")
    return MarketChoice(own)


def _check_country(record: MarketRecord, country: str) -> None:
    if record.country != country:
        raise BadInput.field("market", f"the market {record.name} is in {record.country}, the property in {country}")


def _nearest(db: Database, known: dict[str, MarketRecord], fields: dict[str, Any]) -> MarketChoice:
    here = sorted(name for name, record in known.items() if record.country == fields["country"])
    if not here:
        others = f"no market in {fields['country']} is on file, only {list_names(sorted(known), _NAMED)}: "
        return MarketChoice(None, others + NO_SALES.partition(": ")[2] if known else NO_SALES)
    subject = subject_of(fields).subject
    cached = {name: sales_of(db, name) for name in here}
    points = {name: db.cached(_MarketPlaces).of(name, cached[name]) for name in here}
    placed = bool(np.isfinite(subject.latitude) and np.isfinite(subject.longitude))
    if placed:
        away = {name: _km_away(points[name], subject) for name in here}
        nearest = min(here, key=away.__getitem__)
        if away[nearest] <= NEAR_KM:
            return MarketChoice(nearest)
    unknown = [name for name in here if not (placed and len(points[name]))]
    of_area = [name for name in unknown if cached[name].sales.areas.of(subject.area) != UNKNOWN]
    if of_area or unknown == here[:1] == here:
        return MarketChoice((of_area or unknown)[0])
    return MarketChoice(None, _none_near(here) if placed else _nowhere(here))


def _none_near(names: list[str]) -> str:
    return (
        f"no sale of the markets on file ({list_names(names, _NAMED)}) is within {NEAR_KM:g} km of the property: "
        "name its market, or load sales from there with `valhalla market import-sales`"
    )


def _nowhere(names: list[str]) -> str:
    return (
        f"where the property lies is not known, so none of the markets on file ({list_names(names, _NAMED)}) can be "
        "chosen for it: give it coordinates, a postal code or a market"
    )


@dataclass(slots=True)
class _MarketPlaces:
    """Cache of the sale locations of each market, by data revision."""

    by_market: dict[str, tuple[int, Floats]] = field(default_factory=dict)

    def of(self, name: str, cached: CachedSales) -> Floats:
        found = self.by_market.get(name)
        if found is None or found[0] != cached.revision:
            found = self.by_market[name] = cached.revision, _places(cached)
        return found[1]


def _places(cached: CachedSales) -> Floats:
    """Return the distinct latitudes and longitudes, rounded to a hundredth of a degree; shape (n, 2)."""
    points = np.stack([cached.sales.latitude, cached.sales.longitude], axis=-1)
    cells = np.round(points[np.isfinite(points).all(axis=1)] * _PARTS).astype(np.int64)
    wide = 1000 * _PARTS
    codes = np.unique(cells[:, 0] * wide + (cells[:, 1] + wide // 2))
    return np.stack([codes // wide, codes % wide - wide // 2], axis=-1) / _PARTS


def _km_away(points: Floats, subject: Subject) -> float:
    east = (points[:, 1] - subject.longitude) * np.cos(np.radians(subject.latitude))
    away = np.hypot(points[:, 0] - subject.latitude, east)
    return float(away.min(initial=np.inf)) * KM_PER_DEGREE
