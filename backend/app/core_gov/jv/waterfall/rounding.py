"""Whole cents from exact amounts, so that parts add up and no order of partners matters.

Within a payment the running total over the tiers is rounded. Within a tier each cent goes to the partner whose exact
cumulative share exceeds the cents received most; ties go to the lower partner id, and a share of zero gets nothing.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

PRECISION = 50
"""Significant digits of all exact amounts."""


def exact_amounts() -> AbstractContextManager[Context]:
    """Compute with exact amounts while the returned context is open."""
    return localcontext(Context(prec=PRECISION))


def whole_cents(exact: Decimal) -> int:
    """Round exact cents to whole ones, half up."""
    return int(exact.to_integral_value(ROUND_HALF_UP))


def tier_cents(amounts: Sequence[Decimal]) -> list[int]:
    """Return the whole cents of each tier of a payment from its exact cents. They add up to the rounded sum.

    Half cents are rounded up, so that a tier of whole cents gets just these, whatever the tiers before it got.
    """
    found: list[int] = []
    total, before = Decimal(0), 0
    for amount in amounts:
        total += amount
        rounded = whole_cents(total)
        found.append(rounded - before)
        before = rounded
    return found


def divide(
    cents: int,
    exact: Mapping[str, Decimal],
    received: Mapping[str, int],
    at_most: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Divide the cents of a tier among partners.

    `exact`: the exact cumulative share of each partner in this tier, this payment included. `received`: the cents that
    each got from the tier before. `at_most`: the cents that each may get now, if there is a limit. Raises ValueError
    if cents are to be divided and no share is above zero.
    """
    missing = {partner: share - received.get(partner, 0) for partner, share in exact.items() if share > 0}
    if cents and not missing:
        raise ValueError("nobody has a share in the tier")
    given = {partner: max(0, int(each.to_integral_value(ROUND_FLOOR))) for partner, each in missing.items()}
    if at_most is not None:
        given = {partner: min(each, at_most.get(partner, 0)) for partner, each in given.items()}
    left = cents - sum(given.values())
    while left > 0:
        below = [each for each in missing if at_most is None or given[each] < at_most.get(each, 0)]
        partner = min(below or missing, key=lambda each: (given[each] - missing[each], each))
        given[partner] += 1
        left -= 1
    while left < 0:
        partner = max((each for each in given if given[each]), key=lambda each: (given[each] - missing[each], each))
        given[partner] -= 1
        left += 1
    return given
