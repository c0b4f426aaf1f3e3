"""Service of deals: create, find and change."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.exports.list_export import ListExport
from backend.app.deals import stages, store
from backend.app.deals.schemas import DealCreate, DealPatch, DealQuery, DealRecord, DealStages
from backend.app.deals.store import deals
from backend.app.deals.totals import StageTotal
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.fields import values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored, changed_at

TABLES = (deals,)
"""Record tables of this package."""

NO_LOST_REASON = "the deal is dead, and lost_reason does not say why"

_MAX_EVENTS = 500
"""Maximum number of audit events that are searched for the stages of a deal of an earlier version."""


def create_deal(tx: Tx, payload: DealCreate) -> Stored[DealRecord]:
    """Create a deal. A dead one without a reason gets a warning."""
    history = stages.entered((), payload.status, tx.now, tx.ctx.actor)
    generated = {"id": new_id("deal"), "stage_history": history, "created_at": tx.now, "updated_at": tx.now}
    record = DealRecord.on_file({**vars(payload), **generated})  # the payload is valid, so that is quicker
    stored = deals.insert(tx, record)
    audit.record_created(tx, deals, record.id, stored)
    return stored.warn(*_lost_warnings(vars(payload)))


def list_deals(tx: Tx, query: DealQuery) -> Page[DealRecord]:
    return deals.listed(tx, query)


DEALS_CSV = ListExport("deals", DealRecord, DealQuery, list_deals)


def get_deal(tx: Tx, deal_id: str) -> Stored[DealRecord]:
    return deals.get(tx, deal_id)


def find_deals(tx: Tx, deal_ids: list[str]) -> dict[str, Stored[DealRecord]]:
    """Return those of the deals that exist, by id."""
    return deals.find_all(tx, deal_ids)


CheckCurrency = Callable[[Tx, str], None]
"""Check that raises Conflict if the currency of a deal cannot change."""


def lock_currency(tx: Tx, deal_id: str) -> str | None:
    """Return the currency of a deal, locked against changes of the deal; None if it is not on file."""
    return store.lock_currency(tx, deal_id)


def patch_deal(
    tx: Tx, deal_id: str, payload: DealPatch, check_currency: CheckCurrency | None = None
) -> Stored[DealRecord]:
    """Replace the fields that were sent, and note a change of the status in the deal's history.

    A deal that becomes dead without a reason gets a warning. A change of the currency is checked first.
    """
    stored, changes = deals.lock(tx, deal_id), values_of(payload)
    before = stored.document
    if check_currency is not None and changes.get("currency", before.get("currency")) != before.get("currency"):
        check_currency(tx, deal_id)
    moved = changes.get("status", before.get("status")) != before.get("status")
    history = _history_after(tx, stored, changes["status"]) if moved else None
    change = deals.change(tx, stored, changes | ({"stage_history": history} if moved else {}))
    # The event has the change of the status itself.
    fields = {name: pair for name, pair in change.fields.items() if name != "stage_history"}
    audit.record_changed(tx, deals, deal_id, replace(change, fields=fields))
    warned = moved or "lost_reason" in changes
    return change.after.warn(*(_lost_warnings(change.after.fields) if warned else ()))


def stage_totals(tx: Tx, strategies: list[str] | None = None, owner: str | None = None) -> list[StageTotal]:
    """Return the number of deals and the sums of their amounts by stage and currency.

    Only deals with one of these strategies and this owner are counted, if they are given.
    """
    return store.stage_totals(tx, strategies, owner)


def stages_of_deal(tx: Tx, deal_id: str) -> DealStages:
    """Return the stages of a deal, with the days in each. Raises NotFound."""
    deal = deals.get(tx, deal_id)
    found, source = _history(tx, deal)
    timed = stages.timed(found, clock.local_day(tx.now))
    latest = timed[-1] if timed else None
    created = deal.fields["created_at"]
    return DealStages.model_validate(
        {
            "deal_id": deal_id,
            "status": deal.fields["status"],
            "source": source,
            "complete": bool(timed) and timed[0]["at"] == created,
            "since": latest and latest["at"],
            "days": latest and latest["days"],
            "stages": timed,
        }
    )


def _history(tx: Tx, deal: Stored[DealRecord]) -> tuple[list[stages.Stage], str]:
    """Return the known stages of a deal, and where they are from: deal, audit or unknown."""
    stored: list[stages.Stage] | None = deal.fields.get("stage_history")
    if stored:
        return stored, "deal"
    filters: dict[str, str | None] = {"entity_id": deal.key, "entity": deals.entity, "outcome": "done"}
    events = audit.list_events(tx, filters, _MAX_EVENTS, None)
    found = stages.from_events(map(json.loads, events.docs), deal.fields["status"])
    return found, "audit" if found else "unknown"


def _history_after(tx: Tx, deal: Stored[DealRecord], status: str) -> list[stages.Stage]:
    known, _ = _history(tx, deal)
    return stages.entered(known, status, changed_at(tx, deal.document), tx.ctx.actor)


def _lost_warnings(deal: dict[str, Any]) -> list[str]:
    return [NO_LOST_REASON] if deal.get("status") == "dead" and not deal.get("lost_reason") else []
