"""How fast a server may be asked, and how long to wait when it says no: pure, but for the clock that it is given."""

import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.profiles import Limit

MINUTE_S = 60
DAY_S = 86_400
LONGEST_WAIT_S = 3_700.0
"""An hour's allowance is waited for, a day's is not."""

FIRST_WAIT_S, LONGEST_BACK_OFF_S = 1.0, 60.0
_WORTH_TELLING_S = 5.0


def _in_silence(sentence: str) -> None:
    """The default for whoever wants to hear nothing."""


@dataclass
class Clock:
    """The time and the waiting, so that tests need not wait; `told` hears why it takes long."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    told: Callable[[str], None] = _in_silence

    def wait(self, seconds: float, why: str) -> None:
        """Raises FeedFailed when that would be longer than anyone should wait."""
        if seconds > LONGEST_WAIT_S:
            at = datetime.fromtimestamp(self.now() + seconds, UTC)
            raise FeedFailed(f"{why}: run the sync again after {at:%Y-%m-%d %H:%M} UTC; it goes on where it was")
        if seconds >= _WORTH_TELLING_S:
            self.told(f"{why}: waiting {seconds:,.0f} s")
        self.sleep(seconds)


@dataclass
class Pace:
    """Keeps the limits of a server, over runs too.

    `asked` is how many requests were made in each of the minutes of the last day, counted from 1970; it is kept with
    the feed. A long window is counted in whole minutes, and to the safe side.
    """

    limits: Sequence[Limit]
    clock: Clock
    asked: dict[int, int] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)

    def take_turn(self) -> None:
        """Waits until the next request may be made, and counts it."""
        while (seconds := self._until_free(self.clock.now())) > 0:
            self.clock.wait(seconds, "the server's limit of requests is used up")
        now = self.clock.now()
        self._recent.append(now)
        minute = int(now // MINUTE_S)
        self.asked[minute] = self.asked.get(minute, 0) + 1
        for old in [each for each in self.asked if each < minute - DAY_S // MINUTE_S]:
            del self.asked[old]

    def _until_free(self, now: float) -> float:
        return max((self._free_in(count, seconds, now) for count, seconds in self.limits), default=0.0)

    def _free_in(self, count: int, seconds: float, now: float) -> float:
        if seconds > MINUTE_S:
            return self._minutes_free_in(count, seconds, now)
        longest = max((each for _, each in self.limits if each <= MINUTE_S), default=0.0)
        while self._recent and (self._recent[0] <= now - longest or self._recent[0] > now):
            self._recent.popleft()  # one in the future was made before the clock was set back
        within = [at for at in self._recent if at > now - seconds]
        return within[-count] + seconds - now if len(within) >= count else 0.0

    def _minutes_free_in(self, count: int, seconds: float, now: float) -> float:
        """A minute counts until the window has left all of it."""
        left = count
        for minute in sorted(self.asked, reverse=True):
            leaves_at = (minute + 1) * MINUTE_S + seconds
            if leaves_at <= now or minute > now // MINUTE_S:
                continue
            left -= self.asked[minute]
            if left <= 0:
                return leaves_at - now
        return 0.0


def back_off(attempt: int) -> float:
    """How long to wait before a request is made again: twice as long each time, and by chance up to half of it less."""
    longest = min(LONGEST_BACK_OFF_S, FIRST_WAIT_S * 2.0**attempt)
    return longest * (0.5 + secrets.randbelow(501) / 1000)


def retry_after(header: str | None, now: float) -> float | None:
    """What the header asks for, in seconds from now on; None when it says nothing that can be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now)
