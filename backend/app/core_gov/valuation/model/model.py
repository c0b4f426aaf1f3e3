"""Trained model of a market's prices, its JSON form, and its accuracy in training.

Everything in it comes from sales that closed before `until`.
"""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.valuation.calibration.intervals import Calibration
from backend.app.core_gov.valuation.model.ensemble import Ensemble
from backend.app.core_gov.valuation.model.recent_residuals import ResidualSettings
from backend.app.kit.arrays import Floats

FORMAT = 3
"""Version of the JSON and its meaning. Models of earlier formats are used as they are; others must be retrained."""

FORMAT_2 = 2
"""Format without further columns. A model that uses none is still stored in it."""

FORMAT_1 = 1
"""Format without trees on the price above the market level."""

FORMATS = (FORMAT, FORMAT_2, FORMAT_1)
"""Formats that this version reads."""

EXTRA = "extra columns"
"""Key in `Model.imputation_variance` for the further columns, all of them at once."""

PLACE = "place"
"""Key in `Model.imputation_variance` for the location: coordinates and area."""

_MAX_SHARE = 0.8
_NOT_STORED = frozenset({"own_sales", "sold_as"})
"""Fields of the typical home that a model does not store."""


def comps_weight(factor: float, model_error: Floats, comps_error: Floats) -> Floats:
    """Return the weight of comparables in the reconciled value, from both standard errors; 0 without comparables."""
    with np.errstate(invalid="ignore"):
        share = np.clip(factor * model_error**2 / (model_error**2 + comps_error**2), 0.0, _MAX_SHARE)
    return np.where(np.isfinite(share), share, 0.0)


@dataclass(frozen=True)
class Accuracy:
    """Out-of-sample accuracy within the training period, each sale valued as of its own day."""

    sales: int
    median_error: float
    """MdAPE."""
    mean_error: float
    """MAPE."""
    median_ratio: float
    within_10: float


@dataclass(frozen=True)
class Model:
    """Trained model."""

    ensemble: Ensemble
    residual_settings: ResidualSettings
    model_calibration: Calibration
    """Calibration of the model without comparable sales."""
    combined_calibration: Calibration | None
    """Calibration of the reconciled value, if comparable sales were available in training."""
    comps_factor: float
    """Factor on the weight that the comparables would have by their standard error alone."""
    imputation_variance: dict[str, float]
    """Variance that imputing a characteristic, or unknown further columns, add to the error."""
    ranges: dict[str, tuple[float, float]]
    """Range of each characteristic that holds nearly all sales."""
    renovated: dict[str, float]
    """Characteristics of a renovated home in this market; empty if its sales do not show them."""
    typical: Subject
    """Sold home nearest the median of the market in all characteristics."""
    sales: int
    first_day: int
    last_day: int
    fingerprint: str
    """Fingerprint of the training sales."""
    accuracy: dict[str, Accuracy]

    @property
    def format(self) -> int:
        if self.ensemble.level_forest is None:
            return FORMAT_1
        return FORMAT if self.ensemble.extra else FORMAT_2

    @cached_property
    def version(self) -> str:
        """Identifier derived from the content: the same data give the same version."""
        return f"{self.format}-{sha256(self.text().encode()).hexdigest()[:16]}"

    def text(self) -> str:
        """Return the model as JSON text, byte-identical for the same model."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), allow_nan=False)

    def to_json(self) -> dict[str, Any]:
        known = {name: value for name, value in asdict(self.typical).items() if name not in _NOT_STORED}
        typical = {name: None if value != value else value for name, value in known.items()}
        return {
            "format": self.format,
            "core": self.ensemble.to_json(),
            "latest": asdict(self.residual_settings),
            "alone": self.model_calibration.to_json(),
            "together": self.combined_calibration.to_json() if self.combined_calibration else None,
            "trust": self.comps_factor,
            "missing": self.imputation_variance,
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
            "renovated": self.renovated,
            "typical": typical,
            "data": self.fingerprint,
            **{name: getattr(self, name) for name in ("sales", "first_day", "last_day")},
            "accounts": {name: asdict(accuracy) for name, accuracy in self.accuracy.items()},
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Model":
        if stored.get("format") not in FORMATS:
            readable = f"{min(FORMATS)} to {max(FORMATS)}"
            raise ValueError(
                f"the model has format {stored.get('format')}, this version reads {readable}: train a new model"
            )
        typical = stored["typical"]
        texts = ("property_type", "parcel", "area")
        home: dict[str, Any] = {n: np.nan if x is None and n not in texts else x for n, x in typical.items()}
        return cls(
            ensemble=Ensemble.from_json(stored["core"]),
            residual_settings=ResidualSettings(**stored["latest"]),
            model_calibration=Calibration.from_json(stored["alone"]),
            combined_calibration=Calibration.from_json(stored["together"]) if stored["together"] else None,
            ranges={name: (low, high) for name, (low, high) in stored["ranges"].items()},
            typical=Subject(**home),
            accuracy={name: Accuracy(**accuracy) for name, accuracy in stored["accounts"].items()},
            comps_factor=stored["trust"],
            imputation_variance=stored["missing"],
            fingerprint=stored["data"],
            **{name: stored[name] for name in ("renovated", "sales", "first_day", "last_day")},
        )
