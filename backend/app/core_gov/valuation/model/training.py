"""Training: trees on all sales, with calibration from two walk-forward splits of earlier sales.

The last two fifths of the sales are the validation splits. Each is valued by trees trained on the sales before it,
every sale as of its own day, with comparable sales if the caller provides them. The residuals give the prediction
intervals, the weight of the comparables and the accuracy figures.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, date_of
from backend.app.core_gov.market.fingerprint import fingerprint
from backend.app.core_gov.valuation.boosting.trainers import Trainer, trainer
from backend.app.core_gov.valuation.calibration.intervals import (
    Calibration,
    calibrate,
    calibration_of,
    cross_fitted_sizes,
    sampling_corrected,
)
from backend.app.core_gov.valuation.model.ensemble import Ensemble, fit_ensemble, settings_for
from backend.app.core_gov.valuation.model.features import NEIGHBORS, nearby_mean
from backend.app.core_gov.valuation.model.hedonic import positive
from backend.app.core_gov.valuation.model.homes import Homes, sold_homes
from backend.app.core_gov.valuation.model.model import EXTRA, PLACE, Accuracy, Model, comps_weight
from backend.app.core_gov.valuation.model.predictor import (
    ModelView,
    Prediction,
    error_features,
    error_features_with_comps,
)
from backend.app.core_gov.valuation.model.recent_residuals import ResidualSettings
from backend.app.core_gov.valuation.model.sales_history import History, MarketMap, Neighbors
from backend.app.core_gov.valuation.model.typical_home import ranges_of, renovated_of, typical_of
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.errors import Conflict
from backend.app.kit.output.progress import ReportProgress

MIN_SALES = 100
MAX_SALES = 60_000
"""Maximum number of sales to train on; the latest are used."""

_SPLITS = 2
_SPLIT_SHARE = 0.2
_MAX_SPLIT_SALES = 3_000
_MIN_COMPARED = 30
_MAX_COMPARED = 2_500
_MAX_MASKED = 600
_MAX_ERROR = 0.5
_TUNING_GRID = {"shrink": (10.0, 100.0), "market_shrink": (80.0, 320.0)}
_MIN_IMPROVEMENT = 0.002
_DEFAULT_COMPS_FACTOR = 0.5
"""Default factor if no split can estimate it."""
_COMPS_FACTORS = tuple(step / 10 for step in range(16))

Comparables = Callable[[Ints], tuple[Floats, Floats]]
"""Value and log standard error from comparable sales, for indices of sales in the columns.

Each sale is valued as of its own closing day, without its own parcel; NaN if there are no comparables.
"""


@dataclass(frozen=True)
class ValidationSplit:
    """Walk-forward predictions of sales, each as of its own day; logarithms."""

    view: ModelView
    rows: Ints
    log_price: Floats
    prediction: Prediction
    features: dict[str, Floats]


def train(
    sales: Sales, until: int, progress: ReportProgress | None = None, comparables: Comparables | None = None
) -> Model:
    """Train on the usable sales that closed before a day.

    The same sales give a byte-identical model, whatever their order. Raises Conflict if there are too few sales, or if
    all have the same price.
    """
    indices = training_rows(sales, until)
    training_sales = sales.take(indices)
    settings = settings_for(len(training_sales))
    done = _TrainingSteps(progress, 2 * settings.folds * (1 + _SPLITS) + 2).done
    with trainer(len(training_sales)) as members:
        history = History(training_sales, MarketMap.of(training_sales))
        homes = sold_homes(history, np.arange(len(history)), until)
        near = history.nearest(homes.places, homes.as_of, homes.parcel, NEIGHBORS)
        done()
        full_view, splits = _fit(history, near, until, members, done)
    model = _model(
        full_view.ensemble,
        full_view.with_settings(splits[0].view.settings),
        splits,
        indices[history.order],
        comparables,
        fingerprint(training_sales),
    )
    done()
    return model


def _fit(
    history: History, near: Neighbors, until: int, members: Trainer, done: Callable[[], None]
) -> tuple[ModelView, list[ValidationSplit]]:
    """Fit to all sales and to those before each split, and validate the splits."""
    split_days = list(_split_days(history.sales.close_day, until))
    *split_fits, full_fit = [
        fit_ensemble(history, near, day, settings_for(history.known(day)), members)
        for day in (*(start for start, _ in split_days), until)
    ]
    settings = residual_settings_of(history.sales)
    views = []
    for (start, stop), fit in zip(split_days, split_fits, strict=True):
        known = near.take(np.arange(history.known(stop)))
        view = ModelView(fit.result(done), history.sales.known_before(stop), known, settings)
        views.append((view, history.known(start)))
    splits = _tune(views) if views else []  # while the members on all sales are being fitted
    full_view = ModelView(full_fit.result(done), history.sales, near, settings)
    return full_view, splits or _tune([(full_view, 0)])


class _TrainingSteps:
    def __init__(self, progress: ReportProgress | None, total: int) -> None:
        self._progress, self._total, self._count = progress, total, 0

    def done(self) -> None:
        self._count += 1
        if self._progress is not None:
            self._progress(min(self._count, self._total), self._total)


def training_rows(sales: Sales, until: int) -> Ints:
    """Return the indices of the sales to train on. Raises Conflict if they are too few, or all prices are the same."""
    priced = np.isfinite(sales.price) & (sales.price > 0)
    rows = np.flatnonzero(sales.usable & priced & (sales.close_day < until))
    rows = rows[np.lexsort((sales.seq[rows], sales.close_day[rows]))][-MAX_SALES:]
    if len(rows) < MIN_SALES:
        count = f"{len(rows)} usable sale{'s' if len(rows) != 1 else ''}"
        raise Conflict(f"the market has {count} before {date_of(until)}; a model needs {MIN_SALES}")
    if np.ptp(sales.price[rows]) == 0:
        raise Conflict(
            f"all {len(rows)} usable sales before {date_of(until)} have the same price; a model cannot be trained"
        )
    return rows


def residual_settings_of(sales: Sales) -> ResidualSettings:
    """Return similarity scales for the market: one standard deviation of each characteristic."""
    defaults = ResidualSettings()
    spreads = {"living": np.log(positive(sales.living_sqft)), "grade": sales.grade, "years": sales.year_built}
    found = {name: _spread(values) for name, values in spreads.items()}
    return ResidualSettings(
        **{name: getattr(defaults, name) if spread is None else spread for name, spread in found.items()}
    )


def _spread(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    spread = float(np.std(known)) if len(known) else 0.0
    return round(spread, 9) if spread > 1e-6 else None


def _split_days(close_day: Ints, until: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last day (exclusive) of each walk-forward split."""
    size = min(int(_SPLIT_SHARE * len(close_day)), _MAX_SPLIT_SALES)
    stop = until
    splits = []
    for place in range(1, _SPLITS + 1):
        start = int(close_day[-place * size])
        if start < stop and np.searchsorted(close_day, start) >= MIN_SALES // 2:
            splits.append((start, stop))
            stop = start
    yield from reversed(splits)


def _tune(views: list[tuple[ModelView, int]]) -> list[ValidationSplit]:
    """Return the splits after tuning the weight of recent residuals on them.

    A default is replaced only if another choice is clearly better.
    """
    best = views[0][0].settings
    splits = [_validate(view, first) for view, first in views]
    for name, choices in _TUNING_GRID.items():
        loss = _loss(splits)
        for choice in choices:
            settings = replace(best, **{name: choice})
            candidates = [_validate(split.view.with_settings(settings), int(split.rows[0])) for split in splits]
            if _loss(candidates) < loss * (1 - _MIN_IMPROVEMENT):
                best, splits, loss = settings, candidates, _loss(candidates)
    return splits


def _loss(splits: list[ValidationSplit]) -> float:
    errors = np.concatenate([split.prediction.value - split.log_price for split in splits])
    return float(np.minimum(np.abs(errors), _MAX_ERROR).mean())


def _validate(view: ModelView, first: int) -> ValidationSplit:
    rows = np.arange(first, len(view.history))
    prediction = view.predict_sales(rows)
    return ValidationSplit(
        view, rows, np.log(view.history.sales.price[rows]), prediction, error_features(view.ensemble, prediction)
    )


@dataclass(frozen=True)
class _PooledSplits:
    """Pooled validation splits; logarithms."""

    indices: Ints
    """Indices in the columns given to training."""
    log_price: Floats
    model: Floats
    value: Floats
    features: dict[str, Floats]

    def take(self, some: Ints) -> "_PooledSplits":
        features = {name: values[some] for name, values in self.features.items()}
        return _PooledSplits(self.indices[some], self.log_price[some], self.model[some], self.value[some], features)


def _pooled(splits: list[ValidationSplit], indices: Ints) -> _PooledSplits:
    names = splits[0].features
    return _PooledSplits(
        indices[np.concatenate([split.rows for split in splits])],
        np.concatenate([split.log_price for split in splits]),
        np.concatenate([split.prediction.model for split in splits]),
        np.concatenate([split.prediction.value for split in splits]),
        {name: np.concatenate([split.features[name] for split in splits]) for name in names},
    )


@dataclass(frozen=True)
class _Reconciliation:
    """Weight of the comparables and calibration of the reconciled value, from the splits."""

    comps_factor: float = _DEFAULT_COMPS_FACTOR
    combined_calibration: Calibration | None = None
    accuracy: dict[str, Accuracy] = field(default_factory=dict)


def _reconcile_with_comps(
    pooled: _PooledSplits, model_calibration: Calibration, comparables: Comparables | None
) -> _Reconciliation:
    """Choose the weight of comparables that minimizes the error over the splits."""
    if comparables is None:
        return _Reconciliation()
    residual_size = cross_fitted_sizes(pooled.features, pooled.log_price - pooled.value)
    spaced = _evenly_spaced(len(pooled.value), _MAX_COMPARED)
    pooled, residual_size = pooled.take(spaced), residual_size[spaced]
    comps_value, error = comparables(pooled.indices)
    some = np.flatnonzero(
        (np.nan_to_num(comps_value) > 0) & (np.nan_to_num(error) > 0) & np.isfinite(comps_value * error)
    )
    if len(some) < _MIN_COMPARED:
        return _Reconciliation()
    pooled, residual_size, comps_value, error = (
        pooled.take(some),
        residual_size[some],
        np.log(comps_value[some]),
        error[some],
    )
    model_error = model_calibration.fsd * model_calibration.size(pooled.features, len(some))
    values = [
        pooled.value + comps_weight(factor, model_error, error) * (comps_value - pooled.value)
        for factor in _COMPS_FACTORS
    ]
    loss = [float(np.minimum(np.abs(value - pooled.log_price), _MAX_ERROR).mean()) for value in values]
    best = int(np.argmin(np.round(loss, 9)))
    features = error_features_with_comps(pooled.features, pooled.value, comps_value, error)
    accuracy = {
        "comparable sales": accuracy_of(comps_value - pooled.log_price),
        "reconciled": accuracy_of(values[best] - pooled.log_price),
    }
    combined = calibrate(features, pooled.log_price - values[best])
    control = calibration_of(model_calibration.sizes, residual_size, pooled.log_price - pooled.value)
    return _Reconciliation(_COMPS_FACTORS[best], sampling_corrected(combined, model_calibration, control), accuracy)


def _model(
    ensemble: Ensemble,
    full_view: ModelView,
    splits: list[ValidationSplit],
    indices: Ints,
    comparables: Comparables | None,
    digest: str,
) -> Model:
    """Assemble the model from the validation splits."""
    pooled = _pooled(splits, indices)
    model_calibration = calibrate(pooled.features, pooled.log_price - pooled.value)
    reconciliation = _reconcile_with_comps(pooled, model_calibration, comparables)
    accuracy = {
        "model": accuracy_of(pooled.model - pooled.log_price),
        "with latest sales": accuracy_of(pooled.value - pooled.log_price),
    }
    sales = full_view.history.sales
    return Model(
        ensemble=ensemble,
        residual_settings=full_view.settings,
        model_calibration=model_calibration,
        combined_calibration=reconciliation.combined_calibration,
        comps_factor=reconciliation.comps_factor,
        imputation_variance=_imputation_variance(splits[-1]),
        ranges=ranges_of(sales),
        renovated=renovated_of(sales),
        typical=typical_of(sales, nearby_mean(full_view.near, full_view.price_signals.excess, NEIGHBORS)),
        sales=len(sales),
        first_day=int(sales.close_day[0]),
        last_day=int(sales.close_day[-1]),
        fingerprint=digest,
        accuracy=accuracy | reconciliation.accuracy,
    )


def accuracy_of(error: Floats) -> Accuracy:
    """Return the accuracy of values by their log errors."""
    share = np.abs(np.expm1(error))
    return Accuracy(
        len(error),
        *(
            round(float(figure), 6)
            for figure in (np.median(share), share.mean(), np.exp(np.median(error)), (share <= 0.1).mean())
        ),
    )


def _imputation_variance(split: ValidationSplit) -> dict[str, float]:
    """Return the variance that imputing a characteristic, or unknown further columns, add to the error."""
    some = split.rows[_evenly_spaced(len(split.rows), _MAX_MASKED)]
    homes = split.view.homes.take(some)
    log_price = np.log(split.view.history.sales.price[some])
    unknown = np.full(len(some), np.nan)

    def variance(masked: Homes) -> float:
        error = split.view.predict_homes(masked).value - log_price
        return float((np.clip(error, -_MAX_ERROR, _MAX_ERROR) ** 2).mean())

    baseline = variance(homes)
    masks = {name: homes.with_characteristics({name: unknown}) for name in split.view.ensemble.medians}
    masks[PLACE] = replace(homes, places=homes.places * np.nan, area=np.full(len(some), UNKNOWN))
    if split.view.ensemble.extra:
        masks[EXTRA] = replace(homes, recorded=np.full(len(some), UNKNOWN))
    return {name: round(max(0.0, variance(masked) - baseline), 9) for name, masked in masks.items()}


def _evenly_spaced(count: int, limit: int) -> Ints:
    """Return at most `limit` evenly spaced indices out of `count`."""
    return np.arange(count) if count <= limit else np.arange(limit) * count // limit
