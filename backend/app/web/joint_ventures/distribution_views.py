"""View of a distribution: the form, and the preview with the trace of each tier."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.distributions import service as distributions
from backend.app.core_gov.jv.distributions.schemas import DistributionPlan, DistributionPreview, PastDifference
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.kit import clock
from backend.app.kit.cents import amount_of
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.fields import FilterText, faults_of
from backend.app.kit.query import Amount, YesNo
from backend.app.web.charts.tiers import TierBar, series_of, tiers
from backend.app.web.joint_ventures.views import template_functions
from backend.app.web.queries import PageQuery


class DistributionPageQuery(PageQuery):
    """Cash to distribute, as the form sends it; nothing is computed without an amount."""

    cash: Amount | None = Field(default=None, description="Cash to distribute")
    declared_on: FilterText | None = Field(default=None, description="Day of the declaration; today if not given")
    payable_on: FilterText | None = Field(default=None, description="Payable day; that of the declaration if not given")
    true_up: YesNo = Field(default=False, description="Whether to make up for differences of the past")


def distribution(database: Database, agreement_id: str, query: DistributionPageQuery) -> dict[str, Any]:
    """Return the form of a distribution, with its preview if there is an amount. Raises NotFound."""
    values = database.snapshot_now(_form, agreement_id)
    declared_on = query.declared_on or clock.today()
    asked = {
        "cash": query.given.get("cash"),
        "declared_on": declared_on,
        "payable_on": query.payable_on or declared_on,
        "true_up": query.true_up,
    }
    values |= {"asked": asked, "query": query.given, "refused": [], "preview": None}
    if query.cash is None:
        return values
    try:
        preview = distributions.preview(database, agreement_id, DistributionPlan.model_validate(asked))
    except ValidationError as error:
        return values | {"refused": [in_words(fault.message) for fault in faults_of(error)]}
    except (BadInput, Conflict) as error:
        return values | {"refused": [in_words(error.detail)]}
    return values | shown(preview)


def _form(tx: Tx, agreement_id: str) -> dict[str, Any]:
    agreement = agreements.get_agreement(tx, agreement_id).fields
    available = amount_of(ledger.available_cash(tx, agreement_id))
    return {"agreement": agreement, "available": available, **template_functions(agreement_id)}


_LABELS = {"declared_on": "the day of the declaration", "payable_on": "the payable day", "true_up": "the true-up"}


def in_words(sentence: str) -> str:
    """Return a sentence of the API with the words of the form instead of the names of fields."""
    return re.sub(r"\b(declared_on|payable_on|true_up)\b", lambda found: _LABELS[found.group()], sentence)


def shown(preview: DistributionPreview) -> dict[str, Any]:
    """Return a preview as the template shows it."""
    names = {each.partner_id: each.name for each in preview.partners}
    bars = [
        TierBar(tier.name, tier.needed, amounts_of({each.partner_id: each.amount for each in tier.amounts}, names))
        for tier in preview.tiers
    ]
    return {
        "preview": preview,
        "partner_names": names,
        "rows": list(zip(preview.tiers, (bar.amounts for bar in bars), strict=True)),
        "chart": tiers(f"Distribution by tier in {preview.currency}", list(names.values()), bars, preview.currency),
        "legend": [(series_of(number), name) for number, name in enumerate(names.values())],
        "differences": [(each, names.get(each.partner_id, each.partner_id)) for each in preview.differences],
        "warnings": [in_words(each) for each in preview.warnings],
        "sentences": [difference_in_words(each, names, preview.currency) for each in preview.differences],
    }


def amounts_of(amounts: Mapping[str, float], names: Mapping[str, str]) -> tuple[float, ...]:
    """Return the amount of each partner in the order of the names; 0 for those who get nothing."""
    return tuple(amounts.get(partner, 0) for partner in names)


def difference_in_words(each: PastDifference, names: Mapping[str, str], currency: str) -> str:
    """Return a difference of the past as a sentence."""
    amount = f"{abs(each.difference):,.2f} {currency}"
    much = "too little" if each.difference > 0 else "too much"
    return f"{names.get(each.partner_id, each.partner_id)} was paid {amount} {much} under the tier {each.tier}."
