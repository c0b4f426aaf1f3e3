"""Verified forms of contact details, and keys of addresses and parcels: one function per package."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


PARCEL = "ltrim(replace(replace(replace(replace(lower((doc ->> 'parcel')), '-', ''), ' ', ''), '.', ''), '/', ''), '0')"


def upgrade() -> None:
    _market()
    _contacts()


def _market() -> None:
    op.add_column("market_sales", sa.Column("address_key", sa.Text))
    op.add_column("market_sales", sa.Column("parcel_key", sa.Text))
    op.create_index("ix_market_sales_address", "market_sales", ["market", "address_key"])
    op.create_index("ix_market_sales_parcel_key", "market_sales", ["market", "parcel_key"])
    for index, table in (("ix_properties_parcel", "properties"), ("ix_appraisals_parcel_key", "appraisals")):
        op.execute(f"CREATE INDEX {index} ON {table} ({PARCEL}, seq)")


def _contacts() -> None:
    """Create the indexes of contact details: lists by recipient and by partner, and contacts that are not verified."""
    for name in ("to", "to_e164", "provider", "provider_ref", "sent_at"):
        op.execute(f"CREATE INDEX ix_sendlog_{name} ON sendlog ((doc ->> '{name}'), seq)")
    op.execute("CREATE INDEX ix_sendlog_to_email ON sendlog (lower((doc ->> 'to_email')), seq)")
    op.execute("CREATE INDEX ix_partners_phone_e164 ON partners ((doc ->> 'phone_e164'), seq)")
    op.execute("CREATE INDEX ix_partners_email ON partners (lower((doc ->> 'email_normalized')), seq)")
    op.execute(
        "CREATE INDEX ix_partners_unverified ON partners (seq) WHERE "
        "((doc ->> 'email') IS NOT NULL AND (doc ->> 'email_normalized') IS NULL) OR "
        "((doc ->> 'phone') IS NOT NULL AND (doc ->> 'phone_e164') IS NULL)"
    )
    op.execute(
        "CREATE INDEX ix_drafts_unverified ON drafts (seq) WHERE (doc ->> 'to') IS NOT NULL AND ("
        "((doc ->> 'channel') IN ('sms', 'call') AND (doc ->> 'to_e164') IS NULL) OR "
        "((doc ->> 'channel') = 'email' AND (doc ->> 'to_email') IS NULL))"
    )
