"""Choice of a property's market, and warnings about small markets."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.property import service
from backend.app.core_gov.property.comparison import compare, why_not
from backend.app.core_gov.property.schemas import NO_SALES, CompsRequest, PropertyCreate
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput, NotFound
from backend.tests.core_gov.property.test_comparison import AS_OF, Fields, cents
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise


class TestMarkets:
    """Choice of the market and warnings about few sales, compared without HTTP."""

    @pytest.fixture
    def asking(self, store: Store, ctx: Ctx) -> Callable[..., Fields]:
        def asking(day: str = AS_OF, **home: Any) -> Fields:
            body = {name: value for name, value in (town.HOME | home).items() if value is not None}
            made = store.db.write_now(ctx, service.create_property, PropertyCreate.model_validate(body))
            request = CompsRequest(property_id=made.fields["id"], as_of=day)
            return store.db.write_now(ctx, service.save_comps, compare(store.db, request)).fields

        return asking

    @promise(
        "Comparable sales",
        "Without market data, the response is an empty list and a sentence that says what to do.",
    )
    def test_no_market_exists(self, asking: Callable[..., Fields]) -> None:
        found = asking()
        assert (found["comps"], found["message"], found["notes"]) == ([], NO_SALES, NO_SALES)

    @promise(
        "Comparable sales",
        "Without market data, the response is an empty list and a sentence that says what to do.",
    )
    def test_no_market_in_the_country(self, store: Store, asking: Callable[..., Fields]) -> None:
        town.put(store.db, [], "toronto", "CA")
        assert asking()["message"].startswith(
            "no market in US is on file, only toronto: `valhalla market import-sales`"
        )

    def test_own_market_does_not_exist(self, store: Store, asking: Callable[..., Fields]) -> None:
        town.put(store.db, town.sales(5))
        found = asking(market="county")
        assert found["comps"] == []
        assert found["message"].startswith("the property's market county is not on file: `valhalla market import-sales")

    def test_command_quotes_the_name_of_the_market(self, store: Store, asking: Callable[..., Fields]) -> None:
        assert "--market 'Elm; ls' --profile" in asking(market="Elm; ls")["message"]

    def test_own_market_is_found_by_its_name_in_other_spelling(
        self, store: Store, asking: Callable[..., Fields]
    ) -> None:
        town.put(store.db, town.sales(5), "king-county")
        town.put(store.db, town.sales(5), "king")
        assert asking(market=" King  County")["market"] == "king-county"

    def test_nearest_market_is_chosen(self, store: Store, asking: Callable[..., Fields]) -> None:
        town.put(store.db, town.sales(40))
        south = [replace(sale, latitude=(sale.latitude or 0) - 0.6) for sale in town.sales(40)]
        town.put(store.db, south, "south")
        town.put(store.db, town.without(town.sales(40), "latitude", "longitude"), "unplaced")
        assert asking()["market"] == "town"
        assert asking(latitude=47.1)["market"] == "south"
        assert asking(latitude=None, longitude=None, postal="98402")["market"] == "south"  # Tacoma
        said = asking(latitude=None, longitude=None, postal=None)["message"]
        assert said.startswith("the location of the property is unknown, so none of the markets on file (south, town")

    def test_area_is_used_without_coordinates(self, store: Store, asking: Callable[..., Fields]) -> None:
        town.put(store.db, [])
        town.put(store.db, town.without(town.sales(60), "latitude", "longitude"), "unplaced")
        found = asking()
        assert found["market"] == "unplaced"
        assert found["search"][0]["sentence"].split(", ")[1] == "in the same area"
        assert all(comp["distance_km"] is None for comp in found["comps"])
        assert found["comps"]

    @promise(
        "Comparable sales",
        "Without market data, the response is an empty list and a sentence that says what to do.",
    )
    def test_market_without_sales(self, store: Store, asking: Callable[..., Fields]) -> None:
        town.put(store.db, [])
        found = asking()
        assert (found["comps"], found["market"]) == ([], "town")
        assert found["message"] == f"no usable sale in this market closed before {AS_OF}: import sales first"

    def test_market_without_usable_sales(self, store: Store, asking: Callable[..., Fields]) -> None:
        town.put(store.db, [replace(sale, price_cents=100) for sale in town.sales(20)])
        assert asking()["message"] == f"no usable sale in this market closed before {AS_OF}: import sales first"

    def test_market_with_one_sale(self, store: Store, asking: Callable[..., Fields]) -> None:
        (only,) = town.sales(1)
        town.put(store.db, [replace(only, latitude=47.601, longitude=-122.301)])
        found = asking()
        (comp,) = found["comps"]
        assert comp["weight"] == 1
        assert found["message"].startswith("1 comparable sale; 1 sale closed within ")
        assert "only 1 comparable sale: the value is uncertain" in found["cautions"]
        assert found["value"]["value"] == comp["adjusted_price"]

    @promise(
        "Valuation",
        "No sales, one sale, identical sales or unknown data give a clear message, no crash and no nonsense number.",
    )
    def test_market_with_identical_sales(self, store: Store, asking: Callable[..., Fields]) -> None:
        alike = [replace(town.sales(1)[0], source_key=f"k{n}", parcel=f"p{n}", living_sqft=1800.0) for n in range(50)]
        town.put(store.db, alike)
        found = asking()
        price = alike[0].price_cents / 100
        assert found["value"]["value"] == pytest.approx(price, rel=0.02)
        assert 0 < found["value"]["low"] < found["value"]["value"] < found["value"]["high"]

    @promise(
        "Market data",
        "Price, date and an area or bedrooms are enough, from import to valuation; other columns may be missing.",
    )
    @pytest.mark.parametrize(
        "names",
        [
            ("grade", "condition"), ("lot_sqft",), ("area",), ("contract_date",), ("parcel", "address", "year_built"),
            ("beds", "baths", "lot_sqft", "grade", "condition", "year_built", "area", "property_type"),
            ("living_sqft", "lot_sqft", "baths", "grade", "condition", "year_built", "latitude", "longitude"),
        ],
        ids=" ".join,
    )  # fmt: skip
    def test_market_with_incomplete_sales(
        self, store: Store, asking: Callable[..., Fields], names: tuple[str, ...]
    ) -> None:
        town.put(store.db, town.without(town.sales(200), *names))
        found = asking()
        assert len(found["comps"]) > 10
        assert 100_000 < found["value"]["value"] < 2_000_000
        for comp in found["comps"]:
            total = sum(cents(line["amount"]) for line in comp["adjustments"])
            assert cents(comp["price"]) + total == cents(comp["adjusted_price"])

    def test_why_not_without_http(self, store: Store, ctx: Ctx) -> None:
        with pytest.raises(NotFound, match="property not found"):
            why_not(store.db, "pr_no", "sale_1")
        with pytest.raises(BadInput, match="is not the id of a sale"):
            why_not(store.db, "pr_no", "1")
