"""Table of the identities that people have at providers."""

from sqlalchemy import Column, Index, Table, Text

from backend.app.kit.db import metadata

identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
)
Index("ix_identities_person_id", identities.c.person_id)
