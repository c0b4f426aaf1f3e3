"""Snapshots of a market and day: built once, and rebuilt when their inputs change."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.indexes import store as indexes
from backend.app.core_gov.market.indexes.store import IndexRow
from backend.app.core_gov.market.schemas import MarketPatch
from backend.app.core_gov.valuation import snapshot
from backend.app.core_gov.valuation.snapshot import MarketSnapshot, snapshot_of, valuer_of
from backend.app.kit.errors import NotFound
from backend.tests.core_gov.valuation import town

DAY = town.day_of("2025-04-15")


@pytest.fixture
def few(store: Store) -> Store:
    town.put(store.db, town.sales(80))
    return store


def test_snapshot_is_built_once(few: Store) -> None:
    first = snapshot_of(few.db, "town", DAY)
    others = [snapshot_of(few.db, "town", DAY + day) for day in range(1, snapshot.MAX_SNAPSHOTS)]
    assert snapshot_of(few.db, "town", DAY) is first
    assert [snapshot_of(few.db, "town", DAY + day) for day in range(1, snapshot.MAX_SNAPSHOTS)] == others
    snapshot_of(few.db, "town", DAY - 1)
    assert snapshot_of(few.db, "town", DAY) is not first  # it was the one that was not asked for longest


def test_concurrent_threads_share_one_snapshot(few: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda _: snapshot_of(few.db, "town", DAY), range(8))]
    assert all(each is found[0] for each in found)


def test_new_sales_rebuild_the_snapshot(few: Store) -> None:
    first = snapshot_of(few.db, "town", DAY)
    town.put(few.db, town.sales(80))  # changes nothing
    assert snapshot_of(few.db, "town", DAY) is first
    town.put(few.db, town.sales(5, seed=5, key="more"))
    second = snapshot_of(few.db, "town", DAY)
    assert (second.revision, len(second.sales)) == (first.revision + 1, 85)


def test_fingerprint_covers_sales_before_the_day(few: Store) -> None:
    first = snapshot_of(few.db, "town", DAY)
    town.put(few.db, town.sales(5, seed=5, first="2025-05-01", key="later"))
    assert snapshot_of(few.db, "town", DAY).fingerprint == first.fingerprint
    assert snapshot_of(few.db, "town", DAY + 90).fingerprint != first.fingerprint
    town.put(few.db, [replace(town.sales(80)[0], close_date="2024-02-01", contract_date=None, beds=9.0)])
    assert snapshot_of(few.db, "town", DAY).fingerprint != first.fingerprint


def test_published_index_rebuilds_the_snapshot(few: Store) -> None:
    points = [IndexRow("53033", str(2005 + at), 100.0 + at, "King") for at in range(20)]

    def load(upto: int) -> None:
        few.db.write_now(town.CLERK, indexes.put_points, "fhfa", points[:upto], [])

    load(18)
    first = snapshot_of(few.db, "town", DAY)
    linked = MarketPatch.model_validate({"index_series": "fhfa:53033"})
    few.db.write_now(town.CLERK, markets.patch_market, "town", linked)
    second = snapshot_of(few.db, "town", DAY)
    assert second is not first
    assert snapshot_of(few.db, "town", DAY) is second
    few.db.write_now(town.CLERK, indexes.put_points, "fhfa", points[18:], [])
    assert snapshot_of(few.db, "town", DAY) is not second


def test_unknown_market_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="market not found"):
        snapshot_of(store.db, "town", DAY)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
class TestValuers:
    def of(self, store: Store, day: int) -> tuple[MarketSnapshot, str | None, object]:
        rests_on = snapshot_of(store.db, "town", day)
        card, valuer = valuer_of(store.db, rests_on)
        return rests_on, card.id if card else None, valuer

    def test_each_model_has_its_own_valuer(self, town_store: Store) -> None:
        _, model, first = self.of(town_store, DAY)
        _, none, before = self.of(town_store, town.day_of("2025-03-31"))
        assert (model, none) == (town.trained(town.CUT)[0].id, None)
        assert self.of(town_store, DAY + 1)[2] is first
        assert self.of(town_store, town.day_of("2025-03-30"))[2] is before

    def test_valuer_uses_the_sales_of_the_snapshot(self, town_store: Store) -> None:
        """Newer sales stored in between are not used."""
        rests_on = snapshot_of(town_store.db, "town", DAY)
        town.put(town_store.db, town.sales(5, seed=5, key="more"))
        _, valuer = valuer_of(town_store.db, rests_on)
        assert valuer.view is not None
        assert len(valuer.view.history) == rests_on.sales.usable.sum()
        newer, _, other = self.of(town_store, DAY)
        assert (newer.revision, other is valuer) == (rests_on.revision + 1, False)
