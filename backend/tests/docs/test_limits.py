"""The limits in the docs are those in the code."""

from backend.app.core_gov.mls import client
from backend.app.core_gov.mls.paging import walk
from backend.app.kit import strict_json
from backend.app.kit.archive import tables, zip_file
from backend.app.kit.data_files import csv_table, parquet_pages, parquet_table, source_rows, toml_file
from backend.tests.harness import ROOT
from backend.tests.promises import promise

MB = 2**20


def row(name: str) -> str:
    lines = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").splitlines()
    (found,) = (line for line in lines if line.startswith(f"| {name} |"))
    return found


@promise("Command line", "Input files are read within limits, in time proportional to their size.")
def test_documented_input_limits_match_the_code() -> None:
    said = {
        "request body": [f"{strict_json.MAX_BYTES:,} bytes", f"at most {strict_json.MAX_DEPTH} deep"],
        "a row of a CSV file, compressed or not": [
            f"{csv_table.MAX_ROW:,} characters",
            f"{csv_table.MAX_COLUMNS:,} columns",
        ],
        "a Parquet file": [
            f"{parquet_pages.MAX_ROWS:,} rows",
            f"{parquet_pages.MAX_FOOTER:,} bytes",
            f"a page {parquet_pages.MAX_PAGE // MB} MB",
            f"all columns {parquet_pages.MAX_OPEN // MB} MB",
            f"{parquet_table.MAX_MEMORY // 1024**3} GB of address space",
        ],
        "mapping files, `feeds.toml`": [
            f"{toml_file.MAX_BYTES:,} bytes",
            f"at most {toml_file.MAX_DEPTH} deep",
            f"{toml_file.MAX_TEXT:,} characters",
            f"the name of a source {source_rows.MAX_SOURCE} characters",
        ],
        "an archive": [f"ZIP directory of {zip_file.MAX_DIRECTORY // MB} MB", f"lines of {tables.MAX_LINE:,} bytes"],
        "a response of an MLS server": [
            f"{client.MAX_BYTES // MB} MB uncompressed",
            f"{client.MAX_VALUES:,} values",
            f"{client.MAX_S:.0f} seconds",
        ],
        "a sync run": [
            f"{walk.MAX_IDLE} consecutive responses",
            f"{walk.MAX_RECORDS:,} records",
            f"{client.MAX_REQUESTS:,} requests",
            f"{client.MAX_RUN_S / 3600:.0f} hours",
        ],
    }
    for name, limits in said.items():
        for limit in limits:
            assert limit in row(name)
