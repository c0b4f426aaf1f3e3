"""Leases on both databases: one holder at a time, and takeover after expiry."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import time_machine
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import text

from backend.app.bootstrap import Store, open_store
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.leases import Lease, LeaseLost
from backend.app.settings import Settings
from backend.tests.harness import until
from backend.tests.promises import promise

BEGIN = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)

Do = Callable[..., Any]


def doing(store: Store) -> Do:
    return lambda act, *args: store.db.write_now(Ctx("tester", "api"), act, *args)


@pytest.fixture
def do(store: Store) -> Do:
    """Run a unit of work."""
    return doing(store)


def set_until(tx: Tx, name: str, moment: str) -> None:
    tx.run(_SET_UNTIL, name=name, moment=moment)


_SET_UNTIL = Query(text("UPDATE leases SET until = :moment WHERE name = :name"))


class TestOneHolder:
    def test_lease_has_one_holder(self, do: Do) -> None:
        lease = do(leases.take, "job:x", "one", '{"pid": 1}', 30.0)
        assert (lease.name, lease.holder, lease.about) == ("job:x", "one", '{"pid": 1}')
        assert datetime.fromisoformat(lease.until) - datetime.fromisoformat(lease.since) >= timedelta(seconds=30)
        assert do(leases.take, "job:x", "two", "{}", 30.0) is None
        assert do(leases.find, "job:x") == lease
        assert do(leases.take, "job:y", "two", "{}", 30.0).holder == "two"

    def test_holder_can_take_its_lease_again(self, do: Do) -> None:
        first, again = (do(leases.take, "job:x", "one", "{}", seconds) for seconds in (10.0, 30.0))
        assert again.since == first.since
        assert again.until > first.until

    def test_released_lease_can_be_taken(self, do: Do) -> None:
        do(leases.take, "job:x", "one", "{}", 30.0)
        do(leases.release, "job:x", "two")
        assert do(leases.take, "job:x", "two", "{}", 30.0) is None, "only its holder releases it"
        do(leases.release, "job:x", "one")
        assert do(leases.take, "job:x", "two", "{}", 30.0).holder == "two"

    @pytest.mark.parametrize("seconds", [0, -1, 601, float("nan")])
    def test_duration_is_limited(self, do: Do, seconds: float) -> None:
        with pytest.raises(ValueError, match="a lease lasts at most 600 seconds"):
            do(leases.take, "job:x", "one", "{}", seconds)

    @promise("Operations", "A job runs in one process at a time, and another process takes over if it dies.")
    def test_concurrent_takers_get_one_lease(self, settings: Settings) -> None:
        """Eight threads of two processes take one lease; it has one holder until it is released."""
        alone, taken = threading.Lock(), []

        def work(store: Store, holder: str) -> None:
            do = doing(store)
            for _ in range(3):
                until(lambda: do(leases.take, "job:x", holder, "{}", 30.0), "it is free")
                assert alone.acquire(blocking=False), "two have it"
                do(leases.confirm, "job:x", holder)
                taken.append(holder)
                alone.release()
                do(leases.release, "job:x", holder)

        with open_store(settings) as one, open_store(settings) as other, ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(work, (one, other)[n % 2], f"holder {n}") for n in range(8)]:
                done.result()
        assert len(taken) == 24


class TestRunningOut:
    def test_expired_lease_can_be_taken(self, do: Do) -> None:
        first = do(leases.take, "job:x", "one", "{}", 0.1)
        second = until(lambda: do(leases.take, "job:x", "two", "{}", 30.0), "it is taken over")
        assert second.since >= first.until, "not before it ran out"
        assert do(leases.take, "job:x", "one", "{}", 30.0) is None

    def test_renewed_lease_does_not_expire(self, do: Do) -> None:
        first = do(leases.take, "job:x", "one", "{}", 0.5)
        assert do(leases.renew, "job:x", "one", 30.0)
        until(lambda: do(leases.now) > first.until, "the first time is over")
        assert do(leases.take, "job:x", "two", "{}", 30.0) is None
        assert do(leases.find, "job:x").since == first.since

    def test_expired_lease_cannot_be_renewed(self, do: Do) -> None:
        first = do(leases.take, "job:x", "one", "{}", 0.05)
        until(lambda: do(leases.now) > first.until, "it ran out")
        assert not do(leases.renew, "job:x", "one", 30.0)
        assert not do(leases.renew, "job:y", "one", 30.0)
        assert do(leases.take, "job:x", "one", "{}", 30.0).since > first.until

    def test_expired_lease_is_not_listed_as_living(self, do: Do) -> None:
        for name, seconds in (("process:a", 30.0), ("process:b", 0.05), ("job:x", 30.0)):
            do(leases.take, name, "one", "{}", seconds)
        until(lambda: len(do(leases.living)) == 2, "one ran out")
        assert [lease.name for lease in do(leases.living)] == ["job:x", "process:a"]
        assert [lease.name for lease in do(leases.present)] == ["process:a"]

    def test_lease_from_before_the_clock_was_set_back_counts_as_expired(self, do: Do) -> None:
        do(leases.take, "process:x", "one", "{}", 30.0)
        do(set_until, "process:x", "2999-01-01T00:00:00.000000Z")
        assert do(leases.living) == []
        assert not do(leases.renew, "process:x", "one", 30.0)
        assert do(leases.take, "process:x", "two", "{}", 30.0).holder == "two"

    def test_lease_is_deleted_a_day_after_it_expired(self, do: Do) -> None:
        for name, moment in (("job:old", "2026-01-01T00:00:00.000000Z"), ("job:new", None), ("job:lately", None)):
            do(leases.take, name, "one", "{}", 0.01 if name == "job:lately" else 30.0)
            if moment:
                do(set_until, name, moment)
        assert do(leases.forget) == 1
        assert do(leases.find, "job:old") is None
        assert do(leases.find, "job:lately") is not None


class TestUnitsOfWork:
    def test_confirmed_unit_is_committed_under_the_lease(self, store: Store, do: Do) -> None:
        do(leases.take, "job:x", "one", "{}", 30.0)
        do(leases.confirm, "job:x", "one")
        for name, holder in (("job:x", "two"), ("job:y", "one")):
            with pytest.raises(LeaseLost, match=f"^the lease {name} expired before it was renewed$"):
                do(leases.confirm, name, holder)

    def test_unit_without_the_lease_stores_nothing(self, do: Do) -> None:
        def work(tx: Tx) -> None:
            leases.take(tx, "job:y", "two", "{}", 30.0)
            leases.confirm(tx, "job:x", "two")

        do(leases.take, "job:x", "one", "{}", 30.0)
        with pytest.raises(LeaseLost):
            do(work)
        assert do(leases.find, "job:y") is None

    def test_leases_can_be_read_in_a_snapshot(self, store: Store, do: Do) -> None:
        lease = do(leases.take, "process:x", "one", "{}", 30.0)
        assert store.db.snapshot_now(leases.present) == [lease]


def test_postgresql_uses_the_clock_of_the_server(database: str, do: Do) -> None:
    """A machine whose clock is an hour ahead takes no lease away. On SQLite there is only one machine."""
    do(leases.take, "job:x", "one", "{}", 30.0)
    with time_machine.travel(timedelta(hours=1), tick=True):
        taken = do(leases.take, "job:x", "two", "{}", 30.0)
    assert (taken is None) == (database == "postgresql")


NAMES, HOLDERS = st.sampled_from(["job:a", "job:b"]), st.sampled_from(["one", "two", "three"])
SECONDS = st.floats(0.5, 600)


class Model(RuleBasedStateMachine):
    """Leases compared with a dictionary, with a clock set by the test, on SQLite."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.opened = open_store(Settings(data_dir=Path(self.folder.name)))
        self.do = doing(self.opened.__enter__())
        self.travel = time_machine.travel(BEGIN, tick=False)
        self.clock = self.travel.start()
        self.time = BEGIN
        self.held: dict[str, tuple[str, datetime]] = {}

    def teardown(self) -> None:
        self.travel.stop()
        self.opened.__exit__(None, None, None)
        self.folder.cleanup()

    def holder(self, name: str) -> str | None:
        holder, end = self.held.get(name, ("", self.time))
        return holder if name in self.held and end >= self.time else None

    @rule(name=NAMES, holder=HOLDERS, seconds=SECONDS)
    def take(self, name: str, holder: str, seconds: float) -> None:
        found: Lease | None = self.do(leases.take, name, holder, "{}", seconds)
        assert (found is not None) == (self.holder(name) in {None, holder})
        if found is not None:
            assert found.holder == holder
            self.held[name] = (holder, self.time + timedelta(seconds=seconds))

    @rule(name=NAMES, holder=HOLDERS, seconds=SECONDS)
    def renew(self, name: str, holder: str, seconds: float) -> None:
        assert self.do(leases.renew, name, holder, seconds) == (self.holder(name) == holder)
        if self.holder(name) == holder:
            self.held[name] = (holder, self.time + timedelta(seconds=seconds))

    @rule(name=NAMES, holder=HOLDERS)
    def release(self, name: str, holder: str) -> None:
        self.do(leases.release, name, holder)
        if self.held.get(name, ("", None))[0] == holder:
            del self.held[name]

    @rule(seconds=st.floats(0.1, 400))
    def time_passes(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self.clock.move_to(self.time)

    @invariant()
    def the_living_are_those(self) -> None:
        found = {lease.name: lease.holder for lease in self.do(leases.living)}
        assert found == {name: self.holder(name) for name in self.held if self.holder(name)}


TestModel = Model.TestCase
TestModel.settings = hypothesis_settings(max_examples=10, stateful_step_count=25, deadline=None)
