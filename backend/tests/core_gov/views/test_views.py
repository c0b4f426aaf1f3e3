"""The rules of saved views: who can read and change them, and their names."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.history import service as history
from backend.app.core_gov.views import service
from backend.app.core_gov.views.schemas import ViewCreate, ViewPatch
from backend.app.core_gov.views.store import views
from backend.app.kit.db import Ctx
from backend.app.kit.errors import Conflict, Forbidden, NotFound
from backend.app.settings import Settings
from backend.tests.contract.answers import refused
from backend.tests.contract.kinds import unique
from backend.tests.promises import promise

VIEWS = "/core/views"
DANA, AMIR = Ctx("dana", "api"), Ctx("amir", "api")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with open_store(settings) as opened:
        yield opened


def save(store: Store, ctx: Ctx = DANA, **given: Any) -> str:
    payload = ViewCreate.model_validate({"list": "deals", "name": unique("view"), "query": "", **given})
    made: str = store.db.write_now(ctx, service.create_view, payload).fields["id"]
    return made


def change(store: Store, ctx: Ctx, view_id: str, **given: Any) -> None:
    store.db.write_now(ctx, service.patch_view, view_id, ViewPatch.model_validate(given))


@promise(
    "Saved views",
    "`GET /core/views` and `GET /core/views/{view_id}` return shared views and one's own; a private view exists for "
    "its owner only.",
)
def test_private_view_exists_for_its_owner_only(store: Store) -> None:
    private, shared = save(store), save(store, shared=True)

    def listed(reader: str) -> list[str]:
        docs = store.db.snapshot_now(service.list_views, reader, {"list": "deals"}, 10, None).docs
        return [views.read(doc).key for doc in docs]

    assert (listed("dana"), listed("amir")) == ([shared, private], [shared])
    assert store.db.snapshot_now(service.get_view, "dana", private).fields["owner"] == "dana"
    assert store.db.snapshot_now(service.get_view, "amir", shared).fields["owner"] == "dana"
    with pytest.raises(NotFound, match="view not found"):
        store.db.snapshot_now(service.get_view, "amir", private)
    with pytest.raises(NotFound, match="view not found"):
        change(store, AMIR, private, name="mine now")
    with pytest.raises(NotFound, match="view not found"):
        store.db.snapshot_now(history.list_history, "amir", "view", private, 10, None)
    assert len(store.db.snapshot_now(history.list_history, "dana", "view", private, 10, None).docs) == 1


@promise(
    "Saved views",
    "`PATCH /core/views/{view_id}` changes a view of one's own; the shared view of another person can only be read.",
)
def test_shared_view_is_changed_by_its_owner_only(store: Store) -> None:
    shared = save(store, shared=True)
    with pytest.raises(Forbidden, match="only dana can change this view; save one of your own"):
        change(store, AMIR, shared, shared=False)
    change(store, DANA, shared, shared=False)
    with pytest.raises(NotFound):
        store.db.snapshot_now(service.get_view, "amir", shared)


@promise("Saved views", "A person has at most one active view of each name for a list.")
def test_names_are_unique_per_person_and_list(store: Store) -> None:
    first = save(store, name="Été à Québec")
    for name in ("Été à Québec", "ÉTÉ À  QUÉBEC", "E\u0301te\u0301 a\u0300 Que\u0301bec"):
        with pytest.raises(Conflict, match="you have a view of this list with this name already"):
            save(store, name=name)
    save(store, AMIR, name="Été à Québec")
    save(store, list="partners", name="Été à Québec")
    other = save(store, name="Winter")
    with pytest.raises(Conflict):
        change(store, DANA, other, name="été à québec")
    change(store, DANA, first, name="ÉTÉ À QUÉBEC")
    change(store, DANA, first, status="archived")
    change(store, DANA, other, name="été à québec")
    with pytest.raises(Conflict):
        change(store, DANA, first, status="active")


def test_name_in_use_is_a_409(shared_api: httpx.Client) -> None:
    sent = {"list": "deals", "name": unique("view"), "query": ""}
    assert shared_api.post(VIEWS, json=sent).status_code == 201
    sentence = "you have a view of this list with this name already; change that one, or choose another name"
    refused(shared_api.post(VIEWS, json=sent), 409, sentence)


@promise("Saved views", "`POST /core/views` saves the query string of a list as the URL has it (`view_…`).")
def test_query_is_kept_as_the_url_has_it(shared_api: httpx.Client) -> None:
    query = "status=lead&status=offered&min_price=1e5&q=Rue%20de%20l%E2%80%99%C3%89rable+2&sort=-price&columns=a,b"
    made = shared_api.post(VIEWS, json={"list": "deals", "name": unique("view"), "query": query})
    assert made.json()["query"] == query
    for wrong in ("a b", "q=é", "a#b", '"><script>', "a\nb", "x" * 4001):
        answer = shared_api.post(VIEWS, json={"list": "deals", "name": unique("view"), "query": wrong})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "query"
