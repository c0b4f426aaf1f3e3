"""Request and response schemas of previews and declarations of distributions."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from backend.app.core_gov.jv.agreements.schemas import AGREEMENT_ID, LP, POSTED_ON, SOURCE_KEY
from backend.app.core_gov.jv.documents.schemas import (
    DistributedTier,
    PositiveMoney,
    SignedMoney,
    TierAmounts,
)
from backend.app.kit.fields import Fields, IsoDate, Key, Money, Note
from backend.app.kit.strict_json import whole_number

Revision = Annotated[
    int,
    BeforeValidator(whole_number),
    Field(ge=0, le=2**53),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 2**53}),
]

_PREVIEWED: dict[str, Any] = {"cash": 25_000, "declared_on": "2026-12-31", "payable_on": "2027-01-15", "true_up": False}


class DistributionPlan(Fields):
    """Cash to distribute."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PREVIEWED]})

    cash: PositiveMoney = Field(description="Cash to distribute, at most the cash on the books that is not yet owed")
    declared_on: IsoDate = Field(description="Day of the declaration, not after today")
    payable_on: IsoDate = Field(description="Day on which it is payable, not before the declaration")
    true_up: bool = Field(
        default=False,
        description="Whether to make up for what earlier distributions should have paid otherwise, as `differences` "
        "of the preview shows; nothing is made up for unless this is true",
    )


class DistributionCreate(DistributionPlan):
    """Declaration of a distribution that was previewed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [_PREVIEWED | {"source_key": "distribution-1", "revision": 7}]}
    )

    source_key: Key = Field(description=SOURCE_KEY)
    revision: Revision = Field(description="`revision` of the preview; 409 if anything was posted since")
    posted_on: IsoDate | None = Field(default=None, description=POSTED_ON)
    note: Note | None = Field(default=None, description="Free text")


class PartnerShare(BaseModel):
    """Amount of a partner in all tiers."""

    partner_id: str = Field(description="Partner")
    name: str = Field(description="Name of the partner")
    amount: SignedMoney = Field(description="Sum of the tiers and corrections")
    promote: Money = Field(description="Part of it that is promote, as the agreement measures it")


class PastDifference(BaseModel):
    """Difference between what a partner was paid under a tier, and what the flows on file give today."""

    tier: str = Field(description="Name of the tier")
    partner_id: str = Field(description="Partner")
    paid: SignedMoney = Field(description="Paid by all distributions so far")
    recomputed: SignedMoney = Field(description="What they would have paid, with everything that is on file now")
    difference: SignedMoney = Field(description="`recomputed` less `paid`")


class DistributionPreview(BaseModel):
    """Division of cash as it would be declared. Nothing is stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _PREVIEWED
                | {
                    "agreement_id": AGREEMENT_ID,
                    "revision": 7,
                    "currency": "CAD",
                    "effective_on": "2026-12-31",
                    "terms_id": AGREEMENT_ID,
                    "available": 25_000,
                    "tiers": [],
                    "corrections": [],
                    "partners": [{"partner_id": LP, "name": "Maple Street Capital", "amount": 25_000, "promote": 0}],
                    "differences": [],
                    "warnings": [],
                }
            ]
        }
    )

    agreement_id: str = Field(description="Agreement")
    revision: int = Field(description="Revision of the books that it was computed from; the declaration sends it back")
    currency: str = Field(description="CAD or USD")
    cash: Money = Field(description="Cash to distribute")
    declared_on: str = Field(description="Day of the declaration")
    payable_on: str = Field(description="Day on which it is payable")
    true_up: bool = Field(description="Whether differences are made up for")
    effective_on: str = Field(description="Day on which it counts in the waterfall")
    terms_id: str = Field(description="Agreement or amendment whose terms are in force")
    available: SignedMoney = Field(description="Cash on the books that is not yet owed to partners")
    tiers: list[DistributedTier] = Field(description="All tiers in order")
    corrections: list[TierAmounts] = Field(description="True-up by tier; adds up to zero")
    partners: list[PartnerShare] = Field(description="All partners of the agreement")
    differences: list[PastDifference] = Field(
        description="What earlier distributions should have paid otherwise, because something was posted to a day "
        "before them after they were declared"
    )
    warnings: list[str] = Field(description="Points to check")
