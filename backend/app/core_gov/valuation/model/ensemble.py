"""Cross-fitted boosted trees of two kinds: on residuals of a hedonic baseline, and on prices above the market level.

The first extrapolate, the second are not bound by the baseline's form; their mean has a smaller error than either.

Sales are assigned to folds by parcel, and each member is trained without one fold. The prediction for a sale in the
training data comes from the member trained without it, so its residual is out-of-fold. The rolling part uses these
residuals of neighboring sales. A home that was never sold is valued by all members.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from typing import Any
from zlib import crc32

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Codes
from backend.app.core_gov.market.property_types import TypeCodes
from backend.app.core_gov.valuation.boosting.members import FittedTrees, TrainingData, TreeSettings
from backend.app.core_gov.valuation.boosting.trainers import Trainer
from backend.app.core_gov.valuation.extra_features.encoding import ExtraColumn, learned_columns
from backend.app.core_gov.valuation.model.features import PriceSignals, feature_columns
from backend.app.core_gov.valuation.model.hedonic import Hedonic, PriceLevel, fit_hedonic, positive
from backend.app.core_gov.valuation.model.homes import CHARACTERISTICS, NO_FOLD, Homes, sold_homes
from backend.app.core_gov.valuation.model.sales_history import History, MarketMap, Neighbors
from backend.app.core_gov.valuation.model.trees import Forest, constant, exported
from backend.app.kit.arrays import Floats, Ints

_EQUAL = 1e-9
_KNOWN_SHARE = 0.95
"""Share of sales that must have a characteristic for it to be imputed; others stay missing for the trees."""
_IMPUTE_FROM = 15
_ONE_IN = 5
"""One training sale in this many has its further columns masked."""


def settings_for(count: int) -> TreeSettings:
    """Return hyperparameters for a number of sales: fewer sales, fewer and smaller trees."""
    if count < 1_000:
        return TreeSettings(5, 75, 6, 4, 10, rate=0.1)
    if count < 4_000:
        return TreeSettings(5, 125, 12, 6, 15, rate=0.1)
    return TreeSettings(5, 150, 31, 8, 20, rate=0.12)


@dataclass(frozen=True)
class Ensemble:
    """Parameters learned from sales that closed before a day; prices are logarithms throughout."""

    until: int
    settings: TreeSettings
    map: MarketMap
    hedonic: Hedonic
    names: tuple[str, ...]
    """Features, in the order of their indices in the trees."""
    medians: dict[str, float]
    """Median of each characteristic that nearly every sale has, for imputation."""
    forest: Forest
    """Trees on the residuals of the hedonic baseline."""
    level_forest: Forest | None = None
    """Trees on the log price above the market level; None in a model of format 1."""
    extra: tuple[ExtraColumn, ...] = ()
    """Further columns that the trees use."""

    def price_signals(self, history: History) -> PriceSignals:
        """Return the price of each sale of a history relative to the baseline."""
        sales = history.sales
        homes = sold_homes(history, np.arange(len(history)), self.until)
        above = np.log(sales.price) - self.hedonic.level.at(sales.day)
        area = np.log(positive(sales.living_sqft)) if np.isfinite(sales.living_sqft).any() else np.zeros(len(sales))
        return PriceSignals(above - self.hedonic.characteristic_effects(homes), above - area)

    def predict(
        self, homes: Homes, history: History, near: Neighbors, price_signals: PriceSignals
    ) -> tuple[Floats, Floats]:
        """Return the log price of each home and the standard deviation over the members.

        A home whose parcel was sold in training is valued only by the member trained without it; its deviation is NaN.
        """
        homes = self.imputed(homes, history, near)
        matrix = self.matrix(homes, history, near, price_signals)
        value, spread = np.empty(len(homes)), np.full(len(homes), np.nan)
        fold = np.where(homes.fold_hash == NO_FOLD, NO_FOLD, homes.fold_hash % self.settings.folds)
        for member in np.unique(fold):
            rows = np.flatnonzero(fold == member)
            predicted = self._by_members(homes.take(rows), matrix[rows], None if member == NO_FOLD else int(member))
            value[rows] = predicted.mean(axis=1)
            if member == NO_FOLD:
                spread[rows] = predicted.std(axis=1)
        return value, spread

    def _by_members(self, homes: Homes, matrix: Floats, member: int | None) -> Floats:
        """Return the log price of each home by all members, or by one; shape (homes, members)."""

        def predicted(forest: Forest) -> Floats:
            return forest.predict(matrix) if member is None else forest.predict_member(matrix, member)[:, None]

        by_residual = self.hedonic.predict(homes)[:, None] + predicted(self.forest)
        if self.level_forest is None:
            return by_residual
        by_level = self.hedonic.level.at(homes.day)[:, None] + predicted(self.level_forest)
        return (by_residual + by_level) / 2.0

    def matrix(self, homes: Homes, history: History, near: Neighbors, price_signals: PriceSignals) -> Floats:
        columns = feature_columns(homes, history, near, price_signals, self.hedonic, self.extra)
        return np.stack([columns[name] for name in self.names], axis=1) if self.names else np.zeros((len(homes), 0))

    def imputed(self, homes: Homes, history: History, near: Neighbors) -> Homes:
        """Return homes with characteristics that nearly every sale has imputed from their neighbors."""
        new = {}
        for name, median in self.medians.items():
            own = homes.characteristics[name]
            missing = np.flatnonzero(~np.isfinite(own))
            if len(missing):
                new[name] = own.copy()
                new[name][missing] = _median_nearby(getattr(history.sales, name), near.take(missing), median)
        return homes.with_characteristics(new)

    def to_json(self) -> dict[str, Any]:
        return {
            "until": self.until,
            "recipe": asdict(self.settings),
            "map": {
                "latitude": self.map.latitude,
                "longitude": self.map.longitude,
                "areas": list(self.map.areas.names),
                "types": list(self.map.types.names),
                "centres": [[None if np.isnan(x) else x for x in pair] for pair in self.map.centers.tolist()],
            },
            "hedonic": {
                "names": list(self.hedonic.names),
                "middle": self.hedonic.mean.tolist(),
                "scale": self.hedonic.std.tolist(),
                "rates": self.hedonic.coefficients.tolist(),
                "level": [self.hedonic.level.days.tolist(), self.hedonic.level.values.tolist()],
            },
            "names": list(self.names),
            "usual": self.medians,
            "forest": self.forest.to_json(),
            **({} if self.level_forest is None else {"level_forest": self.level_forest.to_json()}),
            **({"extra": [column.to_json() for column in self.extra]} if self.extra else {}),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Ensemble":
        location, linear = stored["map"], stored["hedonic"]
        centers = np.array([[np.nan if x is None else x for x in pair] for pair in location["centres"]]).reshape(-1, 2)
        areas, types = Codes(tuple(location["areas"])), TypeCodes(tuple(location["types"]))
        mean, std, coefficients = (np.array(linear[name], dtype=np.float64) for name in ("middle", "scale", "rates"))
        days, values = (np.array(part, dtype=np.float64) for part in linear["level"])
        hedonic = Hedonic(tuple(linear["names"]), mean, std, coefficients, PriceLevel(days, values))
        return cls(
            stored["until"],
            TreeSettings(**stored["recipe"]),
            MarketMap(location["latitude"], location["longitude"], areas, types, centers),
            hedonic,
            tuple(stored["names"]),
            stored["usual"],
            Forest.from_json(stored["forest"]),
            Forest.from_json(stored["level_forest"]) if "level_forest" in stored else None,
            tuple(map(ExtraColumn.from_json, stored.get("extra", ()))),
        )


def _median_nearby(values: Floats, near: Neighbors, median: float) -> Floats:
    if not len(values):
        return np.full(len(near.rows), median)
    found = np.where(near.found, values[near.rows], np.nan)[:, :_IMPUTE_FROM]
    some = np.isfinite(found).any(axis=1)
    median_nearby = np.full(len(found), median)
    median_nearby[some] = np.nanmedian(found[some], axis=1)
    return median_nearby


@dataclass(frozen=True)
class EnsembleFit:
    """An ensemble whose members are being fitted."""

    ensemble: Ensemble
    """Everything but the trees; without any feature, all of it."""
    data: TrainingData
    members: list["Future[list[FittedTrees]]"]
    """Fitted trees of each member, for each target."""

    def result(self, done: Callable[[], None]) -> Ensemble:
        """Wait for the members; `done` is called for each of their targets.

        Raises TrainingProcessDied if a process ended, RuntimeError if the exported trees predict differently from
        scikit-learn for some of the homes.
        """
        if not self.members:
            return self.ensemble
        fitted = []
        for member in self.members:
            fitted.append(member.result())
            for _ in self.data.targets:
                done()
        forest, level_forest = (_checked_forest(trees, self.data) for trees in zip(*fitted, strict=True))
        return replace(self.ensemble, forest=forest, level_forest=level_forest)


def fit_ensemble(
    history: History, near: Neighbors, until: int, settings: TreeSettings | None, trainer: Trainer
) -> EnsembleFit:
    """Start to fit to the sales of a history that closed before a day.

    `near` holds the neighbors of every sale of the history as of its own day. `history.map` is the model's.
    """
    rows = np.arange(history.known(until))
    settings = settings or settings_for(len(rows))
    homes = sold_homes(history, rows, until)
    log_price = np.log(history.sales.price[rows])
    hedonic = fit_hedonic(homes, log_price)
    flat = constant(settings.folds, 0.0)
    baseline_only = Ensemble(until, settings, history.map, hedonic, (), _medians(homes), flat)
    signals = baseline_only.price_signals(history)
    extra = _learned_columns(history, rows)
    columns = feature_columns(_masked(homes, history), history, near.take(rows), signals, hedonic, extra)
    fold = homes.fold_hash % settings.folds
    names = tuple(name for name, values in columns.items() if _varies_in_every_fold(values, fold, settings.folds))
    targets = np.stack([log_price - hedonic.predict(homes), log_price - hedonic.level.at(homes.day)])
    matrix = np.stack([columns[name] for name in names], axis=1) if names else np.zeros((len(rows), 0))
    data = TrainingData(matrix, targets, fold, settings)
    if not names:
        forest, level_forest = (constant(settings.folds, float(np.median(target))) for target in targets)
        return EnsembleFit(replace(baseline_only, forest=forest, level_forest=level_forest), data, [])
    members = [trainer.submit(data, member) for member in range(settings.folds)]
    used = tuple(column for column in extra if column.feature in names)
    return EnsembleFit(replace(baseline_only, names=names, extra=used), data, members)


def _learned_columns(history: History, rows: Ints) -> tuple[ExtraColumn, ...]:
    if history.recorded is None:
        return ()
    sales = history.sales
    return learned_columns(history.recorded.extra.of_sales(sales.seq[rows]), sales.price[rows])


def _masked(homes: Homes, history: History) -> Homes:
    """Return the training sales with the further columns of some of them unknown.

    Most properties have none, and without a mask the trees could not learn what to do then.
    """
    numbers = history.sales.seq[: len(homes)]
    masked = np.array([crc32(f"extra {seq}".encode()) % _ONE_IN == 0 for seq in numbers], dtype=bool)
    return replace(homes, recorded=np.where(masked, UNKNOWN, homes.recorded))


def _medians(homes: Homes) -> dict[str, float]:
    known = {name: homes.characteristics[name][np.isfinite(homes.characteristics[name])] for name in CHARACTERISTICS}
    return {
        name: float(np.median(some)) for name, some in known.items() if len(some) >= max(1, _KNOWN_SHARE * len(homes))
    }


def _varies_in_every_fold(values: Floats, fold: Ints, folds: int) -> bool:
    """Return whether a feature takes at least two values in every member's training data."""
    known = np.isfinite(values)
    training_values = (values[known & (fold != member)] for member in range(folds))
    return all(len(some) > 0 and bool(some.min() < some.max()) for some in training_values)


def _checked_forest(members: Sequence[FittedTrees], data: TrainingData) -> Forest:
    """Export the members of a forest. Raises RuntimeError if the export predicts differently for some of the homes."""
    forest = exported(members, data.matrix.shape[1])
    for member, trees in enumerate(members):
        if not np.allclose(forest.predict_member(data.checked, member), trees.checked, rtol=0.0, atol=_EQUAL):
            raise RuntimeError("the exported trees predict differently from scikit-learn; the model was not stored")
    return forest
