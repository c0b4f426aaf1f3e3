"""Keeping markets and their sales."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import store
from backend.app.core_gov.market.appraisals import service as appraisals
from backend.app.core_gov.market.indexes import service as indexes
from backend.app.core_gov.market.sale import Sale, sale_id
from backend.app.core_gov.market.schemas import MarketCreate, MarketPatch, MarketRecord
from backend.app.core_gov.market.screening import flags, rules, screen_market
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.store import markets
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.fields import values_of
from backend.app.kit.records import Page, Stored

TABLES = (markets, *appraisals.TABLES)
"""The records that this package keeps, for whoever opens the store."""

screen = screen_market.screen

MOST_LISTED = 1000
"""So many keys are listed in one audit event."""


# Markets


def create_market(tx: Tx, payload: MarketCreate) -> Stored[MarketRecord]:
    """Takes a market on file; raises Conflict when there is one of that name, BadInput for its index."""
    record = markets.validated({**dict(payload), "created_at": tx.now, "updated_at": tx.now})
    warnings = indexes.check_series(tx, record.country, record.index_series)
    stored = markets.insert(tx, record)
    audit.record_created(tx, markets, record.name, stored)
    return stored.warn(*warnings)


def list_markets(tx: Tx, limit: int, cursor: str | None) -> Page[MarketRecord]:
    return markets.page(tx, {}, limit, cursor)


def read_market(tx: Tx, name: str) -> Stored[MarketRecord]:
    """The market as it is stored; raises NotFound."""
    return markets.get(tx, name)


def patch_market(tx: Tx, name: str, payload: MarketPatch) -> Stored[MarketRecord]:
    """Replaces the fields that were sent; raises NotFound, BadInput, Conflict.

    Country and currency are those of its sales, so they stay once it has some.
    """
    stored, changes = markets.lock(tx, name), values_of(payload)
    before = stored.fields
    for field in ("country", "currency"):
        if changes.get(field, before[field]) != before[field] and store.revision(tx, name):
            raise Conflict(f"the market {name} has sales in {before['currency']}, so its {field} cannot change")
    merged, touched = {**before, **changes}, changes.keys() & {"country", "index_series"}
    warnings = indexes.check_series(tx, merged["country"], merged["index_series"]) if touched else []
    change = markets.change(tx, stored, changes)
    audit.record_changed(tx, markets, name, change)
    return change.after.warn(*warnings)


def find_market(tx: Tx, name: str) -> MarketRecord | None:
    stored = markets.find(tx, name)
    return MarketRecord.model_validate(stored.fields) if stored else None


def get_market(tx: Tx, name: str) -> MarketRecord:
    """Raises NotFound."""
    return MarketRecord.model_validate(markets.get(tx, name).fields)


def every_market(tx: Tx) -> list[MarketRecord]:
    """All markets, the oldest first."""
    return [MarketRecord.model_validate(markets.read(row[0]).fields) for row in tx.all(markets.every)]


def addresses_of(tx: Tx, seqs: Sequence[int]) -> dict[int, str]:
    """The addresses of some sales, by their numbers, as far as they are known."""
    return store.addresses_of(tx, seqs)


# What sources tell

keys_on_file = store.keys_on_file


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the sales that a source told of: new ones, changed ones, and those that were known."""

    stored: int = 0
    updated: int = 0
    on_file: int = 0


def upsert_sales(
    tx: Tx, market: str, source: str, sales: Sequence[Sale], facts: Mapping[str, Any] | None = None
) -> Written:
    """Takes sales of a source on file, or what it says of them now; one audit event tells how many.

    Of two with the same key the last one counts. What says nothing new is left alone, and where nothing is new
    nothing is written. `facts` go into the audit event: the file and its digest, the feed. Raises NotFound for the
    market, BadInput when its currency is another one.
    """
    rev = store.next_revision(tx, market)
    record = get_market(tx, market)
    by_key = {sale.source_key: sale for sale in sales}
    for sale in by_key.values():
        if sale.currency != record.currency:
            raise BadInput(f"a sale is in {sale.currency}, the market {market} in {record.currency}")
    known = store.known_sales(tx, market, source, by_key)
    new = [sale for key, sale in by_key.items() if key not in known]
    changed = [(known[key].seq, sale) for key, sale in by_key.items() if key in known and not known[key].says(sale)]
    done = Written(len(new), len(changed), len(by_key) - len(new) - len(changed))
    if not (new or changed):
        return done
    if new:
        store.insert_sales(tx, market, rev, source, [_with_flags(sale) for sale in new])
    if changed:
        store.update_sales(tx, rev, changed)
    told = {"source": source, "stored": done.stored, "updated": done.updated, "revision": rev, **(facts or {})}
    audit.record_act(tx, "market.sales_imported", "market", market, told)
    return done


def _with_flags(sale: Sale) -> tuple[Sale, str, int]:
    """A new sale with what can be seen from it alone; the rest is found when the market is screened."""
    found = rules.of_itself(sale.price_cents / 100, int(sale.close_date[:4]), sale.year_built, sale.terms)
    return (sale, flags.written(found), flags.usable(found)) if found else (sale, flags.NONE, 1)


def remove_sales(tx: Tx, market: str, source: str, keys: Iterable[str], reason: str) -> int:
    """Marks sales that their source took back, which keeps them out of everything; returns how many.

    They come back when the source tells of them again. Raises NotFound for the market.
    """
    rev = store.next_revision(tx, market)
    known = store.known_sales(tx, market, source, keys)
    gone = {key: each.seq for key, each in known.items() if each.removed is None}
    if gone:
        store.remove_sales(tx, rev, gone.values(), reason)
        told = {"source": source, "removed": len(gone), "reason": reason, "revision": rev}
        audit.record_act(tx, "market.sales_removed", "market", market, told | {"keys": sorted(gone)[:MOST_LISTED]})
    return len(gone)


# Flags


def flag_sale(tx: Tx, seq: int, reason: str) -> list[Flag]:
    """Keeps a sale out of everything that is computed, because a person says so; raises NotFound."""
    return _reflag(tx, seq, "flagged", {"reason": reason}, lambda held: flags.by_hand(held, tx.ctx.actor, reason))


def lift_flag(tx: Tx, seq: int, flag: str, reason: str) -> list[Flag]:
    """Takes the force from a flag, for good; raises NotFound for the sale, Conflict when no such flag stands."""

    def change(held: list[Flag]) -> list[Flag]:
        try:
            return flags.lifted(held, flag, tx.ctx.actor, tx.now, reason)
        except KeyError:
            raise Conflict(f"the sale has no flag {flag} that stands") from None

    return _reflag(tx, seq, "flag_lifted", {"flag": flag, "reason": reason}, change)


def _reflag(tx: Tx, seq: int, act: str, told: dict[str, Any], change: Callable[[list[Flag]], list[Flag]]) -> list[Flag]:
    market = store.market_of(tx, seq)
    rev = store.next_revision(tx, market)
    before = store.flags_of(tx, seq)
    after = change(flags.read(before))
    text, usable = flags.written(after), flags.usable(after)
    if text != before:
        store.update_flags(tx, rev, [(seq, text, usable)])
        audit.record_act(tx, f"sale.{act}", "sale", sale_id(seq), {"market": market, **told, "usable": usable})
    return after
