"""Leases of processes, and their removal after the process has ended."""

from backend.app.bootstrap import Store
from backend.app.kit.db import Tx
from backend.app.kit.jobs import leases
from backend.app.kit.jobs.lease_holder import LeaseHolder
from backend.tests.doctor.command import Doctor
from backend.tests.promises import promise
from backend.tests.survive.store_view import CTX, events, in_step


def _lease(store: Store, name: str, holder: str) -> None:
    def take(tx: Tx) -> None:
        assert leases.take(tx, name, holder, "{}", 300.0)

    store.db.write_now(CTX, take)


@promise(
    "Operator tools",
    "`valhalla doctor` changes nothing; `--fix` repairs stale JSON files, missing directories and leftovers of dead "
    "processes.",
)
def test_leases_of_ended_processes_are_removed(doctor: Doctor, store: Store, dead_pid: int) -> None:
    """A running service keeps its own leases."""
    lease_holder = LeaseHolder(store.db, CTX, kind="work", version="1", seconds=300.0)
    lease_holder.start()
    mine = lease_holder.name.split(":")
    gone = ":".join([mine[0], mine[1], str(dead_pid), "00000000"])
    elsewhere = f"process:elsewhere.example:{dead_pid}:00000000"
    for name, holder in ((gone, gone), ("job:sync", gone), (elsewhere, elsewhere)):
        _lease(store, name, holder)
    in_step(store)
    found = doctor.one("processes")
    assert found["fix"] == "removes the leases of ended processes"
    assert found["sentence"].startswith("2 leases belong to processes that have ended")
    assert f"process {dead_pid} on {mine[1]}" in found["sentence"]
    assert doctor.json("--fix")["healthy"]
    kept = [lease.name for lease in store.db.snapshot_now(leases.every)]
    assert kept == sorted([lease_holder.name, elsewhere])
    assert events(store, "leases.removed")[0]["facts"] == {"leases": ["job:sync", gone]}
    lease_holder.close()
    in_step(store)
    doctor.healthy()
