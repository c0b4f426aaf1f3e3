"""Predictions and residuals of a model over a market's sales, and predictions for any home as of any day."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Sales, Subject
from backend.app.core_gov.valuation.model.ensemble import Ensemble
from backend.app.core_gov.valuation.model.features import NEIGHBORS, PriceSignals
from backend.app.core_gov.valuation.model.homes import Homes, sold_homes, subject_homes
from backend.app.core_gov.valuation.model.recent_residuals import (
    MARKET_DAYS,
    NeighborResiduals,
    ResidualSettings,
    market_factor,
    neighbor_residuals,
)
from backend.app.core_gov.valuation.model.sales_history import WINDOW_DAYS, History, Neighbors
from backend.app.kit.arrays import Floats, Ints

_DAYS_KEPT = 8
_FAR_KM = 20.0
_MAX_AGE = 120.0
_RESIDUAL_DAYS = WINDOW_DAYS + MARKET_DAYS
"""Days of history that a value's residuals need: neighbors, and the market level when they sold."""


@dataclass(frozen=True)
class Prediction:
    """Predictions for homes; logarithms."""

    model: Floats
    """Prediction of the trained ensemble alone."""
    spread: Floats
    """Standard deviation over the members."""
    factor: Floats
    """Market change since training."""
    neighbor_residuals: NeighborResiduals
    """Residuals of neighbors."""
    near: Neighbors
    homes: Homes
    """Homes predicted, with the characteristics that are known."""

    @property
    def value(self) -> Floats:
        return self.model + self.factor + self.neighbor_residuals.correction

    def take(self, homes: Ints) -> "Prediction":
        residuals = self.neighbor_residuals
        return Prediction(
            self.model[homes],
            self.spread[homes],
            self.factor[homes],
            NeighborResiduals(
                residuals.correction[homes], residuals.mean_absolute[homes], residuals.effective_count[homes]
            ),
            self.near.take(homes),
            self.homes.take(homes),
        )


class ModelView:
    """Sales of a market with the model's residual on each; built once, valid for every day from `since` on.

    Without `since` it is valid for all days. With `since`, sales too old to affect any later value are left out, and
    residuals are not computed for sales that only neighbors of neighbors depend on. A market of a million sales has ten
    years of those.
    """

    def __init__(
        self,
        ensemble: Ensemble,
        sales: Sales,
        near: Neighbors | None = None,
        settings: ResidualSettings | None = None,
        since: int | None = None,
    ) -> None:
        self.ensemble = ensemble
        self.history = History(sales, ensemble.map, None if since is None else _first_day_needed(sales, since))
        self.settings = settings or ResidualSettings()
        self._near = near
        self._first = 0 if since is None else self.history.known(since - _RESIDUAL_DAYS)
        """First row with a residual."""
        self._typical_homes: dict[tuple[Subject, int], tuple[Homes, Neighbors]] = {}

    @cached_property
    def homes(self) -> Homes:
        """Homes of the sales from `_first` on, each as of its own day."""
        return sold_homes(self.history, np.arange(self._first, len(self.history)), self.ensemble.until)

    @cached_property
    def near(self) -> Neighbors:
        if self._near is not None:
            return self._near
        return self.history.nearest(self.homes.places, self.homes.as_of, self.homes.parcel, NEIGHBORS)

    @cached_property
    def price_signals(self) -> PriceSignals:
        return self.ensemble.price_signals(self.history)

    @cached_property
    def predicted(self) -> tuple[Floats, Floats]:
        """Out-of-fold prediction and spread for each of `homes` as of its own day."""
        return self.ensemble.predict(self.homes, self.history, self.near, self.price_signals)

    @cached_property
    def residual(self) -> Floats:
        """Residual: log price minus the ensemble's prediction; 0 before `_first`."""
        above = np.log(self.history.sales.price[self._first :]) - self.predicted[0]
        return np.concatenate([np.zeros(self._first), above])

    @cached_property
    def factor(self) -> Floats:
        """Market factor on the closing day of every sale."""
        return self.factors(self.history.sales.close_day)

    @cached_property
    def detrended_residual(self) -> Floats:
        """Residuals minus the market factor."""
        return self.residual - self.factor

    def prepare(self) -> None:
        """Compute the cached arrays, so that several threads can share them."""
        self.detrended_residual  # noqa: B018

    def factors(self, days: Ints) -> Floats:
        """Return the market factor on the morning of each day."""
        closed, shrink = self.history.sales.close_day, self.settings.market_shrink
        unique_days, place = np.unique(days, return_inverse=True)
        return np.array([market_factor(closed, self.residual, int(day), shrink) for day in unique_days])[place]

    def with_settings(self, settings: ResidualSettings) -> "ModelView":
        """Return a copy of the view with other settings for recent residuals."""
        other = copy(self)
        other.settings = settings
        for cached in ("factor", "detrended_residual"):
            other.__dict__.pop(cached, None)
        return other

    def predict_sales(self, rows: Ints) -> Prediction:
        """Return predictions for sales of the history from `_first` on, each as of its closing day."""
        (model, spread), own = self.predicted, rows - self._first
        homes, near = self.homes.take(own), self.near.take(own)
        return Prediction(model[own], spread[own], self.factor[rows], self._local(homes, near), near, homes)

    def predict_homes(self, homes: Homes) -> Prediction:
        """Return predictions for any homes, each as of its own day."""
        near = self.history.nearest(homes.places, homes.as_of, homes.parcel, NEIGHBORS, homes.own_rows)
        model, spread = self.ensemble.predict(homes, self.history, near, self.price_signals)
        imputed = self.ensemble.imputed(homes, self.history, near)
        return Prediction(model, spread, self.factors(homes.as_of), self._local(imputed, near), near, homes)

    def predict_subjects(self, subjects: Sequence[Subject], as_of: int) -> Prediction:
        return self.predict_homes(subject_homes(self.history, subjects, as_of, self.ensemble.until))

    def typical_home(self, typical: Subject, as_of: int) -> tuple[Homes, Neighbors]:
        """Return the typical home as of a day, without an earlier sale, and its neighbors; all values of a day use it.

        The latest days are kept.
        """
        key = typical, as_of
        found = self._typical_homes.get(key)
        if found is None:
            home = replace(
                subject_homes(self.history, [typical], as_of, self.ensemble.until), prior=np.array([UNKNOWN])
            )
            near = self.history.nearest(home.places, home.as_of, home.parcel, NEIGHBORS, home.own_rows)
            found = self.ensemble.imputed(home, self.history, near), near
            if len(self._typical_homes) >= _DAYS_KEPT:
                self._typical_homes.clear()
            self._typical_homes[key] = found
        return found

    def _local(self, homes: Homes, near: Neighbors) -> NeighborResiduals:
        return neighbor_residuals(near, self._similarity_weights(homes, near), self.detrended_residual, self.settings)

    def _similarity_weights(self, homes: Homes, near: Neighbors) -> Floats:
        """Return the weight of each neighbor's residual by age, size, grade and year; unknown values are skipped."""
        sales, scales = self.history.sales, self.settings
        if not len(sales):
            return np.zeros(near.rows.shape)
        days = (homes.as_of[:, None] - sales.close_day[near.rows]) / scales.days
        own, neighbor_sqft = homes.characteristics["living_sqft"], sales.living_sqft[near.rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            living = (np.log(own[:, None] / neighbor_sqft) / scales.living) ** 2
        grade = ((homes.characteristics["grade"][:, None] - sales.grade[near.rows]) / scales.grade) ** 2
        years = ((homes.characteristics["year_built"][:, None] - sales.year_built[near.rows]) / scales.years) ** 2
        distance = sum(np.where(np.isfinite(part), part, 0.0) for part in (living, grade, years))
        return np.asarray(np.exp(-days - distance))


def _first_day_needed(sales: Sales, since: int) -> int:
    """Return the first day that values since `since` depend on; the last earlier sale is always included."""
    earliest = since - _RESIDUAL_DAYS - WINDOW_DAYS
    earlier = sales.close_day[sales.usable & (sales.close_day < since)]
    return int(min(earliest, earlier.max())) if len(earlier) else earliest


def error_features(ensemble: Ensemble, prediction: Prediction) -> dict[str, Floats]:
    """Return features that predict the size of the error: price level, spread, evidence nearby, and age in years."""
    fifth, homes = np.minimum(prediction.near.km[:, 4], _FAR_KM), prediction.homes
    return {
        "level": prediction.model - ensemble.hedonic.level.values[-1],
        "spread": np.log(prediction.spread + 0.005),
        "deviation": np.log(prediction.neighbor_residuals.mean_absolute + 0.01),
        "support": np.log(prediction.neighbor_residuals.effective_count + 0.1),
        "distance": np.log(fifth + 0.05),
        **({"extra columns missing": (homes.recorded == UNKNOWN).astype(np.float64)} if ensemble.extra else {}),
        "age": np.clip(homes.year - homes.characteristics["year_built"], 0.0, _MAX_AGE),
    }


def error_features_with_comps(
    features: dict[str, Floats], value: Floats, log_comps: Floats, error: Floats
) -> dict[str, Floats]:
    """Return the same with comparable sales: their distance from the model, and their standard error."""
    return features | {"gap": np.log(np.abs(log_comps - value) + 0.01), "comps": np.log(error)}
