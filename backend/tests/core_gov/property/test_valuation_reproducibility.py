"""The same inputs give the same value, and nothing known later changes it."""

from dataclasses import replace

from sqlalchemy import bindparam, update

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.market.store import market_sales
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.settings import Settings
from backend.tests.core_gov.property.test_valuation import (
    AS_OF,
    keep,
    numbers,
    store_comps,
    store_value,
)
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise


class TestReproducibility:
    @promise(
        "Valuation",
        "The same inputs give the same numbers after a restart and after later sales; each value names its model and "
        "data.",
    )
    def test_value_is_the_same_after_a_restart_and_later_sales(
        self, settings: Settings, town_store: Store, ctx: Ctx
    ) -> None:
        home = keep(town_store.db, ctx)
        first = store_value(town_store.db, ctx, home)
        assert numbers(store_value(town_store.db, ctx, home)) == numbers(first)
        later = town.sales(30, seed=9, first="2025-07-01", last="2025-09-30", key="later")
        town.put(town_store.db, later)
        other = open_store(settings)
        with other as store:
            again = store_value(store.db, ctx, home)
            assert numbers(again) == numbers(first)
            assert again["data_revision"] > first["data_revision"]

    @promise("Valuation", "No number depends on data from the valuation date or later.")
    def test_data_of_the_as_of_date_or_later_is_not_used(self, town_store: Store, ctx: Ctx) -> None:
        """All later sales are garbled, the subject's own included. No stored bit may differ."""
        db = town_store.db
        home = keep(db, ctx, parcel=town.OWN)
        before = [store_value(db, ctx, home, kind) for kind in ("as_is", "after_repair")]
        compared = store_comps(db, ctx, home)
        db.write_now(ctx, garble, AS_OF)
        town.put(db, [replace(town.sales(1)[0], source_key="more", parcel=town.OWN, close_date=AS_OF)])
        after = [store_value(db, ctx, home, kind) for kind in ("as_is", "after_repair")]
        assert [numbers(each) for each in after] == [numbers(each) for each in before]
        assert numbers(store_comps(db, ctx, home)) == numbers(compared)
        assert after[0]["data_revision"] > before[0]["data_revision"]

    @promise(
        "Valuation",
        "The same inputs give the same numbers after a restart and after later sales; each value names its model and "
        "data.",
    )
    def test_fingerprint_covers_the_known_sales(self, town_store: Store, ctx: Ctx) -> None:
        home = keep(town_store.db, ctx)
        first = store_value(town_store.db, ctx, home)
        changed = replace(town.sales()[0], price_cents=45_000_000, close_date="2025-01-15", contract_date=None)
        town.put(town_store.db, [changed])
        second = store_value(town_store.db, ctx, home)
        assert second["data_fingerprint"] != first["data_fingerprint"]
        assert second["model_version"] == first["model_version"]


_GARBLED = {
    "rev": 9_999, "price_cents": 1, "contract_date": "2024-02-02", "latitude": 47.601, "longitude": -122.301,
    "living_sqft": 1.0, "lot_sqft": 1e9, "beds": 99.0, "baths": 0.25, "year_built": 1600, "grade": -5.0,
    "condition": 900.0, "floors": 60.0, "basement_sqft": 1e6, "view": 4.0, "waterfront": 1.0,
    "property_type": "castle", "parcel": town.OWN, "area": "00000", "usable": 1,
}  # fmt: skip


def garble(tx: Tx, day: str) -> None:
    """Replace every sale that closed on a day or later with nonsense."""
    late = market_sales.c.close_date >= bindparam("since")
    tx.run(Query(update(market_sales).where(late).values(_GARBLED)), since=day)
