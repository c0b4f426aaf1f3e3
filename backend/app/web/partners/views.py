"""Views of partners: the table, and the page of one partner."""

from collections.abc import Callable
from typing import Any, get_args

from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.schemas import PartnerQuery, PartnerStatus, Role
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.web.queries import PageQuery

STATUSES: tuple[PartnerStatus, ...] = get_args(PartnerStatus)
ROLES: tuple[Role, ...] = get_args(Role)


class PartnersQuery(PageQuery, PartnerQuery):
    """Filters of the table, as the API has them."""


def listing(tx: Tx, query: PartnersQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    found = jv.list_partners(tx, query)
    return {
        "partners": [load(doc) for doc in found.docs],
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        "statuses": STATUSES,
        "roles": ROLES,
    }


def partner(tx: Tx, partner_id: str) -> dict[str, Any]:
    """Return a partner with links, deals and totals. Raises NotFound."""
    found = jv.dashboard(tx, partner_id)
    return {"partner": found.partner.model_dump(), "dashboard": found}
