"""Service of message drafts and of the send log."""

import json
from functools import partial
from typing import Any, Literal

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import lifecycle, recipient, store
from backend.app.core_gov.comms.recipient import Recipient, recipient_of, spellings, verified
from backend.app.core_gov.comms.schemas import (
    DraftCreate,
    DraftPatch,
    DraftQuery,
    DraftRecord,
    SendLogQuery,
    SendLogRecord,
)
from backend.app.core_gov.comms.store import drafts, other_drafts_sent_as, sendlog, sent_entry
from backend.app.core_gov.exports.list_export import ListExport
from backend.app.kit import derived_fields
from backend.app.kit.contact_details import by_verification
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict
from backend.app.kit.fields import values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored, changed_at
from backend.app.kit.text import list_names

TABLES = (drafts, sendlog)
"""Record tables of this package."""

_VERIFIED = ("to_e164", "to_email", "to_extension")

DERIVED = tuple(
    derived_fields.of_records(table, "recipient", recipient.VERSION, partial(recipient.derive, table.model))
    for table in (drafts, sendlog)
)
"""Rules whose results this package stores."""


def create_draft(tx: Tx, payload: DraftCreate, separate_review: bool = False) -> Stored[DraftRecord]:
    """Create a draft. Raises Conflict if its status is sent, BadInput if the recipient is not a single line.

    A recipient that does not fit the channel is kept, with a warning. With `separate_review`, a new draft cannot be
    ready.
    """
    if separate_review and payload.status == "ready":
        raise Conflict(f"status cannot be ready in a new draft: {_REVIEW}")
    if payload.status == "sent":
        raise Conflict("status cannot be sent in a new draft; use POST /core/comms/drafts/{id}/mark_sent to set it")
    to = recipient_of(payload.channel, payload.to)
    generated = {"id": new_id("dr"), "created_at": tx.now, "updated_at": tx.now}
    record = DraftRecord(**{**vars(payload), **to.fields, **generated})
    stored = drafts.insert(tx, record)
    audit.record_created(tx, drafts, record.id, stored)
    return stored.warn(*to.warnings)


def list_drafts(tx: Tx, query: DraftQuery) -> Page[DraftRecord]:
    return drafts.listed(tx, query, by_verification(query.filters))


DRAFTS_CSV = ListExport("drafts", DraftRecord, DraftQuery, list_drafts)


def get_draft(tx: Tx, draft_id: str) -> Stored[DraftRecord]:
    return drafts.get(tx, draft_id)


_REVIEW = "someone other than its author must mark a draft as ready"


def patch_draft(tx: Tx, draft_id: str, payload: DraftPatch, separate_review: bool = False) -> Stored[DraftRecord]:
    """Replace the fields that were sent. Raises Conflict if the draft's status forbids it.

    With `separate_review`, whoever created the draft or changed its content cannot mark it as ready.
    """
    stored, changes = drafts.lock(tx, draft_id), values_of(payload)
    draft = stored.fields
    if separate_review and changes.get("status") == "ready" and draft["status"] != "ready":
        _check_review(tx, draft_id, changes)
    to = _changed_recipient(draft, changes)
    changes |= to.fields
    lifecycle.check_patch(draft, changes, _was_sent(tx, draft))
    change = drafts.change(tx, stored, changes)
    audit.record_changed(tx, drafts, draft_id, change)
    return change.after.warn(*to.warnings)


def _check_review(tx: Tx, draft_id: str, changes: dict[str, Any]) -> None:
    """Raise Conflict if the caller wrote the draft, or changes its content with this request."""
    written = {"draft.created", "draft.changed"}
    events, _ = audit.read_events(tx, {"entity_id": draft_id, "actor": tx.ctx.actor}, 500, None)
    wrote = any(
        event["action"] in written and ("body" in event["changes"] or event["action"] == "draft.created")
        for event in events
    )
    if wrote or changes.keys() & set(lifecycle.FROZEN_FIELDS):
        raise Conflict(_REVIEW)


def _changed_recipient(draft: dict[str, Any], changes: dict[str, Any]) -> Recipient:
    """Return the fields of the recipient if a change concerns them. Text of an earlier version is not refused."""
    channel = changes.get("channel", draft["channel"])
    if "to" in changes:
        return recipient_of(channel, changes["to"])
    return verified(channel, draft["to"]) if "channel" in changes else Recipient({}, ())


def mark_sent(tx: Tx, draft_id: str, provider: str, provider_ref: str | None) -> Stored[SendLogRecord]:
    """Write the send-log entry and set the draft to sent, in one transaction.

    A repeated call with the same provider and reference returns the existing entry. Raises Conflict otherwise. If the
    provider's reference is on file for other drafts, a warning names them.
    """
    stored = drafts.lock(tx, draft_id)
    warnings = _reference_warnings(tx, draft_id, provider, provider_ref)
    entry = sent_entry(tx, draft_id)
    if entry is not None:
        return _check_same_reference(entry, provider, provider_ref).warn(*warnings)
    draft = stored.fields
    lifecycle.check_mark_sent(draft)
    sent_at = changed_at(tx, draft)
    written = _write_entry(tx, draft, provider, provider_ref, sent_at)
    change = drafts.change(tx, stored, {"status": "sent", "sent_at": sent_at})
    audit.record_changed(tx, drafts, draft_id, change, "sent")
    return written.warn(*warnings)


def hold_draft(tx: Tx, draft_id: str) -> Stored[DraftRecord] | None:
    """Return a draft, locked until the unit ends; None if it is not on file."""
    return drafts.hold(tx, draft_id)


def lock_draft_to_send(tx: Tx, draft_id: str) -> Stored[DraftRecord]:
    """Return a draft that may be given to a sender, locked. Raises NotFound, or Conflict if its status forbids it."""
    stored = drafts.lock(tx, draft_id)
    lifecycle.check_send(stored.fields)
    return stored


def give_to_delivery(tx: Tx, stored: Stored[DraftRecord], delivery_id: str) -> None:
    """Note the delivery in its draft, which cannot change until the delivery ends."""
    change = drafts.change(tx, stored, {"delivery_id": delivery_id})
    audit.record_changed(tx, drafts, stored.key, change, "sending")


def drafts_being_sent(tx: Tx) -> list[dict[str, Any]]:
    """Return the drafts that name an open delivery."""
    return [each for each in store.drafts_with_delivery(tx) if lifecycle.is_being_sent(each)]


def copy_draft(tx: Tx, draft_id: str) -> Stored[DraftRecord]:
    """Create a draft with the content of another one, to send it again. Raises NotFound."""
    draft = drafts.get(tx, draft_id).fields
    return create_draft(tx, DraftCreate(**{name: draft[name] for name in DraftCreate.model_fields if name != "status"}))


def release_draft(tx: Tx, draft_id: str, delivery_id: str) -> None:
    """Free the draft of a delivery that ended without being accepted."""
    stored = drafts.hold(tx, draft_id)
    if stored is None or stored.fields.get("delivery_id") != delivery_id or stored.fields["status"] == "sent":
        return
    audit.record_changed(tx, drafts, draft_id, drafts.change(tx, stored, {"delivery_id": None}))


def record_sent(tx: Tx, draft_id: str, delivery_id: str, provider: str, provider_ref: str | None) -> bool:
    """Write the send-log entry of a message that a provider accepted, and set its draft to sent.

    Returns False if the draft is not on file, or the send log has it already: the acceptance stays with its delivery.
    """
    stored = drafts.hold(tx, draft_id)
    if stored is None or sent_entry(tx, draft_id) is not None:
        return False
    draft = stored.fields
    sent_at = changed_at(tx, draft)
    _write_entry(tx, draft, provider, provider_ref, sent_at)
    change = drafts.change(tx, stored, {"status": "sent", "sent_at": sent_at, "delivery_id": delivery_id})
    audit.record_changed(tx, drafts, draft_id, change, "sent")
    return True


def list_sendlog(tx: Tx, query: SendLogQuery) -> Page[SendLogRecord]:
    """Return a page of the entries that match. `to` may be any spelling of a phone number or an email address."""
    forms = {"to_e164": recipient.phone_form, "to_email": recipient.email_form}
    wanted = {name: forms[name](value) if value and name in forms else value for name, value in query.filters.items()}
    if (to := query.to) is not None:
        wanted["to"] = json.dumps(spellings(to))
    return sendlog.listed(tx, query, wanted)


SENDLOG_CSV = ListExport("sendlog", SendLogRecord, SendLogQuery, list_sendlog)


def sent_by_month(tx: Tx, form: Literal["to_e164", "to_email"], to: str, since: str) -> dict[str, int]:
    """Return the number of messages sent to a verified phone number or email address, by month (UTC)."""
    return store.sent_by_month(tx, form, to, since)


def _write_entry(
    tx: Tx, draft: dict[str, Any], provider: str, provider_ref: str | None, sent_at: str
) -> Stored[SendLogRecord]:
    copied: dict[str, Any] = {name: draft.get(name) for name in (*lifecycle.FROZEN_FIELDS, *_VERIFIED)}
    entry = SendLogRecord(
        **copied,
        id=new_id("sl"),
        draft_id=draft["id"],
        provider=provider,
        provider_ref=provider_ref,
        sent_at=sent_at,
        created_at=sent_at,
        updated_at=sent_at,
    )
    stored = sendlog.insert(tx, entry)
    audit.record_created(tx, sendlog, entry.id, stored)
    return stored


def _check_same_reference(
    entry: Stored[SendLogRecord], provider: str, provider_ref: str | None
) -> Stored[SendLogRecord]:
    sent = entry.fields
    if _reference(sent["provider"], sent["provider_ref"]) != _reference(provider, provider_ref):
        raise Conflict(
            f"this draft was sent already, by {sent['provider']} with reference {sent['provider_ref'] or 'none'}"
        )
    return entry


def _was_sent(tx: Tx, draft: dict[str, Any]) -> bool:
    if draft["status"] in {"draft", "ready"}:
        return False
    return draft["status"] == "sent" or sent_entry(tx, draft["id"]) is not None


def _reference(provider: str, provider_ref: str | None) -> tuple[str, str]:
    """Return provider and reference without the white space that earlier versions stored."""
    return provider.strip(), (provider_ref or "").strip()


def _reference_warnings(tx: Tx, draft_id: str, provider: str, provider_ref: str | None) -> list[str]:
    others = other_drafts_sent_as(tx, draft_id, provider, provider_ref) if provider_ref else []
    if not others:
        return []
    return [f"reference {provider_ref} of {provider} is in the send log already: {list_names(others, 5)}"]


last_contacts = store.last_contacts
