"""Encoding of rows as CSV text, in portions."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | float


def csv_portions(columns: Sequence[str], portions: Iterable[Sequence[Sequence[Cell]]]) -> Iterator[tuple[bytes, int]]:
    """Yield the CSV text of each portion of rows in UTF-8, with its number of rows; first the header, with 0.

    Pass each value through `csv_safety.cell` first.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    yield text.getvalue().encode(), 0
    for rows in portions:
        text.seek(0)
        text.truncate()
        writer.writerows(rows)
        yield text.getvalue().encode(), len(rows)
