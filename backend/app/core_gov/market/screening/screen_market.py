"""Screening of a market's sales: `valhalla market screen`, and the end of every import.

Reading and evaluation happen outside the write transaction. Changed flags are stored in short transactions, and only if
nobody else has changed them meanwhile.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import structlog

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.geography.address_key import AddressPlace, is_of_one_home
from backend.app.core_gov.market import store
from backend.app.core_gov.market.columns import UNKNOWN, day_of
from backend.app.core_gov.market.parcels import ParcelCodes, first_days
from backend.app.core_gov.market.property_types import TypeCodes
from backend.app.core_gov.market.sale import MONTH, YEAR
from backend.app.core_gov.market.screening import flags, rules
from backend.app.core_gov.market.screening import store as evidence_store
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.screening.repeated_sales import ScreeningEvidence, sold_again_soon
from backend.app.kit.arrays import Ints
from backend.app.kit.db import Ctx, Database, ReadSnapshot, Tx
from backend.app.kit.errors import AppError, StoreFull, StoreUnavailable, failed_after
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import counted

log = structlog.get_logger("market")

BATCH = 1000
"""Sales in one transaction."""

SCREENED = "market.sales_screened"
"""Action in the audit trail. It is in archives, other than the note on the version of the rules."""


@dataclass(slots=True)
class ScreeningResult:
    """Result of screening: sales, changed sales, and sales with each flag in force.

    `excluded` counts the excluded sales by their flags that exclude, `noted` the used sales by their flags. A sale with
    several such flags is counted once, under all their names.
    """

    sales: int = 0
    changed: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    excluded: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)

    @property
    def left_out(self) -> int:
        """Number of excluded sales."""
        return self.excluded.total()

    def add(self, after: list[Flag]) -> None:
        """Count a sale with its flags."""
        active = [flag for flag in after if flag.active]
        if not active:
            return
        excluding = [flag.flag for flag in active if flag.excludes]
        kind = self.excluded if excluding else self.noted
        kind[" + ".join(sorted(excluding or [flag.flag for flag in active]))] += 1

    def lines(self) -> list[str]:
        """Return the result as sentences, whose numbers add up."""
        if not self.counts:
            return [f"screening: none of {self.sales:,} sales is flagged"]
        noted = self.noted.total()
        rest = self.sales - self.left_out - noted
        excluded, used = f"{self.left_out:,} excluded", f"{noted:,} flagged but used"
        found = [f"screening: {counted(self.sales, 'sales')}: {excluded}, {used}, {rest:,} without a flag"]
        for what, kinds in (("excluded", self.excluded), ("flagged but used", self.noted)):
            if kinds:
                found.append(f"{what}: {', '.join(f'{kind} {count:,}' for kind, count in sorted(kinds.items()))}")
        return found


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
        result.add(after)
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
        if not db.snapshot_now(evidence_store.is_screened_by, market, rules.VERSION):
            db.write_now(ctx, evidence_store.note_screening, market, rules.VERSION)
    return result


def screen_outdated(db: Database, ctx: Ctx) -> None:
    """Screen the markets whose sales were last flagged by another version of the rules.

    A store opens without it if this fails, for example because the disk is full, and tries again the next time.
    """
    for market in db.snapshot_now(_outdated):
        try:
            result = screen(db, ctx, market, lambda done, total: None)
        except AppError as error:
            log.error("sales are not screened by the current rules", market=market, error=error.detail)
        else:
            log.info("sales screened by the current rules", market=market, changed=result.changed)


def _outdated(tx: Tx) -> list[str]:
    """Return the markets to screen. Sales that screening has never flagged wait for the next import."""
    return [
        market
        for market in evidence_store.not_screened_by(tx, rules.VERSION)
        if audit.list_events(tx, {"entity_id": market, "action": SCREENED}, 1, None).docs
    ]


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
    audit.record_act(tx, SCREENED, "market", market, {**details, "revision": rev})


def _load_evidence(db: Database, market: str) -> tuple[Ints, dict[int, str], ScreeningEvidence]:
    """Return the sale numbers, the stored flags by row, and the data to screen."""
    columns = _Columns()
    with db.open_snapshot() as moment:
        country = store.markets.get(moment, market).fields["country"]
        for rows in evidence_store.evidence(moment, market):
            columns.add(rows)
        return columns.done(_Addresses(moment, market, country))


_NUMBERS = ("living_sqft", "beds", "year_built", "latitude", "longitude")
_TEXTS = ("parcel", "property_type", "terms")
_DEED_NUMBER = re.compile("[1-9]")
"""A deed without such a digit, such as 0, TBD or WD (warranty deed), has no number and groups no sales."""

_KEYLESS = re.compile(r"(row_[0-9a-f]{32})(?:_\d+)?")
"""Key of a row of a source without keys; rows with the same content are numbered."""

_KINDS: dict[str, type[Any]] = {
    **dict.fromkeys(("seq", "tie", "close_day", "parcel", "content", "deed", "property_type", "terms"), np.int64),
    **dict.fromkeys(("price", *_NUMBERS), np.float64),
    **dict.fromkeys(("by_month", "in_area"), np.bool_),
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
        raw = dict(zip(evidence_store.EVIDENCE, zip(*rows, strict=True), strict=True))
        names = zip(raw["source"], raw["source_key"], strict=True)
        self._part("tie", [_tie(source, key) for source, key in names])
        self._part("seq", raw["seq"])
        self._part("price", raw["price_cents"])
        self._part("close_day", [self._day(text) for text in raw["close_date"]])
        self._part("by_month", [text in {MONTH, YEAR} for text in raw["dated_by"]])
        self._part("in_area", [placed_by is not None for placed_by in raw["placed_by"]])
        for name in _NUMBERS:
            self._part(name, raw[name])
        for name in _TEXTS:
            self._coded(name, raw[name])
        self._coded("deed", [text if text and _DEED_NUMBER.search(text) else None for text in raw["deed"]])
        self._coded("content", [_content(key) for key in raw["source_key"]])
        self._flags |= {self._count + at: text for at, text in enumerate(raw["flags"]) if text != flags.NONE}
        self._count += len(rows)

    def _coded(self, name: str, texts: Iterable[str | None]) -> None:
        codes = self._codes.setdefault(name, {None: UNKNOWN})
        self._part(name, [codes.setdefault(text, len(codes) - 1) for text in texts])

    def _part(self, name: str, values: Sequence[Any]) -> None:
        self._parts.setdefault(name, []).append(np.array(values, dtype=_KINDS[name]))

    def _day(self, text: str) -> int:
        day = self._days.get(text)
        if day is None:
            day = self._days[text] = day_of(date.fromisoformat(text))
        return day

    def done(self, addresses: "_Addresses") -> tuple[Ints, dict[int, str], ScreeningEvidence]:
        if not self._count:
            self._parts = {name: [np.empty(0, kind)] for name, kind in _KINDS.items()}
        whole = {name: np.concatenate(self._parts.pop(name)) for name in _KINDS}
        seqs = whole.pop("seq")
        whole["price"] /= 100
        names = self._names("parcel")
        whole["parcel"] = ParcelCodes(names, first_days(whole["parcel"], whole["close_day"], len(names))).classified(
            whole["parcel"]
        )
        whole["property_type"] = TypeCodes(self._names("property_type")).classified(whole["property_type"])
        if (whole["parcel"] == UNKNOWN).any():
            addresses.read(None)
        else:
            addresses.read(seqs[sold_again_soon(whole["parcel"], whole["close_day"])].tolist())
        evidence = ScreeningEvidence(
            **whole,
            **addresses.of(seqs),
            terms_texts=self._names("terms"),
            type_names=self._names("property_type"),
            address_keys=tuple(addresses.keys),
            places=tuple(AddressPlace("", city, None, postal, addresses.country) for city, postal in addresses.places),
        )
        return seqs, self._flags, evidence

    def _names(self, name: str) -> tuple[str, ...]:
        return tuple(text for text in self._codes.get(name, {}) if text is not None)


class _Addresses:
    """Addresses of the sales of a market as codes, as far as they are needed."""

    def __init__(self, moment: ReadSnapshot, market: str, country: str) -> None:
        self._moment, self._market, self.country = moment, market, country
        self.keys: dict[str, int] = {}
        self.places: dict[tuple[str | None, str | None], int] = {(None, None): 0}
        self._parts: list[Ints] = [np.empty((0, 3), dtype=np.int64)]

    def read(self, seqs: Sequence[int] | None) -> None:
        """Read the addresses of some sales; None for all."""
        for rows in evidence_store.evidence_addresses(self._moment, self._market, seqs):
            codes = [
                (seq, self.keys.setdefault(key, len(self.keys)), self.places.setdefault((*place,), len(self.places)))
                for seq, key, *place in rows
                if is_of_one_home(key)
            ]
            self._parts.append(np.array(codes, dtype=np.int64).reshape(-1, 3))

    def of(self, seqs: Ints) -> dict[str, Any]:
        """Return the codes of the sales with these numbers."""
        seq, key, place = np.concatenate(self._parts).T
        order = np.argsort(seq, kind="stable")
        seq, key, place = seq[order], key[order], place[order]
        at = np.minimum(np.searchsorted(seq, seqs), max(len(seq) - 1, 0))
        known = seq[at] == seqs if len(seq) else np.zeros(len(seqs), dtype=np.bool_)
        address, where = np.full(len(seqs), UNKNOWN, dtype=np.int64), np.zeros(len(seqs), dtype=np.int64)
        address[known], where[known] = key[at[known]], place[at[known]]
        return {"address": address, "place": where}


def _content(key: str) -> str | None:
    found = _KEYLESS.fullmatch(key) if key.startswith("row_") else None
    return found[1] if found else None


def _tie(source: str, key: str) -> int:
    """Return a hash that orders sales independently of when they were stored."""
    return int.from_bytes(blake2b(f"{source}\0{key}".encode(), digest_size=8).digest(), "big", signed=True)
