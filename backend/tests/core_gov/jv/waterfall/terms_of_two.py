"""Terms that the tests share: a limited partner LP and a general partner GP."""

from datetime import date
from decimal import Decimal
from typing import Any

from backend.app.core_gov.jv.waterfall.flows import Contribution
from backend.app.core_gov.jv.waterfall.terms import (
    CatchUp,
    Hurdle,
    Portion,
    PreferredReturn,
    ReturnOfCapital,
    Split,
    Terms,
    Tier,
)

LP, GP = "lp", "gp"
START, YEAR_LATER = date(2021, 1, 1), date(2022, 1, 1)


def preferred(*partners: str, **choices: Any) -> PreferredReturn:
    """Return a preferred return of 8 %, compounded annually, actual/365, unless chosen otherwise."""
    usual: dict[str, Any] = {
        "rate": Decimal("0.08"),
        "rate_kind": "nominal",
        "compounding": "annual",
        "broken": "exponent",
        "base": "outstanding",
        "day_count": "actual/365",
    }
    return PreferredReturn(partners, **usual | choices)


def capital(*partners: str) -> ReturnOfCapital:
    return ReturnOfCapital(partners)


def portions(lp: str, gp: str) -> tuple[Portion, ...]:
    return tuple(Portion(Decimal(share), (who,)) for share, who in ((lp, LP), (gp, GP)) if Decimal(share))


def split(lp: str, gp: str, until: Hurdle | None = None) -> Split:
    return Split(portions(lp, gp), until)


def catch_up(target: str, share: str = "1") -> CatchUp:
    return CatchUp((GP,), Decimal(target), portions(str(1 - Decimal(share)), share))


def irr_hurdle(rate: str, *tested: str, offsets: bool = True) -> Hurdle:
    return Hurdle("irr", Decimal(rate), tested, offsets)


def terms(*tiers: Tier) -> Terms:
    return Terms((LP, GP), tiers)


def paid_in(lp: int, gp: int = 0, on: date = START) -> list[Contribution]:
    """Return contributions in dollars."""
    return [Contribution(on, who, dollars * 100) for who, dollars in ((LP, lp), (GP, gp)) if dollars]
