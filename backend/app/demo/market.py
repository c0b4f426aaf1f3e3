"""The demo's market: all sales that its houses were picked from, for comparables and valuations."""

from collections.abc import Iterable, Sequence
from itertools import islice

from backend.app.core_gov.market import service
from backend.app.core_gov.market.sale import Sale as MarketSale
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.market.screening import screen_market
from backend.app.demo.sales import DemoSale
from backend.app.kit.db import Ctx, Database

NAME = "king-county"
SOURCE = "king-county"
BATCH = 1000

AS_OF = "2015-05-28"
"""Day after the last sale: valuation date of the demo's properties."""


def load(db: Database, ctx: Ctx, sales: Sequence[DemoSale]) -> None:
    """Import the sales as a market, and screen it."""
    payload = MarketCreate(
        name=NAME, country="US", currency="USD", notes="Houses sold in King County, Washington, May 2014 to May 2015"
    )
    db.write_now(ctx, service.create_market, payload)
    remaining = iter(_market_sales(sales))
    while batch := list(islice(remaining, BATCH)):
        db.write_now(ctx, service.upsert_sales, NAME, SOURCE, batch)
    screen_market.screen(db, ctx, NAME, lambda done, total: None)


def _market_sales(sales: Iterable[DemoSale]) -> Iterable[MarketSale]:
    for sale in sales:
        yield MarketSale(
            source_key=f"{sale.parcel}:{sale.sold_on}",
            price_cents=100 * sale.price,
            currency="USD",
            close_date=sale.sold_on[:10],
            latitude=sale.latitude,
            longitude=sale.longitude,
            living_sqft=float(sale.sqft),
            lot_sqft=float(sale.lot_sqft),
            beds=float(sale.beds),
            baths=sale.baths,
            year_built=sale.year_built,
            grade=float(sale.grade),
            condition=float(sale.condition),
            floors=sale.floors,
            property_type="single_family",
            parcel=str(sale.parcel),
            postal=str(sale.zipcode),
            area=str(sale.zipcode),
        )
