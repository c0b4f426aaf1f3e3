"""Values of a property over time: the chart, and both kinds of valuations on the page."""

from dataclasses import replace
from datetime import date

import httpx

from backend.app.bootstrap import open_store
from backend.app.core_gov.property.scheduled_valuations import service
from backend.app.core_gov.property.store import properties
from backend.app.core_gov.property.valuation import Valued
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.app.web.properties.value_history import PastValue, value_chart
from backend.tests.promises import promise
from backend.tests.web.properties.appraised_home import appraise, create, valuation
from backend.tests.web.properties.test_property import page, section

FIRST = PastValue(date(2026, 1, 31), "as_is", 400_000.0, "USD", (350_000.0, 450_000.0), "by a person", "2026-01-31")
NEXT = replace(FIRST, as_of=date(2026, 2, 7), value=410_000.0, interval=None, source="on a schedule")


@promise("Console", "The page of a property shows its values over time, made by people and computed on a schedule.")
def test_page_shows_values_of_both_kinds(api: httpx.Client, store_settings: Settings) -> None:
    home = create(api)
    assert "once there are two" in section(page(api, home), 'id="value-over-time"')
    appraise(store_settings, home, [], valuation("as_is", 863_441.0))
    interval = {"percent": 80, "low": 700_000.0, "high": 1_000_000.0}
    with open_store(store_settings) as store:
        doc = store.db.snapshot_now(properties.get, home).doc
        values = {
            "kind": "as_is",
            "as_of": "2026-02-07",
            "market": "town",
            "currency": "USD",
            "value": 910_000.0,
            "intervals": [interval],
            "model_version": "2-abc",
            "data_fingerprint": "abc",
        }
        valued = Valued(home, doc, values)
        assert store.db.write_now(Ctx("system", "job"), service.save_changed, "town", [valued]) == 1
    shown = section(page(api, home), 'id="value-over-time"')
    assert shown.count("<circle") == 2
    assert "USD 910,000<" in shown
    assert ("on a schedule" in shown, "by a person" in shown, ">700,000<" in shown) == (True, True, True)
    listed = api.get(f"/core/property/properties/{home}/scheduled_valuations").json()["items"]
    assert [each["value"] for each in listed] == [910_000.0]


def test_chart_draws_the_values_in_the_currency_of_the_newest() -> None:
    assert value_chart([]) == value_chart([NEXT, replace(FIRST, currency="CAD")]) == ""
    repaired = replace(FIRST, kind="after_repair")
    chart = value_chart([NEXT, repaired, FIRST])
    assert (chart.count("<circle"), chart.count("<polyline")) == (3, 1)
    assert "410,000 as is on 2026-02-07, on a schedule" in chart
    assert "<polyline" not in value_chart([NEXT, repaired])
