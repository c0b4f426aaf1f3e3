"""Input of the send gate: everything that its decision depends on. All times are aware datetimes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from backend.app.core_gov.comms.schemas import Channel

Purpose = Literal["buying", "selling", "servicing", "reply"]
CONFIRMATION = "opt_out_confirmation"
"""Purpose of the confirmation of an opt-out, which people cannot choose."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
MARKETING: frozenset[Purpose] = frozenset({"buying", "selling"})
"""Purposes that count as marketing: an offer to buy is usually no solicitation, but courts disagree."""


@dataclass(frozen=True, slots=True)
class RecipientPlace:
    """Where the recipient lives, as far as known. Text that is no place of CA or US is ignored."""

    country: str | None = None
    region: str | None = None
    postal: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """Recorded consent of an address on a channel."""

    kind: Literal["express", "implied", "refused"]
    until: date | None = None
    """Last day of implied consent, in UTC; implied consent without it counts as none."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """An opt-out in force that covers this address, channel and sender."""

    since: datetime
    source: str = "keyword"


@dataclass(frozen=True, slots=True)
class MessageHistory:
    """Earlier messages with this recipient.

    `marketing`: times of buying and selling messages, of at least the last 24 hours, by the hours of sending.
    `named`: whether an earlier message named the sender. `inbound_at`: the recipient's last message.
    """

    marketing: tuple[datetime, ...] = ()
    named: bool = False
    inbound_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OptOutConfirmation:
    """Marks a message as the confirmation of an opt-out. `sent`: one was sent already."""

    stop_at: datetime
    sent: bool = False


@dataclass(frozen=True, slots=True)
class GateOverride:
    """Permission of a named person to ignore one rule until a time."""

    rule: str
    who: str
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendRequest:
    """A message that is about to be sent, and what is known about its recipient.

    `recipient` is the verified number (E.164) or email address, None if it is not verified. `inbound_read_at` is when
    the sender's inbound messages were last read to their end. `legal_name` is that of the sender.
    """

    channel: Channel
    purpose: Purpose
    recipient: str | None
    body: str
    now: datetime
    place: RecipientPlace = RecipientPlace()
    consent: ConsentGiven | None = None
    opt_out: OptOut | None = None
    history: MessageHistory = MessageHistory()
    inbound_read_at: datetime | None = None
    legal_name: str | None = None
    not_after: datetime | None = None
    confirms: OptOutConfirmation | None = None
    overrides: tuple[GateOverride, ...] = ()
