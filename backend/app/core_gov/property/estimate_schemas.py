"""Request and response schemas of repair and rent estimates and of neighborhood ratings."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from backend.app.core_gov.market.schemas import MarketName
from backend.app.core_gov.neighborhood.schemas import RatedFactor
from backend.app.core_gov.property.schemas import (
    RATING,
    REPAIR_RENT,
    Area,
    Count,
    NeighborhoodRatingCreate,
    RepairRentCreate,
)
from backend.app.core_gov.rents.schemas import RentEstimate
from backend.app.core_gov.repairs.schemas import RepairEstimate, RepairWork, Scope
from backend.app.kit.fields import Fields, IsoDate

MAX_LINES = 500


def _factor(number: int | float) -> int | float:
    if not 0 < number <= 10:
        raise ValueError("must be above 0 and at most 10")
    return number


def _percent(number: int | float) -> int | float:
    if not 0 <= number <= 100:
        raise ValueError("must be from 0 to 100")
    return number


Factor = Annotated[
    int | float, AfterValidator(_factor), WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 10})
]
Percent = Annotated[
    int | float, AfterValidator(_percent), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100})
]

REQUEST: dict[str, Any] = {
    "scope": "moderate",
    "regional_factor": 1.1,
    "exchange_rate": 1.37,
    "contingency_percent": 15,
}


class RepairRentEstimateRequest(Fields):
    """What is to be done to a property, and on which terms its repairs and its rent are estimated."""

    model_config = ConfigDict(json_schema_extra={"examples": [REQUEST]})

    scope: Scope | None = Field(
        default=None,
        description="A renovation of the whole, by its living area; moderate is assumed without `lines`",
    )
    lines: list[RepairWork] = Field(
        default_factory=list, max_length=MAX_LINES, description="Work by room and trade, in place of a scope"
    )
    regional_factor: Factor | None = Field(
        default=None, description="What the place costs beside that of the unit costs; 1 if not given"
    )
    exchange_rate: Factor | None = Field(
        default=None,
        description="The property's currency for one of the unit costs' currency; nothing is converted without it",
    )
    contingency_percent: Percent | None = Field(
        default=None, description="Set aside for what nobody has seen yet; 15 if not given, 10 to 20 are usual"
    )
    living_sqft: Area | None = Field(default=None, description="In square feet; the property's own if not given")
    beds: Count | None = Field(default=None, description="Bedrooms; the property's own if not given")
    as_of: IsoDate | None = Field(default=None, description="The day of the rent; today if not given")


class RepairRentEstimate(BaseModel):
    """What the repairs may cost and the rent may be. Nothing is stored: POST `proposal` to repair_rent to keep it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "property_id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
                    "proposal": REPAIR_RENT,
                    "repairs": None,
                    "rent": None,
                    "notes": ["nothing is stored: POST the proposal to repair_rent to keep it"],
                }
            ]
        }
    )

    property_id: str = Field(description="`pr_…`")
    proposal: RepairRentCreate = Field(description="As repair_rent takes it; null where nobody can tell")
    repairs: RepairEstimate | None = Field(description="How the repairs were estimated")
    rent: RentEstimate | None = Field(description="How the rent was estimated")
    notes: list[str] = Field(description="What to know about it, a sentence each; what is missing, and what to do")


class NeighborhoodRatingRequest(Fields):
    """On which terms a neighbourhood is rated."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"as_of": "2026-01-31"}]})

    market: MarketName | None = Field(
        default=None,
        description="The market that it is compared with; the property's own, or the nearest, if not given",
    )
    as_of: IsoDate | None = Field(default=None, description="The day of the rating; today if not given")


class NeighborhoodRatingProposal(BaseModel):
    """A rating from what is known. Nothing is stored: POST `proposal` to neighborhood_rating to keep it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "property_id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
                    "market": "king-county",
                    "as_of": "2026-01-31",
                    "proposal": RATING,
                    "factors": [],
                    "notes": ["nothing is stored: POST the proposal to neighborhood_rating to keep it"],
                }
            ]
        }
    )

    property_id: str = Field(description="`pr_…`")
    market: str | None = Field(description="The market that it is compared with")
    as_of: str = Field(description="Nothing that became known on this day or later is in it")
    proposal: NeighborhoodRatingCreate | None = Field(
        description="As neighborhood_rating takes it; null where too little is known"
    )
    factors: list[RatedFactor] = Field(description="Every factor, those that are not available among them")
    notes: list[str] = Field(description="What to know about it, a sentence each")
