"""The sales of each market, kept in memory as columns and brought up to date when they are asked for.

Everything that compares or models works on these columns. They follow the database by its revisions, so that a
process sees what another one imported, at the cost of reading what changed.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backend.app.core_gov.market import store
from backend.app.core_gov.market.columns import FEATURES, Codes, Ints, Sales
from backend.app.kit.db import Database

_TEXTS = ("property_type", "parcel", "area")
_CODES = {"property_type": "types", "parcel": "parcels", "area": "areas"}


@dataclass(frozen=True, slots=True)
class Shelved:
    """A market's sales as of a revision."""

    revision: int
    sales: Sales


class Shelf:
    """One for each database, made by `Database.beside`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._markets: dict[str, Shelved] = {}

    def sales(self, db: Database, market: str) -> Shelved:
        """The sales of a market as the database has them now, the oldest first; none for a market without any."""
        with self._lock:
            loading = self._loading.setdefault(market, threading.Lock())
        with loading:
            known = self._markets.get(market) or Shelved(0, _columns([]))
            with db.moment() as moment:
                newest = store.revision(moment, market)
                if newest == known.revision:
                    return known
                changed = _columns(store.changed_since(moment, market, known.revision))
            found = self._markets[market] = Shelved(newest, _merged(known.sales, changed))
            return found


def sales_of(db: Database, market: str) -> Shelved:
    return db.beside(Shelf).sales(db, market)


def _columns(chunks: Iterable[list[tuple[Any, ...]]]) -> Sales:
    """Rows of the store as columns; a sale that was removed has no price."""
    parts = [_part(rows) for rows in chunks]
    if not parts:
        return _assembled({name: [np.empty(0)] for name in _NAMES})
    return _assembled({name: [part[name] for part in parts] for name in _NAMES})


_NAMES = ("seq", "price", "day", "close_day", "usable", *FEATURES, *_TEXTS)


def _part(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    raw = dict(zip(store.COLUMNS, zip(*rows, strict=True), strict=True))
    close = np.array(raw["close_date"], dtype="datetime64[D]").astype(np.int64)
    contract = np.array([text or "NaT" for text in raw["contract_date"]], dtype="datetime64[D]")
    known = ~np.isnat(contract)
    kept = np.array([reason is None for reason in raw["removed"]])
    return {
        "seq": np.array(raw["seq"], dtype=np.int64),
        "price": np.where(kept, np.array(raw["price_cents"], dtype=np.float64) / 100, np.nan),
        "day": np.where(known, contract.astype(np.int64), close),
        "close_day": close,
        "usable": np.array(raw["usable"], dtype=bool),
        **{name: np.array(raw[name], dtype=np.float64) for name in FEATURES},
        **{name: np.array(raw[name], dtype=object) for name in _TEXTS},
    }


def _assembled(parts: dict[str, list[Any]]) -> Sales:
    whole = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    fields: dict[str, Any] = {name: whole[name].astype(np.float64) for name in ("price", *FEATURES)}
    fields |= {name: whole[name].astype(np.int64) for name in ("seq", "day", "close_day")}
    fields["usable"] = whole["usable"].astype(bool)
    for name in _TEXTS:
        fields[name], fields[_CODES[name]] = _coded(whole[name])
    return Sales(**fields)


def _coded(texts: Any) -> tuple[Ints, Codes]:
    """Texts as numbers, in the order of the alphabet."""
    names = sorted({text for text in texts if text is not None})
    codes = {name: code for code, name in enumerate(names)} | {None: -1}
    return np.array([codes[text] for text in texts], dtype=np.int64), Codes(tuple(names))


def _merged(known: Sales, changed: Sales) -> Sales:
    """What was known with what changed in its place; ordered by the day of closing, then by number."""
    kept = known.take(~np.isin(known.seq, changed.seq))
    fields: dict[str, Any] = {
        name: np.concatenate([getattr(kept, name), getattr(changed, name)])
        for name in ("seq", "price", "day", "close_day", "usable", *FEATURES)
    }
    for name in _TEXTS:
        fields[name], fields[_CODES[name]] = _joined(kept, changed, name)
    whole = Sales(**fields)
    whole = whole.take(np.isfinite(whole.price))
    return whole.take(np.lexsort((whole.seq, whole.close_day)))


def _joined(kept: Sales, changed: Sales, name: str) -> tuple[Ints, Codes]:
    before: Codes = getattr(kept, _CODES[name])
    new: Codes = getattr(changed, _CODES[name])
    names = sorted({*before.names, *new.names})
    place = {text: code for code, text in enumerate(names)}

    def translated(codes: Codes, values: Ints) -> Ints:
        table = np.array([place[text] for text in codes.names] + [-1], dtype=np.int64)  # -1 finds the last
        return table[values]

    return np.concatenate([translated(before, getattr(kept, name)), translated(new, getattr(changed, name))]), Codes(
        tuple(names)
    )
