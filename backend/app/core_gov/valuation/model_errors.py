"""Errors of several models on the same sales, each sale valued as of its own day as a ratio study values it."""

from collections.abc import Sequence

import numpy as np

from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.valuation.model.model import Model
from backend.app.core_gov.valuation.model.valuer import Valuer
from backend.app.core_gov.valuation.ratio_study.run import comparables_of, study_rows
from backend.app.core_gov.valuation.snapshot import latest_sales
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.db import Database
from backend.app.kit.output.progress import ReportProgress

MIN_COMPARED = 30
"""Minimum number of sales on which models are compared."""


def sold_rows(db: Database, market: str, since: int, until: int) -> Ints:
    """Return the rows of the usable sales that closed from one day on and before another."""
    sales = sales_of(db, market).sales
    rows = study_rows(sales, since)
    return rows[sales.close_day[rows] < until]


def log_errors(
    db: Database, market: str, models: Sequence[Model], since: int, until: int, report: ReportProgress
) -> Floats:
    """Return the log errors of each model on the sales of some days; shape (models, sales).

    An error is the logarithm of value by price. Sales that one of the models cannot value are left out. The comparable
    sales, which take most of the time, are looked up once. Raises Conflict if a model was trained on one of the sales.
    """
    cached = sales_of(db, market)
    used = latest_sales(cached.sales, until)
    rows = sold_rows(db, market, since, until)
    rows = rows[np.isin(cached.sales.seq[rows], used.seq)]
    by_number = np.argsort(used.seq)
    places = by_number[np.searchsorted(used.seq, cached.sales.seq[rows], sorter=by_number)]
    comps = comparables_of(db, market, cached)(rows, report)
    values = np.array([Valuer(model, used).predict_sales(places, *comps).value for model in models])
    errors = np.log(values) - np.log(cached.sales.price[rows])
    return np.asarray(errors[:, np.isfinite(errors).all(axis=0)])


def median_error(errors: Floats) -> float:
    """Return the median absolute error (MdAPE) of log errors, as a share of the price."""
    return round(float(np.median(np.abs(np.expm1(errors)))), 6)
