"""Validation of sales, and conversion of single records."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.geography import postal_points
from backend.app.core_gov.market.importing.profiles import SaleReader, ready
from backend.app.core_gov.market.importing.record_map import PassedOver
from backend.app.core_gov.market.importing.sale_checks import WARNINGS, SaleTerms, checked
from backend.app.core_gov.market.sale import Sale, sale_id, seq_of
from backend.app.kit.errors import BadInput
from backend.tests.promises import promise

US, CA = SaleTerms("US", "USD", "2026-11-22"), SaleTerms("CA", "CAD", "2026-11-22")
MINIMAL: dict[str, Any] = {"price": 500_000.0, "close_date": "2020-05-05", "beds": 3.0}
LISTING: dict[str, Any] = {
    "ListingKey": "X1", "StandardStatus": "Closed", "ClosePrice": 640000, "CloseDate": "2020-05-05",
    "PurchaseContractDate": "2020-04-01", "ParcelNumber": "18-2", "PropertySubType": "Single Family Residence",
    "LivingArea": 120, "LivingAreaUnits": "Square Meters", "LotSizeAcres": 0.25, "BedroomsTotal": 3,
    "BathroomsFull": 2, "BathroomsHalf": 1, "BathroomsTotalInteger": 3, "YearBuilt": 1999, "ViewYN": True,
    "WaterfrontYN": False, "Latitude": None, "Longitude": None, "UnparsedAddress": "1 Elm St", "City": "Toronto",
    "PostalCode": "m5v2t6", "SpecialListingConditions": ["Standard"], "Media": [{"Order": 1}],
}  # fmt: skip

FACTS = (
    *("PurchaseContractDate", "ParcelNumber", "PropertySubType", "LivingArea", "LivingAreaUnits", "LotSizeAcres"),
    *("LotSizeArea", "LotSizeUnits", "LotSizeDimensions", "BedroomsTotal", "BathroomsFull", "BathroomsHalf"),
    *("BathroomsTotalInteger", "YearBuilt", "ViewYN", "WaterfrontYN", "Latitude", "Longitude", "UnparsedAddress"),
    *("City", "PostalCode", "SpecialListingConditions", "Stories", "BelowGradeFinishedArea"),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.text(
    "0123456789.,- x'²½m+()E/", max_size=12
)
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | st.lists(TEXTS, max_size=2)


def check(market: SaleTerms = US, **other: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    return checked({**MINIMAL, **other}, {}, market)


def refused(market: SaleTerms = US, **other: Any) -> str:
    with pytest.raises(BadInput) as caught:
        check(market, **other)
    return caught.value.detail


def reso(**other: Any) -> Sale:
    return SaleReader(ready("reso"), CA).sale({**LISTING, **other})


class TestChecks:
    @promise(
        "Market data",
        "Price, date and an area or bedrooms are enough, from import to valuation; other columns may be missing.",
    )
    def test_price_and_day_are_enough(self) -> None:
        fields, warnings = checked({"price": 1234.565, "close_date": "2020-05-05"}, {}, US)
        assert (fields["price_cents"], fields["currency"]) == (123_456, "USD")
        assert warnings == ("no_size",)

    @promise(
        "Market data",
        "Invalid prices, future dates, swapped coordinates and other impossible values are refused or dropped with a "
        "reason.",
    )
    @pytest.mark.parametrize(
        ("other", "said"),
        [
            ({"price": 1e300}, "price is too large for an amount"),
            ({"currency": "CAD"}, "the price is in CAD, but the market's currency is USD"),
            ({"close_date": "2026-11-23"}, "close_date 2026-11-23 is in the future"),
            ({"beds": -1.0}, "beds must not be less than 0: -1"),
            ({"living_sqft": 1e9}, "living_sqft must not be more than 1,000,000: 1,000,000,000"),
            ({"latitude": 95.0, "longitude": 10.0}, "latitude 95.0 is outside -90 to 90"),
            ({"latitude": -122.2, "longitude": 47.5}, "latitude and longitude look swapped: "),
            ({"parcel": "1" * 101}, "parcel has more than 100 characters"),
        ],
    )
    def test_invalid_sales_are_refused(self, other: dict[str, Any], said: str) -> None:
        assert refused(**other).startswith(said)

    @promise(
        "Market data",
        "Invalid prices, future dates, swapped coordinates and other impossible values are refused or dropped with a "
        "reason.",
    )
    @pytest.mark.parametrize(
        ("other", "left_out", "warning"),
        [
            ({"contract_date": "2020-06-01"}, "contract_date", "contract"),
            ({"contract_date": "1800-06-01"}, "contract_date", "contract"),
            ({"latitude": 0.0, "longitude": 0.0}, "latitude", "not_placed"),
            ({"latitude": 10.0, "longitude": 10.0}, "longitude", "not_placed"),
            ({"latitude": 47.5}, "latitude", "half_placed"),
            ({"postal": "ABC"}, "postal", "postal"),
            ({"year_built": 1990, "year_renovated": 1980}, "year_renovated", "renovated"),
        ],
    )
    def test_implausible_values_are_left_out_with_a_warning(
        self, other: dict[str, Any], left_out: str, warning: str
    ) -> None:
        fields, warnings = check(**other)
        assert (fields[left_out], warnings) == (None, (warning,))
        assert warning in WARNINGS

    def test_zero_means_unknown_for_sizes_and_floors(self) -> None:
        fields, _ = check(living_sqft=0.0, lot_sqft=0.0, beds=0.0, basement_sqft=0.0)
        assert (fields["living_sqft"], fields["lot_sqft"]) == (None, None)
        assert (fields["beds"], fields["basement_sqft"]) == (0, 0)

    def test_the_current_month_is_accepted_without_a_day(self) -> None:
        fields, _ = checked({**MINIMAL, "close_date": "2026-11-30"}, {"close_date": "month"}, US)
        assert (fields["close_date"], fields["dated_by"]) == ("2026-11-30", "month")
        with pytest.raises(BadInput, match="in the future"):
            checked({**MINIMAL, "close_date": "2026-12-31"}, {"close_date": "month"}, US)

    @pytest.mark.parametrize(
        ("market", "typed", "postal", "area"),
        [
            (US, "2139", "02139", "02139"),
            (US, "98178-1234", "98178-1234", "98178"),
            (CA, "m5v2t6", "M5V 2T6", "M5V"),
            (CA, "m5v", "M5V", "M5V"),
        ],
    )
    def test_postal_codes_are_normalized(self, market: SaleTerms, typed: str, postal: str, area: str) -> None:
        fields, warnings = check(market, postal=typed)
        assert (fields["postal"], fields["area"], fields["placed_by"], warnings) == (
            postal,
            area,
            "postal",
            ("placed",),
        )
        assert check(market, postal=typed, area="Downtown")[0]["area"] == "Downtown"


class TestReso:
    @promise(
        "Market data",
        "`valhalla market import-sales` reads csv, csv.gz and parquet by a profile or a mapping file, whose mistakes "
        "are reported first.",
    )
    def test_a_closed_listing_becomes_a_sale(self) -> None:
        sale = reso()
        assert (sale.source_key, sale.price_cents, sale.close_date) == ("X1", 64_000_000, "2020-05-05")
        assert (sale.contract_date, sale.parcel, sale.property_type) == ("2020-04-01", "18-2", "single_family")
        assert (round(sale.living_sqft or 0, 2), sale.lot_sqft) == (1291.67, 10_890)
        assert (sale.beds, sale.baths, sale.view, sale.waterfront) == (3, 2.5, 1, 0)
        assert (sale.address, sale.postal, sale.area, sale.terms) == ("1 Elm St", "M5V 2T6", "M5V", "Standard")
        assert (sale.placed_by, round(sale.latitude or 0, 1)) == ("postal", 43.6)
        assert json.loads(sale.units) == {"living_sqft": "m2", "lot_sqft": "acres"}
        assert json.loads(sale.row)["Media"] == [{"Order": 1}]

    def test_total_bathrooms_are_used_without_parts(self) -> None:
        assert reso(BathroomsFull=None).baths == 3

    @pytest.mark.parametrize(
        ("unparsed", "unit", "address"),
        [
            ("1 Elm St", "5", "1 Elm St Unit 5"),
            ("1 Elm St", "A-101", "1 Elm St Unit A-101"),
            ("1 Elm St", "#5", "1 Elm St #5"),
            ("1 Elm St #5", "5", "1 Elm St #5"),
            ("1 Elm St 5B", "5B", "1 Elm St 5B"),
            ("1 Elm St, Seattle", "5", "Unit 5, 1 Elm St, Seattle"),
            ("1 Elm St", "N/A", "1 Elm St"),
            ("1 Elm St", "5-Mar", "1 Elm St"),
            ("Not disclosed", "5", "Not disclosed"),
            ("1 Elm St", "\0", "1 Elm St"),
        ],
    )
    def test_the_unit_is_added_to_an_address_without_it(self, unparsed: str, unit: str, address: str) -> None:
        assert reso(UnparsedAddress=unparsed, UnitNumber=unit, City="Seattle").address == address

    def test_addresses_are_joined_from_parts(self) -> None:
        assert reso(UnparsedAddress="", StreetNumber="12", StreetName="Elm", StreetSuffix="St").address == "12 Elm St"

    @pytest.mark.parametrize(
        ("parts", "address"),
        [
            (("12", "N", "Maple", "St", "W", "5"), "12 N Maple St W Unit 5"),
            (("12", None, "Maple", "St", None, "#5"), "12 Maple St #5"),
            (("12", "", "Maple", "St", "", "Apt 5B"), "12 Maple St Apt 5B"),
            (("12", "", "Maple", "St", "W", "5B"), "12 Maple St W Unit 5B"),
            (("12", "", "Maple", "St", "", "Upper"), "12 Maple St Upper"),
            ((None, None, "Maple", "St", None, None), "Maple St"),
        ],
    )
    def test_all_parts_of_an_address_are_joined(self, parts: tuple[str | None, ...], address: str) -> None:
        names = ("StreetNumber", "StreetDirPrefix", "StreetName", "StreetSuffix", "StreetDirSuffix", "UnitNumber")
        assert reso(UnparsedAddress=None, **dict(zip(names, parts, strict=True))).address == address

    @pytest.mark.parametrize(
        ("parts", "baths"),
        [
            ({"Full": 2, "Partial": 1}, 2.5),
            ({"Full": 2, "Half": 1, "Partial": 1}, 2.5),
            ({"Full": 2, "Half": 0, "Partial": 1}, 2.5),
            ({"Full": 1, "ThreeQuarter": 1, "Half": 1, "Partial": 2}, 2.25),
            ({"Full": 1, "OneQuarter": 1}, 1.25),
            ({"Full": 0, "Half": 0, "TotalInteger": 2}, 2),
            ({"Full": "2 full", "TotalInteger": 2}, 2),
            ({"Full": 2}, 2),
        ],
    )
    def test_bathrooms_are_added_up_from_their_parts(self, parts: dict[str, Any], baths: float) -> None:
        none = {"BathroomsFull": None, "BathroomsHalf": None, "BathroomsTotalInteger": None}
        assert reso(**{**none, **{f"Bathrooms{part}": number for part, number in parts.items()}}).baths == baths

    @pytest.mark.parametrize(
        ("lot", "sqft"),
        [
            ({"LotSizeArea": 5, "LotSizeAreaUnits": "Acres", "LotSizeUnits": "Feet"}, 217_800),
            ({"LotSizeArea": 0.25, "LotSizeUnits": "Acre(s)"}, 10_890),
            ({"LotSizeArea": 7000, "LotSizeUnits": ["Square Feet"]}, 7000),
            ({"LotSizeSquareFeet": 0, "LotSizeAcres": 0.25}, 10_890),
            ({"LotSizeSquareFeet": "see remarks", "LotSizeAcres": 0.25}, 10_890),
            ({"LotSizeDimensions": "50 x 120"}, 6000),
            ({"LotSizeDimensions": "50 x 120 ft", "LotSizeUnits": "Acres"}, 6000),
            ({"LotSizeArea": 5, "LotSizeUnits": "Other"}, None),
            ({"LotSizeArea": 0.25, "LotSizeUnits": None}, None),
            ({"LotSizeArea": 0.25, "LotSizeUnits": "Square Feet"}, None),
            ({"LotSizeDimensions": ".25"}, None),
            ({"LotSizeDimensions": "15 x 36", "LotSizeUnits": "Metres"}, 15 * 36 * 10.7639104),
            ({"LotSizeDimensions": "15 x 36", "LotSizeUnits": "Square Meters"}, None),
            ({"LotSizeDimensions": "50 x 120", "LotSizeUnits": "Acres"}, 6000),
            ({"LotSizeDimensions": "irregular"}, None),
        ],
    )
    def test_lots_are_converted_by_their_own_unit(self, lot: dict[str, Any], sqft: float | None) -> None:
        found = reso(**{"LotSizeAcres": None, **lot}).lot_sqft
        assert found == (sqft if sqft is None else pytest.approx(sqft))

    @promise("Market data", "A value that cannot be used never costs the sale: it is left out and counted by field.")
    def test_unusable_values_are_left_out(self) -> None:
        sale = reso(
            Stories="Two", YearBuilt=9999, LivingArea="1,500 sqft", LivingAreaUnits=None, BedroomsTotal="5 or more",
            BathroomsFull="many", BathroomsHalf=None, BathroomsTotalInteger=None, Latitude="north", ViewYN="Mountains",
            PurchaseContractDate="soon",
        )  # fmt: skip
        assert (sale.floors, sale.living_sqft, sale.year_built, sale.beds, sale.baths) == (2, 1500, None, None, None)
        assert [field for field, _ in sale.left_out] == [
            *("contract_date", "beds", "baths", "view", "latitude", "year_built")
        ]
        assert reso(LivingArea="172 m²", LivingAreaUnits="Square Feet").left_out == (
            ("living_sqft", "living_sqft is in m2, but its unit column says sqft"),
        )

    @promise("Market data", "A value that cannot be used never costs the sale: it is left out and counted by field.")
    @given(st.dictionaries(st.sampled_from(FACTS), VALUES, max_size=6))
    def test_no_fact_costs_the_sale(self, facts: dict[str, Any]) -> None:
        sale = reso(**facts)
        assert (sale.price_cents, sale.close_date) == (64_000_000, "2020-05-05")
        assert all(message.startswith(field) or field == "coordinates" for field, message in sale.left_out)
        for name in ("beds", "baths", "living_sqft", "lot_sqft", "floors"):
            value = getattr(sale, name)
            assert value is None or 0 <= value < 10**12

    def test_a_price_in_another_currency_is_refused(self) -> None:
        assert reso(ClosePrice="C$640,000").price_cents == reso(ClosePrice="640 000 $").price_cents == 64_000_000
        with pytest.raises(BadInput, match="the price is in USD, but the market's currency is CAD"):
            reso(ClosePrice="US$640,000")

    def test_an_invalid_key_is_refused(self) -> None:
        with pytest.raises(BadInput, match="must be a text of at most 200 characters"):
            reso(ListingKey="x" * 201)
        assert reso(ListingKey=None).keyless
        with pytest.raises(BadInput, match="the record contains a character that cannot be stored"):
            reso(PublicRemarks="\ud800")
        assert reso(ListingKey=None).source_key == reso(ListingKey="").source_key


def test_names_of_sales() -> None:
    assert seq_of(sale_id(12)) == 12
    assert [seq_of(name) for name in ("12", "sale_", "sale_x", "sale_²", "sale_" + "9" * 30)] == [None] * 5


NO_SALES: list[dict[str, Any]] = [
    {"PropertyType": "Commercial", "TransactionType": "For Lease"},
    {"PropertyType": "Residential Lease"},
    {"PropertyType": "CommercialLease"},
    {"PropertyType": ["Residential Lease"]},
    {"PropertyType": ["Residential", "Lease"]},
    {"PropertyType": "RLSE"},
    {"PropertyType": "Bail d\u2019habitation"},
    {"PropertyType": "Business Opportunity"},
    {"PropertyType": ["BusinessOpportunity"]},
    {"PropertySubType": "Apartment For Rent"},
    {"TransactionType": "For Sub-Lease"},
    {"TransactionType": "ForRent"},
    {"TransactionType": "\u00c0 louer"},
    {"SaleOrLeaseIndicator": "For Lease"},
    {"MlsStatus": "Rented"},
    {"MlsStatus": ["Leased"]},
    {"MlsStatus": "Closed/Rented"},
    {"ListingAgreement": "Exclusive Right To Lease"},
    {"LeaseAmount": 640000},
    {"LeaseAmount": "640000"},
    {"LeaseAmount": "$650,000"},
    {"PropertyType": "LSE"},
    {"PropertySubType": "Apartment Lease"},
    {"TransactionType": "L"},
    {"MlgCanView": "N"},
    {"PropertySubType": "Rental"},
    {"LeaseTerm": "12 Months"},
    {"MlgCanView": False},
    {"MlgCanView": "false"},
    {"StandardStatus": ["Active"]},
]
SALES: list[dict[str, Any]] = [
    {"PropertyType": "Residential Income"},
    {"PropertyType": "Commercial Sale"},
    {"PropertyType": "Land"},
    {"PropertyType": "Farm"},
    {"PropertyType": "Manufactured In Park"},
    {"PropertyType": ["Residential"], "MlsStatus": "Sold/Leased"},
    {"TransactionType": "For Sale or Lease"},
    {"MlsStatus": "Sold", "LandLeaseYN": True, "LandLeaseAmount": 640000},
    {"PropertySubType": "Leasehold", "LeaseConsideredYN": True},
    {"PropertySubType": "Vacation Rental"},
    {"PropertyType": "Residential", "LeaseTerm": "Negotiable", "LeaseAmount": 2400},
    {"MlsStatus": "Released"},
    {"MlsStatus": "CLS"},
    {"PropertyType": "Income/Rental"},
    {"PropertySubType": "Land Lease"},
    {"TransactionType": "R"},
    {"StandardStatus": ["Closed"]},
]


class TestListings:
    @promise("MLS", "A lease is not a sale, wherever a record says so, in a feed and in a file.")
    @pytest.mark.parametrize("at", range(len(NO_SALES)))
    def test_leases_and_businesses_are_no_sales(self, at: int) -> None:
        with pytest.raises(PassedOver):
            reso(**NO_SALES[at])

    @pytest.mark.parametrize("at", range(len(SALES)))
    def test_sales_of_every_kind_of_property_are_kept(self, at: int) -> None:
        assert reso(**SALES[at]).price_cents == 64_000_000


class TestPlacing:
    @promise(
        "Comparable sales",
        "A property without coordinates is located offline by its postal code, and the response says so.",
    )
    def test_a_zip_code_gives_coordinates(self) -> None:
        found = postal_points.place("US", "98178-1234")
        assert found is not None
        assert (round(found.latitude, 1), round(found.longitude, 1)) == (47.5, -122.2)
        assert 0.5 < found.km < 5

    @promise(
        "Comparable sales",
        "A property without coordinates is located offline by its postal code, and the response says so.",
    )
    def test_a_canadian_code_or_area_gives_coordinates(self) -> None:
        whole, area = postal_points.place("CA", "m5v 2t6"), postal_points.place("CA", "M5V 9Z9")
        assert whole is not None
        assert area is not None
        assert abs(whole.latitude - area.latitude) < 0.02
        assert whole.km < area.km

    @pytest.mark.parametrize(
        ("country", "postal"), [("US", "00000"), ("CA", ""), ("CA", "X9X 9X9"), ("GB", "SW1A"), ("CA", "é5v")]
    )
    def test_an_unknown_postal_code_gives_no_coordinates(self, country: str, postal: str) -> None:
        assert postal_points.place(country, postal) is None
