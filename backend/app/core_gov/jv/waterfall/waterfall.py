"""Computation of a distribution: all flows are replayed through the terms, and the cash is paid tier by tier.

Past distributions count as the cents that were paid, under the tiers that they were posted under. Within a day the
order is: contributions, accrual, preferred return and capital, then the tests of hurdles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from backend.app.core_gov.jv.waterfall import rounding
from backend.app.core_gov.jv.waterfall.flows import Distribution, Flow
from backend.app.core_gov.jv.waterfall.terms import Terms
from backend.app.core_gov.jv.waterfall.tier_balances import TierBalances
from backend.app.core_gov.jv.waterfall.versions import FlowRefused, Replay, Version, in_order, replayed


@dataclass(frozen=True, slots=True)
class TierPayment:
    """Part of a payment that a tier gets.

    `needed`: exact cents that fill the tier, None if it has no end. `exact`: what it gets before rounding. `cents` is
    the sum of `by_partner`.
    """

    needed: Decimal | None
    exact: Decimal
    cents: int
    by_partner: Mapping[str, int]

    @property
    def still_needed(self) -> Decimal | None:
        """Return the exact cents that are missing to fill the tier after the payment."""
        return None if self.needed is None else self.needed - self.exact


@dataclass(frozen=True, slots=True)
class Payment:
    """A distribution as computed: its tiers in order."""

    on: date
    tiers: tuple[TierPayment, ...]

    @property
    def by_partner(self) -> dict[str, int]:
        """Return the cents of each partner in all tiers."""
        found: dict[str, int] = {}
        for tier in self.tiers:
            for partner, cents in tier.by_partner.items():
                found[partner] = found.get(partner, 0) + cents
        return found

    def as_flow(self) -> Distribution:
        return Distribution(self.on, tuple(tier.by_partner for tier in self.tiers))


def distribute(terms: Terms, flows: Sequence[Flow], on: date, cents: int) -> Payment:
    """Return how a distribution of this many cents on a day is divided, after all flows up to that day.

    The order of the flows does not matter. Raises FlowRefused for a negative amount, and for a flow of
    somebody who is not a partner.
    """
    return distribute_under([Version(date.min, terms)], flows, on, cents)


def distribute_under(versions: Sequence[Version], flows: Sequence[Flow], on: date, cents: int) -> Payment:
    """Return how a distribution is divided under the version of the terms that is in force on its day."""
    with rounding.exact_amounts():
        return pay(replayed(versions, flows, on), on, cents)


def pay(balances: TierBalances, on: date, cents: int) -> Payment:
    """Return how cash is divided on a day. The balances change: they count exact amounts, not the cents."""
    if cents < 0:
        raise FlowRefused("a distribution cannot be negative")
    with rounding.exact_amounts():
        left, needs, exact = Decimal(cents), [], []
        for number in range(len(balances.terms.tiers)):
            need = balances.needed(number, on)
            amount = left if need is None else min(left, max(need, Decimal(0)))
            balances.pay_exactly(number, on, amount)
            needs.append(need if need is None else max(need, Decimal(0)))
            exact.append(amount)
            left -= amount
        whole = rounding.tier_cents(exact)
        tiers = [
            TierPayment(needs[number], exact[number], whole[number], balances.divide(number, whole[number]))
            for number in range(len(whole))
        ]
    return Payment(on, tuple(tiers))


def recomputed(
    versions: Sequence[Version], flows: Sequence[Flow], first: date, undone: Sequence[Flow] = ()
) -> list[Distribution]:
    """Return the distributions with the cents that they would have today: from a day on, each is computed again.

    Those before count as they were paid, and so do those that were undone: all of their cash came back, so nothing of
    them is to be made up for. Each that is computed again counts as computed for those after it.
    """
    found: list[Distribution] = []
    with rounding.exact_amounts():
        replay = Replay(versions)
        for day, of_day in groupby(in_order(flows), key=lambda flow: flow.on):
            before, together = None, None
            for flow in of_day:
                if not isinstance(flow, Distribution):
                    replay.add(flow)
                    continue
                before = before or replay.advance(day).copy()
                is_again = day >= first and flow.cents >= 0 and not any(flow is each for each in undone)
                again = pay(replay.balances.copy(), day, flow.cents).as_flow() if is_again else flow
                found.append(again)
                together = together.together_with(again) if together else again
                replay.balances = before.copy()  # those of a day count together
                replay.balances.record(together)
    return found
