"""What every value as of a day rests on, made ready once for a market and a day, and kept in memory."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import Sales
from backend.app.core_gov.market.indexes.service import index_of
from backend.app.core_gov.market.price_index import PriceIndex
from backend.app.core_gov.market.schemas import MarketRecord
from backend.app.core_gov.market.shelf import sales_of
from backend.app.core_gov.valuation.card import Card
from backend.app.core_gov.valuation.comps import Comparer
from backend.app.core_gov.valuation.fingerprint import fingerprint
from backend.app.core_gov.valuation.rates import estimate_rates
from backend.app.core_gov.valuation.reconcile import Valuer
from backend.app.core_gov.valuation.service import model_for
from backend.app.kit.db import Database

KEPT = 6
"""So many days of value are kept ready; the one that was not asked for longest goes."""


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
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with making:
            record = db.snapshot_now(markets.get_market, name)
            shelved = sales_of(db, name)
            index = index_of(db, name, as_of, shelved)
            found = self._kept.get((name, as_of))
            if found is None or found.revision != shelved.revision or found.index is not index:
                rates = estimate_rates(shelved.sales, as_of, index)
                comparer = Comparer(shelved.sales, rates, index, as_of)
                found = Basis(record, as_of, shelved.revision, shelved.sales, index, comparer)
            self._keep((name, as_of), found)
            return found

    def _keep(self, key: tuple[str, int], basis: Basis) -> None:
        with self._lock:
            self._kept[key] = basis
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def basis_of(db: Database, market: str, as_of: int) -> Basis:
    """What values of a market as of a day rest on; raises NotFound for the market."""
    return db.beside(Bases).get(db, market, as_of)


@dataclass(frozen=True)
class _Made:
    """A valuer, and what it was made from."""

    revision: int
    model_id: str | None
    valuer: Valuer


class Valuers:
    """The last valuer of each market; one for each database, made by `Database.beside`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._made: dict[str, _Made] = {}

    def get(self, db: Database, name: str, as_of: int) -> tuple[Card | None, Valuer]:
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with making:
            found = model_for(db, name, as_of)
            card, model = found or (None, None)
            shelved = sales_of(db, name)
            model_id = card.id if card else None
            made = self._made.get(name)
            if made is None or (made.revision, made.model_id) != (shelved.revision, model_id):
                made = self._made[name] = _Made(shelved.revision, model_id, Valuer(model, shelved.sales))
            return card, made.valuer


def valuer_of(db: Database, market: str, as_of: int) -> tuple[Card | None, Valuer]:
    """What values homes of a market as of a day, with the model for it; without one, comparable sales alone speak."""
    return db.beside(Valuers).get(db, market, as_of)
