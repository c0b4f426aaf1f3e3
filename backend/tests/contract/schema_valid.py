"""Hooks of schemathesis.

A check: a request that satisfies the schema is refused only for what a schema cannot say. A recording of all requests,
which replay.py repeats at another service.
"""

import base64
import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import schemathesis

OPAQUE = (
    r"^cursor is not a next_cursor of this ",
    r"has changed since you read it; ",
    r"so If-Match cannot match$",
)
"""Values that come from a response: cursors and ETags."""

NOT_ON_FILE = (
    r"^there is no (market|sender) ",
    r"^near_property: ",
    r"^the market .+ is in (CA|US), the property in ",
    r" has no cost of a ",
    r"^lines\.\d+\.",  # trades, items and units of the table of unit costs
)
"""References to what this store does not have."""

TODAY = (r" is in the future", r" has not come yet$", r"^expires_at must be in the future", r"^send_at is in the past")
"""Days after today, and times before now."""

BETWEEN_FIELDS = (
    r"^near_property replaces a point",
    r"^until is ",
    r"^address ",  # phone numbers and email addresses
    r"^not_after must ",
    r"^provider_id (is|belongs to) ",
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
    r" is given twice in the query$",  # a form, whose fields are parsed like a query
    r"^index_series: .+ has no index for markets in ",
)
"""Rules about several parameters or fields, for which OpenAPI has no words or only unreadable ones."""

OF_AGREEMENTS = (
    r"^terms: ",
    r"^partner \S+ is (archived|not in the agreement)",
    r"^(partner|deal) .* is (not on file|not covered by the agreement)$",
    r"^(distribution|entry) .+ is not an? (distribution|entry) of this agreement$",
    r" is (before the agreement of \S+|after today|before declared_on|before period_from)$",
    r" is (for .+ only|required for .+)(: .+)?$",
    r"^(deal_ids names a deal twice|meaning must be never_happened for )",
    r"^effective_on is (before|required)",
    r" is not an account$",
    r"^effective_from must be 1970",
    r"^payable_on is more than ",
    r"^partner_ids names a partner twice$",
)
"""Rules about the parties, days and kinds of what is posted to an agreement."""

INVISIBLE = (r" must not be blank$",)
"""Text of nothing but invisible characters beyond the BMP, which a pattern cannot name. test_single_lines.py compares
the patterns with the checks for all others."""

UNSAYABLE = re.compile("|".join([*OPAQUE, *NOT_ON_FILE, *TODAY, *BETWEEN_FIELDS, *OF_AGREEMENTS, *INVISIBLE]))
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


_bodies: dict[str, jsonschema_rs.Validator] = {}
"""Validators of bodies by operation."""


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Return False for a body that is said to violate the schema and does not, as happens with nested JSON."""
    if case.meta is None or case.meta.generation.mode.is_positive:
        return True
    violating = {place.name for place, part in case.meta.components.items() if part.mode.is_negative}
    if violating != {"BODY"} or not isinstance(case.body, dict):
        return True
    label = case.operation.label
    if label not in _bodies:
        (body,) = case.operation.body
        _bodies[label] = jsonschema_rs.validator_for(body.raw_schema)
    return not _bodies[label].is_valid(case.body)


RECORDING = "requests.jsonl"
"""File in the working directory of schemathesis, one request per line."""

_UNREPEATABLE = frozenset({"host", "connection", "content-length", "accept-encoding", "transfer-encoding"})


@schemathesis.hook
def after_call(context: Any, case: schemathesis.Case[Any], response: schemathesis.Response) -> None:
    """Append the request, its status and the ids of the records in the response to the recording."""
    request = response.request
    body = request.body or b""
    assert isinstance(body, (bytes, str))
    line = {
        "operation": case.operation.label,
        "method": request.method,
        "target": request.path_url,
        "headers": {name: value for name, value in request.headers.items() if name.lower() not in _UNREPEATABLE},
        "body": base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
        "status": response.status_code,
        "ids": ids_in(response.content),
    }
    with Path(RECORDING).open("a") as file:
        file.write(json.dumps(line) + "\n")


def ids_in(content: bytes) -> list[str]:
    """Return the id of the record in a response, or those of a list; that of the person, if the response is a link."""
    try:
        found = json.loads(content)
        return [str(each["id"]) for each in found.get("items", [found.get("person", found)])]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
