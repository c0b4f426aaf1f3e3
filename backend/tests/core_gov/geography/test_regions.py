"""Validation of countries, regions, postal codes and coordinates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.geography import regions
from backend.app.core_gov.geography.regions import (
    check_coordinates,
    check_country,
    check_postal,
    check_region,
    postal_regions,
    postal_warning,
    region_fault,
)
from backend.tests.promises import promise

PROVINCES = ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]
STATES = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
    "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND",
    "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
]  # fmt: skip
OTHER_US = ["DC", "AS", "GU", "MP", "PR", "VI", "AA", "AE", "AP"]


class TestCountry:
    @pytest.mark.parametrize("typed", ["CA", "ca", "Canada", " canada "])
    def test_spellings_of_canada(self, typed: str) -> None:
        assert check_country(typed) == "CA"

    @pytest.mark.parametrize("typed", ["US", "u.s.", "U.S.A.", "United States", "États-Unis"])
    def test_spellings_of_the_united_states(self, typed: str) -> None:
        assert check_country(typed) == "US"

    def test_other_countries_are_none(self) -> None:
        assert check_country("Mexico") is None
        assert check_country("") is None


class TestRegion:
    @pytest.mark.parametrize("code", PROVINCES)
    def test_province_codes_are_accepted_in_any_case(self, code: str) -> None:
        assert check_region("CA", code) == check_region("CA", code.lower()) == code

    @pytest.mark.parametrize("code", STATES + OTHER_US)
    def test_state_codes_are_accepted_in_any_case(self, code: str) -> None:
        assert check_region("US", code) == check_region("US", f" {code.lower()} ") == code

    @promise("Properties", "The region must belong to the country: CA/ON is valid, CA/TX is not.")
    @pytest.mark.parametrize("code", STATES + OTHER_US)
    def test_no_state_is_a_province(self, code: str) -> None:
        assert check_region("CA", code) is None

    @pytest.mark.parametrize("code", PROVINCES)
    def test_no_province_is_a_state(self, code: str) -> None:
        assert check_region("US", code) is None

    @pytest.mark.parametrize(
        ("country", "name", "code"),
        [
            ("CA", "Ontario", "ON"),
            ("CA", "QUÉBEC", "QC"),
            ("CA", "Que\u0301bec", "QC"),
            ("CA", "quebec", "QC"),
            ("CA", "Colombie-Britannique", "BC"),
            ("CA", "Île-du-Prince-Édouard", "PE"),
            ("CA", "P.E.I.", "PE"),
            ("CA", "Newfoundland & Labrador", "NL"),
            ("CA", "B.C.", "BC"),
            ("US", "Washington", "WA"),
            ("US", "Washington, D.C.", "DC"),
            ("US", "district of columbia", "DC"),
            ("US", "Puerto Rico", "PR"),
            ("US", "U.S. Virgin Islands", "VI"),
            ("US", "new   york", "NY"),
        ],
    )
    def test_full_names_become_codes(self, country: str, name: str, code: str) -> None:
        assert check_region(country, name) == code

    def test_associated_states_are_not_in_the_us(self) -> None:
        assert [check_region("US", code) for code in ("FM", "MH", "PW")] == [None] * 3

    def test_unknown_country_has_no_regions(self) -> None:
        assert check_region("MX", "ON") is None

    @pytest.mark.parametrize(
        ("country", "region", "sentence"),
        [
            ("CA", "TX", "region TX is a state of US, not a province or territory of CA"),
            ("CA", "Texas", "region Texas is a state of US, not a province or territory of CA"),
            ("CA", "XX", "region XX is not a province or territory of CA"),
            ("CA", "", "region (empty) is not a province or territory of CA"),
            ("CA", "PR", "region PR is a territory of US, not a province or territory of CA"),
            ("CA", "DC", "region DC is the federal district of US, not a province or territory of CA"),
            ("CA", "AE", "region AE is a military mail code of US, not a province or territory of CA"),
            ("US", "ON", "region ON is a province of CA, not a state or territory of US"),
            ("US", "Yukon", "region Yukon is a territory of CA, not a state or territory of US"),
            ("MX", "ON", "country MX is not CA or US"),
        ],
    )
    def test_message_names_the_fault(self, country: str, region: str, sentence: str) -> None:
        assert region_fault(country, region) == sentence

    def test_message_is_one_short_line(self) -> None:
        sentence = region_fault("CA", "x\n" * 500)
        assert "\n" not in sentence
        assert len(sentence) < 120


class TestPostal:
    @pytest.mark.parametrize("typed", ["M5V 2T6", "m5v2t6", " M5V-2T6 ", "\uff2d\uff15\uff36\u3000\uff12\uff34\uff16"])
    def test_canadian_spellings_are_normalized(self, typed: str) -> None:
        assert check_postal("CA", "ON", typed) == "M5V 2T6"

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("98178", "98178"),
            ("98178-1234", "98178-1234"),
            ("981781234", "98178-1234"),
            (" 98178 ", "98178"),
            ("98178-", "98178"),
        ],
    )
    def test_us_spellings_are_normalized(self, typed: str, code: str) -> None:
        assert check_postal("US", "WA", typed) == code

    @promise("Properties", "Postal codes are checked against country and region.")
    @pytest.mark.parametrize(
        ("first", "region"),
        [
            ("A", "NL"), ("B", "NS"), ("C", "PE"), ("E", "NB"), ("G", "QC"), ("H", "QC"), ("J", "QC"),
            ("K", "ON"), ("L", "ON"), ("M", "ON"), ("N", "ON"), ("P", "ON"), ("R", "MB"), ("S", "SK"),
            ("T", "AB"), ("V", "BC"), ("Y", "YT"),
        ],
    )  # fmt: skip
    def test_first_letter_determines_the_province(self, first: str, region: str) -> None:
        assert postal_regions("CA", f"{first}5V 2T6") == (region,)
        assert postal_regions("CA", f"{first.lower()}5v2t6") == (region,)

    def test_x_is_shared_by_two_territories(self) -> None:
        assert check_postal("CA", "NU", "X0A 0H0") == "X0A 0H0"
        assert check_postal("CA", "NT", "X1A 2N3") == "X1A 2N3"
        with pytest.raises(ValueError, match=r"^postal X0A 0H0 is not in NT \(it belongs to NU\)$"):
            check_postal("CA", "NT", "X0A 0H0")

    @pytest.mark.parametrize(
        ("country", "region", "postal"),
        [
            ("CA", "QC", "K1A 0B1"),
            ("CA", "SK", "R8A 1A1"),
            ("US", "NY", "06390"),
            ("US", "WY", "83414"),
            ("US", "TX", "73960"),
            ("US", "OK", "73960"),
        ],
    )
    def test_codes_across_a_border_are_in_both_regions(self, country: str, region: str, postal: str) -> None:
        assert check_postal(country, region, postal) == postal

    @promise("Properties", "A ZIP code that crosses a state border is accepted, with a warning.")
    @pytest.mark.parametrize(
        ("region", "postal", "usual"),
        [
            ("TN", "42223", "KY"), ("CA", "97635", "OR"), ("IL", "63673", "MO"), ("LA", "71749", "AR"),
            ("NM", "81137", "CO"), ("ND", "59221", "MT"), ("AZ", "84536", "UT"), ("UT", "86044", "AZ"),
            ("TX", "88063", "NM"), ("MD", "22201-1234", "VA"),
        ],
    )  # fmt: skip
    def test_zip_code_of_a_neighboring_state_is_a_warning(self, region: str, postal: str, usual: str) -> None:
        assert check_postal("US", region, postal) == postal
        sentence = f"postal {postal} belongs to {usual}, which borders on {region}: check that both are right"
        assert postal_warning("US", region, postal) == sentence
        assert postal_warning("US", usual, postal) is None

    def test_known_exceptions_have_no_warning(self) -> None:
        for country, region, postal in (("US", "TX", "73960"), ("CA", "QC", "K1A 0B1"), ("CA", "AB", "S9V 0A1")):
            assert check_postal(country, region, postal) == postal
            assert postal_warning(country, region, postal) is None
        assert postal_warning("US", None, "42223") is None

    @pytest.mark.parametrize("state", STATES)
    def test_neighbors_are_mutual(self, state: str) -> None:
        assert all(state in regions._NEIGHBORS[other] for other in regions._NEIGHBORS.get(state, ()))
        assert state in regions._NEIGHBORS or state in {"AK", "HI"}

    @pytest.mark.parametrize(
        ("country", "typed", "code"),
        [
            ("CA", "Ont.", "ON"), ("CA", "Que.", "QC"), ("CA", "Qu\u00e9.", "QC"), ("CA", "Alta.", "AB"),
            ("CA", "B.C.", "BC"), ("CA", "C.-B.", "BC"), ("CA", "P.E.I.", "PE"), ("CA", "Nfld. & Lab.", "NL"),
            ("CA", "T.N.-O.", "NT"), ("CA", "N.-\u00c9.", "NS"), ("CA", "Sask", "SK"), ("CA", "Man.", "MB"),
            ("US", "Mass.", "MA"), ("US", "Calif.", "CA"), ("US", "N. Mex.", "NM"), ("US", "N.Dak.", "ND"),
            ("US", "W. Va.", "WV"), ("US", "Penna.", "PA"), ("US", "Wash.", "WA"), ("US", "D. C.", "DC"),
            ("US", "Conn", "CT"), ("US", "Ore.", "OR"), ("US", "N. Y.", "NY"), ("US", "TENN.", "TN"),
        ],
    )  # fmt: skip
    def test_traditional_abbreviations_are_known(self, country: str, typed: str, code: str) -> None:
        assert check_region(country, typed) == code

    @pytest.mark.parametrize(
        ("region", "postal"),
        [
            ("AK", "99546"),
            ("HI", "96813"),
            ("PR", "00601"),
            ("GU", "96910"),
            ("AS", "96799"),
            ("AE", "09001"),
        ],
    )
    def test_codes_of_remote_states_and_the_military_are_accepted(self, region: str, postal: str) -> None:
        assert check_postal("US", region, postal) == postal

    @promise("Properties", "Postal codes are checked against country and region.")
    @pytest.mark.parametrize("code", STATES + OTHER_US)
    def test_every_region_has_a_rule(self, code: str) -> None:
        with pytest.raises(ValueError, match=r"^postal 00000 is not in use"):
            check_postal("US", code, "00000")

    def test_region_may_be_a_name(self) -> None:
        assert check_postal("CA", "Québec", "h2x 1y4") == "H2X 1Y4"

    def test_code_without_a_region_must_be_in_use(self) -> None:
        assert check_postal("CA", None, "v6b1a1") == "V6B 1A1"
        with pytest.raises(ValueError, match=r"^postal 00000 is not in use: no state or territory of US"):
            check_postal("US", None, "00000")

    @pytest.mark.parametrize(
        ("country", "region", "postal", "sentence"),
        [
            ("CA", "ON", "V6B 1A1", "postal V6B 1A1 is not in ON (it belongs to BC)"),
            ("CA", "BC", "k1a0b1", "postal K1A 0B1 is not in BC (it belongs to ON or QC)"),
            ("US", "WA", "02139", "postal 02139 is not in WA (it belongs to MA)"),
            ("CA", "TX", "M5V 2T6", "region TX is a state of US, not a province or territory of CA"),
            ("MX", None, "01000", "country MX is not CA or US"),
        ],
    )
    def test_message_names_the_fault(self, country: str, region: str | None, postal: str, sentence: str) -> None:
        with pytest.raises(ValueError, match=r".") as refused:
            check_postal(country, region, postal)
        assert str(refused.value) == sentence

    @pytest.mark.parametrize(
        "typed", ["M5V 2O6", "D5V 2T6", "W5V 2T6", "Z5V 2T6", "M5V", "M5V   -  2T6", "M5V 2T6 9", "", "\u0665"]
    )
    def test_invalid_canadian_code_is_refused(self, typed: str) -> None:
        with pytest.raises(ValueError, match=r"is not a Canadian postal code; write it like M5V 2T6"):
            check_postal("CA", "ON", typed)

    @pytest.mark.parametrize("typed", ["2139", "021390", "98178-12", "9817B", "", "\u0669\u0668\u0661\u0667\u0668"])
    def test_invalid_zip_code_is_refused(self, typed: str) -> None:
        with pytest.raises(ValueError, match=r"is not a US ZIP code; write all 5 or 9 digits"):
            check_postal("US", "WA", typed)

    def test_code_of_the_other_country_is_named(self) -> None:
        with pytest.raises(ValueError, match=r"^postal 98178 is a US ZIP code, not a Canadian postal code;"):
            check_postal("CA", "ON", "98178")
        with pytest.raises(ValueError, match=r"^postal M5V 2T6 is a Canadian postal code, not a US ZIP code;"):
            check_postal("US", "WA", "M5V 2T6")

    @given(st.from_regex(r"[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9]", fullmatch=True))
    @settings(deadline=None)
    def test_normalized_code_is_unchanged(self, typed: str) -> None:
        try:
            code = check_postal("CA", None, typed)
        except ValueError:
            return
        assert check_postal("CA", None, code) == code
        assert all(check_postal("CA", region, code) == code for region in postal_regions("CA", code))


class TestCoordinates:
    @pytest.mark.parametrize(
        ("country", "latitude", "longitude"),
        [
            ("CA", 43.65, -79.38),  # Toronto
            ("CA", 82.5, -62.3),  # Alert
            ("CA", 47.56, -52.71),  # St. John's
            ("CA", 60.72, -135.06),  # Whitehorse
            ("US", 47.5112, -122.257),  # Seattle
            ("US", 24.55, -81.78),  # Key West
            ("US", 71.29, -156.79),  # Utqiaġvik
            ("US", 51.86, -176.67),  # Adak
            ("US", 52.9, 173.2),  # Attu, past the antimeridian
            ("US", 21.31, -157.86),  # Honolulu
            ("US", 18.18, -66.75),  # Puerto Rico
            ("US", 13.44, 144.79),  # Guam
            ("US", -14.28, -170.7),  # Pago Pago
            ("US", 15.2, 145.75),  # Saipan
        ],
    )
    def test_point_in_the_country_has_no_warning(self, country: str, latitude: float, longitude: float) -> None:
        assert check_coordinates(country, latitude, longitude) is None

    def test_single_coordinate_is_refused(self) -> None:
        assert check_coordinates("CA", None, None) is None
        with pytest.raises(ValueError, match=r"^latitude without longitude: give both or neither$"):
            check_coordinates("CA", 43.65, None)
        with pytest.raises(ValueError, match=r"^longitude without latitude: give both or neither$"):
            check_coordinates("CA", None, -79.38)

    @promise("Properties", "Coordinates out of range are refused; coordinates outside the country give a warning.")
    @pytest.mark.parametrize(
        ("latitude", "longitude", "sentence"),
        [
            (90.1, 0.0, "latitude 90.1 is outside -90 to 90"),
            (-91.0, 10.0, "latitude -91.0 is outside -90 to 90"),
            (45.0, 180.5, "longitude 180.5 is outside -180 to 180"),
            (45.0, -181.0, "longitude -181.0 is outside -180 to 180"),
            (float("nan"), 1.0, "latitude nan is outside -90 to 90"),
            (1.0, float("inf"), "longitude inf is outside -180 to 180"),
            (-122.257, 47.5, "latitude and longitude look swapped: latitude -122.257 is outside -90 to 90"),
        ],
    )
    def test_out_of_range_is_an_error(self, latitude: float, longitude: float, sentence: str) -> None:
        with pytest.raises(ValueError, match=r".") as refused:
            check_coordinates("US", latitude, longitude)
        assert str(refused.value) == sentence

    def test_point_outside_the_country_is_a_warning(self) -> None:
        assert check_coordinates("CA", 48.85, 2.35) == "latitude 48.85, longitude 2.35 is outside CA"
        assert check_coordinates("US", 0, 0) == "latitude 0, longitude 0 is outside US"

    def test_swapped_within_range_is_a_warning(self) -> None:
        warning = check_coordinates("CA", -79.38, 43.65)
        assert warning == "latitude and longitude look swapped: latitude -79.38, longitude 43.65 is outside CA"

    def test_missing_minus_sign_is_a_warning(self) -> None:
        warning = check_coordinates("CA", 43.65, 79.38)
        assert warning is not None
        assert warning.startswith("longitude looks as if its minus sign is missing")
