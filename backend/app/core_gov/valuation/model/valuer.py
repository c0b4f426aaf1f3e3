"""Valuation: the model and the comparable sales, weighted by their errors.

Pure: a `Valuer` is built once from a model and the sales of its market, and values any property as of any day. It uses
only sales that closed before that day. Values are logarithms inside, money outside.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from backend.app.core_gov.market.columns import Sales, Subject, date_of
from backend.app.core_gov.valuation.model.after_repair import repaired
from backend.app.core_gov.valuation.model.cautions import (
    added_variance,
    comps_cautions,
    model_cautions,
    spread_cautions,
    widening,
)
from backend.app.core_gov.valuation.model.drivers import ValueDriver, driver_changes, drivers_of
from backend.app.core_gov.valuation.model.intervals import SHARES, Calibration, Confidence, confidence
from backend.app.core_gov.valuation.model.model import Model, comps_weight
from backend.app.core_gov.valuation.model.predictor import (
    ModelView,
    Prediction,
    error_features,
    error_features_with_comps,
)
from backend.app.core_gov.valuation.model.recalibration import TARGET_COVERAGE, Recalibration, recalibration
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
        if self.model is None or self.view is None:
            return _by_comparables(subject, as_of, comparables)
        self._require_earlier_model(as_of, self.model)
        prediction = self.view.predict_subjects([subject], as_of)
        log_comps, error = _logs(comparables)
        stretch = self._recalibration.factors(prediction.homes.as_of)
        reconciled = self._reconcile(self.model, self.view, prediction, log_comps, error, stretch)
        value = round(float(np.exp(reconciled.log_value[0])), 2)
        changes = driver_changes(self.view, subject, self.model.typical, as_of)
        market_changes = {
            "market now": float(prediction.factor[0]),
            "nearby sales": float(prediction.neighbor_residuals.correction[0]),
            "comparable sales": float(reconciled.log_value[0] - prediction.value[0]),
        }
        typical_value, drivers = drivers_of(changes, market_changes, value, subject, self.model.typical)
        warnings = model_cautions(subject, as_of, self.model, prediction, self.view.history.last_day(as_of))
        warnings += spread_cautions(float(stretch[0]))
        return Valuation(
            as_of=as_of,
            subject=subject,
            value=value,
            intervals=_intervals(reconciled.bounds[0], value),
            fsd=round(float(reconciled.fsd[0]), 4),
            confidence=confidence(float(reconciled.fsd[0])),
            model_value=round(float(np.exp(prediction.value[0])), 2),
            comps_value=comparables.value if comparables else None,
            comps_share=round(float(reconciled.share[0]), 4),
            typical=self.model.typical,
            typical_value=typical_value,
            drivers=drivers,
            warnings=(*warnings, *comps_cautions(comparables.comps if comparables else None)),
            model_version=self.model.version,
        )

    def after_repair(self, subject: Subject, as_of: int, compare: Callable[[Subject], Comparables | None]) -> Valuation:
        """Value a property after repair, at the prices of the day; never below its value as is.

        `compare` returns the comparable sales of a property; it is called for the property before and after repair.
        """
        repair = repaired(subject, as_of, self.model)
        as_is = self.value(subject, as_of, compare(subject))
        if not repair.changed:
            return replace(as_is, after_repair=True, assumptions=repair.assumptions)
        after = self.value(repair.subject, as_of, compare(repair.subject))
        assumptions = repair.assumptions
        if after.value < as_is.value:
            after, assumptions = (
                as_is,
                (
                    *assumptions,
                    "the market's sales show no gain from repair: the after-repair value equals the as-is value",
                ),
            )
        return replace(after, after_repair=True, assumptions=assumptions)

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
        stretch = self._recalibration.factors(prediction.homes.as_of)
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

    def _recalibrate(self, model: Model, view: ModelView) -> Recalibration:
        """Compare the intervals of sales since training with their prices."""
        sales = view.history.sales
        rows = np.arange(view.history.known(model.ensemble.until), len(view.history))
        prediction = view.predict_sales(rows)
        none = np.full(len(rows), np.nan)
        reconciled = self._reconcile(model, view, prediction, none, none, np.ones(len(rows)))
        value, (low, high) = prediction.value, np.log(reconciled.bounds[:, SHARES.index(TARGET_COVERAGE)].T)
        return recalibration(sales.close_day[rows], np.log(sales.price[rows]) - value, low - value, high - value)

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
        scale = widening(prediction.homes, model, prediction.near) * stretch
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


def value(
    subject: Subject, as_of: int, sales: Sales, model: Model | None, comparables: Comparables | None = None
) -> Valuation:
    """Value one property; build a `Valuer` to value many."""
    return Valuer(model, sales).value(subject, as_of, comparables)


def _logs(comparables: Comparables | None) -> tuple[Floats, Floats]:
    if comparables is None or not comparables.value > 0:
        return np.array([np.nan]), np.array([np.nan])
    return np.log([comparables.value]), np.array([comparables.log_error])


def _intervals(bounds: Floats, value: float) -> tuple[ValueInterval, ...]:
    """Return intervals that contain the value and each the one before."""
    low = np.minimum(np.minimum.accumulate(bounds[:, 0]), value)
    high = np.maximum(np.maximum.accumulate(bounds[:, 1]), value)
    return tuple(
        ValueInterval(share, round(float(a), 2), round(float(b), 2))
        for share, a, b in zip(SHARES, low, high, strict=True)
    )


def _by_comparables(subject: Subject, as_of: int, comparables: Comparables | None) -> Valuation:
    """Return the comparables' own value with a widened interval, if there is no model."""
    if comparables is None or not comparables.value > 0:
        raise Conflict(f"no model and no comparable sale before {date_of(as_of)}: the property cannot be valued")
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
