"""Requests to a RESO Web API and parsing of its responses. Pure functions.

Times are nanoseconds since 1970-01-01 UTC, because servers write them with three to seven decimals.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from backend.app.core_gov.mls.errors import BadResponse

Record = dict[str, Any]

KEY, TIME, STATUS = "ListingKey", "ModificationTimestamp", "StandardStatus"
NS = 1_000_000_000
MAX_KEY, MAX_LINK = 200, 16_384
MAX_COUNT = 2**63 - 1

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(?:[Zz]|([+-])(\d\d):?(\d\d))?", re.ASCII
)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_PLAIN = "(),':*"
_WRONG_ADDRESS = re.compile(
    r"\b(resources?|segments?|routes?|paths?|ur[il]s?|endpoints?|entity ?sets?|entity types?|pages?|apis?|gone)\b",
    re.IGNORECASE,
)
"""Words of an error message about the address of a request, not about its records."""

_NO_RECORDS = re.compile(
    r"\b(no|zero|0|any)\b.*\b(records?|results?|listings?|rows?|data|items?|match(es)?|changes)\b", re.IGNORECASE
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FeedMark:
    """Key and modification time of a record, which determine its place in the order of changes."""

    key: str
    time: int


@dataclass(frozen=True, slots=True)
class ODataPage:
    """A page of records. `link` is the URL of the next page as the server wrote it; `count` is the total of records."""

    records: list[Record]
    link: str | None
    count: int | None = None


def nanoseconds(text: object) -> int | None:
    """Parse a timestamp to nanoseconds, as UTC if it has no zone. Return None if it is invalid."""
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    day, minute, second, fraction, sign, hours, minutes = match.groups()
    try:
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        moment = datetime.fromisoformat(f"{day}T{minute}:{second or '00'}").replace(tzinfo=timezone(offset))
    except ValueError:
        return None
    whole = (moment - _EPOCH) // timedelta(seconds=1)
    return whole * NS + int((fraction or "0").ljust(9, "0")[:9])


def literal(time: int) -> str:
    """Return the timestamp literal for a filter: at least three decimals, more if they are not zero."""
    seconds, fraction = divmod(time, NS)
    digits = f"{fraction:09d}".rstrip("0").ljust(3, "0")
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{digits}Z"


def text_literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def since(time: int, after: str | None = None, *, later: bool = False) -> str:
    """Return the filter for changes at or after a time; with `after`, for those past that key at that time."""
    moment = literal(time)
    if after is None:
        return f"{TIME} {'gt' if later else 'ge'} {moment}"
    return f"{TIME} gt {moment} or ({TIME} eq {moment} and {KEY} gt {text_literal(after)})"


def all_of(*conditions: str | None) -> str | None:
    """Join the conditions with `and`, with parentheses around those that contain `or`."""
    given = [condition for condition in conditions if condition]
    if len(given) < 2:
        return given[0] if given else None
    return " and ".join(f"({each})" if _OR.search(each) else each for each in given)


def one_of_keys(keys: Sequence[str]) -> str:
    return f"{KEY} in ({','.join(map(text_literal, keys))})"


def any_of_keys(keys: Sequence[str]) -> str:
    """Return the filter of one_of_keys for servers that do not support `in`."""
    return " or ".join(f"{KEY} eq {text_literal(key)}" for key in keys)


def address(root: str, path: str, options: Sequence[tuple[str, str | int | None]]) -> str:
    """Return the URL of a request without the options that are None."""
    given = "&".join(f"{name}={quote(str(value), safe=_PLAIN)}" for name, value in options if value is not None)
    return f"{root}/{path}" + (f"?{given}" if given else "")


def read_page(response: object) -> ODataPage:
    """Return the page of a response. Raises BadResponse.

    Servers without records omit `value` or send null, and end with an empty link as well as with none.
    """
    if not isinstance(response, dict):
        raise BadResponse("the response is not a JSON object")
    records, link, given = response.get("value"), response.get("@odata.nextLink"), response.get("@odata.count")
    count = given if type(given) is int and 0 <= given <= MAX_COUNT else None
    if records is None and not count and has_only_annotations(response):
        records = []
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise BadResponse("the response has no list of records under `value`")
    if isinstance(link, str) and link.strip().lower() in {"", "null"}:
        link = None
    if not (link is None or (isinstance(link, str) and is_url(link))):
        raise BadResponse("@odata.nextLink of the response is not a URL")
    return ODataPage(records, link, count)


def has_only_annotations(response: Mapping[str, object]) -> bool:
    """Return True for a response without records and without an error: nothing but OData annotations."""
    return all(name == "value" or "@" in name or name.startswith("odata.") for name in response)


NO_PAGE = ODataPage([], None)


def may_say_no_records(media_type: str, message: str) -> bool:
    """Return True if a 404 with this type of content and error message can mean that there are no records.

    A web server answers a wrong URL with a page of HTML; an OData server names the resource that it does not know.
    """
    return (not media_type or "json" in media_type) and not _WRONG_ADDRESS.search(message)


def says_no_records(message: str) -> bool:
    """Return True if the error message of a 404 says that there are no records, or if there is no message."""
    return not message or bool(_NO_RECORDS.search(message))


def is_url(text: str) -> bool:
    """Return True if the text can be a URL: printable, on one line, and not too long."""
    return text.isprintable() and len(text) <= MAX_LINK


def key_of(record: Record, name: str = KEY) -> str | None:
    """Return the key of a record as text, whether it is a string or an integer. None if it is missing or invalid."""
    key = record.get(name)
    if type(key) is int:
        return str(key)
    if not isinstance(key, str) or not key.isprintable() or key != key.strip():
        return None
    return key if 0 < len(key) <= MAX_KEY else None


def mark_of(record: Record) -> FeedMark | None:
    """Return the mark of a record, or None if its key or time is missing."""
    key, time = key_of(record), nanoseconds(record.get(TIME))
    return None if key is None or time is None else FeedMark(key, time)


def counts_rows(link: str) -> bool:
    """Return True if a link uses an offset. Offsets skip a record if an earlier row changes and the rest move up."""
    try:
        options = parse_qsl(urlsplit(link).query)
    except ValueError:  # not a valid URL; following it raises the error
        return False
    return any(name.lower() in {"$skip", "skip", "offset"} for name, _ in options)
