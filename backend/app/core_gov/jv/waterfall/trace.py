"""Trace of a distribution: each tier in plain words and as numbers that add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.app.core_gov.jv.waterfall.rounding import whole_cents
from backend.app.core_gov.jv.waterfall.terms import (
    CatchUp,
    Hurdle,
    Portion,
    PreferredReturn,
    ReturnOfCapital,
    Tier,
    percent,
)
from backend.app.core_gov.jv.waterfall.terms import Terms as WaterfallTerms
from backend.app.core_gov.jv.waterfall.waterfall import Payment, TierPayment

Names = Mapping[str, str]
"""Names of the partners by id."""

_COMPOUNDED = {"none": "simple interest"}


@dataclass(frozen=True, slots=True)
class TierTrace:
    """One tier of a distribution. Amounts are whole cents; `needed` and `still_needed` are None without an end."""

    number: int
    what: str
    needed: int | None
    paid: int
    still_needed: int | None
    by_partner: Mapping[str, int]
    sentence: str


def trace(terms: WaterfallTerms, payment: Payment, names: Names) -> list[TierTrace]:
    """Return the trace of a payment that was computed from these terms."""
    return [
        _traced(number, tier, paid, names)
        for number, (tier, paid) in enumerate(zip(terms.tiers, payment.tiers, strict=True), 1)
    ]


def _traced(number: int, tier: Tier, paid: TierPayment, names: Names) -> TierTrace:
    what = description(tier, names)
    needed, left = _whole(paid.needed), _whole(paid.still_needed)
    return TierTrace(
        number, what, needed, paid.cents, left, paid.by_partner, f"{what}: {_outcome(paid, needed, left)}."
    )


def _outcome(paid: TierPayment, needed: int | None, left: int | None) -> str:
    if needed is None:
        return f"the rest, {money(paid.cents)}" if paid.cents else "nothing is left for it"
    if not needed:
        return "nothing is due"
    if not left:
        return f"{money(paid.cents)}, all that is due"
    return f"{money(paid.cents)} of {money(needed)} due; {money(left)} more would fill it"


def description(tier: Tier, names: Names) -> str:
    """Return a tier in words."""
    if isinstance(tier, PreferredReturn):
        grows = _COMPOUNDED.get(tier.compounding, f"compounded {_ADVERBS.get(tier.compounding, tier.compounding)}")
        return (
            f"Preferred return of {percent(tier.rate)} a year on {tier.base} capital to {_list(tier.partners, names)} "
            f"({tier.rate_kind}, {grows}, {tier.day_count})"
        )
    if isinstance(tier, ReturnOfCapital):
        return f"Return of capital to {_list(tier.partners, names)}"
    if isinstance(tier, CatchUp):
        return (
            f"Catch-up, {_portions(tier.portions, names)}, until {_list(tier.partners, names)} "
            f"{_have(tier.partners)} {percent(tier.target)} of the profit so far"
        )
    divided = f"Split, {_portions(tier.portions, names)}"
    return divided if tier.until is None else f"{divided}, until {_hurdle(tier.until, names)}"


_ADVERBS = {"annual": "annually", "semiannual": "twice a year"}


def _hurdle(hurdle: Hurdle, names: Names) -> str:
    who = f"{_list(hurdle.tested, names)} {_have(hurdle.tested)}"
    if hurdle.kind == "multiple":
        return f"{who} {hurdle.value.normalize():f} times the capital"
    kind = "internal rate of return" if hurdle.kind == "irr" else "simple interest"
    return f"{who} {percent(hurdle.value)} a year ({kind})"


def _have(partners: Sequence[str]) -> str:
    return "has" if len(partners) == 1 else "have"


def _portions(portions: Sequence[Portion], names: Names) -> str:
    return ", ".join(f"{percent(portion.share)} to {_list(portion.partners, names)}" for portion in portions)


def _list(partners: Sequence[str], names: Names) -> str:
    *rest, last = [names.get(partner, partner) for partner in partners]
    return f"{', '.join(rest)} and {last}" if rest else last


def money(cents: int) -> str:
    """Return cents as an amount with two decimals, such as 1,234.50."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02}"


def _whole(exact: Decimal | None) -> int | None:
    return None if exact is None else whole_cents(exact)
