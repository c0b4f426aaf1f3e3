"""Verified forms of contact details, and keys of addresses and parcels: one function per package."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


PARCEL = "ltrim(replace(replace(replace(replace(lower((doc ->> 'parcel')), '-', ''), ' ', ''), '.', ''), '/', ''), '0')"


def upgrade() -> None:
    _market()


def _market() -> None:
    op.add_column("market_sales", sa.Column("address_key", sa.Text))
    op.add_column("market_sales", sa.Column("parcel_key", sa.Text))
    op.create_index("ix_market_sales_address", "market_sales", ["market", "address_key"])
    op.create_index("ix_market_sales_parcel_key", "market_sales", ["market", "parcel_key"])
    for index, table in (("ix_properties_parcel", "properties"), ("ix_appraisals_parcel_key", "appraisals")):
        op.execute(f"CREATE INDEX {index} ON {table} ({PARCEL}, seq)")
