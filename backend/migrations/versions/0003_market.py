"""Market data, models and computed results: one function per package."""

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
    """Return the row number column. A number that refers to another table does not count up by itself."""
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
    _record_table("appraisals", "market", "property_id", "parcel")
    op.execute(
        "CREATE UNIQUE INDEX ux_appraisals_import_key ON appraisals ((doc ->> 'import_key')) "
        "WHERE (doc ->> 'import_key') IS NOT NULL"
    )
    op.create_table(
        "market_sales",
        _seq(),
        sa.Column("market", sa.Text, nullable=False),
        sa.Column("rev", sa.BigInteger, nullable=False),
        *_text("source", "source_key", null=False),
        sa.Column("price_cents", sa.BigInteger, nullable=False),
        *_text("currency", "close_date", null=False),
        *_text("dated_by", "contract_date"),
        *_double("latitude", "longitude"),
        *_text("placed_by"),
        *_double("living_sqft", "lot_sqft", "beds", "baths"),
        sa.Column("year_built", sa.Integer),
        sa.Column("year_renovated", sa.Integer),
        *_double("grade", "condition", "floors", "basement_sqft", "view", "waterfront"),
        *_text("property_type", "parcel", "address", "city", "postal", "area", "deed", "terms"),
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
    _part_index("ix_market_sales_place", ["market", "latitude", "longitude"], "removed IS NULL")
    _part_index("ix_market_sales_flagged", ["market", "close_date", "seq"], "flags != '[]'")
    op.create_index("ix_market_sales_parcel", "market_sales", ["market", "parcel"])
    op.create_table(
        "market_index_points",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("source", "series", "period")),
        sa.Column("value", sa.Double, nullable=False),
        *_text("place", null=False),
    )


def _part_index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "market_sales", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _mls() -> None:
    op.create_table(
        "market_feeds",
        sa.Column("name", sa.Text, primary_key=True),
        *_text("market", "state", "updated_at", null=False),
    )


def _valuation() -> None:
    op.create_table(
        "market_models",
        sa.Column("id", sa.Text, primary_key=True),
        *_text("market", "until", "version", "fingerprint", "card", "body", "created_at", null=False),
    )
    op.create_index("ix_market_models_market", "market_models", ["market", "until", "created_at"])
    op.create_table(
        "market_studies",
        sa.Column("id", sa.Text, primary_key=True),
        *_text("market", "report", "created_at", null=False),
    )
    op.create_index("ix_market_studies_market", "market_studies", ["market", "created_at"])


def _rents() -> None:
    op.create_table(
        "rent_comps",
        _seq(),
        *_text("source", "source_key", "country", "currency", null=False),
        sa.Column("rent_cents", sa.BigInteger, nullable=False),
        *_text("kind", "rent_date", null=False),
        *_double("latitude", "longitude"),
        *_text("placed_by"),
        *_double("living_sqft", "beds", "baths"),
        *_text("property_type", "address", "city", "city_key", "region", "postal", "area"),
        *_text("row", "created_at", "updated_at", null=False),
    )
    op.create_index("ux_rent_comps_source", "rent_comps", ["source", "source_key"], unique=True)
    op.create_index("ix_rent_comps_place", "rent_comps", ["country", "latitude", "longitude"])
    op.create_index("ix_rent_comps_area", "rent_comps", ["country", "area", "rent_date"])
    op.create_index("ix_rent_comps_city", "rent_comps", ["country", "region", "city_key", "rent_date"])
    op.create_table(
        "rent_benchmarks",
        _seq(),
        *_text("source", "source_key", "country", "currency", "level", "place", "place_key", null=False),
        *_text("region"),
        sa.Column("beds", sa.Integer),
        *_text("period", "period_start", null=False),
        sa.Column("rent_cents", sa.BigInteger, nullable=False),
        *_text("measure"),
        *_text("row", "created_at", "updated_at", null=False),
    )
    op.create_index("ux_rent_benchmarks_source", "rent_benchmarks", ["source", "source_key"], unique=True)
    op.create_index("ix_rent_benchmarks_place", "rent_benchmarks", ["country", "level", "place_key", "period_start"])


def _repairs() -> None:
    _record_table("repair_costs", "currency")


def _neighborhood() -> None:
    op.create_table(
        "place_factors",
        _seq(),
        *_text("source", "source_key", "factor", "country", "level", null=False),
        *_text("place_key", "place"),
        *_double("latitude", "longitude", "radius_km"),
        sa.Column("value", sa.Double, nullable=False),
        *_text("unit"),
        sa.Column("worst", sa.Double, nullable=False),
        sa.Column("best", sa.Double, nullable=False),
        *_text("as_of", "row", "created_at", "updated_at", null=False),
    )
    op.create_index("ux_place_factors_source", "place_factors", ["source", "source_key"], unique=True)
    op.create_index("ix_place_factors_place", "place_factors", ["country", "level", "place_key", "factor"])
    op.create_index("ix_place_factors_point", "place_factors", ["country", "level", "latitude", "longitude"])


def _property() -> None:
    _record_table("valuations", "property_id", "kind")
