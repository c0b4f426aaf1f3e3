"""URLs of the requests to a feed, in the form that its server accepts. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from backend.app.core_gov.mls.errors import BadResponse
from backend.app.core_gov.mls.feeds import Feed
from backend.app.core_gov.mls.odata import KEY, TIME, address, all_of, any_of_keys, one_of_keys, since, text_literal
from backend.app.core_gov.mls.paging.walk import PageRequest

EVENTS, SEQUENCE = "EntityEvent", "EntityEventSequence"

MAX_KEY_CHARACTERS = 1_500
MAX_KEYS = 100
"""Maximum number of characters of all keys, and of keys, in one request."""

KEY_FORMS = 3
"""Number of ways to request records by key: `in`, `or`, or one at a time."""


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """Options of a request for changes. If the server rejects them, simpler ones are tried."""

    order: str | None
    counts: bool
    tie_break: bool


def query_options(feed: Feed) -> list[QueryOptions]:
    """Return the options to try, best first."""
    profile = feed.profile
    if not profile.orders:
        return [QueryOptions(None, counts=False, tie_break=profile.tie_break)]
    by_time, by_key = f"{TIME} asc", f"{TIME} asc,{KEY} asc"
    return [
        QueryOptions(by_key, counts=profile.counts, tie_break=True),
        QueryOptions(by_key, counts=False, tie_break=True),
        QueryOptions(by_time, counts=False, tie_break=False),
    ]


def changes(feed: Feed, page_request: PageRequest, options: QueryOptions, *, keys_only: bool = False) -> str:
    """Return the URL of a request for changes. `keys_only` selects keys and times only."""
    if page_request.link is not None:
        return page_request.link
    table, profile = feed.table, feed.profile
    viewable = (
        "MlgCanView eq true" if profile.name == "mls-grid" and (page_request.since is None or keys_only) else None
    )
    condition = all_of(
        None if profile.keys_only else feed.condition,  # such a list has only keys and times to filter by
        viewable,
        None if page_request.since is None else since(page_request.since, page_request.after, later=page_request.later),
    )
    return address(
        table.url,
        table.resource + (f"/{profile.changes}" if profile.changes else ""),
        [
            ("$select", f"{KEY},{TIME}" if keys_only and not profile.keys_only else None),
            ("$filter", condition),
            ("$orderby", options.order),
            ("$top", feed.page_size if profile.pages else None),
            ("$count", "true" if options.counts and page_request.after is None else None),
        ],
    )


def absolute_url(link: str, request_url: str) -> str:
    """Return the absolute URL of a link; a relative one is resolved against the request. Raises BadResponse."""
    try:
        return link if "://" in link else urljoin(request_url, link)
    except ValueError:
        raise BadResponse("the server links to something that is not a URL") from None


def by_keys(feed: Feed, keys: Sequence[str], form: int) -> str:
    """Return the URL for records by key: with `in`, with `or`, or a single record's own URL."""
    table = feed.table
    if form == KEY_FORMS - 1:
        name = quote(text_literal(keys[0]), safe="'")
        return f"{table.url}/{table.resource}({name})"
    condition = all_of(feed.condition, one_of_keys(keys) if form == 0 else any_of_keys(keys))
    return address(table.url, table.resource, [("$filter", condition), ("$top", len(keys))])


def batches(keys: Sequence[str], form: int) -> list[list[str]]:
    """Split the keys into lists that fit into one request each."""
    found: list[list[str]] = []
    room = 0
    for key in keys:
        length = len(key) + (4 if form == 0 else 24)
        if form == KEY_FORMS - 1 or not found or length > room or len(found[-1]) == MAX_KEYS:
            found.append([])
            room = MAX_KEY_CHARACTERS
        found[-1].append(key)
        room -= length
    return found


def last_event(feed: Feed) -> str:
    return address(feed.table.url, EVENTS, [("$orderby", f"{SEQUENCE} desc"), ("$top", 1)])


def events(feed: Feed, after: int) -> str:
    condition = all_of(f"ResourceName eq {text_literal(feed.table.resource)}", f"{SEQUENCE} gt {after}")
    options = [("$filter", condition), ("$orderby", f"{SEQUENCE} asc"), ("$top", feed.page_size)]
    return address(feed.table.url, EVENTS, options)
