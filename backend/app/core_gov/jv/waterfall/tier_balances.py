"""Balances of the tiers of a joint venture on a day: what each tier still needs, and who shares in it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from backend.app.core_gov.jv.waterfall import rounding
from backend.app.core_gov.jv.waterfall.accounts import ZERO, HurdleAccount, PreferredAccount
from backend.app.core_gov.jv.waterfall.flows import Distribution
from backend.app.core_gov.jv.waterfall.terms import (
    CatchUp,
    Portion,
    PreferredReturn,
    ReturnOfCapital,
    Split,
    Terms,
    share_of,
)

Amounts = Mapping[str, Decimal]


class TierBalances:
    """Accounts by tier, capital by partner, and cents received by tier and partner, after some flows."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.contributed: dict[str, int] = dict.fromkeys(terms.partners, 0)
        self.returned: dict[str, Decimal] = dict.fromkeys(terms.partners, ZERO)
        self.received: list[dict[str, int]] = [defaultdict(int) for _ in terms.tiers]
        self._exact: list[dict[str, Decimal]] = [defaultdict(Decimal) for _ in terms.tiers]
        self._paid: list[Decimal] = [ZERO for _ in terms.tiers]
        self._preferred: dict[int, dict[str, PreferredAccount]] = {}
        self._hurdles: dict[int, HurdleAccount] = {}
        for number, tier in enumerate(terms.tiers):
            if isinstance(tier, PreferredReturn):
                self._preferred[number] = {partner: PreferredAccount(tier) for partner in tier.partners}
            elif isinstance(tier, Split) and tier.until is not None:
                self._hurdles[number] = HurdleAccount(tier.until)

    # Flows

    def contribute(self, on: date, partner: str, cents: int) -> None:
        self.contributed[partner] += cents
        for accounts in self._preferred.values():
            if partner in accounts:
                accounts[partner].contribute(on, cents)
        for hurdle in self._hurdles.values():
            if partner in hurdle.terms.tested:
                hurdle.contribute(on, cents)

    def record(self, flow: Distribution) -> None:
        """Record a distribution as it was paid."""
        for number, by_partner in enumerate(flow.tiers):
            cents = sum(by_partner.values())
            shares = self._shares(number, flow.on, Decimal(cents))
            for partner, exact in (shares or {name: Decimal(paid) for name, paid in by_partner.items()}).items():
                self._exact[number][partner] += exact
            for partner, paid in by_partner.items():
                self.received[number][partner] += paid
            self._apply(number, flow.on, {partner: Decimal(paid) for partner, paid in by_partner.items()})

    def pay_exactly(self, number: int, on: date, amount: Decimal) -> None:
        """Pay a tier an exact amount, as the tiers after it see it."""
        shares = self._shares(number, on, amount)
        for partner, exact in shares.items():
            self._exact[number][partner] += exact
        self._apply(number, on, shares)

    def divide(self, number: int, cents: int) -> dict[str, int]:
        """Divide the whole cents of a tier that was paid exactly."""
        given = rounding.divide(cents, self._exact[number], self.received[number])
        return {partner: paid for partner, paid in sorted(given.items()) if paid}

    def _apply(self, number: int, on: date, amounts: Amounts) -> None:
        tier = self.terms.tiers[number]
        self._paid[number] += sum(amounts.values(), ZERO)
        if isinstance(tier, PreferredReturn):
            for partner, amount in amounts.items():
                self._preferred[number][partner].pay(on, amount)
        elif isinstance(tier, ReturnOfCapital):
            for partner, amount in amounts.items():
                self.returned[partner] += amount
                for accounts in self._preferred.values():
                    if partner in accounts:
                        accounts[partner].return_capital(on, amount)
        for hurdle in self._hurdles.values():
            hurdle.receive(on, sum((amounts.get(each, ZERO) for each in hurdle.terms.tested), ZERO))

    # What a tier needs, and who shares in it

    def needed(self, number: int, on: date) -> Decimal | None:
        """Return the exact cents that fill a tier on a day; None if it has no end."""
        tier = self.terms.tiers[number]
        if isinstance(tier, PreferredReturn | ReturnOfCapital):
            return sum(self._owed(number, on).values(), ZERO)
        if isinstance(tier, CatchUp):
            return self._catch_up(tier, number)
        if tier.until is None:
            return None
        return self._hurdles[number].needed(on) / share_of(tier.portions, tier.until.tested)

    def _catch_up(self, tier: CatchUp, number: int) -> Decimal:
        """Return what brings the promote partners to their target of the preferred return and this tier together.

        share × (paid + x) = target × (preferred + paid + x), solved for x.
        """
        preferred = sum((self._paid[each] for each in self._preferred if each < number), ZERO)
        total = tier.target * preferred / (share_of(tier.portions, tier.partners) - tier.target)
        return total - self._paid[number]

    def _owed(self, number: int, on: date) -> dict[str, Decimal]:
        """Return what each partner of a tier is owed: preferred return, or capital still in."""
        tier = self.terms.tiers[number]
        if isinstance(tier, PreferredReturn):
            found = {partner: account.owed(on) for partner, account in self._preferred[number].items()}
        else:
            assert isinstance(tier, ReturnOfCapital)
            found = {partner: self.contributed[partner] - self.returned[partner] for partner in tier.partners}
        return {partner: amount for partner, amount in found.items() if amount > 0}

    def _shares(self, number: int, on: date, amount: Decimal) -> dict[str, Decimal]:
        """Return the exact share of each partner in an amount of a tier; empty if nobody has one."""
        tier = self.terms.tiers[number]
        if isinstance(tier, PreferredReturn | ReturnOfCapital):
            return _in_proportion(amount, self._owed(number, on))
        found: dict[str, Decimal] = defaultdict(Decimal)
        for portion in tier.portions:
            for partner, share in _in_proportion(amount * portion.share, self._weights(portion)).items():
                found[partner] += share
        return dict(found)

    def _weights(self, portion: Portion) -> dict[str, Decimal]:
        weights = {partner: Decimal(self.contributed[partner]) for partner in portion.partners}
        return weights if any(weights.values()) else dict.fromkeys(portion.partners, Decimal(1))


def _in_proportion(amount: Decimal, weights: Amounts) -> dict[str, Decimal]:
    total = sum(weights.values(), ZERO)
    return {partner: amount * weight / total for partner, weight in weights.items()} if total else {}
