"""Training on stored sales: the same sales give the same model, and each day has its newest valid model."""

from dataclasses import replace

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.core_gov.valuation import service
from backend.app.core_gov.valuation import store as valuation_store
from backend.app.core_gov.valuation.model.training import train
from backend.app.core_gov.valuation.service import model_for
from backend.app.kit.errors import Conflict, NotFound
from backend.tests.core_gov.valuation import town
from backend.tests.core_gov.valuation.made_up_market import garbled
from backend.tests.promises import promise


@promise("Valuation", "`valhalla market train` keeps a model once and refuses sales that are too few or all alike.")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # on PostgreSQL what was trained is put there as it is
def test_model_is_stored_once_for_the_same_sales(store: Store) -> None:
    town.put(store.db, town.everything())
    steps: list[tuple[int, int]] = []
    first = service.train_market(store.db, town.CLERK, "town", town.day_of(town.CUT), lambda *step: steps.append(step))
    assert first.new
    assert steps[-1][0] == steps[-1][1] == len(steps)
    again = town.train(store.db)
    assert (again.new, again.card) == (False, first.card)
    assert store.db.snapshot_now(service.models, "town") == [first.card]
    body = store.db.snapshot_now(valuation_store.body_of, first.card.id)
    assert body == town.trained(town.CUT)[1]  # the same sales in another store
    known = [sale for sale in town.everything() if sale.close_date < town.CUT and sale.price_cents >= 1_000_000]
    assert (first.card.until, first.card.facts["sales"]) == (town.CUT, len(known))
    assert set(first.card.facts["accounts"]) == {"model", "with latest sales", "comparable sales", "reconciled"}
    trail = store.db.snapshot_now(audit.list_events, {"action": "model.trained"}, 9, None).docs
    assert [first.card.id in event for event in trail] == [True]


def test_later_sales_do_not_change_the_model(town_store: Store) -> None:
    town.put(town_store.db, town.sales(20, seed=8, first=town.CUT, key="later"))
    again = town.train(town_store.db)
    assert (again.new, again.card.id) == (False, town.trained(town.CUT)[0].id)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_training_ignores_sales_after_the_cutoff(town_store: Store) -> None:
    cached = sales_of(town_store.db, "town")
    cut = town.day_of(town.CUT)
    spoilt = CachedSales(10**6, garbled(cached.sales, (cached.sales.close_day >= cut).nonzero()[0]))
    compare = service._comparables(town_store.db, "town", spoilt)
    assert train(spoilt.sales, cut, None, compare).text() == town.trained(town.CUT)[1]


def test_concurrent_training_stores_one_model(town_store: Store) -> None:
    card, body = town.trained(town.CUT)
    second = town_store.db.write_now(town.CLERK, service._store_model, replace(card, id="mdl_second"), body)
    assert (second.new, second.card) == (False, card)
    assert town_store.db.snapshot_now(service.models, "town") == [card]


class TestWhatCannotBe:
    @promise("Valuation", "`valhalla market train` keeps a model once and refuses sales that are too few or all alike.")
    def test_too_few_sales_are_refused(self, store: Store) -> None:
        town.put(store.db, town.sales(40))
        with pytest.raises(Conflict, match=r"^the market has 40 usable sales before 2026-01-01; a model needs 100$"):
            town.train(store.db, "2026-01-01")
        with pytest.raises(Conflict, match=r"^the market has 0 usable sales before 1950-01-01; a model needs 100$"):
            town.train(store.db, "1950-01-01")
        assert store.db.snapshot_now(service.models, "town") == []

    @promise("Valuation", "`valhalla market train` keeps a model once and refuses sales that are too few or all alike.")
    def test_identical_prices_are_refused(self, store: Store) -> None:
        town.put(store.db, [replace(sale, price_cents=50_000_000) for sale in town.sales(130)])
        with pytest.raises(Conflict, match="have the same price; a model cannot be trained"):
            town.train(store.db, "2026-01-01")

    def test_unknown_market_is_refused(self, store: Store) -> None:
        with pytest.raises(NotFound, match="market not found"):
            town.train(store.db)


class TestTheModelOfADay:
    def test_newest_model_trained_before_the_day_is_used(self, store: Store) -> None:
        earlier = "2025-01-01"
        town.stock(store.db, town.CUT)
        card, body = town.trained(town.CUT)
        store.db.write_now(town.CLERK, valuation_store.add_model, replace(card, id="mdl_earlier", until=earlier), body)

        def of(day: str) -> str | None:
            found = model_for(store.db, "town", town.day_of(day))
            return found[0].until if found else None

        days = ("2024-12-31", "2025-01-01", "2025-03-31", "2025-04-01", "2030-01-01")
        assert [of(day) for day in days] == [None, earlier, earlier, town.CUT, town.CUT]

    def test_model_of_another_format_is_ignored(self, town_store: Store) -> None:
        card, body = town.trained(town.CUT)
        other = replace(card, id="mdl_other", until="2025-04-02", version="0")
        town_store.db.write_now(town.CLERK, valuation_store.add_model, other, body)
        found = model_for(town_store.db, "town", town.day_of("2025-05-01"))
        assert found is not None
        assert found[0].id == card.id
