"""Tables of drafts and of the send log."""

from sqlalchemy import bindparam, select

from backend.app.core_gov.comms.schemas import DraftRecord, SendLogRecord
from backend.app.kit.db import Query, Tx, doc_text, field
from backend.app.kit.records import RecordTable, Stored

drafts = RecordTable(
    "drafts",
    DraftRecord,
    entity="draft",
    file="comms/drafts.json",
    prefix="dr",
    filters=("status", "channel", "deal_id", "contact_id"),
)

sendlog = RecordTable(
    "sendlog",
    SendLogRecord,
    entity="send-log entry",
    file="comms/sendlog.json",
    prefix="sl",
    filters=("channel", "deal_id", "contact_id", "draft_id"),
)
sendlog.unique_rule(
    "ux_sendlog_draft_id",
    "this draft was sent already",
    field("draft_id"),
    where=field("draft_id").is_not(None),
)

_entry_by_draft = Query(
    select(doc_text(sendlog.table.c.doc)).select_from(sendlog.table).where(field("draft_id") == bindparam("draft_id"))
)


def sent_entry(tx: Tx, draft_id: str) -> Stored[SendLogRecord] | None:
    """Return the send-log entry of a draft, or None if it was not sent."""
    row = tx.one(_entry_by_draft, draft_id=draft_id)
    return sendlog.read(row[0]) if row else None
