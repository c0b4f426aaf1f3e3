"""Values computed on a schedule: what is stored, listed, purged, and shown as the value of a property."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.property import figures
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.scheduled_valuations import service
from backend.app.core_gov.property.store import properties, valuations
from backend.app.core_gov.property.valuation import Valued
from backend.app.core_gov.valuation.schemas import ValuationRecord
from backend.app.kit import derived_fields
from backend.app.kit.db import Ctx
from backend.app.kit.errors import NotFound
from backend.app.kit.lists.check import faults_of_keys
from backend.tests.core_gov.property.conftest import Keep
from backend.tests.promises import promise

INTERVAL = {"percent": 80, "low": 350_000.0, "high": 450_000.0}


@pytest.fixture
def home(keep: Keep) -> str:
    return str(keep().fields["id"])


def valued(store_: Store, home: str, value: float, kind: str = "as_is", **other: Any) -> Valued:
    doc = store_.db.snapshot_now(properties.get, home).doc
    fields = {
        "kind": kind,
        "as_of": "2026-01-31",
        "market": "town",
        "currency": "USD",
        "value": value,
        "intervals": [INTERVAL],
        "model_version": None,
        "data_fingerprint": "abc",
    }
    return Valued(home, doc, fields | other)


def save(store_: Store, ctx: Ctx, *found: Valued) -> int:
    return store_.db.write_now(ctx, service.save_changed, "town", found)


def by_a_person(store_: Store, ctx: Ctx, home: str, value: float) -> None:
    own = {"property_id": home, "kind": "as_is", "value": value, "market": "town", "intervals": [INTERVAL]}
    record = valuations.validated({**ValuationRecord.full_example(), **own, "id": f"val_{value}", "to_deal": False})
    doc = store_.db.snapshot_now(properties.get, home).doc
    store_.db.write_now(ctx, property_.save_valuations, [(Valued(home, doc, {}), record)])


def listed(store_: Store, home: str, kind: str | None = None) -> list[float]:
    docs = store_.db.snapshot_now(service.list_scheduled, home, kind, 10, None).docs
    return [json.loads(doc)["value"] for doc in docs]


def value_of(store_: Store, home: str) -> int | None:
    return store_.db.snapshot_now(figures.find_figures, [home])[home].value


@promise(
    "Valuation", "A value computed on a schedule is stored only if it differs from the last one by more than rounding."
)
def test_only_changed_values_are_stored(store: Store, ctx: Ctx, home: str) -> None:
    assert save(store, ctx, valued(store, home, 400_000.0), valued(store, home, 500_000.0, "after_repair")) == 2
    assert save(store, ctx, valued(store, home, 401_000.0)) == 0
    assert save(store, ctx, valued(store, home, 403_000.0)) == 1
    assert (listed(store, home), listed(store, home, "as_is")) == (
        [403_000.0, 500_000.0, 400_000.0],
        [403_000.0, 400_000.0],
    )
    events = store.db.snapshot_now(audit.list_events, {"action": "market.revalued"}, 10, None).docs
    assert [json.loads(doc)["changes"]["stored"]["after"] for doc in events] == [1, 2]


def test_last_value_may_be_made_by_a_person(store: Store, ctx: Ctx, home: str) -> None:
    by_a_person(store, ctx, home, 400_000.0)
    assert save(store, ctx, valued(store, home, 401_000.0)) == 0
    assert save(store, ctx, valued(store, home, 500_000.0)) == 1
    by_a_person(store, ctx, home, 401_000.0)
    assert save(store, ctx, valued(store, home, 500_000.0)) == 1


def test_changed_property_is_left_out(store: Store, ctx: Ctx, home: str) -> None:
    found = valued(store, home, 400_000.0)
    assert save(store, ctx, Valued(home, "{}", found.values), Valued("pr_none", "{}", found.values)) == 0


@promise("Valuation", "Lists show the newest value of a property, made by a person or computed on a schedule.")
def test_figures_follow_the_newest_of_both_kinds(store: Store, ctx: Ctx, home: str) -> None:
    by_a_person(store, ctx, home, 400_000.0)
    save(store, ctx, valued(store, home, 500_000.0), valued(store, home, 600_000.0, "after_repair"))
    assert value_of(store, home) == 500_000_00
    _assert_recomputed(store, ctx, home)
    by_a_person(store, ctx, home, 300_000.0)
    assert value_of(store, home) == 300_000_00
    _assert_recomputed(store, ctx, home)


def _assert_recomputed(store_: Store, ctx: Ctx, home: str) -> None:
    """Check that the figures are the same if they are computed anew from all values."""
    before = store_.db.snapshot_now(figures.find_figures, [home])
    with store_.db.open_snapshot() as snapshot:
        assert properties.keys is not None
        assert faults_of_keys(snapshot, properties.table, properties.keys, figures.computed_keys).none
    store_.db.write_now(ctx, derived_fields.forget_some, figures.FIGURES)
    store_.db.write_now(ctx, derived_fields.recompute_all, figures.FIGURES)
    assert store_.db.snapshot_now(figures.find_figures, [home]) == before


@promise("Valuation", "A value computed on a schedule is kept for 400 days, and the last one of a property for ever.")
def test_old_values_are_purged_except_the_last(store: Store, ctx: Ctx, home: str) -> None:
    for days, values in ((402, (100_000.0, 200_000.0)), (399, (300_000.0,))):
        with time_machine.travel(datetime.now(UTC) - timedelta(days=days), tick=False):
            for value in values:
                save(store, ctx, valued(store, home, value))
            if days == 402:
                save(store, ctx, valued(store, home, 500_000.0, "after_repair"))
    assert store.db.write_now(ctx, service.purge) == 2
    assert listed(store, home) == [300_000.0, 500_000.0]
    assert store.db.write_now(ctx, service.purge) == 0


@promise(
    "Valuation",
    "`GET /core/property/properties/{property_id}/scheduled_valuations` lists the values of a property computed on a "
    "schedule.",
)
def test_pages_of_values(store: Store, ctx: Ctx, home: str) -> None:
    for value in (100_000.0, 200_000.0, 300_000.0):
        save(store, ctx, valued(store, home, value, model_version="2-abc"))
    first = store.db.snapshot_now(service.list_scheduled, home, "as_is", 2, None)
    second = store.db.snapshot_now(service.list_scheduled, home, "as_is", 2, first.next_cursor)
    assert (len(first.docs), len(second.docs), second.next_cursor) == (2, 1, None)
    assert json.loads(second.docs[0]) | {"created_at": ""} == {
        "property_id": home,
        "kind": "as_is",
        "as_of": "2026-01-31",
        "market": "town",
        "currency": "USD",
        "value": 100_000.0,
        "low": 350_000.0,
        "high": 450_000.0,
        "probability": 0.8,
        "model_version": "2-abc",
        "data_fingerprint": "abc",
        "created_at": "",
    }
    with pytest.raises(NotFound, match="property not found"):
        store.db.snapshot_now(service.list_scheduled, "pr_none", None, 2, None)
