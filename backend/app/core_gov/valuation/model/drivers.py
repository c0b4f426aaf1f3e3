"""Value drivers: what separates a value from that of the market's typical home, in money and in words.

The typical home is changed into the subject one group of characteristics at a time, once in the order of the groups and
once in reverse. The share of a group is the mean of its two changes: a Shapley value approximated with two orders.
Changes of logarithms become money by the logarithmic mean, L = (b - a) / ln(b / a), so the amounts add up.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.valuation.model.features import NEIGHBORS
from backend.app.core_gov.valuation.model.homes import Homes, subject_homes
from backend.app.core_gov.valuation.model.predictor import ModelView
from backend.app.kit.arrays import Floats, Ints

_PLACE = "location"
_TYPE = "type"
_GROUPS: dict[str, tuple[str, ...]] = {
    _PLACE: (),
    "living area": ("living_sqft", "basement_sqft"),
    "lot": ("lot_sqft",),
    "grade and condition": ("grade", "condition", "year_renovated"),
    "age": ("year_built",),
    "rooms": ("beds", "baths", "floors"),
    "view and water": ("view", "waterfront"),
    _TYPE: (),
}
_FORMATS = {
    "living_sqft": "{:,.0f} sq ft",
    "basement_sqft": "{:,.0f} sq ft of it basement",
    "lot_sqft": "{:,.0f} sq ft",
    "grade": "grade {:g}",
    "condition": "condition {:g}",
    "year_renovated": "renovated {:.0f}",
    "year_built": "built {:.0f}",
    "beds": "{:g} beds",
    "baths": "{:g} baths",
    "floors": "{:g} floors",
    "view": "view {:g}",
    "waterfront": "waterfront {:g}",
}


@dataclass(frozen=True, slots=True)
class ValueDriver:
    """Contribution of one group of characteristics to the value, in money."""

    name: str
    amount: float
    sentence: str


@dataclass(frozen=True, slots=True)
class DriverChanges:
    """Log price of the typical home, and the change that each group of characteristics makes to it."""

    typical: float
    changes: dict[str, float]


def driver_changes(view: ModelView, subject: Subject, typical: Subject, as_of: int) -> DriverChanges:
    """Attribute the difference between the subject and the typical home to groups, by the trained ensemble alone."""
    pair = subject_homes(view.history, [typical, subject], as_of, view.ensemble.until)
    near = view.history.nearest(pair.places, pair.as_of, pair.parcel, NEIGHBORS, pair.own_rows)
    pair = view.ensemble.imputed(pair, view.history, near)
    switches = _switch_order(len(_GROUPS))
    place = switches[:, list(_GROUPS).index(_PLACE)]
    homes = _mixed_homes(pair, switches)
    predicted, _ = view.ensemble.predict(homes, view.history, near.take(place), view.price_signals)
    forward = predicted[: len(_GROUPS) + 1]
    backward = predicted[len(_GROUPS) :]  # from the subject back to the typical home, in the order of the groups
    changes = (np.diff(forward) - np.diff(np.r_[backward, predicted[0]])) / 2
    return DriverChanges(float(predicted[0]), dict(zip(_GROUPS, changes.tolist(), strict=True)))


def _switch_order(groups: int) -> Ints:
    """Return rows of 0 (typical) and 1 (subject): groups switched on one by one, then off one by one."""
    on = np.tril(np.ones((groups + 1, groups), dtype=np.int64), -1)
    off = 1 - on[1:-1]
    return np.concatenate([on, off])


def _mixed_homes(pair: Homes, switches: Ints) -> Homes:
    """Return homes that take each group of characteristics from the typical home or from the subject."""
    subject = np.ones(len(switches), dtype=np.int64)
    homes = pair.take(subject)
    characteristics: dict[str, Floats] = {}
    for column, names in enumerate(_GROUPS.values()):
        characteristics |= {name: pair.characteristics[name][switches[:, column]] for name in names}
    place, kind = (switches[:, list(_GROUPS).index(name)] for name in (_PLACE, _TYPE))
    return Homes(
        characteristics,
        pair.places[place],
        pair.area[place],
        pair.type[kind],
        homes.parcel,
        homes.day,
        homes.as_of,
        homes.fold_hash,
        homes.own_rows,
    )


def drivers_of(
    home_changes: DriverChanges, market_changes: dict[str, float], value: float, subject: Subject, typical: Subject
) -> tuple[float, tuple[ValueDriver, ...]]:
    """Return the typical home's value and the drivers; amounts add up to the difference, to the cent.

    `market_changes` holds changes of the log price that are not due to the home, such as the market since training.
    """
    changes = {name: change for name, change in (home_changes.changes | market_changes).items() if abs(change) > 1e-9}
    start = round(float(np.exp(home_changes.typical)), 2)
    whole = sum(changes.values())
    mean = (value - start) / whole if abs(whole) > 1e-9 else value
    amounts = {name: round(change * mean, 2) for name, change in changes.items()}
    if amounts:
        largest = max(amounts, key=lambda name: abs(amounts[name]))
        amounts[largest] = round(amounts[largest] + value - start - sum(amounts.values()), 2)
    found = [
        ValueDriver(name, amount, _driver_sentence(name, amount, subject, typical)) for name, amount in amounts.items()
    ]
    return start, tuple(sorted(found, key=lambda driver: (-abs(driver.amount), driver.name)))


_MARKET_DRIVERS = {
    "market now": "market change since training, from the latest sales",
    "nearby sales": "recent prices of similar homes nearby, compared with the model",
    "comparable sales": "difference between the comparable sales and the model",
}


def _driver_sentence(name: str, amount: float, subject: Subject, typical: Subject) -> str:
    effect = f"{'adds' if amount >= 0 else 'subtracts'} {abs(amount):,.0f}"
    if name in _MARKET_DRIVERS:
        return f"{name}: {_MARKET_DRIVERS[name]}, {effect}"
    subject_text, typical_text = _group_text(name, subject), _group_text(name, typical)
    if not subject_text or not typical_text:
        return f"{name}: {effect}, compared with the typical home"
    return f"{name}: {subject_text} (typical home: {typical_text}), {effect}"


def _group_text(group: str, home: Subject) -> str:
    if group == _TYPE:
        return home.property_type or ""
    if group == _PLACE:
        return f"area {home.area}" if home.area else ""
    known = [(name, getattr(home, name)) for name in _GROUPS[group]]
    return ", ".join(_value_text(name, value) for name, value in known if np.isfinite(value))


def _value_text(name: str, value: float) -> str:
    text = _FORMATS[name].format(value)
    return text.removesuffix("s") if value == 1 else text
