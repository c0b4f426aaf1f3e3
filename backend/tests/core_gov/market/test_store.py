"""Statements on stored sales."""

from sqlalchemy import text

from backend.app.bootstrap import Store
from backend.app.core_gov.market import store as market_store
from backend.app.core_gov.market.parcels import parcel_key
from backend.app.kit.db.sql import Query
from backend.tests.core_gov.market.on_file import put, sale


def test_sales_by_number_are_those_of_the_market(store: Store) -> None:
    for market in ("one", "other"):
        put(store.db, market, [sale(number) for number in range(3)])
    key = parcel_key("parcel 1")
    assert key is not None
    seqs = {
        market: [home.seq for home in store.db.snapshot_now(market_store.sales_of_parcels, market, {key})]
        for market in ("one", "other")
    }
    assert len(seqs["one"] + seqs["other"]) == 2
    found = store.db.snapshot_now(market_store.home_sales, "other", seqs["one"] + seqs["other"])
    assert [home.seq for home in found] == seqs["other"]
    assert store.db.snapshot_now(market_store.home_sales, "other", []) == []


def test_sales_by_number_are_found_without_reading_the_market(store: Store, database: str) -> None:
    statement, fixed = market_store._some_homes.text("sqlite")
    if database == "sqlite":
        plan = Query(text(f"EXPLAIN QUERY PLAN {statement}"))
        steps = [row[3] for row in store.db.snapshot_now(lambda tx: tx.all(plan, seqs="[1]", **fixed))]
        assert steps[0] == "SEARCH market_sales USING INTEGER PRIMARY KEY (rowid=?)", steps
