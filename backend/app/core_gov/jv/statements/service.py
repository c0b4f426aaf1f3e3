"""Service of statements: issue one, and read what was issued."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jv.distributions.position import committed
from backend.app.core_gov.jv.distributions.service import OnFile, read
from backend.app.core_gov.jv.documents.flows import by_tier, reversed_entries
from backend.app.core_gov.jv.documents.store import distributions
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.statements.capital_account import capital_account
from backend.app.core_gov.jv.statements.schemas import (
    CapitalAccount,
    DistributionNotice,
    NoticeTier,
    StatementCreate,
    StatementQuery,
    StatementRecord,
)
from backend.app.core_gov.jv.statements.store import statements
from backend.app.core_gov.jv.store import partners
from backend.app.core_gov.jv.waterfall.versions import FlowRefused
from backend.app.kit import clock
from backend.app.kit.cents import amount_of, cents_of
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored

TABLES = (statements,)
"""Record tables of this package."""

_TIMES = frozenset({"created_at", "updated_at"})


def issue(tx: Tx, payload: StatementCreate) -> Stored[StatementRecord]:
    """Issue a statement. Its data is frozen, with a digest. Raises NotFound, BadInput and Conflict."""
    _check_fields(payload)
    ledger.lock_books(tx, payload.agreement_id)  # nothing is posted between the reads, which are not of one snapshot
    on_file = read(tx, payload.agreement_id)
    first = on_file.agreement["effective_from"]
    if payload.period_to is not None and payload.period_to < first:
        raise BadInput.field("period_to", f"period_to is before the agreement of {first}")
    if not any(payload.partner_id in terms.computed.partners for terms in on_file.history.terms):
        raise BadInput.field("partner_id", f"partner {payload.partner_id} is not in the agreement")
    partner = partners.get(tx, payload.partner_id).document
    fields: dict[str, Any] = {
        **payload.model_dump(),
        "id": new_id("stm"),
        "agreement_name": on_file.agreement["name"],
        "partner_name": partner["name"],
        "language": partner.get("language", "en"),
        "currency": on_file.books.currency,
        "revision": on_file.books.revision,
        "issued_on": clock.local_day(tx.now),
        "capital_account": None,
        "notice": None,
    }
    if payload.kind == "capital_account":
        fields["capital_account"] = _capital_account(tx, on_file, payload).model_dump()
    else:
        fields["notice"] = _notice(tx, payload).model_dump()
    record = statements.validated({**fields, "digest": digest_of(fields), "created_at": tx.now, "updated_at": tx.now})
    stored = statements.insert(tx, record)
    audit.record_created(tx, statements, record.id, stored, "issued")
    return stored


def list_statements(tx: Tx, query: StatementQuery) -> Page[StatementRecord]:
    return statements.page(tx, query.filters, query.limit, query.cursor)


def get_statement(tx: Tx, statement_id: str) -> Stored[StatementRecord]:
    return statements.get(tx, statement_id)


def digest_of(fields: Mapping[str, Any]) -> str:
    """Return the digest over the data of a statement: all fields but the digest and the times."""
    data = {name: value for name, value in fields.items() if name != "digest" and name not in _TIMES}
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _check_fields(payload: StatementCreate) -> None:
    if payload.kind == "distribution_notice":
        if payload.distribution_id is None:
            raise BadInput.field("distribution_id", "distribution_id is required for a notice")
        for name in ("period_from", "period_to"):
            if getattr(payload, name) is not None:
                raise BadInput.field(name, f"{name} is for a capital account only")
        return
    if payload.distribution_id is not None:
        raise BadInput.field("distribution_id", "distribution_id is for a notice only")
    for name in ("period_from", "period_to"):
        if getattr(payload, name) is None:
            raise BadInput.field(name, f"{name} is required for a capital account")
    assert payload.period_from is not None
    assert payload.period_to is not None
    if payload.period_to < payload.period_from:
        raise BadInput.field("period_to", "period_to is before period_from")
    if payload.period_to > clock.today():
        raise BadInput.field("period_to", f"period_to {payload.period_to} is after today")


def _capital_account(tx: Tx, on_file: OnFile, payload: StatementCreate) -> CapitalAccount:
    assert payload.period_from is not None
    assert payload.period_to is not None
    undone = reversed_entries(tx, payload.agreement_id)
    promised = committed(tx, payload.agreement_id, payload.period_to).get(payload.partner_id, 0)
    try:
        return capital_account(
            on_file.history,
            payload.partner_id,
            date.fromisoformat(payload.period_from),
            date.fromisoformat(payload.period_to),
            promised,
            {entry: reversal["entry_id"] for entry, reversal in undone.items()},
        )
    except FlowRefused as error:
        raise Conflict(f"{error}") from None


def _notice(tx: Tx, payload: StatementCreate) -> DistributionNotice:
    found = distributions.find(tx, payload.distribution_id or "")
    if found is None or found.document["agreement_id"] != payload.agreement_id:
        raise BadInput.field(
            "distribution_id", f"distribution {payload.distribution_id} is not a distribution of this agreement"
        )
    document = found.fields
    if document["entry_id"] in reversed_entries(tx, payload.agreement_id):
        raise Conflict("the distribution was reversed")
    partner = payload.partner_id
    total = sum(amounts.get(partner, 0) for amounts in by_tier(document).values())
    tiers = [
        NoticeTier(
            name=tier["name"],
            description=tier["description"],
            paid=tier["paid"],
            amount=amount_of(_cents(tier, partner)),
            sentence=tier["sentence"],
        )
        for tier in document["tiers"]
    ]
    return DistributionNotice(
        distribution_id=document["id"],
        entry_id=document["entry_id"],
        cash=document["cash"],
        declared_on=document["declared_on"],
        payable_on=document["payable_on"],
        amount=amount_of(total),
        tiers=tiers,
        corrections=amount_of(sum(_cents(tier, partner) for tier in document["corrections"])),
    )


def _cents(tier: Mapping[str, Any], partner: str) -> int:
    return sum(cents_of(each["amount"]) for each in tier["amounts"] if each["partner_id"] == partner)
