"""Address keys: spellings of one address share a key, different addresses do not."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backend.app.core_gov.geography import address_key
from backend.app.core_gov.geography.address_key import AddressPlace, normalize_address, same_place
from backend.tests.promises import promise

SAME = [
    ("CA", "123 main st", [
        "123 Main Street", "123 Main St.", " 123  MAIN ST ", "123, Main Str", "#123 Main St",
    ]),
    ("CA", "123 main st unit 5", [
        "Unit 5, 123 Main St", "unit 5 - 123 Main Street", "#5, 123 Main St", "#5-123 Main St",
        "5-123 Main St", "5 - 123 Main St", "5 \u2013 123 Main St", "Apt 5, 123 Main St",
        "Suite 5, 123 Main St", "Ste. 5 123 Main St", "123 Main St Unit 5", "123 Main St, Apt. 5",
        "123 Main St #5", "123 Main St, Apt. #5", "App. 5, 123 Main St", "123 Main St, Suite No. 5",
        "123 Main St, Unit 5, Apt",
    ]),
    ("CA", "12 main st unit 5a", ["12 Main St Apt 5-A", "5A-12 Main St", "12 Main St #5a"]),
    ("CA", "12 king st unit ph5", [
        "PH5-12 King St", "12 King St PH 5", "12 King St, Penthouse 5", "Unit PH5, 12 King St",
    ]),
    ("CA", "12 king st unit ph", ["12 King St Penthouse", "12 King St PH"]),
    ("CA", "12 st clair ave w", [
        "12 St Clair Ave W", "12 St. Clair Avenue West", "12 Saint Clair Av W.", "12 St.Clair Ave West",
    ]),
    ("CA", "10104 100 ave nw", [
        "10104-100 Ave NW", "10104 - 100 Avenue N.W.", "10104 100th Avenue North West",
        "10104 100 Ave Northwest",
    ]),
    ("CA", "10104 100 ave nw unit 5", [
        "5-10104 100 Ave NW", "#5 10104 100 Ave NW", "10104 - 100 Ave NW #5",
    ]),
    ("CA", "123 ave rd unit 5", ["5-123 Avenue Road", "123 Avenue Rd, Unit 5"]),
    ("CA", "1000 sherbrooke st w", [
        "1000, rue Sherbrooke Ouest", "1000 Sherbrooke Street West", "1000 rue Sherbrooke O.",
    ]),
    ("CA", "12 rene levesque blvd e", [
        "12 boul. René-Lévesque Est", "12 Rene Levesque Blvd. E", "12, boulevard René\u2011Lévesque E",
    ]),
    ("CA", "8 de la cote rd", ["8 ch. de la Côte", "8 chemin de la Cote"]),
    ("CA", "3 du sacre coeur st", ["3 rue du Sacré-Cœur", "3 rue du Sacre Coeur"]),
    ("CA", "45 5 ave", ["45 5e Avenue", "45 5th Ave", "45 Fifth Avenue"]),
    ("CA", "123 o ave", ["123 Avenue O", "123 Ave. O"]),
    ("CA", "7 hwy 7", ["7 Hwy #7", "7 Highway 7"]),
    ("CA", "9 co rd 5", ["9 County Road #5", "9 County Rd 5"]),
    ("CA", "po box 5", ["P.O. Box 5", "PO Box #5"]),
    ("US", "37-21 80 st", ["37-21 80th Street", "37-21 80 St", "#37-21 80th St"]),
    ("US", "37-21 80 st unit 5a", ["Apt 5A, 37-21 80th St", "37-21 80th St, Apt 5-A"]),
    ("US", "123 main st unit 5", ["Unit 5-123 Main St", "Unit 5 - 123 Main St", "123 Main St #5"]),
    ("US", "1 oconnor dr", ["1 O'Connor Dr", "1 O\u2019Connor Drive"]),
    ("US", "123 1/2 main st", ["123½ Main St", "123 1/2 Main Street"]),
    ("US", "123 n west st", ["123 North West Street", "123 N. West St"]),
    ("US", "123 nw 5 st", ["123 NW 5th St", "123 North-West Fifth Street"]),
    ("US", "100 bureau dr", ["100 Bureau Drive", "100 Bureau Dr."]),
    ("US", "12 main hwy unit 5", ["12 Main Hwy, Unit 5", "12 Main Highway Apt 5"]),
]  # fmt: skip

DIFFERENT = [
    ("CA", "123 Main St N", "123 Main St S"),
    ("CA", "123 N Main St", "123 Main St N"),
    ("CA", "123 Main St", "123 Main Ave"),
    ("CA", "123 Main St Unit 5", "123 Main St"),
    ("CA", "123 Main St Unit 5", "123 Main St Unit 6"),
    ("CA", "123 Main St PH5", "123 Main St Unit 5"),
    ("CA", "123 Main St Unit 1-23", "123 Main St Unit 123"),
    ("CA", "5-123 Main St", "5123 Main St"),
    ("US", "5-123 Main St", "123 Main St Unit 5"),
    ("US", "123 North Ave", "123 N Ave"),
    ("US", "12 East St", "12 E St"),
    ("US", "123 1/2 Main St", "123 Main St"),
    ("US", "12 Highway 7", "12 Highway, Unit 7"),
]

WORDS = st.sampled_from([
    "unit", "apt", "#", "suite", "ste", "app", "no", "ph", "penthouse", "bureau", "st", "saint", "sainte",
    "street", "rue", "ave", "avenue", "av", "boul", "blvd", "ch", "chemin", "place", "pl", "rd", "court",
    "hwy", "rte", "county", "box", "n", "s", "e", "w", "o", "nord", "ouest", "north", "west", "nw",
    "northwest", "first", "fifth", "5th", "1st", "5e", "1er", "a", "b", "main", "king", "toronto", "on",
    "m5v", "2t6", "5", "12", "123", "5a", "12b", "ph5", "37-21", "1/2", "½", "5-a", "N.W.", "St.", "O'Neil",
    "É", "the", "bsmt",
])  # fmt: skip
SEPARATORS = st.sampled_from([" ", " ", " ", "-", " - ", ", ", " #", "/", "."])


def key(address: str, country: str = "CA", city: str | None = None, region: str | None = None) -> str:
    return normalize_address(address, city, region, None, country)


class TestNormalizeAddress:
    @promise("Properties", "An address is kept as typed and normalized for matching.")
    @pytest.mark.parametrize(("country", "expected", "spellings"), SAME, ids=[same[1] for same in SAME])
    def test_spellings_of_one_address_share_a_key(self, country: str, expected: str, spellings: list[str]) -> None:
        assert {typed: key(typed, country) for typed in spellings} == dict.fromkeys(spellings, expected)

    @pytest.mark.parametrize(("country", "a", "b"), DIFFERENT)
    def test_different_addresses_have_different_keys(self, country: str, a: str, b: str) -> None:
        assert key(a, country) != key(b, country)

    @pytest.mark.parametrize(
        "typed",
        [
            "123 Main St, Toronto",
            "123 Main St, Toronto, ON",
            "123 Main St, Toronto, Ontario, Canada",
            "123 Main St, Toronto, ON M5V 2T6",
            "123 Main St, TORONTO ON, m5v2t6,",
        ],
    )
    def test_city_region_and_postal_code_are_removed(self, typed: str) -> None:
        assert normalize_address(typed, "Toronto", "ON", "M5V 2T6", "CA") == "123 main st"

    def test_other_place_names_are_kept(self) -> None:
        assert key("123 Main St, Ottawa", city="Toronto", region="ON") == "123 main st ottawa"
        assert key("12 Toronto St, Toronto", city="Toronto") == "12 toronto st"
        assert key("Unit 5, Johns St, St. John's", city="St. John's", region="NL") == "johns st unit 5"
        assert key("Ontario, Toronto", city="Toronto", region="ON") == "ontario"

    def test_text_without_words_has_an_empty_key(self) -> None:
        assert key("") == key(" ,.-# ") == ""

    @given(st.lists(st.tuples(WORDS, SEPARATORS), max_size=8), st.sampled_from(["CA", "US"]))
    @settings(deadline=None, max_examples=500)
    def test_key_of_a_key_is_the_same(self, parts: list[tuple[str, str]], country: str) -> None:
        made = normalize_address("".join(map("".join, parts)), "Toronto", "ON", "M5V 2T6", country)
        assert normalize_address(made, "Toronto", "ON", "M5V 2T6", country) == made

    @given(st.text(max_size=40), st.sampled_from(["CA", "US"]))
    @settings(deadline=None)
    def test_key_of_any_text_is_stable(self, text: str, country: str) -> None:
        made = key(text, country)
        assert key(made, country) == made
        assert made == " ".join(made.split())

    @given(st.lists(st.tuples(WORDS, SEPARATORS), max_size=8))
    @settings(deadline=None)
    def test_case_and_spacing_do_not_matter(self, parts: list[tuple[str, str]]) -> None:
        typed = "".join(map("".join, parts))
        assert key(typed.upper()) == key(f"  {typed} ") == key(typed)


def place(
    line: str = "123 main st", city: str | None = None, region: str | None = None, postal: str | None = None
) -> AddressPlace:
    return AddressPlace(line, city, region, postal, "CA")


class TestSamePlace:
    def test_equal_lines_match_if_nothing_else_is_known(self) -> None:
        assert same_place(place(), place())
        assert same_place(place(), place(city="Toronto", region="ON", postal="M5V 2T6"))

    def test_other_line_or_country_does_not_match(self) -> None:
        assert not same_place(place(), place("124 main st"))
        assert not same_place(place(), place()._replace(country="US"))

    def test_empty_lines_do_not_match(self) -> None:
        assert not same_place(place(""), place(""))

    def test_different_known_parts_do_not_match(self) -> None:
        assert not same_place(place(region="ON"), place(region="BC"))
        assert not same_place(place(city="Toronto"), place(city="Ottawa"))
        assert not same_place(place(postal="M5V 2T6"), place(postal="M5V 2T7"))
        assert not same_place(place(postal="M5V 2T6", region="ON"), place(postal="M5V 2T6", region="QC"))

    def test_spellings_of_one_part_match(self) -> None:
        assert same_place(place(postal="M5V 2T6"), place(postal="m5v2t6"))
        assert same_place(place(region="ON"), place(region="Ontario"))
        assert same_place(place(city="Montréal"), place(city="MONTREAL"))
        assert same_place(place(city="St. John's"), place(city="Saint Johns"))

    def test_equal_postal_codes_outweigh_the_city(self) -> None:
        assert same_place(place(city="Scarborough", postal="M1B 1A1"), place(city="Toronto", postal="M1B1A1"))

    def test_zip_codes_are_compared_by_five_digits(self) -> None:
        short, full = (AddressPlace("1 main st", None, "WA", zip_code, "US") for zip_code in ("98178", "98178-1234"))
        assert same_place(short, full)

    @given(
        st.builds(
            AddressPlace,
            st.sampled_from(["1 main st", ""]),
            st.none() | st.sampled_from(["Toronto", "Ottawa"]),
            st.none() | st.sampled_from(["ON", "QC"]),
            st.none() | st.sampled_from(["M5V 2T6", "K1A 0B1"]),
            st.sampled_from(["CA", "US"]),
        ),
        st.builds(
            AddressPlace,
            st.just("1 main st"),
            st.none() | st.sampled_from(["TORONTO", "Hull"]),
            st.none() | st.sampled_from(["Ontario", "QC"]),
            st.none() | st.sampled_from(["m5v2t6", "K1A0B1"]),
            st.just("CA"),
        ),
    )
    def test_comparison_is_symmetric(self, a: AddressPlace, b: AddressPlace) -> None:
        assert same_place(a, b) == same_place(b, a)
        assert same_place(b, b)


@given(st.text(alphabet="a1 sth-", max_size=8))
@example("9" * 131_072 + " ")
def test_unit_has_a_digit_or_is_one_letter(token: str) -> None:
    ordinal = token.removesuffix("st").removesuffix("th") if token[-2:] in {"st", "th"} else ""
    one_word = " " not in token and any(char.isdecimal() for char in token)
    wanted = (one_word and not ordinal.isdecimal()) or token in set("asth")
    assert (address_key._UNIT.fullmatch(token) is not None) == wanted
