"""People, their sessions, second factors and identities at providers; tokens with owner, expiry and scopes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _people()
    _sessions()
    _sign_in()
    _factors()
    _identities()
    _tokens()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _nullable_texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text) for name in names]


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("email", "name", "role", "status"),
        *_nullable_texts("password_hash", "password_set_at"),
        *_texts("created_by", "created_at", "updated_at"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "person_links",
        sa.Column("digest", sa.Text, primary_key=True),
        *_texts("kind", "person_id", "created_by", "created_at", "expires_at"),
        *_nullable_texts("used_at", "revoked_at"),
    )
    op.create_index("ix_person_links_person_id", "person_links", ["person_id"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *_texts("person_id", "stage", "methods", "address", "user_agent"),
        *_texts("created_at", "signed_in_at", "seen_at", "expires_at"),
        *_nullable_texts("ended_at", "ended_because", "provider", "provider_session", "id_token"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id", "created_at"])
    op.create_index("ix_sessions_provider_session", "sessions", ["provider", "provider_session"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def _sign_in() -> None:
    """Create the counters of failures, and the open challenges of passkeys and providers."""
    op.create_table(
        "sign_in_failures",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        *_texts("last_at"),
    )
    op.create_index("ix_sign_in_failures_last_at", "sign_in_failures", ["last_at"])
    op.create_table(
        "sign_in_challenges",
        sa.Column("digest", sa.Text, primary_key=True),
        *_texts("kind", "state", "created_at", "expires_at"),
    )
    op.create_index("ix_sign_in_challenges_expires_at", "sign_in_challenges", ["expires_at"])


def _factors() -> None:
    op.create_table(
        "totp_secrets",
        sa.Column("person_id", sa.Text, primary_key=True),
        *_nullable_texts("secret", "confirmed_at", "pending", "pending_at"),
        sa.Column("last_step", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        *_texts("person_id", "digest", "created_at"),
        *_nullable_texts("used_at"),
        sa.PrimaryKeyConstraint("person_id", "digest"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("person_id", "name", "rp_id", "credential", "transports"),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        *_texts("created_at"),
        *_nullable_texts("used_at"),
    )
    op.create_index("ix_passkeys_person_id", "passkeys", ["person_id"])


def _identities() -> None:
    op.create_table(
        "identities",
        *_texts("issuer", "subject", "person_id", "provider", "created_at"),
        *_nullable_texts("used_at"),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])


def _tokens() -> None:
    for name in ("owner", "scopes", "expires_at", "used_at", "previous_digest", "previous_until"):
        op.add_column("access_tokens", sa.Column(name, sa.Text))
    op.add_column("access_tokens", sa.Column("lifetime_s", sa.BigInteger))
    op.create_index("ux_access_tokens_previous_digest", "access_tokens", ["previous_digest"], unique=True)
    op.create_index("ix_access_tokens_owner", "access_tokens", ["owner"])
