"""Leases of one process: renewed while it runs, lost if it cannot renew them, released at the end."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text

from backend.app.bootstrap import Store, open_store
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.db.sql import Query
from backend.app.kit.errors import StoreUnavailable
from backend.app.kit.jobs import lease_holder as keeper_module
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import LeaseHolder, about
from backend.app.kit.jobs.leases import LeaseLost
from backend.app.settings import Settings
from backend.tests.harness import until

Logged = Callable[[], list[dict[str, Any]]]
CTX = Ctx("tester", "job")


def lease_holder(store: Store, seconds: float = leases.MAX_S, kind: str = "serve") -> LeaseHolder:
    return LeaseHolder(store.db, CTX, kind=kind, version="1.2.3", seconds=seconds)


@pytest.fixture
def frequent_renewals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renew leases every 20 ms, though they last ten minutes: on a slow machine too, none expires during a test."""
    monkeypatch.setattr(keeper_module, "RENEWALS", leases.MAX_S / 0.02)


def expire(tx: Tx, *names: str) -> None:
    """Make leases look as if they expired long ago."""
    for name in names:
        tx.run(Query(text("UPDATE leases SET until = '2026-01-01T00:00:00.000000Z' WHERE name = :name")), name=name)


def present(store: Store) -> list[str]:
    return [lease.name for lease in store.db.snapshot_now(leases.present)]


def test_process_announces_itself_until_it_ends(store: Store) -> None:
    one, other = lease_holder(store), lease_holder(store, kind="work")
    one.start()
    other.start()
    found = {about(lease)["kind"]: lease for lease in store.db.snapshot_now(leases.present)}
    assert found.keys() == {"serve", "work"}
    assert found["serve"].name == found["serve"].holder == one.name
    assert about(found["serve"]) == json.loads(found["serve"].about)
    assert (about(found["work"])["pid"], about(found["work"])["version"]) == (os.getpid(), "1.2.3")
    one.close()
    assert present(store) == [other.name]
    other.close()
    assert present(store) == []


@pytest.mark.usefixtures("frequent_renewals")
def test_held_lease_is_renewed(store: Store) -> None:
    one = lease_holder(store)
    one.start()
    held = one.take("job:x")
    assert held is not None

    def ends() -> list[str]:
        return [lease.until for lease in store.db.snapshot_now(leases.living)]

    first = ends()
    until(lambda: all(now > then for now, then in zip(ends(), first, strict=True)), "both leases were renewed")
    held.check()
    store.db.write_now(CTX, held.confirm)
    assert lease_holder(store).take("job:x") is None
    one.close()
    assert ends() == []


def test_released_lease_can_be_taken(settings: Settings) -> None:
    with open_store(settings) as store, open_store(settings) as elsewhere:
        one, other = lease_holder(store), lease_holder(elsewhere)
        held = one.take("job:x")
        assert held is not None
        assert other.take("job:x") is None
        one.release(held)
        assert held.lost
        assert other.take("job:x") is not None


def test_lease_is_lost_for_its_holder_before_another_can_take_it(store: Store) -> None:
    one, other = lease_holder(store, seconds=0.2), lease_holder(store)  # no thread renews
    held = one.take("job:x")
    assert held is not None
    taken = until(lambda: other.take("job:x"), "it is taken over")
    assert taken is not None
    assert held.lost
    assert not taken.lost
    with pytest.raises(LeaseLost):
        held.check()
    with pytest.raises(LeaseLost):
        store.db.write_now(CTX, held.confirm)
    one.release(held)
    store.db.write_now(CTX, taken.confirm)


@pytest.mark.parametrize("asleep", [0, 1])
def test_lease_is_lost_after_the_machine_slept(store: Store, monkeypatch: pytest.MonkeyPatch, asleep: int) -> None:
    """One clock stops while a machine sleeps, and the other can be set back, so the later one counts."""
    held = lease_holder(store).take("job:x")
    assert held is not None
    clocks = [*keeper_module._clocks()]
    clocks[asleep] += leases.MAX_S + 1
    monkeypatch.setattr(keeper_module, "_clocks", lambda: tuple(clocks))
    assert held.lost


@pytest.mark.usefixtures("frequent_renewals")
def test_lease_taken_by_another_is_lost_and_logged(store: Store, logged: Logged) -> None:
    one = lease_holder(store)
    one.start()
    held = one.take("job:x")
    assert held is not None
    store.db.write_now(CTX, leases.release, "job:x", one.name)
    store.db.write_now(CTX, leases.take, "job:x", "two", "{}", leases.MAX_S)

    def warned() -> list[str]:
        return [line["name"] for line in logged() if line["event"] == "lease lost: it was not renewed in time"]

    until(lambda: "job:x" in warned(), "it is noticed")
    assert held.lost
    one.close()
    found = store.db.snapshot_now(leases.find, "job:x")
    assert found is not None
    assert found.holder == "two"


@pytest.mark.usefixtures("frequent_renewals")
def test_expired_presence_is_announced_again(store: Store) -> None:
    one = lease_holder(store)
    one.start()
    store.db.write_now(CTX, leases.release, one.name, one.name)
    until(lambda: present(store) == [one.name], "it says so again")
    one.close()


@pytest.mark.usefixtures("frequent_renewals")
def test_renewal_resumes_when_the_database_responds_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    one = lease_holder(store)
    one.start()
    held = one.take("job:x")
    assert held is not None
    attempts: list[object] = []

    def fail(*args: object) -> bool:
        attempts.append(args)
        raise StoreUnavailable

    def complaints() -> list[str]:
        return [line["event"] for line in logged() if line.get("holder") == one.name]

    with monkeypatch.context() as patch:
        patch.setattr(leases, "renew", fail)
        until(complaints, "it is said")
        until(lambda: len(attempts) > 3, "it tries again")
        assert complaints() == ["leases not renewed; trying again"], "said once, not each time"
        assert not held.lost
        later = [moment + leases.MAX_S for moment in keeper_module._clocks()]
        patch.setattr(keeper_module, "_clocks", lambda: tuple(later))
        until(lambda: held.lost, "it has expired for its holder")
        store.db.write_now(CTX, expire, one.name, "job:x")
        assert present(store) == []
    until(lambda: present(store) == [one.name], "it is there again")
    until(lambda: held.lost, "the expired lease is given up")
    one.close()


def test_lease_that_cannot_be_released_expires(store: Store, monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    one = lease_holder(store, seconds=0.1)

    def fail(tx: Tx, *args: object) -> None:
        raise StoreUnavailable

    held = one.take("job:x")
    assert held is not None
    with monkeypatch.context() as patch:
        patch.setattr(leases, "release", fail)
        one.release(held)
    assert "leases not released; they run out by themselves" in [line["event"] for line in logged()]
    until(lambda: lease_holder(store).take("job:x"), "it ran out")


def test_leases_are_taken_and_released_during_renewals(store: Store) -> None:
    """A renewal never restores a released lease."""
    one = lease_holder(store, seconds=0.06)
    one.start()
    for n in range(60):
        held = one.take(f"job:{n % 3}")
        if held is not None:
            with suppress(LeaseLost):
                store.db.write_now(CTX, held.confirm)
            one.release(held)
            assert store.db.snapshot_now(leases.find, held.name) is None
    one.close()
