"""Service of the documents of joint ventures: what may be posted to an agreement, and when."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.agreements import store as agreed
from backend.app.core_gov.jv.agreements.conversion import waterfall_terms
from backend.app.core_gov.jv.agreements.schemas import (
    AgreementCreate,
    AgreementRecord,
    AmendmentCreate,
    AmendmentRecord,
)
from backend.app.core_gov.jv.documents import store
from backend.app.core_gov.jv.documents.flows import FlowHistory, history_of, reversed_entries
from backend.app.core_gov.jv.documents.posting import post_document, posted_before
from backend.app.core_gov.jv.documents.schemas import (
    CommitmentCreate,
    CommitmentRecord,
    ContributionCreate,
    ContributionRecord,
    PaymentCreate,
    PaymentRecord,
    PeriodCreate,
    PeriodRecord,
    ReversalCreate,
    ReversalRecord,
    TransactionCreate,
    TransactionRecord,
)
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger.accounts import account
from backend.app.core_gov.jv.ledger.entry import JournalEntry
from backend.app.core_gov.jv.ledger.store import Books, find_entry, reversals_of
from backend.app.core_gov.jv.waterfall.versions import FlowRefused, Version, replayed
from backend.app.kit import clock
from backend.app.kit.cents import amount_of, cents_of
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.ids import new_id
from backend.app.kit.records import Stored

TABLES = store.TABLES
"""Record tables of documents."""

Agreement = Mapping[str, Any]

_EARLIEST = "1970-01-01"
"""Earliest day of an agreement: return that is compounded daily is computed for every day since."""

_MOST_YEARS_AHEAD = 10
"""Longest time from today to the first day of an amendment: return is computed until then."""


def create_agreement(tx: Tx, payload: AgreementCreate) -> Stored[AgreementRecord]:
    """Create an agreement and its books. Raises BadInput for terms that contradict themselves, and Conflict."""
    if payload.effective_from < _EARLIEST:
        raise BadInput.field("effective_from", f"effective_from must be {_EARLIEST} or later")
    agreements.check_terms(payload.terms)
    agreements.check_parties(tx, payload)
    agreement_id = new_id("agr")
    books = ledger.open_books(tx, agreement_id, payload.currency)
    ledger.add_parties(tx, agreement_id, payload.terms.partners, payload.deal_ids)
    fields = payload.model_dump() | {"id": agreement_id, "source_key": agreement_id}
    return post_document(tx, books, agreed.agreements, fields)


def amend(tx: Tx, agreement_id: str, payload: AmendmentCreate) -> Stored[AmendmentRecord]:
    """Replace the terms of an agreement from a day on. Raises BadInput and Conflict."""
    books, agreement = _locked(tx, agreement_id, payload)
    if before := posted_before(tx, books, "amendment", payload):
        return before
    if payload.effective_from > _years_from_today(_MOST_YEARS_AHEAD):
        raise BadInput.field("effective_from", f"effective_from is more than {_MOST_YEARS_AHEAD} years from today")
    agreements.check_terms(payload.terms)
    history = _history(tx, agreement)
    latest = history.terms[-1]
    agreements.check_partners(tx, payload.terms.partners, signed=latest.computed.partners)
    if payload.effective_from <= latest.effective_from:
        raise Conflict(
            f"the terms of {latest.document_id} begin on {latest.effective_from}, so new ones must begin later"
        )
    last = history.last_declared
    if last is not None and payload.effective_from <= last.flow.on.isoformat():
        raise Conflict(
            f"the distribution {last.document['id']} counts on {last.flow.on}, so new terms must begin later"
        )
    terms = waterfall_terms(payload.terms)
    first = date.fromisoformat(payload.effective_from)
    try:
        replayed([*history.versions, Version(first, terms)], history.flows, first)
    except FlowRefused as error:
        raise Conflict(f"{error}") from None
    ledger.add_parties(tx, agreement_id, payload.terms.partners)
    fields = {**payload.model_dump(), "agreement_id": agreement_id}
    stored: Stored[AmendmentRecord] = post_document(tx, books, agreed.amendments, fields)
    _check_flows(tx, agreement)
    return stored


def commit_capital(tx: Tx, agreement_id: str, payload: CommitmentCreate) -> Stored[CommitmentRecord]:
    """Record a commitment of a partner. Raises BadInput and Conflict."""
    books, agreement = _locked(tx, agreement_id, payload)
    if before := posted_before(tx, books, "commitment", payload):
        return before
    _check_day(agreement, payload.effective_on)
    _check_partner(tx, agreement, payload.partner_id, payload.effective_on)
    return post_document(tx, books, store.commitments, _fields(books, payload))


def contribute(tx: Tx, agreement_id: str, payload: ContributionCreate) -> Stored[ContributionRecord]:
    """Record capital that a partner paid in. Raises BadInput and Conflict."""
    books, agreement = _locked(tx, agreement_id, payload)
    if before := posted_before(tx, books, "contribution", payload):
        return before
    _check_day(agreement, payload.effective_on)
    _check_partner(tx, agreement, payload.partner_id, payload.effective_on)
    stored: Stored[ContributionRecord] = post_document(tx, books, store.contributions, _fields(books, payload))
    _check_flows(tx, agreement)
    return stored


def record_transaction(tx: Tx, agreement_id: str, payload: TransactionCreate) -> Stored[TransactionRecord]:
    """Record money of a deal. Raises BadInput and Conflict."""
    books, agreement = _locked(tx, agreement_id, payload)
    if before := posted_before(tx, books, "transaction", payload):
        return before
    _check_day(agreement, payload.effective_on)
    if payload.deal_id not in agreement["deal_ids"]:
        raise BadInput.field("deal_id", f"deal {payload.deal_id} is not covered by the agreement")
    _check_fields_of_kind(payload)
    fields = _fields(books, payload)
    if payload.kind == "sale":
        on_books = ledger.cents_on(tx, agreement_id, account("property", payload.deal_id))
        if not on_books:
            raise Conflict(f"the property of {payload.deal_id} is not on the books; record its purchase first")
        fields["cost"] = amount_of(on_books) if payload.cost is None else payload.cost
    return post_document(tx, books, store.transactions, fields)


_ONLY = {"cost": {"sale"}, "interest": {"loan_payoff"}, "loan": {"loan_draw", "loan_payoff"}}
"""Kinds of transactions that a field is for."""


def _check_fields_of_kind(payload: TransactionCreate) -> None:
    for name, kinds in _ONLY.items():
        if getattr(payload, name) is not None and payload.kind not in kinds:
            raise BadInput.field(name, f"{name} is for {' and '.join(sorted(kinds))} only")
    if payload.loan is None and payload.kind in _ONLY["loan"]:
        raise BadInput.field("loan", f"loan is required for {payload.kind}")


def pay(tx: Tx, agreement_id: str, payload: PaymentCreate) -> Stored[PaymentRecord]:
    """Pay what partners are still owed of a distribution. Raises BadInput and Conflict."""
    books, agreement = _locked(tx, agreement_id, payload)
    if before := posted_before(tx, books, "payment", payload):
        return before
    distribution = store.distributions.find(tx, payload.distribution_id)
    if distribution is None or distribution.document["agreement_id"] != agreement_id:
        raise BadInput.field(
            "distribution_id", f"distribution {payload.distribution_id} is not a distribution of this agreement"
        )
    undone = reversed_entries(tx, agreement_id)
    if distribution.document["entry_id"] in undone:
        raise Conflict("the distribution was reversed")
    _check_payment_day(tx, agreement, distribution.document, payload.effective_on)
    _check_posted_after(payload.posted_on, distribution.document["posted_on"], "distribution")
    owed = owed_of(tx, distribution.document, undone)
    amounts = _amounts(owed, payload.partner_ids)
    return post_document(tx, books, store.payments, {**_fields(books, payload), "amounts": amounts})


def _check_payment_day(tx: Tx, agreement: Agreement, distribution: Mapping[str, Any], on: str) -> None:
    _check_day(agreement, on)
    if on < distribution["declared_on"]:
        raise BadInput.field("effective_on", f"effective_on is before the declaration on {distribution['declared_on']}")
    terms = agreements.in_force(agreements.terms_of(tx, agreement), distribution["declared_on"])
    if terms.written.accrues_until == "payment" and on != distribution["payable_on"]:
        raise Conflict(
            f"the preferred return was computed until the payable day {distribution['payable_on']}; pay on that day, "
            "or reverse the distribution and declare it anew"
        )


def owed_of(tx: Tx, distribution: Mapping[str, Any], undone: Mapping[str, Any]) -> dict[str, int]:
    """Return the cents that each partner is still owed of a distribution."""
    owed: dict[str, int] = {}
    for tier in (*distribution["tiers"], *distribution["corrections"]):
        for each in tier["amounts"]:
            owed[each["partner_id"]] = owed.get(each["partner_id"], 0) + cents_of(each["amount"])
    for payment in store.payments_of(tx, distribution["id"]):
        if payment["entry_id"] not in undone:
            for each in payment["amounts"]:
                owed[each["partner_id"]] -= cents_of(each["amount"])
    return {partner: cents for partner, cents in sorted(owed.items()) if cents}


def _amounts(owed: Mapping[str, int], wanted: Sequence[str] | None) -> list[dict[str, Any]]:
    if wanted is not None and len(set(wanted)) != len(wanted):
        raise BadInput.field("partner_ids", "partner_ids names a partner twice")
    for partner in wanted or ():
        if partner not in owed:
            raise Conflict(f"partner {partner} is owed nothing of this distribution")
    amounts = [
        {"partner_id": partner, "amount": amount_of(cents)}
        for partner, cents in owed.items()
        if wanted is None or partner in wanted
    ]
    if not amounts:
        raise Conflict("everything of this distribution has been paid")
    return amounts


def reverse(tx: Tx, agreement_id: str, payload: ReversalCreate) -> Stored[ReversalRecord]:
    """Reverse an entry, with debit and credit exchanged. Raises BadInput and Conflict."""
    books, agreement = _locked(tx, agreement_id, payload)
    if before := posted_before(tx, books, "reversal", payload):
        return before
    entry = find_entry(tx, payload.reverses)
    if entry is None or entry.agreement_id != agreement_id:
        raise BadInput.field("reverses", f"entry {payload.reverses} is not an entry of this agreement")
    _check_reversible(tx, agreement, entry)
    _check_posted_after(payload.posted_on, entry.posted_on, "entry")
    effective_on = _day_of_reversal(agreement, payload, entry)
    fields = {**_fields(books, payload), "effective_on": effective_on}
    stored: Stored[ReversalRecord] = post_document(tx, books, store.reversals, fields, entry)
    _check_flows(tx, agreement)
    return stored


def _check_reversible(tx: Tx, agreement: Agreement, entry: JournalEntry) -> None:
    if entry.kind in {"reversal", "agreement", "period"}:
        raise Conflict(f"{_article(entry.kind)} {entry.kind} cannot be reversed{_INSTEAD[entry.kind]}")
    if found := reversals_of(tx, [entry.id]):
        raise Conflict(f"this entry has been reversed already, by {found[entry.id]}")
    if entry.kind == "distribution":
        undone = reversed_entries(tx, entry.agreement_id)
        paid = [each for each in store.payments_of(tx, entry.document_id) if each["entry_id"] not in undone]
        if paid:
            raise Conflict(f"the distribution has been paid by {paid[0]['id']}; reverse that first")
    if entry.kind == "amendment":
        history = _history(tx, agreement)
        latest = history.terms[-1].document_id
        if latest != entry.document_id:
            raise Conflict(f"the amendment {latest} begins later; reverse that first")
        if any(each.flow.on.isoformat() >= entry.effective_on for each in history.posted):
            raise Conflict("money counts under the terms of this amendment; agree on another amendment instead")


_INSTEAD = {
    "reversal": "; post the document again, with a new source_key",
    "agreement": "; amend it instead",
    "period": "; close or reopen the books instead",
}


def _day_of_reversal(agreement: Agreement, payload: ReversalCreate, entry: JournalEntry) -> str:
    """Return the day on which a reversal counts: after today only if its entry does, which never happened."""
    if payload.meaning == "never_happened":
        if payload.effective_on is not None:
            raise BadInput.field(
                "effective_on", "effective_on is for undone only: this reversal has the day of its entry"
            )
        return entry.effective_on
    if entry.kind in {"commitment", "amendment"}:
        raise BadInput.field("meaning", f"meaning must be never_happened for {_article(entry.kind)} {entry.kind}")
    if payload.effective_on is None:
        raise BadInput.field("effective_on", "effective_on is required for undone")
    if payload.effective_on < entry.effective_on:
        raise BadInput.field("effective_on", f"effective_on is before that of the entry, {entry.effective_on}")
    _check_day(agreement, payload.effective_on)
    return payload.effective_on


def change_period(tx: Tx, agreement_id: str, payload: PeriodCreate) -> Stored[PeriodRecord]:
    """Close the books through a day, or reopen the days after it. Raises BadInput and Conflict."""
    books, _ = _locked(tx, agreement_id, payload)
    if before := posted_before(tx, books, "period", payload):
        return before
    if payload.through > clock.today():
        raise BadInput.field("through", f"through {payload.through} is after today")
    closed = books.closed_through
    if payload.action == "close" and closed is not None and payload.through <= closed:
        raise Conflict(f"the books are closed through {closed} already")
    if payload.action == "reopen" and (closed is None or payload.through >= closed):
        raise Conflict("the books are open" if closed is None else f"the books are closed through {closed} only")
    open_books = Books(books.agreement_id, books.currency, books.revision, None, books.blocked)
    fields = {**_fields(books, payload), "effective_on": payload.through}
    stored = post_document(tx, open_books, store.periods, fields)
    ledger.close_through(tx, books, payload.through)
    return stored


# What all documents need


def _years_from_today(years: int) -> str:
    today = clock.today()
    return f"{int(today[:4]) + years:04}{today[4:]}"


def _article(noun: str) -> str:
    return "an" if noun.startswith("a") else "a"


def _locked(tx: Tx, agreement_id: str, payload: Any) -> tuple[Books, Agreement]:
    """Return the books of an agreement, locked, and the agreement. Raises BadInput if it begins after the posting."""
    books = ledger.lock_books(tx, agreement_id)
    agreement = agreed.agreements.get(tx, agreement_id).fields
    posted_on = getattr(payload, "posted_on", None)
    if posted_on is not None and posted_on < agreement["effective_from"]:
        raise BadInput.field("posted_on", f"posted_on is before the agreement of {agreement['effective_from']}")
    return books, agreement


def _history(tx: Tx, agreement: Agreement) -> FlowHistory:
    """Return the terms and flows of an agreement. Raises Conflict if the flows do not fit the terms."""
    try:
        return history_of(tx, agreement)
    except FlowRefused as error:
        raise Conflict(f"{error}") from None


def _check_flows(tx: Tx, agreement: Agreement) -> None:
    """Raise Conflict if a flow that was just posted does not fit amended terms: nothing could be computed any more."""
    if len(agreements.terms_of(tx, agreement)) == 1:
        return
    history = _history(tx, agreement)
    latest = date.fromisoformat(history.terms[-1].effective_from)
    try:
        history.balances_on(latest)
    except FlowRefused as error:
        raise Conflict(f"{error}") from None


def _fields(books: Books, payload: Any) -> dict[str, Any]:
    return {**payload.model_dump(), "agreement_id": books.agreement_id, "currency": books.currency}


def _check_day(agreement: Agreement, on: str) -> None:
    if on < agreement["effective_from"]:
        raise BadInput.field("effective_on", f"effective_on is before the agreement of {agreement['effective_from']}")
    if on > clock.today():
        raise BadInput.field("effective_on", f"effective_on {on} is after today")


def _check_posted_after(posted_on: str | None, first: str, what: str) -> None:
    """Raise BadInput if a document would be in the books before the one that it pays or reverses."""
    if posted_on is not None and posted_on < first:
        raise BadInput.field("posted_on", f"posted_on is before that of the {what}, {first}")


def _check_partner(tx: Tx, agreement: Agreement, partner_id: str, on: str) -> None:
    """Raise BadInput unless a partner is in the agreement on a day. The partner is locked against being archived."""
    agreements.check_partners(tx, [partner_id], "partner_id")
    if partner_id not in agreements.in_force(agreements.terms_of(tx, agreement), on).computed.partners:
        raise BadInput.field("partner_id", f"partner {partner_id} is not in the agreement on {on}")
