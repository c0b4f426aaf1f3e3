"""Status transitions of a draft, and the fields that are frozen after sending. Pure functions."""

from typing import Any

from backend.app.core_gov.comms.schemas import DraftStatus
from backend.app.kit.errors import Conflict

# draft → ready → sent → archived, with the reverse moves that correct a mistake. Only mark_sent leads to sent,
# and a sent draft can only be archived.
BY_PATCH: dict[DraftStatus, frozenset[DraftStatus]] = {
    "draft": frozenset({"ready", "archived"}),
    "ready": frozenset({"draft", "archived"}),
    "sent": frozenset({"archived"}),
    "archived": frozenset({"draft", "ready"}),
}
BY_MARK_SENT: frozenset[DraftStatus] = frozenset({"draft", "ready"})
# Content of a message, which cannot change once it was sent.
FROZEN_FIELDS = ("channel", "to", "subject", "body", "deal_id", "contact_id")

BEING_SENT = "it is being sent; cancel that first, with POST /core/comms/drafts/{id}/cancel"


def check_patch(draft: dict[str, Any], changes: dict[str, Any], was_sent: bool) -> None:
    """Raise Conflict if the status of the draft forbids the change."""
    status, wanted = draft["status"], changes.get("status", draft["status"])
    if is_being_sent(draft):
        for name in ("status", *FROZEN_FIELDS):
            if name in changes and changes[name] != draft.get(name):
                raise Conflict(f"{name} cannot change: {BEING_SENT}")
    if wanted != status:
        _check_move(status, wanted, was_sent)
    if was_sent:
        for name in FROZEN_FIELDS:
            if name in changes and changes[name] != draft.get(name):
                raise Conflict(f"{name} cannot change: this draft was sent, and the send log records its content")


def _check_move(status: DraftStatus, wanted: DraftStatus, was_sent: bool) -> None:
    if wanted == "sent":
        raise Conflict(
            "status cannot be set to sent: use POST /core/comms/drafts/{id}/mark_sent, which writes the send log"
        )
    if was_sent and wanted != "archived":
        raise Conflict(f"a draft that was sent cannot become {wanted}; make a new draft")
    if wanted not in BY_PATCH[status]:
        raise Conflict(f"a draft that is {status} cannot become {wanted}")


def is_being_sent(draft: dict[str, Any]) -> bool:
    """Return whether a delivery of the draft is open: a provider may still get the message, or may have it."""
    return draft.get("delivery_id") is not None and draft["status"] not in {"sent", "archived"}


def check_send(draft: dict[str, Any]) -> None:
    """Raise Conflict if a draft cannot be given to a sender."""
    if is_being_sent(draft):
        raise Conflict(f"the draft cannot be sent again: {BEING_SENT}")
    if draft["status"] != "ready":
        raise Conflict(f"a draft that is {draft['status']} cannot be sent; only one that is ready can")


def check_mark_sent(draft: dict[str, Any]) -> None:
    """Raise Conflict if a draft in this status cannot be sent."""
    if is_being_sent(draft):
        raise Conflict(f"the draft cannot be marked as sent: {BEING_SENT}")
    status = draft["status"]
    if status not in BY_MARK_SENT:
        raise Conflict(f"a draft that is {status} cannot be marked as sent; set it to draft or ready first")
