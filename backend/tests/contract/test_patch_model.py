"""PATCH compared with a model: random sequences of patches give the same record."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.kit.text import is_visible, single_line
from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import KINDS, Kind, make
from backend.tests.promises import promise

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)
SAID = TEXT.filter(is_visible)


def is_line(text: str) -> bool:
    """Return whether a text is stored unchanged in a single-line field."""
    try:
        return single_line(text) == text
    except ValueError:
        return False


LINE = st.text(max_size=20).filter(is_line)
SCALAR = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    SCALAR | TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
META = st.dictionaries(TEXT, JSON, max_size=3)
TAGS = st.lists(st.sampled_from(["a", "b", "é", "A", "a b"]), max_size=5).map(lambda tags: list(dict.fromkeys(tags)))
AMOUNT = st.none() | st.integers(0, 10**15).map(lambda cents: cents / 100) | st.integers(0, 10**13)
ROLE = st.sampled_from(KINDS["partners"].choices["role"])
DAY = st.none() | st.dates().map(lambda day: day.isoformat())

CHANGES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "deals": {
        "name": LINE, "status": st.sampled_from(KINDS["deals"].choices["status"]), "address": st.none() | LINE,
        "owner": st.none() | LINE, "lost_reason": st.none() | LINE,
        "strategy": st.none() | st.sampled_from(KINDS["deals"].choices["strategy"]), "price": AMOUNT, "arv": AMOUNT,
        "currency": st.sampled_from(["CAD", "USD"]), "close_date": DAY, "notes": st.none() | st.just("") | TEXT,
        "tags": TAGS, "meta": META,
    },
    "partners": {
        "name": LINE, "role": ROLE, "roles": st.lists(ROLE, max_size=4, unique=True), "notes": st.none() | TEXT,
        "owner": st.none() | LINE,
        "status": st.sampled_from(KINDS["partners"].choices["status"]), "tags": TAGS, "meta": META,
    },
    "drafts": {
        "body": SAID, "status": st.sampled_from(["draft", "ready", "archived"]),
        "subject": st.none() | st.just("") | LINE, "deal_id": st.none() | LINE,
        "tone": st.none() | LINE, "tags": TAGS, "meta": META,
    },
}  # fmt: skip


def patches(name: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries({}, optional=CHANGES[name]), min_size=1, max_size=6)


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal as JSON, where true is not 1."""
    return json.dumps(one) == json.dumps(other)


def with_roles(partner: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return a change of a partner with `role` and `roles` as they are stored."""
    if not change.keys() & {"role", "roles"}:
        return change
    others = change.get("roles", partner["roles"][1:])
    role = change.get("role") or (others[0] if others else partner["role"])
    return change | {"role": role, "roles": list(dict.fromkeys([role, *others]))}


def moved(deal: dict[str, Any], status: str, at: str, by: str) -> list[dict[str, Any]]:
    """Return the stage history of a deal after a request with this status."""
    history: list[dict[str, Any]] = deal["stage_history"]
    return history if status == deal["status"] else [*history, {"status": status, "at": at, "by": by}]


@promise("Records and lists", "Any sequence of PATCH requests leaves the record that a simple model predicts.")
@pytest.mark.parametrize("kind", [KINDS[name] for name in CHANGES], ids=str)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_record_matches_the_model_after_random_patches(
    kind: Kind, shared_api: httpx.Client, data: st.DataObject
) -> None:
    model = make(kind, shared_api)
    path, done = kind.one(model["id"]), []
    for sent in data.draw(patches(kind.name)):
        answer = shared_api.patch(path, content=json.dumps(sent), headers={"Content-Type": "application/json"})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        warned = bool(found.pop("warnings", None))
        change = with_roles(model, sent) if kind.name == "partners" else sent
        changed = {name: value for name, value in change.items() if not same(model[name], value)}
        assert (found["updated_at"] > model["updated_at"]) == bool(changed)
        if kind.name == "deals" and "status" in changed:
            by = model["stage_history"][0]["by"]
            model["stage_history"] = moved(model, change["status"], found["updated_at"], by)
        model |= change | {"updated_at": found["updated_at"]}
        assert same(found, model)
        assert (shared_api.get(path).text == answer.text) != warned
        done += [changed] if changed else []
    trail = everything(shared_api, f"/core/audit/records/{model['id']}")[::-1]
    assert len(trail) == 1 + len(done)
    for event, changed in zip(trail[1:], done, strict=True):
        assert same(
            {name: field["after"] for name, field in sorted(event["changes"].items())}, dict(sorted(changed.items()))
        )


@promise("Records and lists", "Any sequence of PATCH requests leaves the record that a simple model predicts.")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(TAGS, min_size=1, max_size=5))
def test_tag_filter_matches_the_model_after_random_patches(shared_api: httpx.Client, changes: list[list[str]]) -> None:
    record = make(KINDS["partners"], shared_api, role="gc", tags=["a"])
    for tags in changes:
        shared_api.patch(KINDS["partners"].one(record["id"]), json={"tags": tags})
        for tag in ("a", "b", "é", "A", "a b"):
            newest = shared_api.get("/core/jv/partners", params={"tag": tag, "role": "gc", "limit": 1}).json()["items"]
            assert ([each["id"] for each in newest] == [record["id"]]) == (tag in tags)
