"""Options of a mapping for the formats of real files: ages, years alone, constants, encodings, preambles, archives."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.market.importing.import_sales import SalesImported
from backend.app.core_gov.market.importing.profiles import profile
from backend.app.core_gov.market.importing.record_map import RecordMap, compile_map
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED, SaleTerms, checked
from backend.app.kit.data_files.table_file import read_table
from backend.app.kit.errors import BadInput
from backend.tests.core_gov.market.files import import_file, stored
from backend.tests.promises import promise

TERMS = SaleTerms("CA", "CAD", "2026-11-30")


def described(columns: dict[str, Any], **top: Any) -> RecordMap:
    return compile_map({"columns": {"price": "P", "close_date": "D", **columns}, **top}, KINDS, REQUIRED, "town")


def fields(map_: RecordMap, **raw: Any) -> tuple[dict[str, Any], dict[str, str]]:
    found, notes = map_.fields({"P": 5, "D": "2015-06-30", **raw})
    checked_fields, _ = checked(found, notes, TERMS)
    return checked_fields, notes


def refusal(columns: dict[str, Any], **top: Any) -> str:
    with pytest.raises(BadInput) as caught:
        described(columns, **top)
    return caught.value.detail


class TestAge:
    @pytest.mark.parametrize(
        ("age", "year"), [("0", 2015), (12, 2003), ("12.7", 2003), ("1,5", 2014), (-1, 2016), ("", None), ("n/a", None)]
    )
    def test_an_age_is_counted_from_the_year_of_the_sale(self, age: Any, year: int | None) -> None:
        found, notes = fields(described({"year_built": {"age": "A"}}), A=age)
        assert found.get("year_built") == year
        assert notes == ({} if year is None else {"year_built": "age"})

    def test_the_years_of_renovation_are_too(self) -> None:
        found, _ = fields(described({"year_built": {"age": "A"}, "year_renovated": {"age": "R"}}), A=50, R=3)
        assert (found["year_built"], found["year_renovated"]) == (1965, 2012)

    def test_the_day_may_be_made_of_parts_or_a_constant(self) -> None:
        parts = described({"close_date": {"year": "Y", "month": "M"}, "year_built": {"age": "A"}})
        assert fields(parts, Y=2014, M=2, A=10)[0]["year_built"] == 2004
        constant = {"columns": {"price": "P", "year_built": {"age": "A"}}, "constants": {"close_date": "2010-01-01"}}
        assert fields(compile_map(constant, KINDS, REQUIRED, "a"), A=10)[0]["year_built"] == 2000

    @pytest.mark.parametrize("age", [-20, 2015, "old", "1e400"])
    def test_an_implausible_age_is_refused(self, age: Any) -> None:
        with pytest.raises(BadInput, match=r"^year_built is "):
            fields(described({"year_built": {"age": "A"}}), A=age)

    def test_age_is_for_years_of_sold_buildings(self) -> None:
        assert refusal({"beds": {"age": "A"}}).startswith("town: beds cannot have age: it is for the years")
        assert "decimal is not a known key" in refusal({"year_built": {"age": "A", "decimal": ","}})
        assert "needs one of" in refusal({"year_built": {"age": "A", "column": "B"}})


class TestYearAlone:
    @promise("Market data", "If only the year of a sale is known, the mapping states the month, and the sale says so.")
    def test_a_stated_month_makes_a_marked_day(self) -> None:
        found, notes = fields(described({"close_date": {"year": "Y", "month": 6}}), Y="2014")
        assert (found["close_date"], found["dated_by"], notes) == ("2014-06-30", "year", {"close_date": "year"})

    def test_a_sale_of_this_year_may_be_known_only_later(self) -> None:
        map_ = described({"close_date": {"year": "Y", "month": 12}})
        assert fields(map_, Y=2026)[0]["close_date"] == "2026-12-31"
        with pytest.raises(BadInput, match="2027-12-31"):
            fields(map_, Y=2027)

    @pytest.mark.parametrize("spec", [{"month": 0}, {"month": 13}, {"month": 6, "day": "D"}])
    def test_other_months_are_refused(self, spec: dict[str, Any]) -> None:
        assert "month must be a column or a number from 1 to 12" in refusal({"close_date": {"year": "Y", **spec}})

    def test_a_year_needs_a_month(self) -> None:
        assert "month may be a number from 1 to 12" in refusal({"close_date": {"year": "Y"}})


class TestConstants:
    def test_every_field_may_be_a_constant_or_fall_back_to_one(self) -> None:
        map_ = described({"condition": {"first": ["C", {"constant": 3}]}}, constants={"waterfront": False, "beds": 2})
        assert fields(map_, C="")[0].items() >= {"condition": 3, "waterfront": 0, "beds": 2}.items()
        assert fields(map_, C="4")[0]["condition"] == 4

    def test_a_wrong_constant_is_refused(self) -> None:
        assert refusal({"condition": {"constant": "x"}}) == "town: condition is not a number: x"
        assert "times is not a known key" in refusal({"condition": {"constant": 3, "times": 2}})


@pytest.mark.parametrize(
    ("price", "baths", "decimal"),
    [
        ("400 000 $", "2,5", ","),
        ("400\u00a0000\u00a0$", "2,5", ","),
        ("400\u202f000,00\u00a0$", "2,5", ","),
        ("400.000 $ CA", "2,50", ","),
        ("$ 400 000", "2,5", None),
        ("400000,00 $", "2,5", None),
    ],
)
def test_french_numbers_are_read(price: str, baths: str, decimal: str | None) -> None:
    top = {} if decimal is None else {"decimal": decimal}
    found, _ = fields(described({"baths": "B"}, **top), P=price, B=baths)
    assert (found["price_cents"], found["baths"]) == (40_000_000, 2.5)


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ({"encoding": "klingon"}, "town: encoding is klingon; the encodings are utf-8, utf-16"),
        ({"encoding": 5}, "town: encoding must be a nonempty text"),
        ({"skip": -1}, "town: skip must be the number of lines before the header, from 0 to 1,000"),
        ({"skip": True}, "town: skip must be the number of lines"),
        ({"skip": "4"}, "town: skip must be the number of lines"),
        ({"date_format": []}, "town: date_format must have from 1 to 10 formats"),
        ({"date_format": ["%m/%d/%Y", 5]}, "town: date_format must be a nonempty text"),
        ({"date_format": ["epoch", "%H"]}, "town: date_format '%H' has no year"),
    ],
)
def test_invalid_options_are_refused(top: dict[str, Any], said: str) -> None:
    assert refusal({}, **top).startswith(said)


CITY = (
    "Ventes de la ville;;;\r\n"
    "Source : rôle d'évaluation;;;\r\n"
    "\r\n"
    "Prix;Date;Âge;Rue\r\n"
    "400\u00a0000 $;31/01/2020 00:00;20;1 rue Élisée\r\n"
    "cher;31/01/2020;20;2 rue Élisée\r\n"
)
MAPPING = """
country = "CA"
currency = "CAD"
encoding = "cp1252"
skip = 3
decimal = ","
date_format = ["%d/%m/%Y"]
[columns]
price = "Prix"
close_date = "Date"
year_built = { age = "Âge" }
address = "Rue"
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    (tmp_path / "city.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path / "city.toml"


def imported(store: Store, path: Path, mapping: Path) -> SalesImported:
    return import_file(store, path, "city", str(mapping))


def test_a_real_file_is_imported_and_its_rejects_again(store: Store, tmp_path: Path, mapping: Path) -> None:
    with zipfile.ZipFile(tmp_path / "city.zip", "w") as packed:
        packed.writestr("city.csv", CITY.encode("cp1252"))
    result = imported(store, tmp_path / "city.zip", mapping)
    assert (result.stored, result.rejected, result.converted) == (1, 1, {"year_built is from an age": 1})
    rejects = tmp_path / "city.zip.rejected.csv"
    text = rejects.read_text(encoding="utf-8")
    assert text.splitlines()[1].endswith(',6,"price is not a number with the decimal mark ,: cher"')
    rejects.write_text(text.replace("cher", "1 000 $"), encoding="utf-8")
    again = imported(store, rejects, mapping)
    assert (again.stored, again.rejected) == (1, 0)
    assert [sale["address"] for sale in stored(store)] == ["1 rue Élisée", "2 rue Élisée"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("skip = 3", ""), "line 4 has them: set skip = 3 in the mapping file"),
        (("skip = 3", "skip = 4"), "line 4 has them: set skip = 3 in the mapping file"),
        (('"cp1252"', '"utf-8"'), "city.csv is not utf-8 text: correct encoding in the mapping file"),
        (('encoding = "cp1252"', ""), 'such as encoding = "cp1252" for files of Windows'),
    ],
)
def test_errors_name_the_option(tmp_path: Path, mapping: Path, change: tuple[str, str], said: str) -> None:
    mapping.write_text(MAPPING.replace(*change), encoding="utf-8")
    (tmp_path / "city.csv").write_bytes(CITY.encode("cp1252"))
    map_ = profile(str(mapping))
    with pytest.raises(BadInput) as caught:
        map_.check_table(read_table(tmp_path / "city.csv", map_.layout))
    assert said in caught.value.detail
