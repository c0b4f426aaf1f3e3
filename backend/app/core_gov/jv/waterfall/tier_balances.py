"""Balances of the tiers of a joint venture on a day: what each tier still needs, and who shares in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
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
)

Amounts = Mapping[str, Decimal]

_HALF_A_CENT = Decimal("0.5")
"""Less than this is nothing that anybody is owed: it is what rounding left."""


class TierBalances:
    """Accounts by tier, capital by partner, and cents received by tier and partner, after some flows."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.contributed: dict[str, int] = dict.fromkeys(terms.partners, 0)
        self.returned: dict[str, Decimal] = dict.fromkeys(terms.partners, ZERO)
        self.received: list[dict[str, int]] = [defaultdict(int) for _ in terms.tiers]
        self._exact: list[dict[str, Decimal]] = [defaultdict(Decimal) for _ in terms.tiers]
        self._paid: list[Decimal] = [ZERO for _ in terms.tiers]
        self._still_in: dict[int, dict[str, int]] = {}  # capital before the payment that is being computed
        self._paid_before = ZERO  # preferred return under tiers that an amendment dropped
        self._past: list[tuple[date, str | None, Mapping[str, int]]] = []
        self._preferred: dict[int, dict[str, PreferredAccount]] = {}
        self._hurdles: dict[int, HurdleAccount] = {}
        for number, tier in enumerate(terms.tiers):
            if isinstance(tier, PreferredReturn):
                self._preferred[number] = {partner: PreferredAccount(tier) for partner in tier.partners}
            elif isinstance(tier, Split) and tier.until is not None:
                self._hurdles[number] = HurdleAccount(tier.until)

    # Flows

    def contribute(self, on: date, partner: str, cents: int) -> None:
        self._past.append((on, partner, {partner: cents}))
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
            self._past.append((flow.on, None, by_partner))
            cents = sum(by_partner.values())
            for partner, exact in (self._shares(number, flow.on, Decimal(cents)) if cents > 0 else {}).items():
                self._exact[number][partner] += exact
            for partner, paid in by_partner.items():
                self.received[number][partner] += paid
            self._accept(number)
            self._apply(number, flow.on, {partner: Decimal(paid) for partner, paid in by_partner.items()})

    def _accept(self, number: int) -> None:
        """Take what was paid as exact if it is not what the flows on file give: it was paid before all were known.

        Otherwise the next payment of the tier would silently make up for the difference.
        """
        exact, received = self._exact[number], self.received[number]
        if any(abs(exact[partner] - received[partner]) >= 1 for partner in exact.keys() | received.keys()):
            self._exact[number] = defaultdict(Decimal, {name: Decimal(paid) for name, paid in received.items()})

    def pay_exactly(self, number: int, on: date, amount: Decimal) -> None:
        """Pay a tier an exact amount, as the tiers after it see it."""
        if isinstance(self.terms.tiers[number], ReturnOfCapital):
            self._still_in[number] = {partner: int(cents) for partner, cents in self._owed(number, on).items()}
        shares = self._shares(number, on, amount)
        for partner, exact in shares.items():
            self._exact[number][partner] += exact
        self._apply(number, on, shares)

    def divide(self, number: int, cents: int) -> dict[str, int]:
        """Divide the whole cents of a tier that was paid exactly. Nobody gets more capital back than is still in."""
        given = rounding.divide(cents, self._exact[number], self.received[number], self._still_in.get(number))
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
            received = sum((amounts[each] for each in hurdle.terms.tested if each in amounts), ZERO)
            if received:
                hurdle.receive(on, received)

    # Copies and amendments

    def copy(self) -> "TierBalances":
        """Return a copy that changes independently."""
        other = copy(self)
        other.contributed, other.returned = dict(self.contributed), dict(self.returned)
        other.received = [each.copy() for each in self.received]
        other._exact = [each.copy() for each in self._exact]
        other._paid, other._past = list(self._paid), list(self._past)
        other._still_in = dict(self._still_in)
        other._preferred = {
            number: {partner: copy(account) for partner, account in accounts.items()}
            for number, accounts in self._preferred.items()
        }
        other._hurdles = {number: copy(account) for number, account in self._hurdles.items()}
        return other

    def unmatched(self, terms: Terms, on: date) -> str:
        """Return what is wrong with other terms from a day on, as a sentence; empty if they can follow."""
        if gone := sorted(set(self.terms.partners) - set(terms.partners)):
            return f"the terms from {on} leave out {', '.join(gone)}: partners stay in an agreement"
        kept = set(self._same(terms).values())
        for number in self._preferred:
            name = self.terms.names[number]
            owed = {partner for partner, cents in self._owed(number, on).items() if cents >= _HALF_A_CENT}
            if number not in kept and owed:
                return f"the terms from {on} drop the tier {name}, under which preferred return is owed; keep its name"
            left = {partner for tier in self._continued(terms, number) for partner in tier.partners}
            if number in kept and (gone := sorted(owed - left)):
                return f"the terms from {on} leave {gone[0]} out of the tier {name}, which owes it preferred return"
        return ""

    def _continued(self, terms: Terms, number: int) -> list[PreferredReturn]:
        """Return the preferred return of other terms that continues a tier of these."""
        found = [terms.tiers[new] for new, old in self._same(terms).items() if old == number]
        return [tier for tier in found if isinstance(tier, PreferredReturn)]

    def _same(self, terms: Terms) -> dict[int, int]:
        """Return the tiers of other terms that continue a tier of these: number there, and number here."""
        here = {name: number for number, name in enumerate(self.terms.names)}
        return {
            number: here[name]
            for number, name in enumerate(terms.names)
            if name in here and type(terms.tiers[number]) is type(self.terms.tiers[here[name]])
        }

    def amended(self, terms: Terms, on: date) -> "TierBalances":
        """Return the balances under other terms from a day on."""
        other, same = TierBalances(terms), self._same(terms)
        other._past, other._paid_before = self._past, self._paid_before
        other.contributed |= self.contributed
        other.returned |= self.returned
        other._paid_before += sum((self._paid[each] for each in self._preferred if each not in same.values()), ZERO)
        for new, old in same.items():
            other.received[new], other._exact[new] = self.received[old], self._exact[old]
            other._paid[new] = self._paid[old]
        for number, accounts in other._preferred.items():
            before = self._preferred.get(same.get(number, -1), {})
            for partner, account in accounts.items():
                account.begin(
                    on, before.get(partner), self.contributed.get(partner, 0), self.returned.get(partner, ZERO)
                )
        for hurdle in other._hurdles.values():
            hurdle.replay(self._past)
        return other

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
        needed, share = self._hurdles[number].needed(on), self._share_of(tier.portions, tier.until.tested)
        if not share:  # what they contributed gives them nothing of it
            return None if needed > 0 else ZERO
        return needed / share

    def preferred_owed(self, on: date) -> dict[str, Decimal]:
        """Return the preferred return that each partner is owed on a day under all tiers, in exact cents."""
        found = dict.fromkeys(self.terms.partners, ZERO)
        for accounts in self._preferred.values():
            for partner, account in accounts.items():
                found[partner] += max(ZERO, account.owed(on))
        return found

    def _catch_up(self, tier: CatchUp, number: int) -> Decimal:
        """Return what brings the promote partners to their target of the preferred return and this tier together.

        share × (paid + x) = target × (preferred + paid + x), solved for x.
        """
        preferred = sum((self._paid[each] for each in self._preferred if each < number), self._paid_before)
        total = tier.target * preferred / (self._share_of(tier.portions, tier.partners) - tier.target)
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
            for partner, share in _in_proportion(amount * portion.share, portion.weights(self.contributed)).items():
                found[partner] += share
        return dict(found)

    def _share_of(self, portions: Sequence[Portion], partners: Sequence[str]) -> Decimal:
        """Return the share of some partners in a tier, that in portions with others included."""
        found = ZERO
        for portion in portions:
            weights = portion.weights(self.contributed)
            own = sum((weight for partner, weight in weights.items() if partner in partners), ZERO)
            found += portion.share * own / sum(weights.values(), ZERO)
        return found


def _in_proportion(amount: Decimal, weights: Amounts) -> dict[str, Decimal]:
    total = sum(weights.values(), ZERO)
    return {partner: amount * weight / total for partner, weight in weights.items()} if total else {}
