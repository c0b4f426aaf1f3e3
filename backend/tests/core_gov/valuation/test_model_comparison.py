"""Comparison of two models: on sales that neither was trained on, in the values of properties, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.valuation import store as valuation_store
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.model_comparison import compare_models, moved_values, pair_of
from backend.app.kit.db import Database
from backend.app.kit.errors import Conflict
from backend.tests.core_gov.valuation import town

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TODAY = "2025-07-01"


def keep(db: Database, key: str, **other: Any) -> Card:
    """Store a copy of the town's model that ignores comparable sales, and return its card."""
    card, _ = town.trained(town.CUT)
    body = replace(town.model(town.CUT), comps_factor=0.0).text()
    kept = replace(card, id=key, **other)
    db.write_now(town.CLERK, valuation_store.add_model, kept, body)
    return kept


def test_models_are_compared_on_sales_after_both(town_store: Store) -> None:
    db, newer = town_store.db, town.trained(town.CUT)[0]
    older = keep(db, "mdl_older", until="2025-02-01")
    pair = db.snapshot_now(pair_of, older.id, None, TODAY)
    assert pair == (older, newer)
    found = compare_models(db, pair, town.day_of(TODAY), lambda *_: None)
    first, second = found.accuracy
    assert first.sales == second.sales == sum(sale.close_date >= town.CUT for sale in town.everything())
    assert first.median_error != second.median_error
    assert found.notes == (f"sales before 2025-02-01 have changed since {older.id} was trained",)
    assert {each.band for each in found.drift} == {"stable"}
    few = compare_models(db, pair, town.day_of("2025-04-10"), lambda *_: None)
    assert few.accuracy == ()
    assert few.notes[0].endswith(f"closed since {town.CUT}, on which neither was trained: 30 are needed")


def test_moved_values_are_listed_by_the_size_of_the_change(town_store: Store) -> None:
    db, newer = town_store.db, town.trained(town.CUT)[0]
    older = keep(db, "mdl_older", until="2025-02-01")
    sales = sales_of(db, "town").sales
    subjects = {f"pr_{row}": sales.subject(row) for row in range(30)} | {
        "pr_far": replace(sales.subject(0), latitude=12.0)
    }
    found = moved_values(db, (older, newer), subjects, town.day_of(TODAY), lambda *_: None)
    assert (found.valued, found.failed, len(found.largest)) == (30, 1, 10)
    assert found.median is not None
    assert found.p90 is not None
    sizes = [abs(each.change) for each in found.largest]
    assert 0 < found.median < found.p90 <= sizes[0]
    assert sizes == sorted(sizes, reverse=True)
    assert moved_values(db, (older, newer), {}, town.day_of(TODAY), lambda *_: None).median is None


def test_models_without_common_sales_are_not_compared(town_store: Store) -> None:
    db, card = town_store.db, town.trained(town.CUT)[0]
    keep(db, "mdl_elsewhere", market="elsewhere")
    keep(db, "mdl_0", version="0")
    for model_id, other_id, said in (
        (card.id, None, f"{card.id} is the model in use: name another model to compare it with"),
        (card.id, "mdl_elsewhere", f"{card.id} is a model of town, mdl_elsewhere of elsewhere: no sale is in both"),
        ("mdl_0", None, "mdl_0 has format 0, which this version does not read"),
    ):
        with pytest.raises(Conflict) as refusal:
            db.snapshot_now(pair_of, model_id, other_id, TODAY)
        assert refusal.value.detail == said
