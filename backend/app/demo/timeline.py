"""The past of the demo company: actions in the order of their times, whichever record they belong to."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

Actions = Iterator[str]
"""A generator that does one action after each time that it yields, in ascending order."""

OPENED = date(2026, 5, 4)
"""The day on which the company wrote down its partners."""


def moment(day: date, minutes: float = 0) -> str:
    """Return a time on a working day in the form of `clock.now`, some minutes after 16:00 UTC."""
    found = datetime.combine(day, time(16), UTC) + timedelta(minutes=minutes)
    return found.isoformat(timespec="microseconds").replace("+00:00", "Z")


def run(all_actions: Iterable[Actions], set_time: Callable[[str], None], done: Callable[[], None]) -> None:
    """Run the actions of all generators by time.

    `set_time` is called before each action, `done` after each generator.
    """
    waiting: list[tuple[str, int, Actions]] = []
    for number, actions in enumerate(all_actions):
        waiting.append((next(actions), number, actions))
    heapq.heapify(waiting)
    while waiting:
        at, number, actions = heapq.heappop(waiting)
        set_time(at)
        following = next(actions, None)
        if following is None:
            done()
        else:
            heapq.heappush(waiting, (max(at, following), number, actions))
