"""Views of the editor of terms: a new agreement from a preset, an amendment, and the worked example beside them."""

from datetime import date
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, ValidationError

from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.agreements.conversion import faults_of_terms
from backend.app.core_gov.jv.agreements.schemas import Currency, PresetQuery
from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.core_gov.jv.agreements.worked_example import WorkedExample, worked_example
from backend.app.core_gov.jv.documents.schemas import PositiveMoney
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealRecord
from backend.app.kit import clock
from backend.app.kit.cents import amount_of, cents_of
from backend.app.kit.db import Tx
from backend.app.kit.fields import Fields, FilterText, faults_of
from backend.app.kit.query import Several
from backend.app.web.charts.tiers import TierBar, series_of, tiers
from backend.app.web.joint_ventures.editor_fields import (
    HURDLE,
    PORTION,
    TERMS,
    TIERS,
    TIERS_HELP,
    fault_in_words,
    with_names,
)
from backend.app.web.joint_ventures.views import template_functions
from backend.app.web.queries import PageQuery
from backend.app.web.stored_fields import fields_of

MAX_YEARS = 30

EXAMPLE = {"amount": 100_000, "years": 3, "profit_percent": 50}
"""The example that is shown first."""

_FORM: dict[str, Any] = {
    "tier_kinds": TIERS,
    "hurdle_fields": HURDLE,
    "portion_fields": PORTION,
    "terms_fields": TERMS,
    "tiers_help": TIERS_HELP,
    "example": EXAMPLE,
}


class NewAgreementQuery(PageQuery):
    """Deals and partners of a new agreement, and the preset that the editor starts from."""

    deal: Several[FilterText] | None = None
    investor: Several[FilterText] | None = None
    sponsor: Several[FilterText] | None = None
    preset: FilterText | None = None


class ExampleBody(BaseModel):
    """Terms and example as typed so far. Their faults are shown, not refused."""

    terms: Any = None
    amount: Any = None
    years: Any = None
    profit_percent: Any = None


class ExamplePlan(Fields):
    """Terms and example that can be computed."""

    terms: AgreementTerms
    amount: PositiveMoney
    years: Annotated[int, Field(ge=1, le=MAX_YEARS)]
    profit_percent: Annotated[int | float, Field(ge=-100, le=10_000)]


def new_agreement(tx: Tx, query: NewAgreementQuery) -> dict[str, Any]:
    """Return the form of a new agreement: with the editor once deals and partners are chosen."""
    investors, sponsors = query.investor or [], query.sponsor or []
    partners = list(dict.fromkeys([*investors, *sponsors]))
    found = {key: fields_of(DealRecord, each.doc) for key, each in deals.find_deals(tx, query.deal or []).items()}
    names = agreements.names_of(tx, partners)
    presets = _presets(tx, investors, sponsors)
    chosen = next((each for each in presets if each.name == query.preset), presets[0] if presets else None)
    terms = chosen.terms if chosen and partners and query.deal else None
    return {
        "deals": found,
        "names": names | {key: deal["name"] for key, deal in found.items()},
        "unknown": [each for each in (*(query.deal or []), *partners) if each not in names and each not in found],
        "presets": _presets(tx, ["p_investor"], ["p_sponsor"]),
        "preset": chosen.name if chosen else query.preset,
        "terms": terms.model_dump() if terms else None,
        "chosen": {"deal": query.deal or [], "investor": investors, "sponsor": sponsors},
        "currency": next((deal["currency"] for deal in found.values()), None),
        "currencies": get_args(Currency),
        "today": clock.today(),
        **_FORM,
        **(_worked(ExamplePlan(terms=terms, **EXAMPLE), names) if terms else {}),
    }


def _presets(tx: Tx, investors: list[str], sponsors: list[str]) -> list[Any]:
    if not investors or not sponsors:
        return []
    return agreements.presets(tx, PresetQuery(investor=investors, sponsor=sponsors)).items


def amendment(tx: Tx, agreement_id: str) -> dict[str, Any]:
    """Return the form that amends an agreement, with its latest terms. Raises NotFound."""
    agreement = agreements.get_agreement(tx, agreement_id).fields
    latest = agreements.terms_of(tx, agreement)[-1]
    names = agreements.names_of(tx, latest.written.partners)
    return {
        "agreement": agreement,
        "latest": latest,
        "terms": latest.written.model_dump(),
        "names": names,
        "currency": agreement["currency"],
        **_FORM,
        **_worked(ExamplePlan(terms=latest.written, **EXAMPLE), names),
        **template_functions(agreement_id),
    }


def example(tx: Tx, body: ExampleBody) -> dict[str, Any]:
    """Return the worked example of terms that are being edited, or what is wrong with them, a sentence each."""
    partners = body.terms.get("partners") if isinstance(body.terms, dict) else None
    ids = [each for each in partners if isinstance(each, str)] if isinstance(partners, list) else []
    names = agreements.names_of(tx, ids)
    try:
        plan = ExamplePlan.model_validate(body.model_dump())
    except ValidationError as error:
        return {"faults": [with_names(fault_in_words(fault), names) for fault in faults_of(error)], "worked": None}
    return _worked(plan, names)


def _worked(plan: ExamplePlan, names: dict[str, str]) -> dict[str, Any]:
    faults = [with_names(each, names) for each in faults_of_terms(plan.terms)]
    if faults:
        return {"faults": faults, "worked": None}
    first = date.fromisoformat(clock.today())
    found = worked_example(plan.terms, cents_of(plan.amount), plan.years, plan.profit_percent, first, names)
    return {"faults": [], "worked": _shown(found, plan, names)}


def _shown(found: WorkedExample, plan: ExamplePlan, names: dict[str, str]) -> dict[str, Any]:
    """Return an example as the template shows it: tiers with chart, and partners with their part of the profit."""
    partners = plan.terms.partners
    rows = []
    for written, tier in zip(plan.terms.tiers, found.tiers, strict=True):
        amounts = tuple(amount_of(tier.by_partner.get(each, 0)) for each in partners)
        needed = None if tier.needed is None else amount_of(tier.needed)
        rows.append((written.name, needed, amount_of(tier.paid), amounts, tier.sentence))
    shown_names = [names.get(each, each) for each in partners]
    bars = [TierBar(name, needed, amounts) for name, needed, _, amounts, _ in rows]
    return {
        "rows": rows,
        "names": shown_names,
        "chart": tiers("Worked example", shown_names, bars, ""),
        "legend": [(series_of(number), name) for number, name in enumerate(shown_names)],
        "contributed": amount_of(sum(found.contributed.values())),
        "investors": len(found.contributed),
        "cash": amount_of(found.cash),
        "years": plan.years,
        "partners": [
            {
                "name": names.get(each, each),
                "contributed": amount_of(found.contributed.get(each, 0)),
                "received": amount_of(found.received[each]),
                "profit": amount_of(found.profit_of(each)),
                "share": 100 * found.profit_of(each) / found.profit if found.profit > 0 else None,
            }
            for each in partners
        ],
    }
