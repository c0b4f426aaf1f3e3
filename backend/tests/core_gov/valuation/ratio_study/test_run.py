"""Ratio study of stored sales: each after training, valued as of its own day without look-ahead."""

import json
from dataclasses import replace

import numpy as np
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.core_gov.valuation import service
from backend.app.core_gov.valuation.comps.walk_forward import _subject
from backend.app.core_gov.valuation.model.valuer import Valuer, Values
from backend.app.core_gov.valuation.ratio_study import run as study
from backend.app.core_gov.valuation.ratio_study.run import study_market, study_rows
from backend.app.kit.errors import Conflict, NotFound
from backend.tests.core_gov.valuation import town
from backend.tests.core_gov.valuation.made_up_market import garbled
from backend.tests.promises import promise

CUT = town.day_of(town.CUT)


def of_usable(since: str) -> int:
    return sum(sale.close_date >= since and sale.price_cents >= 1_000_000 for sale in town.everything())


@promise("Ratio study", "A study values sales after the training date as of their own day, and is stored and audited.")
def test_study_is_stored_and_audited(town_store: Store) -> None:
    steps: list[tuple[int, int]] = []
    found = study_market(town_store.db, town.CLERK, "town", None, lambda *step: steps.append(step))
    assert found.n == of_usable(town.CUT)
    assert 0.9 < (found.untrimmed["median_ratio"].value or 0) < 1.1
    assert steps[-1] == (found.n, found.n)
    kept = json.loads(town_store.db.snapshot_now(service.latest_study, "town").doc)
    assert (kept["n"], kept["about"]["market"], kept["about"]["trained_until"]) == (found.n, "town", town.CUT)
    trail = town_store.db.snapshot_now(audit.list_events, {}, 5, None).docs
    assert "study.made" in trail[0]


@promise("Ratio study", "A study values sales after the training date as of their own day, and is stored and audited.")
def test_study_starts_at_the_requested_day(town_store: Store) -> None:
    found = study_market(town_store.db, town.CLERK, "town", town.day_of("2025-06-01"), lambda *_: None)
    assert found.n == of_usable("2025-06-01")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestNothingLater:
    def values(self, cached: CachedSales, store: Store, rows: np.ndarray) -> Values:
        model = town.model(town.CUT)
        compare = study.comparables_of(store.db, "town", cached)
        return study.value_sales(Valuer(model, cached.sales), cached, rows, compare, lambda *_: None)

    @promise("Valuation", "No number depends on data from the valuation date or later.")
    def test_newest_model_before_the_day_is_used(self, town_store: Store) -> None:
        """If all later sales are nonsense, the values up to the day are bit-identical."""
        cached = sales_of(town_store.db, "town")
        sales, day = cached.sales, town.day_of("2025-05-15")
        spoilt = CachedSales(10**6, garbled(sales, np.flatnonzero(sales.close_day >= day)))
        rows = np.flatnonzero(sales.usable & (sales.close_day >= CUT) & (sales.close_day < day))
        before = self.values(cached, town_store, rows)
        after = self.values(spoilt, town_store, rows)
        for name in ("value", "low", "high", "fsd", "comps_share"):
            assert np.array_equal(getattr(before, name), getattr(after, name), equal_nan=True), name

    def test_flagged_sales_are_not_studied(self, town_store: Store) -> None:
        sales = sales_of(town_store.db, "town").sales
        assert len(study_rows(sales, town.day_of(town.FIRST))) == len(town.everything()) - 1

    def test_sales_of_one_address_are_not_compared_with_each_other(self, store: Store) -> None:
        twice = [replace(sale, parcel=None, address="12 Elm St", city="Seattle") for sale in town.sales(40)[:2]]
        unit = replace(town.sales(40)[2], parcel=None, address="12 Elm Street Apt 2", city="Seattle")
        known = [
            replace(each, parcel=key, address="9 Oak St") for each, key in zip(town.sales(40)[3:5], "ab", strict=True)
        ]
        town.put(store.db, [*twice, unit, *known, *town.sales(40)[5:]])
        same = store.db.snapshot_now(markets.sales_of_same_home, "town", "US")
        assert same == {1: frozenset({2}), 2: frozenset({1})}
        sales = sales_of(store.db, "town").sales
        subject = _subject(sales, int(np.flatnonzero(sales.seq == 1)[0]), same)
        assert subject.own_sales == frozenset({2})

    def test_excluded_sales_are_counted_by_their_flags(self, town_store: Store) -> None:
        (seq,) = (int(sale.removeprefix("sale_")) for sale in [town.odd("own-late")])
        town_store.db.write_now(town.CLERK, markets.flag_sale, seq, "a cousin")
        found = study_market(town_store.db, town.CLERK, "town", None, lambda *_: None)
        assert found.n == of_usable(town.CUT) - 1
        assert found.about.left_out == {"flagged by_hand": 1}


class TestWhatCannotBe:
    def study(self, store: Store, since: str | None = None) -> str:
        with pytest.raises(Conflict) as refusal:
            study_market(store.db, town.CLERK, "town", town.day_of(since) if since else None, lambda *_: None)
        return refusal.value.detail

    def test_missing_model_is_refused(self, store: Store) -> None:
        with pytest.raises(NotFound, match="market not found"):
            study_market(store.db, town.CLERK, "town", None, lambda *_: None)
        town.put(store.db, town.sales(20))
        assert self.study(store) == ("town has no model trained: `valhalla market train --market town --until DATE`")

    def test_missing_sales_are_refused(self, town_store: Store) -> None:
        assert self.study(town_store, "2026-01-01") == (
            "town has no usable sale from 2026-01-01 on: there is nothing to study"
        )
        assert self.study(town_store, "2025-03-31") == (
            "town has no model trained on the sales before 2025-03-31 or earlier: "
            "`valhalla market train --market town --until DATE`"
        )
        with pytest.raises(NotFound, match="study not found"):
            town_store.db.snapshot_now(service.latest_study, "town")
