from typing import Any

import phonenumbers
import pytest
from phonenumbers import geocoder

from backend.app.core_gov.comms.gate.candidates import Basis, candidates, zones_of
from backend.app.core_gov.comms.gate.request import RecipientPlace
from backend.app.core_gov.geography.regions import COUNTRIES, check_region, regions
from backend.tests.core_gov.comms.gate.requests import file

ABROAD = {"AA", "AE", "AP", "FM", "MH", "PW"}
"""Military addresses, and states of the Pacific that the post of the United States serves."""


def place(**fields: str) -> RecipientPlace:
    return RecipientPlace(**fields)


def found(where: RecipientPlace, phone: str | None = None) -> tuple[Basis, set[str | None], set[str]]:
    result = candidates(where, phone)
    return result.basis, {each.region for each in result.places}, {each.zone.key for each in result.places}


@pytest.mark.parametrize(
    ("where", "phone", "basis", "regions"),
    [
        (place(country="CA", region="ON"), "+13055550123", "address", {"ON"}),
        (place(region="Ontario"), "+13055550123", "address", {"ON"}),
        (place(country="Canada", region="Québec"), None, "address", {"QC"}),
        (place(country="US", region="FL", postal="33101"), None, "address", {"FL"}),
        (place(country="US", region="FL", postal="10001"), None, "address", {"FL", "NY"}),
        (place(country="US", postal="73960"), None, "postal code", {"OK", "TX"}),
        (place(postal="M5V 2T6"), "+13055550123", "postal code", {"ON"}),
        (place(postal="10001"), None, "postal code", {"NY"}),
        (place(), "+13055550123", "phone number", {"FL"}),
        (place(), "+19025550123", "phone number", {"NS", "PE"}),
        (place(country="US", region="nowhere"), "+13055550123", "phone number", {"FL"}),
        (place(country="US", postal="x"), "+13055550123", "phone number", {"FL"}),
    ],
)
def test_the_address_comes_before_the_number(
    where: RecipientPlace, phone: str | None, basis: Basis, regions: set[str]
) -> None:
    assert found(where, phone)[:2] == (basis, regions)


@pytest.mark.parametrize("country", COUNTRIES)
def test_only_the_country_means_all_of_its_regions(country: str) -> None:
    other = {"CA": "+13055550123", "US": "+14165550123"}[country]
    basis, names, _ = found(place(country=country), other)
    assert (basis, names) == ("country", set(regions(country).values()) - ABROAD)


@pytest.mark.parametrize(
    ("where", "phone", "country"),
    [
        (place(), None, None),
        (place(), "+18005550123", "US"),
        (place(), "+33612345678", "FR"),
        (place(postal="75001"), "+33612345678", "FR"),
        (place(country="Fr"), "+13055550123", "FR"),
        (place(country="US", region="AE"), "+13055550123", "US"),
        (place(), "+12425550123", None),
    ],
)
def test_without_a_known_place_there_are_no_candidates(
    where: RecipientPlace, phone: str | None, country: str | None
) -> None:
    result = candidates(where, phone)
    assert (result.basis, result.places) == ("unknown", ())
    assert country is None or result.country == country


def test_a_number_that_lost_its_place_has_all_zones_of_its_area() -> None:
    assert found(place(), "+18505550123")[2] == {"America/New_York", "America/Chicago"}
    assert found(place(), "+18675550123")[2] >= {"America/Iqaluit", "America/Whitehorse", "America/Fort_Nelson"}


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_region_has_its_zones(country: str) -> None:
    for region in set(regions(country).values()) - ABROAD:
        assert zones_of(country, region), region
    assert all(name[:2] in COUNTRIES and check_region(name[:2], name[3:]) == name[3:] for name in file("regions.toml"))


def _described() -> dict[int, tuple[str, set[str]]]:
    """Return the country and the regions of each area code, as far as the package phonenumbers names them."""
    names: dict[int, tuple[str, set[str]]] = {}
    for code in range(200, 1000):
        number = phonenumbers.PhoneNumber(country_code=1, national_number=code * 10**7 + 2345678)
        country = phonenumbers.region_code_for_number(number)
        if country in COUNTRIES:
            prefix = phonenumbers.PhoneNumber(country_code=1, national_number=code * 10**7)
            text = geocoder.description_for_valid_number(prefix, "en", "GB").replace("Washington State", "WA")
            names[code] = country, {check_region(country, part.split(", ")[-1]) or "" for part in text.split("/")}
    return names


def test_area_codes_are_those_of_the_package() -> None:
    table: dict[str, Any] = file("regions.toml")
    for code, (country, names) in _described().items():
        listed = {name[3:] for name, region in table.items() if code in region["area_codes"]}
        assert not names - {""} or (listed == names and all(f"{country}-{name}" in table for name in listed)), code
