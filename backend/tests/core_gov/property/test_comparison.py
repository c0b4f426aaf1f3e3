"""Comparable sales over HTTP: selection, adjustments, search steps, pins and exclusions."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.sale import Sale
from backend.app.settings import Settings
from backend.tests.contract.answers import events, refused
from backend.tests.core_gov.valuation import town
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise

AS_OF = "2025-04-15"
Fields = dict[str, Any]


def ask(api: httpx.Client, property_id: str, **asked: Any) -> httpx.Response:
    return api.post("/core/property/comps", json={"property_id": property_id, "as_of": AS_OF} | asked)


def compared(api: httpx.Client, property_id: str, **asked: Any) -> Fields:
    answer = ask(api, property_id, **asked)
    assert answer.status_code == 200, answer.text
    found: Fields = answer.json()
    return found


def reasons(api: httpx.Client, property_id: str, sale: str) -> list[str]:
    answer = api.get(f"/core/property/properties/{property_id}/comps/why_not", params={"sale": sale})
    assert answer.status_code == 200, answer.text
    said: list[str] = answer.json()["reasons"]
    return said


def cents(amount: float) -> int:
    exact = Decimal(repr(amount)) * 100
    assert exact == int(exact), f"{amount} is not in whole cents"
    return int(exact)


def ids(found: Fields) -> list[str]:
    return [comp["sale_id"] for comp in found["comps"]]


class TestResponse:
    @promise(
        "Comparable sales",
        "Each adjustment shows its rate, standard error and source, and price plus adjustments equal the adjusted "
        "price to the cent.",
    )
    def test_price_plus_lines_is_the_adjusted_price(self, town_api: httpx.Client) -> None:
        found = compared(town_api, town.home(town_api))
        assert len(found["comps"]) > 10
        for comp in found["comps"]:
            amounts = [cents(line["amount"]) for line in comp["adjustments"]]
            assert cents(comp["price"]) + sum(amounts) == cents(comp["adjusted_price"])
            assert (cents(comp["net"]), cents(comp["gross"])) == (sum(amounts), sum(map(abs, amounts)))
            assert comp["net_percent"] == pytest.approx(100 * comp["net"] / comp["price"], abs=0.06)
            for line in comp["adjustments"]:
                assert line["label"]
                assert line["source"]
                read = [line[name] for name in ("subject", "sale", "difference") if line[name] is not None]
                assert read == [round(number, 6) for number in read]
                if line["rate"] is not None:
                    assert line["amount"] == pytest.approx(line["rate"] * line["difference"], rel=0.01, abs=60)

    @promise("Comparable sales", "Property types are compared in all their usual spellings.")
    def test_types_are_compared_in_any_spelling(self, town_api: httpx.Client) -> None:
        plain = compared(town_api, town.home(town_api, property_type="house"))
        for spelling in ("Single Family", "SingleFamilyResidence", "Maison détachée"):
            found = compared(town_api, town.home(town_api, property_type=spelling))
            assert (ids(found), found["value"]) == (ids(plain), plain["value"])
        condo = compared(town_api, town.home(town_api, property_type="Condominium"))
        assert ids(condo) == [town.odd("condo")]
        assert town.odd("condo") not in ids(plain)

    @promise("Comparable sales", "Comps are ranked by weight; nearer and more similar sales weigh more.")
    def test_comps_are_ranked_by_weight(self, town_api: httpx.Client) -> None:
        found = compared(town_api, town.home(town_api))
        weights = [comp["weight"] for comp in found["comps"]]
        assert weights == sorted(weights, reverse=True)
        assert sum(weights) == pytest.approx(1, abs=2e-8)
        assert weights == [round(weight, 9) for weight in weights]
        weighed = sum(comp["weight"] * comp["adjusted_price"] for comp in found["comps"])
        assert weighed == pytest.approx(found["value"]["value"], abs=0.02)
        assert [comp["rank"] for comp in found["comps"]] == [*range(1, len(weights) + 1)]
        adjusted = [comp["adjusted_price"] for comp in found["comps"]]
        assert min(adjusted) <= found["value"]["value"] <= max(adjusted)
        assert found["value"]["low"] < found["value"]["value"] < found["value"]["high"]
        assert found["value"]["comps"] == len(weights)

    @promise("Comparable sales", "Time adjustments run from the contract date where it is known.")
    def test_time_adjustment_runs_from_contract_to_as_of_date(self, town_api: httpx.Client) -> None:
        for comp in compared(town_api, town.home(town_api))["comps"]:
            line = comp["adjustments"][0]
            assert (line["name"], line["source"]) == ("time", "index_source")
            assert line["label"] == f"time, {comp['priced_on']} to {AS_OF}"
            assert comp["priced_on"] <= comp["close_date"] < AS_OF
            assert comp["sale_id"] == town.odd("own-early") or comp["priced_on"] < comp["close_date"]
            days = (date.fromisoformat(AS_OF) - date.fromisoformat(comp["close_date"])).days
            assert comp["days"] == days

    @promise(
        "Comparable sales",
        "Each adjustment shows its rate, standard error and source, and price plus adjustments equal the adjusted "
        "price to the cent.",
    )
    def test_rates_name_their_source(self, town_api: httpx.Client) -> None:
        found = compared(town_api, town.home(town_api))
        rates = {rate["name"]: rate for rate in found["rates"]}
        assert rates["living_sqft"]["standard_error"] > 0
        assert f"before {AS_OF}" in rates["living_sqft"]["source"]
        assert found["index_source"]
        assert (found["market"], found["currency"], found["placed_by"]) == ("town", "USD", "coordinates")

    @promise(
        "Comparable sales",
        "Search criteria start at the market's standard and widen in a stated order, never beyond the caller's limits.",
    )
    def test_search_steps_are_listed_in_order(self, town_api: httpx.Client) -> None:
        found = compared(town_api, town.home(town_api, latitude=47.65, longitude=-122.30))
        steps = found["search"]
        assert steps[0]["widened"] is None
        assert [step["widened"] for step in steps[1:7]] == ["time", "distance", "size"] * 2
        assert [step["found"] for step in steps] == sorted(step["found"] for step in steps)
        assert all(step["sentence"].startswith(f"{step['found']:,} sale") for step in steps)
        assert steps[-1]["found"] >= 30 or steps[-1]["max_size_difference"] is None
        assert found["radius_km"] == steps[-1]["radius_km"] > 2
        assert all(comp["distance_km"] <= found["radius_km"] for comp in found["comps"])

    @promise(
        "Comparable sales",
        "Search criteria start at the market's standard and widen in a stated order, never beyond the caller's limits.",
    )
    def test_requested_radius_is_not_exceeded(self, town_api: httpx.Client) -> None:
        home = town.home(town_api, latitude=47.64, longitude=-122.30)
        found = compared(town_api, home, radius_km=2.5)
        assert (found["radius_km"], max(step["radius_km"] for step in found["search"])) == (2.5, 2.5)
        assert all(comp["distance_km"] <= 2.5 for comp in found["comps"])

    def test_requested_limits_are_not_exceeded(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        found = compared(town_api, home, beds=3, max_days=90)
        assert found["comps"]
        assert all(comp["days"] <= 90 for comp in found["comps"])
        none = compared(town_api, home, beds=40)
        assert (none["comps"], none["value"], none["ok"]) == ([], None, True)
        assert none["message"].startswith("no sale meets the widest limits: 0 sales closed within")

    def test_repeating_changes_nothing_and_another_day_is_audited(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        first, again = ask(town_api, home), ask(town_api, home)
        assert first.text == again.text
        other = ask(town_api, home, as_of="2025-05-01")
        assert other.status_code == 200, other.text
        kept = town_api.get(f"/core/property/properties/{home}/comps")
        assert (kept.text, kept.headers["etag"]) == (other.text, other.headers["etag"])
        changed, created, _ = events(town_api, home)
        assert (changed["action"], created["action"]) == ("comps.changed", "comps.created")
        assert changed["changes"]["as_of"] == {"before": AS_OF, "after": "2025-05-01"}
        assert changed["changes"]["value"] == {"before": first.json()["value"], "after": other.json()["value"]}


class TestWhyNot:
    @promise(
        "Comparable sales",
        "`GET /core/property/properties/{property_id}/comps/why_not` explains why a sale is not among the comps, or "
        "which comp it is.",
    )
    def test_every_reason_is_given(self, town_api: httpx.Client) -> None:
        home = town.home(town_api, parcel=town.OWN)
        first = compared(town_api, home)["comps"][0]["sale_id"]
        found = compared(town_api, home, radius_km=3, max_days=200, excluded=[first])
        size = len(found["comps"])
        assert reasons(town_api, home, ids(found)[2]) == [f"it is comparable sale number 3 of {size}"]
        said = {key: " ".join(reasons(town_api, home, town.odd(key))) for key in ("own-early", "own-late", "token")}
        assert said["own-early"] == "a sale of the property itself"
        assert "closed on 2025-06-02, not before the as-of date 2025-04-15" in said["own-late"]
        assert said["token"] == "flagged: a flagged sale is never used"
        assert reasons(town_api, home, first) == ["excluded manually"]
        assert reasons(town_api, home, "sale_99999999") == ["there is no sale 99999999 in this market"]
        assert "property type differs: condo, not house" in reasons(town_api, home, town.odd("condo"))
        assert "limit 3 km" in " ".join(reasons(town_api, home, town.odd("far")))
        assert "9,000 sq ft is 400 % above the property's 1,800" in " ".join(reasons(town_api, home, town.odd("huge")))
        days = [sale.close_date for sale in town.sales()]
        oldest = reasons(town_api, home, f"sale_{days.index(min(days)) + 1}")
        assert any("days before the as-of date, limit 200 days" in why for why in oldest)

    def test_reasons_use_the_limits_of_the_comparison(self, town_api: httpx.Client) -> None:
        """A search without a radius limit has none afterwards either."""
        home = town.home(town_api, latitude=47.65, longitude=-122.30)
        found = compared(town_api, home)
        farthest = max(found["comps"], key=lambda comp: comp["distance_km"])
        assert farthest["distance_km"] > 2
        for comp in (farthest, found["comps"][-1]):
            said = f"it is comparable sale number {comp['rank']} of {len(found['comps'])}"
            assert reasons(town_api, home, comp["sale_id"]) == [said]

    def test_changed_property_is_reported(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        sale = ids(compared(town_api, home))[0]
        town_api.patch(f"/core/property/properties/{home}", json={"sqft": 2100})
        said = "the property changed since the comparison: POST /core/property/comps compares it again"
        assert reasons(town_api, home, sale)[-1] == said

    def test_invalid_questions_are_refused(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        path = f"/core/property/properties/{home}/comps/why_not"
        before = "the property was not compared with any sales yet: POST /core/property/comps does that"
        refused(town_api.get(path, params={"sale": "sale_1"}), 409, before)
        for sale in ("nonsense", "sale_x1", "sale_-1", "sale_" + "9" * 20):
            answer = town_api.get(path, params={"sale": sale})
            refused(answer, 400, f"sale: {sale} is not the id of a sale, such as sale_1042")
            assert answer.json()["errors"][0]["field"] == "sale"
        refused(town_api.get(path), 400, "sale is required")
        gone = path.replace(home, "pr_no")
        refused(town_api.get(gone, params={"sale": "sale_1"}), 404, "property not found")


class TestLocation:
    @promise(
        "Comparable sales",
        "A property without coordinates is located offline by its postal code, and the response says so.",
    )
    def test_postal_code_replaces_missing_coordinates(self, town_api: httpx.Client) -> None:
        found = compared(town_api, town.home(town_api, latitude=None, longitude=None))
        assert found["placed_by"] == "postal"
        assert found["cautions"][0].startswith(f"located by postal code {town.POSTAL}, about ")
        assert found["comps"]
        assert all(comp["distance_km"] is not None for comp in found["comps"])

    def test_property_without_location_is_compared(self, town_api: httpx.Client) -> None:
        found = compared(town_api, town.home(town_api, latitude=None, longitude=None, postal=None))
        assert found["placed_by"] is None
        assert found["cautions"][0].endswith("its location is unknown")
        assert found["comps"]
        assert all(comp["distance_km"] is None for comp in found["comps"])

    @promise(
        "Valuation",
        "No sales, one sale, identical sales or unknown data give a clear message, no crash and no nonsense number.",
    )
    def test_property_with_only_an_address_is_compared(self, town_api: httpx.Client) -> None:
        found = compared(town_api, town.home(town_api, **dict.fromkeys(set(town.HOME) - {"address", "country"})))
        assert found["comps"]
        said = " ".join(found["cautions"])
        assert "the property's living area is unknown" in said
        assert "the property's type is unknown" in said

    def test_property_far_from_every_sale_has_no_market(self, town_api: httpx.Client) -> None:
        miami = town.home(town_api, region="FL", city="Miami", postal="33101", latitude=25.77, longitude=-80.2)
        found = compared(town_api, miami)
        assert (found["comps"], found["market"], found["value"]) == ([], None, None)
        assert found["message"].startswith("no sale of the markets on file (town) is within 100 km of the property")
        named = compared(town_api, miami, market="town")
        assert (named["comps"], named["market"]) == ([], "town")
        assert named["message"].startswith("no sale meets")

    def test_swapped_coordinates_are_refused_on_creation(self, town_api: httpx.Client) -> None:
        home = town.HOME | {"latitude": -122.3, "longitude": 47.6}
        answer = town_api.post("/core/property/properties", json=home)
        assert answer.status_code == 400
        assert "swapped" in answer.json()["detail"]


class TestBadInput:
    @promise("Valuation", "Requests for comps or a value refuse invalid input by field.")
    @pytest.mark.parametrize(
        ("asked", "detail"),
        [
            ({"as_of": "9999-12-31"}, "as_of 9999-12-31 is in the future"),
            ({"as_of": "0001-01-01"}, "as_of 0001-01-01 is before 1900"),
            ({"as_of": "1899-12-31"}, "as_of 1899-12-31 is before 1900"),
            ({"as_of": "2025-02-30"}, "as_of 2025-02-30 is not a calendar date"),
            ({"as_of": "yesterday"}, "as_of must be a date such as 2026-01-31"),
            ({"as_of": 20250401}, "as_of must be a valid string"),
            ({"radius_km": 0}, "radius_km must be greater than 0"),
            ({"radius_km": 501}, "radius_km must be less than or equal to 500"),
            ({"max_days": 0}, "max_days must be greater than or equal to 1"),
            ({"pinned": ["sale_1"] * 201}, None),
            ({"excluded": ["nonsense"]}, "excluded: nonsense is not the id of a sale, such as sale_1042"),
            ({"pinned": ["sale_" + "1" * 30]}, None),
            ({"pinned": "sale_1"}, None),
        ],
    )
    def test_each_fault_is_named(self, town_api: httpx.Client, asked: Fields, detail: str | None) -> None:
        home = town.home(town_api)
        answer = ask(town_api, home, **asked)
        assert answer.status_code == 400, answer.text
        if detail is not None:
            refused(answer, 400, detail)
        assert answer.json()["errors"][0]["field"].split(".")[0] == next(iter(asked))
        assert town_api.get(f"/core/property/properties/{home}/comps").json()["market"] is None

    def test_faults_of_markets_are_named(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        refused(ask(town_api, home, market="nowhere"), 404, "market not found")
        canadian = town.home(town_api, country="CA", region="ON", postal="M5V 2T6", latitude=43.64, longitude=-79.4)
        said = "the market town is in US, the property in CA"
        answer = ask(town_api, canadian, market="town")
        refused(answer, 400, said)
        assert answer.json()["errors"][0]["field"] == "market"
        town_api.patch(f"/core/property/properties/{canadian}", json={"market": "town"})
        refused(ask(town_api, canadian), 409, f"the property's {said.removeprefix('the ')}")


class TestConcurrency:
    @promise(
        "Comparable sales",
        "Comparisons run outside the write transaction and are stored only if nothing changed meanwhile.",
    )
    def test_eight_concurrent_comparisons_of_one_property(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        days = [f"2025-04-{1 + at % 3:02d}" for at in range(8)]
        with ThreadPoolExecutor(8) as pool:
            answers = [*pool.map(lambda day: ask(town_api, home, as_of=day), days)]
        assert [answer.status_code for answer in answers] == [200] * 8
        by_day = {day: answer.json()["value"] for day, answer in zip(days, answers, strict=True)}
        for day, answer in zip(days, answers, strict=True):
            assert answer.json()["value"] == by_day[day]
        assert town_api.get(f"/core/property/properties/{home}/comps").json()["as_of"] in days

    @promise(
        "Comparable sales",
        "Comparisons run outside the write transaction and are stored only if nothing changed meanwhile.",
    )
    def test_comparison_during_an_import(self, settings: Settings, store: Store) -> None:
        every = town.sales(200)
        town.put(store.db, every[:50])

        def bring(rest: list[Sale]) -> None:
            for start in range(0, len(rest), 10):
                store.db.write_now(town.CLERK, markets.upsert_sales, "town", "test", rest[start : start + 10])

        with serving(settings) as url, http_client(url) as api:
            home = town.home(api)
            bringing = threading.Thread(target=bring, args=(every[50:],))
            bringing.start()
            revisions: list[int] = []
            while bringing.is_alive() or not revisions:
                revisions.append(compared(api, home)["data_revision"])
            bringing.join()
            assert revisions == sorted(revisions)
            last = compared(api, home)
        assert last["data_revision"] >= revisions[-1]
        assert last["search"][-1]["found"] >= 30
