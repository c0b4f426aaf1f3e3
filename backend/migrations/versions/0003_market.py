"""Market data, models and what is computed from them: a function for each package."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _market()
    _mls()
    _valuation()
    _rents()
    _repairs()
    _neighborhood()
    _property()


def _seq(*extra: sa.ForeignKey) -> sa.Column[int]:
    """The number of a row; one that is another table's number counts nothing by itself."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    if extra:
        return sa.Column("seq", kind, *extra, primary_key=True, autoincrement=False)
    return sa.Column("seq", kind, sa.Identity(), primary_key=True)


def _text(*names: str, null: bool = True) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=null) for name in names]


def _double(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double) for name in names]


def _record_table(name: str, *filters: str) -> None:
    op.create_table(
        name,
        _seq(),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("doc", sa.Text().with_variant(sa.JSON(), "postgresql"), nullable=False),
    )
    for field in filters:
        op.execute(f"CREATE INDEX ix_{name}_{field} ON {name} ((doc ->> '{field}'), seq)")


def _market() -> None:
    _record_table("markets")
    op.create_table(
        "market_sales",
        _seq(),
        sa.Column("market", sa.Text, nullable=False),
        sa.Column("rev", sa.BigInteger, nullable=False),
        *_text("source", "source_key", null=False),
        sa.Column("price_cents", sa.BigInteger, nullable=False),
        *_text("currency", "close_date", null=False),
        *_text("contract_date"),
        *_double("latitude", "longitude"),
        *_text("placed_by"),
        *_double("living_sqft", "lot_sqft", "beds", "baths"),
        sa.Column("year_built", sa.Integer),
        sa.Column("year_renovated", sa.Integer),
        *_double("grade", "condition", "floors", "basement_sqft", "view", "waterfront"),
        *_text("property_type", "parcel", "address", "city", "postal", "area"),
        sa.Column("flags", sa.Text, nullable=False, server_default="[]"),
        sa.Column("usable", sa.Integer, nullable=False, server_default="1"),
        *_text("removed"),
        *_text("created_at", "updated_at", null=False),
    )
    op.create_table(
        "market_source_rows",
        _seq(sa.ForeignKey("market_sales.seq")),
        *_text("row", null=False),
        sa.Column("units", sa.Text, nullable=False, server_default="{}"),
    )
    op.create_index("ux_market_sales_source", "market_sales", ["market", "source", "source_key"], unique=True)
    op.create_index("ix_market_sales_rev", "market_sales", ["market", "rev"])
    op.create_index("ix_market_sales_close", "market_sales", ["market", "close_date", "seq"])
    op.create_index("ix_market_sales_place", "market_sales", ["market", "latitude", "longitude"])
    op.create_index("ix_market_sales_parcel", "market_sales", ["market", "parcel"])


def _mls() -> None:
    """The state of feeds."""


def _valuation() -> None:
    """Models and studies."""


def _rents() -> None:
    """Rental comps and benchmarks."""


def _repairs() -> None:
    """Unit costs."""


def _neighborhood() -> None:
    """Factors of places."""


def _property() -> None:
    """Valuations."""
