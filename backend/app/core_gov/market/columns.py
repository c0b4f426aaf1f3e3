"""Sales as columns: one NumPy array for each field, for computing over thousands of sales at once.

Unknown numbers are NaN. Days count from 1970-01-01. Areas are in square feet, money is in units of the market's
currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market.sorted_texts import SortedTexts
from backend.app.kit.arrays import Bools, Floats, Ints

FEATURES = (
    *("latitude", "longitude", "living_sqft", "lot_sqft", "beds", "baths", "year_built", "year_renovated"),
    *("grade", "condition", "floors", "basement_sqft", "view", "waterfront"),
)
"""Numeric features of a building and its land; a sale and a subject have all of them, NaN if unknown."""

TEXTS: Mapping[str, str] = {"property_type": "types", "parcel": "parcels", "area": "areas"}
"""Columns of `Sales` that are codes of texts, and the fields with the texts."""

TYPES: Mapping[str, type[Any]] = {
    **dict.fromkeys(("seq", "day", "close_day", *TEXTS), np.int64),
    **dict.fromkeys(("price", *FEATURES), np.float64),
    "usable": np.bool_,
}
"""Type of each column of `Sales`."""

EPOCH = date(1970, 1, 1)
UNKNOWN = -1
"""Code of an unknown text."""


def day_of(when: date) -> int:
    return (when - EPOCH).days


def date_of(day: int) -> date:
    return EPOCH + timedelta(days=int(day))


@dataclass(frozen=True)
class Codes:
    """Texts encoded as integers: `names[code]` is the text.

    Subclasses know spellings that mean the same: `classes[code]` is the code that stands for all of them.
    """

    names: Sequence[str] = ()

    @property
    def classes(self) -> Ints:
        """Code that stands for all spellings of each text."""
        return np.arange(len(self.names), dtype=np.int64)

    def of(self, text: str | None) -> int:
        """Return the code of a text; UNKNOWN if no row has it."""
        if text is None:
            return UNKNOWN
        found = self.names.find(text) if isinstance(self.names, SortedTexts) else self._by_name.get(text)
        return UNKNOWN if found is None else found

    def class_of(self, text: str | None) -> int:
        """Return the class of a text in any spelling; UNKNOWN if no row has one of them."""
        return self.of(text)

    def classified(self, codes: Ints) -> Ints:
        """Return the class of each code."""
        return np.append(self.classes, UNKNOWN)[codes]  # -1, the code of an unknown text, is the last

    @cached_property
    def _by_name(self) -> Mapping[str, int]:
        return {name: code for code, name in enumerate(self.names)}

    def text(self, code: int) -> str | None:
        return None if code < 0 else self.names[code]


@dataclass(frozen=True)
class Subject:
    """Property to be valued; unknown features are NaN or None."""

    latitude: float = np.nan
    longitude: float = np.nan
    living_sqft: float = np.nan
    lot_sqft: float = np.nan
    beds: float = np.nan
    baths: float = np.nan
    year_built: float = np.nan
    year_renovated: float = np.nan
    grade: float = np.nan
    condition: float = np.nan
    floors: float = np.nan
    basement_sqft: float = np.nan
    view: float = np.nan
    waterfront: float = np.nan
    property_type: str | None = None
    parcel: str | None = None
    area: str | None = None
    own_sales: frozenset[int] | None = None
    """Numbers of the property's own sales; None if they were not looked up, and its parcel alone tells."""
    sold_as: int | None = None
    """Number of the sale whose home this is, with its further columns; None for a property on file."""


@dataclass(frozen=True)
class CategoricalColumn:
    """Texts of one further column: `codes` are places in `categories`, UNKNOWN where a sale has none."""

    codes: Ints
    categories: Codes


@dataclass(frozen=True)
class ExtraColumns:
    """Further columns of some sales, by name in alphabetical order; all arrays have the length of `seq`.

    `seq` are the numbers of the sales. Unknown numbers are NaN.
    """

    seq: Ints
    numeric: Mapping[str, Floats] = field(default_factory=dict)
    categorical: Mapping[str, CategoricalColumn] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """Kind of each column, `numeric` or `categorical`."""
        kinds = dict.fromkeys(self.numeric, "numeric") | dict.fromkeys(self.categorical, "categorical")
        return dict(sorted(kinds.items()))

    @cached_property
    def any_known(self) -> Bools:
        """True for a sale that has one of the columns."""
        known = np.zeros(len(self.seq), dtype=bool)
        for numbers in self.numeric.values():
            known |= np.isfinite(numbers)
        for column in self.categorical.values():
            known |= column.codes != UNKNOWN
        return known

    def of_sales(self, seq: Ints) -> "ExtraColumns":
        """Return the columns for these sales, in this order; unknown for a sale that has none."""
        at = self._places(seq)
        numeric = {name: np.append(column, np.nan)[at] for name, column in self.numeric.items()}
        categorical = {
            name: CategoricalColumn(np.append(column.codes, UNKNOWN)[at], column.categories)
            for name, column in self.categorical.items()
        }
        return ExtraColumns(seq, numeric, categorical)

    def _places(self, seq: Ints) -> Ints:
        """Return the place of each sale here, and -1, an appended unknown, if it has none."""
        if not len(self.seq):
            return np.full(len(seq), UNKNOWN, dtype=np.int64)
        order = self._order
        found = np.minimum(np.searchsorted(self.seq[order], seq), len(self.seq) - 1)
        return np.where(self.seq[order][found] == seq, order[found], UNKNOWN)

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self.seq, kind="stable")


@dataclass(frozen=True)
class Sales:
    """Sales of one market; all fields are arrays of the same length.

    `seq` is the sale's number in the store. `close_day` is when the sale closed and became known. `day` is when its
    price was agreed: the contract date, or the closing date if that is unknown. `usable` is False for a sale that
    screening flagged. `property_type`, `parcel` and `area` (a postal area) are codes of the texts as their source wrote
    them; `type_class` and `parcel_class` do not depend on the spelling.
    """

    seq: Ints
    price: Floats
    day: Ints
    close_day: Ints
    usable: Bools
    latitude: Floats
    longitude: Floats
    living_sqft: Floats
    lot_sqft: Floats
    beds: Floats
    baths: Floats
    year_built: Floats
    year_renovated: Floats
    grade: Floats
    condition: Floats
    floors: Floats
    basement_sqft: Floats
    view: Floats
    waterfront: Floats
    property_type: Ints
    parcel: Ints
    area: Ints
    types: Codes = field(default_factory=Codes)
    parcels: Codes = field(default_factory=Codes)
    areas: Codes = field(default_factory=Codes)
    extra: ExtraColumns | None = None
    """Further columns of sales of the market, found by `seq`; None if no sale has any."""

    def __len__(self) -> int:
        return len(self.seq)

    def take(self, rows: Ints | Bools) -> "Sales":
        """Return some of the sales, by indices or by a mask."""
        parts = ((each.name, getattr(self, each.name)) for each in fields(self))
        chosen: dict[str, Any] = {name: part[rows] for name, part in parts if isinstance(part, np.ndarray)}
        return replace(self, **chosen)

    def known_before(self, as_of: int) -> "Sales":
        """Return the sales that closed before a day: all that was known on its morning."""
        known = self.close_day < as_of
        return self if known.all() else self.take(known)

    def subject(self, row: int) -> Subject:
        """Return the property sold in a row, as a subject."""
        numbers: dict[str, Any] = {name: float(getattr(self, name)[row]) for name in FEATURES}
        return Subject(
            **numbers,
            property_type=self.types.text(int(self.property_type[row])),
            parcel=self.parcels.text(int(self.parcel[row])),
            area=self.areas.text(int(self.area[row])),
        )

    @cached_property
    def type_class(self) -> Ints:
        """Code of each sale's property type, the same for all spellings."""
        return self.types.classified(self.property_type)

    @cached_property
    def parcel_class(self) -> Ints:
        """Code of each sale's parcel, the same for all spellings."""
        return self.parcels.classified(self.parcel)

    @cached_property
    def origin(self) -> tuple[float, float]:
        """Median latitude and longitude of the market, in degrees."""
        placed = np.isfinite(self.latitude)
        if not placed.any():
            return 0.0, 0.0
        return float(np.median(self.latitude[placed])), float(np.median(self.longitude[placed]))

    def kilometers(self, latitude: Floats | float, longitude: Floats | float) -> Floats:
        """Project coordinates to kilometers east and north of the market's origin; shape (n, 2).

        Over 100 km the error is below one part in a thousand.
        """
        middle, meridian = self.origin
        east = (np.asarray(longitude) - meridian) * KM_PER_DEGREE * np.cos(np.radians(middle))
        north = (np.asarray(latitude) - middle) * KM_PER_DEGREE
        return np.stack([east, north], axis=-1)
