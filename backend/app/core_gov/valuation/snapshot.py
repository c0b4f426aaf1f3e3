"""In-memory cache of what every value as of a day needs: sales, index, comparer and valuer of a market."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import Sales
from backend.app.core_gov.market.indexes.price_index import PriceIndex
from backend.app.core_gov.market.indexes.service import index_of
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.core_gov.market.schemas import MarketRecord
from backend.app.core_gov.valuation.comps.comparer import Comparer
from backend.app.core_gov.valuation.comps.rates import estimate_rates
from backend.app.core_gov.valuation.model.training import MAX_SALES
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.service import model_for
from backend.app.kit.db import Database

MAX_SNAPSHOTS = 6
"""Number of cached snapshots; the least recently used is evicted."""

MAX_VALUERS = 3

MAX_SALES_USED = MAX_SALES
"""Maximum number of sales that a valuer uses, the latest before the as-of date: the same as for a model.

A valuer of a million sales would take minutes and gigabytes to build, and each value a fifth of a second.
"""


@dataclass(frozen=True)
class MarketSnapshot:
    """Everything known of a market on the morning of a day."""

    market: MarketRecord
    as_of: int
    cached: CachedSales
    index: PriceIndex
    comparer: Comparer

    @property
    def revision(self) -> int:
        """Revision of the sales."""
        return self.cached.revision

    @property
    def sales(self) -> Sales:
        """Sales of the market, also those that closed later."""
        return self.cached.sales

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the sales that closed before the day."""
        return self.cached.fingerprint_before(self.as_of)


class MarketSnapshots:
    """Thread-safe cache of snapshots, one for each database, created by `Database.cached`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._building: dict[str, threading.Lock] = {}
        self._cache: OrderedDict[tuple[str, int], MarketSnapshot] = OrderedDict()

    def get(self, db: Database, name: str, as_of: int) -> MarketSnapshot:
        found = self._cached(db, name, as_of)
        if found is not None:
            return found
        with self._lock:
            building = self._building.setdefault(name, threading.Lock())
        with building:
            found = self._cached(db, name, as_of)
            return found if found is not None else self._build(db, name, as_of)

    def _cached(self, db: Database, name: str, as_of: int) -> MarketSnapshot | None:
        """Return the cached snapshot if its inputs have not changed, without waiting for another day's build."""
        record = db.snapshot_now(markets.get_market, name)
        with self._lock:
            found = self._cache.get((name, as_of))
        if found is None or record.index_series != found.market.index_series:
            return None
        cached = sales_of(db, name)
        if found.revision != cached.revision:
            return None
        if record.index_series is not None and index_of(db, name, as_of, cached) is not found.index:
            return None
        self._put((name, as_of), found)
        return found

    def _build(self, db: Database, name: str, as_of: int) -> MarketSnapshot:
        record, cached = db.snapshot_now(markets.get_market, name), sales_of(db, name)
        index = index_of(db, name, as_of, cached)
        comparer = Comparer(cached.sales, estimate_rates(cached.sales, as_of, index), index, as_of)
        built = MarketSnapshot(record, as_of, cached, index, comparer)
        self._put((name, as_of), built)
        return built

    def _put(self, key: tuple[str, int], snapshot: MarketSnapshot) -> None:
        with self._lock:
            self._cache[key] = snapshot
            self._cache.move_to_end(key)
            while len(self._cache) > MAX_SNAPSHOTS:
                self._cache.popitem(last=False)


def snapshot_of(db: Database, market: str, as_of: int) -> MarketSnapshot:
    """Return the snapshot of a market as of a day. Raises NotFound if the market does not exist."""
    return db.cached(MarketSnapshots).get(db, market, as_of)


def latest_sales(sales: Sales, as_of: int) -> Sales:
    """Return the sales to build a valuer from: all, or the latest before the day in a large market."""
    if len(sales) <= MAX_SALES_USED:
        return sales
    rows = np.flatnonzero(sales.usable & (sales.price > 0) & (sales.close_day < as_of))
    rows = rows[np.lexsort((sales.seq[rows], sales.close_day[rows]))]
    return sales.take(np.sort(rows[-MAX_SALES_USED:]))


ValuerKey = tuple[str, int, str | None, int | None]


class Valuers:
    """Cache of valuers, one for each database, keyed by market, revision, model and, in a large market, day."""

    def __init__(self) -> None:
        self._lock, self._building = threading.Lock(), threading.Lock()
        self._cache: OrderedDict[ValuerKey, Valuer] = OrderedDict()

    def get(self, db: Database, snapshot: MarketSnapshot) -> tuple[Card | None, Valuer]:
        found = model_for(db, snapshot.market.name, snapshot.as_of)
        card, model = found or (None, None)
        day = snapshot.as_of if len(snapshot.sales) > MAX_SALES_USED else None
        key = snapshot.market.name, snapshot.revision, card.id if card else None, day
        valuer = self._cached(key)
        if valuer is None:
            with self._building:  # one at a time: it takes about a second, and memory
                valuer = self._cached(key) or self._put(
                    key, Valuer(model, latest_sales(snapshot.sales, snapshot.as_of))
                )
        return card, valuer

    def _cached(self, key: ValuerKey) -> Valuer | None:
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
            return self._cache.get(key)

    def _put(self, key: ValuerKey, built: Valuer) -> Valuer:
        """Cache a valuer and evict those of earlier revisions of the market."""
        with self._lock:
            for key_of_old in [
                key_of_old for key_of_old in self._cache if key_of_old[0] == key[0] and key_of_old[1] != key[1]
            ]:
                del self._cache[key_of_old]
            self._cache[key] = built
            while len(self._cache) > MAX_VALUERS:
                self._cache.popitem(last=False)
        return built


def valuer_of(db: Database, snapshot: MarketSnapshot) -> tuple[Card | None, Valuer]:
    """Return the valuer of a snapshot and its model's card; without a model, it uses comparable sales alone."""
    return db.cached(Valuers).get(db, snapshot)
