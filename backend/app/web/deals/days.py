"""Days between two dates, and in a stage. Pure functions."""

from datetime import date
from typing import Any

from backend.app.kit.clock import local_day


def days_between(start: str, end: str) -> int:
    """Return the days from one ISO date to another, negative if the other is earlier."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def days_in_stage(deal: dict[str, Any], today: str) -> int | None:
    """Return the days since the deal entered its stage, in the company's time zone; None if that is not known."""
    history = deal.get("stage_history")
    return max(0, days_between(local_day(history[-1]["at"]), today)) if history else None


def is_overdue(deal: dict[str, Any], today: str) -> bool:
    """Return whether the next action was due before today."""
    due = deal.get("next_action_date")
    return due is not None and due < today
