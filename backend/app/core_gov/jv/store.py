"""Tables of partners and of their deal links."""

from typing import Any

from sqlalchemy import bindparam, func, literal_column, select

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

_lock_partner = Query(select(partners.table.c.seq).where(partners.table.c.id == bindparam("id")).with_for_update())

_links_by_partner = Query(
    select(doc_text(links.table.c.doc))
    .select_from(links.table)
    .where(field("partner_id") == bindparam("partner_id"))
    .order_by(links.table.c.seq.desc())
)

# A literal, so that the partial unique index answers both.
_active = [field("partner_id") == bindparam("partner_id"), field("status") == literal_column("'active'")]
_links_of_deal = Query(
    select(doc_text(links.table.c.doc))
    .select_from(links.table)
    .where(*_active, field("deal_id") == bindparam("deal_id"))
)
_count = Query(select(func.count()).select_from(links.table).where(*_active))


def lock_links_of(tx: Tx, partner_id: str) -> None:
    """Lock the links of a partner against other units that make one active.

    The lock is on the partner's row, and does not check If-Match, which is about the link.
    """
    tx.one(_lock_partner, id=partner_id)


def active_links(tx: Tx, partner_id: str, deal_id: str) -> list[dict[str, Any]]:
    """Return the active links of a partner to a deal, without validation."""
    return [links.read(row[0]).document for row in tx.all(_links_of_deal, partner_id=partner_id, deal_id=deal_id)]


def count_active_links(tx: Tx, partner_id: str) -> int:
    row = tx.one(_count, partner_id=partner_id)
    return int(row[0]) if row else 0


def links_of(tx: Tx, partner_id: str) -> list[str]:
    """Return every link of a partner as stored, newest first."""
    return [row[0] for row in tx.all(_links_by_partner, partner_id=partner_id)]
