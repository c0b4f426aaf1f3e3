"""Views of messages."""

from collections.abc import Callable, Iterable
from typing import Any, get_args

from markupsafe import Markup
from pydantic import Field

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.lifecycle import BY_MARK_SENT, BY_PATCH
from backend.app.core_gov.comms.schemas import Channel, DraftQuery, DraftStatus, SendLogQuery
from backend.app.core_gov.history.service import list_history
from backend.app.core_gov.jv import service as jv
from backend.app.deals import service as deals
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.kit.requests.entity_tags import etag_of
from backend.app.settings import Settings
from backend.app.web.history import entries_of
from backend.app.web.messages.links import contact_link
from backend.app.web.messages.sending import sending_of
from backend.app.web.notes import notes_on
from backend.app.web.pages import macro
from backend.app.web.queries import PageQuery
from backend.app.web.versions import once_per_version

Issued = Callable[[str | None], str | None]

MAX_SHOWN = 50
"""Maximum entries of the history of a message."""

_MOVES = {"ready": "Mark ready", "draft": "Back to draft", "archived": "Archive"}


class DraftsQuery(PageQuery, DraftQuery):
    """Filters of the drafts, as the API has them."""


class SentMessagesQuery(PageQuery, SendLogQuery):
    """Filters of the send log, as the API has them."""


class NewMessageQuery(PageQuery):
    """What a new message starts with."""

    channel: Channel = "sms"
    to: str | None = Field(default=None, max_length=200)
    subject: str | None = Field(default=None, max_length=998)
    deal_id: str | None = Field(default=None, max_length=200)
    contact_id: str | None = Field(default=None, max_length=200)


def drafts(tx: Tx, query: DraftsQuery, issued: Issued, may_write: bool) -> dict[str, Any]:
    """Return a page of drafts, with the deals that they are about."""
    found = comms.list_drafts(tx, query)
    about = [_deal_of(doc) for doc in found.docs]
    names = deal_names(tx, about)
    rows = zip(found.docs, about, strict=True)
    return {
        "rows": [_draft_row(doc, names.get(deal_id), may_write) for doc, deal_id in rows],
        "deal_names": names,
        "next_cursor": issued(found.next_cursor),
        "given": query,
        "query": query.given,
        "statuses": get_args(DraftStatus),
        "channels": get_args(Channel),
    }


def sent(tx: Tx, query: SentMessagesQuery, issued: Issued) -> dict[str, Any]:
    """Return a page of the send log."""
    found = comms.list_sendlog(tx, query)
    about = [_deal_of(doc) for doc in found.docs]
    names = deal_names(tx, about)
    rows = zip(found.docs, about, strict=True)
    return {
        "rows": [_sent_row(doc, names.get(deal_id)) for doc, deal_id in rows],
        "deal_names": names,
        "next_cursor": issued(found.next_cursor),
        "given": query,
        "query": query.given,
        "channels": get_args(Channel),
    }


@once_per_version
def _deal_of(doc: str) -> str:
    return load(doc).get("deal_id") or ""


@once_per_version
def _draft_row(doc: str, deal_name: str | None, may_write: bool) -> Markup:
    draft = {**load(doc), "etag": etag_of(doc)}
    return macro("messages/rows.html", "draft_row", draft, _names_in(draft, deal_name), may_write)


@once_per_version
def _sent_row(doc: str, deal_name: str | None) -> Markup:
    entry = load(doc)
    return macro("messages/rows.html", "sent_row", entry, _names_in(entry, deal_name))


def _names_in(item: dict[str, Any], deal_name: str | None) -> dict[str, str]:
    return {} if deal_name is None else {item["deal_id"]: deal_name}


def deal_names(tx: Tx, deal_ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of those of the deals that are on file, by id."""
    found = deals.find_deals(tx, sorted({each for each in deal_ids if each}))
    return {deal_id: str(deal.document.get("name") or deal_id) for deal_id, deal in found.items()}


def new_message(tx: Tx, query: NewMessageQuery) -> dict[str, Any]:
    """Return what a new message starts with."""
    return {
        "start": query,
        "channels": get_args(Channel),
        "names": _names(tx, query.deal_id, query.contact_id),
    }


def message(tx: Tx, draft_id: str, reader: str, settings: Settings) -> dict[str, Any]:
    """Return a draft with what may be done with it, its delivery, and its entry in the send log. Raises NotFound."""
    stored = comms.get_draft(tx, draft_id)
    draft = stored.fields
    entries = [load(doc) for doc in comms.list_sendlog(tx, SendLogQuery(draft_id=draft_id, limit=1)).docs]
    was_sent = bool(entries) or draft["status"] == "sent"
    sending = sending_of(tx, draft, settings)
    is_being_sent = sending["delivery"] is not None and sending["delivery"]["is_open"]
    is_final = is_being_sent or (was_sent and draft["status"] == "archived")
    moves = [] if is_final else sorted(BY_PATCH[draft["status"]])
    return {
        **sending,
        "draft": draft,
        "etag": stored.etag,
        "entry": entries[0] if entries else None,
        "was_sent": was_sent,
        "may_change": not was_sent and not is_being_sent,
        "may_be_sent": draft["status"] in BY_MARK_SENT and not was_sent and not is_being_sent,
        "moves": [(status, _MOVES[status]) for status in moves if not was_sent or status == "archived"],
        "link": None if is_being_sent else contact_link(draft),
        "notes": notes_on(tx, "draft", draft_id),
        "history": entries_of(list_history(tx, reader, "draft", draft_id, MAX_SHOWN, None).docs),
        "channels": get_args(Channel),
        "names": _names(tx, draft.get("deal_id"), draft.get("contact_id")),
    }


def _names(tx: Tx, deal_id: str | None, contact_id: str | None) -> dict[str, str | None]:
    """Return the names of the deal and of the partner that a message names, of those that are on file."""
    partner = jv.find_partners(tx, [contact_id]).get(contact_id) if contact_id else None
    return {
        "deal": deal_names(tx, [deal_id]).get(deal_id or ""),
        "contact": str(partner.document.get("name") or contact_id) if partner else None,
    }
