"""Division of the cash of a distribution among tiers and partners. Pure functions of what is on file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.app.core_gov.jv.agreements.service import AgreedTerms, in_force
from backend.app.core_gov.jv.documents.flows import FlowHistory, PostedFlow
from backend.app.core_gov.jv.waterfall.flows import Contribution, Distribution, Flow
from backend.app.core_gov.jv.waterfall.rounding import whole_cents
from backend.app.core_gov.jv.waterfall.terms import CatchUp, Portion, Split
from backend.app.core_gov.jv.waterfall.trace import money
from backend.app.core_gov.jv.waterfall.waterfall import Payment, distribute_under, recomputed
from backend.app.kit.errors import Conflict

TierCents = dict[tuple[str, str], int]
"""Cents by name of a tier and partner."""


@dataclass(frozen=True, slots=True)
class Division:
    """Division of cash. `paid` and `recomputed`: cents of earlier distributions by tier and partner, if they differ."""

    terms: AgreedTerms
    payment: Payment
    corrections: TierCents
    paid: TierCents
    recomputed: TierCents

    @property
    def by_partner(self) -> dict[str, int]:
        """Return the cents of each partner of the agreement, corrections included."""
        found = dict.fromkeys(self.terms.computed.partners, 0)
        for partner, cents in self.payment.by_partner.items():
            found[partner] += cents
        for (_, partner), cents in self.corrections.items():
            found[partner] = found.get(partner, 0) + cents
        return found


def divide(history: FlowHistory, on: date, cents: int, *, true_up: bool) -> Division:
    """Return how cash is divided on a day. Raises FlowRefused, and Conflict if a true-up would take from a partner."""
    terms = in_force(history.terms, on.isoformat())
    paid, again = _compared(history)
    if not true_up:
        return Division(terms, distribute_under(history.versions, history.flows, on, cents), {}, paid, again)
    flows: list[Flow] = [flow for flow in history.flows if isinstance(flow, Contribution)]
    flows += _distributions_today(history)
    division = Division(
        terms, distribute_under(history.versions, flows, on, cents), _difference(paid, again, terms), paid, again
    )
    for partner, amount in division.by_partner.items():
        if amount < 0:
            raise Conflict(f"the true-up would take {money(-amount)} from {partner}; distribute more, or true up later")
    return division


def _compared(history: FlowHistory) -> tuple[TierCents, TierCents]:
    """Return what was paid and what would be, by tier and partner; both empty if they are the same."""
    first = first_affected(history)
    if first is None:
        return {}, {}
    paid = _totals(history, [flow for flow in history.flows if isinstance(flow, Distribution)])
    again = _totals(history, _distributions_today(history))
    return ({}, {}) if paid == again else (paid, again)


def _distributions_today(history: FlowHistory) -> list[Distribution]:
    """Return the distributions with the cents that they would have today, from the first one that is affected on.

    If any is, they are computed from the first that ever was: a true-up among them is computed again with the ones
    that it made up for.
    """
    first = None if first_affected(history) is None else _first_affected(history, 0)
    return recomputed(history.versions, history.flows, date.max if first is None else first, history.undone)


def first_affected(history: FlowHistory) -> date | None:
    """Return the day of the first distribution that something posted later counts before; None if there is none.

    What a true-up has made up for does not count again.
    """
    trued_up = max((each.number for each in history.distributions if each.document["true_up"]), default=0)
    return _first_affected(history, trued_up)


def _first_affected(history: FlowHistory, trued_up: int) -> date | None:
    late = [(each.number, each.flow.on) for each in history.posted if _changes_the_past(each)]
    late = sorted(each for each in (*late, *history.never_happened) if each[0] > trued_up)
    first: date | None = None
    earliest = date.max  # day of those that were posted after a distribution
    for posted in sorted(history.distributions, key=lambda each: -each.number):
        while late and late[-1][0] > posted.number:
            earliest = min(earliest, late.pop()[1])
        if earliest <= posted.flow.on:
            first = min(first or date.max, posted.flow.on)
    return first


def _changes_the_past(posted: PostedFlow) -> bool:
    return isinstance(posted.flow, Contribution) or posted.flow.cents < 0


def _totals(history: FlowHistory, distributions: Sequence[Distribution]) -> TierCents:
    found: TierCents = {}
    for flow in distributions:
        names = in_force(history.terms, flow.on.isoformat()).names
        for name, amounts in zip(names, flow.tiers, strict=True):
            for partner, cents in amounts.items():
                found[name, partner] = found.get((name, partner), 0) + cents
    return {key: cents for key, cents in found.items() if cents}


def _difference(paid: TierCents, again: TierCents, terms: AgreedTerms) -> TierCents:
    found = {key: again.get(key, 0) - paid.get(key, 0) for key in paid.keys() | again.keys()}
    found = {key: cents for key, cents in sorted(found.items()) if cents}
    if gone := sorted({name for name, _ in found} - set(terms.names)):
        raise Conflict(f"the terms have no tier {gone[0]} any more, so its difference cannot be made up for")
    return found


def promote(division: Division, contributed: Mapping[str, int]) -> dict[str, int]:
    """Return the promote of each promote partner in cents, as the agreement measures it.

    `tier_share`: their portions of splits and catch-ups. `above_pro_rata`: less their share of the capital in the cash
    of those tiers. Portions that others share, too, are no promote.
    """
    written, total = division.terms.written, sum(contributed.values())
    found: dict[str, int] = {}
    for partner in written.promote_partners:
        amount = Decimal(0)
        for tier, payment in zip(division.terms.computed.tiers, division.payment.tiers, strict=True):
            if not isinstance(tier, CatchUp | Split):
                continue
            own = [each for each in tier.portions if set(each.partners) <= set(written.promote_partners)]
            amount += payment.cents * sum((_share_of(each, partner, contributed) for each in own), Decimal(0))
            if written.promote_measure == "above_pro_rata" and total:
                amount -= Decimal(payment.cents) * contributed.get(partner, 0) / total
        found[partner] = max(0, whole_cents(amount))
    return found


def _share_of(portion: Portion, partner: str, contributed: Mapping[str, int]) -> Decimal:
    weights = portion.weights(contributed)
    return portion.share * weights.get(partner, Decimal(0)) / sum(weights.values())
