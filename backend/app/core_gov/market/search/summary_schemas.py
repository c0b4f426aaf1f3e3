"""Schemas of a market's summary and its price index."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from backend.app.kit.fields import IsoDate
from backend.app.kit.query import QueryFields

SPREAD: dict[str, Any] = {"p10": 245000, "p25": 321950, "median": 450000, "p75": 645000, "p90": 887000}
GROUP: dict[str, Any] = {"name": "2015-02", "sales": 1250, "median_price": 425500, "median_price_per_sqft": 244.26}
SUMMARY: dict[str, Any] = {
    "market": "king-county",
    "currency": "USD",
    "as_of": "2015-03-01",
    "sales": 16861,
    "usable": 16790,
    "first_date": "2014-05-02",
    "last_date": "2015-02-28",
    "days_since_last_sale": 1,
    "price": SPREAD,
    "price_per_sqft": {"p10": 152.27, "p25": 181.03, "median": 243.21, "p75": 315.79, "p90": 397.37},
    "months": [GROUP],
    "types": [GROUP | {"name": "single_family"}],
    "areas": [GROUP | {"name": "98103"}],
    "flags": [{"name": "low_price", "sales": 12, "lifted": 1}],
    "known": {"living_sqft": 1, "lot_sqft": 0.998, "grade": 0},
}
INDEX: dict[str, Any] = {
    "market": "king-county",
    "as_of": "2015-03-01",
    "source": "16,790 sales of this market agreed 2014-05-02 to 2015-02-28",
    "change_over_year": 0.0329,
    "standard_error_of_year": 0.0397,
    "periods": [{"period": "2015-02", "level": 99.82, "standard_error": 0.0052, "sales": 1250}],
}


class AsOf(QueryFields):
    """Of which day the answer is."""

    as_of: Annotated[
        IsoDate | None, Field(description="What was known on the morning of this day; today when not given")
    ] = None


class Spread(BaseModel):
    """Quantiles: a tenth, a quarter, half of the sales and so on are below."""

    model_config = ConfigDict(json_schema_extra={"examples": [SPREAD]})

    p10: float
    p25: float
    median: float
    p75: float
    p90: float


class GroupOfSales(BaseModel):
    """The usable sales of a month, a type or an area."""

    model_config = ConfigDict(json_schema_extra={"examples": [GROUP]})

    name: str | None = Field(description="Which; null for those of which it is not known")
    sales: int = Field(description="How many")
    median_price: float = Field(description="The price that half of them are below")
    median_price_per_sqft: float | None = Field(description="The same by living area; null when none of them has one")


class FlagCount(BaseModel):
    """How often a flag was found."""

    name: str = Field(description="The flag")
    sales: int = Field(description="How many sales have it")
    lifted: int = Field(description="On how many of them it was lifted")


class MarketSummary(BaseModel):
    """What is on file of a market."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUMMARY]})

    market: str = Field(description="Its name")
    currency: str = Field(description="What its prices are in")
    as_of: IsoDate = Field(description="Sales that closed before this day are told of")
    sales: int = Field(description="How many there are")
    usable: int = Field(description="How many of them count: those that no standing flag excludes")
    first_date: IsoDate | None = Field(description="When the first of them closed")
    last_date: IsoDate | None = Field(description="When the last of them closed")
    days_since_last_sale: int | None = Field(description="How old the newest of them is")
    price: Spread | None = Field(description="Prices of the usable ones; null while there is none")
    price_per_sqft: Spread | None = Field(description="The same by living area")
    months: list[GroupOfSales] = Field(description="The usable ones by month of closing, the oldest first")
    types: list[GroupOfSales] = Field(description="By type, the most common first")
    areas: list[GroupOfSales] = Field(description="By area, the 50 with the most sales first")
    flags: list[FlagCount] = Field(description="What screening and people found")
    known: dict[str, float] = Field(description="In which part of the sales each field is known, 0 to 1")


class IndexPeriod(BaseModel):
    """A month or a year of an index."""

    period: str = Field(description="As in 2015-02, or 2014 where the index is of years")
    level: float = Field(description="What costs 100 on the day of the index, in this period")
    standard_error: float = Field(description="Of the logarithm of the level: 0.02 is about two percent")
    sales: int = Field(description="Sales of this market that it comes from")


class MarketIndex(BaseModel):
    """How prices of a market moved, and how far that is known."""

    model_config = ConfigDict(json_schema_extra={"examples": [INDEX]})

    market: str = Field(description="The market")
    as_of: IsoDate = Field(description="What was known on the morning of this day")
    source: str = Field(description="What the index comes from: the market's own sales, or a published one")
    change_over_year: float = Field(description="By which part prices rose in the year before: 0.05 is five percent")
    standard_error_of_year: float = Field(description="Of the logarithm of that change")
    periods: list[IndexPeriod] = Field(description="The oldest first")
