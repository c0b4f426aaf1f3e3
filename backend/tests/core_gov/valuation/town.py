"""A small generated town with stored sales and known prices, quick to train on."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np

from backend.app.bootstrap import open_store
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.sale import Sale
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.valuation import service as valuation
from backend.app.core_gov.valuation import store as valuation_store
from backend.app.core_gov.valuation.model.model import Model
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.service import TrainingResult
from backend.app.kit.db import Ctx, Database
from backend.app.settings import Settings

CLERK = Ctx("clerk", "cli")
FIRST, CUT, LAST = "2024-01-01", "2025-04-01", "2025-06-30"
"""The first day of closing, the day at which training ends, and the last day of closing."""

MIDDLE = (47.60, -122.30)
POSTAL = "98112"
"""A code whose middle lies in the town."""

HOME: dict[str, Any] = {
    "address": "12 Elm Street", "country": "US", "region": "WA", "city": "Seattle", "postal": POSTAL, "beds": 3,
    "baths": 2, "sqft": 1800, "lot_sqft": 5000, "year_built": 1970, "grade": 7, "condition": 3, "latitude": 47.601,
    "longitude": -122.301, "property_type": "house",
}  # fmt: skip


def day_of(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def sales(count: int = 420, *, seed: int = 3, first: str = FIRST, last: str = LAST, key: str = "k") -> list[Sale]:
    """Return houses in a small town; prices rise 4 % a year, and each was agreed before it closed."""
    return list(_sales(count, seed, first, last, key))


@cache
def _sales(count: int, seed: int, first: str, last: str, key: str) -> tuple[Sale, ...]:
    chance = np.random.default_rng(seed)
    start, stop = day_of(first), day_of(last)
    found = []
    for number in range(count):
        living, lot = round(float(np.exp(chance.normal(7.5, 0.3)))), round(float(np.exp(chance.normal(8.5, 0.4))))
        beds, baths = float(chance.integers(2, 6)), float(chance.integers(2, 7)) / 2
        grade, condition = float(chance.integers(5, 10)), float(chance.integers(2, 5))
        north, east = chance.uniform(-0.03, 0.03), chance.uniform(-0.04, 0.04)
        day = int(chance.integers(start, stop + 1))
        worth = 8.2 + 0.6 * np.log(living) + 0.05 * np.log(lot) + 0.03 * baths + 0.08 * grade + 0.05 * condition
        worth += 4 * north + 0.04 * (day - start) / 365.25 + chance.normal(0, 0.08)
        closed = date(1970, 1, 1) + timedelta(days=day)
        found.append(
            Sale(
                source_key=f"{key}{number}",
                price_cents=round(float(np.exp(worth))) * 100,
                currency="USD",
                close_date=closed.isoformat(),
                contract_date=(closed - timedelta(days=int(chance.integers(10, 40)))).isoformat(),
                latitude=round(MIDDLE[0] + north, 5),
                longitude=round(MIDDLE[1] + east, 5),
                living_sqft=float(living),
                lot_sqft=float(lot),
                beds=beds,
                baths=baths,
                year_built=int(chance.integers(1920, 2015)),
                grade=grade,
                condition=condition,
                property_type="house",
                parcel=f"{key} parcel {number}",
                address=f"{number} Oak Street",
                area="98112" if east > 0 else "98122",
                row=json.dumps({"number": number}),
            )
        )
    return tuple(found)


OWN = "own parcel"
"""The parcel of a home that is sold twice: known before the cut, and after it."""


def oddities() -> list[Sale]:
    """Return sales that are not comparable to most homes, keyed by the reason."""
    plain = replace(sales(1)[0], contract_date=None, latitude=MIDDLE[0], longitude=MIDDLE[1], living_sqft=1800.0)
    others: dict[str, dict[str, Any]] = {
        "own-early": {"parcel": OWN, "close_date": "2025-02-03"},
        "own-late": {"parcel": OWN, "close_date": "2025-06-02"},
        "token": {"price_cents": 500_000, "close_date": "2025-03-03"},
        "condo": {"property_type": "condo", "close_date": "2025-03-04"},
        "far": {"latitude": MIDDLE[0] + 0.5, "close_date": "2025-03-05"},
        "huge": {"living_sqft": 9000.0, "close_date": "2025-03-06"},
    }
    return [replace(plain, **{"source_key": key, "parcel": key, "row": "{}", **other}) for key, other in others.items()]


def without(some: Iterable[Sale], *names: str) -> list[Sale]:
    """Return the sales with some columns unknown."""
    return [replace(sale, **dict.fromkeys(names)) for sale in some]  # type: ignore[arg-type]


def put(db: Database, some: Iterable[Sale], market: str = "town", country: str = "US") -> None:
    """Store sales in a new market; with none, only the market."""
    currency = {"US": "USD", "CA": "CAD"}[country]
    if db.snapshot_now(markets.find_market, market) is None:
        made = MarketCreate.model_validate({"name": market, "country": country, "currency": currency})
        db.write_now(CLERK, markets.create_market, made)
    listed = [replace(sale, currency=currency) for sale in some]
    if listed:
        db.write_now(CLERK, markets.upsert_sales, market, "test", listed)


def everything() -> list[Sale]:
    """Return the sales of the town, followed by the odd ones."""
    return [*sales(), *oddities()]


def odd(key: str) -> str:
    """Return the id of an odd sale in a store that has only the town's sales."""
    return f"sale_{[sale.source_key for sale in everything()].index(key) + 1}"


def train(db: Database, until: str = CUT, market: str = "town") -> TrainingResult:
    return valuation.train_market(db, CLERK, market, day_of(until), lambda done, total: None)


@cache
def trained(until: str) -> tuple[Card, str]:
    """Return a model of the town, trained once per process."""
    with TemporaryDirectory() as folder, open_store(Settings(data_dir=Path(folder))) as store:
        put(store.db, everything())
        card = train(store.db, until).card
        return card, store.db.snapshot_now(valuation_store.body_of, card.id)


def model(until: str) -> Model:
    return Model.from_json(json.loads(trained(until)[1]))


def keep_model(db: Database, until: str) -> None:
    """Store the model that was trained until a day."""
    card, body = trained(until)
    db.write_now(CLERK, valuation_store.add_model, card, body)


def stock(db: Database, until: str) -> None:
    """Store the town and its model."""
    put(db, everything())
    keep_model(db, until)


def home(api: httpx.Client, **other: Any) -> str:
    """Store a property and return its id; None leaves a field out."""
    body = {name: value for name, value in (HOME | other).items() if value is not None}
    answer = api.post("/core/property/properties", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
