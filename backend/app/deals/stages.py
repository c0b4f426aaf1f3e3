"""Stages of a deal: its changes of status, and the days in each. Pure functions."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from backend.app.kit.clock import local_day

MAX_STAGES = 200
"""Maximum number of changes that a deal keeps; the audit trail has all of them."""

Stage = dict[str, Any]
"""Fields of a `StageChange`."""


def entered(history: Sequence[Stage], status: str, at: str, by: str) -> list[Stage]:
    """Return the history with one more change of the status, without the oldest if it becomes too long."""
    return [*history, {"status": status, "at": at, "by": by}][-MAX_STAGES:]


def from_events(events: Iterable[dict[str, Any]], status: str) -> list[Stage]:
    """Return the stages that the audit events of a deal show, oldest first, as far back as they are certain.

    `events` are newest first. `status` is the current one: a trail that ends in another is no evidence.
    """
    found: list[Stage] = []
    expected = status
    for event in events:
        change = event["changes"].get("status")
        if change is None:
            continue
        if change["after"] != expected:
            break
        found.append({"status": expected, "at": event["at"], "by": event["actor"]})
        if change["before"] is None:  # the creation of the deal
            break
        expected = change["before"]
    return found[::-1]


def timed(history: Sequence[Stage], today: str) -> list[Stage]:
    """Return the stages with the days that each lasted, in the company's time zone."""
    days = [local_day(stage["at"]) for stage in history]
    ends = [*days[1:], today]
    return [{**stage, "days": days_between(start, end)} for stage, start, end in zip(history, days, ends, strict=True)]


def days_between(start: str, end: str) -> int:
    """Return the days from one ISO date to another, at least 0: clocks go back."""
    return max(0, (date.fromisoformat(end) - date.fromisoformat(start)).days)
