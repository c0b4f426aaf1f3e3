"""Rows of the table of properties: each with its figures, and with what is known of its deal."""

from typing import Any

from markupsafe import Markup

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.property.figures import PropertyFigures, find_figures
from backend.app.core_gov.property.schemas import PropertyRecord
from backend.app.deals import service as deals
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.kit.records import Stored
from backend.app.web.pages import macro
from backend.app.web.properties.cells import cells_of
from backend.app.web.properties.property_row import PropertyRow
from backend.app.web.versions import once_per_version

_UNKNOWN: dict[str, Any] = dict.fromkeys((*PropertyRecord.model_fields, "owner"))


def rows_of(tx: Tx, docs: list[str], columns: tuple[str, ...]) -> list[Markup]:
    """Return the rows of stored properties, with one statement for the figures, one for the deals, one for messages."""
    ids = [_ids(doc) for doc in docs]
    figures = find_figures(tx, [property_id for property_id, _ in ids])
    deal_ids = sorted({deal_id for _, deal_id in ids if deal_id})
    found = deals.find_deals(tx, deal_ids)
    contacts = comms.last_contacts(tx, deal_ids)
    rows = []
    for doc, (property_id, deal_id) in zip(docs, ids, strict=True):
        deal = found[deal_id].doc if deal_id in found else None
        rows.append(_row(doc, figures.get(property_id, PropertyFigures()), deal, contacts.get(deal_id), columns))
    return rows


@once_per_version
def _ids(doc: str) -> tuple[str, str]:
    """Return the ids of a property and of its deal, empty if it has none."""
    home = load(doc)
    return home["id"], home.get("deal_id") or ""


@once_per_version
def _row(
    doc: str, figures: PropertyFigures, deal: str | None, last_contact: str | None, columns: tuple[str, ...]
) -> Markup:
    of_deal = {} if deal is None else Stored[Any](deal).document
    row = PropertyRow(_UNKNOWN | load(doc), figures, of_deal, last_contact)
    return macro("properties/row.html", "row", row, cells_of(row, columns))
