"""Saved views of a list: its filters, sort and columns under a name, as links."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from backend.app.core_gov.views import service as views
from backend.app.kit.db import Tx
from backend.app.kit.records import Stored

MAX_VIEWS = 100
"""Maximum number of views in the menu of a list."""

_NOT_SAVED = {"cursor", "limit", "count"}


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as a link. `etag` is that of the record, `is_current` whether the page shows it."""

    id: str
    name: str
    href: str
    owner: str
    is_own: bool
    is_current: bool
    etag: str


@dataclass(frozen=True, slots=True)
class SavedViews:
    """Views of a list that a person may read, by name. `query` is what a new view of the page would hold."""

    list_name: str
    query: str
    views: list[SavedView]


def saved_views(tx: Tx, reader: str, list_name: str, path: str, given: dict[str, Any]) -> SavedViews:
    """Return a person's own views of a list and the shared ones. `given`: the parameters of the page."""
    kept = {name: value for name, value in given.items() if name not in _NOT_SAVED}
    query = urlencode(kept, doseq=True)
    found = []
    for doc in views.list_views(tx, reader, {"list": list_name, "status": "active"}, MAX_VIEWS, None).docs:
        stored = Stored[Any](doc)
        view = stored.document
        href = f"{path}?{view['query']}" if view["query"] else path
        found.append(
            SavedView(
                view["id"],
                view["name"],
                href,
                view["owner"],
                view["owner"] == reader,
                view["query"] == query,
                stored.etag,
            )
        )
    return SavedViews(list_name, query, sorted(found, key=lambda view: view.name.casefold()))
