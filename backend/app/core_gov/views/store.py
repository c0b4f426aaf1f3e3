"""Table of saved views."""

from sqlalchemy import bindparam, func, literal_column, select, text

from backend.app.core_gov.views.schemas import ViewRecord
from backend.app.kit.db import Query, Tx, doc_text, field
from backend.app.kit.records import RecordTable, Stored

views = RecordTable(
    "views",
    ViewRecord,
    entity="view",
    file="views/views.json",
    prefix="view",
    filters=("list", "owner", "status"),
)
views.unique_rule(
    "ux_views_name",
    "you have a view of this list with this name already; change that one, or choose another name",
    field("owner"),
    field("list"),
    func.lower(field("name")),
    where=field("status") == "active",
)
# Cast, because true is 1 on SQLite and true on PostgreSQL.
views.conditions["reader"] = text("((doc ->> 'owner') = :reader OR CAST((doc ->> 'shared') AS TEXT) IN ('1', 'true'))")

_of_list = Query(
    select(doc_text(views.table.c.doc))
    .select_from(views.table)
    .where(
        field("owner") == bindparam("owner"),
        field("list") == bindparam("list"),
        field("status") == literal_column("'active'"),  # a literal, so that the partial unique index answers
    )
)


_of_owner = Query(
    select(doc_text(views.table.c.doc))
    .select_from(views.table)
    .where(field("owner") == bindparam("owner"))
    .order_by(views.table.c.seq)
    .with_for_update()
)


def views_of(tx: Tx, owner: str) -> list[Stored[ViewRecord]]:
    """Return all views of a person, locked until the end of the unit."""
    return [views.read(row[0]) for row in tx.all(_of_owner, owner=owner)]


def active_views(tx: Tx, owner: str, list_name: str) -> list[Stored[ViewRecord]]:
    """Return the active views that a person has of a list."""
    return [views.read(row[0]) for row in tx.all(_of_list, owner=owner, list=list_name)]
