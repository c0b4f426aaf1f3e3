"""Figures that follow from a deal's amounts, exact to the cent. Pure functions."""

from typing import Any

from backend.app.kit.cents import amount_of, cents_of, exactly, rounded

DEFAULT_SHARE = 70
"""Share of the after-repair value, in percent, in the usual rule for the maximum allowable offer."""


def spread(deal: dict[str, Any]) -> int | float | None:
    """Return the after-repair value minus price and repairs; None if value or price is not known."""
    if deal["arv"] is None or deal["price"] is None:
        return None
    return amount_of(cents_of(deal["arv"]) - cents_of(deal["price"]) - cents_of(deal["est_repairs"] or 0))


def maximum_offer(deal: dict[str, Any], share: float) -> int | float | None:
    """Return `share` percent of the after-repair value minus repairs; None if the value is not known.

    It is negative if the repairs cost more than that.
    """
    if deal["arv"] is None:
        return None
    return amount_of(rounded(exactly(share) / 100 * cents_of(deal["arv"])) - cents_of(deal["est_repairs"] or 0))
