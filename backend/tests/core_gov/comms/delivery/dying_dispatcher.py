"""A dispatcher that kills or stops its process at a named point: `python -m … POINT [SIGNAL] < settings.json`.

`claimed`: the claim is committed. `attempted`: the attempt is committed, and no byte left. `requested`: the request is
sent, and the answer is not read. `answered`: the answer is read, and not stored. `recorded`: the outcome is committed.
"""

import signal
import sys
import threading
from collections.abc import Callable
from itertools import count
from typing import Any

from backend.app.bootstrap import open_store
from backend.app.core_gov.comms.delivery import attempts
from backend.app.core_gov.comms.delivery.dispatcher import Dispatcher
from backend.app.core_gov.comms.senders.twilio import TwilioClient
from backend.app.jobs import dispatcher
from backend.app.settings import Settings

POINTS = ("claimed", "attempted", "requested", "answered", "recorded")


SIGNAL = {"number": signal.SIGKILL}
"""Signal that the process sends to itself."""


def die() -> None:
    """Kill or stop this process, in this thread: a signal to the process would let the thread run on for a while."""
    signal.pthread_kill(threading.get_ident(), SIGNAL["number"])


def before(owner: object, name: str, act: Callable[[], None]) -> None:
    """Make a method call `act` first."""
    method = getattr(owner, name)

    def wrapped(*args: Any, **kw: Any) -> Any:
        act()
        return method(*args, **kw)

    setattr(owner, name, wrapped)


def after(owner: object, name: str, act: Callable[[], None]) -> None:
    """Make a method call `act` last."""
    method = getattr(owner, name)

    def wrapped(*args: Any, **kw: Any) -> Any:
        result = method(*args, **kw)
        act()
        return result

    setattr(owner, name, wrapped)


def act_at(point: str, act: Callable[[], None]) -> None:
    """Make the dispatcher of this process call `act` each time it passes a point."""
    match point:
        case "claimed":
            before(Dispatcher, "_submit", act)
        case "attempted":
            before(TwilioClient, "send", act)
        case "answered":
            after(TwilioClient, "send", act)
        case "recorded":
            after(Dispatcher, "_record", act)
        case "requested":  # the double kills this process
            pass


def claim_once() -> None:
    """Make the dispatcher of this process claim messages only once."""
    claim, calls = Dispatcher._claim, count()

    def first(self: Dispatcher, *args: Any) -> int | None:
        return claim(self, *args) if next(calls) == 0 else 0

    setattr(Dispatcher, "_claim", first)  # noqa: B010 - a function of another type


def main(point: str, name: str = "SIGKILL") -> None:
    SIGNAL["number"] = signal.Signals[name]
    if name == "SIGSTOP" and point == "attempted":
        attempts.LAST_CHECK_S = 0.0  # whatever time passes is too long
    attempts.CLAIM_S = 0.0  # its claims expire at once, so that nobody has to wait
    # A process that is stopped while it writes would block the next one.
    Dispatcher._sweep = lambda self: None  # type: ignore[method-assign]
    claim_once()
    act_at(point, die)
    with open_store(Settings.model_validate_json(sys.stdin.read())) as store:
        sending = dispatcher(store)
        sending.run_once()
        sending.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
