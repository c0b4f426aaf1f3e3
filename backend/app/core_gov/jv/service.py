"""Service of partners, their deal links, and the dashboard."""

from collections.abc import Set
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.exports.list_export import ListExport
from backend.app.core_gov.jv import contacts
from backend.app.core_gov.jv import dashboard as sums
from backend.app.core_gov.jv.contacts import CONTACT_FIELDS, contacts_of
from backend.app.core_gov.jv.distributions.holdings import holdings_of
from backend.app.core_gov.jv.documents import service as documents
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.partner_dashboard import PartnerDashboard
from backend.app.core_gov.jv.partner_roles import by_role, merged_roles
from backend.app.core_gov.jv.schemas import (
    DealLinkCreate,
    DealLinkPatch,
    DealLinkQuery,
    DealLinkRecord,
    PartnerCreate,
    PartnerPatch,
    PartnerQuery,
    PartnerRecord,
)
from backend.app.core_gov.jv.statements import service as statements
from backend.app.core_gov.jv.store import (
    active_links,
    count_active_links,
    links,
    links_of,
    lock_links_of,
    partners,
    same_email,
    same_phone,
)
from backend.app.deals import service as deals
from backend.app.kit import derived_fields
from backend.app.kit.contact_details import by_verification
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict
from backend.app.kit.fields import values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, RecordTable, Stored
from backend.app.kit.text import list_names, match_key

TABLES = (partners, links)
"""Record tables of partners and links."""

JOINT_VENTURES: tuple[RecordTable[Any], ...] = (*documents.TABLES, *statements.TABLES)
"""Record tables of joint ventures, whose records are never changed."""

DERIVED = (derived_fields.of_records(partners, "contacts", contacts.VERSION, contacts.derive),)
"""Rules whose results this package stores."""

OPEN = ("active", "paused")
"""Statuses of a link that has not ended."""

_NAMED = 5


def create_partner(tx: Tx, payload: PartnerCreate) -> Stored[PartnerRecord]:
    """Create a partner.

    A phone number or an email address that cannot be verified is kept, with a warning. So is one that another partner
    has.
    """
    verified = contacts_of(dict(payload))
    generated = {"id": new_id("p"), "created_at": tx.now, "updated_at": tx.now}
    roles = merged_roles(values_of(payload), {})
    record = PartnerRecord(**{**vars(payload), **roles, **verified.fields, **generated})
    stored = partners.insert(tx, record)
    audit.record_created(tx, partners, record.id, stored)
    return stored.warn(*verified.warnings, *_duplicate_warnings(tx, record, CONTACT_FIELDS))


def list_partners(tx: Tx, query: PartnerQuery) -> Page[PartnerRecord]:
    """Return a page of the partners that match. An email address or a phone number may have any spelling."""
    forms = {"email": contacts.email_form, "phone": contacts.phone_form}
    wanted = {name: forms[name](value) if value and name in forms else value for name, value in query.filters.items()}
    return partners.listed(tx, query, by_role(by_verification(wanted)))


PARTNERS_CSV = ListExport("partners", PartnerRecord, PartnerQuery, list_partners)


def get_partner(tx: Tx, partner_id: str) -> Stored[PartnerRecord]:
    return partners.get(tx, partner_id)


def find_partners(tx: Tx, partner_ids: list[str]) -> dict[str, Stored[PartnerRecord]]:
    """Return those of the partners that exist, by id."""
    return partners.find_all(tx, partner_ids)


def patch_partner(tx: Tx, partner_id: str, payload: PartnerPatch) -> Stored[PartnerRecord]:
    """Replace the fields that were sent. Raises NotFound.

    The warnings are those of create_partner, and one about active links that remain after archiving. Raises Conflict
    if a partner with open balances in an agreement is to be archived.
    """
    stored, changes = partners.lock(tx, partner_id), values_of(payload)
    if changes.get("status") == "archived" and stored.document.get("status") != "archived":
        _check_no_open_balances(tx, partner_id)
    changes |= merged_roles(changes, stored.document)
    touched = changes.keys() & CONTACT_FIELDS
    verified = contacts_of({**stored.fields, **changes}) if touched else None
    change = partners.change(tx, stored, changes | (verified.fields if verified else {}))
    audit.record_changed(tx, partners, partner_id, change)
    warnings: list[str] = []
    if verified is not None:
        record = PartnerRecord.on_file(change.after.fields)
        warnings += [*verified.warnings, *_duplicate_warnings(tx, record, touched)]
    if "status" in changes and change.after.fields["status"] == "archived":
        warnings += _still_linked(count_active_links(tx, partner_id))
    return change.after.warn(*warnings)


def _check_no_open_balances(tx: Tx, partner_id: str) -> None:
    if found := ledger.open_balances_of_partner(tx, partner_id):
        raise Conflict(
            f"the partner has capital or unpaid distributions in {list_names(found, _NAMED)}, so it cannot be archived"
        )


def create_link(tx: Tx, payload: DealLinkCreate) -> Stored[DealLinkRecord]:
    """Link a partner to a deal. Raises NotFound if the partner does not exist, Conflict for a second active link."""
    partners.require(tx, payload.partner_id)
    warnings = _check_link(tx, dict(payload), {})
    record = DealLinkRecord(**vars(payload), id=new_id("lnk"), created_at=tx.now, updated_at=tx.now)
    stored = links.insert(tx, record)
    audit.record_created(tx, links, record.id, stored)
    return stored.warn(*warnings)


def list_links(tx: Tx, query: DealLinkQuery) -> Page[DealLinkRecord]:
    return links.listed(tx, query)


def find_links(tx: Tx, link_ids: list[str]) -> dict[str, Stored[DealLinkRecord]]:
    """Return those of the links that exist, by id."""
    return links.find_all(tx, link_ids)


LINKS_CSV = ListExport("links", DealLinkRecord, DealLinkQuery, list_links)


def patch_link(tx: Tx, link_id: str, payload: DealLinkPatch) -> Stored[DealLinkRecord]:
    """Replace the fields that were sent. Raises NotFound and Conflict like create_link."""
    stored, changes = links.lock(tx, link_id), values_of(payload)
    before, after = stored.document, {**stored.document, **changes}
    if "partner_id" in changes:
        partners.require(tx, changes["partner_id"])
    warnings = _check_link(tx, after, before)
    if "relationship" in changes and _active_key(after) == _active_key(before) and _has_equal(tx, before):
        del changes["relationship"]  # an earlier version stored both: each keeps its spelling, which tells them apart
    change = links.change(tx, stored, changes)
    audit.record_changed(tx, links, link_id, change)
    return change.after.warn(*warnings)


def _check_link(tx: Tx, link: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Return the warnings about a link to store. Raises Conflict for a second active one.

    The links of the partner stay locked until the unit ends, so that no other unit stores an equal one meanwhile. A
    link that is as active as `before` is not compared: an earlier version may have stored an equal one.
    """
    key = _active_key(link)
    if key is not None and key != _active_key(before):
        lock_links_of(tx, link["partner_id"])
        if _has_equal(tx, {**link, "id": before.get("id")}):
            raise Conflict(links.rules["ux_links_active"])
    if link.get("status") not in OPEN or all(link.get(name) == before.get(name) for name in ("partner_id", "status")):
        return []
    partner = partners.find(tx, link["partner_id"])
    archived = partner is not None and partner.document.get("status") == "archived"
    return [f"partner {link['partner_id']} is archived"] if archived else []


def _has_equal(tx: Tx, link: dict[str, Any]) -> bool:
    """Return True if the link is active, and so is another one of its partner, deal and relationship."""
    key = _active_key(link)
    others = active_links(tx, link["partner_id"], link["deal_id"]) if key else []
    return any(_active_key(other) == key and other.get("id") != link["id"] for other in others)


def _active_key(link: dict[str, Any]) -> tuple[str, str, str] | None:
    """Return what an active link has alone: partner, deal, and relationship as compared. None if it is not active."""
    if link.get("status") != "active":
        return None
    return str(link.get("partner_id")), str(link.get("deal_id")), match_key(str(link.get("relationship")))


def _still_linked(count: int) -> list[str]:
    """Return the warning about the active links of an archived partner, if there are any."""
    active = "1 active link" if count == 1 else f"{count} active links"
    return [f"the partner is archived and still has {active}"] if count else []


def dashboard(tx: Tx, partner_id: str) -> PartnerDashboard:
    """Return a partner with links, deals and holdings. `warnings` names deals that are not on file. Raises NotFound."""
    partner = partners.get(tx, partner_id)
    found_links: list[dict[str, Any]] = [links.read(doc).fields for doc in links_of(tx, partner_id)]
    deal_ids = list(dict.fromkeys(link["deal_id"] for link in found_links))
    counts = sums.link_counts(found_links)
    found = {deal_id: deal.fields for deal_id, deal in deals.find_deals(tx, deal_ids).items()}
    known_deals = [found[deal_id] for deal_id in deal_ids if deal_id in found]
    holdings, unusable = holdings_of(tx, partner_id, partner.fields["name"])
    return PartnerDashboard.model_construct(
        partner=PartnerRecord.model_construct(**partner.fields),
        links=[DealLinkRecord.model_construct(**link) for link in found_links],
        deal_summaries=[sums.summary(deal) for deal in known_deals],
        deal_totals=sums.totals(known_deals, sums.link_statuses(found_links)),
        link_counts=counts,
        agreements=holdings,
        warnings=[
            *(f"deal {deal_id} is not on file" for deal_id in deal_ids if deal_id not in found),
            *(_still_linked(counts.get("active", 0)) if partner.fields["status"] == "archived" else ()),
            *unusable,
        ],
    )


def _duplicate_warnings(tx: Tx, record: PartnerRecord, touched: Set[str]) -> list[str]:
    """Return a warning for an email address, and for a phone number, that other partners have."""
    found = {
        "email address": same_email(tx, record) if "email" in touched else [],
        "phone number": same_phone(tx, record) if touched & {"phone", "country"} else [],
    }
    return [f"another partner has the same {what}: {list_names(ids, _NAMED)}" for what, ids in found.items() if ids]
