"""A trained model of a market's prices: all that is kept of it, as JSON, and what it is worth by its own account.

Everything in it comes from sales that closed before `until`.
"""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from backend.app.core_gov.market.columns import Subject
from backend.app.core_gov.valuation.model.ensemble import Core
from backend.app.core_gov.valuation.model.intervals import Calibration
from backend.app.core_gov.valuation.model.recent_residuals import Latest
from backend.app.kit.arrays import Floats

FORMAT = 1
"""Of the JSON, and of what the numbers in it mean; a model of another format must be trained anew."""

PLACE = "place"
"""In `Model.missing`: where the home is, as far as to its area."""

_LARGEST_SHARE = 0.8


def share_of(trust: float, own: Floats, comps_error: Floats) -> Floats:
    """What comparables weigh against a model with an error of its own, by the error of each; 0 where there are none."""
    with np.errstate(invalid="ignore"):
        share = np.clip(trust * own**2 / (own**2 + comps_error**2), 0.0, _LARGEST_SHARE)
    return np.where(np.isfinite(share), share, 0.0)


@dataclass(frozen=True)
class Account:
    """How the model did on sales in its training period that it had not seen, each valued as of its own day."""

    sales: int
    median_error: float
    """MdAPE."""
    mean_error: float
    """MAPE."""
    median_ratio: float
    within_10: float


@dataclass(frozen=True)
class Model:
    """A trained model."""

    core: Core
    latest: Latest
    alone: Calibration
    """Of the model without comparable sales."""
    together: Calibration | None
    """Of both, where comparable sales were at hand in training."""
    trust: float
    """What the comparables weigh, as a share of what their error alone would give them."""
    missing: dict[str, float]
    """What not knowing a trait adds to the variance of the error."""
    ranges: dict[str, tuple[float, float]]
    """Between which values of a trait nearly all sales lie."""
    renovated: dict[str, float]
    """What a renovated home of this market has; empty where its sales do not say."""
    typical: Subject
    """A sold home that is as near the middle of the market as any in all it has."""
    sales: int
    first_day: int
    last_day: int
    data: str
    """The fingerprint of the sales it was trained on."""
    accounts: dict[str, Account]

    @cached_property
    def version(self) -> str:
        """A name that another model does not have: the same data give the same."""
        return f"{FORMAT}-{sha256(self.text().encode()).hexdigest()[:16]}"

    def text(self) -> str:
        """The model as one JSON text, the same bytes for the same model."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), allow_nan=False)

    def to_json(self) -> dict[str, Any]:
        typical = {name: None if value != value else value for name, value in asdict(self.typical).items()}
        return {
            "format": FORMAT,
            "core": self.core.to_json(),
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
            core=Core.from_json(stored["core"]),
            latest=Latest(**stored["latest"]),
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
