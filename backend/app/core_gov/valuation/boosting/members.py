"""Boosted trees of one member of an ensemble, fitted by scikit-learn and laid out in plain arrays.

A process that fits members imports this module, so it needs nothing of the application but its types of arrays.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.app.kit.arrays import Floats, Ints

_CHECKED = 1_000
"""Number of homes, at least, for which scikit-learn's predictions are kept, to check the exported trees."""

_BINNING = Lock()


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


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Sales to train on, in rows. A member is trained on the sales outside its fold."""

    matrix: Floats
    targets: Floats
    """One row for each target, one column for each sale."""
    fold: Ints
    settings: TreeSettings

    @property
    def checked(self) -> Floats:
        """Homes whose predictions are compared."""
        return self.matrix[:: max(1, len(self.matrix) // _CHECKED)]


@dataclass(frozen=True)
class FittedTrees:
    """Trees of a member for one target: the nodes of each tree in breadth-first order, one tree after the other."""

    sizes: Ints
    """Number of nodes of each tree."""
    leaf: NDArray[np.bool_]
    column: Ints
    threshold: Floats
    missing_left: NDArray[np.bool_]
    """True if a missing value goes left."""
    value: Floats
    """Prediction of a leaf, 0 elsewhere."""
    baseline: float
    checked: Floats
    """Predictions by scikit-learn of the homes in `TrainingData.checked`."""


def fit_member(data: TrainingData, member: int) -> list[FittedTrees]:
    """Fit a member's trees for each target, on one thread.

    Several threads on one tree add floats in an order that depends on their number, and they wait for each other on a
    busy machine.
    """
    from threadpoolctl import threadpool_limits

    rows = data.fold != member
    matrix = data.matrix[rows]
    bins = _Bins()
    regressors = [_regressor(data.settings, member, bins) for _ in data.targets]
    with threadpool_limits(1, user_api="openmp"):  # which limits libraries that are loaded: not before `_regressor`
        for regressor, target in zip(regressors, data.targets, strict=True):
            regressor.fit(matrix, target[rows])
        return [fitted_trees(regressor, data.checked) for regressor in regressors]


class _Bins:
    """Binned training data of a member, the same for all of its targets."""

    def __init__(self) -> None:
        self.mapper: Any = None
        self.binned: Any = None


def _regressor(settings: TreeSettings, seed: int, bins: _Bins) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    class Trees(HistGradientBoostingRegressor):  # type: ignore[misc]
        """Regressor that bins once, under a lock, because binning changes the process-wide warning filters."""

        _bin_mapper: Any

        def _bin_data(self, *given: Any, **named: Any) -> Any:
            if bins.mapper is None:
                with _BINNING:
                    bins.binned = super()._bin_data(*given, **named)
                bins.mapper = self._bin_mapper
            self._bin_mapper = bins.mapper
            return bins.binned

        def _get_loss(self, *given: Any, **named: Any) -> Any:
            loss = super()._get_loss(*given, **named)
            loss.fit_intercept_only = _median
            return loss

    return Trees(
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


def _median(y_true: Floats, sample_weight: None = None) -> np.float64:
    """Return the median, as `numpy.median` does. It is computed for every leaf, most of which have a few sales."""
    half = len(y_true) // 2
    if len(y_true) % 2:
        return np.float64(np.partition(y_true, half)[half])
    ordered = np.partition(y_true, (half - 1, half))
    return np.float64((ordered[half - 1] + ordered[half]) / 2.0)


def fitted_trees(regressor: Any, checked: Floats) -> FittedTrees:
    """Return the trees of a fitted histogram gradient boosting regressor, and its predictions of some homes."""
    trees = [_breadth_first(stage[0].nodes) for stage in regressor._predictors]
    nodes = np.concatenate(trees)
    leaf = nodes["is_leaf"].astype(bool)
    return FittedTrees(
        np.array([len(tree) for tree in trees], dtype=np.int64),
        leaf,
        nodes["feature_idx"].astype(np.int64),
        nodes["num_threshold"].astype(np.float64),
        nodes["missing_go_to_left"].astype(bool),
        np.where(leaf, nodes["value"], 0.0),
        float(np.ravel(regressor._baseline_prediction)[0]),
        regressor.predict(checked),
    )


def _breadth_first(tree: NDArray[Any]) -> NDArray[Any]:
    """Return a tree's nodes in breadth-first order."""
    level = np.zeros(1, dtype=np.int64)
    order = []
    while len(level):
        order.append(level)
        inner = tree[level[tree["is_leaf"][level] == 0]]
        level = np.stack([inner["left"], inner["right"]], axis=1).ravel().astype(np.int64)
    return tree[np.concatenate(order)]
