"""Cache of sales: incremental updates give the same columns as a full load."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.market import service
from backend.app.core_gov.market.columns import ExtraColumns, Sales, date_of, day_of
from backend.app.core_gov.market.sale import Sale
from backend.app.core_gov.market.sales_cache import SalesCache, sales_of
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.tests.core_gov.market.files import CLERK, make_market, stored
from backend.tests.harness import Postgres
from backend.tests.promises import promise


def sale(key: int, **other: Any) -> Sale:
    day = date_of(day_of(date(2015, 1, 1)) + key % 7).isoformat()
    return Sale(
        **{
            "source_key": f"k{key}", "price_cents": 30_000_000 + key, "currency": "USD", "close_date": day,
            "living_sqft": 1500.0, "parcel": f"p{key % 5}", "area": None if key % 3 else "98178",
            "property_type": "condo", **other,
        }
    )  # fmt: skip


def same(one: Sales, other: Sales) -> None:
    for each in fields(Sales):
        left, right = getattr(one, each.name), getattr(other, each.name)
        if isinstance(left, np.ndarray):
            assert left.dtype == right.dtype
            np.testing.assert_array_equal(left, right, each.name)
        elif isinstance(left, ExtraColumns):
            assert isinstance(right, ExtraColumns)
            assert texts_of(left) == texts_of(right)
        else:
            assert left == right


def texts_of(extra: ExtraColumns) -> tuple[list[int], dict[str, list[str]]]:
    """Return the numbers of the sales and their further columns as texts."""
    numbers = {name: [repr(number) for number in column.tolist()] for name, column in extra.numeric.items()}
    categories = {
        name: [repr(column.categories.text(code)) for code in column.codes.tolist()]
        for name, column in extra.categorical.items()
    }
    return extra.seq.tolist(), numbers | categories


def with_extra(key: int, **extra: float | str) -> Sale:
    return sale(key, units=json.dumps({"extra": extra}, separators=(",", ":")))


def write(store: Store, sales: list[Sale], source: str = "s") -> None:
    store.db.write_now(CLERK, service.upsert_sales, "kc", source, sales)


KEYS = st.integers(0, 12)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(KEYS, min_size=1, max_size=6), st.integers(1, 3)),
        st.tuples(st.just("remove"), st.lists(KEYS, min_size=1, max_size=4), st.just(0)),
        st.tuples(st.just("flag"), st.lists(KEYS, min_size=1, max_size=1), st.just(0)),
        st.tuples(st.just("lift"), st.lists(KEYS, min_size=1, max_size=1), st.just(0)),
    ),
    min_size=1,
    max_size=6,
)


def act(store: Store, kind: str, keys: list[int], version: int) -> None:
    if kind == "put":
        write(store, [sale(key, price_cents=version * 10_000_000, area=f"a{version}") for key in keys])
    elif kind == "remove":
        store.db.write_now(CLERK, service.remove_sales, "kc", "s", [f"k{key}" for key in keys], "gone")
    else:
        seqs = [row["seq"] for row in stored(store) if row["source_key"] == f"k{keys[0]}" and not row["removed"]]
        for seq in seqs:
            if kind == "flag":
                store.db.write_now(CLERK, service.flag_sale, seq, "odd")
            else:
                try:
                    store.db.write_now(CLERK, service.lift_flag, seq, "by_hand", "not odd")
                except Conflict:
                    continue


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[dict[str, Store]]:
    """One store on each database that the examples of a test share, each in a market of its own."""
    with postgres.lend() as url:
        folder = tmp_path_factory.mktemp("shelf")
        with (
            open_store(Settings(data_dir=folder / "sqlite")) as lite,
            open_store(Settings(data_dir=folder / "postgresql", database_url=url)) as post,
        ):
            yield {"sqlite": lite, "postgresql": post}


@given(acts=ACTS, looks=st.sets(st.integers(0, 5)))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_incremental_update_equals_a_full_load(
    acts: list[tuple[str, list[int], int]], looks: set[int], database: str, databases: dict[str, Store]
) -> None:
    store, followed = databases[database], SalesCache()
    if store.db.snapshot_now(service.find_market, "kc") is None:
        make_market(store)
    for at, (kind, keys, version) in enumerate(acts):
        act(store, kind, keys, version)
        if at in looks:
            followed.sales(store.db, "kc")
    one, other = followed.sales(store.db, "kc"), SalesCache().sales(store.db, "kc")
    assert one.revision == other.revision
    same(one.sales, other.sales)


class TestSalesCache:
    def test_unknown_market_has_no_sales(self, store: Store) -> None:
        found = sales_of(store.db, "nowhere")
        assert (found.revision, len(found.sales)) == (0, 0)

    @promise(
        "Market data",
        "Sales are stored in typed columns on both databases, with units converted and the original row kept.",
    )
    def test_columns_equal_the_stored_sales(self, store: Store) -> None:
        make_market(store)
        write(store, [sale(1, contract_date="2014-12-01", latitude=47.5, longitude=-122.2), sale(0)])
        sales = sales_of(store.db, "kc").sales
        assert sales.close_day.tolist() == [day_of(date(2015, 1, 1)), day_of(date(2015, 1, 2))]
        assert sales.day.tolist() == [day_of(date(2015, 1, 1)), day_of(date(2014, 12, 1))]
        assert sales.price.tolist() == [300_000.0, 300_000.01]
        assert sales.subject(1).parcel == "p1"
        assert [sales.subject(row).area for row in (0, 1)] == ["98178", None]
        assert np.isnan(sales.latitude[0])

    def test_unchanged_sales_are_not_read_again(self, store: Store) -> None:
        make_market(store)
        write(store, [sale(1)])
        first = sales_of(store.db, "kc")
        assert sales_of(store.db, "kc") is first
        write(store, [sale(1)])
        assert sales_of(store.db, "kc") is first

    def test_further_columns_follow_the_sales(self, store: Store) -> None:
        make_market(store)
        write(store, [sale(1)])
        assert sales_of(store.db, "kc").sales.extra is None
        plain = sales_of(store.db, "kc").fingerprint
        for sales, kinds in (
            ([with_extra(1, garage=2.0)], {"garage": "numeric"}),
            ([with_extra(2, garage="two", style="Cape")], {"garage": "categorical", "style": "categorical"}),
            ([with_extra(2, garage=3.0)], {"garage": "numeric"}),
            ([sale(2)], {"garage": "numeric"}),
        ):
            write(store, sales)
            found = sales_of(store.db, "kc")
            assert found.sales.extra is not None
            assert found.sales.extra.kinds == kinds
            anew = SalesCache().sales(store.db, "kc")
            same(found.sales, anew.sales)
            assert found.fingerprint == anew.fingerprint != plain
        write(store, [sale(1)])
        assert sales_of(store.db, "kc").sales.extra is None

    def test_further_columns_are_the_same_after_any_changes(self, store: Store) -> None:
        make_market(store)
        chance = np.random.default_rng(7)
        choices: list[dict[str, float | str]] = [{}, {"a": 1.0}, {"a": 2.5, "b": "x"}, {"b": "w"}, {"b": "z", "a": 2.0}]
        odd: list[dict[str, float | str]] = [{"a": "one"}, {"b": 2.0}, {"c": 1.0}]
        for step in range(24):
            some = odd if step % 6 == 5 else choices
            keys = chance.integers(0, 10 + step, 3).tolist()
            write(store, [with_extra(key, **some[int(chance.integers(len(some)))]) for key in sorted({*keys})])
            found, anew = sales_of(store.db, "kc"), SalesCache().sales(store.db, "kc")
            same(found.sales, anew.sales)
            assert found.fingerprint == anew.fingerprint

    def test_markets_and_sources_are_separate(self, store: Store) -> None:
        make_market(store)
        make_market(store, "other")
        write(store, [sale(1)], "one")
        write(store, [sale(1)], "two")
        assert len(sales_of(store.db, "kc").sales) == 2
        assert len(sales_of(store.db, "other").sales) == 0


def test_changes_of_another_process_are_seen(settings: Settings, tmp_path: Path) -> None:
    with open_store(settings) as store:
        make_market(store)
        write(store, [sale(1)])
        assert len(sales_of(store.db, "kc").sales) == 1
        elsewhere = (
            settings if settings.database_url is None else settings.model_copy(update={"data_dir": tmp_path / "b"})
        )
        with open_store(elsewhere) as other:
            write(other, [sale(2)])
        assert len(sales_of(store.db, "kc").sales) == 2
