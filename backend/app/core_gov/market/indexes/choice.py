"""Which index a market goes by: its own, or a published one where that can be trusted more."""

import numpy as np

from backend.app.core_gov.market.indexes.price_index import PriceIndex

YEAR = 365


def chosen(own: PriceIndex, published: PriceIndex | None) -> PriceIndex:
    """The index whose change over the last year has the smaller standard error; the market's own when both are alike.

    So a market with many sales goes by them, one with few by what was published of its county or city.
    """
    if published is None or error_of_year(own) <= error_of_year(published):
        return own
    return published


def error_of_year(index: PriceIndex) -> float:
    """The standard error of the logarithm of the price change over the year before the day of the index."""
    return float(index.change(np.array([index.as_of - YEAR]), index.as_of)[1][0])
