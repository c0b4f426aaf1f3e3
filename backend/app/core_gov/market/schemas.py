"""Schemas of markets and their sales."""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from backend.app.core_gov.market.rated_factors import FACTORS, checked_weights
from backend.app.kit.fields import EMPTY_META, Fields, Listing, Meta, Record, one_line, partial
from backend.app.kit.query import ListQuery
from backend.app.kit.text import LINE_CHARACTER, LINE_START

Country = Literal["CA", "US"]
Currency = Literal["CAD", "USD"]

MARKET: dict[str, Any] = {
    "name": "king-county",
    "country": "US",
    "currency": "USD",
    "notes": "Single-family houses of King County, Washington",
    "index_series": "fhfa:53033",
}


def _market_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", text):
        raise ValueError("must be at most 63 lower-case letters, digits and hyphens, such as king-county")
    return text


_SERIES = rf"^(fhfa:[0-9]{{5}}|statcan:{LINE_START}{LINE_CHARACTER}*)$"


def _index_series(text: str) -> str:
    if not re.fullmatch(r"fhfa:[0-9]{5}|statcan:\S.{0,191}", text):
        raise ValueError("must be fhfa: and a county's FIPS code, as in fhfa:53033, or statcan: and a place")
    return text


MarketName = Annotated[
    str,
    AfterValidator(_market_name),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 63, "pattern": "^[a-z0-9][a-z0-9-]*$"}),
]
"""Name of a market in paths and on the command line: lower-case letters, digits and hyphens."""

IndexSeries = Annotated[
    str,
    AfterValidator(one_line),
    AfterValidator(_index_series),
    WithJsonSchema({"type": "string", "minLength": 9, "maxLength": 200, "pattern": _SERIES}),
]
"""Publisher of an index and the name of one of its series."""


Weight = Annotated[int | float, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1000})]
FactorWeights = Annotated[
    dict[str, Weight],
    AfterValidator(checked_weights),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1000},
            "propertyNames": {"enum": [*FACTORS]},
            "not": {"minProperties": 1, "additionalProperties": {"const": 0}},
        }
    ),
]
"""Weights of the factors of a neighborhood rating, by name."""


class MarketFields(Fields):
    """Fields of a market."""

    country: Country = Field(description="CA or US")
    currency: Currency = Field(description="Currency of its prices")
    notes: str | None = Field(default=None, description="Description of the market")
    index_series: IndexSeries | None = Field(
        default=None,
        description="Published price index to use while its own sales are too few: `fhfa:` and the county's FIPS code, "
        "or `statcan:` and the place as StatCan names it",
    )
    neighborhood_weights: FactorWeights = Field(
        default_factory=dict,
        description="Weight of each factor in a computed neighborhood rating; empty for the default weights",
    )
    neighborhood_crime: bool = Field(
        default=False, description="Whether crime counts in a computed neighborhood rating, if it is loaded"
    )
    meta: Meta = EMPTY_META


class _Named(Fields):
    """Base with the name. List it last among the bases, so that the name is the first field."""

    name: MarketName = Field(description="Lower-case letters, digits and hyphens")


class MarketCreate(MarketFields, _Named):
    """New market: a set of sales that are compared with one another."""

    model_config = ConfigDict(json_schema_extra={"examples": [MARKET]})


@partial
class MarketPatch(MarketFields):
    """Changes to a market; its name cannot change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"notes": "Houses only", "index_series": None}]})


class MarketRecord(Record, MarketCreate):
    """Stored market; an import creates it if needed."""

    example: ClassVar[dict[str, Any]] = MARKET


class MarketQuery(ListQuery):
    """Paging of markets."""


class MarketList(Listing):
    """Page of markets."""

    items: list[MarketRecord]
