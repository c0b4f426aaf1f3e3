"""Tables of unit costs: versions are kept, and the newest is used instead of the shipped one."""

from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.repairs import service
from backend.app.core_gov.repairs.cost_file import read_costs
from backend.app.core_gov.repairs.repair_estimate import SCOPE, CostedWork
from backend.app.core_gov.repairs.schemas import COSTS, RepairCostsCreate, RepairCostsRecord
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput, NotFound
from backend.tests.promises import promise

HEADER = "trade,item,unit,low,mid,high\n"
SAID = {"currency": "CAD", "source": "Ours", "as_of": "2026-01-31"}


def payload(**given: Any) -> RepairCostsCreate:
    return RepairCostsCreate.model_validate(COSTS | given)


def test_shipped_table_is_used_by_default() -> None:
    record = RepairCostsRecord.model_validate(service.shipped().fields)
    scopes = {cost.item: (cost.low, cost.high) for cost in record.costs if cost.trade == SCOPE}
    assert scopes == {"cosmetic": (10, 35), "moderate": (25, 65), "gut": (50, 120)}
    assert all("secondary sources" in (cost.source or "") for cost in record.costs if cost.trade == SCOPE)
    assert (record.currency, record.version) == ("USD", 0)
    assert "Illustrative" in record.source
    assert record.as_of == "2026-11-22"


@promise(
    "Repairs, rents and neighborhoods",
    "`POST /core/property/repair_costs`, `GET /core/property/repair_costs` and `GET "
    "/core/property/repair_costs/{costs_id}` keep versions of unit costs; the newest of a currency applies.",
)
def test_newest_version_is_used_and_earlier_ones_are_kept(store: Store, ctx: Ctx) -> None:
    db = store.db
    assert db.snapshot_now(service.costs_for, "USD").id == "uc_shipped"
    assert db.snapshot_now(service.costs_for, "CAD").currency == "USD"
    first = db.write_now(ctx, service.create_costs, payload()).fields
    db.write_now(ctx, service.create_costs, payload(currency="USD"))
    second = db.write_now(ctx, service.create_costs, payload(source="Quotes of spring")).fields
    assert [first["id"], second["id"], second["version"]] == ["uc_cad_1", "uc_cad_2", 2]
    table = db.snapshot_now(service.costs_for, "CAD")
    assert (table.id, table.version, table.source, table.as_of) == ("uc_cad_2", 2, "Quotes of spring", "2026-01-31")
    assert table.costs[0].each == (4500, 6250, 8500)
    assert db.snapshot_now(service.get_costs, "uc_cad_1").fields == first
    assert [len(db.snapshot_now(service.list_costs, {"currency": c}, 10, None).docs) for c in ("CAD", "USD")] == [2, 1]
    events = db.snapshot_now(audit.list_events, {"entity_id": "uc_cad_2"}, 10, None).docs
    assert len(events) == 1
    with pytest.raises(NotFound, match="unit costs not found"):
        db.snapshot_now(service.get_costs, "uc_cad_3")


def test_identical_table_is_not_stored_again(store: Store, ctx: Ctx) -> None:
    stored, new = store.db.write_now(ctx, service.load_costs, payload())
    again, newer = store.db.write_now(ctx, service.load_costs, payload())
    assert (new, newer, again.doc) == (True, False, stored.doc)
    changed, newest = store.db.write_now(ctx, service.load_costs, payload(as_of="2026-02-01"))
    assert (newest, changed.fields["version"]) == (True, 2)


@promise(
    "Repairs, rents and neighborhoods",
    "The lines of a repair estimate and its contingency add up to the total, to the cent, without hidden currency "
    "conversion.",
)
def test_conversion_needs_an_exchange_rate() -> None:
    table = service.table_of(service.shipped())
    work = [CostedWork(100, "roofing", "asphalt shingles")]
    with pytest.raises(BadInput, match=r"the unit costs are in USD and the property's amounts in CAD: load a table in"):
        service.estimate_repairs(work, table, service.RepairTerms("CAD"))
    found = service.estimate_repairs(work, table, service.RepairTerms("CAD", exchange_rate=1.37, regional_factor=1.1))
    assert found.lines[0].cost.mid == 904.2  # 100 × 6.00 × 1.1 × 1.37
    assert found.currency == "CAD"
    assert "1 USD is 1.37 CAD, as given" in found.assumptions
    assert "regional factor 1.1, as given" in found.assumptions
    own = [CostedWork(2, "magic", unit="bag", own_cents=150)]
    assert service.estimate_repairs(own, table, service.RepairTerms("CAD")).total.mid == 3.45


def test_contingency_is_in_the_assumptions() -> None:
    table = service.table_of(service.shipped())
    found = service.estimate_repairs([CostedWork(1000, SCOPE, "moderate")], table, service.RepairTerms("USD"))
    assert (found.total.low, found.total.mid, found.total.high) == (28750, 51750, 74750)
    assert "contingency 15 %, the program's default" in found.assumptions
    high = service.estimate_repairs([], table, service.RepairTerms("USD", contingency_percent=25))
    assert "a contingency of 25 % is outside the usual 10 to 20 %" in high.warnings
    assert high.total.mid == 0


class TestFiles:
    def read(self, folder: Path, text: str) -> RepairCostsCreate:
        path = folder / "costs.csv"
        path.write_text(text)
        return read_costs(path, SAID)

    def test_cost_file_is_read(self, tmp_path: Path) -> None:
        found = self.read(
            tmp_path, "Trade;Item;Unit;Low;Mid;High;Source\nroofing;shingles;sqft;$6;7,75 $;1,000.50;bid\n"
        )
        (cost,) = found.costs
        assert (cost.low, cost.mid, cost.high, cost.source) == (6, 7.75, 1000.5, "bid")

    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/repair_costs`, `GET /core/property/repair_costs` and `GET "
        "/core/property/repair_costs/{costs_id}` keep versions of unit costs; the newest of a currency applies.",
    )
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("trade,item,unit,low,mid\n", "costs.csv has no column high; the columns are trade, item, unit, low, mid"),
            ("trade,item,unit,low,mid,high,note\n", "costs.csv has a column note, which is not known"),
            (HEADER, "costs.csv: costs"),
            (HEADER + "a,b,ft,1,2,x\n", "row 2: high is not a number: x"),
            (HEADER + "a,b,ft,1,2,-3\n", "row 2: high must not be negative"),
            (HEADER + "a,b,ft,3,2,4\n", "row 2: mid must not be below low"),
            (HEADER + "a,b,ft,0,0,0\n", "row 2: high must be above 0: work that costs nothing needs no line"),
            (HEADER + "a,b,ft,1,2,US$3\n", "row 2: high is in USD, but the table's currency is CAD"),
            (HEADER + "a,b,ft,1,2.001,3\n", "row 2: mid must have at most two decimals"),
            (HEADER + "a,b,,1,2,3\n", "row 2: unit is required"),
            (HEADER + "a,b,ft,1,2\n", "row 2: the row has 5 cells, the header has 6"),
            (HEADER + "a,b,ft,1,2,3\nA,B,ft,1,2,3\n", "costs.csv: costs must list A, B only once"),
        ],
    )
    def test_file_faults_name_their_row(self, tmp_path: Path, text: str, sentence: str) -> None:
        with pytest.raises(BadInput) as failed:
            self.read(tmp_path, text)
        assert failed.value.detail.startswith(sentence)
