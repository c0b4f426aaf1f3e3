"""Sales stored directly, without a file."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import httpx

from backend.app.bootstrap import open_store
from backend.app.core_gov.market import service
from backend.app.core_gov.market.sale import Sale
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.market.screening import rules
from backend.app.core_gov.market.screening.store import note_screening
from backend.app.kit.db import Ctx, Database
from backend.app.settings import Settings
from backend.tests.harness import http_client, serving

CLERK = Ctx("clerk", "cli")
ELM, OAK = (47.6, -122.3), (43.25, -79.87)
"""The middles of two markets, one in each country."""


def sale(number: int, **other: object) -> Sale:
    """Return a sale with a day, price and location of its own."""
    plain = Sale(
        source_key=f"key {number}",
        price_cents=40_000_000 + 100_050 * number,
        currency="USD",
        close_date=(date(2014, 5, 1) + timedelta(days=number)).isoformat(),
        latitude=ELM[0],
        longitude=ELM[1],
        living_sqft=1500.0,
        parcel=f"parcel {number}",
        row=f'{{"number":"{number}"}}',
    )
    return replace(plain, **other)  # type: ignore[arg-type]


def varied(count: int) -> list[Sale]:
    """Return sales that differ in every searchable field; some values are unknown."""
    chance = random.Random(4)
    return [
        sale(
            number,
            close_date=(date(2014, 5, 1) + timedelta(days=chance.randrange(300))).isoformat(),
            latitude=None if number % 11 == 0 else round(ELM[0] + chance.gauss(0, 0.02), 5),
            longitude=None if number % 11 == 0 else round(ELM[1] + chance.gauss(0, 0.03), 5),
            price_cents=chance.randrange(20_000_000, 90_000_000, 500),
            living_sqft=None if number % 7 == 0 else float(chance.randrange(700, 4000, 10)),
            beds=None if number % 5 == 0 else float(chance.randrange(1, 6)),
            baths=chance.randrange(4, 14) / 4,
            property_type=chance.choice(["single_family", "condo", None]),
            area=chance.choice(["98101", "98102", "98103"]),
            parcel=f"parcel {number % 20}",
        )
        for number in range(count)
    ]


def put(db: Database, market: str, sales: Iterable[Sale], country: str = "US") -> None:
    """Store sales in a new market, without screening now or when the store is next opened."""
    currency = {"US": "USD", "CA": "CAD"}[country]
    made = MarketCreate.model_validate({"name": market, "country": country, "currency": currency})
    if db.snapshot_now(service.find_market, market) is None:
        db.write_now(CLERK, service.create_market, made)
    db.write_now(CLERK, service.upsert_sales, market, "test", [replace(each, currency=currency) for each in sales])
    db.write_now(CLERK, note_screening, market, rules.VERSION)


@contextmanager
def served(settings: Settings, markets: dict[str, tuple[str, list[Sale]]]) -> Iterator[httpx.Client]:
    """Yield a client of a service with markets, given by name with country and sales."""
    with open_store(settings) as store:
        for name, (country, sales) in markets.items():
            put(store.db, name, sales, country)
    with serving(settings) as url, http_client(url) as client:
        yield client
