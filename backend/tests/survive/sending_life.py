"""A process that sends and reads until it is killed or has no more work: `python -m … < life.json`.

It prints lines of JSON. `interrupted`: the deliveries that dead processes were sending. `expired`: the dead processes
whose claims have expired, which takes 90 seconds outside tests. `refused`: why it could not work.
"""

import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

from sqlalchemy import bindparam, select, update

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms.delivery import dispatcher as dispatching
from backend.app.core_gov.comms.delivery import store as deliveries
from backend.app.core_gov.comms.inbound.reader import Reader
from backend.app.jobs import dispatcher, provider_reader
from backend.app.kit import log
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.kit.errors import AppError
from backend.app.kit.http_client.timed_transport import TimedStream
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.dying_dispatcher import act_at, before

STOPPED_S = 95.0
"""Seconds for which a stopped process believes to have been stopped: longer than its claims."""
LONG_AGO = "2000-01-01T00:00:00.000000Z"
_CTX = Ctx("storm", "cli")
_c = deliveries.deliveries.c
_claimed = Query(select(_c.id, _c.state).where(_c.claimed_by.like(bindparam("pattern"))))
_expire = Query(
    update(deliveries.deliveries).where(_c.claimed_by.like(bindparam("pattern"))).values(claimed_until=LONG_AGO)
)


@dataclass(frozen=True, slots=True)
class Life:
    """What a process does, and what happens to it.

    `point`: where it kills or stops itself, on the pass with the number `passes`; None if it is killed from outside.
    `dead`: names of earlier processes, whose claims expire.
    """

    name: str
    settings: str
    point: str | None = None
    passes: int = 1
    stops: bool = False
    reads: bool = False
    dead: tuple[str, ...] = ()

    def as_text(self) -> str:
        return json.dumps(asdict(self))


class LaterTime:
    """The module `time` after this process was stopped for a while."""

    def time(self) -> float:
        return time.time() + STOPPED_S

    def monotonic(self) -> float:
        return time.monotonic() + STOPPED_S

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def strike(life: Life) -> Callable[[], None]:
    """Return a function that kills or stops this process when it is called for the last time that is due."""
    calls = count(1)

    def act() -> None:
        if next(calls) != life.passes:
            return
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP if life.stops else signal.SIGKILL)
        setattr(dispatching, "time", LaterTime())  # noqa: B010 - only a stopped process comes here

    return act


def arrange(life: Life) -> None:
    """Make this process strike at its point."""
    act = strike(life)
    if life.point == "requested":
        before(TimedStream, "read", lambda: act() if _sends() else None)
    elif life.point == "page":
        before(Reader, "read_list", act)
    elif life.point is not None:
        act_at(life.point, act)


def _sends() -> bool:
    return threading.current_thread().name.startswith("valhalla-sender")


def sending_of(store: Store, dead: tuple[str, ...]) -> list[str]:
    """Return the deliveries that dead processes were sending."""
    found = [row for name in dead for row in store.db.snapshot_now(_all_claimed, f"{name}.%")]
    return [known for known, state in found if state == "sending"]


def expire_claims(store: Store, dead: tuple[str, ...]) -> None:
    """Let the claims of dead processes expire."""
    for name in dead:
        store.db.write_now(_CTX, _expire_claims, f"{name}.%")


def _all_claimed(tx: Tx, pattern: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in tx.all(_claimed, pattern=pattern)]


def _expire_claims(tx: Tx, pattern: str) -> None:
    tx.run(_expire, pattern=pattern)


def say(what: str, names: list[str]) -> None:
    sys.stdout.write(json.dumps({what: names}) + "\n")
    sys.stdout.flush()


def work(store: Store, *, reads: bool) -> None:
    """Send what is due, and read the lists at the same time."""
    sending = dispatcher(store)
    reading = provider_reader(store)
    thread = threading.Thread(target=reading.round, daemon=True)
    if reads:
        thread.start()
    sending.run_once()
    sending.close()
    if reads:
        thread.join()
    reading.close()


def main() -> None:
    given = json.load(sys.stdin)
    life = Life(**(given | {"dead": tuple(given["dead"])}))
    log.configure("error", "json")
    numbers = count(1)
    assert hasattr(dispatching, "new_request_id")
    dispatching.new_request_id = lambda: f"{life.name}.{next(numbers)}"
    arrange(life)
    try:
        with open_store(Settings.model_validate_json(life.settings)) as store:
            say("interrupted", sending_of(store, life.dead))
            expire_claims(store, life.dead)
            say("expired", list(life.dead))
            work(store, reads=life.reads)
    except AppError as error:  # such as a database that a stopped process has locked
        say("refused", [error.detail])


if __name__ == "__main__":
    main()
