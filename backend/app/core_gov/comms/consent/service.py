"""Service of opt-outs and consent. Both belong to addresses, so they survive merges of contacts and strangers."""

from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import recipient
from backend.app.core_gov.comms.consent import store
from backend.app.core_gov.comms.consent.schemas import (
    COMPANY,
    ConsentChannel,
    ConsentPut,
    ConsentQuery,
    ConsentRecord,
    OptOutCreate,
    OptOutQuery,
    OptOutRecord,
    OptOutSource,
)
from backend.app.core_gov.comms.consent.store import consents, lock_address, opt_outs
from backend.app.kit.contact_details import check_email, parse_phone
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored

TABLES = (opt_outs, consents)
"""Record tables of this package."""

NOT_ARCHIVED = (store.contact_addresses.name,)
"""Tables whose rows only serve as locks."""

_WEIGHTS: dict[OptOutSource, int] = {"suspected": 0, "keyword": 1, "provider": 2, "person": 3, "import": 4}
"""Sources from the weakest to the strongest. A weaker one never replaces a stronger one."""

_ALSO: dict[ConsentChannel, tuple[ConsentChannel, ...]] = {
    "sms": ("sms", "call"),
    "call": ("call",),
    "email": ("email",),
}
"""Channels that an opt-out from one covers: whoever stops texts is not called instead."""


def verified_address(channel: ConsentChannel, address: str) -> str:
    """Return the verified form of an address. Raises BadInput."""
    try:
        return check_email(address).lower() if channel == "email" else parse_phone(address, "CA").e164
    except ValueError as error:
        raise BadInput.field("address", f"address {error}") from None


def create_opt_out(tx: Tx, payload: OptOutCreate) -> Stored[OptOutRecord]:
    """Record an opt-out that somebody expressed to a person. Returns that of the channel asked for."""
    address = verified_address(payload.channel, payload.address)
    return opt_out(tx, address, payload.channel, "person", scope=payload.scope, note=payload.note)


def opt_out(
    tx: Tx,
    address: str,
    channel: ConsentChannel,
    source: OptOutSource,
    *,
    scope: str = COMPANY,
    since: str | None = None,
    note: str | None = None,
) -> Stored[OptOutRecord]:
    """Store an opt-out of a verified address from a channel and from those that it covers, too."""
    lock_address(tx, address)
    stored = [_opt_out(tx, address, each, source, scope, since or tx.now, note) for each in _ALSO[channel]]
    return stored[0]


def _opt_out(
    tx: Tx, address: str, channel: ConsentChannel, source: OptOutSource, scope: str, since: str, note: str | None
) -> Stored[OptOutRecord]:
    values: dict[str, Any] = {"source": source, "since": since, "note": note}
    known = _find(tx, address, channel, scope)
    if known is None:
        key = {"address": address, "channel": channel, "scope": scope}
        times = {"created_at": tx.now, "updated_at": tx.now}
        record = OptOutRecord(**{"id": new_id("oo"), **key, **values, **times})
        stored = opt_outs.insert(tx, record)
        audit.record_created(tx, opt_outs, record.id, stored)
        return stored
    before = known.fields
    if before["ended_at"] is None and _WEIGHTS[before["source"]] >= _WEIGHTS[source]:
        return known
    ended = {"ended_at": None, "ended_by": None, "ended_reason": None}
    locked = opt_outs.lock(tx, before["id"])
    change = opt_outs.change(tx, locked, values | ended)
    audit.record_changed(tx, opt_outs, before["id"], change)
    return change.after


def _find(tx: Tx, address: str, channel: str, scope: str) -> Stored[OptOutRecord] | None:
    for found in store.opt_outs_of(tx, address):
        if (found.document.get("channel"), found.document.get("scope")) == (channel, scope):
            return found
    return None


def opt_out_on_file(tx: Tx, address: str, channel: str) -> Stored[OptOutRecord] | None:
    """Return the opt-out of an address from every sender on a channel, ended or not; None if there is none."""
    return _find(tx, address, channel, COMPANY)


def end_opt_out(tx: Tx, opt_out_id: str, reason: str) -> Stored[OptOutRecord]:
    """End an opt-out, by decision of a person. Ending an ended one changes nothing."""
    lock_address(tx, str(opt_outs.get(tx, opt_out_id).fields["address"]))
    stored = opt_outs.lock(tx, opt_out_id)
    if stored.fields["ended_at"] is not None:
        return stored
    return _end(tx, stored, tx.ctx.actor, reason)


def opt_in(tx: Tx, address: str, reason: str) -> int:
    """End the opt-outs of an address that a keyword caused, because a start word came. Returns how many.

    What a person recorded or a list says stays.
    """
    lock_address(tx, address)
    ended = 0
    for found in store.opt_outs_of(tx, address):
        if found.fields["ended_at"] is None and found.fields["source"] in {"keyword", "suspected"}:
            _end(tx, opt_outs.lock(tx, found.fields["id"]), "recipient", reason)
            ended += 1
    return ended


def _end(tx: Tx, stored: Stored[OptOutRecord], who: str, reason: str) -> Stored[OptOutRecord]:
    change = opt_outs.change(tx, stored, {"ended_at": tx.now, "ended_by": who, "ended_reason": reason})
    audit.record_changed(tx, opt_outs, stored.fields["id"], change, "ended")
    return change.after


def opt_out_in_force(tx: Tx, address: str, channel: str, sender: str) -> Stored[OptOutRecord] | None:
    """Return the opt-out that forbids a sender to use an address on a channel; None if there is none."""
    for found in store.opt_outs_of(tx, address):
        each = found.fields
        if each["ended_at"] is None and each["channel"] == channel and each["scope"] in {COMPANY, sender}:
            return found
    return None


def consent_in_force(tx: Tx, address: str, channel: str, sender: str) -> Stored[ConsentRecord] | None:
    """Return the consent of an address that concerns a sender: a refusal first, then the sender's own."""
    found = [each for each in store.consents_of(tx, address) if each.fields["channel"] == channel]
    known = [each for each in found if each.fields["scope"] in {COMPANY, sender}]
    order = {"refused": 0, "express": 1, "implied": 2}
    return min(known, key=lambda each: (order[each.fields["kind"]], each.fields["scope"] == COMPANY), default=None)


def list_opt_outs(tx: Tx, query: OptOutQuery) -> Page[OptOutRecord]:
    """Return a page of the opt-outs that match, ended ones too, newest first."""
    return opt_outs.page(tx, _with_address(query.filters), query.limit, query.cursor)


def _with_address(filters: dict[str, Any]) -> dict[str, Any]:
    """Return filters with an address in its verified form, whatever its channel; as it is if it is none."""
    address = filters.get("address")
    if not isinstance(address, str):
        return filters
    form = recipient.email_form(address).lower() if "@" in address else recipient.phone_form(address)
    return filters | {"address": form}


def put_consent(tx: Tx, payload: ConsentPut) -> Stored[ConsentRecord]:
    """Record the consent of an address on a channel, in place of what was recorded before. Raises BadInput."""
    if (payload.kind == "implied") != (payload.until is not None):
        wanted = (
            "until is required for implied consent" if payload.until is None else "until is for implied consent only"
        )
        raise BadInput.field("until", wanted)
    address = verified_address(payload.channel, payload.address)
    lock_address(tx, address)
    values = vars(payload) | {"address": address}
    known = next(
        (
            each
            for each in store.consents_of(tx, address)
            if (each.fields["channel"], each.fields["scope"]) == (payload.channel, payload.scope)
        ),
        None,
    )
    if known is None:
        record = consents.validated({"id": new_id("cs"), **values, "created_at": tx.now, "updated_at": tx.now})
        stored = consents.insert(tx, record)
        audit.record_created(tx, consents, record.id, stored)
        return stored
    locked = consents.lock(tx, known.fields["id"])
    change = consents.change(tx, locked, values)
    audit.record_changed(tx, consents, known.fields["id"], change)
    return change.after


def list_consents(tx: Tx, query: ConsentQuery) -> Page[ConsentRecord]:
    """Return a page of the consent that matches, newest first."""
    return consents.page(tx, _with_address(query.filters), query.limit, query.cursor)
