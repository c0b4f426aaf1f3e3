"""Tables of opt-outs and of consent, and the rows that serialize changes of one address."""

from sqlalchemy import Column, Table, Text, bindparam, select, text

from backend.app.core_gov.comms.consent.schemas import ConsentRecord, OptOutRecord
from backend.app.kit.db import Query, Tx, doc_text, field, metadata
from backend.app.kit.records import RecordTable, Stored

opt_outs = RecordTable(
    "opt_outs",
    OptOutRecord,
    entity="opt-out",
    file="comms/opt_outs.json",
    prefix="oo",
    filters=("address", "channel", "source"),
)
opt_outs.unique_rule(
    "ux_opt_outs_address",
    "this address has opted out already",
    field("address"),
    field("channel"),
    field("scope"),
    where=field("address").is_not(None),
)
consents = RecordTable(
    "consents",
    ConsentRecord,
    entity="consent",
    file="comms/consents.json",
    prefix="cs",
    filters=("address", "channel", "kind"),
)
consents.unique_rule(
    "ux_consents_address",
    "consent of this address is on file already",
    field("address"),
    field("channel"),
    field("scope"),
    where=field("address").is_not(None),
)
contact_addresses = Table("contact_addresses", metadata, Column("address", Text, primary_key=True))

_offer = Query(text("INSERT INTO contact_addresses (address) VALUES (:address) ON CONFLICT (address) DO NOTHING"))
_lock = Query(
    select(contact_addresses.c.address).where(contact_addresses.c.address == bindparam("address")).with_for_update()
)
_opt_outs_of = Query(
    select(doc_text(opt_outs.table.c.doc)).select_from(opt_outs.table).where(field("address") == bindparam("address"))
)
_consents_of = Query(
    select(doc_text(consents.table.c.doc)).select_from(consents.table).where(field("address") == bindparam("address"))
)


def lock_address(tx: Tx, address: str) -> None:
    """Lock an address until the unit ends. Its row is created first, so that there is one to lock.

    Every decision to send and every change of opt-outs takes this lock: an opt-out that is committed before a decision
    is seen by it.
    """
    if tx.one(_lock, address=address) is None:
        tx.run(_offer, address=address)
        tx.one(_lock, address=address)


def opt_outs_of(tx: Tx, address: str) -> list[Stored[OptOutRecord]]:
    """Return the opt-outs of an address, ended ones too."""
    return [opt_outs.read(row[0]) for row in tx.all(_opt_outs_of, address=address)]


def consents_of(tx: Tx, address: str) -> list[Stored[ConsentRecord]]:
    """Return the consent of an address on all channels."""
    return [consents.read(row[0]) for row in tx.all(_consents_of, address=address)]
