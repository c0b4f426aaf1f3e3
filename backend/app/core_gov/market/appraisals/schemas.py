"""Schemas of appraisals."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from backend.app.core_gov.market.schemas import Currency
from backend.app.kit.fields import (
    EMPTY_META,
    Fields,
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
from backend.app.kit.query import ListQuery

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

MIN_DATE = "1900-01-01"


def _not_too_old(text: str) -> str:
    if text < MIN_DATE:
        raise ValueError("must not be before 1900")
    return text


def _more_than_nothing(amount: int | float) -> int | float:
    if amount <= 0:
        raise ValueError("must be more than 0")
    return amount


class AppraisalCreate(Fields):
    """What somebody said that a property is worth as of a day."""

    model_config = ConfigDict(json_schema_extra={"examples": [APPRAISAL]})

    market: Key | None = Field(default=None, description="The market that the property is compared in")
    property_id: Key | None = Field(default=None, description="`pr_…`; this, `parcel` or `address` is required")
    parcel: Key | None = Field(default=None, description="The parcel number")
    address: Title | None = Field(default=None, description="The street address")
    value: Annotated[Money, AfterValidator(_more_than_nothing)] = Field(description="What it is worth")
    currency: Currency = Field(description="What the value is in")
    date: Annotated[IsoDate, AfterValidator(_not_too_old)] = Field(description="The day that the value is as of")
    appraiser: Title | None = Field(default=None, description="Who said so")
    source: Key | None = Field(default=None, description="Where it comes from, such as a lender or a county")
    purpose: Key | None = Field(default=None, description="What it was made for, such as a purchase or a refinance")
    notes: str | None = Field(default=None, description="Free text")
    meta: Meta = EMPTY_META


@partial
class AppraisalPatch(AppraisalCreate):
    """What of an appraisal is to change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"value": 552000, "notes": "After the review"}]})


class AppraisalRecord(Record, AppraisalCreate, Identified):
    """An appraisal on file. `import_key` names the row of a file that it came from."""

    example: ClassVar[dict[str, Any]] = APPRAISAL | {"id": "apr_0195d3a1c2f4a1b2c3d4e5f60718293a", "import_key": None}

    id: str = Field(description="`apr_…`")
    import_key: str | None = Field(default=None, description="The row of the file that it was imported from")


class AppraisalQuery(ListQuery):
    """How appraisals are listed."""

    market: Key | None = Field(default=None, description="Those of one market")
    property_id: Key | None = Field(default=None, description="Those of one property")
    parcel: Key | None = Field(default=None, description="Those of one parcel")


class AppraisalList(Listing):
    """A page of appraisals."""

    items: list[AppraisalRecord]
