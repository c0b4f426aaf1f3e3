"""Views of deliveries and of all sending."""

from collections.abc import Callable
from typing import Any

from backend.app.core_gov.comms.delivery import sending_status, service, settlement
from backend.app.core_gov.comms.delivery.schemas import DeliveryQuery
from backend.app.core_gov.comms.delivery.states import STATES
from backend.app.core_gov.comms.gate.decision import Reason
from backend.app.core_gov.comms.gate.rules_file import rules_in_force
from backend.app.core_gov.comms.senders.senders_file import usable_senders
from backend.app.kit.db import Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import load
from backend.app.settings import Settings
from backend.app.web.messages.sending import shown_delivery
from backend.app.web.queries import PageQuery

_STATES_FIRST = ("uncertain", "held")
"""States in which a delivery waits for a person."""


class DeliveriesQuery(PageQuery, DeliveryQuery):
    """Filters of the deliveries, as the API has them."""


def listing(
    tx: Tx, query: DeliveriesQuery, issued: Callable[[str | None], str | None], settings: Settings
) -> dict[str, Any]:
    """Return a page of deliveries, newest first."""
    found = service.list_deliveries(tx, query)
    senders, _ = usable_senders(settings)
    return {
        "deliveries": [load(doc) for doc in found.docs],
        "next_cursor": issued(found.next_cursor),
        "given": query,
        "query": query.given,
        "states": STATES,
        "senders": sorted({*senders, *([query.sender] if query.sender else [])}),
    }


def delivery(tx: Tx, delivery_id: str, settings: Settings) -> dict[str, Any]:
    """Return a delivery with its events, and with what a person needs to decide about it. Raises NotFound."""
    found = load(service.get_delivery(tx, delivery_id).doc)
    asking, fault = _asking(tx, delivery_id, settings) if found["state"] == "held" else ([], None)
    return {
        "delivery": shown_delivery(found, tx.now),
        "evidence": load(settlement.evidence(tx, delivery_id).doc),
        "asking": asking,
        "fault": fault,
    }


def _asking(tx: Tx, delivery_id: str, settings: Settings) -> tuple[list[Reason], str | None]:
    """Return the reasons for which the gate asks a person now, and why they are not known."""
    senders, _ = usable_senders(settings)
    try:
        found = settlement.objections(tx, delivery_id, senders, rules_in_force(settings))
    except BadInput as error:
        return [], error.detail
    return [each for each in found if each.outcome == "ask"], None


def sending(tx: Tx, settings: Settings) -> dict[str, Any]:
    """Return the state of all sending, the deliveries that wait for a person first."""
    found = load(sending_status.sending_status(tx, *usable_senders(settings)).doc)
    states = dict.fromkeys((*_STATES_FIRST, *STATES))
    counts = [(state, found["deliveries"][state]) for state in states if state in found["deliveries"]]
    return {"sending": found, "counts": counts}
