"""Response schema of the partner dashboard, above everything that it shows."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.jv.distributions.holdings import PartnerHolding
from backend.app.core_gov.jv.schemas import (
    LINK,
    DealLinkRecord,
    DealSummary,
    DealTotal,
    PartnerRecord,
)

_DASHBOARD: dict[str, Any] = {
    "partner": PartnerRecord.full_example(),
    "links": [DealLinkRecord.full_example()],
    "deal_summaries": [
        {"deal_id": LINK["deal_id"], "address": "114 Elm Street, Hamilton", "status": "analyzing"}
        | {"price": 412000, "arv": 565000, "currency": "CAD"}
    ],
    "deal_totals": [
        {"link_status": "active", "status": "analyzing", "currency": "CAD", "deals": 1, "price": 412000, "arv": 565000}
    ],
    "link_counts": {"active": 1},
    "agreements": [],
    "warnings": [],
}


class PartnerDashboard(BaseModel):
    """A partner with links, deals and totals; read-only."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DASHBOARD]})

    partner: PartnerRecord = Field(description="As returned by GET /core/jv/partners/{partner_id}")
    links: list[DealLinkRecord] = Field(description="Links, newest first")
    deal_summaries: list[DealSummary] = Field(description="Each deal once, in the order of the links")
    deal_totals: list[DealTotal] = Field(description="Totals of the deals by link status, deal status and currency")
    link_counts: dict[str, int] = Field(description="Links by status", examples=[{"active": 3, "ended": 1}])
    agreements: list[PartnerHolding] = Field(
        description="Capital, preferred return owed and returns in each agreement of the partner, as of today"
    )
    warnings: list[str] = Field(
        description="One sentence for each deal that is not on file, one if an archived partner has active links, and "
        "one for each agreement that cannot be computed"
    )
