"""Value drivers: what separates a value from that of the market's typical home, in money and in words.

The typical home is changed into the subject one group of traits at a time, once in the order of the groups and once in
reverse. The share of a group is the mean of its two changes: a Shapley value approximated with two orders. Changes of
logarithms become money by the logarithmic mean, L = (b - a) / ln(b / a), so the amounts add up.
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
_WORDS = {
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
    """Contribution of one group of traits to the value, in money."""

    name: str
    amount: float
    sentence: str


@dataclass(frozen=True, slots=True)
class DriverSteps:
    """Log price of the typical home, and the change that each group of traits makes to it."""

    typical: float
    changes: dict[str, float]


def model_steps(view: ModelView, subject: Subject, typical: Subject, as_of: int) -> DriverSteps:
    """Attribute the difference between the subject and the typical home to groups, by the trained core alone."""
    pair = subject_homes(view.history, [typical, subject], as_of, view.ensemble.until)
    near = view.history.nearest(pair.places, pair.as_of, pair.parcel, NEIGHBORS)
    pair = view.ensemble.filled(pair, view.history, near)
    chosen = _turns(len(_GROUPS))
    place = chosen[:, list(_GROUPS).index(_PLACE)]
    mixed = _mixed(pair, chosen)
    said, _ = view.ensemble.predict(mixed, view.history, near.take(place), view.paid)
    there = said[: len(_GROUPS) + 1]
    back = said[len(_GROUPS) :]  # from the subject back to the typical home, in the order of the groups
    changes = (np.diff(there) - np.diff(np.r_[back, said[0]])) / 2
    return DriverSteps(float(said[0]), dict(zip(_GROUPS, changes.tolist(), strict=True)))


def _turns(groups: int) -> Ints:
    """Return rows of 0 (typical) and 1 (subject): groups switched on one by one, then off one by one."""
    on = np.tril(np.ones((groups + 1, groups), dtype=np.int64), -1)
    off = 1 - on[1:-1]
    return np.concatenate([on, off])


def _mixed(pair: Homes, chosen: Ints) -> Homes:
    """Return homes that take each group of traits from the typical home or from the subject."""
    subject = np.ones(len(chosen), dtype=np.int64)
    homes = pair.take(subject)
    traits: dict[str, Floats] = {}
    for column, names in enumerate(_GROUPS.values()):
        traits |= {name: pair.traits[name][chosen[:, column]] for name in names}
    place, kind = (chosen[:, list(_GROUPS).index(name)] for name in (_PLACE, _TYPE))
    return Homes(
        traits, pair.places[place], pair.area[place], pair.type[kind], homes.parcel, homes.day, homes.as_of, homes.seen
    )


def drivers_of(
    steps: DriverSteps, more: dict[str, float], value: float, subject: Subject, typical: Subject
) -> tuple[float, tuple[ValueDriver, ...]]:
    """Return the typical home's value and the drivers; amounts add up to the difference, to the cent.

    `more` holds changes of the log price that are not part of the home, such as the market since training.
    """
    changes = {name: change for name, change in (steps.changes | more).items() if abs(change) > 1e-9}
    start = round(float(np.exp(steps.typical)), 2)
    whole = sum(changes.values())
    mean = (value - start) / whole if abs(whole) > 1e-9 else value
    amounts = {name: round(change * mean, 2) for name, change in changes.items()}
    if amounts:
        largest = max(amounts, key=lambda name: abs(amounts[name]))
        amounts[largest] = round(amounts[largest] + value - start - sum(amounts.values()), 2)
    found = [ValueDriver(name, amount, _sentence(name, amount, subject, typical)) for name, amount in amounts.items()]
    return start, tuple(sorted(found, key=lambda driver: (-abs(driver.amount), driver.name)))


_SINCE = {
    "market now": "what the market has moved since the model was trained, by the latest sales",
    "nearby sales": "how much more or less than the model says was paid for homes like it nearby",
    "comparable sales": "what the comparable sales say beside the model",
}


def _sentence(name: str, amount: float, subject: Subject, typical: Subject) -> str:
    does = f"{'adds' if amount >= 0 else 'takes off'} {abs(amount):,.0f}"
    if name in _SINCE:
        return f"{name}: {_SINCE[name]}, {does}"
    own, usual = _words(name, subject), _words(name, typical)
    if not own or not usual:
        return f"{name}: {does}, against the typical home"
    return f"{name}: {own}, against {usual} of the typical home, {does}"


def _words(group: str, home: Subject) -> str:
    if group == _TYPE:
        return home.property_type or ""
    if group == _PLACE:
        return f"area {home.area}" if home.area else ""
    known = [(name, getattr(home, name)) for name in _GROUPS[group]]
    return ", ".join(_said(name, value) for name, value in known if np.isfinite(value))


def _said(name: str, value: float) -> str:
    word = _WORDS[name].format(value)
    return word.removesuffix("s") if value == 1 else word
