"""Reader for table files of any supported type."""

from pathlib import Path

from backend.app.kit.data_files.csv_table import CsvTable, read_csv
from backend.app.kit.data_files.parquet_table import MAGIC, ParquetTable, read_parquet
from backend.app.kit.errors import BadInput

_ARCHIVE = b"PK\x03\x04"


TableFile = CsvTable | ParquetTable


def read_table(path: Path) -> TableFile:
    """Read a CSV file, gzipped or not, or a Parquet file. Raises BadInput naming the error."""
    if not path.is_file():
        raise BadInput(f"{path} is not a file" if path.exists() else f"there is no file {path}")
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from None
    if not start:
        raise BadInput(f"{path.name} is empty")
    if start == _ARCHIVE:
        raise BadInput(f"{path.name} is a workbook or a ZIP archive: save the sheet as CSV UTF-8")
    return read_parquet(path) if start == MAGIC else read_csv(path)
