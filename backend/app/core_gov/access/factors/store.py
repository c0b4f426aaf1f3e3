"""Tables of second factors."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from backend.app.kit.db import metadata

totp_secrets = Table(
    "totp_secrets",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("secret", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("confirmed_at", Text),
    Column("last_step", BigInteger, nullable=False),
)
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
)
passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("credential", Text, nullable=False),
    Column("transports", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
)
Index("ix_passkeys_person_id", passkeys.c.person_id)
