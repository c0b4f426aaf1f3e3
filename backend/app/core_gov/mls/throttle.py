"""Rate limiting and retry delays. No I/O besides the clock that is passed in."""

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
MAX_WAIT_S = 3_700.0
"""Maximum wait in seconds: long enough for an hourly quota, not for a daily one."""

FIRST_WAIT_S, MAX_BACK_OFF_S = 1.0, 60.0
_REPORTED_WAIT_S = 5.0


def _ignore(sentence: str) -> None:
    """Ignore the message; the default callback."""


@dataclass
class Clock:
    """Clock and sleep function, replaceable in tests. `on_wait` is called with the reason for a long wait."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    on_wait: Callable[[str], None] = _ignore

    def wait(self, seconds: float, why: str) -> None:
        """Sleep for some seconds. Raises FeedFailed if that exceeds MAX_WAIT_S."""
        if seconds > MAX_WAIT_S:
            at = datetime.fromtimestamp(self.now() + seconds, UTC)
            raise FeedFailed(f"{why}: run the sync again after {at:%Y-%m-%d %H:%M} UTC; it resumes")
        if seconds >= _REPORTED_WAIT_S:
            self.on_wait(f"{why}: waiting {seconds:,.0f} s")
        self.sleep(seconds)


@dataclass
class RequestPacing:
    """Rate limiter of a server that works across runs.

    `requests_by_minute` holds the number of requests in each minute of the last day, by minutes since 1970. It is
    stored with the feed. Windows longer than a minute are counted in whole minutes, rounded up.
    """

    limits: Sequence[Limit]
    clock: Clock
    requests_by_minute: dict[int, int] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)

    def take_turn(self) -> None:
        """Wait until the next request is allowed, and count it."""
        while (seconds := self._until_free(self.clock.now())) > 0:
            self.clock.wait(seconds, "the server's request limit is reached")
        now = self.clock.now()
        self._recent.append(now)
        minute = int(now // MINUTE_S)
        self.requests_by_minute[minute] = self.requests_by_minute.get(minute, 0) + 1
        for old in [each for each in self.requests_by_minute if each < minute - DAY_S // MINUTE_S]:
            del self.requests_by_minute[old]

    def _until_free(self, now: float) -> float:
        return max((self._seconds_until_free(count, seconds, now) for count, seconds in self.limits), default=0.0)

    def _seconds_until_free(self, count: int, seconds: float, now: float) -> float:
        if seconds > MINUTE_S:
            return self._minutes_free_in(count, seconds, now)
        longest = max((each for _, each in self.limits if each <= MINUTE_S), default=0.0)
        while self._recent and (self._recent[0] <= now - longest or self._recent[0] > now):
            self._recent.popleft()  # discard future entries, made before the clock was set back
        within = [at for at in self._recent if at > now - seconds]
        return within[-count] + seconds - now if len(within) >= count else 0.0

    def _minutes_free_in(self, count: int, seconds: float, now: float) -> float:
        """Return the seconds until a request is free. A minute counts until the window has passed all of it."""
        remaining = count
        for minute in sorted(self.requests_by_minute, reverse=True):
            leaves_at = (minute + 1) * MINUTE_S + seconds
            if leaves_at <= now or minute > now // MINUTE_S:
                continue
            remaining -= self.requests_by_minute[minute]
            if remaining <= 0:
                return leaves_at - now
        return 0.0


def back_off(attempt: int) -> float:
    """Return the exponential delay before a retry in seconds, with up to 50 % random reduction."""
    longest = min(MAX_BACK_OFF_S, FIRST_WAIT_S * 2.0**attempt)
    return longest * (0.5 + secrets.randbelow(501) / 1000)


def retry_after(header: str | None, now: float) -> float | None:
    """Return the seconds given by a Retry-After header; None if it cannot be parsed."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now)
