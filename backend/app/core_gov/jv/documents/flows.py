"""Flows of an agreement for its waterfall, from its documents on file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.agreements.service import AgreedTerms
from backend.app.core_gov.jv.documents.recent import Recent
from backend.app.core_gov.jv.documents.store import contributions, distributions, documents_of, reversals
from backend.app.core_gov.jv.ledger.store import entry_numbers, newest_entry
from backend.app.core_gov.jv.waterfall.flows import Contribution, Distribution, Flow
from backend.app.core_gov.jv.waterfall.tier_balances import TierBalances
from backend.app.core_gov.jv.waterfall.versions import FlowRefused, Version, replayed
from backend.app.kit.cents import cents_of
from backend.app.kit.db import Tx

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PostedFlow:
    """A flow with the number of the entry that posted it, and its document."""

    flow: Flow
    number: int
    document: Document


@dataclass(frozen=True, slots=True)
class FlowHistory:
    """Everything of an agreement that its waterfall depends on.

    `never_happened`: number of the entry and day of each reversal that says that a flow never happened.
    """

    terms: Sequence[AgreedTerms]
    posted: Sequence[PostedFlow]
    never_happened: Sequence[tuple[int, date]]

    @property
    def flows(self) -> list[Flow]:
        return [each.flow for each in self.posted]

    @property
    def versions(self) -> list[Version]:
        """Return the terms as the waterfall replays them."""
        return [each.version for each in self.terms]

    def balances_on(self, day: date) -> TierBalances:
        """Return the balances of the tiers after all flows up to a day. Raises FlowRefused."""
        return replayed(self.versions, self.flows, day)

    @property
    def distributions(self) -> list[PostedFlow]:
        """Return the distributions that were not reversed, in the order of their days."""
        undone = {each.document["id"] for each in self.posted if _is_taken_back(each)}
        found = [each for each in self.posted if isinstance(each.flow, Distribution)]
        kept = [each for each in found if each.document["id"] not in undone]
        return sorted(kept, key=lambda each: (each.flow.on, each.number))

    @property
    def last_declared(self) -> PostedFlow | None:
        """Return the distribution that counts last, one that was taken back on a later day included."""
        found = [each for each in self.posted if isinstance(each.flow, Distribution) and each.flow.cents >= 0]
        return max(found, key=lambda each: (each.flow.on, each.number), default=None)

    @property
    def undone(self) -> list[Flow]:
        """Return the distributions that were taken back on a later day."""
        kept = {each.document["id"] for each in self.distributions}
        return [
            each.flow
            for each in self.posted
            if isinstance(each.flow, Distribution) and each.flow.cents >= 0 and each.document["id"] not in kept
        ]


def _is_taken_back(posted: PostedFlow) -> bool:
    return isinstance(posted.flow, Distribution) and posted.flow.cents < 0


def reversed_entries(tx: Tx, agreement_id: str) -> dict[str, Document]:
    """Return the reversals of an agreement by the entry that they reverse."""
    return {each["reverses"]: each for each in documents_of(tx, reversals, agreement_id)}


_histories: Recent[FlowHistory] = Recent(64)


def history_of(tx: Tx, agreement: Mapping[str, Any]) -> FlowHistory:
    """Return the terms and flows of an agreement. Raises FlowRefused if the flows do not fit the terms."""
    key = agreement["id"], newest_entry(tx, agreement["id"])
    return _histories.get(key, lambda: _history(tx, agreement))


def _history(tx: Tx, agreement: Mapping[str, Any]) -> FlowHistory:
    undone = reversed_entries(tx, agreement["id"])
    terms = agreements.terms_of(tx, agreement)
    numbers = entry_numbers(tx, agreement["id"])
    posted: list[PostedFlow] = []
    never_happened: list[tuple[int, date]] = []
    for table in (contributions, distributions):
        for document in documents_of(tx, table, agreement["id"]):
            number, reversal = numbers.get(document["entry_id"], 0), undone.get(document["entry_id"])
            on = date.fromisoformat(document["effective_on"])
            if reversal is not None and reversal["meaning"] == "never_happened":
                never_happened.append((numbers.get(reversal["entry_id"], 0), on))
                continue
            posted.append(PostedFlow(_flow(terms, document, on, 1), number, document))
            if reversal is not None:
                back = date.fromisoformat(reversal["effective_on"])
                taken = _flow(terms, document, back, -1)
                posted.append(PostedFlow(taken, numbers.get(reversal["entry_id"], 0), document))
    return FlowHistory(terms, posted, never_happened)


def _flow(terms: Sequence[AgreedTerms], document: Document, on: date, sign: int) -> Flow:
    if "partner_id" in document:
        return Contribution(on, document["partner_id"], sign * cents_of(document["amount"]))
    agreed = agreements.in_force(terms, on.isoformat())
    amounts = by_tier(document)
    if missing := sorted(name for name in amounts.keys() - set(agreed.names) if any(amounts[name].values())):
        raise FlowRefused(f"the terms of {on} have no tier {missing[0]}, under which {document['id']} paid")
    return Distribution(
        on,
        tuple(
            {partner: sign * cents for partner, cents in amounts.get(name, {}).items() if cents}
            for name in agreed.names
        ),
    )


def by_tier(document: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the cents of a distribution by tier and partner, corrections included."""
    found: dict[str, dict[str, int]] = {}
    for tier in (*document["tiers"], *document["corrections"]):
        amounts = found.setdefault(tier["name"], {})
        for each in tier["amounts"]:
            amounts[each["partner_id"]] = amounts.get(each["partner_id"], 0) + cents_of(each["amount"])
    return found
