"""Batches converted by column give exactly what their rows give one after the other."""

import math
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.market.importing.import_sales import NoSale, SalesImported, _SaleBatchReader
from backend.app.core_gov.market.importing.profiles import SaleReader, profile
from backend.app.core_gov.market.importing.record_map import RecordMap, compile_map
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED, SaleTerms
from backend.app.core_gov.market.sale import Sale
from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.rejects import Rejects
from backend.tests.core_gov.market.files import house
from backend.tests.promises import promise

COLUMNS: tuple[str, ...] = (
    *("id", "price", "sold", "signed", "area", "lot", "unit", "beds", "baths", "year", "new", "age", "lat", "long"),
    *("kind", "parcel", "street", "number", "zip", "zone", "terms", "state", "level"),
)

MAPS: tuple[dict[str, Any], ...] = (
    {"key": ["id", "@close_date"]},
    {"key": ["@parcel"], "only": {"state": ["Closed", "Sold"]}, "decimal": ".", "nulls": ["?"]},
    {"key": ["id"], "date_format": ["%d/%m/%Y", "%Y-%m"]},
    {"key": ["@living_sqft"]},
    {"key": ["id", "@price"]},
    {},
)


def map_of(more: dict[str, Any]) -> RecordMap:
    return compile_map(
        {
            "name": "county",
            "columns": {
                "year_built": {"first": ["year", {"age": "age"}]},
                "price": "price",
                "close_date": "sold",
                "contract_date": {"column": "signed", "optional": True},
                "living_sqft": {"column": "area", "unit": "m2", "times": 1},
                "lot_sqft": {"column": "lot", "unit_column": "unit"},
                "beds": "beds",
                "baths": {"sum": ["baths", "level"]},
                "year_renovated": "new",
                "latitude": "lat",
                "longitude": "long",
                "property_type": {"column": "kind", "values": {"SFR": "single_family"}},
                "parcel": {"column": "parcel", "width": 4},
                "address": {"join": ["number", "street"]},
                "postal": "zip",
                "area": "zone",
                "terms": "terms",
                "view": "level",
            },
            "constants": {"grade": 7, "floors": 0},
            **more,
        },
        KINDS,
        REQUIRED,
        "county.toml",
    )


USUAL: dict[str, tuple[str, ...]] = {
    "price": ("300000", "$1,250,000", "C$5"), "sold": ("2020-05-01", "2021-02-28", "05/11/2020", "2020-03"),
    "signed": ("2020-04-01", "2021-12-31"), "area": ("120", "0", "1500 sqft"), "lot": ("5000", "0.5 ac", "50 x 100"),
    "unit": ("sqft", "acres"), "beds": ("3", "0", "3+1"), "baths": ("2", "1.5"), "year": ("1990", "0", "2024"),
    "new": ("2001", "1950"), "age": ("30",), "lat": ("47.5", "0", "47.51"), "long": ("-122.2", "0", "122.2"),
    "kind": ("SFR", "Condo"), "parcel": ("12", "0012", "A-9"), "street": ("Main St", "Élan"), "number": ("12", "12.0"),
    "zip": ("98178", "2139", "M5V"), "zone": ("A1",),
    "terms": ("cash",), "state": ("Closed", "Active"), "level": ("1",),
}  # fmt: skip
ODD = st.sampled_from((
    "", "NaN", "-0", "-0.0", "x", "1e400", "'007", "1.2E+10",
    "5-Mar", "\ud800", "\0", "a" * 101, "t" * 2001, "-5",
    "0", "null", "1899-12-31", "2999-01-01", "ł", '"q"', "1,5", "12345678", "yes", "1.5 sqm",
))  # fmt: skip


def cell_of(column: str) -> st.SearchStrategy[str]:
    usual = USUAL.get(column, ("1", "2", "3", "4"))
    return st.one_of(*[st.sampled_from(usual)] * 12, ODD)


TEXTS = st.lists(st.tuples(*map(cell_of, COLUMNS)).map(list), min_size=1, max_size=8)
VALUES = st.sampled_from((
    None, 0, 1, 3, 1.0, 0.0, -0.0, math.nan, 2020.0, True, "3", "", 47.5, -122.2, 98178, [1], ["a", "b"],
))  # fmt: skip
TYPED = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from((300_000, 250_000.5, None)),
        st.sampled_from((date(2020, 5, 1), datetime(2020, 5, 1, 12, 30, tzinfo=UTC), None)),
        *[VALUES] * (len(COLUMNS) - 3),
    ).map(list),
    min_size=1,
    max_size=8,
)


class _Rejects:
    def __init__(self) -> None:
        self.added: list[tuple[Any, ...]] = []

    def add(self, number: int, cells: Sequence[Any], why: object) -> None:
        self.added.append((number, repr(cells), repr(why)))


def converted(map_: RecordMap, batches: Sequence[Sequence[list[Any]]], *, by_column: bool) -> tuple[Any, ...]:
    """Return everything that converting batches makes, in a form that tells zeros and types apart."""
    result, rejects = SalesImported(0), _Rejects()
    reader = SaleReader(map_, SaleTerms("US", "USD", "2026-11-30"))
    batch_reader = _SaleBatchReader(COLUMNS, frozenset({"number"}), reader, result)
    if not by_column:
        batch_reader._by_column = None
    made: list[Sale | NoSale] = []
    number = 1
    for rows in batches:
        numbered = [TableRow(number + at, cells, "short" if cells[0] == "4" else None) for at, cells in enumerate(rows)]
        number += len(rows)
        made += batch_reader.batch(numbered, cast(Rejects, rejects))
    sales = [[repr(getattr(each, f.name)) for f in fields(each)] if isinstance(each, Sale) else each for each in made]
    counts = (result.passed_over, result.warnings, result.converted, result.left_out)
    return sales, rejects.added, repr(counts)


@promise("Market data", "Sales converted by column are the same as row by row: values, keys, rejected rows and counts.")
@given(batches=st.lists(TEXTS, min_size=1, max_size=3), more=st.sampled_from(MAPS))
@settings(max_examples=40, deadline=None)
def test_texts_are_converted_as_row_by_row(batches: list[list[list[str]]], more: dict[str, Any]) -> None:
    map_ = map_of(more)
    assert converted(map_, batches, by_column=True) == converted(map_, batches, by_column=False)


@given(batches=st.lists(TYPED, min_size=1, max_size=2), more=st.sampled_from(MAPS[:3]))
@settings(max_examples=30, deadline=None)
def test_typed_values_are_converted_as_row_by_row(batches: list[list[list[Any]]], more: dict[str, Any]) -> None:
    map_ = map_of(more)
    assert converted(map_, batches, by_column=True) == converted(map_, batches, by_column=False)


def test_usual_rows_are_converted_by_column() -> None:
    """The shortcut is taken: without it, the others would hold as well."""
    rows = [house(number) for number in range(20)]
    map_ = profile("king-county")
    reader = _SaleBatchReader(
        tuple(rows[0]), frozenset(), SaleReader(map_, SaleTerms("US", "USD", "2026-11-30")), SalesImported(0)
    )
    assert reader._by_column is not None
    made = reader._by_column.sales([TableRow(at, [str(cell) for cell in row.values()]) for at, row in enumerate(rows)])
    assert all(isinstance(each, Sale) for each in made)
