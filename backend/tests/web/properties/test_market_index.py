"""The price index in the chart of sales over time."""

import httpx
import numpy as np

from backend.app.core_gov.market.indexes.price_index import PriceIndex
from backend.app.web.properties.market_index import index_line
from backend.tests.web.properties.appraised_home import comp, comparison, create
from backend.tests.web.test_pages import PAGE


def test_index_is_the_value_of_the_sales_on_the_day_of_the_comparison() -> None:
    days = [f"2014-{month:02}-15" for month in range(9, 13)]
    index = PriceIndex(
        as_of=day_of_text("2014-12-15"),
        source="420 sales",
        months=tuple(day[:7] for day in days),
        count=np.array([9, 9, 9, 9]),
        days=np.array([float(day_of_text(day)) for day in days]),
        effect=np.log([90.0, 90.0, 95.0, 100.0]),
        covariance=np.diag([0.01, 0.01, 0.01, 0.0]),
        drift=0.0,
    )
    line = index_line(index, comparison([comp(1)]))
    assert [point.day.isoformat() for point in line] == ["2014-11-15", "2014-12-15"]
    assert [round(point.level) for point in line] == [820_269, 863_441]
    assert line[0].low < line[0].level < line[0].high
    assert line[1].low == line[1].high


def day_of_text(text: str) -> int:
    return int(np.datetime64(text, "D").astype(int))


def test_chart_needs_a_comparison(shared_api: httpx.Client) -> None:
    path = f"/app/properties/{create(shared_api)}/sales-over-time"
    answer = shared_api.get(path, headers=PAGE)
    assert (answer.status_code, "was not compared with any sales yet" in answer.text) == (409, True)
    assert shared_api.get("/app/properties/pr_0/sales-over-time", headers=PAGE).status_code == 404
