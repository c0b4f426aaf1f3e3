"""Schemas of comparisons and valuations; money is in the market's currency."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.app import __version__
from backend.app.kit.fields import Fields, Identified, IsoDate, Key, Listing, Record
from backend.app.kit.query import ListQuery, QueryFields

Kind = Literal["as_is", "after_repair"]
Confidence = Literal["high", "medium", "low"]

DayOfValue = Annotated[
    IsoDate | None,
    Field(
        description="The day of value, from 1900 to today; only sales that closed before it are used; null for today "
        "(UTC)"
    ),
]
WhoseSales = Annotated[
    Key | None,
    Field(
        description="The name of the market whose sales are used; null for the property's own, or else the nearest of "
        "its country"
    ),
]

VALUATION: dict[str, Any] = {"as_of": "2026-06-30", "kind": "after_repair", "to_deal": True}
_MEASURE: dict[str, Any] = {"value": 0.9959, "interval": {"low": 0.9917, "high": 0.9998}, "word": "within"}
STUDY: dict[str, Any] = {
    "about": {"market": "king-county", "currency": "USD", "trained_until": "2015-03-01", "model": "1-9e174fae9afb25f4"},
    "n": 4742,
    "untrimmed": {"n": 4742, "median_ratio": _MEASURE},
    "trimmed": {"removed": 117, "measures": {"n": 4625, "median_ratio": _MEASURE}},
}


class Part(BaseModel):
    """A part of a record: what is computed, checked as strictly as what comes in."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class AdjustmentLine(Part):
    """One thing in which a sale and the property differ, and what that does to the sale's price."""

    name: str = Field(description="What they differ in: time, living_sqft, lot_sqft, beds, …")
    label: str = Field(description="The same in words")
    subject: float | None = Field(description="Of the property; null where it is not known")
    sale: float | None = Field(description="Of the sale; null where it is not known")
    difference: float | None = Field(description="The property's less the sale's")
    rate: float | None = Field(description="Money for one unit; null where there is no rate, and then the amount is 0")
    rate_error: float | None = Field(description="Standard error of the rate")
    unit: str = Field(description="What the rate is for one of")
    amount: float = Field(description="Added to the sale's price")
    standard_error: float = Field(description="Of the amount")
    source: str = Field(description="`rates` or `index_source`, where the answer says it once, or why there is no rate")


class ComparableSale(Part):
    """A sale that the property is compared with; the price and its lines add up to the adjusted price."""

    rank: int = Field(description="1 for the one that weighs most")
    sale_id: str = Field(description="`sale_…`")
    address: str | None = Field(description="As its source has it")
    parcel: str | None = Field(description="As its source has it")
    latitude: float | None = Field(description="Decimal degrees")
    longitude: float | None = Field(description="Decimal degrees")
    living_sqft: float | None = Field(description="Living area in square feet")
    price: float = Field(description="What it was sold for")
    close_date: IsoDate = Field(description="When it closed")
    priced_on: IsoDate = Field(description="When the price was agreed: the contract's day, or that of closing")
    days: int = Field(description="Days from its closing to the day of value")
    distance_km: float | None = Field(description="Kilometres; null where one of the two places is not known")
    similarity: float = Field(description="0 to 1: how little has to be adjusted for what the homes are like")
    adjustments: list[AdjustmentLine] = Field(description="A line each")
    net: float = Field(description="The sum of the lines")
    gross: float = Field(description="The sum of their sizes")
    net_percent: float = Field(description="Of the price")
    gross_percent: float = Field(description="Of the price")
    adjusted_price: float = Field(description="The price and its lines")
    standard_error: float = Field(description="Of the adjusted price, as a statement on the property's price")
    weight: float = Field(description="0 to 1; the weights add up to 1")
    pinned: bool = Field(description="Whether a person put it there")
    warnings: list[str] = Field(description="What to look at: large adjustments")


class SaleBehind(Part):
    """A sale behind a valuation, in short; a comparison has its every adjustment."""

    sale_id: str = Field(description="`sale_…`")
    close_date: IsoDate = Field(description="When it closed")
    price: float = Field(description="What it was sold for")
    distance_km: float | None = Field(description="Kilometres; null where one of the two places is not known")
    adjusted_price: float = Field(description="Adjusted to the property and the day of value")
    weight: float = Field(description="0 to 1; the weights add up to 1")


class SearchStep(Part):
    """How many sales fitted once a limit was widened; the first step is the standard."""

    widened: str | None = Field(description="time, distance or size; null for the first step")
    max_days: int = Field(description="Since closing")
    radius_km: float | None = Field(description="Null where distances are not known")
    max_size_difference: float | None = Field(description="As a share of the property's living area; null for any")
    found: int = Field(description="Sales that fitted")
    sentence: str = Field(description="The step in words")


class RateUsed(Part):
    """What one more unit of something is worth in the market, as a share of the price."""

    name: str = Field(description="Of what")
    unit: str = Field(description="One of which")
    percent: float | None = Field(description="Of the price of the middle sale; null where it could not be estimated")
    standard_error: float | None = Field(description="Of the percentage")
    sales: int = Field(description="How many sales differ in it from their neighbours")
    source: str = Field(description="Where it comes from, or why there is none")


class ComparedValue(Part):
    """What the comparable sales say the property is worth."""

    value: float = Field(description="Point value")
    low: float = Field(description="Four in five such properties sell above this and below the high")
    high: float = Field(description="The upper end of the same range")
    standard_error: float = Field(description="Of the sale price around the value")
    comps: int = Field(description="How many sales it rests on")


class Interval(Part):
    """Between these lies the price, with the stated probability."""

    percent: int = Field(description="50, 80 or 90")
    low: float = Field(description="The lower end")
    high: float = Field(description="The upper end")


class Driver(Part):
    """What moves the value away from that of the market's typical home."""

    name: str = Field(description="Which group of features")
    amount: float = Field(description="Money; with the typical value, the drivers add up to the value")
    sentence: str = Field(description="The same in plain language")


class Opinion(Part):
    """What one of the two ways says, and how much it counts in the value."""

    method: str = Field(description="model or comparable sales")
    value: float = Field(description="What it says the property is worth")
    weight: float = Field(description="0 to 1")


class AppraisalBeside(Part):
    """What an appraiser said of the same property, beside the valuation."""

    appraisal_id: str = Field(description="`apr_…`")
    value: float = Field(description="What it was appraised at")
    date: IsoDate = Field(description="The day of value of the appraisal")
    who: str | None = Field(description="The appraiser, where known")
    difference_percent: float = Field(description="The valuation above it, as a share of it")


class ValuationRequest(Fields):
    """What a property is to be valued as."""

    model_config = ConfigDict(json_schema_extra={"examples": [VALUATION]})

    kind: Kind = Field(default="as_is", description="As it is, or as it will be after repair (ARV)")
    as_of: DayOfValue = None
    market: WhoseSales = None
    to_deal: bool = Field(
        default=False,
        description="Whether the value is to be written into the property's deal, as its ARV; with `after_repair` only",
    )
    notes: str | None = Field(default=None, description="Kept with the answer")


class ValuationRecord(Record, ValuationRequest, Identified):
    """A valuation on file. It is never changed: a property has as many as were made."""

    example: ClassVar[dict[str, Any]] = VALUATION | {
        "id": "val_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "property_id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "market": "king-county",
        "currency": "USD",
        "value": 448000.0,
    }

    id: str = Field(description="`val_…`")
    property_id: Key = Field(description="`pr_…`")
    currency: str = Field(description="Of all amounts")
    value: float = Field(description="Point value")
    intervals: list[Interval] = Field(default_factory=list, description="Calibrated on sales that no one had seen")
    fsd: float | None = Field(default=None, description="Standard deviation of the percentage error, as a share")
    confidence: Confidence = Field(default="low", description="high to 0.13 of FSD, medium to 0.20, else low")
    typical_value: float | None = Field(default=None, description="Of the market's typical home on that day")
    drivers: list[Driver] = Field(default_factory=list, description="From the typical home to this one")
    opinions: list[Opinion] = Field(default_factory=list, description="What the model and the comps say alone")
    comps: list[SaleBehind] = Field(default_factory=list, description="The sales behind it, the heaviest first")
    search: list[SearchStep] = Field(default_factory=list, description="How far the limits had to widen for them")
    appraisals: list[AppraisalBeside] = Field(default_factory=list, description="What appraisers said, beside it")
    assumptions: list[str] = Field(default_factory=list, description="What was assumed of the repaired home")
    cautions: list[str] = Field(default_factory=list, description="What to know before relying on it")
    subject: dict[str, JsonValue] = Field(default_factory=dict, description="What of the property was valued")
    placed_by: str | None = Field(default=None, description="coordinates, postal, or null for one with no place")
    model_id: str | None = Field(default=None, description="`mdl_…`; null where comparable sales alone were at hand")
    model_version: str | None = Field(default=None, description="A name that only the same model has")
    program: str = Field(default=__version__, description="The version of the program that made it")
    trained_until: IsoDate | None = Field(default=None, description="The model knows the sales before this day")
    data_revision: int | None = Field(default=None, description="The state of the market's sales")
    data_fingerprint: str | None = Field(default=None, description="Digest of the sales known before the day")
    deal_id: str | None = Field(default=None, description="The deal that the ARV was written into")


class ValuationList(Listing):
    """A page of valuations, newest first."""

    items: list[ValuationRecord]


class StudyQuery(QueryFields):
    """Which market is asked for."""

    market: str = Field(min_length=1, max_length=63, description="The name of a market")


class StudyReport(BaseModel):
    """A ratio study as it was kept: every measure with its interval, by tier, area and month."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [STUDY]})

    about: dict[str, JsonValue] = Field(description="The market, the model and the data that were studied")
    n: int = Field(description="Sales in it")
    untrimmed: dict[str, JsonValue] = Field(description="Of all sales: median_ratio, cod, prd, prb, mki, …")
    trimmed: dict[str, JsonValue] = Field(description="The same without outliers, beyond 3 interquartile ranges")


class ModelFacts(BaseModel):
    """A trained model, without what it consists of."""

    id: str = Field(description="`mdl_…`")
    market: str = Field(description="The market whose sales it knows")
    until: IsoDate = Field(description="It knows the sales before this day")
    fingerprint: str = Field(description="Digest of those sales")
    facts: dict[str, JsonValue] = Field(description="Its version, features and how it did on sales it had not seen")
    created_at: str = Field(description="When it was trained (UTC)")


class ModelList(BaseModel):
    """The models of a market."""

    items: list[ModelFacts]


class KindQuery(QueryFields):
    """Which valuation of a property is asked for: the last one, of a kind or of any."""

    kind: Kind | None = Field(default=None, description="Only this kind")


class ValuationQuery(ListQuery):
    """How the valuations of a property are filtered."""

    kind: Kind | None = Field(default=None, description="Only this kind")
