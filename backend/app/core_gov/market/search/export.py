"""CSV export of sales."""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from pydantic import ValidationError

from backend.app.core_gov.exports.list_export import EVERYONE
from backend.app.core_gov.market.search import service
from backend.app.core_gov.market.search.schemas import SaleFilter, SaleItem
from backend.app.kit.data_files.csv_safety import cell
from backend.app.kit.data_files.csv_text import Cell, csv_portions
from backend.app.kit.db import Database, ReadSnapshot
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import faults_of
from backend.app.kit.output.output_file import OutputFile, whole_file
from backend.app.kit.output.progress import ReportProgress

_COLUMNS = tuple(SaleItem.model_fields)


@dataclass(frozen=True, slots=True)
class SalesExport:
    """The sales of a search as CSV, oldest first."""

    name: str = "sales"
    role: str = EVERYONE

    def csv(self, tx: ReadSnapshot, wanted: dict[str, Any]) -> Iterator[tuple[bytes, int]]:
        """Yield the matching sales in portions. Raises BadInput if the search is not valid."""
        return _parts(tx, _search(tx, wanted))

    def total(self, tx: ReadSnapshot, wanted: dict[str, Any]) -> int:
        """Return the number of matching sales. Raises BadInput if the search is not valid."""
        return service.count(tx, _search(tx, wanted))


def _search(tx: ReadSnapshot, wanted: dict[str, Any]) -> service.PreparedSearch:
    try:
        query = SaleFilter.model_validate(wanted)
    except ValidationError as error:
        raise BadInput.of(faults_of(error)) from None
    return service.prepared_search(tx, query)


SALES_CSV = SalesExport()


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
    chunks = service.chunks(moment, search)
    return csv_portions(columns, ([_cells(sale, columns) for sale in sales] for sales in chunks))


def _cells(sale: dict[str, Any], columns: Sequence[str]) -> list[Cell]:
    return [cell(_cell_value(sale, column)) for column in columns]


def _cell_value(sale: dict[str, Any], column: str) -> Any:
    """Return the value of a column; for flags, the names of those in force."""
    if column == "flags":
        return " ".join(flag["flag"] for flag in sale["flags"] if flag["lifted"] is None)
    return sale.get(column)
