"""Comparison of two models of a market: their accuracy on later sales, the drift of their data, and their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from backend.app.core_gov.market.columns import Subject, day_of
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.valuation import service, store
from backend.app.core_gov.valuation.comps.candidates import ManualSelection
from backend.app.core_gov.valuation.drift import CharacteristicDrift, drift_between
from backend.app.core_gov.valuation.model.model import Accuracy
from backend.app.core_gov.valuation.model.training import accuracy_of, training_rows
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.model_errors import MIN_COMPARED, log_errors, sold_rows
from backend.app.core_gov.valuation.snapshot import latest_sales, snapshot_of
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import Conflict
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import counted

LARGEST = 10
AT_ONCE = 128
"""Properties valued at once, to bound the memory; the values do not depend on it."""


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """Comparison of two models, the older one first.

    `accuracy` is that of each on the sales after both were trained; empty if there are too few. `notes` say what limits
    the comparison.
    """

    cards: tuple[Card, Card]
    since: str
    accuracy: tuple[Accuracy, ...]
    drift: tuple[CharacteristicDrift, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovedValue:
    """Value of a property by the older model and by the newer one."""

    key: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """Relative change."""
        return self.after / self.before - 1


@dataclass(frozen=True, slots=True)
class MovedValues:
    """Changes of values from one model to another. `median` and `p90` are of the absolute relative changes."""

    valued: int
    failed: int
    median: float | None
    p90: float | None
    largest: tuple[MovedValue, ...]


def pair_of(tx: Tx, model_id: str, other_id: str | None, today: str) -> tuple[Card, Card]:
    """Return the cards of two models, the older one first; without another id, the model that values of today use.

    Raises NotFound, or Conflict if there is no such pair.
    """
    card = store.get_model(tx, model_id)
    other = service.latest_card(tx, card.market, today) if other_id is None else store.get_model(tx, other_id)
    if other is None:
        raise Conflict(f"{card.market} has no model in use: name another model to compare {card.id} with")
    if other.id == card.id:
        raise Conflict(f"{card.id} is the model in use: name another model to compare it with")
    if other.market != card.market:
        raise Conflict(f"{card.id} is a model of {card.market}, {other.id} of {other.market}: no sale is in both")
    for each in (card, other):
        if each.version not in service.READABLE:
            raise Conflict(f"{each.id} has format {each.version}, which this version does not read")
    older, newer = sorted((card, other), key=lambda each: each.age_key)
    return older, newer


def compare_models(db: Database, cards: tuple[Card, Card], today: int, report: ReportProgress) -> ModelComparison:
    """Compare two models of a market by the sales that neither was trained on, and the sales that they were trained on.

    The training data are those on file now. Raises Conflict if they became too few.
    """
    market, newer = cards[0].market, cards[1]
    days = [day_of(date.fromisoformat(card.until)) for card in cards]
    cached, since = sales_of(db, market), days[1]
    count, notes = len(sold_rows(db, market, since, today)), []
    accuracy: tuple[Accuracy, ...] = ()
    if count < MIN_COMPARED:
        few = counted(count, "usable sales", "have")
        notes.append(f"{few} closed since {newer.until}, on which neither was trained: {MIN_COMPARED} are needed")
    else:
        models = [service.load_model(db, card) for card in cards]
        accuracy = tuple(map(accuracy_of, log_errors(db, market, models, since, today, report)))
    for card, day in zip(cards, days, strict=True):
        if cached.fingerprint_before(day) != card.fingerprint:
            notes.append(f"sales before {card.until} have changed since {card.id} was trained")
    earlier, later = (cached.sales.take(training_rows(cached.sales, day)) for day in days)
    return ModelComparison(cards, newer.until, accuracy, tuple(drift_between(earlier, later)), tuple(notes))


def moved_values(
    db: Database, cards: tuple[Card, Card], subjects: Mapping[str, Subject], as_of: int, report: ReportProgress
) -> MovedValues:
    """Value properties as they are as of a day by two models, by the same comparable sales; subjects by property id.

    Sales that users pinned or excluded are not considered.
    """
    snapshot = snapshot_of(db, cards[0].market, as_of)
    sales = latest_sales(snapshot.sales, as_of)
    valuers = [Valuer(service.load_model(db, card), sales) for card in cards]
    keys, found = [*subjects], []
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        homes = [subjects[key] for key in some]
        comps = [each.indicated for each in snapshot.comparer.summaries(homes, [ManualSelection()] * len(homes))]
        before, after = (valuer.values(homes, as_of, comps) for valuer in valuers)
        found += [
            MovedValue(key, old.value, new.value)
            for key, old, new in zip(some, before, after, strict=True)
            if not (isinstance(old, Conflict) or isinstance(new, Conflict))
        ]
        report(min(start + AT_ONCE, len(keys)), len(keys))
    sizes = np.abs([each.change for each in found])
    median, p90 = map(float, np.quantile(sizes, [0.5, 0.9])) if len(sizes) else (None, None)
    largest = sorted(found, key=lambda each: (-abs(each.change), each.key))[:LARGEST]
    return MovedValues(len(found), len(keys) - len(found), median, p90, tuple(largest))
