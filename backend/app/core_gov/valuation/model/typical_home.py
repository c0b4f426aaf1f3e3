"""Market norms: the typical home, the range of each characteristic, and the characteristics of a renovated home."""

import numpy as np

from backend.app.core_gov.market.columns import Sales, Subject
from backend.app.core_gov.valuation.model.hedonic import positive
from backend.app.core_gov.valuation.model.homes import CHARACTERISTICS, DAYS_PER_YEAR
from backend.app.kit.arrays import Floats

_TAIL = 0.001
_ENOUGH = 30
_FRESH_YEARS = 10.0
_GOOD = 0.8


def ranges_of(sales: Sales) -> dict[str, tuple[float, float]]:
    """Return the range of each characteristic that holds all but two in a thousand sales, which may be data errors."""
    ranges = {}
    for name in CHARACTERISTICS:
        values = getattr(sales, name)
        values = values[np.isfinite(values)]
        if len(values) >= _ENOUGH:
            low, high = np.quantile(values, [_TAIL, 1 - _TAIL], method="nearest")
            ranges[name] = (float(low), float(high))
    return ranges


def typical_of(sales: Sales, excess: Floats) -> Subject:
    """Return the sold home nearest the median in all characteristics, including neighboring prices (`excess`).

    A real home, so its characteristics are consistent. Its parcel is left out.
    """
    columns = [getattr(sales, name) for name in ("beds", "baths", "year_built", "grade", "condition", "floors")]
    columns += [np.log(positive(sales.living_sqft)), np.log(positive(sales.lot_sqft)), np.log(sales.price), excess]
    distance = sum((_from_middle(values) for values in columns), np.zeros(len(sales)))
    renovated = np.isfinite(sales.year_renovated) & (np.isfinite(sales.year_renovated).mean() < 0.5)
    distance += sum(np.nan_to_num(values) > 0 for values in (sales.view, sales.waterfront)) + renovated
    row = int(np.lexsort((sales.seq, np.round(distance, 9)))[0])
    found = sales.subject(row)
    return Subject(**{name: getattr(found, name) for name in found.__dataclass_fields__ if name != "parcel"})


def _from_middle(values: Floats) -> Floats:
    """Return the squared distance to the median in standard deviations; unknown counts as two."""
    known = values[np.isfinite(values)]
    if not len(known) or np.std(known) < 1e-9:
        return np.zeros(len(values))
    return np.asarray(np.nan_to_num(((values - np.median(known)) / np.std(known)) ** 2, nan=4.0))


def renovated_of(sales: Sales) -> dict[str, float]:
    """Return the characteristics of a renovated home; no entry if the market's sales do not show them.

    `condition`: the higher of the 80 % quantile of all homes and the median of homes renovated in the last ten years.
    `year_renovated`: the share of homes with a known renovation.
    """
    found = {}
    fresh = 1970.0 + sales.day / DAYS_PER_YEAR - sales.year_renovated <= _FRESH_YEARS
    condition = sales.condition[np.isfinite(sales.condition)]
    if len(condition) >= _ENOUGH and condition.min() < condition.max():
        found["condition"] = float(np.quantile(condition, _GOOD, method="nearest"))
        done = sales.condition[fresh & np.isfinite(sales.condition)]
        if len(done) >= _ENOUGH:
            found["condition"] = max(found["condition"], float(np.median(done)))
    dated = np.isfinite(sales.year_renovated)
    if dated.sum() >= _ENOUGH:
        found["year_renovated"] = float(dated.mean())
    return found
