"""Conversion of terms between their written form and the form that the waterfall computes with."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from backend.app.core_gov.jv.agreements.tiers import (
    AgreementTerms,
    CapitalTier,
    CatchUpTier,
    HurdleTier,
    PreferredTier,
    SplitLimit,
    TermsTier,
    TierPortion,
)
from backend.app.core_gov.jv.waterfall.terms import (
    CatchUp,
    Hurdle,
    Portion,
    PreferredReturn,
    ReturnOfCapital,
    Split,
    Terms,
    Tier,
    faults,
)

_HUNDRED = Decimal(100)


def waterfall_terms(written: AgreementTerms) -> Terms:
    """Return the terms as the waterfall computes with them."""
    names = tuple(tier.name for tier in written.tiers)
    return Terms(tuple(written.partners), tuple(map(_tier, written.tiers)), names)


def faults_of_terms(written: AgreementTerms) -> list[str]:
    """Return what is wrong with terms, a sentence each."""
    found = list(faults(waterfall_terms(written)))
    names = [tier.name for tier in written.tiers]
    found += [f"two tiers are named {name}" for name in sorted({name for name in names if names.count(name) > 1})]
    unknown = sorted(set(written.promote_partners) - set(written.partners))
    found += [f"promote partner {partner} is not in the agreement" for partner in unknown]
    return found


def _tier(tier: TermsTier) -> Tier:
    if isinstance(tier, PreferredTier):
        return PreferredReturn(
            tuple(tier.partners),
            _fraction(tier.rate_percent),
            tier.rate_kind,
            tier.compounding,
            tier.broken_period,
            tier.base,
            tier.day_count,
        )
    if isinstance(tier, CapitalTier):
        return ReturnOfCapital(tuple(tier.partners))
    if isinstance(tier, CatchUpTier):
        return CatchUp(tuple(tier.partners), _fraction(tier.target_percent), _portions(tier.portions))
    return Split(_portions(tier.portions), _hurdle(tier.until) if isinstance(tier, HurdleTier) else None)


def _hurdle(limit: SplitLimit) -> Hurdle:
    value = Decimal(repr(limit.value)) if limit.kind == "multiple" else _fraction(limit.value)
    return Hurdle(limit.kind, value, tuple(limit.tested), limit.surplus_offsets, limit.day_count)


def _portions(portions: Iterable[TierPortion]) -> tuple[Portion, ...]:
    return tuple(Portion(_fraction(each.share_percent), tuple(each.partners)) for each in portions)


def _fraction(percent: int | float) -> Decimal:
    return Decimal(repr(percent)) / _HUNDRED


# From the waterfall's form


def written_tiers(tiers: Iterable[Tier]) -> list[dict[str, Any]]:
    """Return tiers in their written form, each with a name."""
    found: list[dict[str, Any]] = []
    for tier in tiers:
        each = _written(tier)
        same = sum(other["kind"] == each["kind"] for other in found)
        each["name"] = _NAMES[each["kind"]] + (f" {same + 1}" if same else "")
        found.append(each)
    return found


_NAMES = {
    "preferred_return": "preferred return",
    "return_of_capital": "capital",
    "catch_up": "catch-up",
    "split_until": "split",
    "split": "last split",
}


def _written(tier: Tier) -> dict[str, Any]:
    if isinstance(tier, PreferredReturn):
        return {
            "kind": "preferred_return",
            "partners": list(tier.partners),
            "rate_percent": _percent(tier.rate),
            "rate_kind": tier.rate_kind,
            "compounding": tier.compounding,
            "broken_period": tier.broken,
            "base": tier.base,
            "day_count": tier.day_count,
        }
    if isinstance(tier, ReturnOfCapital):
        return {"kind": "return_of_capital", "partners": list(tier.partners)}
    if isinstance(tier, CatchUp):
        return {
            "kind": "catch_up",
            "partners": list(tier.partners),
            "target_percent": _percent(tier.target),
            "portions": _written_portions(tier.portions),
        }
    portions = _written_portions(tier.portions)
    if tier.until is None:
        return {"kind": "split", "portions": portions}
    return {"kind": "split_until", "portions": portions, "until": _written_hurdle(tier.until)}


def _written_hurdle(hurdle: Hurdle) -> dict[str, Any]:
    return {
        "kind": hurdle.kind,
        "value": _number(hurdle.value) if hurdle.kind == "multiple" else _percent(hurdle.value),
        "tested": list(hurdle.tested),
        "surplus_offsets": hurdle.surplus_offsets,
        "day_count": hurdle.day_count,
    }


def _written_portions(portions: Iterable[Portion]) -> list[dict[str, Any]]:
    return [{"share_percent": _percent(each.share), "partners": list(each.partners)} for each in portions]


def _percent(fraction: Decimal) -> int | float:
    return _number(fraction * _HUNDRED)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
