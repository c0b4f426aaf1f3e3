"""Advice about a delivery: what a person can do about its state and its error code. Pure functions.

Sources: Twilio's error and warning dictionary (https://www.twilio.com/docs/api/errors), reviewed 2026-11-29.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from backend.app.core_gov.comms.delivery.states import OPEN, DeliveryState, State
from backend.app.kit.text import shorten

Group = Literal[
    "retry_later",
    "wait_a_day",
    "fix_the_number",
    "rewrite",
    "opted_out",
    "register",
    "fix_the_account",
    "other_channel",
]

GROUPS: Mapping[Group, str] = MappingProxyType({
    "retry_later": "Send it again later.",
    "wait_a_day": "The sender's daily limit is reached: send it again tomorrow.",
    "fix_the_number": "Correct the number and send it again, or use another channel.",
    "rewrite": "Rewrite the text and send it again.",
    "opted_out": "The recipient opted out: send nothing more to this number until they send START.",
    "register": "Register the sending number (10DLC, or toll-free verification), then send it again.",
    "fix_the_account": "Correct the sender's account or credentials, then send it again.",
    "other_channel": "Use another channel.",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """Meaning of an error code of the provider, and the group of what a person can do."""

    meaning: str
    group: Group


ERROR_CODES: Mapping[str, ErrorCode] = MappingProxyType({
    "20003": ErrorCode("the provider did not accept the credentials", "fix_the_account"),
    "20429": ErrorCode("too many requests at once", "retry_later"),
    "21211": ErrorCode("the recipient's number is not valid", "fix_the_number"),
    "21408": ErrorCode("the account may not send to this country", "fix_the_account"),
    "21606": ErrorCode("the account may not send from this number", "fix_the_account"),
    "21608": ErrorCode("a trial account may send to verified numbers only", "fix_the_account"),
    "21610": ErrorCode("the recipient replied STOP", "opted_out"),
    "21611": ErrorCode("the queue of the sending number is full", "retry_later"),
    "21614": ErrorCode("the recipient's number cannot receive texts", "fix_the_number"),
    "21617": ErrorCode("the text is longer than 1,600 characters", "rewrite"),
    "21635": ErrorCode("the recipient's number is a landline", "fix_the_number"),
    "30001": ErrorCode("the queue of the sending number overflowed", "retry_later"),
    "30002": ErrorCode("the provider suspended the account", "fix_the_account"),
    "30003": ErrorCode("the phone is switched off or out of reach", "retry_later"),
    "30004": ErrorCode("the recipient or the carrier blocks texts from this sender", "other_channel"),
    "30005": ErrorCode("the number is unknown or no longer in use", "fix_the_number"),
    "30006": ErrorCode("the number is a landline, or its carrier cannot be reached", "fix_the_number"),
    "30007": ErrorCode("a carrier filtered the text as spam", "rewrite"),
    "30008": ErrorCode("the carrier gave no reason", "retry_later"),
    "30017": ErrorCode("the carrier's network is congested", "retry_later"),
    "30022": ErrorCode("the rate limit of the registered campaign was exceeded", "retry_later"),
    "30023": ErrorCode("the daily limit of the registered brand is reached", "wait_a_day"),
    "30024": ErrorCode("the carrier does not know the sending number yet", "register"),
    "30027": ErrorCode("the daily limit of T-Mobile is reached", "wait_a_day"),
    "30032": ErrorCode("the toll-free sending number is not verified", "register"),
    "30034": ErrorCode("the sending number is not registered for business texts (10DLC)", "register"),
    "30036": ErrorCode("the carrier could not deliver the text within the permitted time", "retry_later"),
})  # fmt: skip

SLOWS_SENDER = frozenset({"20429", "21611", "30001", "30022", "30023", "30027"})
"""Codes of a full queue, a rate or a daily limit: the sender must pause, the message is not at fault."""

STATE_ADVICE: Mapping[State, str] = MappingProxyType({
    "held": "Held until a person decides: read the reason, then release or cancel it.",
    "waiting": "Waiting for its time: nothing to do. It can still be canceled.",
    "claimed": "About to be sent: nothing to do. It can still be canceled for a moment.",
    "sending": "The request to the provider is running: wait for the result.",
    "accepted": "The provider accepted it and delivers it: nothing to do.",
    "delivered": "The recipient's carrier confirmed delivery: nothing to do.",
    "read": "The recipient opened it: nothing to do.",
    "undelivered": "The carrier did not deliver it.",
    "failed": "It was not sent.",
    "canceled": "It was canceled before it was sent: to send it after all, send the draft again.",
    "blocked": "A rule forbids it, so it was not sent: read the rule, and send the draft again once it allows it.",
    "uncertain": "It may have been sent: compare it with the provider's list, then settle it.",
    "expired": "Its permitted time passed before it was sent: send the draft again.",
})  # fmt: skip

_ARRIVED: frozenset[State] = frozenset({"accepted", "delivered", "read"})
_NOT_FAILED = OPEN | _ARRIVED
_AFTER_ACCEPTANCE: Mapping[State, str] = MappingProxyType({
    "failed": "The provider accepted it, but could not send it.",
    "canceled": "It was canceled at the provider after it was accepted.",
})  # fmt: skip
_NO_CODE = "There is no error code: check the recipient, then send it again."
_COPY = "To send it again, send a copy of the draft."


def advice(delivery: DeliveryState) -> str:
    """Return what a person can do about a delivery, in a few sentences."""
    state, code = delivery.state, delivery.error_code
    said = [_AFTER_ACCEPTANCE.get(state, STATE_ADVICE[state]) if delivery.accepted else STATE_ADVICE[state]]
    if code is not None:
        said.append(code_advice(code, remedy=state not in _NOT_FAILED))
    elif state in {"undelivered", "failed"}:
        said.append(_NO_CODE)
    if delivery.accepted and state not in _NOT_FAILED and not _opted_out(code):
        said.append(_COPY)
    return " ".join(said)


def _opted_out(code: str | None) -> bool:
    found = ERROR_CODES.get(code or "")
    return found is not None and found.group == "opted_out"


def code_advice(code: str, *, remedy: bool = True) -> str:
    """Return the meaning of an error code, and with `remedy` what to do about it.

    An unknown code is shown as received.
    """
    found = ERROR_CODES.get(code)
    if found is None:
        shown = f"Error {shorten(code)} of the provider, which this version does not know"
        return f"{shown}: look it up in the provider's documentation." if remedy else f"{shown}."
    meaning = f"Error {code}: {found.meaning}."
    return f"{meaning} {GROUPS[found.group]}" if remedy else meaning
