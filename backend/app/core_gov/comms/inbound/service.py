"""Service of messages that people sent."""

from backend.app.core_gov.comms.inbound import store
from backend.app.core_gov.comms.inbound.schemas import InboundQuery, InboundRecord
from backend.app.kit.db import Tx
from backend.app.kit.records import Page


def list_inbound(tx: Tx, query: InboundQuery) -> Page[InboundRecord]:
    """Return a page of the messages that match, those read last first."""
    found, cursor = store.page(tx, {"direction": "inbound", **query.filters}, query.limit, query.cursor)
    shown = [{name: getattr(each, name) for name in InboundRecord.model_fields} for each in found]
    return Page([InboundRecord.model_validate(each).model_dump_json() for each in shown], cursor)
