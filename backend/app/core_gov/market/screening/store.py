"""Queries of the sales of a market for screening."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from backend.app.core_gov.market.store import market_sales, markets
from backend.app.kit.db import Query, ReadSnapshot, Tx, state
from backend.app.kit.db.sql import one_of

_s = market_sales.c

EVIDENCE = (
    *("seq", "source", "source_key", "price_cents", "close_date", "dated_by", "living_sqft", "beds"),
    *("year_built", "latitude", "longitude", "placed_by", "parcel", "deed", "property_type", "terms", "flags"),
)
"""Columns that `evidence` reads, in order."""

_evidence = Query(
    select(*(_s[name] for name in EVIDENCE)).where(_s.market == bindparam("market"), _s.removed.is_(None))
)

_SCREENED = "screened:"
"""Prefix of keys in `store_state`, in no archive: the version of the rules by which a market was last screened."""

_names = Query(select(markets.table.c.id).order_by(markets.table.c.seq))

_addressed = select(_s.seq, _s.address_key, _s.city, _s.postal).where(
    _s.market == bindparam("market"), _s.removed.is_(None), _s.address_key.is_not(None)
)
_evidence_addresses, _some_addresses = Query(_addressed), Query(_addressed.where(one_of(_s.seq, "seqs")))


def evidence_addresses(
    moment: ReadSnapshot, market: str, seqs: Sequence[int] | None
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield number, address key, city and postal code of sales that have an address, in chunks; None for all sales."""
    if seqs is None:
        return moment.stream(_evidence_addresses, market=market)
    return moment.stream(_some_addresses, market=market, seqs=json.dumps(seqs))


def evidence(moment: ReadSnapshot, market: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the sales of a market for screening, in chunks; each is a row of `EVIDENCE`."""
    return moment.stream(_evidence, market=market)


def not_screened_by(tx: Tx, version: str) -> list[str]:
    """Return the markets that were last screened by other rules, or never."""
    known = state.with_prefix(tx, _SCREENED)
    return [name for (name,) in tx.all(_names) if known.get(_SCREENED + name) != version]


def is_screened_by(tx: Tx, market: str, version: str) -> bool:
    return state.get(tx, _SCREENED + market) == version


def note_screening(tx: Tx, market: str, version: str) -> None:
    state.put(tx, _SCREENED + market, version)
