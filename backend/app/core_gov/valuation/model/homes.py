"""Homes in bulk: characteristics, location and day, sold or not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from backend.app.core_gov.market.columns import FEATURES, UNKNOWN, Sales, Subject
from backend.app.core_gov.valuation.model.sales_history import History
from backend.app.kit.arrays import Floats, Ints

CHARACTERISTICS = tuple(name for name in FEATURES if name not in {"latitude", "longitude"})
"""Characteristics of a home other than its coordinates."""

NO_FOLD = -1
"""Value of `Homes.fold_hash` for a home that no member was trained on."""

DAYS_PER_YEAR = 365.2425


@dataclass(frozen=True)
class Homes:
    """Many homes, each with its own day; unknown values are NaN or UNKNOWN.

    `day` is when the price is agreed. `as_of` is the day before which a sale must have closed to be known. `parcel` is
    the history's class. `fold_hash` is a hash of the parcel that does not depend on the table, or NO_FOLD for a home
    that was not sold before training ended. `own_rows` has the rows of each home's own sales if they
    were looked up, and then `parcel` is UNKNOWN; padded with UNKNOWN; shape (homes, n). `prior` is the index of the
    parcel's earlier sale in the columns, UNKNOWN without one (see `earlier_sale`). `recorded` is the index of the sale
    whose further columns the home has, UNKNOWN without one: its own sale, or the last one of a property's parcel.
    """

    characteristics: dict[str, Floats]
    places: Floats
    area: Ints
    type: Ints
    parcel: Ints
    day: Ints
    as_of: Ints
    fold_hash: Ints
    own_rows: Ints
    prior: Ints
    recorded: Ints

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: Ints) -> "Homes":
        characteristics = {name: values[rows] for name, values in self.characteristics.items()}
        return Homes(
            characteristics, self.places[rows], self.area[rows], self.type[rows], self.parcel[rows], *self._rest(rows)
        )

    def _rest(self, rows: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        own = self.own_rows[rows]
        return self.day[rows], self.as_of[rows], self.fold_hash[rows], own, self.prior[rows], self.recorded[rows]

    def with_characteristics(self, characteristics: dict[str, Floats]) -> "Homes":
        return replace(self, characteristics=self.characteristics | characteristics)

    @property
    def year(self) -> Floats:
        """Day as a decimal year."""
        return 1970.0 + self.day / DAYS_PER_YEAR


def sold_homes(history: History, rows: Ints, until: int) -> Homes:
    """Return the homes sold in some rows of a history, each as of its closing day."""
    sales = history.sales
    return Homes(
        {name: getattr(sales, name)[rows] for name in CHARACTERISTICS},
        history.places[rows],
        history.area[rows],
        history.type[rows],
        sales.parcel_class[rows],
        sales.day[rows],
        sales.close_day[rows],
        _fold_hash(history, rows, until),
        _no_rows(len(rows)),
        history.prior_sales.rows(sales.parcel_class[rows], sales.close_day[rows]),
        history.recorded_with(rows),
    )


def recorded_homes(sales: Sales, rows: Ints) -> Homes:
    """Return the homes sold in some rows of the columns: their characteristics and days, without their places."""
    unknown = np.full(len(rows), UNKNOWN)
    return Homes(
        {name: getattr(sales, name)[rows] for name in CHARACTERISTICS},
        np.full((len(rows), 2), np.nan),
        *(unknown, unknown, unknown),
        sales.day[rows],
        sales.close_day[rows],
        np.full(len(rows), NO_FOLD),
        _no_rows(len(rows)),
        unknown,
        unknown,
    )


def _fold_hash(history: History, rows: Ints, until: int) -> Ints:
    """Return a hash for each parcel sold before training ended, and for each such sale without a parcel."""
    sales = history.sales
    trained = sales.close_day < until
    known = np.zeros(len(sales.parcels.names) + 1, dtype=bool)
    known[sales.parcel_class[trained]] = True
    known[UNKNOWN] = False
    parcel = sales.parcel_class[rows]
    codes, place = np.unique(parcel, return_inverse=True)
    by_parcel = [_number(sales.parcels.names[code]) if known[code] else NO_FOLD for code in codes.tolist()]
    number = np.array(by_parcel, dtype=np.int64)[place]
    alone = np.flatnonzero((parcel == UNKNOWN) & trained[rows])
    number[alone] = [_number(f"sale {seq}") for seq in sales.seq[rows[alone]].tolist()]
    return number


def _number(name: str) -> int:
    return crc32(name.encode())


def subject_homes(history: History, subjects: Sequence[Subject], as_of: int, until: int) -> Homes:
    """Return properties as of a day, as homes."""
    sales, where = history.sales, history.map
    area = np.array([where.areas.of(subject.area) for subject in subjects], dtype=np.int64)
    latitude = np.array([subject.latitude for subject in subjects], dtype=np.float64)
    longitude = np.array([subject.longitude for subject in subjects], dtype=np.float64)
    own_rows = _own_rows(history, subjects)
    parcel = np.array([sales.parcels.class_of(subject.parcel) for subject in subjects], dtype=np.int64)
    days = np.full(len(subjects), as_of, dtype=np.int64)
    return Homes(
        {
            name: np.array([getattr(subject, name) for subject in subjects], dtype=np.float64)
            for name in CHARACTERISTICS
        },
        where.places(latitude, longitude, area),
        area,
        np.array([where.types.of(subject.property_type) for subject in subjects], dtype=np.int64),
        np.where([subject.own_sales is None for subject in subjects], parcel, UNKNOWN),
        days,
        days,
        _subject_fold_hashes(history, parcel, own_rows, until),
        own_rows,
        history.prior_sales.rows(parcel, days),
        _recorded(history, subjects, parcel, days),
    )


def _recorded(history: History, subjects: Sequence[Subject], parcel: Ints, days: Ints) -> Ints:
    """Return the sale whose further columns each property has: its own, if it is the home of one, or its last one."""
    found = history.last_recorded(parcel, days)
    for home, subject in enumerate(subjects):
        if subject.sold_as is not None:
            found[home] = history.recorded_as(subject.sold_as)
    return found


def _no_rows(homes: int) -> Ints:
    return np.full((homes, 0), UNKNOWN, dtype=np.int64)


def _own_rows(history: History, subjects: Sequence[Subject]) -> Ints:
    """Return the rows of each property's own sales that are known by number, padded with UNKNOWN."""
    if not any(subject.own_sales for subject in subjects):
        return _no_rows(len(subjects))
    rows = [history.rows_of(sorted(subject.own_sales or ())) for subject in subjects]
    found = np.full((len(subjects), max(map(len, rows))), UNKNOWN, dtype=np.int64)
    for home, own in enumerate(rows):
        found[home, : len(own)] = own
    return found


def _subject_fold_hashes(history: History, parcel: Ints, own_rows: Ints, until: int) -> Ints:
    """Return the hash of the fold that held each property's own sale, of its parcel or else the first of the others."""
    sales, trained = history.sales, history.known(until)
    known = np.zeros(len(sales.parcels.names) + 1, dtype=bool)
    known[sales.parcel_class[:trained]] = True
    known[UNKNOWN] = False
    return np.array(
        [
            _number(sales.parcels.names[code]) if known[code] else _fold_hash_of_first(sales, own[own < trained])
            for code, own in zip(parcel.tolist(), own_rows, strict=True)
        ],
        dtype=np.int64,
    )


def _fold_hash_of_first(sales: Sales, own_rows: Ints) -> int:
    own = own_rows[own_rows != UNKNOWN]
    if not len(own):
        return NO_FOLD
    code = int(sales.parcel_class[own[0]])
    return _number(f"sale {sales.seq[own[0]]}" if code == UNKNOWN else sales.parcels.names[code])
