"""Position of the partners of an agreement on a day: capital, returns, and what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from backend.app.core_gov.jv.distributions.service import OnFile
from backend.app.core_gov.jv.documents.flows import FlowHistory, reversed_entries
from backend.app.core_gov.jv.documents.recent import Recent
from backend.app.core_gov.jv.documents.schemas import ComputedMoney, SignedMoney
from backend.app.core_gov.jv.documents.service import owed_of
from backend.app.core_gov.jv.documents.store import commitments, documents_of
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.jv.ledger.store import newest_entry
from backend.app.core_gov.jv.waterfall.returns import returns_of
from backend.app.core_gov.jv.waterfall.rounding import exact_amounts, whole_cents
from backend.app.core_gov.jv.waterfall.tier_balances import TierBalances
from backend.app.core_gov.jv.waterfall.versions import FlowRefused
from backend.app.kit.cents import amount_of, cents_of
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict
from backend.app.kit.fields import Money


class PartnerCapital(BaseModel):
    """Capital of a partner in an agreement, and its returns so far."""

    partner_id: str = Field(description="Partner")
    name: str = Field(description="Name of the partner")
    committed: SignedMoney = Field(description="Capital promised")
    contributed: SignedMoney = Field(description="Capital paid in")
    returned: SignedMoney = Field(description="Capital paid back")
    capital: SignedMoney = Field(description="Capital still in: `contributed` less `returned`")
    unfunded: SignedMoney = Field(description="Capital promised and not paid in; 0 if more was paid in")
    distributed: SignedMoney = Field(description="All distributions, capital included")
    unpaid: SignedMoney = Field(description="Declared and not yet paid")
    preferred_owed: ComputedMoney = Field(description="Preferred return owed today, rounded to the cent")
    irr_percent: list[float] = Field(
        description="Internal rates of return to date in percent (actual/365); several are possible, and none if "
        "there is no real rate. What is still invested counts for nothing"
    )
    multiple: float | None = Field(description="`distributed` by `contributed`; null without capital")

    def named(self, names: Mapping[str, str]) -> "PartnerCapital":
        """Return a copy with the name of the partner."""
        return self.model_copy(update={"name": names.get(self.partner_id, self.partner_id)})


class DueDistribution(BaseModel):
    """A distribution that is not paid in full."""

    distribution_id: str = Field(description="`dst_…`")
    payable_on: str = Field(description="Day on which it is payable")
    amount: Money = Field(description="What is still unpaid of it")


@dataclass(frozen=True, slots=True)
class PartnersPosition:
    """Partners without their names, and the distributions that are not paid in full, the first payable first."""

    partners: Mapping[str, PartnerCapital]
    due: Sequence[DueDistribution]
    unpaid: Mapping[str, Mapping[str, int]]
    """Unpaid cents by distribution and partner."""


_positions: Recent[PartnersPosition] = Recent(4096)


def position_of(tx: Tx, on_file: OnFile, day: str) -> PartnersPosition:
    """Return the position of the partners on a day. Raises Conflict if the flows do not fit the terms."""
    agreement_id = on_file.agreement["id"]
    key = agreement_id, newest_entry(tx, agreement_id), day
    return _positions.get(key, lambda: _position(tx, on_file, day))


def _position(tx: Tx, on_file: OnFile, day: str) -> PartnersPosition:
    undone = reversed_entries(tx, on_file.agreement["id"])
    partners = _partners(tx, on_file, day)
    due: list[DueDistribution] = []
    unpaid: dict[str, Mapping[str, int]] = {}
    for posted in on_file.history.distributions:
        document: Mapping[str, Any] = posted.document
        owed = owed_of(tx, document, undone)
        if (cents := sum(owed.values())) > 0:  # negative if a JSON file was edited: more was paid than is owed
            unpaid[document["id"]] = owed
            amount = amount_of(cents)
            due.append(
                DueDistribution(distribution_id=document["id"], payable_on=document["payable_on"], amount=amount)
            )
    return PartnersPosition(partners, sorted(due, key=lambda each: each.payable_on), unpaid)


def balances_on(history: FlowHistory, day: str) -> TierBalances:
    """Return the balances of the tiers on a day. Raises Conflict if the flows do not fit the terms."""
    try:
        return history.balances_on(date.fromisoformat(day))
    except FlowRefused as error:
        raise Conflict(f"{error}") from None


def whole(cents: Decimal) -> int | float:
    """Return exact cents as an amount, rounded to the cent."""
    return amount_of(whole_cents(cents))


def _partners(tx: Tx, on_file: OnFile, day: str) -> dict[str, PartnerCapital]:
    on, balances = date.fromisoformat(day), balances_on(on_file.history, day)
    promised = committed(tx, on_file.agreement["id"], day)
    unpaid = ledger.balances(tx, on_file.agreement["id"])
    with exact_amounts():
        owed = balances.preferred_owed(on)
    found = {}
    for partner in balances.terms.partners:
        own = returns_of(on_file.history.flows, partner, on)
        returned = int(balances.returned[partner])
        found[partner] = PartnerCapital(
            partner_id=partner,
            name=partner,
            committed=amount_of(promised.get(partner, 0)),
            contributed=amount_of(own.contributed),
            returned=amount_of(returned),
            capital=amount_of(own.contributed - returned),
            unfunded=amount_of(max(0, promised.get(partner, 0) - own.contributed)),
            distributed=amount_of(own.distributed),
            unpaid=amount_of(unpaid.get(f"distributions_payable:{partner}", 0)),
            preferred_owed=whole(owed[partner]),
            irr_percent=[round(rate * 100, 6) for rate in own.irr],
            multiple=None if own.multiple is None else round(own.multiple, 6),
        )
    return found


def committed(tx: Tx, agreement_id: str, day: str) -> dict[str, int]:
    """Return the cents that each partner has promised up to a day."""
    undone = reversed_entries(tx, agreement_id)
    found: dict[str, int] = {}
    for each in documents_of(tx, commitments, agreement_id):
        if each["entry_id"] not in undone and each["effective_on"] <= day:
            found[each["partner_id"]] = found.get(each["partner_id"], 0) + cents_of(each["amount"])
    return found
