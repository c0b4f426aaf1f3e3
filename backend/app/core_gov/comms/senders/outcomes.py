"""Outcomes of one request to a provider that asks it to send a message."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message over. `provider_id`: its ID of the message."""

    provider_id: str
    status: str | None
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not send the message: it says so with a 4xx."""

    reason: str
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class SlowDown:
    """The provider takes no messages at this rate (429, or a code for a full queue). Nothing was sent."""

    reason: str
    wait_s: float
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of the request left. `wait_s`: time before another attempt."""

    reason: str
    wait_s: float


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Bytes of the request left, and no answer tells what became of it."""

    reason: str


RequestOutcome: TypeAlias = Accepted | Refused | SlowDown | NotSent | Uncertain
