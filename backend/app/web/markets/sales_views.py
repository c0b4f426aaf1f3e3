"""Views of sales."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.search import service as sales
from backend.app.core_gov.market.search.schemas import SaleQuery
from backend.app.core_gov.property.service import locate
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.web.markets.views import MOST_MARKETS
from backend.app.web.pages import macro
from backend.app.web.queries import PageQuery
from backend.app.web.versions import once_per_version


class SalesQuery(PageQuery, SaleQuery):
    """Filters of the sales, as the API has them."""


def listing(tx: Tx, query: SalesQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    """Return a page of sales, newest or nearest first."""
    found = sales.search_sales(tx, query, locate)
    return {
        "rows": [_row(doc) for doc in found.docs],
        "next_cursor": issued(found.next_cursor),
        "given": query,
        "query": query.given,
        "markets": [load(doc)["name"] for doc in markets.list_markets(tx, MOST_MARKETS, None).docs],
    }


@once_per_version
def _row(doc: str) -> Markup:
    return macro("markets/sale_row.html", "row", load(doc))


def sale(tx: Tx, sale_id: str) -> dict[str, Any]:
    """Return one sale with its flags, and the row of its source. Raises NotFound."""
    found = load(sales.get_sale(tx, sale_id).doc)
    return {"sale": found, "title": title_of(found), "row": sorted((found.get("row") or {}).items())}


def title_of(sale: dict[str, Any]) -> str:
    """Return how people call a sale: its address, or else its parcel."""
    if sale.get("address"):
        return str(sale["address"])
    return f"Parcel {sale['parcel']}" if sale.get("parcel") else f"Sale of {sale['close_date']}"
