"""Deliveries of messages, their events, the pacing of senders, messages of providers, opt-outs and consent."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state IN ('claimed', 'held', 'sending', 'uncertain', 'waiting')")


def upgrade() -> None:
    _deliveries()
    _delivery_events()
    op.create_table(
        "sender_states",
        sa.Column("name", sa.Text, primary_key=True),
        *_texts("next_at"),
        *_nullable_texts("day"),
        sa.Column("sent_on_day", sa.BigInteger, nullable=False),
        *_nullable_texts("trouble", "trouble_at"),
    )

    _provider_messages()
    for name, filters in (("opt_outs", ("address", "channel", "source")), ("consents", ("address", "channel", "kind"))):
        _records(name, filters)
    op.create_table("contact_addresses", sa.Column("address", sa.Text, primary_key=True))


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _nullable_texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text) for name in names]


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("seq", _SEQ, sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *_texts("draft_id", "channel", "sender", "purpose"),
        *_nullable_texts("place"),
        *_texts("recipient", "body", "send_at", "not_after", "state", "state_at"),
        *_nullable_texts("reason", "error_code", "provider_status", "account", "provider_id"),
        sa.Column("attempts", sa.Integer, nullable=False),
        *_nullable_texts("attempted_at", "overrides"),
        *_texts("due_at"),
        *_nullable_texts("claimed_by", "claimed_until", "poll_at"),
        *_texts("created_by", "created_at", "updated_at"),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["sender", "state", "due_at"])
    op.create_index("ix_deliveries_state", "deliveries", ["state", "seq"])
    op.create_index("ix_deliveries_draft_id", "deliveries", ["draft_id", "seq"])
    op.create_index("ix_deliveries_recipient", "deliveries", ["recipient", "seq"])
    op.create_index("ix_deliveries_poll_at", "deliveries", ["poll_at"])
    op.create_index("ux_deliveries_provider_id", "deliveries", ["account", "provider_id"], unique=True)
    op.create_index(
        "ux_deliveries_open", "deliveries", ["draft_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def _delivery_events() -> None:
    op.create_table(
        "delivery_events",
        sa.Column("seq", _SEQ, sa.Identity(), primary_key=True),
        *_texts("delivery_id", "kind", "at", "source"),
        *_nullable_texts("provider_status", "error_code", "provider_id", "outcome", "note"),
    )
    op.create_index("ix_delivery_events_delivery_id", "delivery_events", ["delivery_id", "seq"])


def _provider_messages() -> None:
    op.create_table(
        "provider_messages",
        sa.Column("seq", _SEQ, sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *_texts("account", "provider_id", "direction"),
        *_nullable_texts("sender"),
        *_texts("from_address", "to_address", "body", "status", "at"),
        *_nullable_texts("meaning", "delivery_id"),
        *_texts("read_at"),
    )
    op.create_index("ux_provider_messages_provider_id", "provider_messages", ["account", "provider_id"], unique=True)
    op.create_index("ix_provider_messages_direction", "provider_messages", ["direction", "seq"])
    op.create_index("ix_provider_messages_from", "provider_messages", ["from_address", "direction", "at"])
    op.create_index("ix_provider_messages_to", "provider_messages", ["to_address", "direction", "at"])
    op.create_table(
        "account_readings",
        sa.Column("account", sa.Text, primary_key=True),
        *_nullable_texts("read_until", "began_at", "next_url", "finished_at"),
    )


def _records(name: str, filters: tuple[str, ...]) -> None:
    """Create the table of a kind of record that an address, a channel and a scope identify."""
    op.create_table(
        name,
        sa.Column("seq", _SEQ, sa.Identity(), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("doc", sa.Text().with_variant(sa.JSON(), "postgresql"), nullable=False),
    )
    for each in filters:
        op.execute(f"CREATE INDEX ix_{name}_{each} ON {name} ((doc ->> '{each}'), seq)")
    op.execute(
        f"CREATE UNIQUE INDEX ux_{name}_address ON {name} ((doc ->> 'address'), (doc ->> 'channel'), "
        "(doc ->> 'scope')) WHERE (doc ->> 'address') IS NOT NULL"
    )
