"""Choice of a market's price index: its own, or a published one that is more precise."""

import numpy as np

from backend.app.core_gov.market.indexes.price_index import PriceIndex

YEAR = 365


def chosen(own: PriceIndex, published: PriceIndex | None) -> PriceIndex:
    """Return the index with the smaller standard error of last year's change; the market's own on a tie.

    A market with many sales thus uses its own sales, one with few the published index of its county or city.
    """
    if published is None or error_of_year(own) <= error_of_year(published):
        return own
    return published


def error_of_year(index: PriceIndex) -> float:
    """Return the standard error of the log price change over the year before the index's as-of date."""
    return float(index.change(np.array([index.as_of - YEAR]), index.as_of)[1][0])
