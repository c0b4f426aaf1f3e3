"""Screening of a market on both databases: flags are kept, lifted and set by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.market import sales_cache, service
from backend.app.core_gov.market.screening import rules, screen_market
from backend.app.core_gov.market.screening.flags import Flag
from backend.app.core_gov.market.store import update_flags
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict, StoreFull
from backend.app.settings import Settings
from backend.tests.core_gov.market.files import (
    CLERK,
    events,
    house,
    houses,
    import_file,
    stored,
    write_csv,
)
from backend.tests.core_gov.market.on_file import put, sale
from backend.tests.promises import promise


@pytest.fixture
def flagged(store: Store, tmp_path: Path) -> int:
    """Return the number of a sale for 500 among twelve ordinary ones."""
    import_file(store, write_csv(tmp_path / "sales.csv", [*houses(11), house(11, price=500)]))
    return int(stored(store)[-1]["seq"])


def flags(store: Store, seq: int) -> list[dict[str, Any]]:
    row = next(row for row in stored(store) if row["seq"] == seq)
    found: list[dict[str, Any]] = json.loads(row["flags"])
    return found


@promise(
    "Market data",
    "Screening flags sales and deletes none; each flag has a reason and can be cleared; later sales have no influence.",
)
def test_a_flagged_sale_is_kept_and_not_used(store: Store, flagged: int) -> None:
    assert flags(store, flagged) == [
        {"flag": "low_price", "reason": "a price of 500 is under 10,000", "by": "screening", "excludes": True}
    ]
    sales = sales_cache.sales_of(store.db, "kc").sales
    assert sales.usable.tolist() == [True] * 11 + [False]


def test_the_summary_adds_up() -> None:
    result = screen_market.ScreeningResult(sales=10, counts={"duplicate": 2, "low_price": 2, "resale": 2})
    low, twice, note = Flag("low_price", ""), Flag("duplicate", ""), Flag("resale", "", excludes=False)
    for held in ([low], [low, twice], [twice, note], [note], [replace(low, lifted={"by": "dana"})]):
        result.add(held)
    assert result.left_out == 3
    assert result.lines() == [
        "screening: 10 sales: 3 excluded, 1 flagged but used, 6 without a flag",
        "excluded: duplicate 1, duplicate + low_price 1, low_price 1",
        "flagged but used: resale 1",
    ]


def test_a_lifted_flag_stays_lifted(store: Store, flagged: int, tmp_path: Path) -> None:
    store.db.write_now(CLERK, service.lift_flag, flagged, "low_price", "a trailer, really")
    again = screen_market.screen(store.db, CLERK, "kc", lambda done, total: None)
    assert (again.changed, again.left_out) == (0, 0)
    (flag,) = flags(store, flagged)
    assert (flag["lifted"]["by"], flag["lifted"]["reason"]) == ("clerk", "a trailer, really")
    assert sales_cache.sales_of(store.db, "kc").sales.usable.all()
    assert events(store)[-1]["action"] == "sale.flag_lifted"
    with pytest.raises(Conflict, match="the sale has no active flag low_price"):
        store.db.write_now(CLERK, service.lift_flag, flagged, "low_price", "again")


def test_a_person_can_set_and_lift_a_flag(store: Store, flagged: int) -> None:
    seq = stored(store)[0]["seq"]
    store.db.write_now(CLERK, service.flag_sale, seq, "sold to a cousin")
    screen_market.screen(store.db, CLERK, "kc", lambda done, total: None)
    assert not sales_cache.sales_of(store.db, "kc").sales.usable[0]
    store.db.write_now(CLERK, service.lift_flag, seq, "by_hand", "he was none")
    assert sales_cache.sales_of(store.db, "kc").sales.usable[0]


def test_a_dry_run_changes_nothing(store: Store, flagged: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.app.core_gov.market.screening.rules.MIN_PRICE", 301_000)
    before = stored(store)
    dry = screen_market.screen(store.db, CLERK, "kc", lambda done, total: None, dry_run=True)
    assert (dry.changed, stored(store)) == (2, before)
    done = screen_market.screen(store.db, CLERK, "kc", lambda done, total: None)
    assert done.changed == 2
    assert events(store)[-1]["raised"] == {"low_price": 1}


def test_screening_leaves_flags_changed_meanwhile(store: Store, flagged: int) -> None:
    seq = stored(store)[0]["seq"]
    change = screen_market.FlagChange(seq, "[]", '[{"flag":"x"}]', 0)
    store.db.write_now(CLERK, service.flag_sale, seq, "sold to a cousin")
    store.db.write_now(CLERK, screen_market._store, "kc", [change])
    assert flags(store, seq)[0]["flag"] == "by_hand"


def test_fillers_are_no_parcels_addresses_or_deeds(store: Store) -> None:
    on_one_day: dict[str, Any] = {
        "close_date": "2015-01-15",
        "price_cents": 45_000_000,
        "property_type": "single_family",
    }
    parcels = [replace(sale(number), parcel="XXX", **on_one_day) for number in (1, 2)]
    streets = [replace(sale(number), parcel=None, address="0 Maple St", **on_one_day) for number in (3, 4)]
    deeds = [
        replace(sale(number), parcel=f"5-{number}", close_date="2015-03-03", deed=deed)
        for number, deed in enumerate(("0", "0", "WD", "WD", "TBD", "TBD", "2015-7", "2015-7"))
    ]
    put(store.db, "town", [*parcels, *streets, *deeds])
    result = screen_market.screen(store.db, CLERK, "town", lambda done, total: None, dry_run=True)
    assert result.excluded == {"several_parcels": 2}


def test_sales_on_file_are_screened_by_new_rules_when_the_store_is_opened(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older version flagged one sale of two as several parcels, and a person flagged the other."""
    with open_store(settings) as store:
        put(store.db, "town", [sale(1), sale(2)])
        one, two = (row["seq"] for row in stored(store))
        assert flags(store, one) == []
        with monkeypatch.context() as older:
            older.setattr(rules, "VERSION", "older")
            older.setattr(rules, "screen", lambda sales: {0: [Flag("several_parcels", "odd")]})
            screen_market.screen(store.db, CLERK, "town", lambda done, total: None)
        store.db.write_now(CLERK, service.flag_sale, two, "a shed")
        assert [flag["flag"] for flag in flags(store, one)] == ["several_parcels"]
        height = len(events(store))
    for _ in range(2):
        with open_store(settings) as store:
            assert flags(store, one) == []
            assert [flag["flag"] for flag in flags(store, two)] == ["by_hand"]
            (event,) = events(store)[height:]
            assert (event["action"], event["gone"]) == ("market.sales_screened", {"several_parcels": 1})


def test_a_store_opens_if_its_sales_cannot_be_screened(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(settings) as store:
        put(store.db, "town", [sale(1, price_cents=900_000), sale(2)])
        one = stored(store)[0]["seq"]
        store.db.write_now(CLERK, update_flags, 2, [(one, "[]", 1)])
        screen_market.screen(store.db, CLERK, "town", lambda done, total: None)
        store.db.write_now(CLERK, update_flags, 3, [(one, "[]", 1)])
    monkeypatch.setattr(rules, "VERSION", "later")
    with monkeypatch.context() as full:
        full.setattr(screen_market, "_store", refused_by_a_full_disk)
        with open_store(settings) as store:
            assert flags(store, one) == []
    with open_store(settings) as store:
        assert [flag["flag"] for flag in flags(store, one)] == ["low_price"]


def refused_by_a_full_disk(tx: Tx, market: str, changes: object) -> None:
    raise StoreFull("the disk is full")
