"""Tables of partners and of their deal links."""

from itertools import combinations
from typing import Any, get_args

from sqlalchemy import Index, and_, bindparam, func, literal_column, or_, select, text
from sqlalchemy.sql.elements import ColumnElement

from backend.app.core_gov.jv.partner_roles import ROLES, role_condition
from backend.app.core_gov.jv.schemas import DealLinkRecord, LinkStatus, PartnerRecord, PartnerStatus
from backend.app.kit.contact_details import add_verification_filters
from backend.app.kit.db import Query, Tx, doc_text, field
from backend.app.kit.lists.columns import TEXT, TIME, Group, ListColumn
from backend.app.kit.records import RecordTable
from backend.app.kit.search import SearchedFields

partners = RecordTable(
    "partners",
    PartnerRecord,
    entity="partner",
    file="jv/partners.json",
    prefix="p",
    filters=("status", "role", "phone_e164", "owner"),
    tags=True,
    group=Group("status", get_args(PartnerStatus)),
    columns=(ListColumn("name", TEXT, sorts=True), ListColumn("updated_at", TIME, sorts=True)),
    searched=SearchedFields(
        words=("name", "email", "phone", "notes", "tags"),
        identifiers=("id", "phone", "phone_e164", "email", "email_normalized"),
    ),
)
_normalized = func.lower(field("email_normalized"))
Index("ix_partners_email", _normalized, partners.table.c.seq)
_UNVERIFIED = (
    "((doc ->> 'email') IS NOT NULL AND (doc ->> 'email_normalized') IS NULL) OR "
    "((doc ->> 'phone') IS NOT NULL AND (doc ->> 'phone_e164') IS NULL)"
)
add_verification_filters(partners, _UNVERIFIED)
_unverified = partners.conditions["unverified"]
# Lowered by the database too: SQLite lowers only ASCII letters, PostgreSQL all.
_email = func.lower(bindparam("email"))
_verified_email = _normalized == _email
_unverified_email = and_(_unverified, field("email_normalized").is_(None), func.lower(field("email")) == _email)
_verified_phone = field("phone_e164") == bindparam("phone")
_unverified_phone = and_(_unverified, field("phone_e164").is_(None), field("phone") == bindparam("phone"))
partners.conditions |= {
    "email": or_(_verified_email, _unverified_email),
    "phone": or_(_verified_phone, _unverified_phone),
}
# Text rather than bound values, because a partial index answers only its own condition. `role` alone is for partners of
# earlier versions, which have no `roles`.
_has_role = {role: text(f"((doc ->> 'role') = '{role}' OR (doc ->> 'roles') LIKE '%\"{role}\"%')") for role in ROLES}
for _role, _has in _has_role.items():
    Index(f"ix_partners_role_{_role}", partners.table.c.seq, sqlite_where=_has, postgresql_where=_has)
for _size in range(1, len(ROLES) + 1):
    partners.conditions |= {
        role_condition(wanted): or_(*(_has_role[role] for role in wanted)) for wanted in combinations(ROLES, _size)
    }

links = RecordTable(
    "links",
    DealLinkRecord,
    entity="link",
    file="jv/links.json",
    prefix="lnk",
    filters=("partner_id", "deal_id", "status"),
    group=Group("status", get_args(LinkStatus)),
    columns=(ListColumn("relationship", TEXT, sorts=True), ListColumn("updated_at", TIME, sorts=True)),
    searched=SearchedFields(words=("relationship", "split_notes")),
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


_t = partners.table
_MOST = 100


def _with(condition: ColumnElement[bool]) -> Query:
    found = select(_t.c.id, field("phone_extension")).select_from(_t).where(condition)
    return Query(found.order_by(_t.c.seq.desc()).limit(_MOST))


_same_email, _same_unverified_email = _with(_verified_email), _with(_unverified_email)
_same_phone, _same_unverified_phone = _with(_verified_phone), _with(_unverified_phone)


def same_email(tx: Tx, record: PartnerRecord) -> list[str]:
    """Return the ids of the other partners with this email address, newest first."""
    if record.email is None:
        return []
    query = _same_email if record.email_normalized else _same_unverified_email
    email = record.email_normalized or record.email
    return [row[0] for row in tx.all(query, email=email) if row[0] != record.id]


def same_phone(tx: Tx, record: PartnerRecord) -> list[str]:
    """Return the ids of the other partners with this phone number and extension, newest first."""
    if record.phone is None:
        return []
    query = _same_phone if record.phone_e164 else _same_unverified_phone
    rows = tx.all(query, phone=record.phone_e164 or record.phone)
    return [row[0] for row in rows if row[0] != record.id and row[1] == record.phone_extension]
