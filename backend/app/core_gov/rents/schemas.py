"""Schemas of rent estimates."""

from typing import Literal

from pydantic import BaseModel, Field

from backend.app.kit.fields import Money

RentKind = Literal["asking", "paid"]


class RentInterval(BaseModel):
    """Prediction interval of the rent."""

    percent: int = Field(description="Probability in percent: 50, 80 or 90")
    low: Money = Field(description="Lower bound of the monthly rent")
    high: Money = Field(description="Upper bound of the monthly rent")


class RentAdjustment(BaseModel):
    """Adjustment of a comp's rent for one difference from the property."""

    name: str = Field(description="time, living area or bedrooms")
    amount: int | float = Field(description="In the rent's currency; negative if the property would rent for less")
    why: str = Field(description="Explanation of the difference")


class RentComp(BaseModel):
    """Rental comp. The rent and its adjustments add up to the adjusted rent, to the cent."""

    id: str = Field(description="`rent_…`")
    source: str = Field(description="Source of the rent")
    kind: RentKind = Field(description="Asking rent or rent paid")
    date: str = Field(description="Date of the rent")
    address: str | None = Field(description="Address, as far as it is known")
    place: str = Field(description="Location relative to the property")
    km: float | None = Field(description="Distance from the property; null if either has no coordinates")
    living_sqft: float | None = Field(description="Living area in square feet")
    beds: float | None = Field(description="Bedrooms")
    rent: Money = Field(description="Monthly rent as asked or paid")
    adjustments: list[RentAdjustment] = Field(description="Adjustments to the rent")
    adjusted: Money = Field(description="Adjusted monthly rent")
    weight: float = Field(description="Weight in the estimate; the weights of all comps add up to 1")


class RentRate(BaseModel):
    """Rate of adjustment for one characteristic."""

    name: str = Field(description="time, living area or bedrooms")
    percent: float = Field(description="Change of the rent in percent")
    error: float = Field(description="Standard error in percentage points")
    per: str = Field(description="Change of the characteristic that the rate is for")
    source: str = Field(description="Rents that the rate was estimated from, or the assumption")


class RentBenchmark(BaseModel):
    """Rent of an area from a loaded table."""

    source: str = Field(description="Source of the table")
    measure: str | None = Field(description="Statistic, such as the average")
    place: str = Field(description="Name of the area")
    beds: int | None = Field(description="Bedrooms of the dwellings; null for any number")
    period: str = Field(description="Year, quarter or month")
    rent: Money = Field(description="Monthly rent")


class RentEstimate(BaseModel):
    """Estimated monthly rent of a property."""

    method: Literal["rental comps", "benchmark"] = Field(description="Basis of the estimate")
    currency: str = Field(description="Currency of the amounts")
    as_of: str = Field(description="As-of date; later rents are not used")
    rent: Money = Field(description="Estimated monthly rent")
    intervals: list[RentInterval] = Field(description="Prediction intervals at 50, 80 and 90 %")
    comps: list[RentComp] = Field(description="Rental comps, heaviest first")
    rates: list[RentRate] = Field(description="Adjustment rates")
    benchmark: RentBenchmark | None = Field(description="Benchmark of the smallest area with one")
    criteria: str = Field(description="Search criteria of the comps, as wide as needed")
    assumptions: list[str] = Field(description="Assumptions, one sentence each")
    warnings: list[str] = Field(description="Reasons for caution, one sentence each")


class RentLevel(BaseModel):
    """Level of the rents around a place, for the rent yield."""

    per_sqft: float = Field(description="Median monthly rent per square foot")
    rents: int = Field(description="Number of rents")
    source: str = Field(description="Number and dates of the rents, as a sentence")
