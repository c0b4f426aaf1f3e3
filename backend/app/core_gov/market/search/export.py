"""CSV export of sales."""

import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, cast

from backend.app.core_gov.market.search import service
from backend.app.core_gov.market.search.schemas import SaleFilter, SaleItem
from backend.app.kit.data_files.csv_safety import cell
from backend.app.kit.db import Database, ReadSnapshot
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile, whole_file
from backend.app.kit.output.progress import ReportProgress

MAX_ROWS_PER_EXPORT = 100_000
"""Maximum number of sales in a response; a file has no limit."""

_COLUMNS = tuple(SaleItem.model_fields)


def sales_csv(db: Database, query: SaleFilter) -> bytes:
    """Return the matching sales as CSV, oldest first. Raises BadInput if there are too many for a response."""
    with db.open_snapshot() as moment:
        search = service.prepared_search(moment, query)
        count = service.count(moment, search)
        if count > MAX_ROWS_PER_EXPORT:
            raise BadInput(
                f"{count:,} sales match, and a response has at most {MAX_ROWS_PER_EXPORT:,}: "
                "narrow the search, or export them on the server with valhalla market export-sales"
            )
        return b"".join(part for part, _ in _parts(moment, search))


def export_sales(db: Database, query: SaleFilter, output: OutputFile, progress: ReportProgress) -> int:
    """Write the matching sales to a file, gzipped if its name ends in .gz; return how many.

    Raises BadInput if the search is not valid.
    """
    done = 0
    with db.open_snapshot() as moment, ExitStack() as stack:
        search = service.prepared_search(moment, query)
        total = service.count(moment, search)
        temp = stack.enter_context(whole_file(output, private=True))
        file = stack.enter_context(_opened(temp, packed=output.path.suffix == ".gz"))
        for part, count in _parts(moment, search):
            file.write(part)
            done += count
            progress(done, total)
    return done


def _opened(path: Path, *, packed: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "wb")) if packed else path.open("wb")


def _parts(moment: ReadSnapshot, search: service.PreparedSearch) -> Iterator[tuple[bytes, int]]:
    """Yield chunks of CSV and the number of sales in each."""
    columns = _COLUMNS if search.near else _COLUMNS[:-1]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for sales in service.chunks(moment, search):
        writer.writerows([cell(_cell_value(sale, column)) for column in columns] for sale in sales)
        yield text.getvalue().encode(), len(sales)
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode(), 0


def _cell_value(sale: dict[str, Any], column: str) -> Any:
    """Return the value of a column; for flags, the names of those in force."""
    if column == "flags":
        return " ".join(flag["flag"] for flag in sale["flags"] if flag["lifted"] is None)
    return sale.get(column)
