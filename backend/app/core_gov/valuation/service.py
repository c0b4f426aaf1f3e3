"""Training and lookup of a market's models, and access to its ratio studies."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import Sales, date_of
from backend.app.core_gov.market.indexes.price_index import PriceIndex
from backend.app.core_gov.market.indexes.service import index_of
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.core_gov.valuation import store
from backend.app.core_gov.valuation.comps.walk_forward import values
from backend.app.core_gov.valuation.model.model import FORMAT, FORMAT_2, FORMATS, Model
from backend.app.core_gov.valuation.model.training import train
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.schemas import CandidateComparison, ModelFacts, ModelList, StudyReport
from backend.app.kit import clock
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import NotFound
from backend.app.kit.ids import new_id
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.records import Stored


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """Stored model; `new` is False if the same one was stored already."""

    card: Card
    new: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Decision on the use of a new model for values, with the comparison that led to it, if there was one."""

    in_use: bool = True
    comparison: CandidateComparison | None = None


USED = Decision()
"""Decision on a model that was not compared."""


def train_market(
    db: Database, ctx: Ctx, market: str, until: int, report: ReportProgress, decision: Decision = USED
) -> TrainingResult:
    """Train a model on the sales that closed before a day, and store it with the decision on its use.

    The same sales give the same model, so a stored one is not trained again, and keeps its decision. Raises NotFound if
    the market does not exist, Conflict if it has too few sales.
    """
    db.snapshot_now(markets.get_market, market)
    known = same_model(db, market, until)
    if known is not None:
        return TrainingResult(known, new=False)
    cached = sales_of(db, market)
    model = train_model(db, market, until, report)
    card = Card(
        new_id("mdl"),
        market,
        date_of(until).isoformat(),
        str(model.format),
        cached.fingerprint_before(until),
        _facts(model),
        clock.now(),
        decision.in_use,
        decision.comparison.model_dump() if decision.comparison is not None else None,
    )
    return db.write_now(ctx, _store_model, card, model.text())


def same_model(db: Database, market: str, until: int) -> Card | None:
    """Return the stored model that training on the sales before a day would give, or None."""
    digest = sales_of(db, market).fingerprint_before(until)
    return db.snapshot_now(store.same_model, market, date_of(until).isoformat(), _NEWEST, digest)


def train_model(db: Database, market: str, until: int, report: ReportProgress) -> Model:
    """Train a model without storing it. Raises Conflict if there are too few sales."""
    cached = sales_of(db, market)
    return train(cached.sales, until, report, _comparables(db, market, cached))


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
        "extra_columns": [column.card for column in model.ensemble.extra],
        "accounts": {name: asdict(accuracy) for name, accuracy in model.accuracy.items()},
    }


def _store_model(tx: Tx, card: Card, body: str) -> TrainingResult:
    """Store a model unless the same one was stored concurrently."""
    markets.lock_market(tx, card.market)
    known = store.same_model(tx, card.market, card.until, _NEWEST, card.fingerprint)
    if known is not None:
        return TrainingResult(known, new=False)
    store.add_model(tx, card, body)
    details = {"market": card.market, "until": card.until, "fingerprint": card.fingerprint, **card.facts}
    if card.comparison is not None:
        details |= {"in_use": card.in_use, "comparison": card.comparison}
    audit.record_act(tx, "model.trained", "model", card.id, details)
    return TrainingResult(card, new=True)


def models(tx: Tx, market: str) -> list[Card]:
    """Return every model of a market, newest first."""
    return store.models(tx, market)


def list_models(tx: Tx, market: str) -> ModelList:
    """Return every model of a market as a response. Raises NotFound if the market does not exist."""
    markets.get_market(tx, market)
    return ModelList(items=[facts_of(card) for card in store.models(tx, market)])


def facts_of(card: Card) -> ModelFacts:
    """Return the card of a model as a response."""
    return ModelFacts(
        id=card.id,
        market=card.market,
        until=card.until,
        fingerprint=card.fingerprint,
        facts=card.facts,
        created_at=card.created_at,
        in_use=card.in_use,
        comparison=None if card.comparison is None else CandidateComparison.model_validate(card.comparison),
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
READABLE = tuple(map(str, FORMATS))
"""Versions of the models that can be used."""

_NEWEST = (str(FORMAT), str(FORMAT_2))
"""Versions that training gives, with and without further columns."""


def model_for(db: Database, market: str, as_of: int) -> tuple[Card, Model] | None:
    """Return the newest model in use that was trained only on sales before a day; None if there is none.

    Ignores models of another format.
    """
    while (card := db.snapshot_now(latest_card, market, date_of(as_of).isoformat())) is not None:
        with suppress(NotFound):  # deleted since it was found
            return card, load_model(db, card)
    return None


def latest_card(tx: Tx, market: str, as_of: str) -> Card | None:
    """Return the card of the model that `model_for` returns."""
    return store.latest_model(tx, market, READABLE, as_of)


def load_model(db: Database, card: Card) -> Model:
    """Return the model of a card. Raises NotFound if it was deleted."""
    cached_models = db.cached(_ModelCache).by_id
    model = cached_models.get(card.id)
    if model is None:
        model = Model.from_json(json.loads(db.snapshot_now(store.body_of, card.id)))
        while len(cached_models) >= MAX_CACHED_MODELS:
            cached_models.pop(next(iter(cached_models)), None)
        cached_models[card.id] = model
    return model
