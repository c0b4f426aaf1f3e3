"""Capital account of a partner in a period: what was paid in, paid back and earned. Pure functions."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from backend.app.core_gov.jv.agreements.service import in_force
from backend.app.core_gov.jv.documents.flows import FlowHistory, PostedFlow
from backend.app.core_gov.jv.statements.schemas import CapitalAccount, Movement
from backend.app.core_gov.jv.waterfall.flows import Contribution
from backend.app.core_gov.jv.waterfall.rounding import exact_amounts, whole_cents
from backend.app.kit.cents import amount_of

Kinds = Mapping[str, int]
"""Cents by what they are: contributed, returned, preferred, profit."""


def capital_account(
    history: FlowHistory, partner: str, first: date, last: date, committed: int, reversals: Mapping[str, str]
) -> CapitalAccount:
    """Return the capital account of a partner for a period, both days included.

    `committed`: cents promised up to the last day. `reversals`: entry that took back a document, by the document's
    entry.
    """
    before, within = dict.fromkeys(_KINDS, 0), dict.fromkeys(_KINDS, 0)
    movements: list[Movement] = []
    for posted in sorted(history.posted, key=lambda each: (each.flow.on, each.number)):
        if posted.flow.on > last:
            continue
        amounts = _amounts(history, posted, partner)
        for kind, cents in amounts.items():
            (before if posted.flow.on < first else within)[kind] += cents
        if posted.flow.on >= first:
            movements += _movements(posted, amounts, reversals)
    opening = before["contributed"] - before["returned"]
    paid_in = before["contributed"] + within["contributed"]
    return CapitalAccount(
        opening=amount_of(opening),
        contributed=amount_of(within["contributed"]),
        returned=amount_of(within["returned"]),
        ending=amount_of(opening + within["contributed"] - within["returned"]),
        preferred_paid=amount_of(within["preferred"]),
        preferred_owed=amount_of(_preferred_owed(history, partner, last)),
        profit_paid=amount_of(within["profit"]),
        committed=amount_of(committed),
        unfunded=amount_of(max(0, committed - paid_in)),
        movements=movements,
    )


_KINDS = ("contributed", "returned", "preferred", "profit")
_BY_TIER = {"return_of_capital": "returned", "preferred_return": "preferred"}
_WORDS = {
    "contributed": "Contribution",
    "returned": "Return of capital",
    "preferred": "Preferred return",
    "profit": "Profit",
}


def _amounts(history: FlowHistory, posted: PostedFlow, partner: str) -> dict[str, int]:
    """Return the cents of a partner in a flow, by what they are."""
    if isinstance(posted.flow, Contribution):
        return {"contributed": posted.flow.cents} if posted.flow.partner == partner else {}
    found: dict[str, int] = {}
    tiers = in_force(history.terms, posted.flow.on.isoformat()).written.tiers
    for tier, amounts in zip(tiers, posted.flow.tiers, strict=True):
        if cents := amounts.get(partner, 0):
            kind = _BY_TIER.get(tier.kind, "profit")
            found[kind] = found.get(kind, 0) + cents
    return found


def _movements(posted: PostedFlow, amounts: Kinds, reversals: Mapping[str, str]) -> list[Movement]:
    document: Mapping[str, Any] = posted.document
    entry_id = document["entry_id"]
    taken_back = posted.flow.cents < 0
    return [
        Movement(
            on=posted.flow.on.isoformat(),
            what=f"{_WORDS[kind]}, taken back" if taken_back else _WORDS[kind],
            amount=amount_of(cents),
            entry_id=reversals.get(entry_id, entry_id) if taken_back else entry_id,
        )
        for kind, cents in amounts.items()
    ]


def _preferred_owed(history: FlowHistory, partner: str, last: date) -> int:
    """Return the cents of preferred return owed at the end of a day."""
    with exact_amounts():
        owed = history.balances_on(last).preferred_owed(last)
    return whole_cents(owed.get(partner, Decimal(0)))
