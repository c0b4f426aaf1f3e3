"""Sorted lists, search, jobs, and records of notes and saved views: one function per package."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _sorted_lists()
    _search()
    _jobs()
    _records()


def _sorted_lists() -> None:
    """Create the sort keys of lists, their indexes, and the table of property figures."""
    times = {"updated_at": _KEY}
    amounts = {"price_cents": _CENTS, "arv_cents": _CENTS}
    deals = {"name": _KEY, **amounts, "next_action_date": _KEY, **times}
    _keys("deals_keys", "status", deals, close_date=_KEY, currency=_KEY, strategy=_KEY)
    totals = ["status", "currency", "strategy", "price_cents", "arv_cents"]
    op.create_index("ix_deals_keys_totals", "deals_keys", totals)
    _keys("partners_keys", "status", {"name": _KEY, **times})
    _keys("links_keys", "status", {"relationship": _KEY, **times})
    _keys("drafts_keys", "status", {"recipient": _KEY, **times})
    _keys("sendlog_keys", "channel", {"recipient": _KEY, "sent_at": _KEY})
    _keys(
        "property_figures",
        "status",
        {"address": _KEY, "city": _KEY, "value_cents": _CENTS, "arv_cents": _CENTS, **times},
        beds=sa.Double,
        baths=sa.Double,
        sqft=sa.Double,
        latitude=sa.Double,
        longitude=sa.Double,
        repairs_cents=_CENTS,
        currency=_KEY,
    )


_KEY = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_CENTS = sa.BigInteger


def _keys(name: str, group: str, sorts: dict[str, Any], **others: Any) -> None:
    """Create the table of the key columns of a list, with an index for each sort. Opening the store fills it."""
    op.create_table(
        name,
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
        sa.Column(group, _KEY, nullable=False),
        *(sa.Column(column, kind) for column, kind in (sorts | others).items()),
    )
    for column in sorts:
        op.create_index(f"ix_{name}_{column}", name, [group, column, "seq"])


def _search() -> None:
    """Create the text index over all records."""
    op.create_table(
        "search_entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("ux_search_entries_record", "search_entries", ["kind", "seq"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_entries', content_rowid='number', "
            "detail=none, columnsize=0, tokenize=\"ascii tokenchars '='\")"
        )
    else:
        op.execute(
            "CREATE INDEX ix_search_entries_words ON search_entries "
            "USING gin (array_to_tsvector(string_to_array(btrim(words), ' '))) WITH (gin_pending_list_limit=256)"
        )
        # SQLite compares text by bytes anyway, so its index on market and address serves beginnings too.
        op.execute('CREATE INDEX ix_market_sales_address_start ON market_sales (address_key COLLATE "C")')


def _jobs() -> None:
    """Create the table of jobs."""
    op.create_table(
        "jobs",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "parameters", "state")),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger),
        sa.Column("message", sa.Text),
        sa.Column("checkpoint", sa.Text, nullable=False),
        sa.Column("interruptions", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("result", "error")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("created_by", "created_at")),
        *(sa.Column(name, sa.Text) for name in ("started_at", "finished_at")),
        sa.Column("updated_at", sa.Text, nullable=False),
    )
    for name in ("state", "kind", "created_by"):
        op.create_index(f"ix_jobs_{name}", "jobs", [name, "seq"])


def _records() -> None:
    """Create the record tables of notes and saved views, and the indexes of owners, roles and
    deals of properties."""
    _record_table("notes", "entity", "entity_id", "author", "status")
    _record_table("views", "list", "owner", "status")
    op.execute(
        "CREATE UNIQUE INDEX ux_views_name ON views ((doc ->> 'owner'), (doc ->> 'list'), lower((doc ->> 'name'))) "
        "WHERE (doc ->> 'status') = 'active'"
    )
    op.execute("CREATE INDEX ix_properties_deal_id ON properties ((doc ->> 'deal_id'), seq)")
    for table in ("deals", "partners", "properties"):
        op.execute(f"CREATE INDEX ix_{table}_owner ON {table} ((doc ->> 'owner'), seq)")
    for role in ("buyer", "lender", "gc", "pm", "jv_partner", "agent", "other"):
        op.execute(
            f"CREATE INDEX ix_partners_role_{role} ON partners (seq) WHERE "
            f"((doc ->> 'role') = '{role}' OR (doc ->> 'roles') LIKE '%\"{role}\"%')"
        )


def _record_table(name: str, *filters: str) -> None:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        name,
        sa.Column("seq", kind, sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("doc", sa.Text().with_variant(sa.JSON(), "postgresql"), nullable=False),
    )
    for field in filters:
        op.execute(f"CREATE INDEX ix_{name}_{field} ON {name} ((doc ->> '{field}'), seq)")
