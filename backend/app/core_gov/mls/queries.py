"""The addresses of a feed: each question as its server takes it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from backend.app.core_gov.mls.errors import BadAnswer
from backend.app.core_gov.mls.feeds import Feed
from backend.app.core_gov.mls.odata import KEY, TIME, address, all_of, any_of_keys, one_of_keys, since, text_literal
from backend.app.core_gov.mls.paging import Ask

EVENTS, SEQUENCE = "EntityEvent", "EntityEventSequence"

LONGEST_KEYS = 1_500
MOST_KEYS = 100
"""So many characters and so many keys go into one question."""

KEY_FORMS = 3
"""In how many ways a server can be asked for records by their keys."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a question about changes is put; a server that takes no better one is asked in a simpler one."""

    order: str | None
    counts: bool
    tie_break: bool


def manners(feed: Feed) -> list[Manner]:
    """The manners to try, the best first."""
    profile = feed.profile
    if not profile.orders:
        return [Manner(None, counts=False, tie_break=profile.tie_break)]
    by_time, by_key = f"{TIME} asc", f"{TIME} asc,{KEY} asc"
    return [
        Manner(by_key, counts=profile.counts, tie_break=True),
        Manner(by_key, counts=False, tie_break=True),
        Manner(by_time, counts=False, tie_break=False),
    ]


def changes(feed: Feed, ask: Ask, manner: Manner, *, keys_only: bool = False) -> str:
    """What changed; `keys_only` leaves out everything but keys and times."""
    if ask.link is not None:
        return ask.link
    table, profile = feed.table, feed.profile
    viewable = "MlgCanView eq true" if profile.name == "mls-grid" and (ask.since is None or keys_only) else None
    condition = all_of(
        None if profile.keys_only else feed.condition,  # such a list has nothing but keys and times to filter by
        viewable,
        None if ask.since is None else since(ask.since, ask.after, later=ask.later),
    )
    return address(
        table.url,
        table.resource + (f"/{profile.changes}" if profile.changes else ""),
        [
            ("$select", f"{KEY},{TIME}" if keys_only and not profile.keys_only else None),
            ("$filter", condition),
            ("$orderby", manner.order),
            ("$top", feed.page_size if profile.pages else None),
            ("$count", "true" if manner.counts and ask.after is None else None),
        ],
    )


def whole(link: str, asked: str) -> str:
    """A link as the server wrote it; one that is not whole begins where the question was asked. Raises BadAnswer."""
    try:
        return link if "://" in link else urljoin(asked, link)
    except ValueError:
        raise BadAnswer("the server links to something that is no address") from None


def by_keys(feed: Feed, keys: Sequence[str], form: int) -> str:
    """The records with these keys: by `in`, by `or`, or the one by its own address."""
    table = feed.table
    if form == KEY_FORMS - 1:
        name = quote(text_literal(keys[0]), safe="'")
        return f"{table.url}/{table.resource}({name})"
    condition = all_of(feed.condition, one_of_keys(keys) if form == 0 else any_of_keys(keys))
    return address(table.url, table.resource, [("$filter", condition), ("$top", len(keys))])


def batches(keys: Sequence[str], form: int) -> list[list[str]]:
    """The keys in such lists as fit into a question."""
    found: list[list[str]] = []
    room = 0
    for key in keys:
        length = len(key) + (4 if form == 0 else 24)
        if form == KEY_FORMS - 1 or not found or length > room or len(found[-1]) == MOST_KEYS:
            found.append([])
            room = LONGEST_KEYS
        found[-1].append(key)
        room -= length
    return found


def last_event(feed: Feed) -> str:
    return address(feed.table.url, EVENTS, [("$orderby", f"{SEQUENCE} desc"), ("$top", 1)])


def events(feed: Feed, after: int) -> str:
    condition = all_of(f"ResourceName eq {text_literal(feed.table.resource)}", f"{SEQUENCE} gt {after}")
    options = [("$filter", condition), ("$orderby", f"{SEQUENCE} asc"), ("$top", feed.page_size)]
    return address(feed.table.url, EVENTS, options)
