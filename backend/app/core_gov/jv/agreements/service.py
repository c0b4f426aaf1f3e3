"""Service of agreements: their versions, and what may be agreed on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.app.core_gov.jv.agreements.conversion import faults_of_terms, waterfall_terms, written_tiers
from backend.app.core_gov.jv.agreements.schemas import (
    AgreementCreate,
    AgreementQuery,
    AgreementRecord,
    AmendmentQuery,
    AmendmentRecord,
    PresetQuery,
    TermsPreset,
    TermsPresets,
)
from backend.app.core_gov.jv.agreements.store import agreements, amendments, amendments_of
from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.core_gov.jv.ledger.store import agreements_of, reversals_of
from backend.app.core_gov.jv.store import lock_links_of, partners
from backend.app.core_gov.jv.waterfall.presets import PRESETS
from backend.app.core_gov.jv.waterfall.terms import Terms
from backend.app.core_gov.jv.waterfall.versions import Version
from backend.app.deals import service as deals
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput, Conflict, Fault
from backend.app.kit.records import Page, Stored


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """Terms of an agreement from a day on. `document_id`: agreement or amendment that has them."""

    document_id: str
    entry_id: str
    effective_from: str
    written: AgreementTerms
    computed: Terms

    @property
    def version(self) -> Version:
        return Version(date.fromisoformat(self.effective_from), self.computed)

    @property
    def names(self) -> Sequence[str]:
        return self.computed.names


def list_agreements(tx: Tx, query: AgreementQuery) -> Page[AgreementRecord]:
    return agreements.page(tx, query.filters, query.limit, query.cursor)


def get_agreement(tx: Tx, agreement_id: str) -> Stored[AgreementRecord]:
    return agreements.get(tx, agreement_id)


def list_amendments(tx: Tx, query: AmendmentQuery) -> Page[AmendmentRecord]:
    return amendments.page(tx, query.filters, query.limit, query.cursor)


def presets(_: Tx, query: PresetQuery) -> TermsPresets:
    """Return the presets, filled in for investors and sponsors. A partner may be both."""
    found = []
    for name, preset in PRESETS.items():
        terms = preset.terms(tuple(query.investor), tuple(query.sponsor))
        written: dict[str, Any] = {
            "partners": list(terms.partners),
            "promote_partners": query.sponsor,
            "promote_measure": "tier_share",
            "accrues_until": "declaration",
            "tiers": written_tiers(terms.tiers),
        }
        found.append(TermsPreset(name=name, title=preset.title, terms=AgreementTerms.model_validate(written)))
    return TermsPresets(items=found)


def terms_of(tx: Tx, agreement: Mapping[str, Any]) -> list[AgreedTerms]:
    """Return the terms of an agreement in the order of their first days, without reversed amendments."""
    found, amended = [_agreed(agreement)], [each.document for each in amendments_of(tx, agreement["id"])]
    undone = reversals_of(tx, [each["entry_id"] for each in amended]) if amended else {}
    found += [_agreed(each) for each in amended if each["entry_id"] not in undone]
    return sorted(found, key=lambda each: each.effective_from)


def _agreed(document: Mapping[str, Any]) -> AgreedTerms:
    written = AgreementTerms.model_validate(document["terms"])
    return AgreedTerms(
        document["id"], document["entry_id"], document["effective_from"], written, waterfall_terms(written)
    )


def in_force(terms: Sequence[AgreedTerms], on: str) -> AgreedTerms:
    """Return the terms on a day; the first ones for a day before them."""
    return max((each for each in terms if each.effective_from <= on), key=_first_day, default=terms[0])


def _first_day(terms: AgreedTerms) -> str:
    return terms.effective_from


def check_terms(terms: AgreementTerms) -> None:
    """Raise BadInput if terms contradict themselves."""
    found = faults_of_terms(terms)
    if found:
        raise BadInput.of([Fault("terms", f"terms: {sentence}") for sentence in found])


def check_parties(tx: Tx, payload: AgreementCreate) -> None:
    """Lock the deals and partners of a new agreement. Raises BadInput and Conflict if one does not fit."""
    check_partners(tx, payload.terms.partners)
    if len(set(payload.deal_ids)) != len(payload.deal_ids):
        raise BadInput.field("deal_ids", "deal_ids names a deal twice")
    for deal_id in sorted(payload.deal_ids):
        currency = deals.lock_currency(tx, deal_id)
        if currency is None:
            raise BadInput.field("deal_ids", f"deal {deal_id} is not on file")
        if currency != payload.currency:
            raise Conflict(f"deal {deal_id} is in {currency}, and the agreement in {payload.currency}")


def check_partners(
    tx: Tx, partner_ids: Sequence[str], field: str = "terms", signed: Collection[str] = frozenset()
) -> None:
    """Lock partners against being archived. Raises BadInput if one is not on file or archived.

    Those who signed before may be archived, because partners stay in an agreement.
    """
    for partner_id in sorted(partner_ids):
        lock_links_of(tx, partner_id)
    found = partners.find_all(tx, list(partner_ids))
    for partner_id in partner_ids:
        if partner_id not in found:
            raise BadInput.field(field, f"partner {partner_id} is not on file")
        if found[partner_id].document.get("status") == "archived" and partner_id not in signed:
            raise BadInput.field(field, f"partner {partner_id} is archived")


def names_of(tx: Tx, partner_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of partners by id."""
    found = partners.find_all(tx, list(partner_ids))
    return {key: str(stored.document.get("name", key)) for key, stored in found.items()}


def check_currency_change(tx: Tx, deal_id: str) -> None:
    """Raise Conflict if the currency of a deal cannot change because an agreement covers the deal."""
    if found := agreements_of(tx, "deal", deal_id):
        raise Conflict(f"the currency cannot change, because the agreement {found[0]} covers the deal")
