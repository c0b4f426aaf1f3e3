"""Training: trees on all sales, with calibration from two walk-forward rounds on earlier ones.

The last two fifths of the sales are valued as they would have been valued then. Each fifth is valued by trees trained
on the sales before it, every sale as of its own day, with comparable sales if the caller provides them. The residuals
give the prediction intervals, the weight of the comparables and the accuracy figures.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, date_of
from backend.app.core_gov.market.fingerprint import fingerprint
from backend.app.core_gov.valuation.model.ensemble import Ensemble, fit_ensemble, settings_for
from backend.app.core_gov.valuation.model.features import NEIGHBORS, nearby_mean
from backend.app.core_gov.valuation.model.hedonic import positive
from backend.app.core_gov.valuation.model.homes import Homes, sold_homes
from backend.app.core_gov.valuation.model.intervals import (
    Calibration,
    calibrated,
    sizes_by_others,
    told_by,
    without_luck,
)
from backend.app.core_gov.valuation.model.model import PLACE, Account, Model, share_of
from backend.app.core_gov.valuation.model.predictor import ModelView, Prediction, difficulty, difficulty_with_comps
from backend.app.core_gov.valuation.model.recent_residuals import ResidualSettings
from backend.app.core_gov.valuation.model.sales_history import History, Map
from backend.app.core_gov.valuation.model.typical_home import ranges_of, renovated_of, typical_of
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.errors import Conflict
from backend.app.kit.output.progress import ReportProgress

MIN_SALES = 100
MAX_SALES = 60_000
"""Maximum number of sales to train on; the latest are used."""

_ROUNDS = 2
_ROUND_SHARE = 0.2
_ROUND_MOST = 3_000
_MIN_TRIED = 30
_COMPARED = 2_500
_MASKED = 600
_MAX_ERROR = 0.5
_TUNED = {"shrink": (10.0, 100.0), "market_shrink": (80.0, 320.0)}
_CLEARLY = 0.002
_TRUST = 0.5
"""Default weight of comparables if no trial can estimate it."""
_TRUSTS = tuple(step / 10 for step in range(16))

Comparables = Callable[[Ints], tuple[Floats, Floats]]
"""Value and log standard error from comparable sales, for indices of sales in the columns.

Each sale is valued as of its own closing day, without its own parcel; NaN if there are no comparables.
"""


@dataclass(frozen=True)
class Trial:
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
    places = _learned_from(sales, until)
    known = sales.take(places)
    settings = settings_for(len(known))
    done = _TrainingSteps(progress, settings.folds * (1 + _ROUNDS) + 2).done
    history = History(known, Map.of(known))
    homes = sold_homes(history, np.arange(len(history)), until)
    near = history.nearest(homes.places, homes.as_of, homes.parcel, NEIGHBORS)
    done()
    ensemble = fit_ensemble(history, near, until, settings, done)
    views = []
    for start, stop in _rounds(history.sales.close_day, until):
        early = fit_ensemble(history, near, start, settings_for(history.known(start)), done)
        view = ModelView(early, known.known_before(stop), near.take(np.arange(history.known(stop))), latest_of(known))
        views.append((view, history.known(start)))
    whole = ModelView(ensemble, known, near, latest_of(known))
    trials = _tuned(views or [(whole, 0)])
    model = _model(
        ensemble, whole.listening(trials[0].view.latest), trials, places[history.order], comparables, fingerprint(known)
    )
    done()
    return model


class _TrainingSteps:
    def __init__(self, progress: ReportProgress | None, total: int) -> None:
        self._progress, self._total, self._count = progress, total, 0

    def done(self) -> None:
        self._count += 1
        if self._progress is not None:
            self._progress(min(self._count, self._total), self._total)


def _learned_from(sales: Sales, until: int) -> Ints:
    """Return the indices of the sales to train on."""
    priced = np.isfinite(sales.price) & (sales.price > 0)
    known = np.flatnonzero(sales.usable & priced & (sales.close_day < until))
    known = known[np.lexsort((sales.seq[known], sales.close_day[known]))][-MAX_SALES:]
    if len(known) < MIN_SALES:
        count = f"{len(known)} usable sale{'s' if len(known) != 1 else ''}"
        raise Conflict(f"the market has {count} before {date_of(until)}; a model needs {MIN_SALES}")
    if np.ptp(sales.price[known]) == 0:
        raise Conflict(
            f"all {len(known)} usable sales before {date_of(until)} have one price; there is nothing to learn"
        )
    return known


def latest_of(sales: Sales) -> ResidualSettings:
    """Return similarity scales for the market: one standard deviation of each trait."""
    usual = ResidualSettings()
    spreads = {"living": np.log(positive(sales.living_sqft)), "grade": sales.grade, "years": sales.year_built}
    found = {name: _spread(values) for name, values in spreads.items()}
    return ResidualSettings(
        **{name: getattr(usual, name) if spread is None else spread for name, spread in found.items()}
    )


def _spread(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    spread = float(np.std(known)) if len(known) else 0.0
    return round(spread, 9) if spread > 1e-6 else None


def _rounds(close_day: Ints, until: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last day (exclusive) of each walk-forward round."""
    each = min(int(_ROUND_SHARE * len(close_day)), _ROUND_MOST)
    stop = until
    cuts = []
    for place in range(1, _ROUNDS + 1):
        start = int(close_day[-place * each])
        if start < stop and np.searchsorted(close_day, start) >= MIN_SALES // 2:
            cuts.append((start, stop))
            stop = start
    yield from reversed(cuts)


def _tuned(views: list[tuple[ModelView, int]]) -> list[Trial]:
    """Return the trials with the weight of recent residuals tuned on them.

    A default is replaced only if another choice is clearly better.
    """
    best = views[0][0].latest
    trials = [_trial(view, first) for view, first in views]
    for name, choices in _TUNED.items():
        lost = _lost(trials)
        for choice in choices:
            latest = replace(best, **{name: choice})
            others = [_trial(trial.view.listening(latest), int(trial.rows[0])) for trial in trials]
            if _lost(others) < lost * (1 - _CLEARLY):
                best, trials, lost = latest, others, _lost(others)
    return trials


def _lost(trials: list[Trial]) -> float:
    errors = np.concatenate([trial.prediction.value - trial.log_price for trial in trials])
    return float(np.minimum(np.abs(errors), _MAX_ERROR).mean())


def _trial(view: ModelView, first: int) -> Trial:
    rows = np.arange(first, len(view.history))
    prediction = view.of_sales(rows)
    return Trial(view, rows, np.log(view.history.sales.price[rows]), prediction, difficulty(view.ensemble, prediction))


@dataclass(frozen=True)
class _Tried:
    """Pooled trials; logarithms."""

    places: Ints
    """Indices in the columns given to training."""
    log_price: Floats
    model: Floats
    value: Floats
    features: dict[str, Floats]

    def take(self, some: Ints) -> "_Tried":
        features = {name: values[some] for name, values in self.features.items()}
        return _Tried(self.places[some], self.log_price[some], self.model[some], self.value[some], features)


def _together(trials: list[Trial], places: Ints) -> _Tried:
    names = trials[0].features
    return _Tried(
        places[np.concatenate([trial.rows for trial in trials])],
        np.concatenate([trial.log_price for trial in trials]),
        np.concatenate([trial.prediction.model for trial in trials]),
        np.concatenate([trial.prediction.value for trial in trials]),
        {name: np.concatenate([trial.features[name] for trial in trials]) for name in names},
    )


@dataclass(frozen=True)
class _Reconciling:
    """Weight and calibration of comparables beside the model, from the trials."""

    trust: float = _TRUST
    together: Calibration | None = None
    accounts: dict[str, Account] = field(default_factory=dict)


def _reconciling(tried: _Tried, alone: Calibration, comparables: Comparables | None) -> _Reconciling:
    """Choose the weight of comparables that minimizes the error over the trials."""
    if comparables is None:
        return _Reconciling()
    size = sizes_by_others(tried.features, tried.log_price - tried.value)
    spaced = _spaced(len(tried.value), _COMPARED)
    tried, size = tried.take(spaced), size[spaced]
    comps_value, error = comparables(tried.places)
    some = np.flatnonzero(
        (np.nan_to_num(comps_value) > 0) & (np.nan_to_num(error) > 0) & np.isfinite(comps_value * error)
    )
    if len(some) < _MIN_TRIED:
        return _Reconciling()
    tried, size, comps_value, error = tried.take(some), size[some], np.log(comps_value[some]), error[some]
    own = alone.fsd * alone.size(tried.features, len(some))
    values = [tried.value + share_of(trust, own, error) * (comps_value - tried.value) for trust in _TRUSTS]
    lost = [float(np.minimum(np.abs(value - tried.log_price), _MAX_ERROR).mean()) for value in values]
    best = int(np.argmin(np.round(lost, 9)))
    features = difficulty_with_comps(tried.features, tried.value, comps_value, error)
    accounts = {
        "comparable sales": _account(comps_value - tried.log_price),
        "reconciled": _account(values[best] - tried.log_price),
    }
    together = calibrated(features, tried.log_price - values[best])
    same = told_by(alone.sizes, size, tried.log_price - tried.value)
    return _Reconciling(_TRUSTS[best], without_luck(together, alone, same), accounts)


def _model(
    ensemble: Ensemble, whole: ModelView, trials: list[Trial], places: Ints, comparables: Comparables | None, data: str
) -> Model:
    """Assemble the model from the trials."""
    tried = _together(trials, places)
    alone = calibrated(tried.features, tried.log_price - tried.value)
    reconciling = _reconciling(tried, alone, comparables)
    own = {
        "model": _account(tried.model - tried.log_price),
        "with latest sales": _account(tried.value - tried.log_price),
    }
    sales = whole.history.sales
    return Model(
        ensemble=ensemble,
        latest=whole.latest,
        alone=alone,
        together=reconciling.together,
        trust=reconciling.trust,
        missing=_missing(trials[-1]),
        ranges=ranges_of(sales),
        renovated=renovated_of(sales),
        typical=typical_of(sales, nearby_mean(whole.near, whole.paid.excess, NEIGHBORS)),
        sales=len(sales),
        first_day=int(sales.close_day[0]),
        last_day=int(sales.close_day[-1]),
        data=data,
        accounts=own | reconciling.accounts,
    )


def _account(error: Floats) -> Account:
    share = np.abs(np.expm1(error))
    return Account(
        len(error),
        *(
            round(float(figure), 6)
            for figure in (np.median(share), share.mean(), np.exp(np.median(error)), (share <= 0.1).mean())
        ),
    )


def _missing(trial: Trial) -> dict[str, float]:
    """Return the variance that imputing a trait adds to the error, by trait."""
    some = trial.rows[_spaced(len(trial.rows), _MASKED)]
    homes = trial.view.homes.take(some)
    log_price = np.log(trial.view.history.sales.price[some])
    unknown = np.full(len(some), np.nan)

    def variance(masked: Homes) -> float:
        error = trial.view.of_homes(masked).value - log_price
        return float((np.clip(error, -_MAX_ERROR, _MAX_ERROR) ** 2).mean())

    known = variance(homes)
    masks = {name: homes.with_traits({name: unknown}) for name in trial.view.ensemble.usual}
    masks[PLACE] = replace(homes, places=homes.places * np.nan, area=np.full(len(some), UNKNOWN))
    return {name: round(max(0.0, variance(masked) - known), 9) for name, masked in masks.items()}


def _spaced(count: int, most: int) -> Ints:
    """Return at most `most` evenly spaced indices out of `count`."""
    return np.arange(count) if count <= most else np.arange(most) * count // most
