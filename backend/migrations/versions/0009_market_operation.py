"""Decisions on models, schedules of markets, values computed on a schedule; audit events cannot be replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _model_decisions()
    _market_schedules()
    _scheduled_valuations()
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)


def _model_decisions() -> None:
    op.create_table(
        "model_decisions",
        sa.Column("model_id", sa.Text, primary_key=True),
        sa.Column("in_use", sa.Integer, nullable=False),
        sa.Column("comparison", sa.Text),
        sa.Column("decided_at", sa.Text, nullable=False),
    )


def _market_schedules() -> None:
    op.create_table(
        "market_schedules",
        sa.Column("market", sa.Text, primary_key=True),
        sa.Column("task", sa.Text, primary_key=True),
        sa.Column("every_hours", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.Text),
        sa.Column("done_at", sa.Text),
        sa.Column("failure", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("updated_at", sa.Text, nullable=False),
    )


def _scheduled_valuations() -> None:
    op.create_table(
        "scheduled_valuations",
        sa.Column("seq", _SEQ, sa.Identity(), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("property_id", "kind", "as_of", "market", "currency")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("value_cents", "low_cents", "high_cents")),
        sa.Column("probability", sa.Double, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("model_version", "data_fingerprint", "created_at")),
    )
    op.create_index("ix_scheduled_valuations_property", "scheduled_valuations", ["property_id", "kind", "seq"])
    op.create_index("ix_scheduled_valuations_created_at", "scheduled_valuations", ["created_at"])


# INSERT OR REPLACE deletes the row that it replaces, and no trigger of deletions fires for it.
_SQLITE = [
    f"""CREATE TRIGGER audit_events_once_{column} BEFORE INSERT ON audit_events
    WHEN EXISTS (SELECT 1 FROM audit_events WHERE {column} = NEW.{column})
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_events.{column}'); END"""  # noqa: S608 - our own names
    for column in ("seq", "id")
]
