"""Which property types are the same, however a source or a person spells them."""

import pytest

from backend.app.core_gov.market.importing.converters import word
from backend.app.core_gov.market.property_types import _WORDS, TypeCodes, canonical_type, type_classes, type_spellings

SAME = {
    "condominium": "Condo, condos, CONDOMINIUM, Condo/Co-op, Condo Apartment, Copropriété, "
    "copropriete divise, condo/apt",
    "single_family": "Single Family, SFR, Detached, SingleFamilyResidence, SINGLE_FAMILY, Single-Family Home, "
    "1-Family, "
    "Maison unifamiliale, maison, House, Single Family Residential, Maison détachée",
    "townhouse": "Townhouse, Town House, Row House, Row/Townhouse, Att/Row/Twnhouse, Maison en rangée, Townhomes, TH",
    "semi_detached": "Semi-Detached, semi, Maison jumelée, Half Duplex, 1/2 Duplex",
    "duplex": "Duplex, 2-Family, Two Family Dwelling, 2 plex",
    "triplex": "Triplex, three-family",
    "quadruplex": "Fourplex, Quadruplex, 4-plex",
    "multi_family": "Multi Family, Multi-Family (2-4 Units), MultiFamily, Residential Income, Plex, 2 to 4 family",
    "manufactured": "Manufactured Home, Mobile Home, ManufacturedOnLand, Maison mobile",
    "land": "Vacant Land, Lots/Land, Terrain",
    "cooperative": "Co-op, Stock Cooperative, Own Your Own",
}


@pytest.mark.parametrize(
    ("canonical", "spelling"), [(canonical, each) for canonical, words in SAME.items() for each in words.split(", ")]
)
def test_usual_spellings_are_one_type(canonical: str, spelling: str) -> None:
    assert canonical_type(spelling) == canonical
    stored = word(spelling)
    assert stored is not None
    assert canonical_type(stored) == canonical
    assert stored.replace("_", "") in type_spellings(canonical)


def test_every_spelling_has_one_type() -> None:
    for canonical, words in _WORDS.items():
        assert {canonical_type(each) for each in words} == {canonical}


def test_unknown_types_are_compared_by_their_letters() -> None:
    assert canonical_type("Garden Home") == canonical_type("garden_home") != canonical_type("Patio Home")
    assert type_spellings("Garden Home") == ("gardenhome",)


def test_codes_find_a_type_in_any_spelling() -> None:
    codes = TypeCodes(("condo", "condominium", "house"))
    assert codes.classes.tolist() == [0, 0, 2]
    assert codes.of("condominium") == 1
    assert codes.class_of("condominium") == codes.class_of("Copropriété") == 0
    assert codes.class_of("SFR") == codes.of("SFR") == 2
    assert codes.class_of("land") == codes.class_of(None) == -1
    assert type_classes(()).tolist() == []
