"""States of a delivery, as a fold over its stored events. Pure functions.

The events are of two sorts. Own events are decisions of this system, and are applied in the order of their sequence.
Provider events report what happened to the message, late, repeatedly and in any order, so they are read as a set: the
status that says most wins. The result depends neither on the order of the events nor on duplicates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

State = Literal[
    "held", "waiting", "claimed", "sending", "accepted", "delivered", "read", "undelivered", "failed", "canceled",
    "blocked", "uncertain", "expired",
]  # fmt: skip
OwnKind = Literal[
    "created", "held", "released", "claimed", "postponed", "attempted", "accepted", "refused", "uncertain", "settled",
    "canceled", "expired", "blocked",
]  # fmt: skip
Kind = OwnKind | Literal["status"]
SettledOutcome = Literal["accepted", "not_accepted"]

STATES: tuple[State, ...] = get_args(State)

CANCELABLE: frozenset[State] = frozenset({"held", "waiting", "claimed"})
"""Nothing was sent, so the delivery can still be canceled."""

OPEN: frozenset[State] = CANCELABLE | {"sending", "uncertain"}
"""The message may still be sent, or may have been sent without an answer: the draft cannot change or be sent again."""

FINAL: frozenset[State] = frozenset(STATES) - OPEN - {"accepted"}
"""No event is expected, so there is nothing to poll. A late one still counts: delivered becomes read."""

PROVIDER_STATES: Mapping[str, State] = MappingProxyType({
    "scheduled": "accepted", "accepted": "accepted", "queued": "accepted", "sending": "accepted", "sent": "accepted",
    "canceled": "canceled", "failed": "failed", "undelivered": "undelivered", "delivered": "delivered", "read": "read",
})  # fmt: skip
"""Status of Twilio → state, ordered from the status that says least to the one that says most.

A receipt outranks a failure, so that a message which arrived is never sent again. A failure outranks every status
before it. The code of the failure is kept in both cases.
"""

_RANKS = {status: rank for rank, status in enumerate(PROVIDER_STATES, 1)}
_UNKNOWN = 0

_BEFORE_SENDING: tuple[State, ...] = ("held", "waiting", "claimed")
MOVES: Mapping[tuple[State | None, OwnKind], State] = MappingProxyType(
    {
        (None, "created"): "waiting",
        (None, "held"): "held",
        (None, "uncertain"): "uncertain",
        (None, "accepted"): "accepted",
        ("waiting", "held"): "held",
        ("claimed", "held"): "held",
        ("held", "held"): "held",
        ("held", "released"): "waiting",
        ("waiting", "claimed"): "claimed",
        ("claimed", "claimed"): "claimed",
        ("waiting", "postponed"): "waiting",
        ("claimed", "postponed"): "waiting",
        ("sending", "postponed"): "waiting",
        ("claimed", "attempted"): "sending",
        ("sending", "refused"): "failed",
        ("sending", "uncertain"): "uncertain",
        **{(state, "uncertain"): "uncertain" for state in _BEFORE_SENDING},
        **{(state, "canceled"): "canceled" for state in _BEFORE_SENDING},
        **{(state, "expired"): "expired" for state in _BEFORE_SENDING},
        **{(state, "blocked"): "blocked" for state in _BEFORE_SENDING},
        **{(state, "accepted"): "accepted" for state in STATES},
    }
)
"""(State, own event) → next state. `settled` is missing: its outcome decides. Any other event changes nothing.

`postponed` returns a message that was not sent: the gate says wait, no byte was sent, or the provider said to slow
down. `refused` is final. `accepted` is possible in every state, because it is a fact. `uncertain` before an attempt
is for a store that was rebuilt or restored, whose other copy may have sent the message.
"""


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event of a delivery.

    `sequence` orders own events, and is not used for those of kind `status`. `at` is when the event was recorded, in
    the form of `clock.now`. Any event may carry an error code and an ID of the provider;
    a status only those of kind `status` and `accepted`.
    """

    kind: Kind
    at: str
    sequence: int = 0
    source: str = "dispatcher"
    provider_status: str | None = None
    error_code: str | None = None
    provider_id: str | None = None
    outcome: SettledOutcome | None = None
    """Result that a person settled on; only in events of kind `settled`."""


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """Current state of a delivery."""

    state: State
    at: str
    """When the delivery entered the state, as far as recorded."""

    accepted: bool = False
    """True if the provider accepted the message: the draft is sent, whatever happened later."""

    provider_status: str | None = None
    provider_id: str | None = None
    error_codes: tuple[str, ...] = ()
    """Codes of the provider since the last attempt, the most relevant first."""

    attempts: int = 0

    @property
    def error_code(self) -> str | None:
        """Return the code that explains the state best."""
        return self.error_codes[0] if self.error_codes else None

    @property
    def is_open(self) -> bool:
        """Return whether the message may still be sent, or may have been sent without an answer."""
        return self.state in OPEN


def normal_status(status: str | None) -> str | None:
    """Return a status of the provider for comparison; None for an empty one."""
    return (status or "").strip().lower() or None


def normal_code(code: str | int | None) -> str | None:
    """Return an error code of the provider as text; None for an empty one and for 0, which mean no error."""
    text = str(code if code is not None else "").strip()
    return None if text in {"", "0", "null", "None"} else text


def next_state(state: State | None, kind: OwnKind, outcome: SettledOutcome | None = None) -> State | None:
    """Return the state after an own event, None if the event is not possible in this state."""
    if kind == "settled":
        if state != "uncertain" or outcome is None:
            return None
        return "accepted" if outcome == "accepted" else "failed"
    return MOVES.get((state, kind))


def fold(events: Iterable[Event]) -> DeliveryState:
    """Return the state of a delivery from its events, in any order and with any duplicates.

    Raises ValueError if no event begins a delivery.
    """
    distinct = set(events)
    own = _own(event for event in distinct if event.kind != "status")
    reports = [event for event in distinct if event.kind == "status" or _reports_acceptance(event)]
    if not reports:
        if own is None:
            raise ValueError("the delivery has no event that begins it (created, held, uncertain or accepted)")
        return own
    return _with_reports(own, reports)


def _reports_acceptance(event: Event) -> bool:
    return event.kind == "accepted" and normal_status(event.provider_status) is not None


def _own(events: Iterable[Event]) -> DeliveryState | None:
    """Return the state by own events alone."""
    state, since, accepted, attempts = None, "", False, 0
    provider_id: str | None = None
    codes: list[str] = []
    for event in sorted(events, key=_order):
        following = None if event.kind == "status" else next_state(state, event.kind, event.outcome)
        if following is None:
            continue
        if event.kind == "attempted":
            attempts, codes = attempts + 1, []
        if following != state:
            state, since = following, event.at
        accepted = accepted or following == "accepted"
        provider_id = event.provider_id or provider_id
        if code := normal_code(event.error_code):
            codes.insert(0, code)
    if state is None:
        return None
    return DeliveryState(state, since, accepted, None, provider_id, tuple(dict.fromkeys(codes)), attempts)


def _order(event: Event) -> tuple[int | str, ...]:
    optional = (event.provider_status, event.error_code, event.provider_id, event.outcome)
    return event.sequence, event.at, event.kind, event.source, *(each or "" for each in optional)


def _with_reports(own: DeliveryState | None, reports: list[Event]) -> DeliveryState:
    """Return the state if the provider reported the message: it was accepted, and the reports decide what followed."""
    best = max(reports, key=_weight)
    status = normal_status(best.provider_status)
    same = [event for event in reports if normal_status(event.provider_status) == status]
    others = [event for event in reports if event not in same]
    codes = [*_codes(same), *_codes(others), *(own.error_codes if own else ())]
    ids = sorted({event.provider_id for event in reports if event.provider_id})
    known = own.provider_id if own else None
    return DeliveryState(
        state=PROVIDER_STATES.get(status or "", "accepted"),
        at=min(event.at for event in same),
        accepted=True,
        provider_status=status,
        provider_id=known or (ids[0] if ids else None),
        error_codes=tuple(dict.fromkeys(codes)),
        attempts=own.attempts if own else 0,
    )


def _weight(event: Event) -> tuple[int, str]:
    status = normal_status(event.provider_status) or ""
    return _RANKS.get(status, _UNKNOWN), status


def _codes(events: Iterable[Event]) -> list[str]:
    return sorted({code for event in events if (code := normal_code(event.error_code))})
