"""Service of deals: create, find and change."""

from backend.app.core_gov.audit import service as audit
from backend.app.deals import store
from backend.app.deals.schemas import DealCreate, DealPatch, DealRecord
from backend.app.deals.store import deals
from backend.app.deals.totals import StageTotal
from backend.app.kit.db import Tx
from backend.app.kit.fields import values_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import Page, Stored

TABLES = (deals,)
"""Record tables of this package."""


def create_deal(tx: Tx, payload: DealCreate) -> Stored[DealRecord]:
    """Create a deal."""
    record = DealRecord(**dict(payload), id=new_id("deal"), created_at=tx.now, updated_at=tx.now)
    stored = deals.insert(tx, record)
    audit.record_created(tx, deals, record.id, stored)
    return stored


def list_deals(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[DealRecord]:
    return deals.page(tx, filters, limit, cursor)


def get_deal(tx: Tx, deal_id: str) -> Stored[DealRecord]:
    return deals.get(tx, deal_id)


def find_deals(tx: Tx, deal_ids: list[str]) -> dict[str, Stored[DealRecord]]:
    """Return those of the deals that exist, by id."""
    return deals.find_all(tx, deal_ids)


def patch_deal(tx: Tx, deal_id: str, payload: DealPatch) -> Stored[DealRecord]:
    """Replace the fields that were sent."""
    change = deals.change(tx, deals.lock(tx, deal_id), values_of(payload))
    audit.record_changed(tx, deals, deal_id, change)
    return change.after


def stage_totals(tx: Tx) -> list[StageTotal]:
    """Return the number of deals and the sums of their amounts by stage and currency."""
    return store.stage_totals(tx)
