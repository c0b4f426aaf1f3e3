"""Screening of a market's sales: `valhalla market screen`, and the end of every import.

Reading and evaluation happen outside the write transaction. Changed flags are stored in short transactions, and only if
nobody else has changed them meanwhile.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import store
from backend.app.core_gov.market.columns import UNKNOWN, day_of
from backend.app.core_gov.market.sale import MONTH
from backend.app.core_gov.market.screening import flags, rules
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.screening.rules import ScreeningEvidence
from backend.app.kit.arrays import Ints
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import StoreFull, StoreUnavailable, failed_after
from backend.app.kit.output.progress import ReportProgress

BATCH = 1000
"""Sales in one transaction."""


@dataclass(slots=True)
class ScreeningResult:
    """Result of screening: sales, excluded sales, changed sales, and sales with each flag."""

    sales: int = 0
    left_out: int = 0
    changed: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the result as sentences."""
        if not self.counts:
            return [f"screening: none of {self.sales:,} sales is flagged"]
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in self.counts.items())
        return [f"screening: {self.left_out:,} of {self.sales:,} sales are flagged and left out ({kinds})"]


def screen(db: Database, ctx: Ctx, market: str, progress: ReportProgress, *, dry_run: bool = False) -> ScreeningResult:
    """Flag the sales of a market by the current rules; a dry run only reports the result.

    Raises NotFound if the market does not exist.
    """
    db.snapshot_now(store.markets.require, market)
    seqs, before, sales = _load_evidence(db, market)
    found = rules.screen(sales)
    result = ScreeningResult(len(seqs))
    changes: list[FlagChange] = []
    all_flags: list[list[Flag]] = []
    for row in sorted(found.keys() | before.keys()):
        text = before.get(row, flags.NONE)
        held = flags.read(text)
        after = flags.screened(held, found.get(row, []))
        all_flags.append(after)
        result.left_out += not flags.usable(after)
        if flags.written(after) != text:
            changes.append(FlagChange(int(seqs[row]), text, flags.written(after), flags.usable(after)))
    result.counts = rules.flag_counts(all_flags)
    result.changed = len(changes)
    if not dry_run:
        for at in range(0, len(changes), BATCH):
            try:
                db.write_now(ctx, _store, market, changes[at : at + BATCH])
            except (StoreFull, StoreUnavailable) as error:
                raise failed_after(error, f"{at:,} of {len(changes):,} sales were flagged before that") from error
            progress(min(at + BATCH, len(changes)), len(changes))
    return result


class FlagChange(NamedTuple):
    """Flags of a sale as they were read, and as they should be."""

    seq: int
    before: str
    after: str
    usable: int


def _store(tx: Tx, market: str, changes: Sequence[FlagChange]) -> None:
    """Store the flags of sales that nobody else has changed since they were read; one audit event has the counts."""
    rev = store.next_revision(tx, market)
    now = store.flags_among(tx, [change.seq for change in changes])
    unchanged = [change for change in changes if now.get(change.seq) == change.before]
    if not unchanged:
        return
    store.update_flags(tx, rev, [(change.seq, change.after, change.usable) for change in unchanged])
    raised, removed = Counter[str](), Counter[str]()
    for change in unchanged:
        was = {each.flag for each in flags.read(change.before)}
        is_ = {each.flag for each in flags.read(change.after)}
        raised.update(is_ - was)
        removed.update(was - is_)
    details = {"sales": len(unchanged), "raised": dict(sorted(raised.items())), "gone": dict(sorted(removed.items()))}
    audit.record_act(tx, "market.sales_screened", "market", market, {**details, "revision": rev})


def _load_evidence(db: Database, market: str) -> tuple[Ints, dict[int, str], ScreeningEvidence]:
    """Return the sale numbers, the stored flags by row, and the data to screen."""
    columns = _Columns()
    with db.open_snapshot() as moment:
        for rows in store.evidence(moment, market):
            columns.add(rows)
    return columns.done()


_KINDS: dict[str, type[Any]] = {
    **dict.fromkeys(("seq", "tie", "close_day", "parcel", "deed", "property_type", "terms"), np.int64),
    **dict.fromkeys(("price", "living_sqft", "year_built", "latitude", "longitude"), np.float64),
    "by_month": np.bool_,
}


class _Columns:
    """Collects rows as columns; texts are coded in order of arrival, which affects no result."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Any]] = {}
        self._codes: dict[str, dict[str | None, int]] = {}
        self._days: dict[str, int] = {}
        self._flags: dict[int, str] = {}
        self._count = 0

    def add(self, rows: list[tuple[Any, ...]]) -> None:
        raw = dict(zip(store.EVIDENCE, zip(*rows, strict=True), strict=True))
        names = zip(raw["source"], raw["source_key"], strict=True)
        self._part("tie", [_tie(source, key) for source, key in names])
        self._part("seq", raw["seq"])
        self._part("price", raw["price_cents"])
        self._part("close_day", [self._day(text) for text in raw["close_date"]])
        self._part("by_month", [text == MONTH for text in raw["dated_by"]])
        for name in ("living_sqft", "year_built", "latitude", "longitude"):
            self._part(name, raw[name])
        for name in ("parcel", "deed", "property_type", "terms"):
            codes = self._codes.setdefault(name, {None: UNKNOWN})
            self._part(name, [codes.setdefault(text, len(codes) - 1) for text in raw[name]])
        self._flags |= {self._count + at: text for at, text in enumerate(raw["flags"]) if text != flags.NONE}
        self._count += len(rows)

    def _part(self, name: str, values: Sequence[Any]) -> None:
        self._parts.setdefault(name, []).append(np.array(values, dtype=_KINDS[name]))

    def _day(self, text: str) -> int:
        day = self._days.get(text)
        if day is None:
            day = self._days[text] = day_of(date.fromisoformat(text))
        return day

    def done(self) -> tuple[Ints, dict[int, str], ScreeningEvidence]:
        if not self._count:
            self._parts = {name: [np.empty(0, kind)] for name, kind in _KINDS.items()}
        whole = {name: np.concatenate(self._parts.pop(name)) for name in _KINDS}
        seqs = whole.pop("seq")
        whole["price"] /= 100
        text = tuple(text for text in self._codes.get("terms", {}) if text is not None)
        return seqs, self._flags, ScreeningEvidence(**whole, terms_texts=text)


def _tie(source: str, key: str) -> int:
    """Return a hash that orders sales independently of when they were stored."""
    return int.from_bytes(blake2b(f"{source}\0{key}".encode(), digest_size=8).digest(), "big", signed=True)
