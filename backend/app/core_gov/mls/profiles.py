"""Differences between MLS servers that matter to a sync, from RESO's standard and the providers' documentation.

generic    a RESO Web API as defined by the standard
crea-ddf   CREA's Data Distribution Facility (Canada): pages of at most 100; `PropertyReplication()` lists keys and
           times in the order of changes; deleted records are only missing from that list
mls-grid   MLS Grid: one OriginatingSystemName per request, in the order of changes; 2 requests a second, 7,200 an
           hour, 40,000 a day; `MlgCanView` is false for seven days for records that must be removed
bridge     Bridge: `Property/replication` in no order, by its links only; pages of at most 2,000; 5,000 requests an
           hour, 334 a minute
"""

from dataclasses import dataclass

Limit = tuple[int, float]
"""Rate limit: number of requests, and the window in seconds."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Capabilities of a kind of server.

    `changes` is the path below the resource that lists changes (empty: the resource itself). `keys_only` means that it
    lists keys and times without the records. `orders` means that it accepts `$orderby`, `ordered` that it returns
    records in the order of changes. `tie_break` means that filters may contain ListingKey, `links` that every page is
    known to link to the next. `compare_hours` is the interval between comparisons of all keys in hours; 0 means never.
    """

    name: str
    page_size: int
    max_page_size: int
    limits: tuple[Limit, ...] = ()
    changes: str = ""
    keys_only: bool = False
    pages: bool = True
    orders: bool = True
    ordered: bool = True
    counts: bool = True
    tie_break: bool = True
    by_key: bool = True
    links: bool = False
    compare_hours: int = 168


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("generic", page_size=1000, max_page_size=10_000),
        Profile(
            "crea-ddf",
            page_size=100,
            max_page_size=100,
            limits=((5, 1.0),),
            changes="PropertyReplication()",
            keys_only=True,
            pages=False,
            orders=False,
            counts=False,
            tie_break=False,
            links=True,
            compare_hours=24,
        ),
        Profile(
            "mls-grid",
            page_size=1000,
            max_page_size=5000,
            limits=((2, 1.0), (7_200, 3_600.0), (40_000, 86_400.0)),
            orders=False,
            counts=False,
            tie_break=False,
            by_key=False,
            links=True,
            compare_hours=144,
        ),
        Profile(
            "bridge",
            page_size=2000,
            max_page_size=2000,
            limits=((5, 1.0), (334, 60.0), (5_000, 3_600.0)),
            changes="replication",
            orders=False,
            ordered=False,
            counts=False,
            tie_break=False,
            links=True,
            compare_hours=24,
        ),
    )
}
