"""Tables of the documents of joint ventures."""

from typing import Any

from sqlalchemy import bindparam, select

from backend.app.core_gov.jv.agreements.store import agreements, amendments
from backend.app.core_gov.jv.documents.schemas import (
    CommitmentRecord,
    ContributionRecord,
    DistributionRecord,
    PaymentRecord,
    PeriodRecord,
    ReversalRecord,
    TransactionRecord,
)
from backend.app.kit.db import Query, Tx, doc_text, field
from backend.app.kit.records import RecordTable


def _table(name: str, model: type[Any], entity: str, prefix: str, *filters: str) -> RecordTable[Any]:
    return RecordTable(
        name,
        model,
        entity=entity,
        file=f"jv/{name}.json",
        prefix=prefix,
        filters=("agreement_id", *filters),
        completed=False,
    )


commitments: RecordTable[CommitmentRecord] = _table("commitments", CommitmentRecord, "commitment", "cmt")
contributions: RecordTable[ContributionRecord] = _table("contributions", ContributionRecord, "contribution", "ctb")
distributions: RecordTable[DistributionRecord] = _table("distributions", DistributionRecord, "distribution", "dst")
payments: RecordTable[PaymentRecord] = _table("payments", PaymentRecord, "payment", "pay", "distribution_id")
transactions: RecordTable[TransactionRecord] = _table("transactions", TransactionRecord, "transaction", "txn")
reversals: RecordTable[ReversalRecord] = _table("reversals", ReversalRecord, "reversal", "rev")
periods: RecordTable[PeriodRecord] = _table("periods", PeriodRecord, "period", "prd")

TABLES: tuple[RecordTable[Any], ...] = (
    agreements,
    amendments,
    commitments,
    contributions,
    distributions,
    payments,
    transactions,
    reversals,
    periods,
)
"""Tables of documents. The entity of a table is the kind of its entries."""

BY_KIND = {table.entity: table for table in TABLES}


def _of_agreement(table: RecordTable[Any]) -> Query:
    found = select(doc_text(table.table.c.doc)).select_from(table.table)
    return Query(found.where(field("agreement_id") == bindparam("agreement_id")).order_by(table.table.c.seq))


_BY_AGREEMENT = {table.name: _of_agreement(table) for table in TABLES if table is not agreements}
_ENTRY_IDS = {
    table.name: Query(select(table.table.c.id, field("entry_id")).select_from(table.table).order_by(table.table.c.seq))
    for table in TABLES
}
_payments_of = Query(
    select(doc_text(payments.table.c.doc))
    .select_from(payments.table)
    .where(field("distribution_id") == bindparam("distribution_id"))
    .order_by(payments.table.c.seq)
)


def documents_of(tx: Tx, table: RecordTable[Any], agreement_id: str) -> list[dict[str, Any]]:
    """Return the documents of an agreement in one table, in the order of posting, reversed ones too."""
    rows = tx.all(_BY_AGREEMENT[table.name], agreement_id=agreement_id)
    return [table.read(row[0]).document for row in rows]


def entry_ids(tx: Tx, table: RecordTable[Any]) -> list[tuple[str, str]]:
    """Return the id and the entry of each document of a table."""
    return [(row[0], row[1]) for row in tx.all(_ENTRY_IDS[table.name])]


def payments_of(tx: Tx, distribution_id: str) -> list[dict[str, Any]]:
    """Return the payments of a distribution, reversed ones too."""
    return [payments.read(row[0]).document for row in tx.all(_payments_of, distribution_id=distribution_id)]
