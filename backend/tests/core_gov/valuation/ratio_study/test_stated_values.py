"""Ratio study of a column of the source."""

import csv
import json
from pathlib import Path

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.valuation import service
from backend.app.core_gov.valuation.ratio_study import html_page, report
from backend.app.core_gov.valuation.ratio_study.stated_values import study_stated_values
from backend.app.kit.errors import BadInput, Conflict, NotFound
from backend.tests.core_gov.market.files import import_file, make_market
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise

MAPPING = """
country = "US"
currency = "USD"
key = ["id"]
[columns]
price = "price"
close_date = "sold"
living_sqft = "sqft"
"""
ODD = {50: "", 51: "n/a", 52: "unknown to us", 53: "0", 54: "C$300,000", 55: "-5", 56: "1e25"}
SALES = 60


@pytest.fixture
def county(store: Store, tmp_path: Path) -> Store:
    """A market whose assessor's values are 5 % too low, in some odd forms."""
    with (tmp_path / "sales.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "price", "sold", "sqft", "ASSESSED VALUE"])
        for at in range(SALES):
            price = 300_000 + 1_000 * at
            value = ODD.get(at, f"${0.95 * price + 100 * (at % 7):,.2f}")
            writer.writerow([at, price, f"{2018 + at // 30}-0{1 + at % 9}-15", 1500 + at, value])
    (tmp_path / "town.toml").write_text(MAPPING)
    import_file(store, tmp_path / "sales.csv", "county", str(tmp_path / "town.toml"))
    return store


@promise(
    "Ratio study",
    "`valhalla market study --values COLUMN` studies the values in a column of the source, such as an assessor's.",
)
def test_an_assessors_values_are_studied(county: Store) -> None:
    found = study_stated_values(county.db, "county", "ASSESSED VALUE", None)
    assert found.n == SALES - len(ODD)
    assert found.untrimmed["median_ratio"].value == pytest.approx(0.951, abs=0.001)
    assert found.coverage == ()
    assert found.about.left_out == {
        "with a value in CAD": 1,
        "with a value that is not above 0": 2,
        "with a value that is not an amount": 1,
        "with an absurd value": 1,
        "without a value": 2,
    }
    assert json.loads(report.to_json(found))["about"]["values"] == "ASSESSED VALUE"
    assert ("Values", "the column ASSESSED VALUE of the source") in [*report.facts(found)]
    assert "the column ASSESSED VALUE of the source" in html_page.page(found)
    with pytest.raises(NotFound):
        county.db.snapshot_now(service.latest_study, "county")


def test_a_day_leaves_out_earlier_sales(county: Store) -> None:
    found = study_stated_values(county.db, "county", "ASSESSED VALUE", town.day_of("2019-01-01"))
    assert (found.n, str(found.first_day)) == (SALES // 2 - len(ODD), "2019-01-15")


def test_what_cannot_be_studied_is_refused(county: Store) -> None:
    db = county.db
    with pytest.raises(BadInput) as caught:
        study_stated_values(db, "county", "VALUE", None)
    assert caught.value.detail == (
        "no sale of county from 1900-01-01 on has a column VALUE; "
        "their columns are id, price, sold, sqft, ASSESSED VALUE"
    )
    with pytest.raises(BadInput, match=r"^no value of sold can be used: 60 sales are with a value"):
        study_stated_values(db, "county", "sold", None)
    with pytest.raises(Conflict, match="county has no usable sale from 2025-01-01 on: there is nothing to study"):
        study_stated_values(db, "county", "sqft", town.day_of("2025-01-01"))
    make_market(county, "empty")
    with pytest.raises(Conflict, match="empty has no usable sale"):
        study_stated_values(db, "empty", "VALUE", None)
    with pytest.raises(NotFound):
        study_stated_values(db, "nowhere", "VALUE", None)
