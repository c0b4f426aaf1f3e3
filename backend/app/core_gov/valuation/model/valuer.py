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
from backend.app.core_gov.valuation.model.drivers import ValueDriver, drivers_of, model_steps
from backend.app.core_gov.valuation.model.intervals import SHARES, Calibration, Confidence, confidence
from backend.app.core_gov.valuation.model.model import Model, share_of
from backend.app.core_gov.valuation.model.predictor import ModelView, Prediction, difficulty, difficulty_with_comps
from backend.app.core_gov.valuation.model.recalibration import PROMISED, Recalibration, recalibration
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.errors import Conflict

_NORMAL = {0.5: 0.6744898, 0.8: 1.2815516, 0.9: 1.6448536}
_ALONE_WIDER = 1.25
"""Factor on the comparables' own standard error, which is not validated without a model."""
_ALONE_LEAST = 0.15


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
        self.view = ModelView(model.ensemble, sales, latest=model.latest, since=model.ensemble.until) if model else None
        if model is not None and self.view is not None:
            self.view.prepare()
            self._recalibration = self._recalibrated(model, self.view)

    def value(self, subject: Subject, as_of: int, comparables: Comparables | None = None) -> Valuation:
        """Value a property as of the morning of a day.

        Raises Conflict if there is neither a model nor a comparable sale, or if the model was trained on sales of that
        day or later.
        """
        if self.model is None or self.view is None:
            return _by_comparables(subject, as_of, comparables)
        self._check(as_of, self.model)
        prediction = self.view.of_subjects([subject], as_of)
        log_comps, error = _logs(comparables)
        stretch = self._recalibration.factors(prediction.homes.as_of)
        answer = self._answer(self.model, self.view, prediction, log_comps, error, stretch)
        value = round(float(np.exp(answer.log_value[0])), 2)
        steps = model_steps(self.view, subject, self.model.typical, as_of)
        more = {
            "market now": float(prediction.factor[0]),
            "nearby sales": float(prediction.local.error[0]),
            "comparable sales": float(answer.log_value[0] - prediction.value[0]),
        }
        typical_value, drivers = drivers_of(steps, more, value, subject, self.model.typical)
        warnings = model_cautions(subject, as_of, self.model, prediction, self.view.history.last_day(as_of))
        warnings += spread_cautions(float(stretch[0]))
        return Valuation(
            as_of=as_of,
            subject=subject,
            value=value,
            intervals=_intervals(answer.bounds[0], value),
            fsd=round(float(answer.fsd[0]), 4),
            confidence=confidence(float(answer.fsd[0])),
            model_value=round(float(np.exp(prediction.value[0])), 2),
            comps_value=comparables.value if comparables else None,
            comps_share=round(float(answer.share[0]), 4),
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
        work = repaired(subject, as_of, self.model)
        as_is = self.value(subject, as_of, compare(subject))
        if not work.changed:
            return replace(as_is, after_repair=True, assumptions=work.assumptions)
        after = self.value(work.subject, as_of, compare(work.subject))
        assumptions = work.assumptions
        if after.value < as_is.value:
            after, assumptions = (
                as_is,
                (*assumptions, "the market's sales show no gain from it: the value is that as is"),
            )
        return replace(after, after_repair=True, assumptions=assumptions)

    def of_sales(self, rows: Ints, comps_value: Floats, comps_error: Floats) -> Values:
        """Value sold homes, by their indices in the columns, each as of its closing day and without its parcel.

        `comps_error` is the standard error of the comparables in logarithms, NaN without any. Sales that screening
        flagged get NaN.
        """
        if self.model is None or self.view is None:
            raise Conflict("there is no model to value sales by")
        self._check(int(self._close_day[rows].min(initial=self.model.ensemble.until)), self.model)
        where = self.view.history.where(rows)
        found = np.flatnonzero(where >= 0)
        prediction = self.view.of_sales(where[found])
        with np.errstate(invalid="ignore", divide="ignore"):
            log_comps = np.log(comps_value[found])
        stretch = self._recalibration.factors(prediction.homes.as_of)
        answer = self._answer(self.model, self.view, prediction, log_comps, comps_error[found], stretch)

        def of_all(some: Floats) -> Floats:
            every = np.full((len(rows), *some.shape[1:]), np.nan)
            every[found] = some
            return every

        low, high = (of_all(answer.bounds[:, :, end]) for end in (0, 1))
        value, model = of_all(np.exp(answer.log_value)), of_all(np.exp(prediction.value))
        return Values(value, model, low, high, of_all(answer.fsd), of_all(answer.share))

    def _check(self, as_of: int, model: Model) -> None:
        if as_of < model.ensemble.until:
            until = date_of(model.ensemble.until)
            raise Conflict(
                f"the model knows sales up to {until}; a value as of {date_of(as_of)} needs an earlier model"
            )

    def _recalibrated(self, model: Model, view: ModelView) -> Recalibration:
        """Compare the intervals of sales since training with their prices."""
        sales = view.history.sales
        rows = np.arange(view.history.known(model.ensemble.until), len(view.history))
        prediction = view.of_sales(rows)
        none = np.full(len(rows), np.nan)
        answer = self._answer(model, view, prediction, none, none, np.ones(len(rows)))
        value, (low, high) = prediction.value, np.log(answer.bounds[:, SHARES.index(PROMISED)].T)
        return recalibration(sales.close_day[rows], np.log(sales.price[rows]) - value, low - value, high - value)

    def _answer(
        self, model: Model, view: ModelView, prediction: Prediction, log_comps: Floats, error: Floats, stretch: Floats
    ) -> _Reconciled:
        """Reconcile the model and the comparables, with intervals stretched by `stretch`."""
        some = np.isfinite(log_comps) & (np.nan_to_num(error) > 0) & np.isfinite(error)
        log_comps, error = np.where(some, log_comps, np.nan), np.where(some, error, np.nan)
        features = difficulty(model.ensemble, prediction)
        variance = added_variance(
            prediction.homes, model, prediction.near, view.history.last_days(prediction.homes.as_of)
        )
        wider = widening(prediction.homes, model, prediction.near) * stretch
        own = model.alone.fsd * model.alone.size(features, len(some))
        share = share_of(model.trust, np.sqrt(own**2 + variance), error)
        log_value = prediction.value + np.where(some, share * (log_comps - prediction.value), 0.0)

        def sized(calibration: Calibration, told: dict[str, Floats]) -> tuple[Floats, Floats]:
            size = calibration.size(told, len(some))
            size = wider * np.sqrt(size**2 + variance / calibration.fsd**2)
            return calibration.bounds(log_value, size), calibration.fsd * size

        bounds, fsd = sized(model.alone, features)
        if model.together is not None and some.any():
            told = difficulty_with_comps(features, prediction.value, log_comps, error)
            closer, less = sized(model.together, told)
            bounds, fsd = np.where(some[:, None, None], closer, bounds), np.where(some, less, fsd)
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
        raise Conflict(
            f"there is neither a model nor a comparable sale before {date_of(as_of)} to value the property by"
        )
    error = max(_ALONE_LEAST, _ALONE_WIDER * comparables.log_error)
    ends = np.array([[-_NORMAL[share], _NORMAL[share]] for share in SHARES])
    bounds = comparables.value * np.exp(error * ends)
    caution = "no model of this market: the value is that of the comparable sales alone, its interval not checked"
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
