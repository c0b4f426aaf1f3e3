"""Request and response schemas of repair and rent estimates and of neighborhood ratings."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from backend.app.core_gov.market.as_of import AsOfDay
from backend.app.core_gov.market.schemas import MarketName
from backend.app.core_gov.neighborhood.schemas import RatedFactor
from backend.app.core_gov.property.measures import Area, Count
from backend.app.core_gov.property.schemas import (
    RATING,
    REPAIR_RENT,
    NeighborhoodRatingCreate,
    RepairRentCreate,
)
from backend.app.core_gov.rents.schemas import RentEstimate
from backend.app.core_gov.repairs.schemas import RepairEstimate, RepairWork, Scope
from backend.app.kit.fields import Fields

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
    """Request for an estimate of a property's repair costs and rent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [REQUEST],
            "not": {
                "required": ["scope", "lines"],
                "properties": {"scope": {"type": "string"}, "lines": {"minItems": 1}},
            },
        }
    )

    scope: Scope | None = Field(
        default=None,
        description="Renovation of the whole property, priced by living area; default without `lines`: moderate",
    )
    lines: list[RepairWork] = Field(
        default_factory=list, max_length=MAX_LINES, description="Work by room and trade, instead of a scope"
    )
    regional_factor: Factor | None = Field(
        default=None, description="Local cost level relative to the unit costs; default 1"
    )
    exchange_rate: Factor | None = Field(
        default=None,
        description="Units of the property's currency per unit of the unit costs' currency; no conversion without it",
    )
    contingency_percent: Percent | None = Field(
        default=None, description="Contingency for unforeseen work; default 15, usually 10 to 20"
    )
    living_sqft: Area | None = Field(
        default=None, description="Living area in square feet; default: the property's own"
    )
    beds: Count | None = Field(default=None, description="Bedrooms; default: the property's own")
    as_of: AsOfDay | None = Field(default=None, description="As-of date of the rent; default: today")


class RepairRentEstimate(BaseModel):
    """Estimated repair costs and rent. Nothing is stored: POST `proposal` to repair_rent to store it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "property_id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
                    "proposal": REPAIR_RENT,
                    "repairs": None,
                    "rent": None,
                    "notes": ["nothing is stored: POST the proposal to repair_rent to store it"],
                }
            ]
        }
    )

    property_id: str = Field(description="`pr_…`")
    proposal: RepairRentCreate = Field(
        description="Request body for repair_rent; amounts are null if they cannot be estimated"
    )
    repairs: RepairEstimate | None = Field(description="Estimate of the repairs")
    rent: RentEstimate | None = Field(description="Estimate of the rent")
    notes: list[str] = Field(description="Notes on the estimate: what is missing, and what to do")


class NeighborhoodRatingRequest(Fields):
    """Request for a computed neighborhood rating."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"as_of": "2026-01-31"}]})

    market: MarketName | None = Field(
        default=None,
        description="Market to compare with; default: the property's own, or else the nearest",
    )
    as_of: AsOfDay | None = Field(default=None, description="As-of date of the rating; default: today")


class NeighborhoodRatingProposal(BaseModel):
    """Computed neighborhood rating. Nothing is stored: POST `proposal` to neighborhood_rating to store it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "property_id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
                    "market": "king-county",
                    "as_of": "2026-01-31",
                    "proposal": RATING,
                    "factors": [],
                    "notes": ["nothing is stored: POST the proposal to neighborhood_rating to store it"],
                }
            ]
        }
    )

    property_id: str = Field(description="`pr_…`")
    market: str | None = Field(description="Market that the neighborhood is compared with")
    as_of: str = Field(description="As-of date; nothing known on that day or later is used")
    proposal: NeighborhoodRatingCreate | None = Field(
        description="Request body for neighborhood_rating; null if too little is known"
    )
    factors: list[RatedFactor] = Field(description="All factors, including those that are not available")
    notes: list[str] = Field(description="Notes on the rating")
