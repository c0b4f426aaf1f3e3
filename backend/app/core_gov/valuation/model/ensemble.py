"""Hedonic baseline plus cross-fitted boosted trees on its residuals.

Sales are assigned to folds by parcel, and each member is trained without one fold. The prediction for a sale in the
training data comes from the member trained without it, so its residual is out-of-fold. The rolling part uses these
residuals of neighboring sales. A home that was never sold is valued by all members.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from backend.app.core_gov.market.columns import Codes
from backend.app.core_gov.market.property_types import TypeCodes
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


@dataclass(frozen=True)
class TreeSettings:
    """Hyperparameters of the trees."""

    folds: int
    rounds: int
    leaves: int
    depth: int
    fewest: int
    """Minimum number of sales in a leaf."""
    rate: float = 0.05
    columns: float = 0.4
    """Share of the features considered at each node."""
    shrinkage: float = 1.0


def settings_for(count: int) -> TreeSettings:
    """Return hyperparameters for a number of sales: fewer sales, fewer and smaller trees."""
    if count < 1_000:
        return TreeSettings(5, 150, 6, 4, 10)
    if count < 4_000:
        return TreeSettings(5, 250, 12, 6, 15)
    return TreeSettings(5, 300, 31, 8, 20, rate=0.065)


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
        baseline = self.hedonic.predict(homes)
        value, spread = np.empty(len(homes)), np.full(len(homes), np.nan)
        fold = np.where(homes.fold_hash == NO_FOLD, NO_FOLD, homes.fold_hash % self.settings.folds)
        for member in np.unique(fold):
            rows = np.flatnonzero(fold == member)
            if member == NO_FOLD:
                predicted = self.forest.predict(matrix[rows])
                value[rows], spread[rows] = predicted.mean(axis=1), predicted.std(axis=1)
            else:
                value[rows] = self.forest.predict_member(matrix[rows], int(member))
        return baseline + value, spread

    def matrix(self, homes: Homes, history: History, near: Neighbors, price_signals: PriceSignals) -> Floats:
        columns = feature_columns(homes, history, near, price_signals)
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
        )


def _median_nearby(values: Floats, near: Neighbors, median: float) -> Floats:
    if not len(values):
        return np.full(len(near.rows), median)
    found = np.where(near.found, values[near.rows], np.nan)[:, :_IMPUTE_FROM]
    some = np.isfinite(found).any(axis=1)
    median_nearby = np.full(len(found), median)
    median_nearby[some] = np.nanmedian(found[some], axis=1)
    return median_nearby


def fit_ensemble(
    history: History, near: Neighbors, until: int, settings: TreeSettings | None, done: Callable[[], None]
) -> Ensemble:
    """Fit to the sales of a history that closed before a day; `done` is called after each member.

    `near` holds the neighbors of every sale of the history as of its own day. `history.map` is the model's.
    """
    rows = np.arange(history.known(until))
    settings = settings or settings_for(len(rows))
    homes = sold_homes(history, rows, until)
    log_price = np.log(history.sales.price[rows])
    hedonic = fit_hedonic(homes, log_price)
    baseline_only = Ensemble(until, settings, history.map, hedonic, (), _medians(homes), constant(settings.folds, 0.0))
    columns = feature_columns(homes, history, near.take(rows), baseline_only.price_signals(history))
    fold = homes.fold_hash % settings.folds
    names = tuple(name for name, values in columns.items() if _varies_in_every_fold(values, fold, settings.folds))
    residual = log_price - hedonic.predict(homes)
    if not names:
        return replace(baseline_only, forest=constant(settings.folds, float(np.median(residual))))
    matrix = np.stack([columns[name] for name in names], axis=1)
    return replace(baseline_only, names=names, forest=_fit_members(matrix, residual, fold, settings, done))


_BINNING = Lock()


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


def _fit_members(
    matrix: Floats, residual: Floats, fold: Ints, settings: TreeSettings, done: Callable[[], None]
) -> Forest:
    """Train one member for each fold, on the sales outside it.

    Members are trained in parallel, each on one thread. Several threads on one tree add floats in an order that depends
    on their number, and they wait for each other on a busy machine.
    """
    fitted = []
    with ThreadPoolExecutor(min(settings.folds, os.cpu_count() or 1)) as pool:
        futures = [
            pool.submit(_fit_member, matrix[fold != member], residual[fold != member], settings, member)
            for member in range(settings.folds)
        ]
        for future in futures:
            fitted.append(future.result())
            done()
    forest = exported(fitted, matrix.shape[1])
    for member, trees in enumerate(fitted):
        with _one_thread():
            expected = trees.predict(matrix)
        if not np.allclose(forest.predict_member(matrix, member), expected, rtol=0.0, atol=_EQUAL):
            raise RuntimeError("the exported trees predict differently from scikit-learn; the model was not stored")
    return forest


def _fit_member(matrix: Floats, residual: Floats, settings: TreeSettings, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    class Trees(HistGradientBoostingRegressor):  # type: ignore[misc]
        """Regressor that bins under a lock, because binning changes the process-wide warning filters."""

        def _bin_data(self, *given: Any, **named: Any) -> Any:
            with _BINNING:
                return super()._bin_data(*given, **named)

    trees = Trees(
        loss="absolute_error",  # fits the median, so a few absurd prices have no effect
        max_iter=settings.rounds,
        learning_rate=settings.rate,
        max_leaf_nodes=settings.leaves,
        max_depth=settings.depth,
        min_samples_leaf=settings.fewest,
        l2_regularization=settings.shrinkage,
        max_features=settings.columns,
        early_stopping=False,
        random_state=seed,
    )
    with _one_thread():
        return trees.fit(matrix, residual)


def _one_thread() -> Any:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="openmp")
