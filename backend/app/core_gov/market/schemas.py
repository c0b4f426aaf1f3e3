"""The shapes of markets and of their sales."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from backend.app.kit.fields import EMPTY_META, Fields, Meta, Record, partial

Country = Literal["CA", "US"]
Currency = Literal["CAD", "USD"]

MARKET: dict[str, Any] = {
    "name": "king-county",
    "country": "US",
    "currency": "USD",
    "notes": "Single-family houses of King County, Washington",
}

MarketName = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""Lower case, digits and hyphens, as it stands in paths and on the command line."""


class MarketCreate(Fields):
    """A market: sales that are compared with one another."""

    model_config = ConfigDict(json_schema_extra={"examples": [MARKET]})

    name: MarketName = Field(description="Lower-case letters, digits and hyphens")
    country: Country = Field(description="CA or US")
    currency: Currency = Field(description="What its prices are in")
    notes: str | None = Field(default=None, description="What it covers, in words")
    meta: Meta = EMPTY_META


@partial
class MarketPatch(MarketCreate):
    """What of a market is to change."""


class MarketRecord(Record, MarketCreate):
    """A market on file; the first import makes it."""

    example: ClassVar[dict[str, Any]] = MARKET
