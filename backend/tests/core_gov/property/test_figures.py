"""Figures of properties: written with valuations and estimates, and sorted and filtered by."""

import json
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.property import figures, service
from backend.app.core_gov.property.figures import PropertyFigures
from backend.app.core_gov.property.list_schemas import PropertyQuery
from backend.app.core_gov.property.schemas import PropertyCreate, PropertyPatch, RepairRentCreate
from backend.app.core_gov.property.store import properties, valuations
from backend.app.core_gov.valuation.schemas import ValuationRecord
from backend.app.kit import derived_fields
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.lists.check import KeyFaults, faults_of_keys
from backend.tests.list_keys import key_faults
from backend.tests.promises import promise


def home(tx: Tx, address: str) -> str:
    return str(service.create_property(tx, PropertyCreate(address=address, country="US")).fields["id"])


def valued(tx: Tx, property_id: str, kind: str, value: float) -> None:
    example = ValuationRecord.full_example()
    own = {"id": f"val_{tx.now}{value}", "property_id": property_id, "kind": kind, "value": value}
    record = ValuationRecord.model_validate({**example, **own})
    valuations.insert(tx, record)
    figures.put_value(tx, record)


def addresses(store: Store, **query: Any) -> str:
    page = store.db.snapshot_now(service.list_properties, PropertyQuery.model_validate(query))
    return "".join(json.loads(doc)["address"] for doc in page.docs)


@pytest.fixture
def homes(store: Store, ctx: Ctx) -> dict[str, str]:
    """Four properties, of which three have a value and two an after-repair value."""

    def made(tx: Tx) -> dict[str, str]:
        found = {address: home(tx, address) for address in "ABCD"}
        for address, kind, value in (
            ("A", "as_is", 300000.0), ("B", "as_is", 90000.5), ("C", "as_is", 1.0), ("C", "as_is", 200000.0),
            ("A", "after_repair", 400000.0), ("B", "after_repair", 500000.25),
        ):  # fmt: skip
            valued(tx, found[address], kind, value)
        service.upsert_repair_rent(tx, found["A"], RepairRentCreate(est_repairs=50000.5))
        return found

    return store.db.write_now(ctx, made)


@promise("Properties", "Properties are sorted and filtered by their latest value and after-repair value.")
def test_properties_are_sorted_and_filtered_by_value(store: Store, ctx: Ctx, homes: dict[str, str]) -> None:
    assert addresses(store, sort="value") == "BCAD"
    assert addresses(store, sort="-value") == "ACBD"
    assert addresses(store, sort="-arv") == "BADC"
    assert addresses(store, min_value=90000.5, max_value=200000) == "CB"
    assert addresses(store, min_arv=1, sort="address") == "AB"
    store.db.write_now(ctx, service.patch_property, homes["A"], PropertyPatch.model_validate({"status": "sold"}))
    assert addresses(store, sort="-value", status=["sold"]) == "A"
    assert addresses(store, sort="-value", status=["tracked", "sold"]) == "ACBD"


def test_figures_are_in_cents(store: Store, homes: dict[str, str]) -> None:
    found = store.db.snapshot_now(figures.find_figures, [*homes.values(), "pr_none"])
    assert found == {
        homes["A"]: PropertyFigures(30000000, 40000000, 5000050, "USD"),
        homes["B"]: PropertyFigures(9000050, 50000025, None, "USD"),
        homes["C"]: PropertyFigures(20000000, None, None, "USD"),
        homes["D"]: PropertyFigures(),
    }
    assert found[homes["A"]].spread == 4999950
    assert found[homes["B"]].spread is None


def test_recomputed_figures_are_those_that_were_written(store: Store, ctx: Ctx, homes: dict[str, str]) -> None:
    def again(tx: Tx) -> None:
        keys = properties.keys
        assert keys is not None
        keys.clear(tx)
        derived_fields.forget(tx)
        derived_fields.recompute_all(tx, [*derived_fields.of_list_keys([properties]), *figures.FIGURES])

    def faults() -> KeyFaults:
        assert properties.keys is not None
        with store.db.open_snapshot() as snapshot:
            return faults_of_keys(snapshot, properties.table, properties.keys, figures.computed_keys)

    assert store.db.snapshot_now(key_faults) == []
    assert faults().none
    store.db.write_now(ctx, figures.put_repairs, homes["B"], 1)
    assert faults() == KeyFaults(wrong=1)
    store.db.write_now(ctx, again)
    assert store.db.snapshot_now(key_faults) == []
    assert len(homes) == 4
