"""Reader for table files of any supported type."""

from pathlib import Path

from backend.app.kit.data_files.csv_table import CsvTable, read_csv
from backend.app.kit.data_files.parquet_table import MAGIC, ParquetTable, read_parquet
from backend.app.kit.data_files.text_layout import TextLayout
from backend.app.kit.errors import BadInput

TableFile = CsvTable | ParquetTable


def read_table(path: Path, layout: TextLayout | None = None) -> TableFile:
    """Read a CSV file, plain, gzipped or in a ZIP archive, or a Parquet file. Raises BadInput naming the error.

    `layout` is what a mapping states about a text file.
    """
    if not path.is_file():
        raise BadInput(f"{path} is not a file" if path.exists() else f"there is no file {path}")
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    if not start:
        raise BadInput(f"{path.name} is empty")
    return read_parquet(path) if start == MAGIC else read_csv(path, layout)
