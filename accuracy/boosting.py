"""Baseline: gradient boosting alone on the columns of the sales, further ones too, without anything of Valhalla's.

Mean of three seeds with fixed parameters, trained once on the usable sales before the cut-off date. With `previous`,
the last price of the parcel and the days since then are two more columns. Categories are codes in alphabetical order.
"""

import numpy as np

from backend.app.core_gov.market.columns import FEATURES, UNKNOWN, Sales
from backend.app.kit.arrays import Floats, Ints

SEEDS = (0, 1, 2)
ROUNDS, RATE, COLUMNS = 600, 0.05, 0.8
"""Rounds, learning rate, and the share of the columns considered at each node; the rest is scikit-learn's default."""


def boosted(sales: Sales, rows: Ints, cut: int, *, previous: bool) -> Floats:
    """Return the value of the homes sold in some rows, by trees trained on the usable sales before `cut`."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    trained = np.flatnonzero(sales.usable & (sales.close_day < cut) & (sales.price > 0))
    matrix = _matrix(sales, previous=previous)
    matrix = matrix[:, [_varies(column) for column in matrix[trained].T]]
    log_value = np.zeros(len(rows))
    for seed in SEEDS:
        trees = HistGradientBoostingRegressor(
            loss="absolute_error",
            max_iter=ROUNDS,
            learning_rate=RATE,
            max_features=COLUMNS,
            early_stopping=False,
            random_state=seed,
        )
        with threadpool_limits(1, user_api="openmp"):  # several threads wait for each other on a busy machine
            trees.fit(matrix[trained], np.log(sales.price[trained]))
            log_value += trees.predict(matrix[rows]) / len(SEEDS)
    return np.exp(log_value)


def _matrix(sales: Sales, *, previous: bool) -> Floats:
    columns = [getattr(sales, name) for name in FEATURES]
    columns += [sales.day, sales.area, sales.type_class, *_further(sales)]
    return np.column_stack([*columns, *(_previous(sales) if previous else ())]).astype(np.float64)


def _further(sales: Sales) -> list[Floats]:
    """Return the further columns that a mapping names (`[extra]`)."""
    if sales.extra is None:
        return []
    extra = sales.extra.of_sales(sales.seq)
    codes = [np.where(each.codes == UNKNOWN, np.nan, each.codes) for each in extra.categorical.values()]
    return [*extra.numeric.values(), *codes]


def _varies(column: Floats) -> bool:
    known = column[np.isfinite(column)]
    return len(known) > 0 and bool(known.min() < known.max())


def _previous(sales: Sales) -> tuple[Floats, Floats]:
    """Return the last earlier price of each sale's parcel and the days since then; NaN if it was not sold before."""
    price, days = np.full(len(sales), np.nan), np.full(len(sales), np.nan)
    order = np.lexsort((sales.close_day, sales.parcel_class))
    earlier, later = order[:-1], order[1:]
    same = (sales.parcel_class[earlier] == sales.parcel_class[later]) & (sales.parcel_class[later] != UNKNOWN)
    same &= sales.close_day[earlier] < sales.close_day[later]
    price[later[same]] = sales.price[earlier[same]]
    days[later[same]] = (sales.close_day[later] - sales.close_day[earlier])[same]
    return price, days
