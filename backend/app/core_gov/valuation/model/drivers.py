"""Value drivers: what separates a value from that of the market's typical home, in money and in words.

The typical home is changed into the subject one group of characteristics at a time, once in the order of the groups and
once in reverse. The share of a group is the mean of its two changes: a Shapley value approximated with two orders.
Changes of logarithms become money by the logarithmic mean, L = (b - a) / ln(b / a), so the amounts add up.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.valuation.model.homes import Homes
from backend.app.core_gov.valuation.model.predictor import ModelView, Prediction
from backend.app.core_gov.valuation.model.sales_history import Neighbors
from backend.app.kit.arrays import Bools, Ints

_PLACE = "location"
_TYPE = "type"
_EARLIER_SALE = "own earlier sale"
_FURTHER = "further columns"
_GROUPS: dict[str, tuple[str, ...]] = {
    _PLACE: (),
    "living area": ("living_sqft", "basement_sqft"),
    "lot": ("lot_sqft",),
    "grade and condition": ("grade", "condition", "year_renovated"),
    "age": ("year_built",),
    "rooms": ("beds", "baths", "floors"),
    "view and water": ("view", "waterfront"),
    _TYPE: (),
    _EARLIER_SALE: (),
    _FURTHER: (),
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


def driver_changes(view: ModelView, prediction: Prediction, typical: Subject, as_of: int) -> list[DriverChanges]:
    """Attribute the difference between each predicted home and the typical one to groups, by the ensemble alone.

    A mixed home is predicted once, whichever of the groups in which the two homes do not differ are switched on.
    """
    mixed = _MixedHomes.of(view, prediction, typical, as_of)
    switches = _switch_order(len(_GROUPS))
    bits = 1 << np.arange(len(_GROUPS))
    code: Ints = (switches & mixed.differs[:, None, :]) @ bits
    predicted = np.repeat(prediction.model[:, None], len(switches), axis=1)
    new = code != (mixed.differs @ bits)[:, None]
    keys, place = np.unique((np.arange(len(code))[:, None] << len(_GROUPS) | code)[new], return_inverse=True)
    homes, near = mixed.mixed(keys >> len(_GROUPS), (keys[:, None] & bits) > 0)
    predicted[new] = view.ensemble.predict(homes, view.history, near, view.price_signals)[0][place]
    forward = predicted[:, : len(_GROUPS) + 1]
    backward = predicted[:, len(_GROUPS) :]  # from the subject back to the typical home, in the order of the groups
    changes = (np.diff(forward) - np.diff(np.concatenate([backward, predicted[:, :1]], axis=1))) / 2
    return [
        DriverChanges(float(start), dict(zip(_GROUPS, of_home, strict=True)))
        for start, of_home in zip(predicted[:, 0], changes.tolist(), strict=True)
    ]


def _switch_order(groups: int) -> Ints:
    """Return rows of 0 (typical) and 1 (subject): groups switched on one by one, then off one by one."""
    on = np.tril(np.ones((groups + 1, groups), dtype=np.int64), -1)
    off = 1 - on[1:-1]
    return np.concatenate([on, off])


@dataclass(frozen=True)
class _MixedHomes:
    """Homes between the typical home and each of the subjects, with the characteristics that are known or imputed."""

    typical: Homes
    typical_near: Neighbors
    subjects: Homes
    subjects_near: Neighbors

    @classmethod
    def of(cls, view: ModelView, prediction: Prediction, typical: Subject, as_of: int) -> "_MixedHomes":
        return cls(
            *view.typical_home(typical, as_of),
            view.ensemble.imputed(prediction.homes, view.history, prediction.near),
            prediction.near,
        )

    @property
    def differs(self) -> Ints:
        """1 for each group in which a subject differs from the typical home; its location always counts as another."""
        found = np.zeros((len(self.subjects), len(_GROUPS)), dtype=np.int64)
        for column, (group, names) in enumerate(_GROUPS.items()):
            if group == _TYPE:
                found[:, column] = self.subjects.type != self.typical.type
            elif group == _EARLIER_SALE:
                found[:, column] = self.subjects.prior != self.typical.prior
            elif group == _FURTHER:
                found[:, column] = self.subjects.recorded != self.typical.recorded
            else:
                found[:, column] = group == _PLACE
            for name in names:
                own, other = self.subjects.characteristics[name], self.typical.characteristics[name]
                found[:, column] |= ~((own == other) | (np.isnan(own) & np.isnan(other)))
        return found

    def mixed(self, rows: Ints, on: Bools) -> tuple[Homes, Neighbors]:
        """Return homes that take each group from the subject in a row if it is on, or else from the typical home."""
        subjects = self.subjects.take(rows)
        own = {name: column for column, names in enumerate(_GROUPS.values()) for name in names}
        groups = (_PLACE, _TYPE, _EARLIER_SALE, _FURTHER)
        place, kind, earlier, further = (on[:, list(_GROUPS).index(name)] for name in groups)
        homes = replace(
            subjects,
            characteristics=subjects.characteristics
            | {
                name: np.where(on[:, column], subjects.characteristics[name], self.typical.characteristics[name])
                for name, column in own.items()
            },
            places=np.where(place[:, None], subjects.places, self.typical.places),
            area=np.where(place, subjects.area, self.typical.area),
            type=np.where(kind, subjects.type, self.typical.type),
            prior=np.where(earlier, subjects.prior, self.typical.prior),
            recorded=np.where(further, subjects.recorded, self.typical.recorded),
        )
        near = self.subjects_near.take(rows)
        return homes, Neighbors(
            np.where(place[:, None], near.rows, self.typical_near.rows),
            np.where(place[:, None], near.km, self.typical_near.km),
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


_EXPLAINED = {
    _EARLIER_SALE: "the parcel's last sale, compared with similar homes then",
    _FURTHER: "those recorded with the parcel's last sale, compared with a home without any",
    "market now": "market change since training, from the latest sales",
    "nearby sales": "recent prices of similar homes nearby, compared with the model",
    "comparable sales": "difference between the comparable sales and the model",
}


def _driver_sentence(name: str, amount: float, subject: Subject, typical: Subject) -> str:
    effect = f"{'adds' if amount >= 0 else 'subtracts'} {abs(amount):,.0f}"
    if name in _EXPLAINED:
        return f"{name}: {_EXPLAINED[name]}, {effect}"
    subject_text, typical_text = _group_text(name, subject), _typical_text(name, typical)
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


_typical_text = lru_cache(maxsize=64)(_group_text)
"""Text of a group for typical homes, of which a market has one."""


def _value_text(name: str, value: float) -> str:
    text = _FORMATS[name].format(value)
    return text.removesuffix("s") if value == 1 else text
