"""Concurrent changes of one record: none is lost, and none is based on an outdated version."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import KINDS, PER_PROPERTY, PerProperty, make

AT_ONCE = 16


Run = Callable[[Callable[[int], httpx.Response]], list[httpx.Response]]


@pytest.fixture
def at_once() -> Run:
    """Send sixteen requests at the same time."""

    def run(send: Callable[[int], httpx.Response]) -> list[httpx.Response]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(send, range(AT_ONCE)))

    return run


def trail(api: httpx.Client, record_id: str) -> list[dict[str, Any]]:
    """Return the audit actions of a record, oldest first."""
    events = everything(api, f"/core/audit/records/{record_id}")[::-1]
    return [event for event in events if event["outcome"] == "done"]


def test_concurrent_patches_of_one_field_are_serialized(api: httpx.Client, at_once: Run) -> None:
    record = make(KINDS["deals"], api)
    path = KINDS["deals"].one(record["id"])
    answers = at_once(lambda number: api.patch(path, json={"notes": str(number)}))
    assert {answer.status_code for answer in answers} == {200}
    created, *changes = trail(api, record["id"])
    notes = [change["changes"]["notes"] for change in changes]
    assert [each["before"] for each in notes] == [None, *(each["after"] for each in notes[:-1])]
    assert {each["after"] for each in notes} == {str(number) for number in range(AT_ONCE)}
    assert api.get(path).json()["notes"] == notes[-1]["after"]
    assert created["action"] == "deal.created"


def test_concurrent_patches_of_different_fields_are_all_kept(api: httpx.Client, at_once: Run) -> None:
    record = make(KINDS["deals"], api)
    path = KINDS["deals"].one(record["id"])
    changes: list[dict[str, Any]] = [
        {"name": "y"}, {"status": "offered"}, {"strategy": "flip"}, {"address": "x"}, {"price": 1}, {"arv": 2},
        {"est_repairs": 3}, {"est_rent": 4}, {"currency": "USD"}, {"offer_date": "2026-01-01"}, {"notes": "x"},
        {"close_date": "2026-01-03"}, {"tags": ["x"]}, {"meta": {"x": 1}}, {"property_id": "x"},
        {"contract_date": "2026-01-02"},
    ]  # fmt: skip
    assert len(changes) == AT_ONCE
    answers = at_once(lambda number: api.patch(path, json=changes[number]))
    assert {answer.status_code for answer in answers} == {200}
    found = api.get(path).json()
    assert all(found.items() >= change.items() for change in changes)


def test_one_of_several_patches_with_the_same_if_match_succeeds(api: httpx.Client, at_once: Run) -> None:
    record = make(KINDS["deals"], api)
    path = KINDS["deals"].one(record["id"])
    headers = {"If-Match": api.get(path).headers["etag"]}
    answers = at_once(lambda number: api.patch(path, json={"notes": str(number)}, headers=headers))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: AT_ONCE - 1}
    (winner,) = [answer for answer in answers if answer.status_code == 200]
    assert api.get(path).text == winner.text


def test_optimistic_retries_lose_no_update(api: httpx.Client, at_once: Run) -> None:
    record = make(KINDS["deals"], api, meta={"count": 0})
    path = KINDS["deals"].one(record["id"])

    def count(_: int) -> httpx.Response:
        while True:
            read = api.get(path)
            meta = {"count": read.json()["meta"]["count"] + 1}
            answer = api.patch(path, json={"meta": meta}, headers={"If-Match": read.headers["etag"]})
            if answer.status_code != 412:
                return answer

    assert {answer.status_code for answer in at_once(count)} == {200}
    assert api.get(path).json()["meta"] == {"count": AT_ONCE}


@pytest.mark.parametrize("kind", PER_PROPERTY, ids=str)
def test_concurrent_first_upserts_create_one_record(api: httpx.Client, at_once: Run, kind: PerProperty) -> None:
    property_id = make(KINDS["properties"], api)["id"]
    name = next(iter(kind.other))
    answers = at_once(lambda number: api.post(kind.path(property_id), json={name: number}))
    assert {answer.status_code for answer in answers} == {200}
    _, created, *changes = trail(api, property_id)
    assert created["action"] == f"{kind.entity}.created"
    assert {change["action"] for change in changes} == {f"{kind.entity}.changed"}
    assert len(changes) == AT_ONCE - 1
    assert api.get(kind.path(property_id)).json()[name] == changes[-1]["changes"][name]["after"]
    assert len({answer.json()["created_at"] for answer in answers}) == 1
