"""Direct reads of an open store, and bulk writes to it."""

import json
from collections.abc import Callable
from typing import Any

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import create_deal
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.json_mirror.mirror import Mirror
from backend.app.store_tables import TABLES
from backend.tests.harness import until
from backend.tests.list_keys import key_faults

Doc = dict[str, Any]
Logged = Callable[[], list[Doc]]
"""Type of the fixture `logged`."""

CTX = Ctx("tester", "api")


def stored(store: Store, name: str) -> list[Doc]:
    """Return all records of a table, oldest first."""
    table = next(table for table in TABLES if table.name == name)

    def every(tx: Tx) -> list[Doc]:
        return [json.loads(row[0]) for row in tx.all(table.every)]

    return store.db.snapshot_now(every)


def names(store: Store) -> list[str]:
    """Return the names of all deals, oldest first."""
    return [deal["name"] for deal in stored(store, "deals")]


def events(store: Store, action: str) -> list[Doc]:
    """Return the events of one kind, newest first, with each change reduced to the new value."""

    def page(tx: Tx) -> list[Doc]:
        return [json.loads(doc) for doc in audit.list_events(tx, {"action": action}, 500, None).docs]

    found = store.db.snapshot_now(page)
    return [event | {"facts": {name: c["after"] for name, c in event["changes"].items()}} for event in found]


def make_deals(store: Store, *deals: str, notes: str | None = None) -> None:
    """Create deals with these names in one unit of work."""

    def make(tx: Tx) -> None:
        for name in deals:
            create_deal(tx, DealCreate(name=name, notes=notes))

    store.db.write_now(CTX, make)


def in_step(store: Store) -> None:
    """Wait until the JSON files match the store."""
    until(lambda: store.mirror.wait_in_step(1.0), "the JSON files are in step")
    assert store.db.snapshot_now(key_faults) == []


def mirror_of(store: Store) -> Mirror:
    assert isinstance(store.mirror, Mirror)
    return store.mirror


def settled(store: Store) -> None:
    """Wait until the mirror has read the feed twice, so that it writes no file again for a commit before."""
    mirror = mirror_of(store)
    for _ in range(2):
        last = mirror._polled_at
        until(lambda last=last: mirror._polled_at > last, "the mirror reads the feed")  # type: ignore[misc]
    in_step(store)
