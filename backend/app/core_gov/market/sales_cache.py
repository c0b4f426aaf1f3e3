"""Cache of the sales of each market as columns in memory, updated on access.

All comparisons and models use these columns. The cache follows the database by its revisions, so a process sees what
another one imported, and reads only what changed. A new process begins with the file that another one wrote
(`column_folder`).
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from backend.app.core_gov.market import store
from backend.app.core_gov.market.column_file import decode, encode
from backend.app.core_gov.market.column_folder import ColumnFolder, FileFacts, NotReadable, read_header
from backend.app.core_gov.market.columns import TEXTS, TYPES, UNKNOWN, Codes, ExtraColumns, Sales, day_of
from backend.app.core_gov.market.fingerprint import fingerprint
from backend.app.core_gov.market.parcels import ParcelCodes, first_days
from backend.app.core_gov.market.property_types import TypeCodes
from backend.app.core_gov.market.sorted_texts import SortedTexts
from backend.app.core_gov.market.source_rows.extra_columns import changed_columns
from backend.app.kit.arrays import Bools, Ints
from backend.app.kit.db import Database, ReadSnapshot

KEPT_FROM = 5_000
"""Number of sales from which the columns are kept in a file: fewer are read in some hundredths of a second."""

REWRITTEN_FROM = 0.02
"""Share of the sales that must have changed for the file to be written again."""


@dataclass(frozen=True)
class CachedSales:
    """Sales of a market as of a revision. `known_fingerprint` is that of all, if it was computed before."""

    revision: int
    sales: Sales
    known_fingerprint: str | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Fingerprint of all sales."""
        return self.known_fingerprint or fingerprint(self.sales)

    def fingerprint_before(self, day: int) -> str:
        """Return the fingerprint of the sales that closed before a day."""
        known = self.sales.known_before(day)
        return self.fingerprint if known is self.sales else fingerprint(known)


class SalesCache:
    """Thread-safe cache of sales, one for each database, created by `Database.cached`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._markets: dict[str, CachedSales] = {}
        self._not_in_file: dict[str, int] = {}

    def sales(self, db: Database, market: str) -> CachedSales:
        """Return the sales of a market as they are in the database now, oldest first; empty if there are none."""
        with self._lock:
            loading = self._loading.setdefault(market, threading.Lock())
        with loading:
            known, folder = self._markets.get(market), db.cached(ColumnFolder)
            with db.open_snapshot() as snapshot:
                newest = store.revision(snapshot, market)
                if known is not None and newest == known.revision:
                    return known
                facts = FileFacts.of(snapshot, market, newest) if folder.path is not None else None
                if known is None:
                    known = (facts and _in_file(snapshot, folder, market)) or CachedSales(
                        0, _Changed().merged_into(None, None)
                    )
                changed = _Changed.of(store.changed_since(snapshot, market, known.revision))
                if newest != known.revision:
                    extra = changed_columns(snapshot, market, known.sales.extra, known.revision)
                    known = CachedSales(newest, changed.merged_into(known.sales if known.revision else None, extra))
            self._markets[market] = known
            if facts is not None:
                self._keep(folder, facts, known, changed)
            return known

    def _keep(self, folder: ColumnFolder, facts: FileFacts, cached: CachedSales, changed: "_Changed") -> None:
        """Write the file of a market if too many of its sales have changed since, or one of them was removed."""
        missing = self._not_in_file[facts.market] = self._not_in_file.get(facts.market, 0) + changed.count
        if len(cached.sales) >= KEPT_FROM and (changed.removed or missing > REWRITTEN_FROM * len(cached.sales)):
            folder.write(facts.market, encode(facts, cached.sales, cached.fingerprint))
            self._not_in_file[facts.market] = 0


def _in_file(snapshot: ReadSnapshot, folder: ColumnFolder, market: str) -> CachedSales | None:
    """Return the sales as a file has them, without later changes; None if there is no file, or a wrong one."""
    content = folder.content(market)
    if content is None:
        return None
    try:
        facts, _, _ = read_header(content)
        if facts.market != market or not facts.hold(snapshot):
            return None
        return CachedSales(facts.revision, *decode(content))
    except NotReadable:
        return None


def sales_of(db: Database, market: str) -> CachedSales:
    return db.cached(SalesCache).sales(db, market)


class _Changed:
    """Changed rows of the store as columns, collected in chunks; a removed sale has no price.

    Texts are coded in the order of arrival; `merged_into` recodes them alphabetically.
    """

    def __init__(self) -> None:
        self._parts: dict[str, list[Any]] = {name: [np.empty(0, kind)] for name, kind in TYPES.items()}
        self._codes: dict[str, dict[str | None, int]] = {name: {None: UNKNOWN} for name in TEXTS}
        self._days: dict[str, int] = {}
        self.count, self.removed = 0, False

    @classmethod
    def of(cls, chunks: Iterable[list[tuple[Any, ...]]]) -> "_Changed":
        found = cls()
        for rows in chunks:
            found._add(rows)
        return found

    def _add(self, rows: list[tuple[Any, ...]]) -> None:
        raw: dict[str, Any] = dict(zip(store.COLUMNS, zip(*rows, strict=True), strict=True))
        kept = np.array([reason is None for reason in raw["removed"]])
        self.count += len(rows)
        self.removed |= not kept.all()
        prices = np.where(kept, np.array(raw["price_cents"], dtype=np.float64) / 100, np.nan)
        close = [self._day(text) for text in raw["close_date"]]
        contract = zip(raw["contract_date"], close, strict=True)
        made = {
            "price": prices,
            "close_day": close,
            "day": [on if text is None else self._day(text) for text, on in contract],
            **{name: [self._code(name, text) for text in raw[name]] for name in TEXTS},
        }
        for name, kind in TYPES.items():
            self._parts[name].append(np.array(made.get(name, raw.get(name)), dtype=kind))

    def _day(self, text: str) -> int:
        day = self._days.get(text)
        if day is None:
            day = self._days[text] = day_of(date.fromisoformat(text))
        return day

    def _code(self, name: str, text: str | None) -> int:
        codes = self._codes[name]
        return codes.setdefault(text, len(codes) - 1)

    def merged_into(self, known: Sales | None, extra: ExtraColumns | None) -> Sales:
        """Return the known sales with the changed ones merged in, sorted by closing day, then number.

        `extra` are the further columns of all of them.

        Merges one column after the other, so that a million sales are never in memory twice.
        """
        seq = self._take("seq")
        kept = None if known is None else ~np.isin(known.seq, seq)
        seq = _joined(known, kept, "seq", seq)
        close_day, price = (_joined(known, kept, name, self._take(name)) for name in ("close_day", "price"))
        order = np.lexsort((seq, close_day))
        order = order[np.isfinite(price[order])]
        fields: dict[str, Any] = {
            "seq": seq[order],
            "close_day": close_day[order],
            "price": price[order],
            "extra": extra,
        }
        for name in TYPES:
            if name not in fields and name not in TEXTS:
                fields[name] = _joined(known, kept, name, self._take(name))[order]
        for name, names in TEXTS.items():
            fields[name], found = self._texts(known, kept, name, order)
            fields[names] = _codes_of(name, found, fields[name], fields["close_day"])
        return Sales(**fields)

    def _take(self, name: str) -> Any:
        return np.concatenate(self._parts.pop(name))

    def _texts(self, known: Sales | None, kept: Bools | None, name: str, order: Ints) -> tuple[Ints, tuple[str, ...]]:
        """Return the codes of a text column in alphabetical order, without texts that no sale has anymore."""
        before = () if known is None else getattr(known, TEXTS[name]).names
        own = [text for text in self._codes.pop(name) if text is not None]
        new = self._take(name)
        new[new != UNKNOWN] += len(before)
        codes = _joined(known, kept, name, new)[order]
        texts = [*before, *own]
        used = np.bincount(codes[codes != UNKNOWN], minlength=len(texts)) > 0
        names = sorted({text for text, is_used in zip(texts, used, strict=True) if is_used})
        place = {text: code for code, text in enumerate(names)}
        table = np.array([*(place.get(text, UNKNOWN) for text in texts), UNKNOWN], dtype=np.int64)  # -1 is the last
        return table[codes], tuple(names)


def _codes_of(name: str, texts: tuple[str, ...], codes: Ints, close_day: Ints) -> Codes:
    """Return the table of the texts of a column, which knows their spellings."""
    if name == "property_type":
        return TypeCodes(texts)
    if name == "parcel":
        return ParcelCodes(SortedTexts.of(texts), first_days(codes, close_day, len(texts)))
    return Codes(texts)


def _joined(known: Sales | None, kept: Bools | None, name: str, changed: Any) -> Any:
    return changed if known is None else np.concatenate([getattr(known, name)[kept], changed])
