"""Files of published price indexes: layouts, parsing and checks."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from backend.app.core_gov.market.indexes.store import IndexRow
from backend.app.kit.data_files.cells import number
from backend.app.kit.errors import BadInput
from backend.app.kit.strict_json import check_text
from backend.app.kit.text import list_names, shorten, word_key

NOT_PUBLISHED = frozenset({"", ".", "..", "...", "x", "f"})
"""Spellings of a missing figure, by publisher convention."""

WHOLE, PARTS = "total (house and land)", ("house only", "land only")
"""StatCan's series: house and land together, and each alone."""

BETWEEN = 0.95
"""Minimum share of months in which the whole must lie between its parts; below it, the series were mixed up."""

MAX_PLACE = 150
_ROUNDING = 0.15
_YEAR = re.compile(r"(19|20)\d\d")
_MONTH = re.compile(r"((19|20)\d\d-(0[1-9]|1[0-2]))(-01)?")
_FIPS = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a publisher's file; each has alternative names."""

    columns: Mapping[str, tuple[str, ...]]

    def positions(self, file: str, header: Sequence[str]) -> dict[str, int]:
        """Return the position of each column. Raises BadInput if one is missing."""
        at = {word_key(name): place for place, name in enumerate(header)}
        found = {part: next((at[name] for name in names if name in at), None) for part, names in self.columns.items()}
        missing = [self.columns[part][0] for part, place in found.items() if place is None]
        if missing:
            raise BadInput(
                f"{file} has no column {' and no column '.join(missing)}; its columns are {list_names(header)}"
            )
        return {part: place for part, place in found.items() if place is not None}


LAYOUTS = {
    "fhfa": Layout(
        {
            "state": ("state",),
            "county": ("county",),
            "code": ("fips code", "fips"),
            "period": ("year",),
            "value": ("hpi",),
        }
    ),
    "statcan": Layout(
        {
            "period": ("ref date",),
            "place": ("geo",),
            "kind": ("new housing price indexes", "series"),
            "value": ("value",),
        }
    ),
}


def cell_text(cell: Any) -> str:
    """Return a cell as text, also from a file with typed numbers."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def point_of(source: str, cells: Mapping[str, str]) -> IndexRow | None:
    """Return the point in a row of a publisher's file; None without a figure. Raises BadInput if it is not valid."""
    value = _value(cells["value"])
    series, place = _fhfa(cells) if source == "fhfa" else _statcan(cells)
    check_text(place, "the place")
    period = _period(cells["period"], _YEAR if source == "fhfa" else _MONTH)
    return None if value is None else IndexRow(series, period, value, place)


def _value(text: str) -> float | None:
    if text.casefold() in NOT_PUBLISHED:
        return None
    try:
        found = number(text)
    except ValueError as error:
        raise BadInput(f"the index {error}") from None
    if found is not None and not 0 <= found < 1e6:
        raise BadInput(f"the index must be above 0 and below 1,000,000, not {text}")
    return float(found) if found else None  # some copies of the tables have 0 for unpublished figures


def _period(text: str, form: re.Pattern[str]) -> str:
    found = form.fullmatch(text)
    if found is None:
        kind = "year such as 2014" if form is _YEAR else "month such as 2014-05"
        raise BadInput(f"the period must be a {kind}, not {shorten(text)}")
    return found[0] if form is _YEAR else found[1]


def _fhfa(cells: Mapping[str, str]) -> tuple[str, str]:
    code = cells["code"]
    if not _FIPS.fullmatch(code):
        raise BadInput(f"the FIPS code must have five digits, not {shorten(code)}")
    place = f"{cells['county']}, {cells['state']}"
    if len(place) > MAX_PLACE:
        raise BadInput(f"the county and its state have more than {MAX_PLACE} characters")
    return code.zfill(5), place


def _statcan(cells: Mapping[str, str]) -> tuple[str, str]:
    place, kind = cells["place"], cells["kind"]
    if kind.casefold() not in {WHOLE, *PARTS}:
        raise BadInput(f"the index must be of Total (house and land), House only or Land only, not {shorten(kind)}")
    if not place or len(place) > MAX_PLACE:
        raise BadInput("the place is missing or has more than 150 characters")
    name = place if kind.casefold() == WHOLE else f"{place} ({kind.casefold()})"
    return name, name


def check_parts(file: str, rows: Iterable[IndexRow]) -> None:
    """Raise BadInput if a StatCan file mixed up whole, house and land.

    The index of the whole is a mean of those of its parts, so it lies between them. A few months may differ, because
    the weights change.
    """
    months: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in rows:
        place, kind = _named(row.series)
        months[place, row.period][kind] = row.value
    complete = [found for found in months.values() if found.keys() >= {WHOLE, *PARTS}]
    fitting = sum(_is_between_parts(found) for found in complete)
    if complete and fitting < BETWEEN * len(complete):
        raise BadInput(
            f"{file}: in {len(complete) - fitting:,} of {len(complete):,} months the index of house and land is not "
            "between that of houses and that of land, so the rows are mixed up; download the table again"
        )


def _named(series: str) -> tuple[str, str]:
    for kind in PARTS:
        if series.endswith(f" ({kind})"):
            return series[: -len(kind) - 3], kind
    return series, WHOLE


def _is_between_parts(found: Mapping[str, float]) -> bool:
    low, high = sorted(found[kind] for kind in PARTS)
    return low - _ROUNDING <= found[WHOLE] <= high + _ROUNDING


def doubled(rows: Sequence[IndexRow]) -> IndexRow | None:
    """Return a row that contradicts another one for the same period; None if there is none."""
    ordered = sorted(rows)
    return next((two for one, two in pairwise(ordered) if one[:2] == two[:2] and one != two), None)
