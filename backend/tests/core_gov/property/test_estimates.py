"""Proposals for a property over HTTP: storable as returned, and nothing is stored before."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.sale import Sale
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.neighborhood import import_factors
from backend.app.core_gov.rents import import_rents
from backend.app.kit.clock import now
from backend.app.kit.data_files.import_rows import TableImport
from backend.app.kit.db import Ctx, Database
from backend.app.settings import Settings
from backend.tests.contract.answers import events, refused
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise

TODAY = date.fromisoformat(now()[:10])
RENTS = "rent,date,living_sqft,beds,latitude,longitude,kind\n" + "".join(
    f"{2000 + 12 * at},{TODAY - timedelta(days=10 * at)},{900 + 6 * at},2,{47.60 + at / 4000},-122.33,"
    f"{'paid' if at % 2 else 'asking'}\n"
    for at in range(20)
)
FACTORS = (
    "factor,value,postal,as_of\nwalkability,80,98101,2026-01-01\ntransit,60,98101,2026-01-01\n"
    "crime,20,98101,2026-01-01\n"
)
HOUSE = {"address": "1 Pine St", "country": "US", "region": "WA", "city": "Seattle", "postal": "98101", "sqft": 950,
         "beds": 2, "latitude": 47.605, "longitude": -122.33}  # fmt: skip


def quiet(done: int, total: int) -> None:
    """Ignore the progress."""


def sales() -> list[Sale]:
    chance = np.random.default_rng(5)
    found = []
    for at in range(400):
        sqft = float(np.round(np.exp(chance.normal(7.2, 0.25))))
        price = 500 * sqft * np.exp(chance.normal(0, 0.1) + (0.2 if at % 2 else 0.0))
        found.append(
            Sale(
                source_key=f"s{at}",
                price_cents=round(price) * 100,
                currency="USD",
                close_date=(TODAY - timedelta(days=1 + at)).isoformat(),
                latitude=47.60 + chance.normal(0, 0.005) + (0.03 if at % 2 else 0.0),
                longitude=-122.33 + chance.normal(0, 0.005),
                living_sqft=sqft,
                area="98101",
            )
        )
    return found


def load(db: Database, folder: Path) -> None:
    ctx, today = Ctx("tester", "cli"), TODAY.isoformat()
    db.write_now(ctx, markets.create_market, MarketCreate(name="seattle", country="US", currency="USD"))
    db.write_now(ctx, markets.upsert_sales, "seattle", "test", sales())
    (folder / "rents.csv").write_text(RENTS)
    asked = TableImport(folder / "rents.csv", {}, {"country": "US"}, "Our list")
    import_rents.import_rents(db, ctx, asked, today, quiet)
    (folder / "factors.csv").write_text(FACTORS)
    places = TableImport(folder / "factors.csv", {}, {"country": "US"}, "City of Seattle")
    import_factors.load_factors(db, ctx, places, today, quiet)


@pytest.fixture
def loaded(settings: Settings, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a service with sales, rents and factors around one place."""
    with open_store(settings) as store:
        load(store.db, tmp_path)
    with serving(settings) as url, http_client(url) as client:
        yield client


def made(api: httpx.Client, **fields: Any) -> str:
    answer = api.post("/core/property/properties", json=HOUSE | fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def estimate(api: httpx.Client, property_id: str, **body: Any) -> dict[str, Any]:
    answer = api.post(f"/core/property/properties/{property_id}/repair_rent/estimate", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rating(api: httpx.Client, property_id: str, **body: Any) -> dict[str, Any]:
    answer = api.post(f"/core/property/properties/{property_id}/neighborhood_rating/compute", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@promise(
    "Repairs, rents and neighborhoods",
    "`POST /core/property/properties/{property_id}/repair_rent/estimate` proposes repairs and rent that "
    "`repair_rent` accepts, and stores nothing.",
)
def test_proposals_are_complete_and_storable(loaded: httpx.Client) -> None:
    house = made(loaded)
    path = f"/core/property/properties/{house}"
    found = estimate(loaded, house, scope="cosmetic", contingency_percent=10)
    assert found["proposal"]["est_repairs"] == 23512.5  # 950 × 22.50 + 10 %
    assert found["rent"]["method"] == "rental comps"
    assert found["proposal"]["est_rent"] == found["rent"]["rent"]
    assert 1900 < found["rent"]["rent"] < 2300
    assert {comp["kind"] for comp in found["rent"]["comps"]} == {"asking", "paid"}
    refused(loaded.get(f"{path}/repair_rent"), 404, "repair-rent estimate not found")
    kept = loaded.post(f"{path}/repair_rent", json=found["proposal"])
    assert kept.status_code == 200
    assert kept.json()["assumptions"] == found["proposal"]["assumptions"]

    rated = rating(loaded, house)
    assert rated["market"] == "seattle"
    by_name = {factor["name"]: factor for factor in rated["factors"]}
    assert {name for name, factor in by_name.items() if not factor["available"]} == {"schools", "crime"}
    assert by_name["crime"]["reason"].startswith("off: it counts only if loaded")
    assert by_name["rent_yield"]["score"] == pytest.approx(50, abs=30)
    parts = [round(factor["contribution"] * 10) for factor in rated["factors"] if factor["available"]]
    assert sum(parts) == round(rated["proposal"]["score"] * 10)
    refused(loaded.get(f"{path}/neighborhood_rating"), 404, "rating not found")
    assert (
        loaded.post(f"{path}/neighborhood_rating", json=rated["proposal"]).json()["score"] == rated["proposal"]["score"]
    )
    assert [event["action"] for event in events(loaded, house)] == [
        "rating.created",
        "repair-rent estimate.created",
        "property.created",
    ]


@promise(
    "Repairs, rents and neighborhoods",
    "`POST /core/property/properties/{property_id}/neighborhood_rating/compute` proposes a rating whose "
    "contributions add up, and says which factors are missing and why.",
)
def test_rating_uses_the_market_weights_and_crime_setting(loaded: httpx.Client) -> None:
    house, market = made(loaded), "/core/market/markets/seattle"
    weights = {"walkability": 1, "transit": 1, "crime": 2}
    assert loaded.patch(market, json={"neighborhood_weights": weights}).status_code == 200
    off = rating(loaded, house)
    assert off["proposal"] is None
    assert off["notes"][0].startswith("there is no score: 2 factors with 100 % of the weights are known")
    assert loaded.patch(market, json={"neighborhood_crime": True}).status_code == 200
    on = rating(loaded, house, market="seattle")
    assert on["proposal"]["score"] == 45.0  # 80/4 + 60/4 + 20/2
    shown = {factor["name"]: factor for factor in on["factors"]}
    assert (shown["crime"]["share"], shown["price_trend"]["reason"]) == (0.5, "its weight is 0")
    for wrong, reason in (
        ({"income": 1}, "neighborhood_weights is not valid: income is never a factor: it describes people"),
        ({"walkability": -1}, "neighborhood_weights must be from 0 to 1000, not -1 for walkability"),
        ({"walkability": 0}, "neighborhood_weights must not all be 0"),
    ):
        answer = loaded.patch(market, json={"neighborhood_weights": wrong})
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith(reason)


def test_later_data_is_not_used(loaded: httpx.Client) -> None:
    house = made(loaded)
    early = (TODAY - timedelta(days=150)).isoformat()
    found = estimate(loaded, house, as_of=early)
    assert all(comp["date"] <= early for comp in found["rent"]["comps"])
    assert len(found["rent"]["comps"]) == 5
    late = rating(loaded, house, as_of=(TODAY - timedelta(days=390)).isoformat())
    assert late["factors"][0]["reason"].startswith("10 sales that closed from")


@promise(
    "Repairs, rents and neighborhoods",
    "`POST /core/property/properties/{property_id}/repair_rent/estimate` proposes repairs and rent that "
    "`repair_rent` accepts, and stores nothing.",
)
def test_notes_say_what_to_do_without_data(shared_api: httpx.Client) -> None:
    lot = made(shared_api, country="CA", region="YT", city="Dawson", postal=None, latitude=None, longitude=None)
    found = estimate(shared_api, lot)
    assert found["proposal"] == {"est_repairs": None, "est_rent": None, "assumptions": {}}
    assert [note.partition(":")[0] for note in found["notes"]] == [
        "the unit costs are in USD and the property's amounts in CAD",
        "no rents are on file for CA",
        "nothing is stored",
    ]
    rated = rating(shared_api, lot)
    assert rated["proposal"] is None
    assert all(factor["reason"] for factor in rated["factors"])
    assert "its location is unknown" in rated["notes"][1]
    unsized = made(shared_api, sqft=None, beds=None)
    notes = estimate(shared_api, unsized)["notes"]
    assert notes[0].startswith("repairs of a whole property are priced by living area, which is unknown")
    assert notes[1].startswith("neither its living area nor its bedrooms are known")


def test_exchange_rate_converts_and_is_named(shared_api: httpx.Client) -> None:
    lot = made(shared_api, country="CA", region="ON", city=None, postal=None, latitude=None, longitude=None)
    found = estimate(shared_api, lot, scope="gut", exchange_rate=1.4, regional_factor=1.1, contingency_percent=0)
    assert found["proposal"]["est_repairs"] == 124355  # 950 × 85 × 1.1 × 1.4
    assert found["repairs"]["currency"] == "CAD"
    assert "1 USD is 1.4 CAD, as given" in found["repairs"]["assumptions"]


@promise(
    "Repairs, rents and neighborhoods",
    "`POST /core/property/properties/{property_id}/repair_rent/estimate` proposes repairs and rent that "
    "`repair_rent` accepts, and stores nothing.",
)
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"scope": "total"}, "scope must be one of cosmetic, moderate, gut"),
        ({"scope": "gut", "lines": [{"trade": "hvac", "item": "furnace", "quantity": 1}]}, "give scope or lines, not"),
        ({"lines": [{"trade": "hvac", "item": "furnace", "quantity": -1}]}, "lines.0.quantity must be above 0"),
        ({"lines": [{"trade": "hvac", "item": "furnace", "quantity": 0}]}, "lines.0.quantity must be above 0"),
        (
            {"lines": [{"trade": "wizards", "quantity": 1}]},
            "lines.0.trade: wizards is not in the table of unit costs; its",
        ),
        ({"lines": [{"trade": "hvac", "quantity": 1, "unit_cost": -5}]}, "lines.0.unit_cost must not be negative"),
        ({"regional_factor": 0}, "regional_factor must be above 0 and at most 10"),
        ({"contingency_percent": 101}, "contingency_percent must be from 0 to 100"),
        ({"as_of": "2999-01-01"}, "as_of 2999-01-01 is in the future"),
        ({"as_of": "0001-01-01"}, "as_of 0001-01-01 is before 1900"),
        ({"rent": 5}, "rent is read-only"),
    ],
)
def test_impossible_estimates_are_refused(shared_api: httpx.Client, body: dict[str, Any], sentence: str) -> None:
    answer = shared_api.post(f"/core/property/properties/{made(shared_api)}/repair_rent/estimate", json=body)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(sentence)


def test_unknown_property_or_market_is_not_found(shared_api: httpx.Client) -> None:
    for name in ("repair_rent/estimate", "neighborhood_rating/compute"):
        refused(shared_api.post(f"/core/property/properties/pr_nope/{name}", json={}), 404, "property not found")
    path = f"/core/property/properties/{made(shared_api)}/neighborhood_rating/compute"
    refused(shared_api.post(path, json={"market": "nowhere"}), 404, "market not found")


def test_idempotency_key_gives_the_same_response(shared_api: httpx.Client) -> None:
    path = f"/core/property/properties/{made(shared_api)}/repair_rent/estimate"
    headers = {"Idempotency-Key": f"estimate-{made(shared_api)}"}
    first, again = (shared_api.post(path, json={"scope": "gut"}, headers=headers) for _ in range(2))
    assert (again.text, again.headers["idempotent-replayed"]) == (first.text, "true")
    refused(
        shared_api.post(path, json={"scope": "cosmetic"}, headers=headers),
        409,
        "this Idempotency-Key was used for another request; use a new key for a new request",
    )


class TestCosts:
    @promise(
        "Repairs, rents and neighborhoods",
        "`POST /core/property/repair_costs`, `GET /core/property/repair_costs` and `GET "
        "/core/property/repair_costs/{costs_id}` keep versions of unit costs; the newest of a currency applies.",
    )
    def test_own_costs_replace_the_shipped_ones(self, api: httpx.Client) -> None:
        path = "/core/property/repair_costs"
        assert api.get(path).json() == {"items": []}
        shipped = api.get(f"{path}/uc_shipped").json()
        assert (shipped["version"], shipped["currency"]) == (0, "USD")
        body = {"currency": "USD", "source": "Ours", "as_of": "2026-01-31", "costs": [
            {"trade": "scope", "item": "gut", "unit": "sqft", "low": 60, "mid": 100.01, "high": 150}
        ]}  # fmt: skip
        answer = api.post(path, json=body)
        assert (answer.status_code, answer.json()["id"]) == (201, "uc_usd_1")
        assert api.get(path, params={"currency": "CAD"}).json() == {"items": []}
        found = estimate(api, made(api), scope="gut", contingency_percent=0)
        assert found["proposal"]["est_repairs"] == 95009.5
        assert found["repairs"]["table"] == {
            "id": "uc_usd_1", "version": 1, "currency": "USD", "source": "Ours", "as_of": "2026-01-31"
        }  # fmt: skip
        assert not any("illustrative" in warning for warning in found["repairs"]["warnings"])
        wrong = api.post(f"/core/property/properties/{made(api)}/repair_rent/estimate", json={"scope": "moderate"})
        refused(wrong, 400, "uc_usd_1 has no cost of a moderate renovation; its scopes are gut: give lines of work")
        refused(api.get(f"{path}/uc_usd_2"), 404, "unit costs not found")
        assert [event["action"] for event in events(api, "uc_usd_1")] == ["unit costs.created"]
