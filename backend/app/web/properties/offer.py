"""Maximum allowable offer (MAO): a share of the after-repair value, less repairs and fee. Pure functions."""

from dataclasses import dataclass

DEFAULT_SHARE = 70.0
"""Percent of the after-repair value, the usual rule of wholesalers and flippers."""


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
