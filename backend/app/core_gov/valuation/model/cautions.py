"""Cautions that accompany a value, as sentences, and the variance that each one adds."""

from collections.abc import Mapping, Sequence

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Subject, date_of
from backend.app.core_gov.valuation.model.homes import Homes
from backend.app.core_gov.valuation.model.model import EXTRA, PLACE, Model
from backend.app.core_gov.valuation.model.predictor import Prediction
from backend.app.core_gov.valuation.model.sales_history import History, Neighbors
from backend.app.kit.arrays import Floats, Ints

_MAX_DATA_AGE_DAYS = 60
_MAX_MODEL_AGE_DAYS = 365
_DRIFT_PER_MONTH = 0.012
"""Standard deviation of an unobserved monthly market change, from the spread of county price indexes.

Monthly changes are correlated within a year. From one year to the next they are not, so the error grows with the square
root.
"""
_FAR_KM = 20.0
"""Distance in km to the fifth nearest sale beyond which the location effect is not measured."""
_WIDENING_PER_CHARACTERISTIC = 0.25
"""Share by which the interval widens for each characteristic outside the range of the sales, or an unsold type."""
_AWAY_KM = 10.0
"""Distance to the nearest sale beyond which a caution names it."""
MAX_AWAY_KM = 50.0
"""Distance to the nearest sale beyond which a property is not valued: another market's prices apply there."""
_MIN_NEARBY = 10
_MIN_EFFECTIVE_COUNT = 1.0
_MIN_COMPS = 5
_MIN_SPREAD_CHANGE = 0.1

_LABELS = {
    "living_sqft": "living area",
    "lot_sqft": "lot",
    "year_built": "year built",
    "year_renovated": "year renovated",
    "basement_sqft": "basement",
}


def added_variance(homes: Homes, model: Model, near: Neighbors, last_days: Ints) -> Floats:
    """Return the variance that unknown characteristics, unknown location and market drift add to each error."""
    months = np.maximum(0, homes.as_of - last_days - _MAX_DATA_AGE_DAYS) / 30.0
    added = _DRIFT_PER_MONTH**2 * months * np.minimum(months, 12.0)
    for name in model.ensemble.medians:
        added += model.imputation_variance.get(name, 0.0) * ~np.isfinite(homes.characteristics[name])
    if model.ensemble.extra:
        added += model.imputation_variance.get(EXTRA, 0.0) * (homes.recorded == UNKNOWN)
    return np.asarray(added + model.imputation_variance.get(PLACE, 0.0) * ~near.found.any(axis=1))


def kilometers_away(history: History, prediction: Prediction) -> Floats:
    """Return the distance of each home from the nearest sale of the last two years, else of any; NaN if unknown."""
    away = np.where(prediction.near.found[:, 0], prediction.near.km[:, 0], np.nan)
    if history.map.has_plane and len(history):
        for home in np.flatnonzero(~prediction.near.found[:, 0]):
            east, north = (history.places - prediction.homes.places[home]).T
            away[home] = np.fmin.reduce(np.hypot(east, north))
    return away


def too_far(kilometers: float) -> str | None:
    """Return why a home this far from the nearest sale is not valued; None if it is near enough."""
    if not kilometers > MAX_AWAY_KM:
        return None
    return (
        f"the nearest sale of this market is {kilometers:,.0f} km away, and values are given up to {MAX_AWAY_KM:.0f} km"
        ": check the coordinates, or choose the market that the property is in"
    )


def widening(homes: Homes, model: Model, near: Neighbors, history: History) -> Floats:
    """Return the factor by which errors grow outside the range of the sales, and far from every sale."""
    out_of_range = np.zeros(len(homes))
    for name, (low, high) in model.ranges.items():
        own = homes.characteristics[name]
        out_of_range += (own < low) | (own > high)
    if history.states_types:
        out_of_range += homes.type == UNKNOWN
    distance_km = np.where(np.isfinite(near.km[:, 4]), near.km[:, 4], 0.0)
    return np.asarray(
        (1.0 + _WIDENING_PER_CHARACTERISTIC * out_of_range) * np.sqrt(np.maximum(distance_km / _FAR_KM, 1.0))
    )


def _unknown(subject: Subject, model: Model) -> list[str]:
    return [name for name in model.ensemble.medians if not np.isfinite(getattr(subject, name))]


def _out_of_range(subject: Subject, model: Model) -> list[str]:
    own = {name: float(getattr(subject, name)) for name in model.ranges}
    return [name for name, (low, high) in model.ranges.items() if own[name] < low or own[name] > high]


def model_cautions(subject: Subject, as_of: int, model: Model, prediction: Prediction, history: History) -> list[str]:
    """Return the cautions for one home."""
    found, last_day = [], history.last_day(as_of)
    if last_day is not None and as_of - last_day > _MAX_DATA_AGE_DAYS:
        found.append(
            f"old data: the latest sale closed on {date_of(last_day)}, {as_of - last_day} days before the as-of date"
        )
    if as_of - model.ensemble.until > _MAX_MODEL_AGE_DAYS:
        found.append(f"the model was trained on sales before {date_of(model.ensemble.until)}: train a new one")
    if not prediction.near.found.any():
        found.append("no sales near the property: the value is that of a similar home anywhere in the market")
    elif (
        prediction.near.found[0].sum() < _MIN_NEARBY
        or prediction.neighbor_residuals.effective_count[0] < _MIN_EFFECTIVE_COUNT
    ):
        count = int(prediction.near.found[0].sum())
        found.append(f"few sales: {count} nearby in the last two years, hardly any of similar homes")
    away = float(kilometers_away(history, prediction)[0])
    if away > _AWAY_KM:
        found.append(f"far from the sales: the nearest one is {away:,.0f} km away, so the interval is wider")
    if prediction.homes.type[0] == UNKNOWN and history.states_types:
        found.append(_type_caution(subject, history))
    unknown = _unknown(subject, model)
    if unknown:
        found.append(f"unknown: {_labels(unknown)}; imputed from homes sold nearby, so the interval is wider")
    if model.ensemble.extra and prediction.homes.recorded[0] == UNKNOWN:
        found.append("no earlier sale of the parcel with the further columns of the market, so the interval is wider")
    found += [_range_caution(name, getattr(subject, name), model.ranges) for name in _out_of_range(subject, model)]
    return found


def comps_cautions(count: int | None) -> list[str]:
    if not count:
        return ["no comparable sales: the value is from the model alone"]
    return [f"few comparable sales: {count}"] if count < _MIN_COMPS else []


def spread_cautions(stretch: float) -> list[str]:
    """Return a caution if the latest residuals were larger, or smaller, than in training."""
    if abs(stretch - 1) < _MIN_SPREAD_CHANGE:
        return []
    more, widened = ("more", "widened") if stretch > 1 else ("less", "narrowed")
    return [f"recent prices differed {more} from their values than in training: the interval is {widened}"]


def _range_caution(name: str, value: float, ranges: Mapping[str, tuple[float, float]]) -> str:
    low, high = ranges[name]
    number_format = "{:.0f}" if name.startswith("year") else "{:,.10g}"
    low_text, high_text, own = (number_format.format(each) for each in (low, high, value))
    return f"outside the range of sales: {_labels([name])} {own}, nearly all sales have {low_text} to {high_text}"


def _type_caution(subject: Subject, history: History) -> str:
    if subject.property_type is None:
        return "the property's type is unknown, so the interval is wider"
    sold = _labels(history.map.types.names)
    return f"no sale of the market is of type {subject.property_type}, only of {sold}, so the interval is wider"


def _labels(names: Sequence[str]) -> str:
    return ", ".join(_LABELS.get(name, name) for name in names)
