"""Queries of the sales of a market for screening."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from backend.app.core_gov.market.store import market_sales
from backend.app.kit.db import Query, ReadSnapshot
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
