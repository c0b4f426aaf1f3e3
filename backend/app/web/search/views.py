"""Views of the search."""

from typing import Any, get_args

from pydantic import Field

from backend.app.core_gov.search import service as search
from backend.app.core_gov.search.schemas import MAX_Q, SearchHit, SearchHits, SearchKind
from backend.app.kit.db import Tx
from backend.app.kit.query import Integer
from backend.app.web.places import matching
from backend.app.web.queries import PageQuery
from backend.app.web.record_links import page_of_hit
from backend.app.web.visits import Visit

SUGGESTED: tuple[tuple[tuple[SearchKind, ...], int], ...] = (
    (("deal", "property", "partner"), 7),
    (("draft", "appraisal"), 3),
)
"""Kinds of the suggestions and how many of each: records before what is written about them."""

MOST = 100


class SearchPageQuery(PageQuery):
    """What was typed, and which kind of record."""

    q: str | None = Field(default=None, max_length=MAX_Q)
    kind: SearchKind | None = None
    limit: Integer = Field(default=50, ge=1, le=MOST)


def results(tx: Tx, query: SearchPageQuery, visit: Visit) -> dict[str, Any]:
    """Return what was found."""
    text = (query.q or "").strip()
    kinds = (query.kind,) if query.kind else None
    found = search.search(tx, text, query.limit, kinds) if text else SearchHits(items=[], more=False)
    return {
        "q": text,
        "kind": query.kind,
        "kinds": get_args(SearchKind),
        "hits": [_shown(hit) for hit in found.items],
        "more": found.more,
        "places": matching(text, visit),
    }


def suggestions(tx: Tx, query: SearchPageQuery, visit: Visit) -> dict[str, Any]:
    """Return the first results: deals, properties and partners, then messages about them."""
    text = (query.q or "").strip()
    values: dict[str, Any] = {"q": text, "hits": [], "more": False, "places": matching(text, visit)}
    if not text:
        return values
    found = [search.search(tx, text, limit, kinds) for kinds, limit in SUGGESTED]
    hits = [_shown(hit) for each in found for hit in sorted(each.items, key=lambda hit: not hit.exact)]
    return values | {"hits": hits, "more": any(each.more for each in found)}


def _shown(hit: SearchHit) -> dict[str, Any]:
    return {**dict(hit), "page": page_of_hit(hit)}
