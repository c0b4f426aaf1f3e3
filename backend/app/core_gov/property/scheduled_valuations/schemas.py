"""Schemas of values computed on a schedule."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.valuation.schemas import Kind
from backend.app.kit.fields import IsoDate, Listing

SCHEDULED_VALUATION: dict[str, Any] = {
    "property_id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "kind": "as_is",
    "as_of": "2026-01-31",
    "market": "king-county",
    "currency": "USD",
    "value": 448000.0,
    "low": 391000.0,
    "high": 512000.0,
    "probability": 0.8,
    "model_version": "2-9e174fae9afb25f4",
    "data_fingerprint": "5d41402abc4b2a76",
    "created_at": "2026-01-31T03:00:00.000000Z",
}


class ScheduledValuation(BaseModel):
    """Value computed on a schedule. It is stored if it differs from the one before by more than rounding."""

    model_config = ConfigDict(json_schema_extra={"examples": [SCHEDULED_VALUATION]})

    property_id: str = Field(description="`pr_…`")
    kind: Kind = Field(description="As is, or after repair (ARV)")
    as_of: IsoDate = Field(description="As-of date; only sales that closed before it are used")
    market: str = Field(description="Market whose sales were used")
    currency: str = Field(description="Currency of all amounts")
    value: float = Field(description="Point value")
    low: float = Field(description="Lower end of the prediction interval")
    high: float = Field(description="Upper end of the prediction interval")
    probability: float = Field(description="Probability that the price is within the interval, such as 0.8")
    model_version: str | None = Field(
        description="Version of the model, derived from its content; null if only comparable sales were available"
    )
    data_fingerprint: str = Field(description="Digest of the sales that closed before the as-of date")
    created_at: str = Field(description="Time of computation (UTC)")


class ScheduledValuationList(Listing):
    """Page of values computed on a schedule, newest first."""

    items: list[ScheduledValuation]
