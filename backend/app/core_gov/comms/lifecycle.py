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


def check_patch(draft: dict[str, Any], changes: dict[str, Any], was_sent: bool) -> None:
    """Raise Conflict if the status of the draft forbids the change."""
    status, wanted = draft["status"], changes.get("status", draft["status"])
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


def check_mark_sent(status: DraftStatus) -> None:
    """Raise Conflict if a draft in this status cannot be sent."""
    if status not in BY_MARK_SENT:
        raise Conflict(f"a draft that is {status} cannot be marked as sent; set it to draft or ready first")
