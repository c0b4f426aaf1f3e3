"""Maximum allowable offer (MAO): by a share of the after-repair value, and by the probability of a loss. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.app.core_gov.valuation.calibration.probability import price_below_with

DEFAULT_SHARE = 70.0
"""Percent of the after-repair value, the usual rule of wholesalers and flippers."""

DEFAULT_LOSS = 10.0
LOSSES = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0)
"""Probabilities of a loss to choose from, in percent."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Maximum allowable offer with its inputs. `amount` is None without an after-repair value."""

    arv: float | None
    share: float
    repairs: float
    fee: float

    @property
    def amount(self) -> float | None:
        return None if self.arv is None else self.arv * self.share / 100 - self.repairs - self.fee

    @property
    def formula(self) -> str:
        """The formula with its numbers."""
        if self.arv is None:
            return "share × ARV − repairs − fee"
        return f"{self.share:g} % × {self.arv:,.0f} − {self.repairs:,.0f} − {self.fee:,.0f}"


@dataclass(frozen=True, slots=True)
class RiskLimit:
    """Highest purchase price at which the probability of a loss stays below `loss` percent.

    A loss is a sale after repair for less than the purchase price, the repairs and the fee. `shares` holds, for each
    probability in percent, the price that the sale stays below with it, as a share of the after-repair value. It is
    empty without a calibrated after-repair value. Repairs and fee count as certain.
    """

    offer: Offer
    loss: float
    shares: dict[float, float]

    @property
    def amount(self) -> float | None:
        if self.offer.arv is None or self.loss not in self.shares:
            return None
        return self.offer.arv * self.shares[self.loss] - self.offer.repairs - self.offer.fee


def risk_limit(offer: Offer, loss: float | None, after_repair: Mapping[str, Any] | None) -> RiskLimit:
    """Return the limit for a probability of a loss, from the stored after-repair valuation."""
    chosen = DEFAULT_LOSS if loss is None else min(LOSSES, key=lambda each: abs(each - loss))
    if after_repair is None or not after_repair["value"]:
        return RiskLimit(offer, chosen, {})
    intervals = [(each["percent"] / 100, each["low"], each["high"]) for each in after_repair["intervals"]]
    prices = {each: price_below_with(intervals, each / 100) for each in LOSSES}
    shares = {each: price / after_repair["value"] for each, price in prices.items() if price is not None}
    return RiskLimit(offer, chosen, shares)
