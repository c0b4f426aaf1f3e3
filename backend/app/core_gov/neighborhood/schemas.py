"""Schemas of computed ratings."""

from pydantic import BaseModel, Field


class RatedFactor(BaseModel):
    """Factor of a rating, or the reason why it does not count."""

    name: str = Field(description="Name of a permitted factor")
    available: bool = Field(description="Whether the factor counts in the score")
    reason: str | None = Field(description="Reason why it is not available")
    value: float | None = Field(description="Measured value")
    unit: str | None = Field(description="Unit of the value")
    source: str | None = Field(description="Source of the data")
    window: str | None = Field(description="Period and area of the data")
    score: float | None = Field(description="0 (worst) to 100 (best)")
    scaling: str | None = Field(description="Explanation of how the score follows from the value")
    weight: float = Field(description="Weight set in the market")
    share: float | None = Field(description="Weight divided by the sum of the weights of all available factors")
    contribution: float | None = Field(description="Share × score; the contributions add up to the score of the rating")
