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
from backend.app.core_gov.valuation.model.ensemble import Ensemble
from backend.app.core_gov.valuation.model.intervals import Calibration
from backend.app.core_gov.valuation.model.recent_residuals import ResidualSettings
from backend.app.kit.arrays import Floats

FORMAT = 1
"""Version of the JSON and its meaning; a model of another format must be retrained."""

PLACE = "place"
"""Key in `Model.missing` for the location: coordinates and area."""

_MAX_SHARE = 0.8


def share_of(trust: float, own: Floats, comps_error: Floats) -> Floats:
    """Return the weight of comparables against the model from both errors; 0 without comparables."""
    with np.errstate(invalid="ignore"):
        share = np.clip(trust * own**2 / (own**2 + comps_error**2), 0.0, _MAX_SHARE)
    return np.where(np.isfinite(share), share, 0.0)


@dataclass(frozen=True)
class Account:
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
    latest: ResidualSettings
    alone: Calibration
    """Calibration of the model without comparable sales."""
    together: Calibration | None
    """Calibration of both together, if comparable sales were available in training."""
    trust: float
    """Weight of the comparables, as a share of the weight that their error alone would give."""
    missing: dict[str, float]
    """Variance added to the error if a trait is not known, by trait."""
    ranges: dict[str, tuple[float, float]]
    """Range of each trait that holds nearly all sales."""
    renovated: dict[str, float]
    """Traits of a renovated home in this market; empty if its sales do not show them."""
    typical: Subject
    """Sold home nearest the median of the market in all traits."""
    sales: int
    first_day: int
    last_day: int
    data: str
    """Fingerprint of the training sales."""
    accounts: dict[str, Account]

    @cached_property
    def version(self) -> str:
        """Identifier derived from the content: the same data give the same version."""
        return f"{FORMAT}-{sha256(self.text().encode()).hexdigest()[:16]}"

    def text(self) -> str:
        """Return the model as JSON text, byte-identical for the same model."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), allow_nan=False)

    def to_json(self) -> dict[str, Any]:
        typical = {name: None if value != value else value for name, value in asdict(self.typical).items()}
        return {
            "format": FORMAT,
            "core": self.ensemble.to_json(),
            "latest": asdict(self.latest),
            "alone": self.alone.to_json(),
            "together": self.together.to_json() if self.together else None,
            "trust": self.trust,
            "missing": self.missing,
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
            "renovated": self.renovated,
            "typical": typical,
            **{name: getattr(self, name) for name in ("sales", "first_day", "last_day", "data")},
            "accounts": {name: asdict(account) for name, account in self.accounts.items()},
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Model":
        if stored.get("format") != FORMAT:
            raise ValueError(
                f"the model is of format {stored.get('format')}, this version reads {FORMAT}: train it anew"
            )
        typical = stored["typical"]
        texts = ("property_type", "parcel", "area")
        home: dict[str, Any] = {n: np.nan if x is None and n not in texts else x for n, x in typical.items()}
        return cls(
            ensemble=Ensemble.from_json(stored["core"]),
            latest=ResidualSettings(**stored["latest"]),
            alone=Calibration.from_json(stored["alone"]),
            together=Calibration.from_json(stored["together"]) if stored["together"] else None,
            ranges={name: (low, high) for name, (low, high) in stored["ranges"].items()},
            typical=Subject(**home),
            accounts={name: Account(**account) for name, account in stored["accounts"].items()},
            **{
                name: stored[name]
                for name in ("trust", "missing", "renovated", "sales", "first_day", "last_day", "data")
            },
        )
