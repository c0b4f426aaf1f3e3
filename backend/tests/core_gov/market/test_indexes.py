"""Published price indexes: loading from publishers' files, and use by markets."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from backend.app.bootstrap import Store
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.indexes import service
from backend.app.core_gov.market.indexes.service import IndexLoaded, load_index
from backend.app.core_gov.market.indexes.store import series_points
from backend.app.core_gov.market.schemas import MarketPatch
from backend.app.kit.errors import BadInput
from backend.tests.core_gov.market.made_up import END
from backend.tests.core_gov.market.on_file import CLERK, put, sale
from backend.tests.promises import promise

FHFA = ("State", "County", "FIPS code", "Year", "Annual Change (%)", "HPI", "HPI with 1990 base")
STATCAN = ("REF_DATE", "GEO", "DGUID", "New housing price indexes", "UOM", "VALUE", "STATUS")
WHOLE, HOUSE, LAND = "Total (house and land)", "House only", "Land only"


def fhfa(value: float = 100.0) -> list[tuple[object, ...]]:
    return [
        ("WA", county, code, year, "" if year == 2010 else 4.0, round(value * 1.04 ** (year - 2010), 2), "")
        for county, code in (("King", "53033"), ("Adams", "53001"))
        for year in range(2010, 2015)
    ]


def statcan() -> list[tuple[object, ...]]:
    return [
        (f"2014-{month:02}", place, "x", kind, "Index", base + month, "")
        for month in range(1, 13)
        for place in ("Canada", "Québec, Quebec")
        for kind, base in ((WHOLE, 100), (HOUSE, 99), (LAND, 103))
    ]


def write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Path:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    path.write_text(text.getvalue())
    return path


def load(store: Store, path: Path, source: str = "fhfa", *places: str) -> IndexLoaded:
    return load_index(store.db, CLERK, path, source, lambda done, total: None, places=places)


def counts(result: IndexLoaded) -> tuple[int, int, int, int]:
    return result.stored, result.updated, result.on_file, result.rejected


def test_loading_again_updates_only_revised_values(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "hpi.csv", FHFA, fhfa())
    assert counts(load(store, path)) == (10, 0, 0, 0)
    assert counts(load(store, path)) == (0, 0, 10, 0)
    revised = fhfa()
    revised[4] = (*revised[4][:5], 120.5, "")
    assert counts(load(store, write(path, FHFA, [*revised, ("WA", "King", "53033", 2015, 4, 130, "")]))) == (1, 1, 9, 0)
    points = store.db.snapshot_now(series_points, "fhfa", "53033")
    assert [point.period for point in points] == ["2010", "2011", "2012", "2013", "2014", "2015"]
    assert [point.value for point in points[4:]] == [120.5, 130.0]
    assert {point.place for point in points} == {"King, WA"}


def test_only_given_places_are_loaded(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "hpi.csv", FHFA, fhfa())
    by_code, by_name = load(store, path, "fhfa", "53033"), load(store, path, "fhfa", "adams, wa")
    assert (by_code.stored, by_code.elsewhere, by_code.series) == (5, 5, 1)
    assert by_name.stored == 5
    with pytest.raises(BadInput, match=r"hpi\.csv has no value of Elm"):
        load(store, path, "fhfa", "Elm")


def test_invalid_rows_are_rejected_with_a_reason(store: Store, tmp_path: Path) -> None:
    rows = [*fhfa(), ("WA", "King", "5303X", 2014, 1, 100, ""), ("WA", "King", "53033", "20-14", 1, 100, "")]
    rows += [("WA", "King", "53033", 2016, 1, ".", ""), ("WA", "King", "53033", 2017, 1, -4, "")]
    result = load(store, write(tmp_path / "hpi.csv", FHFA, rows))
    assert (result.stored, result.empty, result.rejected) == (10, 1, 3)
    assert result.rejected_file is not None
    reasons = [row["reason"] for row in csv.DictReader(result.rejected_file.read_text().splitlines())]
    assert reasons == [
        "the FIPS code must have five digits, not 5303X",
        "the period must be a year such as 2014, not 20-14",
        "the index must be above 0 and below 1,000,000, not -4",
    ]
    assert "1 row has no value" in result.lines()[1]


def test_statcan_as_published_and_as_parquet(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "18100205.csv", STATCAN, statcan())
    result = load(store, path, "statcan")
    assert (result.stored, result.series) == (72, 6)
    points = store.db.snapshot_now(series_points, "statcan", "Québec, Quebec")
    assert (points[0].period, points[0].value) == ("2014-01", 101.0)
    assert store.db.snapshot_now(series_points, "statcan", "Canada (land only)")[0].value == 104.0
    columns = dict[str, Any](zip(("REF_DATE", "GEO", "VALUE", "series"), _typed(), strict=True))
    write_parquet(Table.from_pydict(columns), str(tmp_path / "nhpi.parquet"))
    assert counts(load(store, tmp_path / "nhpi.parquet", "statcan")) == (0, 0, 72, 0)


def _typed() -> list[Array]:
    rows = statcan()
    text, number = DataType.utf8(), DataType.float64()
    return [
        Array([f"{row[0]}-01" for row in rows], type=text),
        Array([row[1] for row in rows], type=text),
        Array([float(str(row[5])) for row in rows], type=number),
        Array([row[3] for row in rows], type=text),
    ]


@promise(
    "Markets",
    "A published index (FHFA, StatCan) is used where it is more precise about the last year, once it was published.",
)
def test_a_table_whose_kinds_were_mixed_up_is_refused(store: Store, tmp_path: Path) -> None:
    """For example, kinds assigned by row order while a row was missing."""
    other = {WHOLE: LAND, LAND: HOUSE, HOUSE: WHOLE}
    rows = [(*row[:3], other[str(row[3])], *row[4:]) for row in statcan()]
    with pytest.raises(BadInput, match="in 24 of 24 months the index of house and land is not between"):
        load(store, write(tmp_path / "x.csv", STATCAN, rows), "statcan")
    assert store.db.snapshot_now(series_points, "statcan", "Canada") == []


@pytest.mark.parametrize(
    ("header", "rows", "source", "sentence"),
    [
        (STATCAN, statcan(), "fhfa", "x.csv has no column state and no column county and"),
        (FHFA, fhfa(), "statcan", "x.csv has no column ref date and no column geo and"),
        (
            FHFA,
            [*fhfa(), ("WA", "King", "53033", 2014, 1, 99, "")],
            "fhfa",
            "x.csv has two values of King, WA for 2014",
        ),
        (FHFA, [], "fhfa", "x.csv has no value of any place"),
        (FHFA, fhfa(), "zillow", "source must be one of fhfa, statcan, not zillow"),
    ],
)
def test_a_file_in_another_layout_is_refused(
    store: Store, tmp_path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]], source: str, sentence: str
) -> None:
    with pytest.raises(BadInput) as error:
        load(store, write(tmp_path / "x.csv", header, rows), source)
    assert error.value.detail.startswith(sentence)


@promise(
    "Markets",
    "A published index (FHFA, StatCan) is used where it is more precise about the last year, once it was published.",
)
def test_a_market_with_few_sales_uses_its_linked_series(store: Store, tmp_path: Path) -> None:
    put(store.db, "elm", [sale(number) for number in range(4)])
    own = service.index_of(store.db, "elm", END)
    assert "4 sales of this market" in own.source
    store.db.write_now(CLERK, markets.patch_market, "elm", MarketPatch.model_validate({"index_series": "fhfa:53033"}))
    assert service.index_of(store.db, "elm", END).source == own.source
    load(store, write(tmp_path / "hpi.csv", FHFA, fhfa()))
    after = service.index_of(store.db, "elm", END + 60)
    assert "King, WA, 2010 to 2014" in after.source
    assert service.index_of(store.db, "elm", END + 60) is after
    load(store, write(tmp_path / "hpi.csv", FHFA, fhfa(200.0)))
    assert service.index_of(store.db, "elm", END + 60) is not after
