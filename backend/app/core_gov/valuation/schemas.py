"""Schemas of comparisons and valuations; money is in the market's currency."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.app import __version__
from backend.app.core_gov.market.as_of import AsOfDay
from backend.app.kit.fields import Fields, Identified, IsoDate, Key, Listing, Money, Record
from backend.app.kit.query import ListQuery, QueryFields

Kind = Literal["as_is", "after_repair"]
Confidence = Literal["high", "medium", "low"]

AsOfDate = Annotated[
    AsOfDay | None,
    Field(
        description="As-of date, from 1900 to today; only sales that closed before it are used; null for today, the "
        "company's day"
    ),
]
SalesMarket = Annotated[
    Key | None,
    Field(description="Market whose sales are used; null for the property's own, or else the nearest in its country"),
]

AtLeast = Annotated[
    Money | None,
    Field(description="Amount in the market's currency to give the probability of, such as a purchase price"),
]

VALUATION: dict[str, Any] = {"as_of": "2026-06-30", "kind": "after_repair", "to_deal": True}
_MEASURE: dict[str, Any] = {"value": 0.9959, "interval": {"low": 0.9917, "high": 0.9998}, "word": "within"}
STUDY: dict[str, Any] = {
    "about": {"market": "king-county", "currency": "USD", "trained_until": "2015-03-01", "model": "1-9e174fae9afb25f4"},
    "n": 4742,
    "untrimmed": {"n": 4742, "median_ratio": _MEASURE},
    "trimmed": {"removed": 117, "measures": {"n": 4625, "median_ratio": _MEASURE}},
}
MODEL: dict[str, Any] = {
    "id": "mdl_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "market": "king-county",
    "until": "2015-03-01",
    "fingerprint": "5d41402abc4b2a76",
    "facts": {"version": "2-9e174fae9afb25f4", "sales": 16840, "extra_columns": []},
    "created_at": "2026-01-31T09:30:00.000000Z",
    "in_use": True,
    "comparison": None,
}


class Part(BaseModel):
    """Base of computed parts of a record, validated as strictly as requests."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class AdjustmentLine(Part):
    """Adjustment for one difference between a sale and the property."""

    name: str = Field(description="Characteristic adjusted for: time, living_sqft, lot_sqft, beds, …")
    label: str = Field(description="Label in words")
    subject: float | None = Field(description="Value of the property; null if unknown")
    sale: float | None = Field(description="Value of the sale; null if unknown")
    difference: float | None = Field(description="Property minus sale")
    rate: float | None = Field(description="Amount per unit; null if there is no rate, and then the amount is 0")
    rate_error: float | None = Field(description="Standard error of the rate")
    unit: str = Field(description="Unit of the rate")
    amount: float = Field(description="Amount added to the sale price")
    standard_error: float = Field(description="Standard error of the amount")
    source: str = Field(
        description="`rates` or `index_source` if that field of the response has the source, or why there is no rate"
    )


class ComparableSale(Part):
    """Comparable sale; the price plus its adjustments is the adjusted price."""

    rank: int = Field(description="Rank by weight, from 1")
    sale_id: str = Field(description="`sale_…`")
    address: str | None = Field(description="As reported by the source")
    parcel: str | None = Field(description="As reported by the source")
    latitude: float | None = Field(description="Decimal degrees")
    longitude: float | None = Field(description="Decimal degrees")
    living_sqft: float | None = Field(description="Living area in square feet")
    price: float = Field(description="Sale price")
    close_date: IsoDate = Field(description="Closing date")
    priced_on: IsoDate = Field(description="Date the price was agreed: the contract date, or else the closing date")
    days: int = Field(description="Days from closing to the as-of date")
    distance_km: float | None = Field(description="Kilometers; null if a location is unknown")
    similarity: float = Field(description="Similarity from 0 to 1, by the size of the adjustments for characteristics")
    adjustments: list[AdjustmentLine] = Field(description="Adjustments, one line for each difference")
    net: float = Field(description="Net adjustment: sum of the amounts")
    gross: float = Field(description="Gross adjustment: sum of the absolute amounts")
    net_percent: float = Field(description="Net adjustment in percent of the price")
    gross_percent: float = Field(description="Gross adjustment in percent of the price")
    adjusted_price: float = Field(description="Price plus net adjustment")
    standard_error: float = Field(
        description="Standard error of the adjusted price as an estimate of the property's price"
    )
    weight: float = Field(description="Weight from 0 to 1; all weights add up to 1")
    pinned: bool = Field(description="Whether the user pinned this sale")
    warnings: list[str] = Field(description="Warnings, for example of large adjustments")


class PriorSale(Part):
    """Earlier sale of the property itself, found by its parcel number or address; no value uses it."""

    sale_id: str = Field(description="`sale_…`")
    close_date: IsoDate = Field(description="Closing date")
    price: float = Field(description="Sale price")
    address: str | None = Field(description="As reported by the source")
    parcel: str | None = Field(description="As reported by the source")
    usable: bool = Field(description="Whether it is used in computations for other properties")
    flags: list[str] = Field(description="Names of its active flags")


class SaleBehind(Part):
    """Comparable sale used in a valuation, without its adjustments."""

    sale_id: str = Field(description="`sale_…`")
    close_date: IsoDate = Field(description="Closing date")
    price: float = Field(description="Sale price")
    distance_km: float | None = Field(description="Kilometers; null if a location is unknown")
    adjusted_price: float = Field(description="Price adjusted to the property and the as-of date")
    weight: float = Field(description="Weight from 0 to 1; all weights add up to 1")


class SearchStep(Part):
    """Number of sales within the limits after one of them was widened; the first step has the standard limits."""

    widened: str | None = Field(description="Limit that was widened: time, distance or size; null for the first step")
    max_days: int = Field(description="Maximum days since closing")
    radius_km: float | None = Field(description="Maximum distance in kilometers; null if distances are unknown")
    max_size_difference: float | None = Field(
        description="Maximum difference as a share of the property's living area; null for any"
    )
    found: int = Field(description="Number of sales within the limits")
    sentence: str = Field(description="Step in words")


class RateUsed(Part):
    """Adjustment rate: price effect of one more unit of a characteristic."""

    name: str = Field(description="Characteristic")
    unit: str = Field(description="Unit of the characteristic")
    percent: float | None = Field(
        description="Percent of the price of the median sale; null if it could not be estimated"
    )
    standard_error: float | None = Field(description="Standard error of the percentage")
    sales: int = Field(description="Number of sales that differ from their neighbors in it")
    source: str = Field(description="Source of the rate, or why there is none")


class ComparedValue(Part):
    """Value indicated by the comparable sales."""

    value: float = Field(description="Point value")
    low: float = Field(description="Lower end of the range that holds 80 % of the prices of such properties")
    high: float = Field(description="Upper end of the range")
    standard_error: float = Field(description="Standard error of the sale price around the value")
    comps: int = Field(description="Number of comparable sales")


class Interval(Part):
    """Prediction interval for the sale price."""

    percent: int = Field(description="Coverage in percent: 50, 80 or 90")
    low: float = Field(description="Lower end")
    high: float = Field(description="Upper end")


class Driver(Part):
    """Value driver: contribution of a group of characteristics to the value."""

    name: str = Field(description="Group of characteristics")
    amount: float = Field(description="Amount; typical value plus all drivers is the value")
    sentence: str = Field(description="Driver in words")


class Opinion(Part):
    """Value by one approach, and its weight in the reconciled value."""

    method: str = Field(description="Approach: model or comparable sales")
    value: float = Field(description="Value by this approach")
    weight: float = Field(description="Weight from 0 to 1")


class AppraisalBeside(Part):
    """Appraisal of the same property, for comparison."""

    appraisal_id: str = Field(description="`apr_…`")
    value: float = Field(description="Appraised value")
    date: IsoDate = Field(description="As-of date of the appraisal")
    who: str | None = Field(description="Appraiser, if known")
    difference_percent: float = Field(description="Valuation minus appraisal, in percent of the appraisal")


class ValuationRequest(Fields):
    """Request for a valuation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [VALUATION],
            "if": {"required": ["to_deal"], "properties": {"to_deal": {"const": True}}},
            "then": {"required": ["kind"], "properties": {"kind": {"const": "after_repair"}}},
        }
    )

    kind: Kind = Field(default="as_is", description="As is, or after repair (ARV)")
    as_of: AsOfDate = None
    market: SalesMarket = None
    to_deal: bool = Field(
        default=False,
        description="Whether to write the value to the property's deal as its ARV; only with `after_repair`",
    )
    at_least: AtLeast = None
    notes: str | None = Field(default=None, description="Stored with the result")


class ValuationRecord(Record, ValuationRequest, Identified):
    """Stored valuation. It never changes; a property can have many."""

    example: ClassVar[dict[str, Any]] = VALUATION | {
        "id": "val_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "property_id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "market": "king-county",
        "currency": "USD",
        "value": 448000.0,
    }

    id: str = Field(description="`val_…`")
    property_id: Key = Field(description="`pr_…`")
    currency: str = Field(description="Currency of all amounts")
    value: float = Field(description="Point value")
    intervals: list[Interval] = Field(
        default_factory=list, description="Prediction intervals, calibrated on sales not used in training"
    )
    fsd: float | None = Field(
        default=None, description="Forecast standard deviation: standard deviation of the percentage error, as a share"
    )
    probability_at_least: float | None = Field(
        default=None,
        description="Probability that the property sells for `at_least` or more, by the same distribution as the "
        "intervals, 0.0001 to 0.9999; null without `at_least`",
    )
    confidence: Confidence = Field(default="low", description="high up to an FSD of 0.13, medium up to 0.20, else low")
    typical_value: float | None = Field(default=None, description="Value of the market's typical home on that day")
    drivers: list[Driver] = Field(default_factory=list, description="Drivers of the difference from the typical home")
    opinions: list[Opinion] = Field(
        default_factory=list, description="Values by the model alone and by the comparable sales alone"
    )
    comps: list[SaleBehind] = Field(default_factory=list, description="Comparable sales, largest weight first")
    search: list[SearchStep] = Field(default_factory=list, description="Steps of the search for comparable sales")
    appraisals: list[AppraisalBeside] = Field(
        default_factory=list, description="Appraisals of the property, for comparison"
    )
    assumptions: list[str] = Field(default_factory=list, description="Assumptions about the repaired home")
    cautions: list[str] = Field(default_factory=list, description="Limits of the result that a user should know")
    subject: dict[str, JsonValue] = Field(
        default_factory=dict, description="Characteristics of the property that were used"
    )
    placed_by: str | None = Field(
        default=None, description="Source of the location: coordinates, postal, or null if unknown"
    )
    model_id: str | None = Field(default=None, description="`mdl_…`; null if only comparable sales were available")
    model_version: str | None = Field(default=None, description="Version of the model, derived from its content")
    program: str = Field(default=__version__, description="Version of Valhalla that computed it")
    trained_until: IsoDate | None = Field(default=None, description="The model was trained on sales before this date")
    data_revision: int | None = Field(default=None, description="Revision of the market's sales")
    data_fingerprint: str | None = Field(
        default=None, description="Digest of the sales that closed before the as-of date"
    )
    deal_id: str | None = Field(default=None, description="Deal that the ARV was written to")


class ValuationList(Listing):
    """Page of valuations, newest first."""

    items: list[ValuationRecord]


class StudyQuery(QueryFields):
    """Query for the data of one market."""

    market: str = Field(min_length=1, max_length=63, description="Name of the market")


class StudyReport(BaseModel):
    """Stored ratio study: every measure with its interval, by price tier, area and month."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [STUDY]})

    about: dict[str, JsonValue] = Field(description="Market, model and data of the study")
    n: int = Field(description="Number of sales")
    untrimmed: dict[str, JsonValue] = Field(description="Measures of all sales: median_ratio, cod, prd, prb, mki, …")
    trimmed: dict[str, JsonValue] = Field(description="Measures without outliers beyond 3 interquartile ranges")


class CandidateComparison(Part):
    """Comparison of a new model with the one in use, on sales that neither was trained on.

    `passed` is False if the errors of the new method and data are larger by more than one standard error.
    """

    passed: bool = Field(description="Whether the new model is used: it is not worse than the one in use")
    incumbent_id: str = Field(description="`mdl_…`, the model in use that it was compared with")
    incumbent_until: IsoDate = Field(description="The model in use was trained on sales before this date")
    since: IsoDate = Field(description="First day of the sales compared; the trial was trained on sales before it")
    until: IsoDate = Field(description="Day after the last day of the sales compared")
    sales: int = Field(description="Number of sales that both valued, each as of its own day")
    median_error: float = Field(description="Median absolute error of the trial, as a share of the price")
    incumbent_median_error: float = Field(description="Median absolute error of the model in use")
    mean_difference: float = Field(
        description="Mean absolute log error of the trial, capped at 0.5 for each sale, minus that of the model in use"
    )
    standard_error: float = Field(description="Standard error of that difference, from the differences of each sale")


class ModelFacts(BaseModel):
    """Metadata of a trained model."""

    model_config = ConfigDict(json_schema_extra={"examples": [MODEL]})

    id: str = Field(description="`mdl_…`")
    market: str = Field(description="Market of the model")
    until: IsoDate = Field(description="The model was trained on sales before this date")
    fingerprint: str = Field(description="Digest of those sales")
    facts: dict[str, JsonValue] = Field(description="Version, features, further columns and out-of-sample accuracy")
    created_at: str = Field(description="Time of training (UTC)")
    in_use: bool = Field(default=True, description="Whether values may use it; the newest one before a day is used")
    comparison: CandidateComparison | None = Field(
        default=None, description="Comparison with the model in use at the time of training; null if there was none"
    )


class ModelList(BaseModel):
    """Models of a market."""

    items: list[ModelFacts]


class KindQuery(QueryFields):
    """Query for the latest valuation of a property, of one kind or of any."""

    kind: Kind | None = Field(default=None, description="Only this kind")


class ValuationQuery(ListQuery):
    """Filters of the valuations of a property."""

    kind: Kind | None = Field(default=None, description="Only this kind")
