"""`Idempotency-Key` on both databases: the first response is repeated for 24 hours."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from backend.app.bootstrap import Store
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.requests import idempotency
from backend.app.kit.requests.idempotency import KeyedRequest, StoredResponse
from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import unique
from backend.tests.promises import promise

BEGIN = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@pytest.fixture
def once(store: Store, ctx: Ctx) -> Callable[..., StoredResponse]:
    """Run work under a key that returns the number of its runs."""
    tries = Counter[str]()

    def act(scope: str = "POST dana /core/deals", key: str = "key", digest: str = "sent") -> StoredResponse:
        def work(tx: Tx) -> StoredResponse:
            tries["all"] += 1
            return StoredResponse(201, f'{{"try":{tries["all"]}}}', '"etag"')

        return store.db.write_now(ctx, idempotency.once, KeyedRequest(scope, key, digest), work)

    return act


class TestOnce:
    def test_repeated_request_gets_the_first_response(self, once: Callable[..., StoredResponse]) -> None:
        assert once() == StoredResponse(201, '{"try":1}', '"etag"', replayed=False)
        assert once() == once() == StoredResponse(201, '{"try":1}', '"etag"', replayed=True)

    @promise("Records and lists", "An `Idempotency-Key` is valid for 24 hours, per actor, method and path.")
    @pytest.mark.parametrize(
        "other",
        [
            {"key": "other"},
            {"key": "KEY"},
            {"scope": "POST eve /core/deals"},
            {"scope": "POST dana /core/jv/links"},
            {"scope": "PATCH dana /core/deals"},
        ],
    )
    def test_another_key_actor_or_path_is_a_new_request(
        self, once: Callable[..., StoredResponse], other: dict[str, str]
    ) -> None:
        once()
        assert once(**other).body == '{"try":2}'

    def test_other_request_with_the_same_key_is_refused(self, once: Callable[..., StoredResponse]) -> None:
        once()
        with pytest.raises(Conflict, match=r"^this Idempotency-Key was used for another request"):
            once(digest="other")
        assert once().replayed

    def test_failed_request_is_run_again(self, store: Store, ctx: Ctx, once: Callable[..., StoredResponse]) -> None:
        def fail(tx: Tx) -> StoredResponse:
            raise BadInput("no")

        with pytest.raises(BadInput):
            store.db.write_now(ctx, idempotency.once, KeyedRequest("POST dana /core/deals", "key", "sent"), fail)
        assert not once().replayed

    def test_response_of_an_earlier_version_is_replayed(self, store: Store, ctx: Ctx) -> None:
        """Earlier versions stored it without the method, with a digest of the bytes that were sent."""

        def done(tx: Tx) -> StoredResponse:
            return StoredResponse(201, "{}", None)

        def again(key: str, digest: str) -> StoredResponse:
            request = KeyedRequest("POST dana /core/deals", key, "canonical", ("dana /core/deals", digest))
            return store.db.write_now(ctx, idempotency.once, request, done)

        with time_machine.travel(BEGIN, tick=False) as clock:
            store.db.write_now(ctx, idempotency.once, KeyedRequest("dana /core/deals", "key", "raw"), done)
            assert again("key", "raw").replayed
            assert not again("other", "raw").replayed
            assert again("other", "rewritten").replayed
            with pytest.raises(Conflict):
                again("key", "another body")
            clock.move_to(BEGIN + timedelta(hours=25))
            assert not again("key", "another body").replayed

    @promise("Records and lists", "An `Idempotency-Key` is valid for 24 hours, per actor, method and path.")
    def test_response_is_kept_for_24_hours(self, store: Store, ctx: Ctx, once: Callable[..., StoredResponse]) -> None:
        with time_machine.travel(BEGIN, tick=False) as clock:
            once()
            clock.move_to(BEGIN + timedelta(hours=24))
            assert once().replayed
            assert store.db.write_now(ctx, idempotency.purge) == 0
            clock.move_to(BEGIN + timedelta(hours=24, seconds=1))
            assert once() == StoredResponse(201, '{"try":2}', '"etag"', replayed=False)
            assert once(digest="sent").replayed

    def test_old_responses_are_purged(self, store: Store, ctx: Ctx, once: Callable[..., StoredResponse]) -> None:
        with time_machine.travel(BEGIN, tick=False) as clock:
            once(key="old")
            clock.move_to(BEGIN + timedelta(hours=23))
            once(key="new")
            clock.move_to(BEGIN + timedelta(hours=25))
            assert store.db.write_now(ctx, idempotency.purge) == 1
            assert once(key="new").replayed
            assert not once(key="old").replayed


@pytest.mark.parametrize("key", ["x", "x" * 200, "a b", "~!@#"])
def test_valid_keys_are_accepted(key: str) -> None:
    assert idempotency.check_key(key) == key


@pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\tb", "a\nb", "\x7f"])
def test_invalid_keys_are_refused(key: str) -> None:
    with pytest.raises(BadInput, match=r"^Idempotency-Key must have 1 to 200 printable ASCII characters$"):
        idempotency.check_key(key)


class TestAtOnce:
    def test_concurrent_requests_create_one_record(self, api: httpx.Client) -> None:
        headers, body = {"Idempotency-Key": unique("key")}, {"name": "x"}

        def send(_: int) -> httpx.Response:
            return api.post("/core/deals", json=body, headers=headers)

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(send, range(16)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
        assert len(everything(api, "/core/deals")) == 1

    def test_same_key_on_two_paths_is_two_requests(self, api: httpx.Client) -> None:
        headers = {"Idempotency-Key": unique("key")}
        made = [api.post(path, json={"name": "x"}, headers=headers) for path in ("/core/deals", "/core/jv/partners")]
        assert [answer.status_code for answer in made] == [201, 201]
