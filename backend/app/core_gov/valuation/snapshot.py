"""What every value as of a day rests on, made ready once for a market and a day, and kept in memory."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import Sales
from backend.app.core_gov.market.fingerprint import fingerprint
from backend.app.core_gov.market.indexes.price_index import PriceIndex
from backend.app.core_gov.market.indexes.service import index_of
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.market.schemas import MarketRecord
from backend.app.core_gov.valuation.comps.comparer import Comparer
from backend.app.core_gov.valuation.comps.rates import estimate_rates
from backend.app.core_gov.valuation.model.training import MOST_SALES
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.service import model_for
from backend.app.kit.db import Database

KEPT = 6
"""So many days of value are kept ready; the one that was not asked for longest goes."""

KEPT_VALUERS = 3

MOST_HEARD = MOST_SALES
"""Of more sales, a valuer hears so many of the latest before the day of value: as many as a model learns from.

A valuer of a million sales would take minutes and gigabytes, and every value a fifth of a second.
"""


@dataclass(frozen=True)
class Basis:
    """A market as it could be known on the morning of a day."""

    market: MarketRecord
    as_of: int
    revision: int
    sales: Sales
    index: PriceIndex
    comparer: Comparer

    @cached_property
    def fingerprint(self) -> str:
        """The digest of the sales that had closed before the day."""
        return fingerprint(self.sales.known_before(self.as_of))


class Bases:
    """One for each database, made by `Database.beside`; used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._kept: OrderedDict[tuple[str, int], Basis] = OrderedDict()

    def get(self, db: Database, name: str, as_of: int) -> Basis:
        found = self._known(db, name, as_of)
        if found is not None:
            return found
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with making:
            found = self._known(db, name, as_of)
            return found if found is not None else self._made(db, name, as_of)

    def _known(self, db: Database, name: str, as_of: int) -> Basis | None:
        """What is ready, if nothing that it rests on has changed; asking for it waits for no other day's."""
        record = db.snapshot_now(markets.get_market, name)
        with self._lock:
            found = self._kept.get((name, as_of))
        if found is None or record.index_series != found.market.index_series:
            return None
        shelved = sales_of(db, name)
        if found.revision != shelved.revision:
            return None
        if record.index_series is not None and index_of(db, name, as_of, shelved) is not found.index:
            return None
        self._keep((name, as_of), found)
        return found

    def _made(self, db: Database, name: str, as_of: int) -> Basis:
        record, shelved = db.snapshot_now(markets.get_market, name), sales_of(db, name)
        index = index_of(db, name, as_of, shelved)
        comparer = Comparer(shelved.sales, estimate_rates(shelved.sales, as_of, index), index, as_of)
        made = Basis(record, as_of, shelved.revision, shelved.sales, index, comparer)
        self._keep((name, as_of), made)
        return made

    def _keep(self, key: tuple[str, int], basis: Basis) -> None:
        with self._lock:
            self._kept[key] = basis
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def basis_of(db: Database, market: str, as_of: int) -> Basis:
    """What values of a market as of a day rest on; raises NotFound for the market."""
    return db.beside(Bases).get(db, market, as_of)


def heard(sales: Sales, as_of: int) -> Sales:
    """The sales that a valuer for a day is made from: all of them, or of a large market the latest known then."""
    if len(sales) <= MOST_HEARD:
        return sales
    rows = np.flatnonzero(sales.usable & (sales.price > 0) & (sales.close_day < as_of))
    rows = rows[np.lexsort((sales.seq[rows], sales.close_day[rows]))]
    return sales.take(np.sort(rows[-MOST_HEARD:]))


ValuerKey = tuple[str, int, str | None, int | None]


class Valuers:
    """The last valuers, by market, revision of its sales, model and, in a large market, day; one for each database."""

    def __init__(self) -> None:
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[ValuerKey, Valuer] = OrderedDict()

    def get(self, db: Database, basis: Basis) -> tuple[Card | None, Valuer]:
        found = model_for(db, basis.market.name, basis.as_of)
        card, model = found or (None, None)
        day = basis.as_of if len(basis.sales) > MOST_HEARD else None
        key = basis.market.name, basis.revision, card.id if card else None, day
        valuer = self._known(key)
        if valuer is None:
            with self._making:  # one after the other: it takes a second or so, and memory
                valuer = self._known(key) or self._keep(key, Valuer(model, heard(basis.sales, basis.as_of)))
        return card, valuer

    def _known(self, key: ValuerKey) -> Valuer | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: ValuerKey, made: Valuer) -> Valuer:
        """Keeps a valuer; those of the same market's earlier sales go."""
        with self._lock:
            for old in [old for old in self._kept if old[0] == key[0] and old[1] != key[1]]:
                del self._kept[old]
            self._kept[key] = made
            while len(self._kept) > KEPT_VALUERS:
                self._kept.popitem(last=False)
        return made


def valuer_of(db: Database, basis: Basis) -> tuple[Card | None, Valuer]:
    """What values homes by the sales of a basis, with the model for its day; without one, comparable sales alone."""
    return db.beside(Valuers).get(db, basis)
