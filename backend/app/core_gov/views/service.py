"""Service of saved views: save, find and change. A private view exists for its owner only."""

from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.views.schemas import ViewCreate, ViewPatch, ViewRecord
from backend.app.core_gov.views.store import active_views, views, views_of
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict, Forbidden, NotFound
from backend.app.kit.fields import values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Change, Page, Stored, changed_at, differing
from backend.app.kit.text import match_key

TABLES = (views,)
"""Record tables of this package."""


def create_view(tx: Tx, payload: ViewCreate) -> Stored[ViewRecord]:
    """Save a view of the caller. Raises Conflict if the caller has one of this name for this list."""
    generated = {"id": new_id("view"), "owner": tx.ctx.actor, "created_at": tx.now, "updated_at": tx.now}
    record = ViewRecord(**{**dict(payload), **generated})
    _check_name(tx, dict(record))
    stored = views.insert(tx, record)
    audit.record_created(tx, views, record.id, stored)
    return stored


def list_views(tx: Tx, reader: str, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[ViewRecord]:
    """Return a page of the views that match, the reader's own and shared ones."""
    return views.page(tx, {**filters, "reader": reader}, limit, cursor)


def get_view(tx: Tx, reader: str, view_id: str) -> Stored[ViewRecord]:
    """Return a view. Raises NotFound, also for the private view of another person."""
    stored = views.get(tx, view_id)
    if stored.document.get("owner") != reader and stored.document.get("shared") is not True:
        raise NotFound(views.noun)
    return stored


def patch_view(tx: Tx, view_id: str, payload: ViewPatch) -> Stored[ViewRecord]:
    """Replace the fields that were sent. Raises NotFound like get_view, Forbidden for the view of another person, and
    Conflict like create_view.
    """
    owner = get_view(tx, tx.ctx.actor, view_id).document.get("owner")
    if owner != tx.ctx.actor:
        raise Forbidden(f"only {owner} can change this view; save one of your own")
    stored, changes = views.lock(tx, view_id), values_of(payload)
    _check_name(tx, {**stored.document, **changes})
    change = views.change(tx, stored, changes)
    audit.record_changed(tx, views, view_id, change)
    return change.after


def change_owner(tx: Tx, before: str, after: str) -> None:
    """Give the views of a person to the name that the person has from now on.

    If that name has an active view of the same name for the same list, from somebody who had it earlier, the view is
    archived.
    """
    for stored in views_of(tx, before):
        document = stored.document
        changes: dict[str, Any] = {"owner": after, "updated_at": changed_at(tx, document)}
        if _is_named(tx, {**document, "owner": after}):
            changes["status"] = "archived"
        record = views.validated({**document, **changes}, changed=True)
        change = Change(document, views.replace(tx, record), differing(document, record))
        audit.record_changed(tx, views, record.id, change)


def _check_name(tx: Tx, view: dict[str, Any]) -> None:
    """Raise Conflict if the owner has another active view of this name for this list, compared as typed words are."""
    if _is_named(tx, view):
        raise Conflict(views.rules["ux_views_name"])


def _is_named(tx: Tx, view: dict[str, Any]) -> bool:
    """Return whether a view is active, and its owner has another active view of its name."""
    name = match_key(view["name"])
    return view["status"] == "active" and any(
        match_key(str(other.document.get("name"))) == name and other.document.get("id") != view["id"]
        for other in active_views(tx, view["owner"], view["list"])
    )
