"""Earlier sales of the same parcel.

A sale counts for the same parcel by the strict comparison of parcel numbers, if screening did not flag it, and if it
closed at least 180 days before the as-of date. A sale within that time may be the same transfer from another source.
"""

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales
from backend.app.kit.arrays import Ints

MIN_DAYS_APART = 180
_DAY_BITS = 20


class PriorSales:
    """Usable sales of a market, sorted by parcel and closing day."""

    def __init__(self, sales: Sales) -> None:
        candidates = sales.usable & np.isfinite(sales.price) & (sales.price > 0) & (sales.parcel_class >= 0)
        rows = np.flatnonzero(candidates)
        rows = rows[np.lexsort((sales.seq[rows], sales.close_day[rows], sales.parcel_class[rows]))]
        self._rows, self._parcel = rows, sales.parcel_class[rows]
        self._first = int(sales.close_day[rows].min()) if len(rows) else 0
        self._keys = self._key(self._parcel, sales.close_day[rows])

    def _key(self, parcel: Ints, day: Ints) -> Ints:
        days = np.clip(day - self._first + 1, 0, (1 << _DAY_BITS) - 1)
        return (parcel.astype(np.int64) << _DAY_BITS) | days

    def rows(self, parcel: Ints, as_of: Ints) -> Ints:
        """Return the index in the columns of each home's latest earlier sale; UNKNOWN if there is none.

        `parcel` is the home's class, UNKNOWN for a home without one.
        """
        if not len(self._rows):
            return np.full(len(parcel), UNKNOWN, dtype=np.int64)
        place = np.searchsorted(self._keys, self._key(parcel, as_of - MIN_DAYS_APART), "right") - 1
        found = (parcel >= 0) & (place >= 0) & (self._parcel[place] == parcel)
        return np.where(found, self._rows[place], UNKNOWN)
