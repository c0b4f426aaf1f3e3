"""Marks that spreadsheets leave in texts they took for numbers or dates: `1.23457E+11`, `5-Mar`, `12.0`."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from backend.app.kit.data_files.cells import unwrapped
from backend.app.kit.data_files.table_file import TableFile
from backend.app.kit.errors import BadInput

MAX_IDENTIFYING_SHARE, MAX_ADDRESS_SHARE = 0.01, 0.5
"""Shares above which a file is refused: of changed values in a column of parcel, deed or key, and of rows with changed
house or unit numbers."""

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|f[eé]vr?|mars|avr|mai|juin|juil|ao[uû]t?|sept|d[eé]c)\.?"
)
_MANGLED = re.compile(
    rf"\d(?:[.,]\d+e\+?|e\+)\d{{1,3}}|\d{{1,2}}-{_MONTH}(?:-\d{{2,4}})?|{_MONTH}-\d{{2}}|#{{3,}}", re.IGNORECASE
)
_WHOLE = re.compile(r"\d+", re.ASCII)
_WITH_ZERO = re.compile(r"(\d+)\.0", re.ASCII)


def is_mangled(text: str) -> bool:
    """Return whether a text is a number in scientific notation, or a day without a year, so another text is lost."""
    return bool(_MANGLED.fullmatch(text.strip()))


@dataclass(slots=True)
class _ColumnMarks:
    """Counts of the values of a column: all, changed ones, and whole numbers without and with `.0` after them."""

    values: int = 0
    mangled: int = 0
    whole: int = 0
    with_zero: int = 0
    example: str = ""

    def note(self, value: Any) -> None:
        text = unwrapped(value)
        self.values += 1
        if _WHOLE.fullmatch(text):
            self.whole += 1
        elif _WITH_ZERO.fullmatch(text):
            self.with_zero += 1
        elif is_mangled(text):
            self.mangled += 1
            self.example = self.example or text


def whole_number_columns(
    table: TableFile, identifying: Collection[str], address_parts: Iterable[str]
) -> frozenset[str]:
    """Return the columns of whole numbers of which some are written like `12.0`.

    Reads the file once. Raises BadInput for a column whose texts a spreadsheet has changed.
    """
    limits = dict.fromkeys(address_parts, MAX_ADDRESS_SHARE) | dict.fromkeys(identifying, MAX_IDENTIFYING_SHARE)
    marks = {table.columns.index(column): _ColumnMarks() for column in limits if column in table.columns}
    for row in table.rows() if marks else ():
        for at, found in marks.items():
            value = row.cells[at]
            if isinstance(value, str) and value:
                found.note(value)
    for at, found in marks.items():
        column = table.columns[at]
        of = found.values if column in identifying else table.count
        if found.mangled > limits[column] * of:
            raise BadInput(
                f"{table.path.name}: a spreadsheet has changed {found.mangled:,} of the {of:,} values of "
                f"{column}, for example to {found.example}, so different ones look the same: export the "
                "column as text, or leave it out of the mapping"
            )
    whole = [at for at, found in marks.items() if found.with_zero and found.whole + found.with_zero == found.values]
    return frozenset(table.columns[at] for at in whole)


def without_zeros(cells: Sequence[Any], places: Iterable[int]) -> list[Any]:
    """Return the cells with `12.0` as `12` in these places."""
    found = list(cells)
    for at in places:
        if isinstance(found[at], str) and (number := _WITH_ZERO.fullmatch(unwrapped(found[at]))):
            found[at] = number[1]
    return found
