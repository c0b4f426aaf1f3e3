"""Table of feeds with the sync state of each."""

from pydantic import ValidationError
from sqlalchemy import Column, Table, Text, bindparam, select, text

from backend.app.core_gov.mls.schemas import FeedState
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.db.sql import never_earlier
from backend.app.kit.errors import Conflict

market_feeds = Table(
    "market_feeds",
    metadata,
    Column("name", Text, primary_key=True),
    Column("market", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
_c = market_feeds.c
_get = Query(select(_c.state).where(_c.name == bindparam("name")))
_every = Query(select(_c.name, _c.state).order_by(_c.name))
_put = Query(
    text(
        "INSERT INTO market_feeds (name, market, state, updated_at) "
        "VALUES (:name, :market, :state, :updated_at) "
        "ON CONFLICT (name) DO UPDATE SET market = excluded.market, state = excluded.state, updated_at = "
        + never_earlier("market_feeds", "updated_at", "excluded.updated_at")
    )
)


def find(tx: Tx, name: str) -> FeedState | None:
    """Return the state of a feed. Raises Conflict if it cannot be read."""
    row = tx.one(_get, name=name)
    return _read(name, row[0]) if row else None


def every(tx: Tx) -> dict[str, FeedState]:
    return {name: _read(name, state) for name, state in tx.all(_every)}


def put(tx: Tx, name: str, market: str, state: FeedState) -> None:
    tx.run(_put, name=name, market=market, state=state.model_dump_json(), updated_at=tx.now)


def _read(name: str, state: str) -> FeedState:
    try:
        return FeedState.model_validate_json(state)
    except ValidationError:
        raise Conflict(f"the stored state of the feed {name} cannot be read; sync it with --from-start") from None
