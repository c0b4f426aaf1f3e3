"""Markets and their sales: creation, upserts, removals and flags."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.geography import address_key
from backend.app.core_gov.market import own_sales as own_sales_
from backend.app.core_gov.market import store
from backend.app.core_gov.market.appraisals import service as appraisals
from backend.app.core_gov.market.indexes import service as indexes
from backend.app.core_gov.market.sale import KEYS_VERSION, Sale, sale_id
from backend.app.core_gov.market.schemas import MarketCreate, MarketPatch, MarketRecord
from backend.app.core_gov.market.screening import flags, rules, screen_market
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.store import markets
from backend.app.kit.data_files.source_rows import UpsertCounts
from backend.app.kit.db import Tx
from backend.app.kit.derived_fields import Batch, DerivedFields
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.fields import values_of
from backend.app.kit.records import Page, Stored

TABLES = (markets, *appraisals.TABLES)
"""Record tables of this package, to register with the store."""

DERIVED = (
    DerivedFields(
        "market_sales.keys",
        None,
        1000 * address_key.VERSION + KEYS_VERSION,
        lambda tx, after: Batch(*store.recompute_keys(tx, after)),
    ),
)
"""Rules whose results this package stores."""

screen = screen_market.screen

MAX_LISTED = 1000
"""Maximum number of keys listed in one audit event."""


# Markets


def create_market(tx: Tx, payload: MarketCreate) -> Stored[MarketRecord]:
    """Create a market. Raises Conflict if the name is taken, BadInput if its index is not valid."""
    record = markets.validated({**dict(payload), "created_at": tx.now, "updated_at": tx.now})
    warnings = indexes.check_series(tx, record.country, record.index_series)
    stored = markets.insert(tx, record)
    audit.record_created(tx, markets, record.name, stored)
    return stored.warn(*warnings)


def list_markets(tx: Tx, limit: int, cursor: str | None) -> Page[MarketRecord]:
    return markets.page(tx, {}, limit, cursor)


def read_market(tx: Tx, name: str) -> Stored[MarketRecord]:
    """Return the stored market. Raises NotFound."""
    return markets.get(tx, name)


def lock_market(tx: Tx, name: str) -> None:
    """Lock a market against other writers that lock it, until the unit ends. Raises NotFound."""
    markets.lock(tx, name)


def patch_market(tx: Tx, name: str, payload: MarketPatch) -> Stored[MarketRecord]:
    """Update the fields that were sent. Raises NotFound, BadInput or Conflict.

    Country and currency cannot change once the market has sales.
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
    return MarketRecord.on_file(stored.fields) if stored else None


def get_market(tx: Tx, name: str) -> MarketRecord:
    """Return a market. Raises NotFound if it does not exist."""
    return MarketRecord.on_file(markets.get(tx, name).fields)


def every_market(tx: Tx) -> list[MarketRecord]:
    """Return all markets, oldest first."""
    return [MarketRecord.on_file(markets.read(row[0]).fields) for row in tx.all(markets.every)]


def addresses_of(tx: Tx, seqs: Sequence[int]) -> dict[int, str]:
    """Return the known addresses of some sales, by sale number."""
    return store.addresses_of(tx, seqs)


own_sales, sales_of_same_home = own_sales_.own_sales, own_sales_.sales_of_same_home

# Sales from sources

keys_on_file = store.keys_on_file


def upsert_sales(
    tx: Tx, market: str, source: str, sales: Sequence[Sale], facts: Mapping[str, Any] | None = None
) -> UpsertCounts:
    """Insert or update the sales of a source; one audit event has the counts.

    Of two sales with the same key, the last one counts. Unchanged sales are left alone, and if nothing changed, nothing
    is written. `facts` go into the audit event: the file and its digest, or the feed. Raises NotFound if the market
    does not exist, BadInput if a sale has another currency.
    """
    rev = store.next_revision(tx, market)
    record = get_market(tx, market)
    by_key = {sale.source_key: sale for sale in sales}
    for sale in by_key.values():
        if sale.currency != record.currency:
            raise BadInput(f"a sale is in {sale.currency}, the market {market} in {record.currency}")
    known = store.known_sales(tx, market, source, by_key)
    known |= _under_earlier_keys(tx, market, source, [sale for key, sale in by_key.items() if key not in known])
    new = [sale for key, sale in by_key.items() if key not in known]
    changed = [(known[key].seq, sale) for key, sale in by_key.items() if key in known and not known[key].says(sale)]
    done = UpsertCounts(len(new), len(changed), len(by_key) - len(new) - len(changed))
    if not (new or changed):
        return done
    if new:
        store.insert_sales(tx, record, rev, source, [_with_flags(sale) for sale in new])
    if changed:
        store.update_sales(tx, record, rev, changed)
    details = {"source": source, "stored": done.stored, "updated": done.updated, "revision": rev, **(facts or {})}
    audit.record_act(tx, "market.sales_imported", "market", market, details)
    return done


def _under_earlier_keys(tx: Tx, market: str, source: str, sales: Iterable[Sale]) -> dict[str, store.StoredSale]:
    """Return the stored sales that an earlier version stored under another key, by their key now."""
    earlier = {sale.stored_as: sale.source_key for sale in sales if sale.stored_as is not None}
    found = store.known_sales(tx, market, source, earlier) if earlier else {}
    return {earlier[key]: stored for key, stored in found.items() if stored.removed is None}


def _with_flags(sale: Sale) -> tuple[Sale, str, int]:
    """Return a new sale with the flags that it alone determines; full screening finds the others."""
    found = rules.flags_of_sale(sale.price_cents / 100, int(sale.close_date[:4]), sale.year_built, sale.terms)
    return (sale, flags.written(found), flags.usable(found)) if found else (sale, flags.NONE, 1)


def remove_sales(tx: Tx, market: str, source: str, keys: Iterable[str], reason: str) -> int:
    """Mark sales that their source withdrew, which excludes them everywhere; return how many.

    They are restored when the source reports them again. Raises NotFound if the market does not exist.
    """
    rev = store.next_revision(tx, market)
    known = store.known_sales(tx, market, source, keys)
    removed = {key: each.seq for key, each in known.items() if each.removed is None}
    if removed:
        store.remove_sales(tx, rev, removed.values(), reason)
        details = {"source": source, "removed": len(removed), "reason": reason, "revision": rev}
        audit.record_act(tx, "market.sales_removed", "market", market, details | {"keys": sorted(removed)[:MAX_LISTED]})
    return len(removed)


# Flags


def flag_sale(tx: Tx, seq: int, reason: str) -> list[Flag]:
    """Exclude a sale from everything computed, as decided by a person. Raises NotFound if it does not exist."""
    return _reflag(tx, seq, "flagged", {"reason": reason}, lambda held: flags.by_hand(held, tx.ctx.actor, reason))


def lift_flag(tx: Tx, seq: int, flag: str, reason: str) -> list[Flag]:
    """Lift a flag permanently. Raises NotFound if the sale does not exist, Conflict if no such flag is in force."""

    def change(held: list[Flag]) -> list[Flag]:
        try:
            return flags.lifted(held, flag, tx.ctx.actor, tx.now, reason)
        except KeyError:
            raise Conflict(f"the sale has no active flag {flag}") from None

    return _reflag(tx, seq, "flag_lifted", {"flag": flag, "reason": reason}, change)


def _reflag(
    tx: Tx, seq: int, act: str, details: dict[str, Any], change: Callable[[list[Flag]], list[Flag]]
) -> list[Flag]:
    market = store.market_of(tx, seq)
    rev = store.next_revision(tx, market)
    before = store.flags_of(tx, seq)
    after = change(flags.read(before))
    text, usable = flags.written(after), flags.usable(after)
    if text != before:
        store.update_flags(tx, rev, [(seq, text, usable)])
        audit.record_act(tx, f"sale.{act}", "sale", sale_id(seq), {"market": market, **details, "usable": usable})
    return after
