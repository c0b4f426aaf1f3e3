"""Parts of the page of a property as pure functions: grid, map, offer, estimates, facts."""

from typing import Any

import pytest

from backend.app.web.properties.comps_grid import adjustment_reason, comps_grid, feature_text, weight_reasons
from backend.app.web.properties.comps_map import comps_map, rings
from backend.app.web.properties.estimates import factor_rows, rent_details, repair_details, text_of
from backend.app.web.properties.facts import shown_facts, summary
from backend.app.web.properties.offer import Offer, risk_limit
from backend.tests.web.properties.appraised_home import HOME, comp, comparison


class TestGrid:
    def test_sales_are_titled_by_address_or_parcel(self) -> None:
        comps = [comp(1), comp(2, address=None), comp(3, address=None, parcel=None)]
        titles = [column.title for column in comps_grid(comparison(comps), "US").columns]
        assert titles == ["1 Oak Avenue", "Parcel 5425700002", "Sale without an address"]

    def test_rows_are_in_the_order_of_appraisers(self) -> None:
        grid = comps_grid(comparison([comp(1)]), "US")
        assert [row.label for row in grid.rows] == ["Time", "Living area", "Bathrooms", "Grade"]
        assert [row.subject for row in grid.rows] == ["", "1,580", "1.75", "7"]

    def test_equal_values_are_shown_without_an_adjustment(self) -> None:
        alike = comp(2, adjustments=[])
        cells = comps_grid(comparison([comp(1), alike]), "US").rows[1].cells
        assert [(cell.value, cell.amount, cell.is_same) for cell in cells] == [
            ("1,529", 9_244.0, False),
            ("1,580", None, True),
        ]

    def test_unknown_values_say_why_they_are_not_adjusted(self) -> None:
        cell = comps_grid(comparison([comp(1)]), "US").rows[3].cells[0]
        assert (cell.value, cell.reason) == ("?", "Not adjusted: unknown for this sale.")

    def test_features_of_later_versions_are_shown_last(self) -> None:
        line = comp(1)["adjustments"][1] | {"name": "garage", "label": "garage"}
        grid = comps_grid(comparison([comp(1, adjustments=[line])]), "US")
        assert [row.label for row in grid.rows] == ["garage"]

    def test_adjustment_is_difference_times_rate(self) -> None:
        time, area = comp(1)["adjustments"][:2]
        assert adjustment_reason(area, comparison([])) == (
            "+51 sq ft × 181.25 per sq ft (± 1.50) = +9,244, standard error 300. Source: regression on 900 sales."
        )
        assert "+5.25 months × 1,714.29 per month" in adjustment_reason(time, comparison([]))
        assert "price index, 21,543 sales of this market" in adjustment_reason(time, comparison([]))

    def test_weight_is_explained_by_the_place_among_all_sales(self) -> None:
        comps = [comp(1, similarity=0.5, pinned=True, warnings=["outlier: far from the others"]), comp(2), comp(3)]
        reasons = weight_reasons(comps[0], comps, "CA")
        assert reasons[0] == "Distance 0.15 km: 1st nearest of 3."
        assert "3rd most similar of 3" in reasons[1]
        assert reasons[-2:] == ["Outlier: far from the others.", "Pinned by a person."]
        assert not any("Distance" in each for each in weight_reasons(comp(1, distance_km=None), comps, "CA"))

    @pytest.mark.parametrize(
        ("name", "value", "text"),
        [("living_sqft", 1580.0, "1,580"), ("baths", 1.75, "1.75"), ("age", 1957.0, "1957"), ("beds", 10.0, "10"),
         ("waterfront", 1.0, "yes"), ("grade", None, "?")],
    )  # fmt: skip
    def test_values_are_written_as_appraisers_do(self, name: str, value: float | None, text: str) -> None:
        assert feature_text(name, value) == text


class TestMap:
    def test_rings_are_round_and_hold_all_sales(self) -> None:
        assert [ring["label"] for ring in rings([0.2, 1.4], "US")] == ["0.25 mi", "0.5 mi", "1 mi"]
        assert [ring["label"] for ring in rings([0.2, 1.4], "CA")] == ["0.5 km", "1 km", "2 km"]
        assert rings([0.01], "CA") == [{"meters": 100.0, "label": "0.1 km"}]
        assert rings([], "CA") == []
        assert rings([20_000.0], "CA")[-1]["label"] == "500 km"

    def test_sales_without_coordinates_are_left_out(self) -> None:
        found = comps_map(comparison([comp(1), comp(2, latitude=None)]), HOME)
        assert found is not None
        assert [each["kind"] for each in found["features"]] == ["comp", "subject"]

    def test_no_location_no_map(self) -> None:
        home = HOME | {"latitude": None, "longitude": None}
        assert comps_map(comparison([]) | {"subject": {}}, home) is None


def test_offer_is_a_share_less_repairs_and_fee() -> None:
    assert Offer(863_441, 70, 45_000, 10_000).amount == pytest.approx(549_408.7)
    assert Offer(None, 70, 45_000, 0).amount is None
    assert Offer(100, 12.5, 0, 0).formula == "12.5 % × 100 − 0 − 0"


def test_highest_price_at_a_probability_of_a_loss() -> None:
    """At the low end of the 80 % interval, a tenth of the sales are below."""
    intervals = [
        {"percent": 50, "low": 370_000.0, "high": 430_000.0},
        {"percent": 80, "low": 340_000.0, "high": 470_000.0},
    ]
    found = risk_limit(Offer(400_000, 70, 45_000, 5_000), 10, {"value": 400_000.0, "intervals": intervals})
    assert found.amount == pytest.approx(290_000)
    twice = risk_limit(Offer(800_000, 70, 45_000, 5_000), 10.4, {"value": 400_000.0, "intervals": intervals})
    assert twice.amount == pytest.approx(630_000), "another ARV is as uncertain, in percent"
    assert list(found.shares.values()) == sorted(found.shares.values())
    assert risk_limit(Offer(400_000, 70, 0, 0), None, None).amount is None


class TestEstimates:
    def test_line_items_of_a_proposal_are_listed(self) -> None:
        repairs = {
            "low": 1, "mid": 2, "high": 3, "currency": "USD", "lines": ["roof, shingles: 10 = 20"],
            "contingency_percent": 15, "unit_costs": {"source": "ours"}, "assumed": ["no permit"], "seen": True,
        }  # fmt: skip
        found = repair_details({"repairs": repairs, "rent": {}, "roof_age": 12})
        assert (found.low, found.high, found.lines, found.assumed) == (1, 3, ["roof, shingles: 10 = 20"], ["no permit"])
        assert found.notes == [("contingency", "15 %"), ("seen", "yes"), ("roof age", "12")]

    @pytest.mark.parametrize("anything", [None, 5, "new", True, [], [1, {"a": None}], {"low": "x", "lines": 3}, {}])
    def test_any_json_is_shown(self, anything: Any) -> None:
        repair_details({"repairs": anything, "x": anything})
        rent_details({"rent": anything})
        rent_details({"rent": {"interval_80": anything, "comps": anything}})
        factor_rows({"transit": anything, "x": {"score": anything, "source": anything, "unavailable": anything}})
        assert isinstance(text_of(anything), str)

    def test_factors_that_count_come_first(self) -> None:
        rows = factor_rows({"transit": {"unavailable": "nothing loaded"}, "schools": 57, "flood_zone": False, "x": 900})
        assert [(row.name, row.score, row.text) for row in rows] == [
            ("schools", 57, ""), ("transit", None, "nothing loaded"), ("flood zone", None, "no"), ("x", None, "900"),
        ]  # fmt: skip


def test_facts_are_texts_of_controls() -> None:
    home = HOME | {
        "waterfront": False,
        "tags": ["a", "b"],
        "sqft": 1580.0,
        "year_renovated": None,
        "property_type": None,
    }
    texts = {shown.fact.name: shown.text for group in shown_facts(home).values() for shown in group}
    assert (texts["sqft"], texts["baths"], texts["waterfront"], texts["tags"]) == ("1580", "1.75", "false", "a, b")
    assert summary(home | {"beds": 1}) == "1 bed · 1.75 baths · 1,580 sq ft · 9,382 sq ft lot · built 1960"
    assert summary(dict.fromkeys(home)) == "No facts yet"
