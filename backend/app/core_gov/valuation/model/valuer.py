"""Valuation: the model and the comparable sales, weighted by their errors.

Pure: a `Valuer` is built once from a model and the sales of its market, and values any property as of any day. It uses
only sales that closed before that day. Values are logarithms inside, money outside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from backend.app.core_gov.market.columns import Sales, Subject, date_of
from backend.app.core_gov.valuation.calibration.intervals import SHARES, Calibration, Confidence, confidence
from backend.app.core_gov.valuation.calibration.recalibration import (
    GROUP_CENTERS,
    TARGET_COVERAGE,
    Recalibration,
    recalibration,
)
from backend.app.core_gov.valuation.model.after_repair import SubjectAfterRepair, repaired
from backend.app.core_gov.valuation.model.cautions import (
    added_variance,
    comps_cautions,
    kilometers_away,
    model_cautions,
    spread_cautions,
    too_far,
    widening,
)
from backend.app.core_gov.valuation.model.drivers import DriverChanges, ValueDriver, driver_changes, drivers_of
from backend.app.core_gov.valuation.model.model import Model, comps_weight
from backend.app.core_gov.valuation.model.predictor import (
    ModelView,
    Prediction,
    error_features,
    error_features_with_comps,
)
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.errors import Conflict

_Z = {0.5: 0.6744898, 0.8: 1.2815516, 0.9: 1.6448536}
_COMPS_ERROR_FACTOR = 1.25
"""Factor on the comparables' own standard error, which is not validated without a model."""
_MIN_COMPS_ERROR = 0.15


class Comparables(Protocol):
    """Value from the comparable sales of a property; `IndicatedValue` of a comparison implements it."""

    @property
    def value(self) -> float: ...
    @property
    def log_error(self) -> float: ...
    @property
    def comps(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ValueInterval:
    """Prediction interval: `share` of homes like this one sell between `low` and `high`."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Valuation:
    """Value of a property as of a day, in the market's currency, with its evidence."""

    as_of: int
    subject: Subject
    value: float
    intervals: tuple[ValueInterval, ...]
    fsd: float
    confidence: Confidence
    model_value: float | None
    comps_value: float | None
    comps_share: float
    """Weight of the comparables, from 0 to 1; the model has the rest."""
    typical: Subject | None
    typical_value: float | None
    drivers: tuple[ValueDriver, ...]
    """Drivers from the typical home's value to this one; the amounts add up."""
    warnings: tuple[str, ...]
    model_version: str | None
    after_repair: bool = False
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Values:
    """Values of many homes, in money."""

    value: Floats
    model: Floats
    """Value from the model with recent residuals, without comparables."""
    low: Floats
    """Lower bounds for each of SHARES; shape (n, 3)."""
    high: Floats
    fsd: Floats
    comps_share: Floats


@dataclass(frozen=True)
class _Reconciled:
    log_value: Floats
    bounds: Floats
    fsd: Floats
    share: Floats

    def take(self, homes: Ints) -> "_Reconciled":
        return _Reconciled(self.log_value[homes], self.bounds[homes], self.fsd[homes], self.share[homes])


CompareAll = Callable[[Sequence[int], Sequence[Subject]], Sequence[Comparables | None]]


class Valuer:
    """Values homes by a model and the sales of its market.

    Construction passes over all sales once; after that a home takes milliseconds. Safe for several threads.
    """

    def __init__(self, model: Model | None, sales: Sales) -> None:
        self.model = model
        self._close_day = sales.close_day
        self.view = (
            ModelView(model.ensemble, sales, settings=model.residual_settings, since=model.ensemble.until)
            if model
            else None
        )
        if model is not None and self.view is not None:
            self.view.prepare()
            self._recalibration = self._recalibrate(model, self.view)

    def value(self, subject: Subject, as_of: int, comparables: Comparables | None = None) -> Valuation:
        """Value a property as of the morning of a day.

        Raises Conflict if there is neither a model nor a comparable sale, or if the model was trained on sales of that
        day or later.
        """
        (found,) = self.values([subject], as_of, [comparables])
        return _valued(found)

    def values(
        self, subjects: Sequence[Subject], as_of: int, comparables: Sequence[Comparables | None]
    ) -> list[Valuation | Conflict]:
        """Value properties like `value`, which values a batch of one.

        No value depends on the others or on their order. A property that cannot be valued has the error instead.
        """
        if self.model is None or self.view is None:
            pairs = zip(subjects, comparables, strict=True)
            return [_by_comparables(subject, as_of, indicated) for subject, indicated in pairs]
        self._require_earlier_model(as_of, self.model)
        if not subjects:
            return []
        prediction = self.view.predict_subjects(subjects, as_of)
        log_comps, error = _logs(comparables)
        stretch = self._stretch(self.model, prediction)
        reconciled = self._reconcile(self.model, self.view, prediction, log_comps, error, stretch)
        changes = driver_changes(self.view, prediction, self.model.typical, as_of)
        away = kilometers_away(self.view.history, prediction)
        found: list[Valuation | Conflict] = []
        for home, subject in enumerate(subjects):
            one = np.array([home])
            if refusal := too_far(float(away[home])):
                found.append(Conflict(refusal))
                continue
            alone = prediction.take(one)
            valuation = _valuation(self.model, subject, alone, reconciled.take(one), comparables[home], changes[home])
            warnings = model_cautions(subject, as_of, self.model, alone, self.view.history)
            warnings += spread_cautions(float(stretch[home]))
            found.append(replace(valuation, warnings=(*warnings, *valuation.warnings)))
        return found

    def after_repair(self, subject: Subject, as_of: int, compare: Callable[[Subject], Comparables | None]) -> Valuation:
        """Value a property after repair, at the prices of the day; never below its value as is.

        `compare` returns the comparable sales of a property; it is called for the property before and after repair.
        """
        (found,) = self.values_after_repair([subject], as_of, lambda _, subjects: list(map(compare, subjects)))
        return _valued(found)

    def values_after_repair(
        self, subjects: Sequence[Subject], as_of: int, compare: CompareAll
    ) -> list[Valuation | Conflict]:
        """Value properties like `after_repair`, which values a batch of one; errors are returned as by `values`.

        `compare` is called with indices of `subjects` and with these properties, before and after repair.
        """
        repairs = [repaired(subject, as_of, self.model) for subject in subjects]
        found = self.values(subjects, as_of, compare(range(len(subjects)), subjects))
        changed = [home for home, repair in enumerate(repairs) if repair.changed]
        after_repair = [repairs[home].subject for home in changed]
        after = dict(zip(changed, self.values(after_repair, as_of, compare(changed, after_repair)), strict=True))
        return [
            _repaired_value(repair, as_is, after.get(home, as_is))
            for home, (repair, as_is) in enumerate(zip(repairs, found, strict=True))
        ]

    def predict_sales(self, rows: Ints, comps_value: Floats, comps_error: Floats) -> Values:
        """Value sold homes, by their indices in the columns, each as of its closing day and without its parcel.

        `comps_error` is the standard error of the comparables in logarithms, NaN without any. Sales that screening
        flagged get NaN.
        """
        if self.model is None or self.view is None:
            raise Conflict("no model: sales cannot be valued")
        self._require_earlier_model(int(self._close_day[rows].min(initial=self.model.ensemble.until)), self.model)
        where = self.view.history.rows_at(rows)
        found = np.flatnonzero(where >= 0)
        prediction = self.view.predict_sales(where[found])
        with np.errstate(invalid="ignore", divide="ignore"):
            log_comps = np.log(comps_value[found])
        stretch = self._stretch(self.model, prediction)
        reconciled = self._reconcile(self.model, self.view, prediction, log_comps, comps_error[found], stretch)

        def of_all(has_comps: Floats) -> Floats:
            every = np.full((len(rows), *has_comps.shape[1:]), np.nan)
            every[found] = has_comps
            return every

        low, high = (of_all(reconciled.bounds[:, :, end]) for end in (0, 1))
        value, model = of_all(np.exp(reconciled.log_value)), of_all(np.exp(prediction.value))
        return Values(value, model, low, high, of_all(reconciled.fsd), of_all(reconciled.share))

    def _require_earlier_model(self, as_of: int, model: Model) -> None:
        if as_of < model.ensemble.until:
            until = date_of(model.ensemble.until)
            raise Conflict(
                f"the model was trained on sales before {until}: a value as of {date_of(as_of)} needs an earlier model"
            )

    def _stretch(self, model: Model, prediction: Prediction) -> Floats:
        scores = group_scores(model, error_features(model.ensemble, prediction))
        return self._recalibration.factors(prediction.homes.as_of, scores)

    def _recalibrate(self, model: Model, view: ModelView) -> Recalibration:
        """Compare the intervals of sales since training with their prices."""
        sales = view.history.sales
        rows = np.arange(view.history.known(model.ensemble.until), len(view.history))
        prediction = view.predict_sales(rows)
        none = np.full(len(rows), np.nan)
        reconciled = self._reconcile(model, view, prediction, none, none, np.ones(len(rows)))
        value, (low, high) = prediction.value, np.log(reconciled.bounds[:, SHARES.index(TARGET_COVERAGE)].T)
        scores = group_scores(model, error_features(model.ensemble, prediction))
        error = np.log(sales.price[rows]) - value
        return recalibration(sales.close_day[rows], error, low - value, high - value, scores)

    def _reconcile(
        self, model: Model, view: ModelView, prediction: Prediction, log_comps: Floats, error: Floats, stretch: Floats
    ) -> _Reconciled:
        """Reconcile the model and the comparables, with intervals stretched by `stretch`."""
        has_comps = np.isfinite(log_comps) & (np.nan_to_num(error) > 0) & np.isfinite(error)
        log_comps, error = np.where(has_comps, log_comps, np.nan), np.where(has_comps, error, np.nan)
        features = error_features(model.ensemble, prediction)
        variance = added_variance(
            prediction.homes, model, prediction.near, view.history.last_days(prediction.homes.as_of)
        )
        scale = widening(prediction.homes, model, prediction.near, view.history) * stretch
        model_error = model.model_calibration.fsd * model.model_calibration.size(features, len(has_comps))
        share = comps_weight(model.comps_factor, np.sqrt(model_error**2 + variance), error)
        log_value = prediction.value + np.where(has_comps, share * (log_comps - prediction.value), 0.0)

        def scaled(calibration: Calibration, error_inputs: dict[str, Floats]) -> tuple[Floats, Floats]:
            size = calibration.size(error_inputs, len(has_comps))
            size = scale * np.sqrt(size**2 + variance / calibration.fsd**2)
            return calibration.bounds(log_value, size), calibration.fsd * size

        bounds, fsd = scaled(model.model_calibration, features)
        if model.combined_calibration is not None and has_comps.any():
            error_inputs = error_features_with_comps(features, prediction.value, log_comps, error)
            combined_bounds, combined_fsd = scaled(model.combined_calibration, error_inputs)
            bounds, fsd = (
                np.where(has_comps[:, None, None], combined_bounds, bounds),
                np.where(has_comps, combined_fsd, fsd),
            )
        return _Reconciled(log_value, bounds, fsd, share)


def group_scores(model: Model, features: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the position of homes in each dimension of the recalibration, in standard deviations from the mean."""
    sizes = model.model_calibration.sizes
    known = {name: (mean, std) for name, mean, std in zip(sizes.names, sizes.mean, sizes.std, strict=True)}
    return {name: (features[name] - known[name][0]) / known[name][1] for name in GROUP_CENTERS if name in known}


def value(
    subject: Subject, as_of: int, sales: Sales, model: Model | None, comparables: Comparables | None = None
) -> Valuation:
    """Value one property; build a `Valuer` to value many."""
    return Valuer(model, sales).value(subject, as_of, comparables)


def _valued(found: Valuation | Conflict) -> Valuation:
    if isinstance(found, Conflict):
        raise found
    return found


def _valuation(
    model: Model,
    subject: Subject,
    prediction: Prediction,
    reconciled: _Reconciled,
    comparables: Comparables | None,
    changes: DriverChanges,
) -> Valuation:
    """Return the valuation of the only home of a prediction, with the cautions about its comparables."""
    value = round(float(np.exp(reconciled.log_value[0])), 2)
    market_changes = {
        "market now": float(prediction.factor[0]),
        "nearby sales": float(prediction.neighbor_residuals.correction[0]),
        "comparable sales": float(reconciled.log_value[0] - prediction.value[0]),
    }
    typical_value, drivers = drivers_of(changes, market_changes, value, subject, model.typical)
    return Valuation(
        as_of=int(prediction.homes.as_of[0]),
        subject=subject,
        value=value,
        intervals=_intervals(reconciled.bounds[0], value),
        fsd=round(float(reconciled.fsd[0]), 4),
        confidence=confidence(float(reconciled.fsd[0])),
        model_value=round(float(np.exp(prediction.value[0])), 2),
        comps_value=comparables.value if comparables else None,
        comps_share=round(float(reconciled.share[0]), 4),
        typical=model.typical,
        typical_value=typical_value,
        drivers=drivers,
        warnings=tuple(comps_cautions(comparables.comps if comparables else None)),
        model_version=model.version,
    )


def _repaired_value(
    repair: SubjectAfterRepair, as_is: Valuation | Conflict, after: Valuation | Conflict
) -> Valuation | Conflict:
    """Return the value after repair, or the value as is if that is higher."""
    if isinstance(as_is, Conflict) or isinstance(after, Conflict):
        return as_is if isinstance(as_is, Conflict) else after
    assumptions = repair.assumptions
    if after.value < as_is.value:
        no_gain = "the market's sales show no gain from repair: the after-repair value equals the as-is value"
        after, assumptions = as_is, (*assumptions, no_gain)
    return replace(after, after_repair=True, assumptions=assumptions)


def _logs(comparables: Sequence[Comparables | None]) -> tuple[Floats, Floats]:
    known = [each if each is not None and each.value > 0 else None for each in comparables]
    value = np.array([np.nan if each is None else each.value for each in known], dtype=np.float64)
    return np.log(value), np.array([np.nan if each is None else each.log_error for each in known], dtype=np.float64)


def _intervals(bounds: Floats, value: float) -> tuple[ValueInterval, ...]:
    """Return intervals that contain the value and each the one before."""
    low = np.minimum(np.minimum.accumulate(bounds[:, 0]), value)
    high = np.maximum(np.maximum.accumulate(bounds[:, 1]), value)
    return tuple(
        ValueInterval(share, round(float(a), 2), round(float(b), 2))
        for share, a, b in zip(SHARES, low, high, strict=True)
    )


def _by_comparables(subject: Subject, as_of: int, comparables: Comparables | None) -> Valuation | Conflict:
    """Return the comparables' own value with a widened interval, if there is no model."""
    if comparables is None or not comparables.value > 0:
        return Conflict(f"no model and no comparable sale before {date_of(as_of)}: the property cannot be valued")
    error = max(_MIN_COMPS_ERROR, _COMPS_ERROR_FACTOR * comparables.log_error)
    ends = np.array([[-_Z[share], _Z[share]] for share in SHARES])
    bounds = comparables.value * np.exp(error * ends)
    caution = "no model for this market: the value is from comparable sales alone, and its interval is not calibrated"
    return Valuation(
        as_of=as_of,
        subject=subject,
        value=round(comparables.value, 2),
        intervals=_intervals(bounds, comparables.value),
        fsd=round(error, 4),
        confidence=confidence(error),
        model_value=None,
        comps_value=comparables.value,
        comps_share=1.0,
        typical=None,
        typical_value=None,
        drivers=(),
        warnings=(caution, *comps_cautions(comparables.comps)),
        model_version=None,
    )
