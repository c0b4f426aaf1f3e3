"""Named terms that are common, as a start for an agreement. Every field is filled, and can be changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

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

Partners = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """Named terms: `build` returns the tiers for some investors and sponsors."""

    title: str
    build: Callable[[Partners, Partners], tuple[Tier, ...]]

    def terms(self, investors: Partners, sponsors: Partners) -> Terms:
        """Return the terms for these partners. A sponsor that invests, too, is among both."""
        return Terms(tuple(dict.fromkeys((*investors, *sponsors))), self.build(investors, sponsors))


def _preferred(investors: Partners, rate: str) -> PreferredReturn:
    return PreferredReturn(
        investors,
        Decimal(rate),
        rate_kind="nominal",
        compounding="annual",
        broken="exponent",
        base="outstanding",
        day_count="actual/365",
    )


def _split(investors: Partners, sponsors: Partners, share: str, until: Hurdle | None = None) -> Split:
    """Return a split with this share for the investors."""
    own = Decimal(share)
    return Split((Portion(own, investors), Portion(1 - own, sponsors)), until)


def _irr(investors: Partners, rate: str) -> Hurdle:
    return Hurdle("irr", Decimal(rate), investors, surplus_offsets=True)


def _european_with_catch_up(investors: Partners, sponsors: Partners) -> tuple[Tier, ...]:
    return (
        ReturnOfCapital(investors),
        _preferred(investors, "0.08"),
        CatchUp(sponsors, Decimal("0.2"), (Portion(Decimal(1), sponsors),)),
        _split(investors, sponsors, "0.8"),
    )


def _preferred_and_split(investors: Partners, sponsors: Partners) -> tuple[Tier, ...]:
    return _preferred(investors, "0.08"), ReturnOfCapital(investors), _split(investors, sponsors, "0.7")


def _three_hurdles(investors: Partners, sponsors: Partners) -> tuple[Tier, ...]:
    return (
        _preferred(investors, "0.08"),
        ReturnOfCapital(investors),
        _split(investors, sponsors, "0.8", _irr(investors, "0.12")),
        _split(investors, sponsors, "0.7", _irr(investors, "0.18")),
        _split(investors, sponsors, "0.6"),
    )


def _pari_passu(investors: Partners, sponsors: Partners) -> tuple[Tier, ...]:
    everyone = tuple(dict.fromkeys((*investors, *sponsors)))
    return ReturnOfCapital(everyone), Split((Portion(Decimal(1), everyone),))


PRESETS: Mapping[str, Preset] = {
    "european_catch_up": Preset("8 % pref, full catch-up, 80/20, European", _european_with_catch_up),
    "preferred_split": Preset("8 % pref, capital, 70/30", _preferred_and_split),
    "irr_hurdles": Preset("8 % pref, capital, 80/20 to 12 % IRR, 70/30 to 18 %, then 60/40", _three_hurdles),
    "pari_passu": Preset("All profit in proportion to capital", _pari_passu),
}
