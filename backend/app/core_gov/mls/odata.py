"""What is asked of a RESO Web API, and how its answers are read: pure.

Times are nanoseconds since 1970-01-01 UTC inside, because servers write them with three to seven decimals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from backend.app.core_gov.mls.errors import BadAnswer

Record = dict[str, Any]

KEY, TIME, STATUS = "ListingKey", "ModificationTimestamp", "StandardStatus"
NS = 1_000_000_000
LONGEST_KEY, LONGEST_LINK = 200, 16_384
LARGEST_COUNT = 2**63 - 1

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(?:[Zz]|([+-])(\d\d):?(\d\d))?", re.ASCII
)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_PLAIN = "(),':*"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FeedMark:
    """A record as far as paging goes: its key, and when it was last changed."""

    key: str
    time: int


@dataclass(frozen=True, slots=True)
class ODataPage:
    """`link` is the address of the next page, kept as the server wrote it; `count` is how many records there are."""

    records: list[Record]
    link: str | None
    count: int | None = None


def nanoseconds(text: object) -> int | None:
    """The moment that a text names; one without a zone is taken as UTC. None when it names none."""
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
    """The moment as it stands in a filter: three decimals, more where they say something."""
    seconds, fraction = divmod(time, NS)
    digits = f"{fraction:09d}".rstrip("0").ljust(3, "0")
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{digits}Z"


def text_literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def since(time: int, after: str | None = None, *, later: bool = False) -> str:
    """The condition for what changed at that time or later; with a key, for what comes after that key at that time."""
    moment = literal(time)
    if after is None:
        return f"{TIME} {'gt' if later else 'ge'} {moment}"
    return f"{TIME} gt {moment} or ({TIME} eq {moment} and {KEY} gt {text_literal(after)})"


def all_of(*conditions: str | None) -> str | None:
    """The conditions together; one that holds an `or` keeps to itself."""
    given = [condition for condition in conditions if condition]
    if len(given) < 2:
        return given[0] if given else None
    return " and ".join(f"({each})" if _OR.search(each) else each for each in given)


def one_of_keys(keys: Sequence[str]) -> str:
    return f"{KEY} in ({','.join(map(text_literal, keys))})"


def any_of_keys(keys: Sequence[str]) -> str:
    """The same for servers that do not know `in`."""
    return " or ".join(f"{KEY} eq {text_literal(key)}" for key in keys)


def address(root: str, path: str, options: Sequence[tuple[str, str | int | None]]) -> str:
    """The URL of a question; an option that is None is left out."""
    given = "&".join(f"{name}={quote(str(value), safe=_PLAIN)}" for name, value in options if value is not None)
    return f"{root}/{path}" + (f"?{given}" if given else "")


def read_page(answer: object) -> ODataPage:
    """The records of an answer; raises BadAnswer."""
    if not isinstance(answer, dict):
        raise BadAnswer("the answer is no JSON object")
    records, link, count = answer.get("value"), answer.get("@odata.nextLink"), answer.get("@odata.count")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise BadAnswer("the answer has no list of records under `value`")
    if not (link is None or (isinstance(link, str) and link.strip() and is_address(link))):
        raise BadAnswer("@odata.nextLink of the answer is no address")
    return ODataPage(records, link, count if type(count) is int and 0 <= count <= LARGEST_COUNT else None)


def is_address(text: str) -> bool:
    """Whether the text can be an address: one line of printable characters, and not endless."""
    return text.isprintable() and len(text) <= LONGEST_LINK


def key_of(record: Record, name: str = KEY) -> str | None:
    """The key as text, whether the server writes it as one or as a number; None when there is none."""
    key = record.get(name)
    if type(key) is int:
        return str(key)
    if not isinstance(key, str) or not key.isprintable() or key != key.strip():
        return None
    return key if 0 < len(key) <= LONGEST_KEY else None


def mark_of(record: Record) -> FeedMark | None:
    """None for a record that cannot be placed in the order of changes."""
    key, time = key_of(record), nanoseconds(record.get(TIME))
    return None if key is None or time is None else FeedMark(key, time)


def counts_rows(link: str) -> bool:
    """Whether a link skips a number of rows: rows move up when one before them changes, and one would be missed."""
    try:
        options = parse_qsl(urlsplit(link).query)
    except ValueError:  # it is no address, which whoever follows it will say
        return False
    return any(name.lower() in {"$skip", "skip", "offset"} for name, _ in options)
