"""Tables of the ledger: books, entries, lines, and who signed which agreement."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from backend.app.core_gov.jv.ledger.accounts import SINGLE_ACCOUNTS, SUB_ACCOUNTS
from backend.app.core_gov.jv.ledger.entry import JournalEntry, JournalLine
from backend.app.kit.db import InsertMany, Query, Tx, metadata, one_of
from backend.app.kit.errors import Conflict, DuplicateKey

Seq = BigInteger().with_variant(Integer(), "sqlite")


def account_condition(column: str) -> str:
    """Return the condition of the database on the name of an account."""
    single = ", ".join(f"'{name}'" for name in SINGLE_ACCOUNTS)
    return f"{column} IN ({single}) OR " + " OR ".join(f"{column} LIKE '{name}:_%'" for name in SUB_ACCOUNTS)


ledger_books = Table(
    "ledger_books",
    metadata,
    Column("agreement_id", Text, primary_key=True),
    Column("currency", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("closed_through", Text),
    Column("blocked", Text),
)
ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("agreement_id", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("effective_on", Text, nullable=False),
    Column("posted_on", Text, nullable=False),
    Column("reverses", Text),
    Column("currency", Text, nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("created_by", Text, nullable=False),
)
ledger_lines = Table(
    "ledger_lines",
    metadata,
    Column("entry_id", Text, ForeignKey("ledger_entries.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("debit", Text, nullable=False),
    Column("credit", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("cents", BigInteger, nullable=False),
    CheckConstraint("cents > 0", name="ck_ledger_lines_cents"),
    CheckConstraint("debit <> credit", name="ck_ledger_lines_legs"),
    CheckConstraint("currency IN ('CAD', 'USD')", name="ck_ledger_lines_currency"),
    CheckConstraint(account_condition("debit"), name="ck_ledger_lines_debit"),
    CheckConstraint(account_condition("credit"), name="ck_ledger_lines_credit"),
    CheckConstraint("typeof(cents) = 'integer'", name="ck_ledger_lines_type").ddl_if(dialect="sqlite"),
)
ledger_parties = Table(
    "ledger_parties",
    metadata,
    Column("agreement_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("party_id", Text, primary_key=True),
)
_b, _e, _l = ledger_books.c, ledger_entries.c, ledger_lines.c
Index("ux_ledger_entries_source_key", _e.agreement_id, _e.source_key, unique=True)
Index("ux_ledger_entries_reverses", _e.reverses, unique=True)
Index("ix_ledger_entries_agreement", _e.agreement_id, _e.seq)
Index("ix_ledger_entries_document_id", _e.document_id)

_p = ledger_parties.c
Index("ix_ledger_parties_party_id", _p.kind, _p.party_id, _p.agreement_id)

TABLES = (ledger_books, ledger_entries, ledger_lines, ledger_parties)
"""Tables of the ledger, in the order of their references."""

PartyKind = Literal["partner", "deal"]


@dataclass(frozen=True, slots=True)
class Books:
    """Books of an agreement. Every change of them locks this row.

    `revision`: number of entries. `closed_through`: last day of the closed periods. `blocked`: why nothing can be
    posted.
    """

    agreement_id: str
    currency: str
    revision: int
    closed_through: str | None
    blocked: str | None


_COLUMNS = [column for column in _e if column.name != "seq"]
_insert_books = Query(insert(ledger_books).values({column.name: bindparam(column.name) for column in _b}))
_books = Query(select(*_b).where(_b.agreement_id == bindparam("agreement_id")))
_lock = Query(select(*_b).where(_b.agreement_id == bindparam("agreement_id")).with_for_update())
_all_books = Query(select(*_b).order_by(_b.agreement_id))
_put_books = Query(
    update(ledger_books)
    .values(revision=bindparam("revision"), closed_through=bindparam("closed_through"), blocked=bindparam("blocked"))
    .where(_b.agreement_id == bindparam("key"))
)
_insert = Query(insert(ledger_entries).values({column.name: bindparam(column.name) for column in _COLUMNS}))
_insert_lines = InsertMany(ledger_lines, ("entry_id", "n", "debit", "credit", "currency", "cents"))
_row = [_e.seq, *_COLUMNS]
_by_key = Query(
    select(*_row).where(_e.agreement_id == bindparam("agreement_id"), _e.source_key == bindparam("source_key"))
)
_by_id = Query(select(*_row).where(_e.id == bindparam("id")))
_reversals = Query(select(_e.reverses, _e.id).where(one_of(_e.reverses, "ids")))
_of_agreement = Query(select(*_row).where(_e.agreement_id == bindparam("agreement_id")).order_by(_e.seq))
_numbers = Query(select(_e.id, _e.seq).where(_e.agreement_id == bindparam("agreement_id")))
_counts = Query(select(_e.agreement_id, func.count()).group_by(_e.agreement_id))
_newest = Query(select(_e.id).where(_e.agreement_id == bindparam("agreement_id")).order_by(_e.seq.desc()).limit(1))
_newest_of_party = Query(
    select(
        _p.agreement_id,
        select(_e.id).where(_e.agreement_id == _p.agreement_id).order_by(_e.seq.desc()).limit(1).scalar_subquery(),
    )
    .where(_p.kind == bindparam("kind"), _p.party_id == bindparam("party_id"))
    .order_by(_p.agreement_id)
)
_every_id = Query(select(_e.id))
_digest = Query(select(_e.digest).where(_e.id == bindparam("id")))
_without_lines = Query(
    select(_e.id)
    .outerjoin(ledger_lines, _l.entry_id == _e.id)
    .group_by(_e.id, _e.line_count)
    .having(func.count(_l.n) < _e.line_count)
)
_numbers_of_lines = Query(select(_l.n).where(_l.entry_id == bindparam("entry_id")))


def _page_query(names: tuple[str, ...]) -> Query:
    """Return the query for a page of the entries that meet some of the conditions below."""
    own = (_e.agreement_id == bindparam("agreement_id"), _e.seq < bindparam("before"))
    given = [_CONDITIONS[name] for name in names]
    return Query(select(*_row).where(*own, *given).order_by(_e.seq.desc()).limit(bindparam("limit")))


_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "account": select(_l.n)
    .where(_l.entry_id == _e.id, (_l.debit == bindparam("account")) | (_l.credit == bindparam("account")))
    .exists(),
    "kind": _e.kind == bindparam("kind"),
}
_FILTERED: tuple[tuple[str, ...], ...] = ((), ("account",), ("kind",), ("account", "kind"))
_PAGES = {names: _page_query(names) for names in _FILTERED}
_lines = Query(
    select(_l.entry_id, _l.debit, _l.credit, _l.cents).where(one_of(_l.entry_id, "ids")).order_by(_l.entry_id, _l.n)
)
_add_party = Query(
    text(
        "INSERT INTO ledger_parties (agreement_id, kind, party_id) VALUES (:agreement_id, :kind, :party_id) "
        "ON CONFLICT (agreement_id, kind, party_id) DO NOTHING"
    )
)
_agreements_of = Query(
    select(_p.agreement_id)
    .where(_p.kind == bindparam("kind"), _p.party_id == bindparam("party_id"))
    .order_by(_p.agreement_id)
)


def add_books(tx: Tx, books: Books) -> None:
    tx.run(_insert_books, **{column.name: getattr(books, column.name) for column in _b})


def find_books(tx: Tx, agreement_id: str) -> Books | None:
    row = tx.one(_books, agreement_id=agreement_id)
    return Books(*row) if row else None


def lock_books(tx: Tx, agreement_id: str) -> Books | None:
    """Return the books of an agreement, locked against other units until this one ends."""
    row = tx.one(_lock, agreement_id=agreement_id)
    return Books(*row) if row else None


def every_books(tx: Tx) -> list[Books]:
    return [Books(*row) for row in tx.all(_all_books)]


def put_books(tx: Tx, books: Books) -> None:
    tx.run(
        _put_books,
        key=books.agreement_id,
        revision=books.revision,
        closed_through=books.closed_through,
        blocked=books.blocked,
    )


def add_entry(tx: Tx, entry: JournalEntry) -> None:
    """Store an entry with its lines, without the balances. Raises Conflict for a second reversal."""
    values = {column.name: getattr(entry, column.name, None) for column in _COLUMNS}
    values |= {"line_count": len(entry.lines), "digest": entry.digest}
    try:
        tx.run(_insert, **values)
    except DuplicateKey as error:
        if "reverses" in error.index:
            raise Conflict("this entry has been reversed already") from None
        raise Conflict(f"the source_key {entry.source_key} is in use in this agreement") from None
    _add_lines(tx, entry, frozenset())


def _add_lines(tx: Tx, entry: JournalEntry, known: Collection[int]) -> int:
    rows = [
        {"entry_id": entry.id, "n": n, "debit": each.debit, "credit": each.credit}
        | {"currency": entry.currency, "cents": each.cents}
        for n, each in enumerate(entry.lines, 1)
        if n not in known
    ]
    if rows:
        tx.insert_many(_insert_lines, rows)
    return len(rows)


def entries_without_lines(tx: Tx) -> list[str]:
    """Return the entries that have fewer lines than their header says."""
    return [row[0] for row in tx.all(_without_lines)]


def add_missing_lines(tx: Tx, entry: JournalEntry) -> int:
    """Add the lines of an entry that are not stored, and return their number. The balances are not changed."""
    return _add_lines(tx, entry, {row[0] for row in tx.all(_numbers_of_lines, entry_id=entry.id)})


def find_by_key(tx: Tx, agreement_id: str, source_key: str) -> JournalEntry | None:
    return _one(tx, tx.one(_by_key, agreement_id=agreement_id, source_key=source_key))


def find_entry(tx: Tx, entry_id: str) -> JournalEntry | None:
    return _one(tx, tx.one(_by_id, id=entry_id))


def reversals_of(tx: Tx, entry_ids: Iterable[str]) -> dict[str, str]:
    """Return the entries that reverse these, by the reversed one."""
    return {row[0]: row[1] for row in tx.all(_reversals, ids=_json(entry_ids))}


def entries_of(tx: Tx, agreement_id: str) -> list[JournalEntry]:
    """Return all entries of an agreement in the order of posting."""
    return _with_lines(tx, tx.all(_of_agreement, agreement_id=agreement_id))


def entry_numbers(tx: Tx, agreement_id: str) -> dict[str, int]:
    """Return the number of each entry of an agreement, which grow in the order of posting."""
    return {row[0]: row[1] for row in tx.all(_numbers, agreement_id=agreement_id)}


def entry_counts(tx: Tx) -> dict[str, int]:
    """Return the number of entries of each agreement."""
    return {row[0]: row[1] for row in tx.all(_counts)}


def newest_entry(tx: Tx, agreement_id: str) -> str:
    """Return the newest entry of an agreement; empty if it has none."""
    row = tx.one(_newest, agreement_id=agreement_id)
    return row[0] if row else ""


def newest_entries(tx: Tx, kind: PartyKind, party_id: str) -> dict[str, str]:
    """Return the newest entry of each agreement that a partner signed or that covers a deal."""
    return {row[0]: row[1] or "" for row in tx.all(_newest_of_party, kind=kind, party_id=party_id)}


def every_entry_id(tx: Tx) -> set[str]:
    return {row[0] for row in tx.all(_every_id)}


def stored_digest(tx: Tx, entry_id: str) -> str | None:
    row = tx.one(_digest, id=entry_id)
    return row[0] if row else None


def page(
    tx: Tx, agreement_id: str, account: str | None, kind: str | None, before: int, limit: int
) -> list[JournalEntry]:
    """Return the newest entries before a number, of one account and of one kind if they are given."""
    given = {name: value for name, value in (("account", account), ("kind", kind)) if value is not None}
    query = _PAGES[tuple(given)]
    return _with_lines(tx, tx.all(query, agreement_id=agreement_id, before=before, limit=limit, **given))


def add_party(tx: Tx, agreement_id: str, kind: PartyKind, party_id: str) -> None:
    tx.run(_add_party, agreement_id=agreement_id, kind=kind, party_id=party_id)


def agreements_of(tx: Tx, kind: PartyKind, party_id: str) -> list[str]:
    """Return the agreements that a partner signed or that cover a deal."""
    return [row[0] for row in tx.all(_agreements_of, kind=kind, party_id=party_id)]


def signed_by(agreement_id: ColumnElement[str], kind: PartyKind, name: str) -> ColumnElement[bool]:
    """Return the condition that an agreement has the party in the parameter `name`."""
    found = select(_p.agreement_id).where(_p.kind == literal_column(f"'{kind}'"), _p.party_id == bindparam(name))
    return agreement_id.in_(found)


def _json(texts: Iterable[str]) -> str:
    return json.dumps(list(texts))


def _one(tx: Tx, row: tuple[Any, ...] | None) -> JournalEntry | None:
    return _with_lines(tx, [row])[0] if row else None


def _with_lines(tx: Tx, rows: list[tuple[Any, ...]]) -> list[JournalEntry]:
    names = [column.name for column in _COLUMNS]
    headers = [dict(zip(["seq", *names], row, strict=True)) for row in rows]
    lines: dict[str, list[JournalLine]] = {}
    with_lines = [header["id"] for header in headers if header["line_count"]]
    if with_lines:
        for entry_id, debit, credit, cents in tx.all(_lines, ids=_json(with_lines)):
            lines.setdefault(entry_id, []).append(JournalLine(debit, credit, cents))
    return [_entry(header, tuple(lines.get(header["id"], ()))) for header in headers]


def _entry(header: dict[str, Any], lines: tuple[JournalLine, ...]) -> JournalEntry:
    given = {name: value for name, value in header.items() if name not in {"line_count", "digest"}}
    return JournalEntry(**given, lines=lines)
