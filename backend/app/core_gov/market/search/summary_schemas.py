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
    """Query with an as-of date."""

    as_of: Annotated[
        IsoDate | None, Field(description="As-of date: only sales closed before it are used; default: today")
    ] = None


class Spread(BaseModel):
    """Quantiles of the sales."""

    model_config = ConfigDict(json_schema_extra={"examples": [SPREAD]})

    p10: float
    p25: float
    median: float
    p75: float
    p90: float


class GroupOfSales(BaseModel):
    """Usable sales of a month, a type or an area."""

    model_config = ConfigDict(json_schema_extra={"examples": [GROUP]})

    name: str | None = Field(description="Month, type or area; null if unknown")
    sales: int = Field(description="Number of sales")
    median_price: float = Field(description="Median price")
    median_price_per_sqft: float | None = Field(
        description="Median price per square foot; null if no living area is known"
    )


class FlagCount(BaseModel):
    """Number of sales with a flag."""

    name: str = Field(description="Name of the flag")
    sales: int = Field(description="Sales with this flag")
    lifted: int = Field(description="Sales on which it was lifted")


class MarketSummary(BaseModel):
    """Summary of the sales of a market."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUMMARY]})

    market: str = Field(description="Name of the market")
    currency: str = Field(description="Currency of the prices")
    as_of: IsoDate = Field(description="As-of date: sales that closed before it are summarized")
    sales: int = Field(description="Number of sales")
    usable: int = Field(description="Number of usable sales: those without an active excluding flag")
    first_date: IsoDate | None = Field(description="First closing date")
    last_date: IsoDate | None = Field(description="Last closing date")
    days_since_last_sale: int | None = Field(description="Days since the last closing")
    price: Spread | None = Field(description="Prices of the usable sales; null if there are none")
    price_per_sqft: Spread | None = Field(description="Prices per square foot of living area")
    months: list[GroupOfSales] = Field(description="Usable sales by month of closing, oldest first")
    types: list[GroupOfSales] = Field(description="Usable sales by type, most common first")
    areas: list[GroupOfSales] = Field(description="Usable sales by area, the 50 largest")
    flags: list[FlagCount] = Field(description="Flags set by screening and by users")
    known: dict[str, float] = Field(description="Share of the sales in which each field is known, 0 to 1")


class IndexPeriod(BaseModel):
    """Month or year of an index."""

    period: str = Field(description="Such as 2015-02, or 2014 in a yearly index")
    level: float = Field(description="Price level, with 100 on the as-of date")
    standard_error: float = Field(description="Standard error of the logarithm of the level: 0.02 is about 2 %")
    sales: int = Field(description="Number of sales of this market in the period")


class MarketIndex(BaseModel):
    """Price index of a market, with standard errors."""

    model_config = ConfigDict(json_schema_extra={"examples": [INDEX]})

    market: str = Field(description="Name of the market")
    as_of: IsoDate = Field(description="As-of date: only sales closed before it are used")
    source: str = Field(description="Source of the index: the market's own sales, or a published index")
    change_over_year: float = Field(description="Price change over the year before: 0.05 is 5 %")
    standard_error_of_year: float = Field(description="Standard error of the logarithm of that change")
    periods: list[IndexPeriod] = Field(description="Periods, oldest first")
