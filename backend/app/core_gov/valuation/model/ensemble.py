"""Cross-fitted boosted trees of two kinds: on residuals of a hedonic baseline, and on prices above the market level.

The first extrapolate, the second are not bound by the baseline's form; their mean has a smaller error than either.

Sales are assigned to folds by parcel, and each member is trained without one fold. The prediction for a sale in the
training data comes from the member trained without it, so its residual is out-of-fold. The rolling part uses these
residuals of neighboring sales. A home that was never sold is valued by all members.
"""

import os
from collections.abc import Callable, Sequence
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
_CHECKED = 1_000
"""Number of homes, at least, for which the exported trees are compared with scikit-learn's."""
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
        columns = feature_columns(homes, history, near, price_signals, self.hedonic)
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
    flat = constant(settings.folds, 0.0)
    baseline_only = Ensemble(until, settings, history.map, hedonic, (), _medians(homes), flat)
    signals = baseline_only.price_signals(history)
    columns = feature_columns(homes, history, near.take(rows), signals, hedonic)
    fold = homes.fold_hash % settings.folds
    names = tuple(name for name, values in columns.items() if _varies_in_every_fold(values, fold, settings.folds))
    residual, above_level = log_price - hedonic.predict(homes), log_price - hedonic.level.at(homes.day)
    if not names:
        constants = [constant(settings.folds, float(np.median(target))) for target in (residual, above_level)]
        return replace(baseline_only, forest=constants[0], level_forest=constants[1])
    matrix = np.stack([columns[name] for name in names], axis=1)
    forest, level_forest = _fit_forests(matrix, (residual, above_level), fold, settings, done)
    return replace(baseline_only, names=names, forest=forest, level_forest=level_forest)


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


def _fit_forests(
    matrix: Floats, targets: Sequence[Floats], fold: Ints, settings: TreeSettings, done: Callable[[], None]
) -> list[Forest]:
    """Train one forest for each target; one member of it for each fold, on the sales outside the fold.

    Members are trained in parallel, each on one thread. Several threads on one tree add floats in an order that depends
    on their number, and they wait for each other on a busy machine.
    """
    jobs = [(target, member) for target in range(len(targets)) for member in range(settings.folds)]
    fitted: list[list[Any]] = [[] for _ in targets]
    with ThreadPoolExecutor(min(len(jobs), os.cpu_count() or 1)) as pool:
        futures = [
            pool.submit(_fit_member, matrix[fold != member], targets[target][fold != member], settings, member)
            for target, member in jobs
        ]
        for (target, _), future in zip(jobs, futures, strict=True):
            fitted[target].append(future.result())
            done()
    return [_checked_forest(members, matrix) for members in fitted]


def _checked_forest(members: list[Any], matrix: Floats) -> Forest:
    """Export the members of a forest. Raises RuntimeError if the export predicts differently for some of the homes."""
    forest = exported(members, matrix.shape[1])
    matrix = matrix[:: max(1, len(matrix) // _CHECKED)]
    for member, trees in enumerate(members):
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
