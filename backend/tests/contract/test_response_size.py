"""List responses are limited in size: a page has as many items as fit, but at least one."""

import json
import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import DraftCreate, DraftQuery
from backend.app.kit.db import Ctx, Tx, paging
from backend.app.kit.db.paging import MAX_RESPONSE, fitting, size_of
from backend.app.kit.records import Page
from backend.app.main import create_app
from backend.app.settings import Settings
from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import KINDS, make, unique
from backend.tests.core_gov.jv.joint_venture import joint_venture
from backend.tests.core_gov.market.on_file import sale, served
from backend.tests.harness import Postgres
from backend.tests.promises import promise

CHANCE = random.Random(5)
BODIES = {
    "small": "x",
    "repetitive": "word " * 1_000,
    "random": "".join(CHANCE.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=12_000)),
    "large": "".join(CHANCE.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=30_000)),
    "wide": "\U0001f3e0" * 4_000,
}
ROOM = 40_000


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower the size limit, so that a page has room for a few of the bodies above, or for one."""
    monkeypatch.setattr(paging, "_ROOM", ROOM)


def create(tx: Tx, body: str, deal_id: str) -> str:
    draft: str = comms.create_draft(tx, DraftCreate(body=BODIES[body], deal_id=deal_id)).fields["id"]
    return draft


@promise("Records and lists", "A list returns at most 8 MB per page, without skipping or repeating records.")
@pytest.mark.usefixtures("narrow")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.sampled_from([*BODIES]), max_size=14), limits=st.lists(st.integers(1, 9), min_size=1))
def test_pages_limited_by_size_skip_and_repeat_nothing(
    store: Store, ctx: Ctx, bodies: list[str], limits: list[int]
) -> None:
    """Each page is as full as its limits allow, while records are written."""
    here = unique()
    made = [store.db.write_now(ctx, create, body, here) for body in bodies]
    docs = {json.loads(doc)["id"]: doc for doc in walk(store, list_drafts, {"deal_id": here}, [500])}
    assert [*docs] == made[::-1]
    assert walk(store, list_drafts, {"deal_id": here}, limits, lambda: create_one(store, ctx)) == [*docs.values()]


def list_drafts(tx: Tx, filters: dict[str, str], limit: int, cursor: str | None) -> Page[Any]:
    return comms.list_drafts(tx, DraftQuery.model_validate({**filters, "limit": limit, "cursor": cursor}))


def create_one(store: Store, ctx: Ctx) -> None:
    store.db.write_now(ctx, create, "small", "deal_elsewhere")


def walk(store: Store, listed: Any, filters: dict[str, str], limits: list[int], between: Any = None) -> list[str]:
    """Return the documents of all pages. Assert that each page is as full as the limits allow, and no fuller."""
    found: list[str] = []
    page: Page[Any] | None = None
    short: int | None = None
    turn = 0
    while page is None or page.next_cursor:
        limit = limits[turn % len(limits)]
        page = store.db.snapshot_now(listed, filters, limit, page and page.next_cursor)
        sizes = [size_of(doc) + 1 for doc in page.docs]
        assert sum(sizes) <= ROOM or len(sizes) == 1
        if short is not None:
            assert short + sizes[0] > ROOM
        short = sum(sizes) if page.next_cursor and len(sizes) < limit else None
        assert len(sizes) <= limit
        found += page.docs
        turn += 1
        if between:
            between()
    return found


@pytest.mark.usefixtures("narrow")
def test_audit_trail_pages_are_limited_by_size(store: Store, ctx: Ctx) -> None:
    here = [store.db.write_now(ctx, create, body, "deal_1") for body in [*BODIES] * 2]
    docs = walk(store, audit.list_events, {"entity": "draft"}, [500, 3])
    assert [json.loads(doc)["entity_id"] for doc in docs] == here[::-1]


@pytest.mark.usefixtures("narrow")
def test_database_returns_little_more_than_one_page(
    store: Store, ctx: Ctx, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    for body in [*BODIES] * 12:
        store.db.write_now(ctx, create, body, "deal_1")
    handed = 0

    def counted(rows: list[Any]) -> list[Any]:
        nonlocal handed
        handed += sum(size_of(cell) for row in rows for cell in row if isinstance(cell, str))
        return rows

    every, portions = Tx.all, Tx.portions
    monkeypatch.setattr(Tx, "all", lambda *args, **kw: counted(every(*args, **kw)))
    monkeypatch.setattr(Tx, "portions", lambda *args, **kw: map_rows(portions(*args, **kw), counted))
    page = store.db.snapshot_now(comms.list_drafts, DraftQuery(limit=500))
    assert page.next_cursor
    largest = max(map(size_of, BODIES.values()))
    small = 60 * size_of(BODIES["random"])
    assert handed < 2 * ROOM + (largest * paging._PORTION if database == "sqlite" else largest + small)


def map_rows(rows: Any, counted: Any) -> Iterator[Any]:
    try:
        for chunk in rows:
            yield counted(chunk)
    finally:
        rows.close()


class TestFitting:
    @given(
        st.lists(st.lists(st.text("aé\U0001f3e0", max_size=99), min_size=1, max_size=4), max_size=6), st.integers(1, 12)
    )
    def test_page_is_the_longest_prefix_that_fits(self, portions: list[list[str]], limit: int) -> None:
        texts = [text for portion in portions for text in portion]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(paging, "_ROOM", 400)
            taken, more = fitting(iter([[(text,) for text in portion] for portion in portions]), limit)
        found = [text for (text,) in taken]
        assert found == texts[: len(found)]
        assert more == (len(found) < len(texts))
        assert len(found) <= limit
        assert sum(size_of(text) + 1 for text in found) <= 400 or len(found) == 1
        if more:
            assert len(found) == limit or sum(size_of(text) + 1 for text in texts[: len(found) + 1]) > 400


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stocked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service with records on every list."""
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    options = Settings(data_dir=tmp_path_factory.mktemp("stocked") / "data", database_url=url)
    with served(options, {"elm": ("US", [sale(number) for number in range(4)])}) as client:
        for kind in KINDS.values():
            for _ in range(3):
                make(kind, client)
        yield client


def lists() -> list[str]:
    """Return the paths of all paged lists."""
    paths = create_app(Settings()).openapi()["paths"].items()
    return [
        path
        for path, methods in paths
        if any(each["name"] == "cursor" for each in methods.get("get", {}).get("parameters", []))
    ]


@promise("Records and lists", "A list returns at most 8 MB per page, without skipping or repeating records.")
def test_every_list_has_a_size_limit(stocked: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"property_id": stocked.get("/core/property/properties").json()["items"][0]["id"], "record_id": "elm"}
    known["agreement_id"] = joint_venture(stocked).id
    walked = 0
    for path in [each.format(**known) for each in lists()]:
        query = {"entity": "property", "entity_id": known["property_id"]} if path == "/core/history" else {}
        whole = everything(stocked, path, query)
        with monkeypatch.context() as patch:
            patch.setattr(paging, "_ROOM", 1)
            answer = stocked.get(path, params={"limit": 500} | query).json()
            assert len(answer["items"]) == min(1, len(whole)), path
            assert everything(stocked, path, query) == whole, path
        walked += len(whole) > 1
    assert walked >= 8


@promise("Records and lists", "A list returns at most 8 MB per page, without skipping or repeating records.")
def test_size_limit_is_eight_megabytes(shared_api: httpx.Client) -> None:
    deal_id = unique()
    for size in [900_000] * 10:
        make(KINDS["drafts"], shared_api, body="n" * size, deal_id=deal_id)
    answer = shared_api.get("/core/comms/drafts", params={"limit": 500, "deal_id": deal_id})
    assert MAX_RESPONSE - 900_500 < len(answer.content) <= MAX_RESPONSE == 8_000_000
    assert len(answer.json()["items"]) == 8
    assert len(everything(shared_api, "/core/comms/drafts", {"deal_id": deal_id})) == 10
    events = shared_api.get("/core/audit/events", params={"limit": 500, "entity": "draft"})
    assert MAX_RESPONSE - 901_500 < len(events.content) <= MAX_RESPONSE
    assert events.json()["next_cursor"]
