"""Iteration over all pages of a list, for exports and other long work."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from backend.app.kit.db.tx import ReadSnapshot, Tx
from backend.app.kit.query import ListQuery

Q = TypeVar("Q", bound=ListQuery)

MOST = 500
"""Items of a page."""


class ListPage(Protocol):
    """A page, as the services of lists return it."""

    @property
    def next_cursor(self) -> str | None: ...


P_co = TypeVar("P_co", bound=ListPage, covariant=True)


def every_page(snapshot: ReadSnapshot, list_records: Callable[[Tx, Q], P_co], query: Q) -> Iterator[P_co]:
    """Yield all pages of a list as the query filters and sorts it, whatever its `limit` and `cursor`.

    All pages are from the same snapshot, and one is in memory at a time (8 MB at most):

        with db.open_snapshot() as snapshot:
            for page in every_page(snapshot, service.list_records, query):
                rows = [load(doc) for doc in page.docs]

    Run it in a worker thread. On PostgreSQL, an open snapshot delays vacuum; store a long export in parts.
    """
    uncounted = {"count": None} if "count" in type(query).model_fields else {}
    query = query.model_copy(update={"limit": MOST, "cursor": None, **uncounted})
    while True:
        page = list_records(snapshot, query)
        yield page
        if page.next_cursor is None:
            return
        query = query.model_copy(update={"cursor": page.next_cursor})
