"""Comparisons of the schema when a store is opened, remembered for each process of pytest.

Most tests open a copy of the same database. Its catalog is read and compared once; afterwards, the catalog is only
recognized. Any change of a table, index or trigger makes it another one.
"""

from typing import Any

from sqlalchemy import text

from backend.app.kit.db.schema import revisions
from backend.app.kit.db.schema.description import VERSION_TABLE
from backend.app.kit.db.schema.differences import Difference
from backend.app.kit.db.sql import Query
from backend.app.kit.db.tx import Tx

_stated = Query(text(f"SELECT version_num FROM {VERSION_TABLE}"))
_sqlite = Query(text("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"))


def _catalog_of_postgres() -> str:
    rows = {
        "pg_class": ("oid", "oid"),
        "pg_attribute": ("attrelid", "attrelid || ' ' || attnum"),
        "pg_attrdef": ("oid", "oid"),
        "pg_constraint": ("oid", "oid"),
        "pg_index": ("indexrelid", "indexrelid"),
        "pg_trigger": ("oid", "oid"),
        "pg_proc": ("oid", "oid"),
        "pg_namespace": ("oid", "oid"),
    }
    sums = [
        f"CAST((SELECT ROW(count(*), sum(hashtextextended({key} || ' ' || CAST(xmin AS text), 0))) FROM {table} "
        f"WHERE {oid} >= 16384) AS text)"  # lower ones are PostgreSQL's own
        for table, (oid, key) in rows.items()
    ]
    return ", ".join(["SELECT CAST(current_user AS text), current_setting('search_path')", *sums])


POSTGRES_CATALOG = _catalog_of_postgres()
"""Query for the transactions that last changed each row of the catalog. In a copy of a database, they are the same."""

_postgres = Query(text(POSTGRES_CATALOG))

_known: dict[tuple[tuple[Any, ...], ...], str] = {}
"""Revisions by the catalogs that are exactly theirs."""


def compared(tx: Tx) -> tuple[str | None, list[Difference]]:
    """Return what `revisions.compared` returns."""
    catalog = tuple(tx.all(_sqlite if tx.dialect == "sqlite" else _postgres))
    revision = _known.get(catalog)
    if revision is not None and tx.all(_stated) == [(revision,)]:
        return revision, []
    found, differences = revisions.compared(tx)
    if found is not None and not differences:
        _known[catalog] = found
    return found, differences
