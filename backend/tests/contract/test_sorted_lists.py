"""Sorted lists: order, pages, groups, ranges and counts, on both databases."""

import json
from typing import Any, get_args

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store
from backend.app.core_gov.comms.schemas import DraftSort, SendLogSort
from backend.app.core_gov.jv.schemas import DealLinkSort, PartnerSort
from backend.app.core_gov.property.list_schemas import PropertySort
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealCreate, DealPatch, DealQuery, DealSort, DealStatus
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.lists import listing
from backend.app.kit.lists.columns import text_key
from backend.app.store_tables import TABLES
from backend.tests.contract.answers import everything, refused
from backend.tests.contract.kinds import unique
from backend.tests.promises import promise

SORTS: dict[str, Any] = {
    "deals": DealSort,
    "properties": PropertySort,
    "partners": PartnerSort,
    "links": DealLinkSort,
    "drafts": DraftSort,
    "sendlog": SendLogSort,
}
PRICES = (None, 0, 0.01, 9.5, 10, 100000.25)
NAMES = ("Elm 9", "elm 10", "Érable", "erable", "Zoë", "zoe ", "Élan", "…", "日本", "\U0001f3e0")
STATUSES: tuple[DealStatus, ...] = ("lead", "offered", "dead")

Deal = tuple[str, int | float | None, DealStatus]
a_deal = st.tuples(st.sampled_from(NAMES), st.sampled_from(PRICES), st.sampled_from(STATUSES))


@pytest.mark.parametrize("table", [table for table in TABLES if table.keys is not None], ids=lambda table: table.name)
def test_declared_sorts_are_those_of_the_query(table: Any) -> None:
    assert set(get_args(SORTS[table.name])) == {f"{sign}{name}" for sign in ("", "-") for name in table.keys.sorts}
    assert len(table.keys.sorts) <= 5


def create(tx: Tx, here: str, deal: Deal) -> str:
    name, price, status = deal
    payload = DealCreate(name=name, price=price, status=status, property_id=here)
    return str(deals.create_deal(tx, payload).fields["id"])


def in_order(made: dict[str, Deal], sort: str, statuses: list[DealStatus]) -> list[str]:
    """Return the ids as the list is documented to return them."""
    wanted = [(number, *item) for number, item in enumerate(made.items()) if not statuses or item[1][2] in statuses]

    def key(row: tuple[int, str, Deal]) -> Any:
        return text_key(row[2][0]) if "name" in sort else row[2][1]

    known = sorted([row for row in wanted if key(row) is not None], key=lambda row: (key(row), row[0]))
    rest = [row for row in wanted if key(row) is None]
    parts = (known[::-1], rest[::-1]) if sort.startswith("-") else (known, rest)
    return [row[1] for part in parts for row in part]


@pytest.mark.parametrize("most", [listing.MAX_COUNT, 0], ids=["few rows match", "many rows match"])
@promise("Records and lists", "Lists are sorted alike on both databases, and records without a value come last.")
@promise("Records and lists", "Paging a sorted list neither skips nor repeats a record while others change.")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    there=st.lists(a_deal, max_size=12),
    sort=st.sampled_from(["name", "-name", "price", "-price"]),
    statuses=st.lists(st.sampled_from(STATUSES), max_size=2, unique=True),
    steps=st.lists(st.tuples(st.integers(1, 5), st.lists(a_deal, max_size=3)), max_size=5),
)
def test_pages_of_a_sorted_list_skip_and_repeat_nothing(
    store: Store,
    ctx: Ctx,
    there: list[Deal],
    sort: Any,
    statuses: list[DealStatus],
    steps: list[tuple[int, list[Deal]]],
    most: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between pages, others are inserted anywhere, another moves, and the last one read changes in another field."""
    monkeypatch.setattr(listing, "MAX_COUNT", most)
    here = unique("pr")
    made = {store.db.write_now(ctx, create, here, deal): deal for deal in there}
    mover = store.db.write_now(ctx, create, here, ("m", 5, "lead"))
    found: list[str] = []
    cursor, sizes = None, iter([*steps, *[(3, [])] * 40])
    while True:
        limit, written = next(sizes)
        query = DealQuery(property_id=here, status=statuses or None, sort=sort, limit=limit, cursor=cursor)
        page = store.db.snapshot_now(deals.list_deals, query)
        found += [json.loads(doc)["id"] for doc in page.docs]
        assert len(page.docs) <= limit
        cursor = page.next_cursor
        if cursor is None:
            break
        for name, price, status in written:
            store.db.write_now(ctx, create, here, (name, price, status))
            moved = DealPatch.model_validate({"name": name, "price": price, "status": status})
            store.db.write_now(ctx, deals.patch_deal, mover, moved)
        store.db.write_now(ctx, deals.patch_deal, found[-1], DealPatch.model_validate({"notes": unique()}))
    assert [deal_id for deal_id in found if deal_id in made] == in_order(made, sort, statuses)
    repeated = [deal_id for deal_id in made if found.count(deal_id) > 1]
    assert repeated == []


class TestRanges:
    @pytest.fixture
    def here(self, shared_api: httpx.Client) -> str:
        here = unique("pr")
        for name, price, status, close in (
            ("A", 100.25, "lead", "2026-01-31"), ("B", 200, "offered", "2026-02-01"), ("C", None, "lead", None),
            ("D", 300.5, "dead", "2026-02-02"), ("E", 300.51, "lead", "2026-03-01"),
        ):  # fmt: skip
            body = {"name": name, "price": price, "status": status, "close_date": close, "property_id": here}
            assert shared_api.post("/core/deals", json=body).status_code == 201
        return here

    @promise("Records and lists", "`min_…` and `max_…` limit numbers and dates, both inclusive.")
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"min_price": "200"}, "EDB"),
            ({"max_price": "300.5"}, "DBA"),
            ({"min_price": "100.26", "max_price": "300.5"}, "DB"),
            ({"min_price": "0", "sort": "price"}, "ABDE"),
            ({"min_price": "0", "sort": "-price", "status": "lead"}, "EA"),
            ({"min_close_date": "2026-02-01", "max_close_date": "2026-02-02"}, "DB"),
            ({"min_close_date": "2026-02-01", "sort": "-name"}, "EDB"),
            ({"status": ["lead", "dead"]}, "EDCA"),
            ({"status": ["lead", "dead"], "sort": "price"}, "ADEC"),
            ({"status": ["lead", "lead"], "sort": "-price"}, "EAC"),
            ({"status": ["dead", "offered"], "max_price": "250"}, "B"),
        ],
    )
    def test_ranges_and_several_values(
        self, shared_api: httpx.Client, here: str, query: dict[str, Any], expected: str
    ) -> None:
        for limit in (100, 1):
            found = everything(shared_api, "/core/deals", {"property_id": here, **query}, limit=limit)
            assert "".join(item["name"] for item in found) == expected
        answer = shared_api.get("/core/deals", params={"property_id": here, "count": "true", "limit": 1, **query})
        assert (answer.json()["count"], answer.json()["count_exceeded"]) == (len(expected), False)

    @promise("Records and lists", "A parameter that takes one value may be given once.")
    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("min_price=2&max_price=1", "min_price is more than max_price, so no record can match"),
            ("sort=price&sort=name", "sort is given twice in the query"),
            ("property_id=a&property_id=b", "property_id is given twice in the query"),
            (
                "status=lead&status=nonsense",
                "status must be one of lead, analyzing, offered, under_contract, closed, dead",
            ),
            ("min_price=x", "min_price must be a number such as 12.5"),
            ("min_close_date=2026-02-30", "min_close_date 2026-02-30 is not a calendar date"),
            ("count=yes", "count must be true or false"),
        ],
    )
    def test_invalid_queries_are_refused(self, shared_api: httpx.Client, query: str, sentence: str) -> None:
        refused(shared_api.get(f"/core/deals?{query}"), 400, sentence)

    @promise("Records and lists", "A cursor is valid only for the list and the filters that it was returned for.")
    def test_cursor_of_another_sort_is_refused(self, shared_api: httpx.Client, here: str) -> None:
        params = {"property_id": here, "limit": "1", "sort": "price"}
        cursor = shared_api.get("/core/deals", params=params).json()["next_cursor"]
        assert shared_api.get("/core/deals", params={**params, "cursor": cursor, "count": "true"}).status_code == 200
        sentence = "cursor is not a next_cursor of this list with these filters; start again without a cursor"
        for other in ("-price", "name"):
            refused(shared_api.get("/core/deals", params={**params, "sort": other, "cursor": cursor}), 400, sentence)
