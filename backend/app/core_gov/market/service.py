"""Keeping markets and their sales."""

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market.schemas import MarketCreate, MarketRecord
from backend.app.core_gov.market.store import markets
from backend.app.kit.db import Tx
from backend.app.kit.records import Stored

TABLES = (markets,)
"""The records that this package keeps, for whoever opens the store."""


def create_market(tx: Tx, payload: MarketCreate) -> Stored[MarketRecord]:
    """Takes a market on file; raises Conflict when there is one of that name."""
    record = markets.validated({**dict(payload), "created_at": tx.now, "updated_at": tx.now})
    stored = markets.insert(tx, record)
    audit.record_created(tx, markets, record.name, stored)
    return stored
