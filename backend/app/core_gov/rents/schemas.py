"""Schemas of rent estimates."""

from typing import Literal

from pydantic import BaseModel, Field

from backend.app.kit.fields import Money

RentKind = Literal["asking", "paid"]


class RentInterval(BaseModel):
    """Between which amounts the rent lies with a probability of `percent`."""

    percent: int = Field(description="50, 80 or 90")
    low: Money = Field(description="A month")
    high: Money = Field(description="A month")


class RentAdjustment(BaseModel):
    """What a rent would change by if its dwelling were the property."""

    name: str = Field(description="time, living area or bedrooms")
    amount: int | float = Field(description="In the rent's currency; below zero where the property is worth less")
    why: str = Field(description="What differs, in words")


class RentComp(BaseModel):
    """A rent of another dwelling; the rent and its adjustments add up to the adjusted rent, to the cent."""

    id: str = Field(description="`rent_…`")
    source: str = Field(description="Whose data it is")
    kind: RentKind = Field(description="What was asked, or what was paid")
    date: str = Field(description="The day that it is of")
    address: str | None = Field(description="As far as it is known")
    place: str = Field(description="What its place has in common with the property's")
    km: float | None = Field(description="How far away it is; null where one of the two has no coordinates")
    living_sqft: float | None = Field(description="In square feet")
    beds: float | None = Field(description="Bedrooms")
    rent: Money = Field(description="A month, as it was asked or paid")
    adjustments: list[RentAdjustment] = Field(description="A line each")
    adjusted: Money = Field(description="What it would be for the property")
    weight: float = Field(description="Its share in the estimate; those of all comps add up to 1")


class RentRate(BaseModel):
    """How rents change with something, and who says so."""

    name: str = Field(description="time, living area or bedrooms")
    percent: float = Field(description="Of the rent")
    error: float = Field(description="The standard error, in percentage points")
    per: str = Field(description="For what change")
    source: str = Field(description="How many rents say so, or what is assumed")


class RentBenchmark(BaseModel):
    """The rent of an area, as a table says it that was loaded."""

    source: str = Field(description="Whose table it is")
    measure: str | None = Field(description="What it is of that area, such as the average")
    place: str = Field(description="The area")
    beds: int | None = Field(description="Of dwellings with so many bedrooms; null is any")
    period: str = Field(description="The year, quarter or month that it is of")
    rent: Money = Field(description="A month")


class RentEstimate(BaseModel):
    """What a property would rent for a month, and what says so."""

    method: Literal["rental comps", "benchmark"] = Field(description="What it is from")
    currency: str = Field(description="What the amounts are in")
    as_of: str = Field(description="No rent of a later day is in it")
    rent: Money = Field(description="A month")
    intervals: list[RentInterval] = Field(description="Between what it lies, at 50, 80 and 90 %")
    comps: list[RentComp] = Field(description="The rents that it is from, by their weight")
    rates: list[RentRate] = Field(description="What the rents were adjusted by")
    benchmark: RentBenchmark | None = Field(description="The benchmark of the smallest area that is loaded")
    criteria: str = Field(description="What a rent had to be like, as far as it was widened")
    assumptions: list[str] = Field(description="What was assumed, a sentence each")
    warnings: list[str] = Field(description="What to look at")


class RentLevel(BaseModel):
    """The rents around a place, by their living area: what a yield is figured from."""

    per_sqft: float = Field(description="A month, the median")
    rents: int = Field(description="How many they are")
    source: str = Field(description="How many of which time, in words")
