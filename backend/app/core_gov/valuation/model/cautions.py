"""Cautions that accompany a value, as sentences, and the variance that each one adds."""

from collections.abc import Mapping, Sequence

import numpy as np

from backend.app.core_gov.market.columns import Subject, date_of
from backend.app.core_gov.valuation.model.homes import Homes
from backend.app.core_gov.valuation.model.model import PLACE, Model
from backend.app.core_gov.valuation.model.predictor import Prediction
from backend.app.core_gov.valuation.model.sales_history import Neighbors
from backend.app.kit.arrays import Floats, Ints

_OLD_DAYS = 60
_MODEL_OLD_DAYS = 365
_DRIFT_PER_MONTH = 0.012
"""Standard deviation of an unobserved monthly market change, from the spread of county price indexes.

Monthly changes are correlated within a year. From one year to the next they are not, so the error grows with the square
root.
"""
_FAR_KM = 20.0
"""Distance in km to the fifth nearest sale beyond which the location effect is not measured."""
_STRANGE = 0.25
"""Share by which the interval widens for each trait outside the range of the sales: extrapolation."""
_FEW = 10
_ALIKE = 1.0
_FEW_COMPS = 5
_SPREAD_TOLD = 0.1

_LABELS = {
    "living_sqft": "living area",
    "lot_sqft": "lot",
    "year_built": "year built",
    "year_renovated": "year renovated",
    "basement_sqft": "basement",
}


def added_variance(homes: Homes, model: Model, near: Neighbors, last_days: Ints) -> Floats:
    """Return the variance that unknown traits, unknown location and unobserved market drift add to each error."""
    months = np.maximum(0, homes.as_of - last_days - _OLD_DAYS) / 30.0
    added = _DRIFT_PER_MONTH**2 * months * np.minimum(months, 12.0)
    for name in model.ensemble.usual:
        added += model.missing.get(name, 0.0) * ~np.isfinite(homes.traits[name])
    return np.asarray(added + model.missing.get(PLACE, 0.0) * ~near.found.any(axis=1))


def widening(homes: Homes, model: Model, near: Neighbors) -> Floats:
    """Return the factor by which errors grow for traits outside the range of the sales and far from every sale."""
    strange = np.zeros(len(homes))
    for name, (low, high) in model.ranges.items():
        own = homes.traits[name]
        strange += (own < low) | (own > high)
    away = np.where(np.isfinite(near.km[:, 4]), near.km[:, 4], 0.0)
    return np.asarray((1.0 + _STRANGE * strange) * np.sqrt(np.maximum(away / _FAR_KM, 1.0)))


def _unknown(subject: Subject, model: Model) -> list[str]:
    return [name for name in model.ensemble.usual if not np.isfinite(getattr(subject, name))]


def _strange(subject: Subject, model: Model) -> list[str]:
    own = {name: float(getattr(subject, name)) for name in model.ranges}
    return [name for name, (low, high) in model.ranges.items() if own[name] < low or own[name] > high]


def model_cautions(
    subject: Subject, as_of: int, model: Model, prediction: Prediction, last_day: int | None
) -> list[str]:
    """Return the cautions for one home."""
    found = []
    if last_day is not None and as_of - last_day > _OLD_DAYS:
        found.append(f"old data: the last sale known closed on {date_of(last_day)}, {as_of - last_day} days before")
    if as_of - model.ensemble.until > _MODEL_OLD_DAYS:
        found.append(f"the model was trained on sales before {date_of(model.ensemble.until)}; train it anew")
    if not prediction.near.found.any():
        found.append("the place is not known to the market's sales: the value is that of such a home anywhere in it")
    elif prediction.near.found[0].sum() < _FEW or prediction.local.support[0] < _ALIKE:
        count = int(prediction.near.found[0].sum())
        found.append(f"few sales: {count} nearby in the last two years, hardly any of a home like this one")
    unknown = _unknown(subject, model)
    if unknown:
        found.append(
            f"not known: {_named(unknown)}; taken from the homes sold nearby, and the interval is wider for it"
        )
    found += [_unlike(name, getattr(subject, name), model.ranges) for name in _strange(subject, model)]
    return found


def comps_cautions(count: int | None) -> list[str]:
    if not count:
        return ["no comparable sales: the value is the model's alone"]
    return [f"few comparable sales: {count}"] if count < _FEW_COMPS else []


def spread_cautions(stretch: float) -> list[str]:
    """Return a caution if the latest residuals were larger, or smaller, than in training."""
    if abs(stretch - 1) < _SPREAD_TOLD:
        return []
    how = ("farther from", "wider") if stretch > 1 else ("closer to", "narrower")
    return [f"the latest prices were {how[0]} their values than in training: the interval is {how[1]} for it"]


def _unlike(name: str, value: float, ranges: Mapping[str, tuple[float, float]]) -> str:
    low, high = ranges[name]
    form = "{:.0f}" if name.startswith("year") else "{:,.10g}"
    low_text, high_text, own = (form.format(each) for each in (low, high, value))
    return f"unlike what sold: {_named([name])} {own}, where nearly all sales have {low_text} to {high_text}"


def _named(names: Sequence[str]) -> str:
    return ", ".join(_LABELS.get(name, name) for name in names)
