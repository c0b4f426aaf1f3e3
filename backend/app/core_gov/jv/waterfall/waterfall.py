"""Computation of a distribution: all flows are replayed through the terms, and the cash is paid tier by tier.

Past distributions count as the cents that were paid, under the tiers that they were posted under. Within a day the
order is: contributions, accrual, preferred return and capital, then the tests of hurdles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext

from backend.app.core_gov.jv.waterfall import rounding
from backend.app.core_gov.jv.waterfall.flows import Contribution, Distribution, Flow
from backend.app.core_gov.jv.waterfall.terms import Terms
from backend.app.core_gov.jv.waterfall.tier_balances import TierBalances

PRECISION = 50
"""Significant digits of all exact amounts."""


class FlowRefused(ValueError):
    """A flow that the terms do not allow; the text says why."""


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

    The order of the flows does not matter. Raises FlowRefused for a negative amount, and for a flow of a stranger.
    """
    if cents < 0:
        raise FlowRefused("a distribution cannot be negative")
    with localcontext(Context(prec=PRECISION)):
        balances = replay(terms, flows, on)
        left, needs, exact = Decimal(cents), [], []
        for number in range(len(terms.tiers)):
            need = balances.needed(number, on)
            amount = left if need is None else min(left, max(need, Decimal(0)))
            balances.pay_exactly(number, on, amount)
            needs.append(need if need is None else max(need, Decimal(0)))
            exact.append(amount)
            left -= amount
        whole = rounding.tier_cents(exact)
        tiers = [
            TierPayment(needs[number], exact[number], whole[number], balances.divide(number, whole[number]))
            for number in range(len(terms.tiers))
        ]
    return Payment(on, tuple(tiers))


def replay(terms: Terms, flows: Sequence[Flow], until: date) -> TierBalances:
    """Return the balances after all flows up to a day, that day included."""
    balances = TierBalances(terms)
    past = [flow for flow in flows if flow.on <= until]
    for flow in sorted(past, key=_order):
        if isinstance(flow, Contribution):
            if flow.partner not in terms.partners:
                raise FlowRefused(f"{flow.partner} is not a partner of the agreement")
            balances.contribute(flow.on, flow.partner, flow.cents)
        else:
            balances.record(flow)
    return balances


def _order(flow: Flow) -> tuple[date, bool, str]:
    """Sort contributions before distributions of the same day."""
    return flow.on, isinstance(flow, Distribution), flow.partner if isinstance(flow, Contribution) else ""
