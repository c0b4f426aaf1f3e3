"""A check for schemathesis: a request that satisfies the schema is refused only for what a schema cannot say."""

import re
from typing import Any

import schemathesis

OPAQUE = (
    r"^cursor is not a next_cursor of this ",
    r"has changed since you read it; ",
    r"so If-Match cannot match$",
)
"""Values that come from a response: cursors and ETags."""

NOT_ON_FILE = (
    r"^there is no market ",
    r"^near_property: ",
    r"^the market .+ is in (CA|US), the property in ",
    r" has no cost of a ",
    r"^lines\.\d+\.",  # trades, items and units of the table of unit costs
)
"""References to what this store does not have."""

TODAY = (r" is in the future", r" has not come yet$")
"""Days after today."""

BETWEEN_FIELDS = (
    r"^near_property replaces a point",
    r"^(latitude|longitude) without ",
    r"^(latitude|longitude) is missing: ",
    r" needs a location: ",
    r"^one of property_id, parcel and address is required$",
    r", so no (sale|record) can match$",
    r"look swapped",
    r"^to must not contain U\+",  # marks of direction, which phone numbers may have
    r"^(region|postal) ",
    r"^costs\.\d+\.(mid|high) must not be below ",
    r"^costs must list .+ only once$",
    r"^index_series: .+ has no index for markets in ",
)
"""Rules about several parameters or fields, for which OpenAPI has no words or only unreadable ones."""

UNSAYABLE = re.compile("|".join([*OPAQUE, *NOT_ON_FILE, *TODAY, *BETWEEN_FIELDS]))
FOR_OTHER_REASONS = {401, 403, 404, 409, 429, 503}


@schemathesis.check
def schema_valid_requests_are_accepted(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Raise AssertionError if a request that satisfies the schema is refused for a reason that it could state."""
    satisfies = case.meta is not None and case.meta.generation.mode.is_positive
    if satisfies and response.status_code >= 400 and response.status_code not in FOR_OTHER_REASONS:
        detail = response.json()["detail"]
        assert UNSAYABLE.search(detail), f"refused although the schema allows it: {detail}"
