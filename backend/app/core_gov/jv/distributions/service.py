"""Service of distributions: preview without storing, and declaration of what was previewed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.distributions.computation import Division, TierCents, divide, promote
from backend.app.core_gov.jv.distributions.schemas import (
    DistributionCreate,
    DistributionPlan,
    DistributionPreview,
    PartnerShare,
    PastDifference,
)
from backend.app.core_gov.jv.documents.flows import FlowHistory, history_of
from backend.app.core_gov.jv.documents.posting import post_document, posted_before
from backend.app.core_gov.jv.documents.schemas import DistributedTier, DistributionRecord, PartnerAmount, TierAmounts
from backend.app.core_gov.jv.documents.store import distributions
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger.store import Books
from backend.app.core_gov.jv.waterfall.flows import Contribution
from backend.app.core_gov.jv.waterfall.trace import money, trace
from backend.app.core_gov.jv.waterfall.versions import FlowRefused
from backend.app.kit import clock
from backend.app.kit.cents import amount_of, cents_of
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.records import Stored

Names = Mapping[str, str]

_MOST_TO_PAY = timedelta(days=366)
"""Longest time from the declaration of a distribution to the day on which it is payable."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """Data on file from which a distribution is computed, as of one moment."""

    agreement: Mapping[str, Any]
    books: Books
    history: FlowHistory
    available: int
    names: Names


@dataclass(frozen=True, slots=True)
class Declared:
    """A distribution that was computed, to be stored. None as division: an earlier request stored it."""

    agreement_id: str
    payload: DistributionCreate
    computed: "tuple[OnFile, Division] | None"


def preview(db: Database, agreement_id: str, plan: DistributionPlan) -> DistributionPreview:
    """Return how cash would be divided. Raises NotFound, BadInput and Conflict."""
    on_file = db.snapshot_now(read, agreement_id)
    return _preview(on_file, plan, _divide(on_file, plan))


def compute(db: Database, agreement_id: str, payload: DistributionCreate) -> Declared:
    """Compute a distribution for `declare`, unless its source_key is on file."""
    on_file = db.snapshot_now(read, agreement_id)
    if db.snapshot_now(posted_before, on_file.books, "distribution", payload) is not None:
        return Declared(agreement_id, payload, None)
    _check_revision(on_file.books, payload)
    return Declared(agreement_id, payload, (on_file, _divide(on_file, payload)))


def declare(tx: Tx, declared: Declared) -> Stored[DistributionRecord]:
    """Store a distribution that was computed. Raises Conflict if anything was posted since its preview."""
    books = ledger.lock_books(tx, declared.agreement_id)
    if before := posted_before(tx, books, "distribution", declared.payload):
        return before
    _check_revision(books, declared.payload)
    assert declared.computed is not None
    on_file, division = declared.computed
    payload = declared.payload
    fields = {
        **payload.model_dump(exclude={"revision"}),
        "agreement_id": books.agreement_id,
        "currency": books.currency,
        "effective_on": division.payment.on.isoformat(),
        "terms_id": division.terms.document_id,
        "tiers": [each.model_dump() for each in _traced(division, on_file.names)],
        "corrections": [each.model_dump() for each in _corrections(division)],
    }
    stored: Stored[DistributionRecord] = post_document(tx, books, distributions, fields)
    return stored.warn(*_warnings(on_file, division, payload))


def _check_revision(books: Books, payload: DistributionCreate) -> None:
    if books.revision != payload.revision:
        raise Conflict(
            f"the books changed since the preview (revision {payload.revision}, now {books.revision}); preview again"
        )


def read(tx: Tx, agreement_id: str) -> OnFile:
    """Return what distributions of an agreement are computed from. Raises NotFound, and Conflict if it is unusable."""
    agreement = agreements.get_agreement(tx, agreement_id).fields
    books = ledger.books_of(tx, agreement_id)
    try:
        history = history_of(tx, agreement)
    except FlowRefused as error:
        raise Conflict(f"{error}") from None
    available = ledger.available_cash(tx, agreement_id)
    partners = history.terms[-1].computed.partners
    return OnFile(agreement, books, history, available, agreements.names_of(tx, partners))


def _divide(on_file: OnFile, plan: DistributionPlan) -> Division:
    on = _effective_on(on_file, plan)
    cents = cents_of(plan.cash)
    if on_file.books.blocked:
        raise Conflict(f"the agreement is blocked: {on_file.books.blocked}")
    if cents > on_file.available:
        raise Conflict(
            f"only {money(max(0, on_file.available))} {on_file.books.currency} of cash is on the books and not yet owed"
        )
    try:
        return divide(on_file.history, on, cents, true_up=plan.true_up)
    except FlowRefused as error:
        raise Conflict(f"{error}") from None


def _effective_on(on_file: OnFile, plan: DistributionPlan) -> date:
    """Return the day on which a distribution counts. Raises BadInput and Conflict if it cannot count then."""
    first = on_file.agreement["effective_from"]
    if plan.declared_on < first:
        raise BadInput.field("declared_on", f"declared_on is before the agreement of {first}")
    if plan.declared_on > clock.today():
        raise BadInput.field("declared_on", f"declared_on {plan.declared_on} is after today")
    if plan.payable_on < plan.declared_on:
        raise BadInput.field("payable_on", "payable_on is before declared_on")
    if date.fromisoformat(plan.payable_on) - date.fromisoformat(plan.declared_on) > _MOST_TO_PAY:
        raise BadInput.field("payable_on", f"payable_on is more than {_MOST_TO_PAY.days} days after declared_on")
    terms = agreements.in_force(on_file.history.terms, plan.declared_on)
    on = plan.payable_on if terms.written.accrues_until == "payment" else plan.declared_on
    last = on_file.history.distributions[-1:]
    if last and last[0].flow.on.isoformat() > on:
        raise Conflict(
            f"a distribution counts on {last[0].flow.on} already; choose that day or a later one, or reverse "
            f"{last[0].document['id']} first"
        )
    return date.fromisoformat(on)


def _preview(on_file: OnFile, plan: DistributionPlan, division: Division) -> DistributionPreview:
    return DistributionPreview(
        **plan.model_dump(include={"cash", "declared_on", "payable_on", "true_up"}),
        agreement_id=on_file.agreement["id"],
        revision=on_file.books.revision,
        currency=on_file.books.currency,
        effective_on=division.payment.on.isoformat(),
        terms_id=division.terms.document_id,
        available=amount_of(on_file.available),
        tiers=_traced(division, on_file.names),
        corrections=_corrections(division),
        partners=_shares(on_file, division),
        differences=_differences(division),
        warnings=_warnings(on_file, division, plan),
    )


def _traced(division: Division, names: Names) -> list[DistributedTier]:
    steps = trace(division.terms.computed, division.payment, names)
    return [
        DistributedTier(
            number=step.number,
            name=tier.name,
            kind=tier.kind,
            description=step.what,
            needed=_amount(step.needed),
            paid=amount_of(step.paid),
            still_needed=_amount(step.still_needed),
            amounts=_amounts(step.by_partner),
            sentence=step.sentence,
        )
        for tier, step in zip(division.terms.written.tiers, steps, strict=True)
    ]


def _corrections(division: Division) -> list[TierAmounts]:
    return [
        TierAmounts(name=tier.name, kind=tier.kind, amounts=_amounts(found))
        for tier in division.terms.written.tiers
        if (found := _of_tier(division.corrections, tier.name))
    ]


def _of_tier(cents: TierCents, name: str) -> dict[str, int]:
    return {partner: amount for (tier, partner), amount in cents.items() if tier == name}


def _amounts(cents: Mapping[str, int]) -> list[PartnerAmount]:
    return [PartnerAmount(partner_id=partner, amount=amount_of(each)) for partner, each in sorted(cents.items())]


def _amount(cents: int | None) -> int | float | None:
    return None if cents is None else amount_of(cents)


def _shares(on_file: OnFile, division: Division) -> list[PartnerShare]:
    contributed: dict[str, int] = {}
    for flow in on_file.history.flows:
        if isinstance(flow, Contribution) and flow.on <= division.payment.on:
            contributed[flow.partner] = contributed.get(flow.partner, 0) + flow.cents
    promoted = promote(division, contributed)
    return [
        PartnerShare(
            partner_id=partner,
            name=on_file.names.get(partner, partner),
            amount=amount_of(cents),
            promote=amount_of(promoted.get(partner, 0)),
        )
        for partner, cents in division.by_partner.items()
    ]


def _differences(division: Division) -> list[PastDifference]:
    keys = sorted(division.paid.keys() | division.recomputed.keys())
    pairs = [(key, division.paid.get(key, 0), division.recomputed.get(key, 0)) for key in keys]
    return [
        PastDifference(
            tier=tier,
            partner_id=partner,
            paid=amount_of(paid),
            recomputed=amount_of(again),
            difference=amount_of(again - paid),
        )
        for (tier, partner), paid, again in pairs
        if paid != again
    ]


def _warnings(on_file: OnFile, division: Division, plan: DistributionPlan) -> list[str]:
    found = []
    if division.paid != division.recomputed and not plan.true_up:
        found.append(
            "earlier distributions should have paid otherwise, because something was posted to a day before them; "
            "true_up makes up for it"
        )
    contributions = [flow for flow in on_file.history.flows if isinstance(flow, Contribution)]
    if not contributions:
        found.append("nobody has contributed capital yet")
    on = division.payment.on
    later = sum(flow.cents for flow in contributions if flow.on > on)
    if later > 0:
        found.append(
            f"contributions of {money(later)} {on_file.books.currency} count after {on} only: nothing of them is "
            "returned, and they have earned nothing yet"
        )
    return found
