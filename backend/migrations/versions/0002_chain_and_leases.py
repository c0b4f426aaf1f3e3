"""Hash-chained audit events, and leases of processes."""

import json
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

HASHED = (
    *("seq", "id", "at", "actor", "via", "action", "entity", "entity_id"),
    *("outcome", "detail", "request_id", "changes"),
)
CHUNK = 5_000
GENESIS = "0" * 64


def upgrade() -> None:
    _chain()
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("holder", "about", "since", "until")),
    )


def _chain() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_index("ix_audit_events_xact", "audit_events")
    op.drop_column("audit_events", "xact")
    op.add_column("audit_events", sa.Column("hash", sa.Text, nullable=False, server_default=""))
    off, on = _POSTGRESQL if postgresql else _SQLITE
    for statement in off:
        op.execute(statement)
    last = _fill()
    for statement in on:
        op.execute(statement)
    op.execute(
        sa.text("INSERT INTO store_state (key, value) VALUES ('audit_head', :head)").bindparams(
            head=f"{last[0]} {last[1]}"
        )
    )


def _fill() -> tuple[int, str]:
    """Chain the events written before the chain existed. Return the number and the hash of the last event."""
    conn = op.get_bind()
    seq, link = 0, GENESIS
    while rows := conn.execute(
        sa.text(f"SELECT {', '.join(HASHED)} FROM audit_events WHERE seq > :seq ORDER BY seq LIMIT {CHUNK}"),  # noqa: S608
        {"seq": seq},
    ).fetchall():
        hashes: list[dict[str, Any]] = []
        for row in rows:
            seq, link = row[0], sha256(json.dumps([link, *row]).encode()).hexdigest()
            hashes.append({"of": seq, "hash": link})
        conn.execute(sa.text("UPDATE audit_events SET hash = :hash WHERE seq = :of"), hashes)
    return seq, link


_NEVER = "audit events are never edited or deleted"
_SQLITE = (
    ["DROP TRIGGER audit_events_no_update"],
    [
        f"""CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
        BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"""
    ],
)
_POSTGRESQL = (
    ["ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only"],
    ["ALTER TABLE audit_events ENABLE TRIGGER audit_events_append_only"],
)
