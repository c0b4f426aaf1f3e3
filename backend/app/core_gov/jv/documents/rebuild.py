"""Ledger rebuilt from documents: missing entries are added, and none is changed.

Documents are mirrored to JSON files, entries are not. So a store that was made from JSON files posts its entries anew.
A document that cannot be posted blocks its agreement until a person has dealt with it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from backend.app.core_gov.jv.agreements.store import agreements, amendments
from backend.app.core_gov.jv.documents.flows import history_of
from backend.app.core_gov.jv.documents.posting import entry_of
from backend.app.core_gov.jv.documents.store import BY_KIND, TABLES, documents_of, entry_ids, periods
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger import store as ledger_store
from backend.app.core_gov.jv.ledger.entry import JournalEntry
from backend.app.kit.db import Tx
from backend.app.kit.errors import AppError, Conflict
from backend.app.kit.records import RecordTable

Document = dict[str, Any]
Refused = Collection[tuple[str, str, Any]]
"""Records of JSON files that were refused: file, reason and record."""


@dataclass(frozen=True, slots=True)
class Completed:
    """Numbers of books opened, entries posted, lines added, and balances computed anew."""

    books: int
    entries: int
    lines: int
    balances: int

    @property
    def is_nothing(self) -> bool:
        return not any((self.books, self.entries, self.lines, self.balances))


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """Difference between the documents and the ledger. `missing`: an entry is missing, which can be added."""

    agreement_id: str
    sentence: str
    missing: bool = False


def complete(tx: Tx, refused: Refused = ()) -> Completed:
    """Add what the ledger lacks of its documents, and block agreements whose documents were refused."""
    books = _complete_books(tx)
    done = Completed(books, _complete_entries(tx), _complete_lines(tx), ledger.rewrite_wrong_balances(tx))
    ledger.correct_revisions(tx)
    if not done.is_nothing:
        _block_impossible(tx)
    _block_refused(tx, refused)
    return done


def _complete_books(tx: Tx) -> int:
    """Open the books of agreements that have none. Returns their number."""
    known = {books.agreement_id for books in ledger_store.every_books(tx)}
    missing = [key for key, _ in entry_ids(tx, agreements) if key not in known]
    for agreement_id in missing:
        document = agreements.get(tx, agreement_id).document
        books = ledger.open_books(tx, agreement_id, document["currency"])
        posted = len(ledger_store.entry_numbers(tx, agreement_id))
        changes = documents_of(tx, periods, agreement_id)
        through = changes[-1]["through"] if changes else None
        ledger_store.put_books(tx, replace(books, revision=posted, closed_through=through))
        signed = [document, *documents_of(tx, amendments, agreement_id)]
        partners = [partner for each in signed for partner in each["terms"]["partners"]]
        ledger.add_parties(tx, agreement_id, partners, document["deal_ids"])
    return len(missing)


def _complete_entries(tx: Tx) -> int:
    """Post documents that have no entry, in the order in which they were created. Returns their number."""
    known = {books.agreement_id for books in ledger_store.every_books(tx)}
    added = 0
    for table, document in _in_order(list(_unposted(tx))):
        agreement_id = document.get("agreement_id") or document["id"]
        if agreement_id not in known:
            continue  # an agreement that is not on file; doctor names the document
        try:
            with tx.savepoint():
                _post(tx, table, document)
            added += 1
        except (AppError, KeyError, TypeError, ValueError) as error:
            reason = error.detail if isinstance(error, AppError) else str(error)
            ledger.block(tx, agreement_id, f"the {table.entity} {document['id']} cannot be posted ({reason})")
    return added


def _complete_lines(tx: Tx) -> int:
    """Add lines that entries lack, if the digest of the entry says that they are those of its document."""
    added = 0
    for entry_id in ledger_store.entries_without_lines(tx):
        entry = ledger_store.find_entry(tx, entry_id)
        assert entry is not None
        table = BY_KIND[entry.kind]
        document = table.find(tx, entry.document_id)
        if document is None:
            continue
        expected = entry_of(
            table, document.document, entry.currency, entry.created_by, _reversed(tx, document.document)
        )
        if expected.digest == ledger_store.stored_digest(tx, entry_id):
            added += ledger_store.add_missing_lines(tx, expected)
    return added


def _in_order(unposted: list[tuple[RecordTable[Any], Document]]) -> list[tuple[RecordTable[Any], Document]]:
    """Sort documents by their creation, but none before the one that it reverses: a clock may have been set back."""
    created = {document["entry_id"]: document["created_at"] for _, document in unposted}

    def place(each: tuple[RecordTable[Any], Document]) -> tuple[str, bool, str]:
        reverses = each[1].get("reverses")
        at = max(each[1]["created_at"], created.get(reverses, "") if isinstance(reverses, str) else "")
        return at, reverses is not None, each[1]["entry_id"]

    return sorted(unposted, key=place)


def _block_impossible(tx: Tx) -> None:
    """Block agreements whose flows do not fit their terms, as after an edit of the JSON files."""
    for books in ledger_store.every_books(tx):
        if books.blocked is None and (fault := _fault_of_flows(tx, books.agreement_id)):
            ledger.block(tx, books.agreement_id, fault)


def _fault_of_flows(tx: Tx, agreement_id: str) -> str | None:
    """Return why the waterfall of an agreement cannot be computed; None if it can."""
    agreement = agreements.find(tx, agreement_id)
    if agreement is None:
        return None
    try:
        history_of(tx, agreement.fields).balances_on(date.max)
    except (AppError, KeyError, TypeError, ValueError) as error:
        return f"its flows do not fit its terms ({error})"
    return None


def _unposted(tx: Tx) -> Iterator[tuple[RecordTable[Any], Document]]:
    posted = ledger_store.every_entry_id(tx)
    for table in TABLES:
        for key, entry_id in entry_ids(tx, table):
            if entry_id not in posted:
                yield table, table.get(tx, key).document


def _post(tx: Tx, table: RecordTable[Any], document: Document) -> None:
    books = ledger.lock_books(tx, document.get("agreement_id") or document["id"])
    entry = entry_of(table, document, books.currency, tx.ctx.actor, _reversed(tx, document))
    ledger.post_again(tx, books, entry)
    if table is periods:
        ledger.close_through(tx, books, document["through"])


def _reversed(tx: Tx, document: Document) -> JournalEntry | None:
    """Return the entry that a reversal reverses, with the lines of its document, since stored ones may be missing."""
    if "reverses" not in document:
        return None
    found = ledger_store.find_entry(tx, document["reverses"])
    original = None if found is None else BY_KIND[found.kind].find(tx, found.document_id)
    if found is None or original is None:
        raise Conflict(f"the entry {document['reverses']} that it reverses is not on file")
    return entry_of(BY_KIND[found.kind], original.document, found.currency, found.created_by)


def _block_refused(tx: Tx, refused: Refused) -> None:
    """Block the agreements of refused documents: all of them if a document does not say which one it belongs to."""
    known = {books.agreement_id for books in ledger_store.every_books(tx)}
    entities = {table.file: table.entity for table in TABLES}
    for file, reason, record in refused:
        if file not in entities:
            continue
        found = record.get("agreement_id") if isinstance(record, Mapping) else None
        for agreement_id in [found] if isinstance(found, str) and found in known else sorted(known):
            ledger.block(tx, agreement_id, f"a record of {file} was refused ({reason})"[:500])


def block_lost(tx: Tx, tables: Collection[str]) -> None:
    """Block all agreements if one of the tables in which records were lost has documents."""
    if names := sorted(table.name for table in TABLES if table.name in tables):
        for books in ledger_store.every_books(tx):
            ledger.block(tx, books.agreement_id, f"records of {', '.join(names)} were lost with the database")


# Comparison


def faults(tx: Tx) -> Iterator[LedgerFault]:
    """Yield the differences between the documents, the entries with their lines, and the balances."""
    books = {each.agreement_id: each for each in ledger_store.every_books(tx)}
    unmatched: set[str] = set()
    for agreement_id in sorted(books):
        unmatched |= {entry.id for entry in ledger_store.entries_of(tx, agreement_id)}
    for table in TABLES:
        for key, entry_id in entry_ids(tx, table):
            document = table.get(tx, key).document
            agreement_id = str(document.get("agreement_id") or key)
            unmatched.discard(entry_id)
            fault = _fault(tx, table, document, entry_id)
            if fault or agreement_id not in books:
                sentence = fault or f"the {table.entity} {key} belongs to an agreement that is not on file"
                yield LedgerFault(
                    agreement_id, sentence, missing=fault is not None and fault.endswith((_MISSING, _INCOMPLETE))
                )
    for agreement_id in sorted(books):
        if books[agreement_id].blocked is None and (fault := _fault_of_flows(tx, agreement_id)):
            yield LedgerFault(agreement_id, f"the agreement {agreement_id} cannot be computed: {fault}")
    for entry_id in sorted(unmatched):
        entry = ledger_store.find_entry(tx, entry_id)
        if entry is not None:
            sentence = f"the entry {entry_id} has no document: the {entry.kind} {entry.document_id} is lost"
            yield LedgerFault(entry.agreement_id, sentence)
    for found in ledger.faults(tx):
        yield LedgerFault(
            found["agreement_id"], f"the balance of {found['account']} differs from the sum of its lines", missing=True
        )


_MISSING, _INCOMPLETE = "has no entry", "has an entry without all of its lines"


def _fault(tx: Tx, table: RecordTable[Any], document: Document, entry_id: str) -> str | None:
    """Return how the entry of a document differs from what the document says; None if it does not."""
    what = f"the {table.entity} {document['id']}"
    stored = ledger_store.find_entry(tx, entry_id)
    try:
        original = _reversed(tx, document)
        if stored is None:
            return f"{what} {_MISSING}"
        expected = entry_of(table, document, stored.currency, stored.created_by, original)
    except (AppError, KeyError, TypeError, ValueError) as error:
        return f"{what} cannot be posted ({error})"
    if ledger_store.stored_digest(tx, entry_id) != expected.digest:
        return f"the entry {entry_id} differs from {what}"
    if len(stored.lines) < len(expected.lines):
        return f"{what} {_INCOMPLETE}"
    if stored.lines != expected.lines:
        return f"the lines of the entry {entry_id} differ from {what}"
    return None
