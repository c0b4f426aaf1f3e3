"""Entries of an agreement as they are listed: each with its document and lines."""

import json
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field

from backend.app.core_gov.jv.documents.store import BY_KIND
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger.accounts import is_account
from backend.app.core_gov.jv.ledger.entry import JournalEntry
from backend.app.core_gov.jv.ledger.store import find_entry, page, reversals_of
from backend.app.kit.cents import amount_of
from backend.app.kit.db import Tx
from backend.app.kit.db.paging import decode_cursor, encode_cursor, fitting
from backend.app.kit.errors import BadInput, NotFound
from backend.app.kit.fields import FilterText, Listing, Money
from backend.app.kit.query import ListQuery
from backend.app.kit.records import Page

EntryKind = Literal[
    "agreement",
    "amendment",
    "commitment",
    "contribution",
    "distribution",
    "payment",
    "transaction",
    "reversal",
    "period",
]
_LAST = 2**62


class LedgerLine(BaseModel):
    """Amount that moves between two accounts."""

    debit: str = Field(description="Account that is debited", examples=["cash"])
    credit: str = Field(description="Account that is credited", examples=["capital_contributed:p_0195d3a1c2f4"])
    amount: Money = Field(description="Amount, above 0")


class LedgerEntry(BaseModel):
    """An entry in the books of an agreement."""

    id: str = Field(description="`en_…`")
    kind: EntryKind = Field(description="Kind of its document")
    source_key: str = Field(description="Key of the caller")
    effective_on: str = Field(description="Day on which it counts in the waterfall")
    posted_on: str = Field(description="Day in the books")
    currency: str = Field(description="CAD or USD")
    reverses: str | None = Field(description="Entry that it reverses")
    reversed_by: str | None = Field(description="Entry that reverses it")
    lines: list[LedgerLine] = Field(description="Lines; debit and credit of each are equal")
    document: dict[str, Any] | None = Field(description="Its document; null if that was lost, which doctor reports")
    created_at: str = Field(description="Time of posting (UTC)")
    created_by: str = Field(description="Who posted it")


class LedgerEntryList(Listing):
    """A page of entries."""

    items: list[LedgerEntry]


class LedgerEntryQuery(ListQuery):
    """Filters of the entries of an agreement."""

    noun: ClassVar[str] = "entries"

    account: FilterText | None = Field(
        default=None, description="Only entries with lines on this account, such as `cash` or `capital_returned:p_…`"
    )
    kind: EntryKind | None = Field(default=None, description="Only entries of documents of this kind")


def list_entries(tx: Tx, agreement_id: str, query: LedgerEntryQuery) -> Page[LedgerEntry]:
    """Return a page of entries, newest first. Raises NotFound, and BadInput for a name that no account has."""
    ledger.books_of(tx, agreement_id)
    if query.account is not None and not is_account(query.account):
        raise BadInput.field("account", f"{query.account} is not an account")
    before = decode_cursor(query.cursor) if query.cursor else _LAST
    found = page(tx, agreement_id, query.account, query.kind, before, query.limit + 1)
    shown = found[: query.limit]
    undone = reversals_of(tx, [entry.id for entry in shown])
    documents = _documents(tx, shown)
    docs = [(entry.seq, _listed(entry, documents, undone.get(entry.id)).model_dump_json()) for entry in shown]
    rows, cut = fitting([docs] if docs else [], query.limit)
    more = cut or len(found) > len(shown)
    return Page([doc for _, doc in rows], encode_cursor(rows[-1][0]) if more else None)


def get_entry(tx: Tx, agreement_id: str, entry_id: str) -> LedgerEntry:
    """Return an entry of an agreement. Raises NotFound."""
    entry = find_entry(tx, entry_id)
    if entry is None or entry.agreement_id != agreement_id:
        raise NotFound("entry")
    return _listed(entry, _documents(tx, [entry]), reversals_of(tx, [entry_id]).get(entry_id))


def _documents(tx: Tx, entries: list[JournalEntry]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for kind in sorted({entry.kind for entry in entries}):
        wanted = [entry.document_id for entry in entries if entry.kind == kind]
        found |= {key: json.loads(stored.doc) for key, stored in BY_KIND[kind].find_all(tx, wanted).items()}
    return found


def _listed(entry: JournalEntry, documents: dict[str, dict[str, Any]], undone: str | None) -> LedgerEntry:
    return LedgerEntry.model_validate(
        {
            **{name: getattr(entry, name) for name in _SAME},
            "reversed_by": undone,
            "lines": [
                {"debit": line.debit, "credit": line.credit, "amount": amount_of(line.cents)} for line in entry.lines
            ],
            "document": documents.get(entry.document_id),
        }
    )


_SAME = (
    "id",
    "kind",
    "source_key",
    "effective_on",
    "posted_on",
    "currency",
    "reverses",
    "created_at",
    "created_by",
)
