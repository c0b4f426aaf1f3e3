"""Tables of partners and of their deal links."""

from sqlalchemy import bindparam, func, select

from backend.app.core_gov.jv.schemas import DealLinkRecord, PartnerRecord
from backend.app.kit.db import Query, Tx, doc_text, field
from backend.app.kit.records import RecordTable

partners = RecordTable(
    "partners",
    PartnerRecord,
    entity="partner",
    file="jv/partners.json",
    prefix="p",
    filters=("status", "role"),
    tags=True,
)

links = RecordTable(
    "links",
    DealLinkRecord,
    entity="link",
    file="jv/links.json",
    prefix="lnk",
    filters=("partner_id", "deal_id", "status"),
)
links.unique_rule(
    "ux_links_active",
    "this partner already has an active link of this relationship to this deal; change that one, or end it first",
    field("partner_id"),
    field("deal_id"),
    func.lower(field("relationship")),
    where=field("status") == "active",
)

_links_by_partner = Query(
    select(doc_text(links.table.c.doc))
    .select_from(links.table)
    .where(field("partner_id") == bindparam("partner_id"))
    .order_by(links.table.c.seq.desc())
)


def links_of(tx: Tx, partner_id: str) -> list[str]:
    """Return every link of a partner as stored, newest first."""
    return [row[0] for row in tx.all(_links_by_partner, partner_id=partner_id)]
