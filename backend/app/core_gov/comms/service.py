"""Service of message drafts and of the send log."""

from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import lifecycle
from backend.app.core_gov.comms.schemas import DraftCreate, DraftPatch, DraftRecord, SendLogRecord
from backend.app.core_gov.comms.store import drafts, sendlog, sent_entry
from backend.app.kit.contact_details import check_email, parse_phone
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.fields import values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored, changed_at

TABLES = (drafts, sendlog)
"""Record tables of this package."""

_PHONE_CHANNELS = {"sms", "call"}
_COUNTRY = "CA"  # default for numbers without a country code; Canada and the US share one numbering plan


def create_draft(tx: Tx, payload: DraftCreate) -> Stored[DraftRecord]:
    """Create a draft. Raises Conflict if its status is sent, BadInput if the recipient does not fit the channel."""
    if payload.status == "sent":
        raise Conflict("status cannot be sent in a new draft; use POST /core/comms/drafts/{id}/mark_sent to set it")
    record = DraftRecord(
        **dict(payload),
        id=new_id("dr"),
        to_e164=_check_recipient(payload.channel, payload.to),
        created_at=tx.now,
        updated_at=tx.now,
    )
    stored = drafts.insert(tx, record)
    audit.record_created(tx, drafts, record.id, stored)
    return stored


def list_drafts(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[DraftRecord]:
    return drafts.page(tx, filters, limit, cursor)


def get_draft(tx: Tx, draft_id: str) -> Stored[DraftRecord]:
    return drafts.get(tx, draft_id)


def patch_draft(tx: Tx, draft_id: str, payload: DraftPatch) -> Stored[DraftRecord]:
    """Replace the fields that were sent. Raises Conflict if the draft's status forbids it."""
    stored, changes = drafts.lock(tx, draft_id), values_of(payload)
    draft = stored.fields
    lifecycle.check_patch(draft, changes, _was_sent(tx, draft))
    if changes.keys() & {"channel", "to"}:
        merged = {**draft, **changes}
        changes["to_e164"] = _check_recipient(merged["channel"], merged["to"])
    change = drafts.change(tx, stored, changes)
    audit.record_changed(tx, drafts, draft_id, change)
    return change.after


def mark_sent(tx: Tx, draft_id: str, provider: str, provider_ref: str | None) -> Stored[SendLogRecord]:
    """Write the send-log entry and set the draft to sent, in one transaction.

    A repeated call with the same provider and reference returns the existing entry. Raises Conflict otherwise.
    """
    stored = drafts.lock(tx, draft_id)
    entry = sent_entry(tx, draft_id)
    if entry is not None:
        return _check_same_reference(entry, provider, provider_ref)
    draft = stored.fields
    lifecycle.check_mark_sent(draft["status"])
    sent_at = changed_at(tx, draft)
    logged = _write_entry(tx, draft, provider, provider_ref, sent_at)
    change = drafts.change(tx, stored, {"status": "sent", "sent_at": sent_at})
    audit.record_changed(tx, drafts, draft_id, change, "sent")
    return logged


def list_sendlog(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[SendLogRecord]:
    return sendlog.page(tx, filters, limit, cursor)


def _write_entry(
    tx: Tx, draft: dict[str, Any], provider: str, provider_ref: str | None, sent_at: str
) -> Stored[SendLogRecord]:
    copied: dict[str, Any] = {name: draft.get(name) for name in (*lifecycle.FROZEN_FIELDS, "to_e164")}
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
    if (sent["provider"], sent["provider_ref"]) != (provider, provider_ref):
        raise Conflict(
            f"this draft was sent already, by {sent['provider']} with reference {sent['provider_ref'] or 'none'}"
        )
    return entry


def _was_sent(tx: Tx, draft: dict[str, Any]) -> bool:
    if draft["status"] in {"draft", "ready"}:
        return False
    return draft["status"] == "sent" or sent_entry(tx, draft["id"]) is not None


def _check_recipient(channel: str, to: str | None) -> str | None:
    """Return the E.164 number for phone channels, else None. Raises BadInput if `to` does not fit the channel."""
    if to is None or channel not in {*_PHONE_CHANNELS, "email"}:
        return None
    try:
        if channel == "email":
            check_email(to)
            return None
        return parse_phone(to, _COUNTRY).e164
    except ValueError as error:
        raise BadInput.field("to", f"to does not fit the channel {channel}: {error}") from None
