"""Holdings of a partner in all agreements, for the dashboard."""

from pydantic import Field

from backend.app.core_gov.jv.distributions.position import DueDistribution, PartnerCapital, position_of
from backend.app.core_gov.jv.distributions.service import read
from backend.app.core_gov.jv.documents.recent import Recent
from backend.app.core_gov.jv.ledger.store import newest_entries
from backend.app.kit import clock
from backend.app.kit.cents import amount_of
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict


class PartnerHolding(PartnerCapital):
    """Capital, preferred return and returns of a partner in an agreement today, and what is due to the partner."""

    agreement_id: str = Field(description="`agr_…`")
    agreement_name: str = Field(description="Name of the agreement")
    currency: str = Field(description="CAD or USD")
    next_dates: list[DueDistribution] = Field(description="What is payable to the partner, the first day first")


_holdings: Recent[PartnerHolding | None] = Recent(8192)


def holdings_of(tx: Tx, partner_id: str, name: str) -> tuple[list[PartnerHolding], list[str]]:
    """Return the holdings of a partner, and a warning for each agreement that cannot be computed."""
    found: list[PartnerHolding] = []
    warnings: list[str] = []
    day = clock.today()
    for agreement_id, newest in newest_entries(tx, "partner", partner_id).items():
        key = partner_id, agreement_id, newest, day
        try:
            holding = _holdings.get(key, lambda each=agreement_id: _holding(tx, each, partner_id, day))  # type: ignore[misc]
        except Conflict as error:
            warnings.append(f"agreement {agreement_id}: {error.detail}")
            continue
        if holding is not None:
            found.append(holding.model_copy(update={"name": name}))
    return found, warnings


def _holding(tx: Tx, agreement_id: str, partner_id: str, day: str) -> PartnerHolding | None:
    """Return the holding of a partner in an agreement; None if its partner left it in an amendment."""
    on_file = read(tx, agreement_id)
    position = position_of(tx, on_file, day)
    capital = position.partners.get(partner_id)
    if capital is None:
        return None
    dates = [
        each.model_copy(update={"amount": amount_of(cents)})
        for each in position.due
        if (cents := position.unpaid[each.distribution_id].get(partner_id, 0)) > 0
    ]
    return PartnerHolding(
        **capital.model_dump(),
        agreement_id=agreement_id,
        agreement_name=on_file.agreement["name"],
        currency=on_file.books.currency,
        next_dates=dates,
    )
