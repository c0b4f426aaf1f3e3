"""Schemas of computed ratings."""

from pydantic import BaseModel, Field


class RatedFactor(BaseModel):
    """What a rating was made of, or why this is not in it."""

    name: str = Field(description="One of the factors that are permitted")
    available: bool = Field(description="Whether it counts in the score")
    reason: str | None = Field(description="Why it is not available")
    value: float | None = Field(description="What was found")
    unit: str | None = Field(description="What the value is counted in")
    source: str | None = Field(description="Whose data it is")
    window: str | None = Field(description="Of which time and around which place")
    score: float | None = Field(description="0 (worst) to 100 (best)")
    scaling: str | None = Field(description="How the score was made of the value")
    weight: float = Field(description="As the market has it")
    share: float | None = Field(description="The weight as a part of the weights of what is available")
    contribution: float | None = Field(description="Share × score; the contributions add up to the score")
