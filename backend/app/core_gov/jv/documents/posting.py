"""Posting of documents: each is stored with its entry in one unit, and retries return what is stored."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jv.documents.lines import lines_of
from backend.app.core_gov.jv.documents.store import BY_KIND
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger.entry import JournalEntry, JournalLine
from backend.app.core_gov.jv.ledger.store import Books, find_by_key, reversals_of
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict
from backend.app.kit.fields import same_json
from backend.app.kit.ids import new_id
from backend.app.kit.records import RecordTable, Stored

Document = dict[str, Any]

_FILLED = frozenset({"posted_on", "cost", "effective_on"})
"""Fields that are filled in if the caller leaves them out."""

_NOT_STORED = frozenset({"revision"})
"""Fields of requests that are about the request, and not part of the document."""


def posted_before(tx: Tx, books: Books, kind: str, payload: BaseModel) -> Stored[Any] | None:
    """Return the document that an earlier request with this source_key stored; None if there was none.

    Every field must equal the stored one; one that was left out is empty. Raises Conflict if one does not.
    """
    sent = payload.model_dump(exclude=set(_NOT_STORED))
    entry = find_by_key(tx, books.agreement_id, sent["source_key"])
    if entry is None:
        return None
    stored = BY_KIND[entry.kind].get(tx, entry.document_id)
    what = f"the source_key {entry.source_key} is in use by the {entry.kind} {entry.document_id}"
    if entry.kind != kind:
        raise Conflict(f"{what}; choose another one")
    differing = [
        name
        for name, value in sent.items()
        if not (value is None and name in _FILLED) and not same_json(_plain(stored.document.get(name)), _plain(value))
    ]
    if differing:
        verb = "differs" if len(differing) == 1 else "differ"
        raise Conflict(f"{what}, whose {', '.join(sorted(differing))} {verb}; choose another one")
    undone = reversals_of(tx, [entry.id])
    return stored.warn(f"the {entry.kind} was reversed by {undone[entry.id]}") if undone else stored


def _plain(value: Any) -> Any:
    """Return a JSON value with 3 for 3.0, which is the same number."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def post_document(
    tx: Tx, books: Books, table: RecordTable[Any], fields: Mapping[str, Any], reverses: JournalEntry | None = None
) -> Stored[Any]:
    """Store a document, post its entry to locked books, and record both in the audit trail.

    `fields`: those of the record without the generated ones; `posted_on` may be None for today. Raises BadInput, and
    Conflict if the books are blocked or closed, or an account would fall below zero.
    """
    posted_on = fields.get("posted_on") or clock.local_day(tx.now)
    ledger.check_open(books, posted_on)
    generated = {
        "id": fields.get("id") or new_id(table.prefix),
        "entry_id": new_id("en"),
        "posted_on": posted_on,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    record = table.validated({**fields, **generated})
    stored = table.insert(tx, record)
    ledger.post(tx, books, entry_of(table, stored.document, books.currency, tx.ctx.actor, reverses))
    audit.record_created(tx, table, record.id, stored, "posted")
    return stored


def entry_of(
    table: RecordTable[Any], document: Document, currency: str, by: str, reverses: JournalEntry | None = None
) -> JournalEntry:
    """Return the entry of a document."""
    if reverses is None:
        lines: tuple[JournalLine, ...] = lines_of(table.entity, document)
    else:
        lines = tuple(line.reversed() for line in reverses.lines)
    return JournalEntry(
        id=document["entry_id"],
        agreement_id=document.get("agreement_id") or document["id"],
        source_key=document["source_key"],
        kind=table.entity,
        document_id=document["id"],
        effective_on=document.get("effective_on") or document["effective_from"],
        posted_on=document["posted_on"],
        reverses=document.get("reverses"),
        currency=document.get("currency") or currency,
        lines=lines,
        created_at=document["created_at"],
        created_by=by,
        document_digest=hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest(),
    )
