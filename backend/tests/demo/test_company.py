"""Content of the demo company."""

import json
import re
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any, get_args

from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms.schemas import Channel, DraftStatus
from backend.app.core_gov.jv.schemas import LinkStatus, PartnerStatus, Role
from backend.app.core_gov.property.schemas import PropertyStatus
from backend.app.deals.schemas import DealStatus, Strategy
from backend.app.demo import place
from backend.app.demo.sales import city_of, pick
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.demo.demo_data import MIN_SALES, build, everything, items, made_up_sales
from backend.tests.promises import promise


@promise(
    "Operator tools",
    "`valhalla demo` fills its own directory with every kind of record and touches nothing else.",
)
def test_demo_has_every_role_status_stage_and_channel(demo: Path) -> None:
    def pairs(file: str, *names: str) -> set[tuple[Any, ...]]:
        return {tuple(item[name] for name in names) for item in items(demo, file)}

    assert pairs("jv/partners.json", "role", "status") == set(product(get_args(Role), get_args(PartnerStatus)))
    assert pairs("deals/deals.json", "status", "strategy") == set(product(get_args(DealStatus), get_args(Strategy)))
    assert pairs("comms/drafts.json", "channel", "status") == set(product(get_args(Channel), get_args(DraftStatus)))
    assert pairs("property/properties.json", "status") == {(status,) for status in get_args(PropertyStatus)}
    assert pairs("jv/links.json", "status") == {(status,) for status in get_args(LinkStatus)}
    assert {"JV", "lender", "buyer", "gc", "pm"} <= {link["relationship"] for link in items(demo, "jv/links.json")}
    assert pairs("property/properties.json", "country") == {("CA",), ("US",)}
    assert pairs("comms/sendlog.json", "channel") == {(channel,) for channel in get_args(Channel)}


def test_demo_has_every_kind_of_record_with_valid_references(demo: Path) -> None:
    assert place.facts_of(demo)["records"] == {table.file: len(items(demo, table.file)) for table in TABLES}
    few = {"market/markets.json": 1, "market/appraisals.json": 0, "repairs/unit_costs.json": 0, "views/views.json": 3}
    few |= {"comms/opt_outs.json": 3, "comms/consents.json": 2}
    few |= {f"jv/{name}.json": 1 for name in ("agreements", "amendments", "distributions", "payments", "periods")}
    few |= {"jv/commitments.json": 2, "jv/contributions.json": 3, "jv/reversals.json": 1, "jv/statements.json": 4}
    few |= {"jv/transactions.json": 5}
    assert {file: len(items(demo, file)) for file in few} == few
    assert all(len(items(demo, table.file)) >= 10 for table in TABLES if table.file not in few)
    deals = {deal["id"]: deal for deal in items(demo, "deals/deals.json")}
    properties = {found["id"]: found for found in items(demo, "property/properties.json")}
    assert len(properties) == MIN_SALES + 6
    for deal in deals.values():
        assert properties[deal["property_id"]]["deal_id"] == deal["id"]
        assert properties[deal["property_id"]]["address"] in deal["address"]
        assert deal["price"] is None or deal["price"] < deal["arv"]
        days = [deal[name] for name in ("offer_date", "contract_date", "close_date") if deal[name]]
        assert days == sorted(days)
    assert {link["deal_id"] for link in items(demo, "jv/links.json")} <= deals.keys()


def test_deals_have_owners_next_actions_and_stages(demo: Path) -> None:
    for deal in items(demo, "deals/deals.json"):
        stages = [stage["status"] for stage in deal["stage_history"]]
        assert (stages[0], stages[-1]) == ("lead", deal["status"])
        assert {stage["by"] for stage in deal["stage_history"]} == {deal["owner"]}
        days = [stage["at"][:10] for stage in deal["stage_history"]]
        assert days == sorted(set(days)) or datetime.now(UTC).date() < date(2026, 12, 1)  # none is in the future
        assert (deal["lost_reason"] is not None) == (deal["status"] == "dead")
        assert deal["next_action"] is None or deal["status"] not in {"closed", "dead"}
    assert {deal["next_action"] is None for deal in items(demo, "deals/deals.json")} == {True, False}


def test_events_are_in_the_order_of_their_times(demo: Path) -> None:
    with open_store(Settings(data_dir=demo)) as store:
        events = store.db.snapshot_now(audit.list_events, {"actor": "amir"}, 500, None).docs
    times = [json.loads(event)["at"] for event in events]
    assert times == sorted(times, reverse=True)


def test_property_records_its_sale(demo: Path) -> None:
    sale = pick(made_up_sales(), MIN_SALES)[0]
    found = items(demo, "property/properties.json")[0]
    assert found["address"] == f"King County parcel {sale.parcel:010}"
    assert (found["city"], found["postal"]) == (city_of(sale.zipcode), str(sale.zipcode))
    assert (found["meta"]["price"], found["meta"]["sold_on"]) == (sale.price, sale.sold_on)


def test_phone_numbers_and_addresses_are_reserved_for_fiction(demo: Path) -> None:
    text = b"\n".join(everything(demo)[table.file] for table in TABLES).decode()
    phones = re.findall(r"\+1\d{10}|\b\d{3}-\d{3}-\d{4}\b", text)
    assert phones
    assert all(re.fullmatch(r"(\+1\d{3}|\d{3}-)555-?01\d\d", phone) for phone in phones)
    mails = re.findall(r"[\w.-]+@([\w-]+\.[\w.-]+)", text)
    assert set(mails) == {"example.com"}


def test_audit_events_name_the_fictional_staff(demo: Path) -> None:
    with open_store(Settings(data_dir=demo)) as store:
        events = store.db.snapshot_now(audit.list_events, {}, 500, None).docs
        actors = {json.loads(event)["actor"] for event in events}
    assert actors >= {"amir", "dana", "june", "luc"}


def test_same_sales_create_the_same_company(demo: Path, tmp_path: Path) -> None:
    build(tmp_path / "again")
    for table in TABLES:
        assert _without_ids_and_times(demo / table.file) == _without_ids_and_times(tmp_path / "again" / table.file)


def _without_ids_and_times(file: Path) -> str:
    """Return the text with ids numbered by first occurrence, and without times."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", file.read_text())
    text = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", text)  # over ids, too
    seen: dict[str, str] = {}
    return re.sub(r"\b[a-z]+_[0-9a-f]{32}\b", lambda id_: seen.setdefault(id_[0], f"id {len(seen)}"), text)
