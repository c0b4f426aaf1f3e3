"""Valuations over HTTP: evidence, reproducibility, no look-ahead, and the ARV of a deal."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.property import service
from backend.app.core_gov.property.comparison import compare
from backend.app.core_gov.property.schemas import CompsRequest, PropertyCreate, PropertyPatch
from backend.app.core_gov.property.valuation import value
from backend.app.core_gov.valuation.schemas import ValuationRequest
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import Conflict
from backend.tests.contract.answers import events, everything, refused
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise

AS_OF = "2025-04-15"
OWN = ("id", "created_at", "updated_at")
Fields = dict[str, Any]


def path(property_id: str) -> str:
    return f"/core/property/properties/{property_id}/valuation"


def ask(api: httpx.Client, property_id: str, **asked: Any) -> httpx.Response:
    headers = {"Idempotency-Key": asked.pop("key")} if "key" in asked else {}
    return api.post(path(property_id), json={"as_of": AS_OF} | asked, headers=headers)


def valued(api: httpx.Client, property_id: str, **asked: Any) -> Fields:
    answer = ask(api, property_id, **asked)
    assert answer.status_code == 201, answer.text
    found: Fields = answer.json()
    return found


def numbers(record: Fields) -> Fields:
    """Return a valuation without ids, times and the state of the store."""
    return {name: value for name, value in record.items() if name not in {*OWN, "data_revision"}}


def deal(api: httpx.Client, currency: str = "USD") -> str:
    return str(api.post("/core/deals", json={"name": "Elm", "currency": currency}).json()["id"])


class TestResponse:
    @promise(
        "Valuation",
        "`POST /core/property/properties/{property_id}/valuation` values a property as of a day, as is or after "
        "repair; `GET /core/property/properties/{property_id}/valuation` returns the latest, `GET "
        "/core/property/properties/{property_id}/valuations` all.",
    )
    def test_valuation_is_stored_with_its_evidence(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        answer = ask(town_api, home, notes="For the offer")
        record = answer.json()
        assert (answer.status_code, record["id"][:4]) == (201, "val_")
        assert record.items() >= {
            "property_id": home, "kind": "as_is", "as_of": AS_OF, "market": "town", "currency": "USD",
            "notes": "For the offer", "to_deal": False, "deal_id": None, "trained_until": town.CUT,
            "placed_by": "coordinates", "assumptions": [], "appraisals": [],
        }.items()  # fmt: skip
        card, _ = town.trained(town.CUT)
        assert (record["model_id"], record["model_version"]) == (card.id, card.facts["version"])
        assert len(record["data_fingerprint"]) == 64
        kept = town_api.get(path(home))
        assert (kept.text, kept.headers["etag"]) == (answer.text, answer.headers["etag"])
        created, _ = events(town_api, record["id"])[0], events(town_api, home)
        assert (created["action"], created["changes"]["value"]["after"]) == ("valuation.created", record["value"])

    def test_intervals_are_nested_around_the_value(self, town_api: httpx.Client) -> None:
        record = valued(town_api, town.home(town_api))
        assert [each["percent"] for each in record["intervals"]] == [50, 80, 90]
        lows, highs = ([each[end] for each in record["intervals"]] for end in ("low", "high"))
        assert lows == sorted(lows, reverse=True)
        assert highs == sorted(highs)
        assert 0 < lows[0] < record["value"] < highs[0]

    def test_probability_of_an_amount_is_stored_with_the_value(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        assert valued(town_api, home)["probability_at_least"] is None
        low = valued(town_api, home)["intervals"][1]["low"]
        record = ask(town_api, home, at_least=low).json()
        assert (record["at_least"], record["probability_at_least"]) == (low, pytest.approx(0.9, abs=1e-4))
        assert town_api.get(path(home)).json()["probability_at_least"] == record["probability_at_least"]
        assert ask(town_api, home, at_least=-1).status_code == 400

    @promise(
        "Valuation",
        "Intervals of 50, 80 and 90 % cover sale prices as often as stated; each value has an FSD and a confidence.",
    )
    def test_confidence_follows_the_fsd(self, town_api: httpx.Client) -> None:
        homes = [town.home(town_api), town.home(town_api, **dict.fromkeys(set(town.HOME) - {"address", "country"}))]
        for home in homes:
            record = valued(town_api, home)
            fsd = record["fsd"]
            assert record["confidence"] == ("high" if fsd <= 0.13 else "medium" if fsd <= 0.20 else "low")
        assert valued(town_api, homes[1])["fsd"] > valued(town_api, homes[0])["fsd"]

    @promise("Valuation", "Value drivers are in plain language and add up to the value.")
    def test_opinions_and_drivers_add_up_to_the_value(self, town_api: httpx.Client) -> None:
        record = valued(town_api, town.home(town_api))
        assert [each["method"] for each in record["opinions"]] == ["model", "comparable sales"]
        assert sum(each["weight"] for each in record["opinions"]) == pytest.approx(1, abs=1e-9)
        low, high = sorted(each["value"] for each in record["opinions"])
        assert low <= record["value"] <= high
        total = record["typical_value"] + sum(driver["amount"] for driver in record["drivers"])
        assert round(total, 2) == record["value"]
        assert all(driver["sentence"] for driver in record["drivers"])

    def test_comps_are_those_of_the_comparison(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        first = valued(town_api, home)["comps"][0]["sale_id"]
        body = {"property_id": home, "as_of": AS_OF, "excluded": [first], "pinned": [town.odd("far")]}
        compared = town_api.post("/core/property/comps", json=body).json()
        record = valued(town_api, home)
        assert [(each["sale_id"], each["weight"], each["adjusted_price"]) for each in record["comps"]] == [
            (each["sale_id"], each["weight"], each["adjusted_price"]) for each in compared["comps"]
        ]
        assert record["opinions"][1]["value"] == compared["value"]["value"]
        assert f"excluded manually: {first}" in record["cautions"]
        assert f"pinned manually: {town.odd('far')}" in record["cautions"]
        assert record["data_fingerprint"] == compared["data_fingerprint"]

    @promise("Market data", "Appraisals are imported like sales and shown next to valuations.")
    def test_appraisals_are_listed_for_comparison(self, town_api: httpx.Client) -> None:
        home = town.home(town_api, parcel="appraised 7")
        usual = {"currency": "USD", "appraiser": "Dana Kim", "date": "2025-03-01"}
        told = [
            {"property_id": home, "value": 500000} | usual,
            {"market": "town", "parcel": "APPRAISED-7", "value": 400000} | usual | {"date": "2025-04-01"},
            {"property_id": home, "value": 1} | usual | {"date": "2025-04-16"},
            {"property_id": home, "value": 2} | usual | {"currency": "CAD"},
            {"market": "another", "parcel": "appraised 7", "value": 3} | usual,
        ]
        made = [town_api.post("/core/market/appraisals", json=each) for each in told]
        assert [answer.status_code for answer in made] == [201] * 5
        record = valued(town_api, home)
        beside = [(each["value"], each["date"], each["who"]) for each in record["appraisals"]]
        assert beside == [(400000.0, "2025-04-01", "Dana Kim"), (500000.0, "2025-03-01", "Dana Kim")]
        more = 100 * (record["value"] / 500000 - 1)
        assert record["appraisals"][1]["difference_percent"] == pytest.approx(more, abs=0.06)

    @promise(
        "Valuation",
        "Few sales, an unusual home, old data and unknown fields are reported and widen the interval.",
    )
    def test_cautions_name_what_is_uncertain(self, town_api: httpx.Client) -> None:
        far = valued(town_api, town.home(town_api, latitude=47.95), market="town")
        assert "few comparable sales: 1" in far["cautions"]
        strange = valued(town_api, town.home(town_api, sqft=12000))
        assert any(said.startswith("outside the range of sales: living area 12,000") for said in strange["cautions"])
        old = valued(town_api, town.home(town_api), as_of="2026-06-30")
        assert any(said.startswith("old data: the latest sale closed on 2025-06-") for said in old["cautions"])
        assert any("train a new one" in said for said in old["cautions"])
        plain = valued(town_api, town.home(town_api))
        assert old["fsd"] > plain["fsd"]
        postal = valued(town_api, town.home(town_api, latitude=None, longitude=None))
        assert postal["placed_by"] == "postal"
        assert postal["cautions"][0].startswith(f"located by postal code {town.POSTAL}")

    def test_day_before_the_model_uses_comparable_sales_alone(self, town_api: httpx.Client) -> None:
        record = valued(town_api, town.home(town_api), as_of="2025-03-31")
        assert (record["model_id"], record["model_version"], record["trained_until"]) == (None, None, None)
        assert [(each["method"], each["weight"]) for each in record["opinions"]] == [("comparable sales", 1.0)]
        assert record["cautions"][0].startswith("no model for this market: the value is from comparable sales")
        assert (record["drivers"], record["typical_value"]) == ([], None)
        assert [each["percent"] for each in record["intervals"]] == [50, 80, 90]

    def test_after_repair_value_exceeds_as_is(self, town_api: httpx.Client) -> None:
        home = town.home(town_api, condition=2)
        before, after = valued(town_api, home), valued(town_api, home, kind="after_repair")
        assert after["kind"] == "after_repair"
        assert after["value"] >= before["value"]
        assert after["assumptions"]


class TestLists:
    @promise(
        "Valuation",
        "`POST /core/property/properties/{property_id}/valuation` values a property as of a day, as is or after "
        "repair; `GET /core/property/properties/{property_id}/valuation` returns the latest, `GET "
        "/core/property/properties/{property_id}/valuations` all.",
    )
    def test_latest_filters_and_pages(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        refused(town_api.get(path(home)), 404, "valuation not found")
        refused(town_api.get(path("pr_no")), 404, "property not found")
        made = [valued(town_api, home, kind=kind) for kind in ("as_is", "after_repair", "as_is")]
        assert town_api.get(path(home)).json() == made[2]
        assert town_api.get(path(home), params={"kind": "after_repair"}).json() == made[1]
        every = f"{path(home)}s"
        assert everything(town_api, every, limit=2) == made[::-1]
        assert everything(town_api, every, {"kind": "as_is"}) == [made[2], made[0]]
        refused(town_api.get(f"{path('pr_no')}s"), 404, "property not found")
        for params, name in (({"kind": "arv"}, "kind"), ({"limit": 0}, "limit"), ({"as_of": AS_OF}, "as_of")):
            answer = town_api.get(every, params=params)
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)


class TestArvInDeal:
    @promise(
        "Valuation",
        "ARV values the repaired home, is never below the as-is value, and goes to the deal only on request, audited.",
    )
    def test_arv_is_written_on_request_and_audited(self, town_api: httpx.Client) -> None:
        name = deal(town_api)
        home = town.home(town_api, deal_id=name)
        plain = valued(town_api, home, kind="after_repair")
        assert (plain["deal_id"], town_api.get(f"/core/deals/{name}").json()["arv"]) == (None, None)
        record = valued(town_api, home, kind="after_repair", to_deal=True)
        assert record["deal_id"] == name
        assert town_api.get(f"/core/deals/{name}").json()["arv"] == record["value"]
        changed = events(town_api, name)[0]
        assert (changed["action"], changed["changes"]) == (
            "deal.changed", {"arv": {"before": None, "after": record["value"]}}
        )  # fmt: skip
        assert changed["request_id"] == events(town_api, record["id"])[0]["request_id"]

    @promise(
        "Valuation",
        "ARV values the repaired home, is never below the as-is value, and goes to the deal only on request, audited.",
    )
    def test_arv_without_a_suitable_deal_is_refused(self, town_api: httpx.Client) -> None:
        canadian = deal(town_api, "CAD")
        cases = [
            (town.home(town_api), "after_repair", 409,
             "the property has no deal to write its ARV to"),
            (town.home(town_api, deal_id="deal_x"), "after_repair", 409,
             "the property's deal deal_x is not on file, so its ARV cannot be written there"),
            (town.home(town_api, deal_id=canadian), "after_repair", 409,
             "the deal is in CAD, the valuation in USD: the ARV cannot be written to the deal"),
            (town.home(town_api, deal_id=canadian), "as_is", 400,
             "to_deal requires the kind after_repair: a deal has only an ARV"),
        ]  # fmt: skip
        for home, kind, status, detail in cases:
            refused(ask(town_api, home, to_deal=True, kind=kind), status, detail)
            refused(town_api.get(path(home)), 404, "valuation not found")
            assert [event["action"] for event in events(town_api, home)][-1:] == ["property.created"]
        assert town_api.get(f"/core/deals/{canadian}").json()["arv"] is None


class TestIdempotencyKey:
    def test_key_gives_one_record_and_the_same_response(self, town_api: httpx.Client) -> None:
        home = town.home(town_api)
        first, again = (ask(town_api, home, key=f"once {home}") for _ in range(2))
        assert (again.status_code, again.text, again.headers["idempotent-replayed"]) == (201, first.text, "true")
        assert len(everything(town_api, f"{path(home)}s")) == 1
        assert ask(town_api, home, key=f"once {home}", kind="after_repair").status_code == 409

    def test_key_returns_the_response_after_data_changed(self, town_api: httpx.Client) -> None:
        home = town.home(town_api, deal_id=deal(town_api))
        first = ask(town_api, home, key=f"kept {home}", kind="after_repair", to_deal=True)
        assert first.status_code == 201
        town_api.patch(f"/core/property/properties/{home}", json={"market": "nowhere", "deal_id": None})
        assert ask(town_api, home, kind="after_repair", to_deal=True).status_code == 409
        again = ask(town_api, home, key=f"kept {home}", kind="after_repair", to_deal=True)
        assert (again.status_code, again.text) == (201, first.text)


class TestRefusals:
    def test_property_changed_meanwhile_is_a_conflict(self, town_store: Store, ctx: Ctx) -> None:
        db = town_store.db
        home = keep(db, ctx)
        slow = value(db, home, ValuationRequest(as_of=AS_OF))
        db.write_now(ctx, service.patch_property, home, PropertyPatch.model_validate({"sqft": 900}))
        count = len(db.snapshot_now(audit.list_events, {}, 500, None).docs)
        with pytest.raises(Conflict, match="the property was changed while it was valued; try again"):
            db.write_now(ctx, service.save_valuation, slow)
        assert db.snapshot_now(service.list_valuations, home, None, 10, None).docs == []
        assert len(db.snapshot_now(audit.list_events, {}, 500, None).docs) == count

    @promise("Valuation", "Requests for comps or a value refuse invalid input by field.")
    @pytest.mark.parametrize(
        ("asked", "detail"),
        [
            ({"as_of": "9999-12-31"}, "as_of 9999-12-31 is in the future"),
            ({"as_of": "1066-10-14"}, "as_of 1066-10-14 is before 1900"),
            ({"as_of": "soon"}, "as_of must be a date such as 2026-01-31"),
            ({"kind": "arv"}, "kind must be one of as_is, after_repair"),
            ({"to_deal": "yes"}, "to_deal must be a valid boolean"),
            ({"value": 1}, "value is read-only"),
            ({"market": "nowhere"}, None),
        ],
    )
    def test_bad_input_is_named(self, town_api: httpx.Client, asked: Fields, detail: str | None) -> None:
        home = town.home(town_api)
        answer = ask(town_api, home, **asked)
        if detail is None:
            refused(answer, 404, "market not found")
        else:
            refused(answer, 400, detail)
        refused(town_api.get(path(home)), 404, "valuation not found")

    def test_unknown_ids_are_not_found(self, town_api: httpx.Client) -> None:
        refused(ask(town_api, "pr_no"), 404, "property not found")

    @promise(
        "Valuation",
        "No sales, one sale, identical sales or unknown data give a clear message, no crash and no nonsense number.",
    )
    def test_no_model_and_no_sale_is_a_conflict(self, town_api: httpx.Client) -> None:
        early = ask(town_api, town.home(town_api), as_of="2024-01-01")
        said = "no model and no comparable sale before 2024-01-01: the property cannot be valued"
        refused(early, 409, said)
        miami = town.home(town_api, region="FL", city="Miami", postal="33101", latitude=25.77, longitude=-80.2)
        answer = ask(town_api, miami)
        assert answer.status_code == 409
        assert "is within 100 km of the property" in answer.json()["detail"]

    def test_no_market_is_a_conflict(self, store: Store, ctx: Ctx) -> None:
        home = keep(store.db, ctx)
        with pytest.raises(Conflict, match="no sales are loaded, so there is nothing to value this property by"):
            value(store.db, home, ValuationRequest(as_of=AS_OF))

    @promise(
        "Valuation",
        "No sales, one sale, identical sales or unknown data give a clear message, no crash and no nonsense number.",
    )
    def test_market_with_one_sale_has_a_value(self, store: Store, ctx: Ctx) -> None:
        town.put(store.db, [replace(town.sales(1)[0], latitude=47.601, longitude=-122.301)])
        record = store_value(store.db, ctx, keep(store.db, ctx))
        assert "few comparable sales: 1" in record["cautions"]
        assert record["confidence"] == "low"


# Without HTTP


def keep(db: Database, ctx: Ctx, **other: Any) -> str:
    made = db.write_now(ctx, service.create_property, PropertyCreate.model_validate(town.HOME | other))
    return str(made.fields["id"])


def store_value(db: Database, ctx: Ctx, home: str, kind: str = "as_is") -> Fields:
    asked = ValuationRequest.model_validate({"as_of": AS_OF, "kind": kind})
    return db.write_now(ctx, service.save_valuation, value(db, home, asked)).fields


def store_comps(db: Database, ctx: Ctx, home: str) -> Fields:
    found = compare(db, CompsRequest(property_id=home, as_of=AS_OF))
    return db.write_now(ctx, service.save_comps, found).fields
