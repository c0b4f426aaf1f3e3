"""Worked example of terms: everyone's money comes back on one day with some profit. A pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.app.core_gov.jv.agreements.conversion import waterfall_terms
from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.core_gov.jv.waterfall.accounts import months_later
from backend.app.core_gov.jv.waterfall.flows import Contribution
from backend.app.core_gov.jv.waterfall.rounding import whole_cents
from backend.app.core_gov.jv.waterfall.terms import PreferredReturn, ReturnOfCapital
from backend.app.core_gov.jv.waterfall.trace import Names, TierTrace, trace
from backend.app.core_gov.jv.waterfall.waterfall import distribute


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """Division of one distribution under some terms. All amounts are cents.

    `contributed`: by partner who contributes. `received`: by partner of the terms.
    """

    first: date
    last: date
    contributed: Mapping[str, int]
    cash: int
    tiers: Sequence[TierTrace]
    received: Mapping[str, int]

    @property
    def profit(self) -> int:
        return self.cash - sum(self.contributed.values())

    def profit_of(self, partner: str) -> int:
        return self.received[partner] - self.contributed.get(partner, 0)


def worked_example(
    written: AgreementTerms, cents: int, years: int, profit_percent: float, first: date, names: Names
) -> WorkedExample:
    """Return how terms without faults divide what investors get back after some years.

    Each contributes `cents` on the first day. The cash is what they contributed with `profit_percent` in all, not per
    year.
    """
    terms = waterfall_terms(written)
    investing = contributors(written)
    total = cents * len(investing)
    factor = 1 + Decimal(repr(profit_percent)) / 100
    cash = whole_cents(total * factor)
    last = months_later(first, 12 * years)
    payment = distribute(terms, [Contribution(first, partner, cents) for partner in investing], last, cash)
    by_partner = payment.by_partner
    return WorkedExample(
        first=first,
        last=last,
        contributed=dict.fromkeys(investing, cents),
        cash=cash,
        tiers=trace(terms, payment, names),
        received={partner: by_partner.get(partner, 0) for partner in terms.partners},
    )


def contributors(written: AgreementTerms) -> list[str]:
    """Return the partners whose capital the terms return or reward; all partners if they name none."""
    tiers = waterfall_terms(written).tiers
    named = {
        partner for tier in tiers if isinstance(tier, PreferredReturn | ReturnOfCapital) for partner in tier.partners
    }
    return [partner for partner in written.partners if partner in named] or list(written.partners)
