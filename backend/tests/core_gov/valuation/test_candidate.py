"""A new model is used only if it is not worse than the one in use on the sales of the last quarter."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.market.sale import Sale
from backend.app.core_gov.valuation import candidate, service
from backend.app.core_gov.valuation import store as valuation_store
from backend.app.core_gov.valuation.boosting.members import TreeSettings
from backend.app.core_gov.valuation.candidate import QUARTER_DAYS, RetrainedModel, mean_difference, retrain_market
from backend.app.core_gov.valuation.model_card import Card
from backend.app.kit.db import Database
from backend.app.settings import Settings
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise

SMALL = TreeSettings(3, 25, 8, 4, 10, rate=0.2)
FIRST, TODAY = "2024-12-01", town.day_of("2025-07-01")
QUARTER = TODAY - QUARTER_DAYS
"""Day of the trial, which is `town.CUT`."""
SALES = town.sales(300)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def retrain(db: Database, *, today: int = TODAY, compare: bool = True) -> RetrainedModel:
    return retrain_market(db, town.CLERK, "town", today, lambda *_: None, compare=compare)


def described(sale: Sale, price_in_cents: float) -> Sale:
    """Return the sale with further columns, one of which is its price."""
    extra = {"cents": price_in_cents, "corner": "yes" if sale.price_cents % 3 else "no"}
    return replace(sale, units=json.dumps({"extra": extra}, separators=(",", ":")))


@promise(
    "Valuation",
    "A model's card names the further columns that it uses. If one of them ranks the sales as their prices do, "
    "training says so.",
)
def test_card_names_further_columns_and_training_cautions_about_the_price_in_disguise(store: Store) -> None:
    town.put(store.db, SALES)
    before = service.train_market(store.db, town.CLERK, "town", QUARTER, lambda *_: None)
    assert (before.card.version, before.card.extra_columns, before.card.revealing_columns) == ("2", [], [])
    town.put(store.db, [described(sale, float(sale.price_cents)) for sale in SALES])
    found = service.train_market(store.db, town.CLERK, "town", QUARTER, lambda *_: None)
    assert (found.new, found.card.version) == (True, "3"), "the same sales with further columns are others"
    assert found.card.extra_columns == [
        "cents (numeric, known for 100 %)",
        "corner (categorical, known for 100 %)",
    ]
    said = RetrainedModel(found.card, new=True).sentences()
    caution = "check the further column cents: it ranks the sales as their prices do, so it may be the price in another"
    assert said == [f"{caution} form, which later homes will not have"]
    again = service.train_market(store.db, town.CLERK, "town", QUARTER, lambda *_: None)
    assert (again.new, again.card) == (False, found.card)
    latest = store.db.snapshot_now(service.latest_card, "town", town.CUT)
    assert latest == found.card


@cache
def incumbent() -> tuple[Card, str]:
    """Return a model trained on good sales, with small trees, once per process."""
    with TemporaryDirectory() as folder, open_store(Settings(data_dir=Path(folder))) as store:
        town.put(store.db, SALES)
        card = town.train(store.db, FIRST).card
        return card, store.db.snapshot_now(valuation_store.body_of, card.id)


def stock(db: Database, sales: list[Sale]) -> str:
    """Store sales and the incumbent. Return its id."""
    town.put(db, sales)
    db.write_now(town.CLERK, valuation_store.add_model, *incumbent())
    return incumbent()[0].id


def used_today(db: Database) -> str | None:
    found = service.model_for(db, "town", TODAY)
    return found[0].id if found else None


def spoilt(some: list[Sale], first: str, last: str) -> list[Sale]:
    """Return the sales with the prices of some days multiplied at random."""
    chance = np.random.default_rng(7)
    factors = np.exp(chance.normal(0, 1.5, len(some)))
    return [
        replace(sale, price_cents=max(1_000_000, round(sale.price_cents * factor)))
        if first <= sale.close_date < last
        else sale
        for sale, factor in zip(some, factors.tolist(), strict=True)
    ]


@promise(
    "Valuation",
    "A model trained for today is used only if it is not worse than the one in use on the sales of the last quarter.",
)
def test_good_model_is_used(store: Store) -> None:
    older = stock(store.db, SALES)
    steps: list[tuple[int, int]] = []
    found = retrain_market(store.db, town.CLERK, "town", TODAY, lambda *step: steps.append(step))
    assert found.card.comparison is not None
    assert found.card.comparison["incumbent_id"] == older
    assert found.card.comparison["sales"] == sum(sale.close_date >= town.CUT for sale in SALES)
    assert (found.card.until, used_today(store.db)) == ("2025-07-01", found.card.id)
    assert found.sentences()[0].startswith("compared: median error ")
    assert steps == sorted(steps)
    assert steps[-1] == (300, 300)
    again = retrain(store.db)
    assert (again.new, again.card) == (False, found.card)


@promise(
    "Valuation",
    "A model trained for today is used only if it is not worse than the one in use on the sales of the last quarter.",
)
def test_model_of_garbage_is_stored_and_not_used(store: Store) -> None:
    older = stock(store.db, spoilt(SALES, FIRST, town.CUT))
    found = retrain(store.db)
    comparison = found.card.comparison
    assert comparison is not None
    assert not comparison["passed"]
    assert comparison["mean_difference"] > comparison["standard_error"] > 0
    assert used_today(store.db) == older
    (sentence,) = found.sentences()
    assert sentence.startswith("it is not used, because it is worse: median error ")
    assert sentence.endswith(f"`valhalla market models use {found.card.id}` uses it anyway")
    asked = retrain(store.db, compare=False)
    assert (asked.new, asked.card.in_use, used_today(store.db)) == (False, True, found.card.id)
    assert asked.sentences()[0].startswith("it is used although it was worse")


@promise(
    "Valuation",
    "A model trained for today is used only if it is not worse than the one in use on the sales of the last quarter.",
)
def test_model_that_cannot_be_compared_is_used(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    town.put(store.db, SALES)
    first = retrain(store.db, today=QUARTER + 1)
    assert first.card.in_use
    assert first.not_compared == "none in use was trained on the sales before 2025-01-01 or earlier"
    monkeypatch.setattr(candidate, "MIN_COMPARED", 500)
    assert first.sentences() == [f"not compared with a model in use: {first.not_compared}"]
    few = candidate._compared(store.db, "town", QUARTER + 1 + QUARTER_DAYS, lambda *_: None)
    assert str(few).endswith("usable sales have closed since 2025-04-02, 500 are needed")


def test_few_large_errors_do_not_decide(database: str) -> None:
    same = np.full(40, 0.1)
    assert mean_difference(same, same) == (0.0, 0.0)
    odd = np.where(np.arange(40) < 1, 9.0, same)
    difference, error = mean_difference(odd, same)
    assert (round(difference, 9), round(error, 9)) == (0.01, 0.01)
