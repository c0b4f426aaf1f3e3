"""View of messages that people sent."""

from collections.abc import Callable
from typing import Any, get_args

from backend.app.core_gov.comms.consent.stop_words import InboundKind
from backend.app.core_gov.comms.inbound import service
from backend.app.core_gov.comms.inbound.schemas import InboundQuery
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.web.queries import PageQuery

_EFFECTS = {
    "stop": "Opted out at once.",
    "similar": "May mean an opt-out: messages are blocked until an administrator lifts it.",
    "start": "Lifted opt-outs by keyword.",
}
"""What follows from a message with this meaning."""


class InboxQuery(PageQuery, InboundQuery):
    """Filters of the inbox, as the API has them."""


def listing(tx: Tx, query: InboxQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    """Return a page of messages of people, those read last first."""
    found = service.list_inbound(tx, query)
    return {
        "messages": [load(doc) for doc in found.docs],
        "effects": _EFFECTS,
        "next_cursor": issued(found.next_cursor),
        "given": query,
        "query": query.given,
        "meanings": get_args(InboundKind),
    }
