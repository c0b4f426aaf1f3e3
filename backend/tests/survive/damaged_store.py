"""Inspection of a store for tests of damage."""

import sqlite3
from contextlib import closing
from pathlib import Path

from backend.app.bootstrap import Store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import losses
from backend.app.kit.db.losses import Loss

PAGE = 4096


VALID = "office-toronto"


def write_page(path: Path, number: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek((number - 1) * PAGE)
        file.write(content)


def pages_of(path: Path, *kinds: str, table: str | None = None) -> list[int]:
    """Return the pages of indexes or tables, all or those of one table, as SQLite reports them."""
    with closing(sqlite3.connect(path)) as conn:
        marks = ", ".join("?" * len(kinds))
        where = f"m.type IN ({marks}) AND (? IS NULL OR m.tbl_name = ?)"
        found = conn.execute(
            f"SELECT pageno FROM dbstat JOIN sqlite_master m USING (name) WHERE {where} ORDER BY pageno",
            (*kinds, table, table),
        ).fetchall()
    return [row[0] for row in found]


def has_intact_trail(store: Store) -> bool:
    """Return whether the audit trail is one chain, except for declared gaps."""
    with store.db.open_snapshot() as snapshot:
        return audit.verify(snapshot).good


def lost(store: Store) -> list[Loss]:
    return store.db.snapshot_now(losses.every)


def valid_tokens(store: Store) -> dict[str, bool]:
    """Return whether each token is valid."""
    return {token.name: token.revoked_at is None for token in store.db.snapshot_now(tokens.list_tokens)}
