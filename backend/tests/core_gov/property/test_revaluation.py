"""Revaluation of many properties: stored values stay, and failures are named."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text as sql

from backend.app.bootstrap import Store
from backend.app.core_gov.property import revaluation, service
from backend.app.core_gov.property.revaluation import RevaluationRequest, revalue
from backend.app.core_gov.property.schemas import PropertyCreate, PropertyPatch
from backend.app.core_gov.property.store import valuations
from backend.app.core_gov.property.valuation import value, values
from backend.app.core_gov.valuation.schemas import ValuationRequest
from backend.app.kit.db import Ctx, Query
from backend.app.kit.errors import NotFound, StoreFull
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise

DAY = town.day_of("2025-04-15")
UpsertCounts = list[tuple[int, int]]


@pytest.fixture
def told() -> UpsertCounts:
    return []


def keep(store: Store, ctx: Ctx, **other: Any) -> str:
    given = {name: value for name, value in (town.HOME | other).items() if value is not None}
    return str(store.db.write_now(ctx, service.create_property, PropertyCreate.model_validate(given)).fields["id"])


def kept(store: Store, home: str) -> list[str]:
    return store.db.snapshot_now(service.list_valuations, home, None, 100, None).docs


def run(store: Store, ctx: Ctx, told: UpsertCounts, *homes: str, day: int = DAY) -> tuple[int, int, dict[str, str]]:
    done = revalue(store.db, ctx, RevaluationRequest(day, "as_is", homes), lambda *step: told.append(step))
    return done.valued, done.same, done.failed


@promise(
    "Valuation",
    "`valhalla property revalue --all` values the tracked properties, skips those already valued, and resumes after "
    "a stop.",
)
def test_sold_and_archived_properties_are_skipped(town_store: Store, ctx: Ctx, told: UpsertCounts) -> None:
    homes = [keep(town_store, ctx, sqft=1500 + 100 * at) for at in range(3)]
    left = [keep(town_store, ctx, status=status) for status in ("sold", "archived")]
    far = keep(town_store, ctx, latitude=25.77, longitude=-80.2)
    done = revalue(town_store.db, ctx, RevaluationRequest(DAY, "as_is"), lambda *step: told.append(step))
    assert (done.valued, done.same, list(done.failed)) == (3, 0, [far])
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [len(kept(town_store, home)) for home in (*homes, *left, far)] == [1, 1, 1, 0, 0, 0]
    first, reason = done.lines()
    assert first == "3 valued, 0 unchanged, 1 failed"
    assert reason.startswith("  1 × no sale of the markets on file (town) is within 100 km of the property")
    assert reason.endswith(f"(such as {far})")


@promise(
    "Valuation",
    "`valhalla property revalue --all` values the tracked properties, skips those already valued, and resumes after "
    "a stop.",
)
def test_unchanged_inputs_store_nothing(town_store: Store, ctx: Ctx, told: UpsertCounts) -> None:
    homes = [keep(town_store, ctx, sqft=1500 + 100 * at) for at in range(2)]
    assert run(town_store, ctx, told) == (2, 0, {})
    assert run(town_store, ctx, told) == (0, 2, {})
    assert run(town_store, ctx, told, homes[0]) == (0, 1, {})
    town_store.db.write_now(ctx, service.patch_property, homes[1], PropertyPatch.model_validate({"beds": 4}))
    town.put(town_store.db, town.sales(3, seed=8, first="2025-06-01", key="later"))  # after the day, so not used
    assert run(town_store, ctx, told) == (1, 1, {})
    assert run(town_store, ctx, told, day=DAY + 1) == (2, 0, {})
    assert [len(kept(town_store, home)) for home in homes] == [2, 3]


def test_manual_valuation_counts_as_unchanged(town_store: Store, ctx: Ctx, told: UpsertCounts) -> None:
    home = keep(town_store, ctx)
    found = value(town_store.db, home, ValuationRequest(as_of="2025-04-15"))
    town_store.db.write_now(ctx, service.save_valuation, found)
    assert run(town_store, ctx, told) == (0, 1, {})


def test_unknown_id_is_refused_before_any_valuation(town_store: Store, ctx: Ctx, told: UpsertCounts) -> None:
    home = keep(town_store, ctx)
    with pytest.raises(NotFound, match="property pr_none not found"):
        run(town_store, ctx, told, home, "pr_none")
    assert (kept(town_store, home), told) == ([], [])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_full_disk_stops_the_run(
    town_store: Store, ctx: Ctx, told: UpsertCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store has failed, not a single property."""
    keep(town_store, ctx)

    def full(*_: object) -> None:
        raise StoreFull

    monkeypatch.setattr(service, "save_valuations", full)
    with pytest.raises(StoreFull, match="the disk is full"):
        run(town_store, ctx, told)


def stored_values(store: Store, homes: Sequence[str]) -> list[dict[str, Any]]:
    """Return the last valuation of each property without its id and times."""
    docs = [json.loads(kept(store, home)[0]) for home in homes]
    return [
        {name: value for name, value in doc.items() if name not in {"id", "created_at", "updated_at"}} for doc in docs
    ]


@promise("Valuation", "A value is the same to the last digit, whichever other properties are valued with it.")
def test_stored_valuations_do_not_depend_on_the_batch(
    town_store: Store, ctx: Ctx, told: UpsertCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [keep(town_store, ctx, sqft=1500 + 100 * at, beds=None if at % 2 else 3) for at in range(7)]
    homes.append(keep(town_store, ctx, latitude=None, longitude=None))
    for kind in ("as_is", "after_repair"):
        payload = ValuationRequest(kind=kind, as_of="2025-04-15")
        alone = [value(town_store.db, home, payload) for home in homes]
        for size, order in ((3, homes), (8, homes[::-1])):
            monkeypatch.setattr(revaluation, "BATCH", size)
            for home in homes:  # another value in between, so that the next one is stored
                found = value(town_store.db, home, payload)
                found.values["value"] += 1
                town_store.db.write_now(ctx, service.save_valuation, found)
            done = revalue(town_store.db, ctx, RevaluationRequest(DAY, kind, tuple(order)), lambda *_: None)
            assert (done.valued, done.same, done.failed) == (8, 0, {})
            expected = [json.loads(service.prepared_valuation(each).doc()) for each in alone]
            for each, doc in zip(expected, stored_values(town_store, homes), strict=True):
                assert doc == {name: each[name] for name in doc}


@promise("Valuation", "A stop of `valhalla property revalue` loses at most the current batch.")
def test_stopped_run_keeps_its_batches(
    town_store: Store, ctx: Ctx, told: UpsertCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [keep(town_store, ctx, sqft=1500 + 100 * at) for at in range(5)]
    monkeypatch.setattr(revaluation, "BATCH", 2)

    def stop(done: int, whole: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        revalue(town_store.db, ctx, RevaluationRequest(DAY, "as_is", tuple(homes)), stop)
    assert [len(kept(town_store, home)) for home in homes] == [1, 1, 0, 0, 0]
    assert run(town_store, ctx, told) == (3, 2, {})


def test_property_changed_while_it_is_valued_is_named(
    town_store: Store, ctx: Ctx, told: UpsertCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [keep(town_store, ctx, sqft=1500 + 100 * at) for at in range(3)]
    unpatched = values

    def change_one(*given: Any) -> Any:
        found = unpatched(*given)
        town_store.db.write_now(ctx, service.patch_property, homes[1], PropertyPatch.model_validate({"beds": 5}))
        return found

    monkeypatch.setattr(revaluation, "values", change_one)
    reason = "the property was changed while it was valued; try again"
    assert run(town_store, ctx, told) == (2, 0, {homes[1]: reason})


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_last_valuation_is_read_by_its_property(town_store: Store) -> None:
    """By the index on kinds, each would be found among those of all properties."""
    text, fixed = valuations.listing._plain_statement(("property_id", "kind"))._all.text("sqlite")
    given = {"property_id": "pr_1", "kind": "as_is", "limit": 2, **fixed}
    rows = town_store.db.snapshot_now(lambda tx: tx.all(Query(sql(f"EXPLAIN QUERY PLAN {text}")), **given))
    assert ["ix_valuations_property_id" in row[3] for row in rows] == [True]
