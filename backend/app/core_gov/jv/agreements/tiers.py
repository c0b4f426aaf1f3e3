"""Tiers of an agreement as they are written in requests and on file. Every choice that moves money is a field."""

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema
from pydantic.functional_validators import AfterValidator

from backend.app.core_gov.jv.waterfall.day_count import DayCount
from backend.app.core_gov.jv.waterfall.terms import Compounding
from backend.app.kit.fields import Fields, Key

_DECIMALS = 6


def _limited(number: int | float) -> int | float:
    if isinstance(number, float) and round(number, _DECIMALS) != number:
        raise ValueError(f"must have at most {_DECIMALS} decimals")
    return number


def _number(least: float, most: float) -> Any:
    return WithJsonSchema({"type": "number", "minimum": least, "maximum": most, "multipleOf": 0.000001})


Percent = Annotated[int | float, Field(ge=0, le=100), AfterValidator(_limited), _number(0, 100)]
"""Share or yearly rate in percent: 8 is 8 %."""

Rate = Annotated[
    int | float,
    Field(gt=0, lt=100),
    AfterValidator(_limited),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 100, "multipleOf": 0.000001}),
]

HurdleValue = Annotated[int | float, Field(gt=0, le=1000), AfterValidator(_limited), _number(0.000001, 1000)]

PartnerIds = Annotated[list[Key], Field(min_length=1, max_length=100)]

TierName = Annotated[Key, Field(description="Name of the tier; an amendment continues the tier of the same name")]


class TierPortion(Fields):
    """A share of a tier."""

    share_percent: Percent = Field(description="Share of the tier's cash; the portions of a tier add up to 100")
    partners: PartnerIds = Field(
        description="Partners who divide the share, in proportion to all capital that each contributed; equally if "
        "none of them contributed capital"
    )


class PreferredTier(Fields):
    """Preferred return: what capital earns before profit is split."""

    kind: Literal["preferred_return"] = Field(description="Kind of the tier")
    name: TierName
    partners: PartnerIds = Field(
        description="Partners whose capital earns it; the capital of others earns nothing here"
    )
    rate_percent: Rate = Field(description="Rate per year: 8 is 8 %")
    rate_kind: Literal["nominal", "effective"] = Field(
        description="`nominal`: the rate is divided by the compounding periods of a year, so that more of them earn "
        "more. `effective`: a year adds exactly the rate, whatever the periods"
    )
    compounding: Compounding = Field(
        description="When unpaid return joins the base and earns return itself, counted from the partner's first "
        "contribution. `none`: never (simple)"
    )
    broken_period: Literal["exponent", "simple"] = Field(
        description="Part of a compounding period: `exponent` grows by the power of its length, `simple` in proportion "
        "to it, which is a little more"
    )
    base: Literal["contributed", "outstanding"] = Field(
        description="`outstanding`: capital that was not returned. `contributed`: all capital, also after it was "
        "returned. Unpaid return is part of the base once it was compounded"
    )
    day_count: DayCount = Field(
        description="How days become parts of a year: actual days by 365 or 360, months of 30 days (US or European "
        "rule), or actual days by those of each calendar year (ISDA)"
    )


class CapitalTier(Fields):
    """Return of capital: contributions are paid back."""

    kind: Literal["return_of_capital"] = Field(description="Kind of the tier")
    name: TierName
    partners: PartnerIds = Field(
        description="Partners whose capital is returned, in proportion to what each still has in"
    )


class CatchUpTier(Fields):
    """Catch-up: the promote partners get this tier's cash until they have their target share of the profit."""

    kind: Literal["catch_up"] = Field(description="Kind of the tier")
    name: TierName
    partners: PartnerIds = Field(description="Promote partners, who catch up")
    target_percent: Percent = Field(
        description="Share of the profit so far (preferred return paid and this tier) at which the tier is filled"
    )
    portions: list[TierPortion] = Field(
        min_length=1,
        max_length=20,
        description="Division of the tier; a full catch-up gives 100 to the promote partners. Their share must be "
        "above the target, or they never catch up",
    )


class SplitLimit(Fields):
    """Hurdle at which a split ends."""

    kind: Literal["irr", "multiple", "simple"] = Field(
        description="`irr`: internal rate of return, compounded yearly. `multiple`: times the capital contributed. "
        "`simple`: interest per year on capital not repaid, without interest on interest"
    )
    value: HurdleValue = Field(description="Percent per year (12 is 12 %), or the multiple (1.5 is 1.5 times)")
    tested: PartnerIds = Field(
        description="Partners whose flows together are tested: one, a class, or all partners for the project"
    )
    surplus_offsets: bool = Field(
        description="Whether what they received above the hurdle counts against later contributions; if not, a later "
        "contribution starts from zero and fills the tier anew"
    )
    day_count: DayCount = Field(description="How days become parts of a year; not used by a multiple")


class HurdleTier(Fields):
    """Split until a hurdle: profit is divided by fixed portions until the tested partners have reached a return."""

    kind: Literal["split_until"] = Field(description="Kind of the tier")
    name: TierName
    portions: list[TierPortion] = Field(min_length=1, max_length=20, description="Division of the tier")
    until: SplitLimit = Field(description="Hurdle at which the next tier begins")


class SplitTier(Fields):
    """Split without an end: the last tier divides all that is left."""

    kind: Literal["split"] = Field(description="Kind of the tier")
    name: TierName
    portions: list[TierPortion] = Field(min_length=1, max_length=20, description="Division of the tier")


TermsTier = Annotated[PreferredTier | CapitalTier | CatchUpTier | HurdleTier | SplitTier, Field(discriminator="kind")]


class AgreementTerms(Fields):
    """Terms of an agreement. Nothing has a default, because every choice moves money."""

    partners: Annotated[list[Key], Field(min_length=1, max_length=100)] = Field(
        description="All partners of the agreement, `p_…`; partners who contribute work and no capital, too"
    )
    promote_partners: Annotated[list[Key], Field(max_length=100)] = Field(
        description="Partners who earn a promote, for reports; empty if nobody does"
    )
    promote_measure: Literal["tier_share", "above_pro_rata"] = Field(
        description="How reports measure the promote: `tier_share`, the whole portion of the promote partners in "
        "splits and catch-ups; `above_pro_rata`, only what exceeds their share of the capital. It moves no money"
    )
    accrues_until: Literal["declaration", "payment"] = Field(
        description="Day on which a distribution counts: `declaration` stops the preferred return on the day that it "
        "is declared, `payment` on the day that it is payable"
    )
    tiers: list[TermsTier] = Field(
        min_length=1,
        max_length=20,
        description="Tiers in the order in which cash fills them. Preferred return before return of capital pays "
        "return first; the other order pays capital first, so that less capital earns a return, and unpaid return "
        "may be compounded longer",
    )
