"""Samples of the values of a file's columns, and what they look like: pure, apart from reading the file."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from statistics import median
from typing import Any

from backend.app.core_gov.market.importing import area_units, converters, counts
from backend.app.core_gov.market.importing.converters import is_null
from backend.app.core_gov.market.suggestion.day_formats import day_formats
from backend.app.kit.data_files.cells import NULL_WORDS
from backend.app.kit.data_files.table_file import TableFile

MAX_ROWS_READ, MAX_SAMPLED, MAX_COMPARED = 20_000, 1000, 200_000
_DECIMAL_COMMA = re.compile(r"[^,]*\d,\d{1,2}\D*|\d{1,3}(?:[. \u00a0\u202f]\d{3})+,\d+\D*")
_DECIMAL_POINT = re.compile(r"[^.]*\d\.\d{1,2}\D*|\d{1,3}(?:,\d{3})+(?:\.\d+)?\D*|[^.]*\d\.\d{4,}\D*")
_ZIP = re.compile(r"\d{5}(?:-?\d{4})?(?:\.0)?")
_CANADIAN = re.compile(r"[A-Z]\d[A-Z](?: ?\d[A-Z]\d)?", re.IGNORECASE)


@dataclass(frozen=True)
class ColumnSample:
    """Known values of one column among some rows of a file. `recurs` is True if the file has some of them twice."""

    name: str
    values: tuple[Any, ...]
    rows: int
    recurs: bool = False

    @property
    def filled(self) -> float:
        """Share of the rows with a value."""
        return len(self.values) / max(1, self.rows)

    @cached_property
    def texts(self) -> Counter[str]:
        """Count of each text."""
        return Counter(converters.text_of(value).strip() for value in self.values)

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """Values that are numbers, with or without a currency."""
        return tuple(found for value in self.values if (found := _plain_number(value)) is not None)

    def share(self, read: Any) -> float:
        """Return the share of the values that a converter reads."""
        found = sum(count for text, count in self.texts.items() if _number(read, text) is not None)
        return found / max(1, len(self.values))

    @cached_property
    def numeric(self) -> float:
        """Share of the values that are numbers."""
        return len(self.numbers) / max(1, len(self.values))

    @cached_property
    def middle(self) -> float:
        """Median of the numbers other than zero; 0 if there is none."""
        known = [number for number in self.numbers if number]
        return median(known) if known else 0.0

    def within(self, low: float, high: float) -> float:
        """Return the share of the values that are numbers in a range, of those that are not zero."""
        known = [number for number in self.numbers if number]
        others = len(self.values) - len(self.numbers)
        return sum(low <= number <= high for number in known) / max(1, len(known) + others)

    def whole(self) -> bool:
        return all(number == int(number) for number in self.numbers)

    def matching(self, pattern: re.Pattern[str]) -> float:
        return sum(count for text, count in self.texts.items() if pattern.fullmatch(text)) / max(1, len(self.values))

    @property
    def zips(self) -> float:
        return self.matching(_ZIP)

    @property
    def canadian_codes(self) -> float:
        return self.matching(_CANADIAN)

    @cached_property
    def currencies(self) -> Counter[str]:
        """Count of the currencies that amounts name."""
        found: Counter[str] = Counter()
        for text, count in self.texts.items():
            amount = _number(converters.money, text)
            if isinstance(amount, converters.Amount) and amount.currency is not None:
                found[amount.currency] += count
        return found

    @property
    def is_unique(self) -> bool:
        """True if every row has a value of its own."""
        return len(self.values) == self.rows == len(self.texts) and self.rows > 1 and not self.recurs


def _plain_number(value: Any) -> float | None:
    found = _number(converters.number, value)
    return _number(converters.money, value) if found is None else found


def _number(read: Any, value: Any) -> float | None:
    try:
        found = read(value)
    except ValueError:
        return None
    return found if found is None or isinstance(found, int | float) else 1.0


def sampled_rows(table: TableFile) -> list[list[Any]]:
    """Return rows spread over the first part of a file."""
    step = max(1, min(table.count, MAX_ROWS_READ) // MAX_SAMPLED)
    return [row.cells for row in islice(table.rows(), 0, MAX_ROWS_READ, step) if row.fault is None]


def samples(table: TableFile, rows: Sequence[Sequence[Any]]) -> dict[str, ColumnSample]:
    """Return the known values of each column. Whether they recur is looked up in far more rows than these."""
    known = {at: tuple(row[at] for row in rows if not is_null(row[at], NULL_WORDS)) for at in range(len(table.columns))}
    candidates = [at for at, values in known.items() if len(set(map(str, values))) == len(rows) > 1]
    recurring = _recurring(table, candidates)
    return {name: ColumnSample(name, known[at], len(rows), at in recurring) for at, name in enumerate(table.columns)}


def _recurring(table: TableFile, places: Sequence[int]) -> set[int]:
    """Return the columns of which the first part of a file has a value twice."""
    seen: dict[int, set[int]] = {at: set() for at in places}
    count = 0
    for row in islice(table.rows(), MAX_COMPARED) if places else ():
        count += 1
        for at, hashes in seen.items():
            hashes.add(hash(row.cells[at]))
    return {at for at, hashes in seen.items() if len(hashes) < count}


def decimal_comma(columns: Sequence[ColumnSample]) -> bool | None:
    """Return whether numbers have a decimal comma; None if none has decimals that tell."""
    commas = points = 0
    for column in columns:
        if column.numeric < 0.5:
            continue
        commas += sum(count for text, count in column.texts.items() if _DECIMAL_COMMA.fullmatch(text))
        points += sum(count for text, count in column.texts.items() if _DECIMAL_POINT.fullmatch(text))
    return None if commas == points == 0 else commas > points


def plausible(field: str, column: ColumnSample) -> float:
    """Return how plausible the values are for a field: 0 to 1, and 0.5 if they do not tell."""
    if not column.values:
        return 0.0
    match field:
        case "price":
            return column.numeric * (1.0 if column.middle >= 5000 else 0.3)
        case "close_date" | "contract_date":
            return 0.0 if day_formats(column.values, day_first=False) is None else 1.0
        case "latitude":
            return max(column.within(15, 85), column.within(1000, 1e8))
        case "longitude":
            return max(column.within(-180, -50), column.within(50, 180), column.within(1000, 1e8))
        case "year_built" | "year_renovated" | "close_year":
            return column.within(1600, 2100)
        case "close_month" | "close_day":
            return column.within(1, 12 if field == "close_month" else 31)
        case "age":
            return column.within(0, 400)
        case "beds":
            return column.share(counts.bedrooms) * column.within(0, 30)
        case "baths" | "full_baths" | "half_baths" | "floors":
            return column.share(counts.count) * column.within(0, 60)
        case "living_sqft" | "basement_sqft":
            return column.share(area_units.area) * (1.0 if 15 <= column.middle <= 50_000 else 0.4)
        case "lot_sqft":
            return column.share(area_units.area)
        case "postal":
            return max(column.zips, column.canadian_codes, column.within(501, 99_950) if column.whole() else 0)
        case "grade" | "view" | "waterfront":
            return column.share(converters.measure)
        case "condition":
            return 1.0
        case "property_type":
            return 1.0 if len(column.texts) <= 300 else 0.2
        case "area":
            return 1.0 if len(column.texts) < max(2, 0.7 * column.rows) else 0.4
        case "city" | "street":
            return 1.0 if column.numeric < 0.2 else 0.1
        case "terms":
            return 1.0 if column.numeric < 0.2 else 0.6
        case "address":
            return 1.0 if column.numeric < 0.3 else 0.2
        case _:
            return 1.0
