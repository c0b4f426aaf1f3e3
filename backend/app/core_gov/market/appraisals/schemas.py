"""Schemas of appraisals."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from backend.app.core_gov.market.as_of import MIN_DATE, SINCE_1900
from backend.app.core_gov.market.schemas import Currency
from backend.app.kit.fields import (
    EMPTY_META,
    MAX_CENTS,
    Fields,
    FilterText,
    Identified,
    IsoDate,
    Key,
    Listing,
    Meta,
    Money,
    Record,
    Title,
    partial,
)
from backend.app.kit.query import ListQuery, unpaged

APPRAISAL: dict[str, Any] = {
    "market": "king-county",
    "property_id": "pr_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "parcel": "7129300520",
    "address": "114 Elm Street",
    "value": 540000,
    "currency": "USD",
    "date": "2026-01-31",
    "appraiser": "Dana Kim, AACI",
    "source": "lender",
    "purpose": "refinance",
    "notes": None,
}


def _check_not_too_old(text: str) -> str:
    if text < MIN_DATE:
        raise ValueError("must not be before 1900")
    return text


def _positive(amount: int | float) -> int | float:
    if amount <= 0:
        raise ValueError("must be more than 0")
    return amount


Value = Annotated[
    Money,
    AfterValidator(_positive),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": MAX_CENTS / 100, "multipleOf": 0.01}),
]
EffectiveDate = Annotated[
    IsoDate,
    AfterValidator(_check_not_too_old),
    WithJsonSchema({"type": "string", "format": "date", "pattern": SINCE_1900}),
]


class AppraisalCreate(Fields):
    """Value of a property as of a day, as an appraiser sees it."""

    model_config = ConfigDict(json_schema_extra={"examples": [APPRAISAL]})

    market: Key | None = Field(default=None, description="Market of the property")
    property_id: Key | None = Field(default=None, description="`pr_…`; this, `parcel` or `address` is required")
    parcel: Key | None = Field(default=None, description="Parcel number")
    address: Title | None = Field(default=None, description="Street address")
    value: Value = Field(description="Appraised value")
    currency: Currency = Field(description="Currency of the value")
    date: EffectiveDate = Field(description="Effective date of the appraisal")
    appraiser: Title | None = Field(default=None, description="Name of the appraiser")
    source: Key | None = Field(default=None, description="Source, such as a lender or a county")
    purpose: Key | None = Field(default=None, description="Purpose, such as a purchase or a refinance")
    notes: str | None = Field(default=None, description="Free text")
    meta: Meta = EMPTY_META


@partial
class AppraisalPatch(AppraisalCreate):
    """Fields of an appraisal to change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"value": 552000, "notes": "After the review"}]})


class AppraisalRecord(Record, AppraisalCreate, Identified):
    """Stored appraisal."""

    example: ClassVar[dict[str, Any]] = APPRAISAL | {"id": "apr_0195d3a1c2f4a1b2c3d4e5f60718293a", "import_key": None}

    id: str = Field(description="`apr_…`")
    import_key: str | None = Field(default=None, description="Key of the imported row, if it was imported")


class AppraisalQuery(ListQuery):
    """Filters of a list of appraisals."""

    market: FilterText | None = Field(default=None, description="Only those of this market")
    property_id: FilterText | None = Field(default=None, description="Only those of this property")
    parcel: FilterText | None = Field(default=None, description="Only those of this parcel")


@unpaged
class AppraisalExportQuery(AppraisalQuery):
    """Filters of an export of appraisals."""


class AppraisalList(Listing):
    """Page of appraisals."""

    items: list[AppraisalRecord]
