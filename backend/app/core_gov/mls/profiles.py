"""How the servers of the field differ, as far as a sync must know; after RESO's standard and the providers' own pages.

generic    a RESO Web API as the standard has it
crea-ddf   CREA's Data Distribution Facility (Canada): pages of 100 at most; `PropertyReplication()` lists keys and
           times, in the order of changes; what was deleted is only missing from that list
mls-grid   MLS Grid: one OriginatingSystemName a question, in the order of changes; 2 requests a second, 7,200 an
           hour, 40,000 a day; `MlgCanView` false for what must go, for seven days
bridge     Bridge: `Property/replication` in no order, by its links alone; pages of 2,000 at most; 5,000 requests an
           hour, 334 a minute
"""

from dataclasses import dataclass

Limit = tuple[int, float]
"""So many requests in so many seconds."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of server.

    `changes` is the path that lists changes, below the resource (empty: the resource itself), `keys_only` whether it
    lists keys and times without the records. `orders` is whether it takes `$orderby`, `ordered` whether its answers
    come in the order of changes. `tie_break` is whether ListingKey may stand in a filter of it, `links` whether it
    is known to link to every next page. `compare_hours` is how often all keys are compared; 0 is never.
    """

    name: str
    page_size: int
    most: int
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
        Profile("generic", page_size=1000, most=10_000),
        Profile(
            "crea-ddf",
            page_size=100,
            most=100,
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
            most=5000,
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
            most=2000,
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
