"""Detection of damaged PostgreSQL indexes with the amcheck extension."""

from contextlib import closing
from dataclasses import dataclass, field

import psycopg
from psycopg import errors as pg
from psycopg.sql import SQL, Identifier

from backend.app.kit.db import postgres
from backend.app.kit.db.opening import reason_of
from backend.app.kit.db.schema.description import all_tables
from backend.app.kit.errors import StoreUnavailable

_INDEXES = """
    SELECT x.relname, i.indexrelid FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_class c ON c.oid = i.indrelid JOIN pg_am a ON a.oid = x.relam
    WHERE a.amname = 'btree' AND i.indisvalid AND c.relname = ANY(%s) AND pg_table_is_visible(c.oid) ORDER BY 1
"""
_SCHEMA = "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'amcheck'"
_AVAILABLE = "SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"


@dataclass(slots=True)
class IndexCheck:
    """Number of indexes checked, faults by index name, and the reason if the check was not possible."""

    indexes: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    why_not: str | None = None


def check(url: str) -> IndexCheck:
    """Check every B-tree index against its table, in one transaction that is rolled back at the end.

    Raises StoreUnavailable.
    """
    found = IndexCheck()
    try:
        with closing(postgres.connect(url)) as conn, conn.transaction(force_rollback=True):
            found.why_not = _provide(conn)
            if found.why_not is None:
                _check_all(conn, found)
    except psycopg.Error as error:
        raise StoreUnavailable(f"the indexes cannot be checked: {reason_of(error)}") from error
    return found


def _provide(conn: postgres.Connection) -> str | None:
    """Create the extension for this transaction if it is missing. Return the reason if it cannot be used."""
    if conn.execute(_SCHEMA).fetchone() is not None:
        return None
    if conn.execute(_AVAILABLE).fetchone() is None:
        return "the server does not have the extension amcheck"
    try:
        with conn.transaction():
            conn.execute("CREATE EXTENSION amcheck")
    except psycopg.Error as error:
        if conn.closed:
            raise
        return f"the extension amcheck is not installed in this database ({reason_of(error)})"
    return None


def _check_all(conn: postgres.Connection, found: IndexCheck) -> None:
    row = conn.execute(_SCHEMA).fetchone()
    assert row is not None
    statement = SQL("SELECT {}.bt_index_check(%s::regclass, true)").format(Identifier(row[0]))
    for name, index in conn.execute(_INDEXES, [list(all_tables())]).fetchall():
        try:
            with conn.transaction():
                conn.execute(statement, [index])
        except pg.InsufficientPrivilege as error:
            found.why_not = f"this user may not use the extension amcheck ({reason_of(error)})"
            return
        except psycopg.Error as error:
            if conn.closed:
                raise
            found.faults[name] = reason_of(error)
        found.indexes += 1
