"""Suggested mappings for made-up files of counties."""

import csv
import io
import random
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store
from backend.app.core_gov.market.importing.record_map import compile_map
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED
from backend.app.core_gov.market.suggestion.suggest import suggest_mapping
from backend.app.kit.errors import BadInput
from backend.tests.core_gov.market.files import import_file
from backend.tests.promises import promise

ROWS = 60
Cell = Callable[[random.Random, int], Any]


def day(form: str) -> Cell:
    return lambda rng, at: (date(2018, 1, 1) + timedelta(days=13 * at)).strftime(form)


def among(*words: Any) -> Cell:
    return lambda rng, at: rng.choice(words)


def between(low: int, high: int, form: str = "{}") -> Cell:
    return lambda rng, at: form.format(rng.randint(low, high))


def numbered(form: str, first: int = 1) -> Cell:
    return lambda rng, at: form.format(first + 37 * at)


def text_of(layout: dict[str, Cell], delimiter: str = ",") -> str:
    rng, text = random.Random(5), io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(layout)
    writer.writerows([cell(rng, at) for cell in layout.values()] for at in range(ROWS))
    return text.getvalue()


def suggested(path: Path, content: bytes) -> tuple[str, dict[str, Any]]:
    path.write_bytes(content)
    text = suggest_mapping(path)
    found = tomllib.loads(text)
    compile_map(found, KINDS, REQUIRED, "suggested")
    return text, found


def with_extra(text: str) -> dict[str, Any]:
    """Return a mapping with the further columns that it has as comments."""
    before, _, after = text.partition("# [extra]\n")
    lines = [line.removeprefix("# ") for line in after.splitlines() if not line.startswith("# Not used")]
    return tomllib.loads("\n".join([before, "[extra]", *lines]))


COUNTY = {
    "APN": numbered("{:010d}"),
    "SITUS ADDRESS": numbered("{} ELM ST"),
    "SITUS CITY": among("AUBURN", "KENT"),
    "SITUS ZIP": among("98001", "98032"),
    "SALE DATE": day("%m/%d/%Y 12:00:00 AM"),
    "SALE PRICE": between(200, 900, "${},000"),
    "BLDG SF": between(800, 4000),
    "LOT ACRES": between(10, 99, "0.{}"),
    "BEDROOMS": between(1, 5),
    "FULL BATHS": between(1, 3),
    "HALF BATHS": between(0, 1),
    "YR BLT": between(1900, 2015),
    "QUALITY": between(1, 13),
    "GARAGE SPACES": between(0, 3),
    "ROOF": among("Tile", "Shake", "Metal"),
    "LATITUDE": between(4700, 4799, "47.{}"),
    "LONGITUDE": between(1000, 9999, "-122.{}"),
}
QUEBEC = {
    "Matricule": numbered("{:010d}"),
    "Adresse": numbered("{}, rue Élisée"),
    "Ville": among("Québec", "Lévis"),
    "Code postal": among("G1R 2B5", "G6V 3P5"),
    "Date de vente": day("%d/%m/%Y"),
    "Prix de vente": between(200, 900, "{}\u00a0000,00 $"),
    "Superficie habitable (m2)": between(60, 300, "{},5"),
    "Superficie du terrain (m2)": between(300, 900, "{},25"),
    "Chambres": between(1, 5),
    "Salles de bains": among("1", "1,5", "2,5"),
    "Année de construction": between(1900, 2015),
}
FLAT = {
    "OBJECTID": numbered("{}"),
    "FolioNumber": numbered("{}", 100_000_000),
    "ConsiderationAmt": between(100_000, 900_000),
    "SaleDate": lambda rng, at: 1_500_000_000_000 + 86_400_000 * 13 * at,
    "HeatedArea": between(900, 3000),
    "Age": between(0, 90),
    "Stories": among(1, 2),
    "POINT_X": between(1_200_000, 1_300_000),
    "POINT_Y": between(100_000, 300_000),
    "QualCode": among("Q", "U"),
}
YEARS = {
    "year sold": between(2008, 2015),
    "price": between(100_000, 900_000),
    "living area sqm": between(60, 250),
    "condition": among("Poor", "Fair", "Average", "Good", "V. odd"),
    "BLOCK": between(1, 900),
    "LOT": between(1, 90),
    "longitude": between(1000, 9999, "93.{}"),
    "latitude": between(1000, 9999, "42.{}"),
}


@promise(
    "Market data",
    "`valhalla market import-sales FILE --suggest` prints a mapping that can be used, and says what is not certain.",
)
def test_a_county_with_usual_names(tmp_path: Path) -> None:
    text, found = suggested(tmp_path / "a.csv", text_of(COUNTY).encode())
    assert {name: value for name, value in found.items() if name != "columns"} == {
        "country": "US",
        "currency": "USD",
        "key": ["@parcel", "@close_date"],
    }
    assert found["columns"] == {
        "price": "SALE PRICE",
        "close_date": {"column": "SALE DATE", "date_format": "%m/%d/%Y"},
        "parcel": "APN",
        "living_sqft": "BLDG SF",
        "lot_sqft": {"column": "LOT ACRES", "unit": "acres"},
        "beds": "BEDROOMS",
        "baths": {"sum": ["FULL BATHS", {"column": "HALF BATHS", "times": 0.5}]},
        "year_built": "YR BLT",
        "grade": "QUALITY",
        "address": "SITUS ADDRESS",
        "latitude": "LATITUDE",
        "longitude": "LONGITUDE",
        "city": "SITUS CITY",
        "postal": "SITUS ZIP",
    }
    assert "# Of 60 sampled rows, 60 are read as sales." in text
    extra = with_extra(text)["extra"]
    assert extra == {"garage_spaces": "GARAGE SPACES", "roof": {"column": "ROOF", "categorical": True}}
    compile_map(with_extra(text), KINDS, REQUIRED, "suggested")


def test_a_french_file_of_windows_with_lines_before_the_header(tmp_path: Path) -> None:
    content = "Ventes de la ville;;\r\nRôle 2020\r\n\r\n" + text_of(QUEBEC, ";")
    text, found = suggested(tmp_path / "a.csv", content.encode("cp1252"))
    columns = found.pop("columns")
    assert found == {
        "country": "CA",
        "currency": "CAD",
        "encoding": "cp1252",
        "skip": 3,
        "decimal": ",",
        "key": ["@parcel", "@close_date"],
    }
    assert columns["price"] == "Prix de vente"
    assert columns["close_date"] == {"column": "Date de vente", "date_format": "%d/%m/%Y"}
    assert columns["living_sqft"] == {"column": "Superficie habitable (m2)", "unit": "m2"}
    assert columns["lot_sqft"] == {"column": "Superficie du terrain (m2)", "unit": "m2"}
    assert (columns["baths"], columns["beds"]) == ("Salles de bains", "Chambres")
    assert (columns["city"], columns["postal"]) == ("Ville", "Code postal")
    assert columns["year_built"] == "Année de construction"
    assert "# not sure: the file is not UTF-8; check the letters with accents as cp1252" in text
    assert "# Of 60 sampled rows, 60 are read as sales." in text


def test_a_service_of_maps(tmp_path: Path) -> None:
    text, found = suggested(tmp_path / "a.csv", text_of(FLAT).encode())
    columns = found["columns"]
    assert columns["close_date"] == {"column": "SaleDate", "date_format": "epoch_ms"}
    assert columns["year_built"] == {"age": "Age"}
    assert (columns["price"], columns["living_sqft"], columns["floors"]) == (
        "ConsiderationAmt",
        "HeatedArea",
        "Stories",
    )
    assert "latitude" not in columns
    assert "# not sure: POINT_X (x) and POINT_Y (y) are map coordinates: name them here and set crs at the top" in text
    assert "# not sure: these numbers look like times since 1970 in UTC" in text
    assert "# not sure: this is taken as the age at the sale, not today" in text
    assert "# Of 60 sampled rows, 60 are read as sales." in text


def test_what_is_not_certain_is_said(tmp_path: Path) -> None:
    text, found = suggested(tmp_path / "a.csv", text_of(YEARS).encode())
    columns = found["columns"]
    assert columns["close_date"] == {"year": "year sold", "month": 12}
    assert columns["living_sqft"] == {"column": "living area sqm", "unit": "m2"}
    assert columns["condition"]["values"] == {"Poor": 2, "Fair": 3, "Average": 5, "Good": 7}
    assert columns["parcel"] == "{BLOCK}-{LOT}"
    assert columns["longitude"] == {"column": "longitude", "times": -1}
    for doubt in (
        "no postal code tells the country and the currency",
        "only the year of the sale is known; with month = 12, no value uses a sale that had not closed",
        "without a number: V. odd",
        "these columns together seem to be the parcel",
        "the minus sign of the west seems to be missing",
    ):
        assert f"# not sure: {doubt}" in text


@pytest.mark.parametrize(
    ("name", "cell", "value", "doubt"),
    [
        ("sold", day("%d/%m/%Y"), {"column": "sold", "date_format": "%d/%m/%Y"}, None),
        ("sold", day("%Y%m%d"), "sold", None),
        ("sold", day("%d-%b-%y"), {"column": "sold", "date_format": "%d-%b-%y"}, "the year has two digits"),
        ("sold", numbered("{}", 43_000), "sold", None),
        (
            "sold",
            lambda rng, at: f"0{1 + at % 9}/0{1 + at % 7}/2019",
            None,
            "%d/%m/%Y fits as well: which is the month?",
        ),
        (
            "sold",
            lambda rng, at: day("%Y-%m-%d" if at % 3 else "%m/%d/%Y")(rng, at),
            {"column": "sold", "date_format": ["%m/%d/%Y", "%Y-%m-%d"]},
            None,
        ),
    ],
)
def test_days_in_usual_forms(tmp_path: Path, name: str, cell: Cell, value: Any, doubt: str | None) -> None:
    text, found = suggested(tmp_path / "a.csv", text_of({"price": between(100_000, 900_000), name: cell}).encode())
    given = found["columns"]["close_date"]
    if isinstance(value, dict) and isinstance(value["date_format"], list):
        assert sorted(given["date_format"]) == sorted(value["date_format"])
    elif value is not None:
        assert given == value
    assert "# Of 60 sampled rows, 60 are read as sales." in text
    assert doubt is None or f"# not sure: {doubt}" in text


def test_a_parquet_file(tmp_path: Path) -> None:
    days = Array([17_000 + at for at in range(ROWS)], DataType.int32()).cast(DataType.date32())
    prices = Array([300_000.5 + at for at in range(ROWS)], DataType.float64())
    ids = Array([at // 2 for at in range(ROWS)], DataType.int64())
    write_parquet(Table.from_pydict({"SoldOn": days, "SoldPrice": prices, "Id": ids}), str(tmp_path / "a.parquet"))
    text = suggest_mapping(tmp_path / "a.parquet")
    assert tomllib.loads(text)["columns"] == {"price": "SoldPrice", "close_date": "SoldOn", "parcel": "Id"}
    assert "# not sure: its values recur, as those of a parcel that is sold again" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a.csv is empty"),
        (b"\x7fELF\x00\x81\x8d\xd8\x00", "a.csv is not UTF-8 text: save it as UTF-8"),
        (b"a,b\n1,2\n", "a.csv: no column looks like price; its columns are a, b: write the mapping by hand"),
        (b"price,b\n300000,2\n", "a.csv: no column looks like close_date; its columns are price, b"),
        (b"price,date\n", "a.csv: no column looks like price"),
        (b"price,date\n300000,soon\n", "a.csv: no column looks like close_date"),
        (b"a,a\n1,2\n", "a.csv has two columns named a"),
        (b"price,date,b\n1,2," + 140_000 * b"x" + b"\n", "a.csv is not CSV near line 2: field larger than field limit"),
    ],
)
def test_a_file_without_sales_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        suggested(tmp_path / "a.csv", content)
    assert caught.value.detail.startswith(said)


def test_the_suggestion_is_imported(store: Store, tmp_path: Path) -> None:
    text, _ = suggested(tmp_path / "a.csv", text_of(COUNTY).encode())
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert import_file(store, tmp_path / "a.csv", "town", str(tmp_path / "a.toml")).stored == ROWS


NAMES = st.sampled_from([*COUNTY, *QUEBEC, *FLAT, *YEARS, "a b", 'quote"', "{brace}", "é\n", "x\x7f", "[extra]", "1"])
CELLS = st.sampled_from(
    ["", "1", "2,5", "300 000 $", "1/31/2020", "Q", "-", "47.5", "1e3", "é\n#", "2020-01-31", "9" * 30]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=8, unique=True), st.data())
def test_any_file_gives_a_valid_mapping_or_a_sentence(tmp_path: Path, names: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=6))
    text = io.StringIO()
    csv.writer(text).writerows([["price", "date", *names], *(["350000", "2020-01-31", *row] for row in rows)])
    try:
        text_, _ = suggested(tmp_path / "a.csv", text.getvalue().encode())
    except BadInput:
        return
    compile_map(with_extra(text_), KINDS, REQUIRED, "suggested")
