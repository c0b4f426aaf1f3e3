"""State of a store: a small table of keys and values."""

from functools import cache

from sqlalchemy import Column, Table, Text, bindparam, select, text

from backend.app.kit.db.sql import Query, metadata
from backend.app.kit.db.tx import Tx

store_state = Table(
    "store_state", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False)
)

ADOPTED = "adopted_at"
STORE_ID = "store_id"
UNFINISHED = "unfinished"
"""Key set while a store is being filled, with a description of the transfer. The store is not usable before the end."""

REBUILT = "rebuilt"
"""Key set by a rebuild, with what the next opening of the store has to report."""

LOSSES = "losses"
"""Key under which lost rows are listed, until a person acknowledges them."""

BEHIND = "behind_json_files"
"""Key set while recreated tables still lack the records in the JSON files."""

_get = Query(select(store_state.c.value).where(store_state.c.key == bindparam("key")))
_get_both = Query(
    select(store_state.c.key, store_state.c.value).where(store_state.c.key.in_([bindparam("a"), bindparam("b")]))
)
_with_prefix = Query(text("SELECT key, value FROM store_state WHERE key LIKE :pattern"))
_lock = Query(select(store_state.c.value).where(store_state.c.key == bindparam("key")).with_for_update())
_put = Query(
    text(
        "INSERT INTO store_state (key, value) VALUES (:key, :value) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
)
_offer = Query(text("INSERT INTO store_state (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING"))
_forget = Query(text("DELETE FROM store_state WHERE key = :key"))
_forget_all = Query(text("DELETE FROM store_state WHERE key LIKE :pattern"))
_revision = Query(text("SELECT version_num FROM alembic_version"))


@cache
def _any_row(tables: tuple[str, ...]) -> Query:
    each = " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in tables)  # noqa: S608 - our own names
    return Query(text(f"SELECT {each}"))


def is_empty(tx: Tx) -> bool:
    """Return whether no table has a row, except those that a migration fills."""
    row = tx.one(_any_row(tuple(sorted(metadata.tables.keys() - {store_state.name}))))
    assert row is not None
    return not row[0]


def get(tx: Tx, key: str) -> str | None:
    row = tx.one(_get, key=key)
    return row[0] if row else None


def get_both(tx: Tx, a: str, b: str) -> dict[str, str]:
    """Return the values of those of two keys that exist."""
    return dict(tx.all(_get_both, a=a, b=b))


def with_prefix(tx: Tx, prefix: str) -> dict[str, str]:
    """Return the values of all keys with this prefix, which is of letters and a colon."""
    return dict(tx.all(_with_prefix, pattern=f"{prefix}%"))


def lock(tx: Tx, key: str) -> str | None:
    """Return the value, and lock it against other writers until the transaction ends."""
    row = tx.one(_lock, key=key)
    return row[0] if row else None


def offer(tx: Tx, key: str, value: str) -> None:
    """Store the value unless the key exists."""
    tx.run(_offer, key=key, value=value)


def put(tx: Tx, key: str, value: str) -> None:
    tx.run(_put, key=key, value=value)


def forget(tx: Tx, key: str) -> None:
    tx.run(_forget, key=key)


def forget_all(tx: Tx, prefix: str) -> None:
    """Forget every key with this prefix, which is of letters and a colon."""
    tx.run(_forget_all, pattern=f"{prefix}%")


def schema_revision(tx: Tx) -> str | None:
    """Return the migration revision of the database."""
    row = tx.one(_revision)
    return row[0] if row else None
