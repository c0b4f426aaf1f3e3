"""Accounts that grow with time: preferred return of one partner, and the hurdle of a group of partners.

An account is settled only at its own changes and at its compounding dates, so flows of others never change what it
owes, whatever the day count. Amounts are exact cents, `Decimal` of 50 digits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from backend.app.core_gov.jv.waterfall.day_count import year_fraction
from backend.app.core_gov.jv.waterfall.terms import PER_YEAR, Hurdle, PreferredReturn

ZERO, ONE = Decimal(0), Decimal(1)


@lru_cache(maxsize=20_000)
def _power(base: Decimal, exponent: Decimal) -> Decimal:
    return base**exponent


@dataclass(frozen=True, slots=True)
class PaymentParts:
    """A payment of an account: its cents, and how many of them reduced what is accrued, and what earns return.

    `before`: the payment before it.
    """

    cents: Decimal
    of_accrued: Decimal
    of_base: Decimal
    before: "PaymentParts | None"


def _given_back(last: PaymentParts | None, cents: Decimal) -> tuple[Decimal, Decimal, PaymentParts | None]:
    """Return the parts of a payment that is given back, and the payments without it.

    It is the last payment of these cents. If there is none, because distributions of a day were paid together, the last
    payments are given back in proportion to their parts.
    """
    later, found = [], last
    while found is not None and found.cents != cents:
        later.append(found)
        found = found.before
    if found is not None:
        left = found.before
        for each in reversed(later):
            left = replace(each, before=left)
        return found.of_accrued, found.of_base, left
    accrued = base = ZERO
    while last is not None and cents > 0:
        share = min(ONE, cents / last.cents)
        accrued, base = accrued + last.of_accrued * share, base + last.of_base * share
        cents -= last.cents * share
        rest = ONE - share
        parts = PaymentParts(last.cents * rest, last.of_accrued * rest, last.of_base * rest, last.before)
        last = parts if rest else last.before
    return accrued, base + cents, last


@dataclass(slots=True)
class PreferredAccount:
    """Preferred return that a partner is owed under a tier.

    `unpaid` joins the base at compounding dates; `accrued` has not joined it yet.
    """

    terms: PreferredReturn
    contributed: Decimal = ZERO
    returned: Decimal = ZERO
    unpaid: Decimal = ZERO
    accrued: Decimal = ZERO
    paid: Decimal = ZERO
    since: date | None = None
    anchor: date | None = None
    payments: PaymentParts | None = None

    def owed(self, on: date) -> Decimal:
        """Return what is owed on a day, before payments of that day."""
        if self.since is None:
            return ZERO
        unpaid, accrued = (self.unpaid, self.accrued) if self.since == on else self._grown(on)
        return unpaid + accrued

    def begin(self, on: date, before: "PreferredAccount | None", contributed: int, returned: Decimal) -> None:
        """Continue an account under other terms from a day on, or begin one for the capital of that day."""
        self.contributed, self.returned = Decimal(contributed), returned
        self.since = self.anchor = on if contributed else None
        if before is not None and before.since is not None:
            self.unpaid, self.accrued = before._grown(on)
            self.paid, self.anchor, self.payments = before.paid, before.anchor, before.payments

    def contribute(self, on: date, cents: int) -> None:
        if self.anchor is None:
            self.anchor = on
        self._settle(on)
        self.contributed += cents

    def return_capital(self, on: date, cents: Decimal) -> None:
        self._settle(on)
        self.returned += cents

    def pay(self, on: date, cents: Decimal) -> None:
        """Pay accrued return first, then what has joined the base. Negative cents give back an earlier payment."""
        self._settle(on)
        self.paid += cents
        if cents < 0:
            accrued, base, self.payments = _given_back(self.payments, -cents)
            self.accrued += accrued
            self.unpaid += base
        elif cents:
            of_accrued = min(cents, self.accrued)
            self.accrued -= of_accrued
            self.unpaid -= cents - of_accrued
            self.payments = PaymentParts(cents, of_accrued, cents - of_accrued, self.payments)

    def _settle(self, on: date) -> None:
        if self.since is not None and self.since != on:
            self.unpaid, self.accrued = self._grown(on)
        self.since = on

    def _capital(self) -> Decimal:
        if self.terms.base == "contributed":
            return self.contributed
        return max(ZERO, self.contributed - self.returned)

    def _grown(self, on: date) -> tuple[Decimal, Decimal]:
        """Return unpaid and accrued return on a day.

        Compounding periods are differences of years since the last change, so that they add up to a year also by
        30/360 US, in which the parts of a year that meet at the end of February do not.
        """
        assert self.since is not None
        terms, base = self.terms, self._capital()
        if terms.compounding == "none":
            return self.unpaid, self.accrued + base * terms.rate * self._years(self.since, on)
        per_year = PER_YEAR[terms.compounding]
        rate = _rate(terms, per_year)
        if terms.broken == "exponent":
            growth = _power(ONE + rate, self._years(self.since, on) * per_year) - ONE
            return self.unpaid + self.accrued + (base + self.unpaid + self.accrued) * growth, ZERO
        unpaid, accrued, before = self.unpaid, self.accrued, ZERO
        for end in self._compounding_dates(self.since, on):
            years = self._years(self.since, end)
            accrued += (base + unpaid) * rate * per_year * (years - before)
            unpaid, accrued, before = unpaid + accrued, ZERO, years
        return unpaid, accrued + (base + unpaid) * rate * per_year * (self._years(self.since, on) - before)

    def _years(self, start: date, end: date) -> Decimal:
        found = year_fraction(self.terms.day_count, start, end)
        return Decimal(found.numerator) / found.denominator

    def _compounding_dates(self, after: date, until: date) -> list[date]:
        """Return the compounding dates after a day, up to another: counted from the first contribution."""
        if self.anchor is None:  # something was paid to a partner whose contribution never happened
            return []
        per_year = PER_YEAR[self.terms.compounding]
        if per_year == PER_YEAR["daily"]:
            return [date.fromordinal(day) for day in range(after.toordinal() + 1, until.toordinal() + 1)]
        step, found = 12 // per_year, []
        months = (after.year - self.anchor.year) * 12 + after.month - self.anchor.month
        number = max(1, months // step)
        while (day := months_later(self.anchor, number * step)) <= until:
            if day > after:
                found.append(day)
            number += 1
        return found


def _rate(terms: PreferredReturn, per_year: int) -> Decimal:
    """Return the rate of one compounding period."""
    if terms.rate_kind == "nominal":
        return terms.rate / per_year
    return _power(ONE + terms.rate, ONE / per_year) - ONE


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


@dataclass(slots=True)
class HurdleAccount:
    """Amount that a group of partners must still receive to reach a hurdle; negative if they received more."""

    terms: Hurdle
    contributed: Decimal = ZERO
    balance: Decimal = ZERO
    accrued: Decimal = ZERO
    since: date | None = None
    payments: PaymentParts | None = None

    def needed(self, on: date) -> Decimal:
        """Return what the group must receive on a day, before payments of that day; negative above the hurdle."""
        balance, accrued = (self.balance, self.accrued) if self.since == on else self._grown(on)
        return balance + accrued

    def contribute(self, on: date, cents: int) -> None:
        self._settle(on)
        self.contributed += cents
        self.balance += cents * self.terms.value if self.terms.kind == "multiple" else cents

    def receive(self, on: date, cents: Decimal) -> None:
        """Count cents that the group receives. Negative ones give back what it received earlier."""
        self._settle(on)
        if cents < 0:
            accrued, base, self.payments = _given_back(self.payments, -cents)
            self.accrued += accrued
            self.balance += base
        elif cents:
            of_accrued = min(cents, self.accrued)
            of_balance = cents - of_accrued
            if not self.terms.surplus_offsets:
                of_balance = min(of_balance, max(ZERO, self.balance))
            self.accrued -= of_accrued
            self.balance -= of_balance
            self.payments = PaymentParts(cents, of_accrued, of_balance, self.payments)

    def replay(self, past: Iterable[tuple[date, str | None, Mapping[str, int]]]) -> None:
        """Count the flows of the past: day, partner who contributed (None if paid out), and cents by partner."""
        for on, partner, cents in past:
            if partner is None:
                received = sum(cents.get(each, 0) for each in self.terms.tested)
                self.receive(on, Decimal(received))
            elif partner in self.terms.tested:
                self.contribute(on, cents[partner])

    def _settle(self, on: date) -> None:
        if self.since != on:
            self.balance, self.accrued = self._grown(on)
            self.since = on

    def _grown(self, on: date) -> tuple[Decimal, Decimal]:
        if self.since is None or self.terms.kind == "multiple":
            return self.balance, self.accrued
        found = year_fraction(self.terms.day_count, self.since, on)
        years = Decimal(found.numerator) / found.denominator
        if self.terms.kind == "irr":
            return (self.balance + self.accrued) * _power(ONE + self.terms.value, years), ZERO
        return self.balance, self.accrued + max(ZERO, self.balance) * self.terms.value * years
