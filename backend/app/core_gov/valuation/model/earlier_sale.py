"""Earlier sales of the same parcel: its last price, and the further columns recorded with it.

A price counts for the same parcel by the strict comparison of parcel numbers, if screening did not flag it, and if it
closed at least 180 days before the as-of date. A sale within that time may be the same transfer from another source.
Further columns describe the home and not the transfer, so those of any sale that closed before the day count.
"""

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales
from backend.app.kit.arrays import Bools, Ints

MIN_DAYS_APART = 180
_DAY_BITS = 20


class PriorSales:
    """Usable sales of a market, sorted by parcel and closing day; with `among`, only those in which it is True."""

    def __init__(self, sales: Sales, among: Bools | None = None) -> None:
        candidates = sales.usable & np.isfinite(sales.price) & (sales.price > 0) & (sales.parcel_class >= 0)
        rows = np.flatnonzero(candidates if among is None else candidates & among)
        rows = rows[np.lexsort((sales.seq[rows], sales.close_day[rows], sales.parcel_class[rows]))]
        self._rows, self._parcel = rows, sales.parcel_class[rows]
        self._first = int(sales.close_day[rows].min()) if len(rows) else 0
        self._keys = self._key(self._parcel, sales.close_day[rows])

    def _key(self, parcel: Ints, day: Ints) -> Ints:
        days = np.clip(day - self._first + 1, 0, (1 << _DAY_BITS) - 1)
        return (parcel.astype(np.int64) << _DAY_BITS) | days

    def rows(self, parcel: Ints, as_of: Ints, days_apart: int = MIN_DAYS_APART) -> Ints:
        """Return the index in the columns of each home's latest sale at least `days_apart` before; UNKNOWN without one.

        `parcel` is the home's class, UNKNOWN for a home without one.
        """
        if not len(self._rows):
            return np.full(len(parcel), UNKNOWN, dtype=np.int64)
        place = np.searchsorted(self._keys, self._key(parcel, as_of - days_apart), "right") - 1
        found = (parcel >= 0) & (place >= 0) & (self._parcel[place] == parcel)
        return np.where(found, self._rows[place], UNKNOWN)
