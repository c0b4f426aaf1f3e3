"""Tables of drafts and of the send log."""

import json
from typing import Any, Literal, get_args

from sqlalchemy import Index, bindparam, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from backend.app.core_gov.comms.schemas import Channel, DraftRecord, DraftStatus, SendLogRecord
from backend.app.kit.contact_details import add_verification_filters
from backend.app.kit.db import Query, Tx, doc_text, field, one_of
from backend.app.kit.lists.columns import TEXT, TIME, Group, ListColumn
from backend.app.kit.records import RecordTable, Stored
from backend.app.kit.search import SearchedFields

drafts = RecordTable(
    "drafts",
    DraftRecord,
    entity="draft",
    file="comms/drafts.json",
    prefix="dr",
    filters=("status", "channel", "deal_id", "contact_id"),
    group=Group("status", get_args(DraftStatus)),
    columns=(ListColumn("to", TEXT, sorts=True, column="recipient"), ListColumn("updated_at", TIME, sorts=True)),
    searched=SearchedFields(words=("to", "subject", "body", "tags"), identifiers=("id", "to", "to_e164", "to_email")),
)
add_verification_filters(
    drafts,
    "(doc ->> 'to') IS NOT NULL AND ("
    "((doc ->> 'channel') IN ('sms', 'call') AND (doc ->> 'to_e164') IS NULL) OR "
    "((doc ->> 'channel') = 'email' AND (doc ->> 'to_email') IS NULL))",
)

sendlog = RecordTable(
    "sendlog",
    SendLogRecord,
    entity="send-log entry",
    file="comms/sendlog.json",
    prefix="sl",
    filters=("channel", "deal_id", "contact_id", "draft_id", "to", "to_e164", "provider", "provider_ref", "sent_at"),
    group=Group("channel", get_args(Channel)),
    columns=(ListColumn("to", TEXT, sorts=True, column="recipient"), ListColumn("sent_at", TIME, sorts=True)),
    searched=SearchedFields(
        words=("to", "subject", "body"), identifiers=("id", "to", "to_e164", "to_email", "provider_ref")
    ),
)
_address = func.lower(field("to_email"))
Index("ix_sendlog_to_email", _address, sendlog.table.c.seq)
sendlog.conditions |= {
    "to": or_(*(one_of(form, "to") for form in (field("to"), field("to_e164"), _address))),
    "to_email": _address == func.lower(bindparam("to_email")),
    "since": field("sent_at") >= bindparam("since"),
    "until": field("sent_at") < bindparam("until"),
}
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


_with_delivery = Query(
    select(doc_text(drafts.table.c.doc)).select_from(drafts.table).where(field("delivery_id").is_not(None))
)


def drafts_with_delivery(tx: Tx) -> list[dict[str, Any]]:
    """Return the fields of the drafts that name a delivery. Reads all drafts."""
    return [drafts.read(row[0]).fields for row in tx.all(_with_delivery)]


_drafts_by_reference = Query(
    select(field("draft_id"), field("provider"))
    .select_from(sendlog.table)
    .where(field("provider_ref") == bindparam("provider_ref"))
    .order_by(sendlog.table.c.seq.desc())
    .limit(100)
)


def other_drafts_sent_as(tx: Tx, draft_id: str, provider: str, provider_ref: str) -> list[str]:
    """Return the other drafts that the provider sent under this reference, newest first."""
    rows = tx.all(_drafts_by_reference, provider_ref=provider_ref)
    wanted = provider.casefold()
    return [row[0] for row in rows if row[0] and row[0] != draft_id and (row[1] or "").casefold() == wanted]


_month = func.substr(field("sent_at"), 1, 7)


def _sent_by_month(recipient: ColumnElement[bool]) -> Query:
    since = field("sent_at") >= bindparam("since")
    return Query(select(_month, func.count()).select_from(sendlog.table).where(recipient, since).group_by(_month))


_by_month = {
    "to_e164": _sent_by_month(field("to_e164") == bindparam("to")),
    "to_email": _sent_by_month(_address == func.lower(bindparam("to"))),
}


def sent_by_month(tx: Tx, form: Literal["to_e164", "to_email"], to: str, since: str) -> dict[str, int]:
    """Return the number of entries to a verified phone number or email address by month, such as 2026-01 (UTC)."""
    return {row[0]: row[1] for row in tx.all(_by_month[form], to=to, since=since)}


_last_contacts = Query(
    select(field("deal_id"), func.max(field("sent_at")))
    .select_from(sendlog.table)
    .where(one_of(field("deal_id"), "deal_ids"))
    .group_by(field("deal_id"))
)


def last_contacts(tx: Tx, deal_ids: list[str]) -> dict[str, str]:
    """Return when the newest message of each deal was sent; deals without messages are left out."""
    return dict(tx.all(_last_contacts, deal_ids=json.dumps(deal_ids))) if deal_ids else {}
