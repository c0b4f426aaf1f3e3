"""A scheduled task of a market: how often it runs, and when it is due. Pure functions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from backend.app.kit.errors import BadInput

Task = Literal["sync", "train", "revalue"]
"""Tasks of a market: synchronize its feeds, retrain its model, revalue its properties."""

TASKS: tuple[Task, ...] = get_args(Task)

MIN_HOURS, MAX_HOURS = 1, 400 * 24
"""Limits of the interval between two runs, in hours."""

RETRY_SHARE, MIN_RETRY_HOURS, MAX_RETRY_HOURS = 24, 1, 24
"""A failed task runs again after a 24th of its interval, but after at least an hour and at most a day."""

OFF = "off"
_INTERVAL = re.compile(r"([0-9]{1,6})([hd])")
_UNITS: Mapping[str, int] = {"h": 1, "d": 24}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A task of a market with its last run. `failure` is a sentence, or None if the last run succeeded."""

    market: str
    task: Task
    every_hours: int
    begun_at: str | None
    done_at: str | None
    failure: str | None
    result: str | None
    updated_at: str

    def due_at(self, now: str) -> str:
        """Return when the task is due, as a time in the form of `now`.

        A start in the future was recorded before the clock was set back. One that is not a time was edited by hand.
        """
        if self.begun_at is None:
            return min(self.updated_at, now)
        if self.begun_at > now:
            return now
        succeeded = self.failure is None and self.done_at is not None and self.done_at >= self.begun_at
        hours = self.every_hours if succeeded else retry_hours(self.every_hours)
        try:
            due = datetime.fromisoformat(self.begun_at).astimezone(UTC) + timedelta(hours=hours)
        except ValueError:
            return now
        return due.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def is_due(self, now: str) -> bool:
        return self.due_at(now) <= now


def retry_hours(every_hours: int) -> float:
    """Return the hours after which a task that failed or was interrupted runs again."""
    return min(max(every_hours / RETRY_SHARE, MIN_RETRY_HOURS), MAX_RETRY_HOURS)


def hours_of(text: str) -> int | None:
    """Return the hours of an interval such as `24h` or `7d`; None for `off`. Raises BadInput."""
    if text == OFF:
        return None
    found = _INTERVAL.fullmatch(text)
    hours = int(found[1]) * _UNITS[found[2]] if found else 0
    if not MIN_HOURS <= hours <= MAX_HOURS:
        raise BadInput(f"the interval {text!a:.42} must be off, or from 1h to {MAX_HOURS // 24}d, such as 24h or 7d")
    return hours


def interval_text(hours: int) -> str:
    """Return an interval as `hours_of` reads it: days where they are whole and more than one."""
    return f"{hours // 24}d" if hours > 24 and hours % 24 == 0 else f"{hours}h"
