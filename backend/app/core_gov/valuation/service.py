"""Training and lookup of a market's models, and access to its ratio studies."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import Sales, date_of
from backend.app.core_gov.market.fingerprint import fingerprint
from backend.app.core_gov.market.indexes.price_index import PriceIndex
from backend.app.core_gov.market.indexes.service import index_of
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.core_gov.valuation import store
from backend.app.core_gov.valuation.comps.walk_forward import values
from backend.app.core_gov.valuation.model.model import FORMAT, Model
from backend.app.core_gov.valuation.model.training import train
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.schemas import ModelFacts, ModelList, StudyReport
from backend.app.kit import clock
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.ids import new_id
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.records import Stored


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """Stored model; `new` is False if the same one was stored already."""

    card: Card
    new: bool


def train_market(db: Database, ctx: Ctx, market: str, until: int, report: ReportProgress) -> TrainingResult:
    """Train a model on the sales that closed before a day, and store it.

    The same sales give the same model, so a stored one is not trained again. Raises NotFound if the market does not
    exist, Conflict if it has too few sales.
    """
    db.snapshot_now(markets.get_market, market)
    cached = sales_of(db, market)
    day, digest = date_of(until).isoformat(), fingerprint(cached.sales.known_before(until))
    known = db.snapshot_now(store.same_model, market, day, str(FORMAT), digest)
    if known is not None:
        return TrainingResult(known, new=False)
    model = train(cached.sales, until, report, _comparables(db, market, cached))
    card = Card(new_id("mdl"), market, day, str(FORMAT), digest, _facts(model), clock.now())
    return db.write_now(ctx, _store_model, card, model.text())


def _comparables(db: Database, market: str, cached: CachedSales) -> Callable[[Ints], tuple[Floats, Floats]]:
    def compare(rows: Ints) -> tuple[Floats, Floats]:
        found = values(cached.sales, rows, index_at(db, market, cached))
        return found.value, found.log_error

    return compare


def index_at(db: Database, market: str, cached: CachedSales) -> Callable[[Sales, int], PriceIndex]:
    """Return a function that returns the market's index as of a day."""
    return lambda sales, day: index_of(db, market, day, cached)


def _facts(model: Model) -> dict[str, Any]:
    return {
        "version": model.version,
        "sales": model.sales,
        "first_day": date_of(model.first_day).isoformat(),
        "last_day": date_of(model.last_day).isoformat(),
        "features": list(model.ensemble.names),
        "accounts": {name: asdict(accuracy) for name, accuracy in model.accuracy.items()},
    }


def _store_model(tx: Tx, card: Card, body: str) -> TrainingResult:
    """Store a model unless the same one was stored concurrently."""
    known = store.same_model(tx, card.market, card.until, card.version, card.fingerprint)
    if known is not None:
        return TrainingResult(known, new=False)
    store.add_model(tx, card, body)
    details = {"market": card.market, "until": card.until, "fingerprint": card.fingerprint, **card.facts}
    audit.record_act(tx, "model.trained", "model", card.id, details)
    return TrainingResult(card, new=True)


def models(tx: Tx, market: str) -> list[Card]:
    """Return every model of a market, newest first."""
    return store.models(tx, market)


def list_models(tx: Tx, market: str) -> ModelList:
    """Return every model of a market as a response. Raises NotFound if the market does not exist."""
    markets.get_market(tx, market)
    return ModelList(
        items=[
            ModelFacts(
                id=card.id,
                market=card.market,
                until=card.until,
                fingerprint=card.fingerprint,
                facts=card.facts,
                created_at=card.created_at,
            )
            for card in store.models(tx, market)
        ]
    )


def latest_study(tx: Tx, market: str) -> Stored[StudyReport]:
    """Return the last study of a market. Raises NotFound if the market or a study does not exist."""
    markets.get_market(tx, market)
    return Stored(store.latest_study(tx, market).strip())


@dataclass
class _ModelCache:
    """Recently loaded models, by id."""

    by_id: dict[str, Model]

    def __init__(self) -> None:
        self.by_id = {}


MAX_CACHED_MODELS = 4


def model_for(db: Database, market: str, as_of: int) -> tuple[Card, Model] | None:
    """Return the newest model trained only on sales before a day; None if there is none.

    Ignores models of another format.
    """
    card = db.snapshot_now(store.latest_model, market, str(FORMAT), date_of(as_of).isoformat())
    if card is None:
        return None
    cached_models = db.cached(_ModelCache).by_id
    model = cached_models.get(card.id)
    if model is None:
        model = Model.from_json(json.loads(db.snapshot_now(store.body_of, card.id)))
        while len(cached_models) >= MAX_CACHED_MODELS:
            cached_models.pop(next(iter(cached_models)), None)
        cached_models[card.id] = model
    return card, model
