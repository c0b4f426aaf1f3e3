"""Tables of agreements and amendments."""

from sqlalchemy import bindparam, func, select

from backend.app.core_gov.jv.agreements.schemas import AgreementRecord, AmendmentRecord
from backend.app.core_gov.jv.ledger.store import signed_by
from backend.app.kit.db import Query, Tx, doc_text, field
from backend.app.kit.records import RecordTable, Stored

agreements = RecordTable(
    "agreements",
    AgreementRecord,
    entity="agreement",
    file="jv/agreements.json",
    prefix="agr",
    filters=("currency",),
    completed=False,
)
agreements.conditions |= {
    "partner_id": signed_by(agreements.table.c.id, "partner", "partner_id"),
    "deal_id": signed_by(agreements.table.c.id, "deal", "deal_id"),
}
agreements.unique_rule(
    "ux_agreements_name",
    "an agreement of this name is on file already",
    func.lower(field("name")),
    where=field("name").is_not(None),
)
amendments = RecordTable(
    "amendments",
    AmendmentRecord,
    entity="amendment",
    file="jv/amendments.json",
    prefix="amd",
    filters=("agreement_id",),
    completed=False,
)
_of_agreement = Query(
    select(doc_text(amendments.table.c.doc))
    .select_from(amendments.table)
    .where(field("agreement_id") == bindparam("agreement_id"))
    .order_by(amendments.table.c.seq)
)


def amendments_of(tx: Tx, agreement_id: str) -> list[Stored[AmendmentRecord]]:
    """Return the amendments of an agreement in the order of posting, reversed ones too."""
    return [amendments.read(row[0]) for row in tx.all(_of_agreement, agreement_id=agreement_id)]
