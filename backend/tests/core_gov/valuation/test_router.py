"""Models and studies of a market over HTTP."""

import httpx
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.valuation.ratio_study.run import study_market
from backend.app.settings import Settings
from backend.tests.contract.answers import refused
from backend.tests.core_gov.valuation import town
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise

NO_STUDY = "study not found: `valhalla market study --market town` makes one"


@promise(
    "Valuation",
    "`GET /core/market/models` lists models with training data and accuracy; `GET /core/market/study` returns the "
    "last ratio study, or 404.",
)
def test_models_are_listed(town_api: httpx.Client) -> None:
    (model,) = town_api.get("/core/market/models", params={"market": "town"}).json()["items"]
    card, _ = town.trained(town.CUT)
    assert (model["id"], model["until"], model["fingerprint"]) == (card.id, town.CUT, card.fingerprint)
    assert model["facts"]["sales"] == card.facts["sales"]
    refused(town_api.get("/core/market/models", params={"market": "nowhere"}), 404, "market not found")
    refused(town_api.get("/core/market/models"), 400, "market is required")


@promise(
    "Valuation",
    "`GET /core/market/models` lists models with training data and accuracy; `GET /core/market/study` returns the "
    "last ratio study, or 404.",
)
def test_missing_study_is_not_found(town_api: httpx.Client) -> None:
    refused(town_api.get("/core/market/study", params={"market": "town"}), 404, NO_STUDY)
    refused(town_api.get("/core/market/study", params={"market": "nowhere"}), 404, "market not found")
    refused(town_api.get("/core/market/study"), 400, "market is required")
    refused(town_api.get("/core/market/study", params={"market": ""}), 400, "market must not be empty")
    refused(town_api.get("/core/market/study?market=town&from=2025-01-01"), 400, "from is not a known query parameter")


@promise(
    "Valuation",
    "`GET /core/market/models` lists models with training data and accuracy; `GET /core/market/study` returns the "
    "last ratio study, or 404.",
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_latest_study_is_returned(settings: Settings, town_store: Store) -> None:
    study_market(town_store.db, town.CLERK, "town", None, lambda *_: None)
    found = study_market(town_store.db, town.CLERK, "town", town.day_of("2025-05-01"), lambda *_: None)
    with serving(settings) as url, http_client(url) as api:
        answer = api.get("/core/market/study", params={"market": "town"})
        assert answer.status_code == 200
        assert answer.headers["etag"]
        report = answer.json()
        assert report["n"] == found.n
        assert report["untrimmed"]["median_ratio"]["value"] == round(found.untrimmed["median_ratio"].value or 0, 6)
        assert report["about"]["market"] == "town"
