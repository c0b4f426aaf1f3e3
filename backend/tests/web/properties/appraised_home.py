"""A property with a stored comparison and valuations, made up without any market."""

from typing import Any

import httpx

from backend.app.bootstrap import open_store
from backend.app.core_gov.property import service
from backend.app.core_gov.property.comparison import ComparisonResult
from backend.app.core_gov.property.valuation import Valued
from backend.app.kit.db import Ctx
from backend.app.settings import Settings

Fields = dict[str, Any]

DANA = Ctx("dana", "cli")
HOME: Fields = {
    "address": "12 Elm Street", "country": "US", "region": "WA", "city": "Medina", "postal": "98039", "beds": 4,
    "baths": 1.75, "sqft": 1580, "lot_sqft": 9382, "year_built": 1960, "latitude": 47.62, "longitude": -122.23,
}  # fmt: skip
SUBJECT = {
    "latitude": 47.62, "longitude": -122.23, "living_sqft": 1580.0, "lot_sqft": 9382.0, "beds": 4.0, "baths": 1.75,
    "year_built": 1960.0, "area": "98039",
}  # fmt: skip


def line(name: str, unit: str, subject: float | None, sale: float | None, amount: float, **other: Any) -> Fields:
    difference = None if subject is None or sale is None else subject - sale
    rate = round(amount / difference, 4) if difference else None
    return {
        "name": name, "label": name, "subject": subject, "sale": sale, "difference": difference, "rate": rate,
        "rate_error": 1.5, "unit": unit, "amount": amount, "standard_error": 300.0, "source": "rates", **other,
    }  # fmt: skip


def comp(rank: int, **other: Any) -> Fields:
    """Return a comparable sale that is smaller and older than the property, and was sold earlier."""
    lines = [
        line("time", "month", None, None, 9_000.0, difference=5.25, rate=1714.29, source="index_source"),
        line("living_sqft", "sq ft", 1580.0, 1530.0 - rank, 9_244.0),
        line("baths", "bathroom", 1.75, 1.5, -1_500.0),
        line("grade", "step", 7.0, None, 0.0, source="not adjusted: unknown for this sale", rate_error=None),
    ]
    return {
        "rank": rank, "sale_id": f"sale_{9694 + rank}", "address": f"{rank} Oak Avenue", "parcel": f"54257{rank:05}",
        "latitude": 47.62 + rank / 1000, "longitude": -122.23, "living_sqft": 1530.0 - rank, "price": 865_000.0,
        "close_date": "2014-11-18", "priced_on": "2014-11-18", "days": 164, "distance_km": 0.15 * rank,
        "similarity": 0.77, "adjustments": lines, "net": 16_744.0, "gross": 19_744.0, "net_percent": 1.9,
        "gross_percent": 2.3, "adjusted_price": 881_744.0, "standard_error": 91_864.0 + rank, "weight": 0.1,
        "pinned": False, "warnings": [], **other,
    }  # fmt: skip


def comparison(comps: list[Fields]) -> Fields:
    return {
        "property_id": "pr_1", "ok": True, "as_of": "2015-05-01", "market": "king-county", "currency": "USD",
        "comps": comps, "message": "in words", "index_source": "21,543 sales of this market", "subject": SUBJECT,
        "rates": [
            {
                "name": "living_sqft", "unit": "sq ft", "percent": 0.02, "standard_error": 0.001, "sales": 900,
                "source": "regression on 900 sales",
            },
        ],
        "search": [
            {
                "widened": None, "max_days": 183, "radius_km": 1.609344, "max_size_difference": 0.2, "found": 49,
                "sentence": "in words",
            },
        ],
        "value": {"value": 863_441.0, "low": 700_000.0, "high": 1_000_000.0, "standard_error": 90_000.0, "comps": 2},
        "cautions": ["sales with 51 % of the weight need adjustments of more than 25 %"],
        "prior_sales": [
            {
                "sale_id": "sale_1", "close_date": "2010-03-02", "price": 410_000.0, "address": None, "parcel": "1",
                "usable": True, "flags": ["resale"],
            }
        ],
        "pinned": [], "excluded": [], "max_days": None, "placed_by": "coordinates",
    }  # fmt: skip


def valuation(kind: str, value: float, **other: Any) -> Fields:
    return {
        "kind": kind, "as_of": "2015-05-01", "market": "king-county", "to_deal": False, "notes": None,
        "currency": "USD", "value": value, "fsd": 0.1879, "confidence": "medium",
        "intervals": [
            {"percent": percent, "low": value * (1 - width), "high": value * (1 + width)}
            for percent, width in ((50, 0.1), (80, 0.2), (90, 0.3))
        ],
        "typical_value": value - 70_000,
        "drivers": [
            {"name": "grade", "amount": 90_000.0, "sentence": "grade 8, against grade 7"},
            {"name": "location", "amount": -20_000.0, "sentence": "location: area 98039"},
        ],
        "opinions": [{"method": "model", "value": value, "weight": 1.0}],
        "comps": [
            {
                "sale_id": "sale_9695", "close_date": "2014-11-18", "price": 865_000.0, "distance_km": 0.15,
                "adjusted_price": 881_744.0, "weight": 0.1,
            }
        ],
        "cautions": [], "subject": SUBJECT, "model_id": "mdl_1", "model_version": "1-9e174fae9afb25f4",
        "trained_until": "2015-03-01", **other,
    }  # fmt: skip


def create(api: httpx.Client, **fields: Any) -> str:
    answer = api.post("/core/property/properties", json=HOME | fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def appraise(settings: Settings, property_id: str, comps: list[Fields], *valuations: Fields) -> None:
    """Store a comparison and valuations of a property."""
    with open_store(settings) as store:
        doc = store.db.snapshot_now(service.get_property, property_id).doc
        values = comparison(comps) | {"property_id": property_id}
        store.db.write_now(DANA, service.save_comps, ComparisonResult(property_id, doc, None, values))
        for each in valuations:
            found = Valued(property_id, doc, each | {"property_id": property_id})
            store.db.write_now(DANA, service.save_valuation, found)
