"""A property's own sales are shown as prior sales and are never comparable sales."""

from dataclasses import replace
from typing import Any

from backend.app.bootstrap import Store
from backend.app.core_gov.market.sale import Sale, sale_id
from backend.app.core_gov.property import service
from backend.app.core_gov.property.comparison import compare, why_not
from backend.app.core_gov.property.schemas import CompsRequest
from backend.app.kit.db import Ctx
from backend.tests.core_gov.market.on_file import ELM, OAK, put, sale
from backend.tests.core_gov.property.conftest import Keep
from backend.tests.promises import promise

AS_OF = "2015-06-01"
OTHERS = [sale(number, parcel=f"99-{number:03}") for number in range(8)]


def own(**fields: Any) -> Sale:
    return replace(sale(900), **{"close_date": "2015-01-15", "parcel": None} | fields)


def compared(store: Store, ctx: Ctx, home: str, market: str = "town", **request: Any) -> dict[str, Any]:
    result = compare(store.db, CompsRequest(property_id=home, as_of=AS_OF, market=market, **request))
    return store.db.write_now(ctx, service.save_comps, result).fields


SAME = [
    ({"parcel": "12345678"}, {"parcel": "12-345-678"}),
    ({"parcel": "12-345-678"}, {"parcel": "0012345678"}),
    ({"parcel": "12 345 678"}, {"parcel": "12.345.678"}),
    ({"parcel": "R12-A34"}, {"parcel": "r12a34"}),
    ({"parcel": "1-023-4"}, {"parcel": "1-23-4"}),
    ({}, {"address": "12 Maple Street", "postal": "98112"}),
    ({"parcel": "12345678"}, {"address": "12 MAPLE ST", "city": "Seattle"}),
    ({}, {"parcel": "7-7", "address": "12 Maple St.", "postal": "98112-1234"}),
    ({"parcel": "TBD"}, {"parcel": "7-7", "address": "12 Maple St"}),
    ({}, {"address": "12 Maple St, Seattle, WA 98112"}),
    ({}, {"address": "12 MAPLE STREET, SEATTLE"}),
    ({"parcel": "12345678"}, {"parcel": "7-7", "address": "12 Maple St", "property_type": "Detached"}),
    ({"parcel": "5-5", "address": "12 Maple St #3"}, {"parcel": "7-7", "address": "12 Maple St Apt 3"}),
    ({"address": "12 Maple St #3"}, {"address": "12 Maple Street Apt 3, Seattle, WA"}),
]
OTHER = [
    ({"parcel": "12345678"}, {"parcel": "12-345-679"}),
    ({"parcel": "12345678"}, {"parcel": "7-7", "address": "12 Maple St"}),
    ({}, {"address": "12 Maple St", "postal": "98115"}),
    ({"address": "Maple Street"}, {"address": "Maple St"}),
    ({}, {"address": "12 Maple St", "city": "Tacoma"}),
    ({}, {"address": "12 Maple St, Tacoma, WA 98402"}),
    ({}, {"address": "12 Maple St Unit 2"}),
    ({"parcel": "TBD"}, {"parcel": "TBD", "address": "14 Maple St"}),
    ({"parcel": "5-5", "address": "12 Maple St Unit 2"}, {"parcel": "5-5", "address": "12 Maple St, Apt 3"}),
]


@promise("Comparable sales", "A property's own sales, in any spelling of its parcel or address, are never comps.")
def test_own_sales_are_prior_sales(store: Store, ctx: Ctx, keep: Keep) -> None:
    where = {"country": "US", "region": "WA", "city": "Seattle", "latitude": ELM[0], "longitude": ELM[1]}
    for number, (fields, sold) in enumerate([*SAME, *OTHER]):
        put(store.db, market := f"town{number}", [*OTHERS, own(**sold)])
        home = keep(**{"address": "12 Maple Street", "postal": "98112", "sqft": 1500} | where | fields).fields["id"]
        sold_as = sale_id((number + 1) * (len(OTHERS) + 1))
        found = compared(store, ctx, home, market, pinned=[sold_as])
        same = (fields, sold) in SAME
        assert (sold_as not in [comp["sale_id"] for comp in found["comps"]]) is same, (fields, sold)
        assert [prior["sale_id"] for prior in found["prior_sales"]] == [sold_as] * same, (fields, sold)
        assert ("a sale of the property itself" in why_not(store.db, home, sold_as).reasons) is same


def test_prior_sales_are_newest_first_with_their_flags(store: Store, ctx: Ctx, keep: Keep) -> None:
    cheap = own(parcel="12-34", price_cents=5_000_00)
    later = replace(cheap, source_key="late", close_date=AS_OF)
    early = replace(cheap, source_key="early", close_date="2014-05-01", price_cents=300_000_00)
    put(store.db, "town", [*OTHERS, cheap, later, early])
    home = keep(parcel="1234", country="US", latitude=ELM[0], longitude=ELM[1], sqft=1500).fields["id"]
    prior = compared(store, ctx, home)["prior_sales"]
    assert [(each["close_date"], each["price"], each["usable"], each["flags"]) for each in prior] == [
        ("2015-01-15", 5000, False, ["low_price"]),
        ("2014-05-01", 300000, True, []),
    ]


def test_half_a_canadian_postal_code_is_enough(store: Store, ctx: Ctx, keep: Keep) -> None:
    there: dict[str, Any] = {"latitude": OAK[0], "longitude": OAK[1]}
    sold = own(address="12 Maple St", postal="L8L", city="Hamilton Centre", **there)
    put(store.db, "town", [*(replace(each, **there) for each in OTHERS), sold], "CA")
    home = keep(address="12 Maple Street", postal="L8L 4V7", city="Hamilton", **there, sqft=1500).fields["id"]
    assert len(compared(store, ctx, home)["prior_sales"]) == 1
