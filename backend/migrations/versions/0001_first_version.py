"""First version: record tables, audit trail, access tokens, idempotency keys, and the store's own state."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

RECORD_TABLES = {
    "deals": ("status", "strategy", "property_id"),
    "drafts": ("status", "channel", "deal_id", "contact_id"),
    "sendlog": ("channel", "deal_id", "contact_id", "draft_id"),
    "partners": ("status", "role"),
    "links": ("partner_id", "deal_id", "status"),
    "properties": ("status", "country", "region", "address_key"),
    "ratings": (),
    "comps": (),
    "repair_rent": (),
}
TAGGED = ("partners",)
UNIQUE = {
    "ux_sendlog_draft_id": ("sendlog", "(doc ->> 'draft_id')", "(doc ->> 'draft_id') IS NOT NULL"),
    "ux_links_active": (
        "links",
        "(doc ->> 'partner_id'), (doc ->> 'deal_id'), lower((doc ->> 'relationship'))",
        "(doc ->> 'status') = 'active'",
    ),
    "ux_properties_import_key": (
        "properties",
        "(doc ->> 'import_key')",
        "(doc ->> 'import_key') IS NOT NULL",
    ),
}


def upgrade() -> None:
    for name, filters in RECORD_TABLES.items():
        _record_table(name, filters)
    for name in TAGGED:
        _tag_table(name)
    for index, (table, columns, where) in UNIQUE.items():
        op.execute(f"CREATE UNIQUE INDEX {index} ON {table} ({columns}) WHERE {where}")
    _audit_events()
    _access_tokens()
    _idempotency_keys()
    op.create_table(
        "store_state",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _seq() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("seq", kind, sa.Identity(), primary_key=True)


def _record_table(name: str, filters: tuple[str, ...]) -> None:
    op.create_table(
        name,
        _seq(),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("doc", sa.Text().with_variant(sa.JSON(), "postgresql"), nullable=False),
    )
    for field in filters:
        op.execute(f"CREATE INDEX ix_{name}_{field} ON {name} ((doc ->> '{field}'), seq)")


def _tag_table(name: str) -> None:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        f"{name}_tags",
        sa.Column("tag", sa.Text, primary_key=True),
        sa.Column("seq", kind, sa.ForeignKey(f"{name}.seq"), primary_key=True, autoincrement=False),
    )


def _audit_events() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    xact = sa.text("(pg_current_xact_id()::text::bigint)") if postgresql else None
    op.create_table(
        "audit_events",
        _seq(),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "actor", "via", "action")),
        *(sa.Column(name, sa.Text) for name in ("entity", "entity_id")),
        sa.Column("outcome", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("detail", "request_id")),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("xact", sa.BigInteger, server_default=xact),
    )
    op.create_index("ix_audit_events_entity_id", "audit_events", ["entity_id", "seq"])
    op.create_index("ix_audit_events_at", "audit_events", ["at"])
    where = sa.text("xact IS NOT NULL")
    op.create_index("ix_audit_events_xact", "audit_events", ["xact"], sqlite_where=where, postgresql_where=where)
    for statement in _APPEND_ONLY_POSTGRESQL if postgresql else _APPEND_ONLY_SQLITE:
        op.execute(statement)


_NEVER = "audit events are never edited or deleted"
_APPEND_ONLY_SQLITE = [
    f"""CREATE TRIGGER audit_events_no_{act} BEFORE {act.upper()} ON audit_events
        BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"""
    for act in ("update", "delete")
]
_APPEND_ONLY_POSTGRESQL = [
    f"""CREATE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_NEVER}'; END $$""",
    """CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION audit_events_append_only()""",
]


def _access_tokens() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.Text),
    )


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"])
