"""Cursor paging skips and repeats no record during concurrent writes."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealCreate, DealPatch, DealQuery, Strategy
from backend.app.kit.db import Ctx, Tx
from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import unique
from backend.tests.promises import promise

STRATEGIES: list[Strategy | None] = [None, "flip", "rental"]


def create(tx: Tx, strategy: Strategy | None, property_id: str) -> str:
    record: str = deals.create_deal(tx, DealCreate(name="x", strategy=strategy, property_id=property_id)).fields["id"]
    return record


@promise("Records and lists", "Paging neither skips nor repeats a record while others are inserted.")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    there=st.lists(st.sampled_from(STRATEGIES), max_size=12),
    wanted=st.sampled_from(STRATEGIES),
    steps=st.lists(st.tuples(st.integers(1, 5), st.lists(st.sampled_from(STRATEGIES), max_size=3)), max_size=6),
)
def test_pages_of_a_growing_list_skip_and_repeat_nothing(
    store: Store,
    ctx: Ctx,
    there: list[Strategy | None],
    wanted: Strategy | None,
    steps: list[tuple[int, list[Strategy | None]]],
) -> None:
    """`steps` has the size of each page, and what is written before the next page is read."""
    here = unique("pr")
    made = [(store.db.write_now(ctx, create, strategy, here), strategy) for strategy in there]
    filters: dict[str, Any] = {"property_id": here, "strategy": wanted}
    expected = [deal_id for deal_id, strategy in reversed(made) if wanted in {None, strategy}]
    found: list[str] = []
    cursor, sizes = None, iter([*steps, *[(3, [])] * (len(there) + 1)])
    while True:
        limit, written = next(sizes)
        page = store.db.snapshot_now(deals.list_deals, DealQuery(**filters, limit=limit, cursor=cursor))
        found += [json.loads(doc)["id"] for doc in page.docs]
        assert len(page.docs) <= limit
        cursor = page.next_cursor
        if cursor is None:
            break
        for strategy in written:
            store.db.write_now(ctx, create, strategy, here)
        store.db.write_now(ctx, deals.patch_deal, found[-1], DealPatch.model_validate({"notes": unique()}))
    assert found == expected


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits=st.lists(st.integers(1, 4), min_size=1, max_size=4), number=st.integers(0, 9))
def test_pages_of_the_audit_trail_skip_and_repeat_nothing(
    store: Store, ctx: Ctx, limits: list[int], number: int
) -> None:
    deal_id = store.db.write_now(ctx, create, None, "pr")
    for count in range(number):
        store.db.write_now(ctx, deals.patch_deal, deal_id, DealPatch.model_validate({"notes": str(count)}))
    found: list[str] = []
    cursor, turn = None, 0
    while True:
        page = store.db.snapshot_now(audit.list_events, {"entity_id": deal_id}, limits[turn % len(limits)], cursor)
        found += [json.loads(doc)["changes"]["notes"]["after"] for doc in page.docs]
        cursor, turn = page.next_cursor, turn + 1
        if cursor is None:
            break
        store.db.write_now(ctx, create, None, "pr")
    assert found == [*map(str, reversed(range(number))), None]


@promise("Records and lists", "Paging neither skips nor repeats a record while others are inserted.")
def test_paging_during_concurrent_writes_skips_and_repeats_nothing(api: httpx.Client) -> None:
    """Over HTTP, while four clients write."""
    here, over = unique("pr"), Event()
    body: dict[str, Any] = {"name": "x", "property_id": here}
    there = [api.post("/core/deals", json=body).json()["id"] for _ in range(40)]

    def write(_: int) -> list[str]:
        made: list[str] = []
        while not over.is_set() and len(made) < 300:
            made.append(api.post("/core/deals", json=body).json()["id"])
        return made

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, number) for number in range(4)]
        try:
            walks = [everything(api, "/core/deals", {"property_id": here}, limit=limit) for limit in (7, 3, 50)]
        finally:
            over.set()
    written = {deal_id for writer in writers for deal_id in writer.result()}
    for walk in walks:
        ids = [item["id"] for item in walk]
        assert len(ids) == len(set(ids))
        assert [deal_id for deal_id in ids if deal_id in set(there)] == there[::-1]
        assert set(ids) <= written | set(there)
    assert {item["id"] for item in everything(api, "/core/deals", {"property_id": here})} == written | set(there)
