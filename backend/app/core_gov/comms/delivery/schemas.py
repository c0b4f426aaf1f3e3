"""Request and response schemas of deliveries."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.comms.delivery.states import State
from backend.app.core_gov.comms.gate.decision import GateOutcome
from backend.app.core_gov.comms.gate.request import Purpose
from backend.app.core_gov.comms.schemas import Channel
from backend.app.kit.fields import Fields, FilterText, IsoTime, Key, Listing, NonBlank
from backend.app.kit.query import ListQuery

EXAMPLE: dict[str, Any] = {
    "id": "dl_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "draft_id": "dr_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "channel": "sms",
    "sender": "main-line",
    "purpose": "buying",
    "to": "+14165550123",
    "body": "Hi Dana, are you still looking for a duplex in Hamilton?",
    "state": "delivered",
    "state_at": "2026-01-31T14:30:14.000000Z",
    "reason": None,
    "what_to_do": "Nothing: the carrier reports that the phone received the text.",
    "error_code": None,
    "provider_status": "delivered",
    "account": "AC0123456789abcdef0123456789abcdef",
    "provider_id": "SM0123456789abcdef0123456789abcdef",
    "send_at": "2026-01-31T14:30:00.000000Z",
    "not_after": "2026-02-01T14:30:00.000000Z",
    "due_at": None,
    "attempts": 1,
    "created_by": "dana",
    "created_at": "2026-01-31T14:30:00.000000Z",
    "updated_at": "2026-01-31T14:30:14.000000Z",
}


_EVIDENCE: dict[str, Any] = {
    "events": [
        {
            "at": "2026-01-31T14:30:12.000000Z",
            "kind": "uncertain",
            "source": "dispatcher",
            "provider_status": None,
            "error_code": None,
            "note": "the answer of Twilio is lost: ReadTimeout",
        }
    ],
    "candidates": [
        {
            "provider_id": EXAMPLE["provider_id"],
            "to": EXAMPLE["to"],
            "body": EXAMPLE["body"],
            "status": "delivered",
            "at": "2026-01-31T14:30:11.000000Z",
        }
    ],
    "list_read_at": "2026-01-31T14:31:00.000000Z",
}
_SENDING: dict[str, Any] = {
    "stopped": None,
    "held": {
        "reason": "the store was restored from an archive",
        "since": "2026-01-31T14:00:00.000000Z",
        "by": "dana",
    },
    "deliveries": {"delivered": 412, "waiting": 3},
    "senders": [
        {
            "name": "main-line",
            "kind": "twilio",
            "channel": "sms",
            "origin": "+14165550100",
            "legal_name": "Maple Homes Inc.",
            "trouble": None,
            "trouble_at": None,
            "sent_today": 41,
            "daily_cap": 200,
            "list_read_at": "2026-01-31T14:31:00.000000Z",
        }
    ],
    "faults": [],
}


class SendPlace(Fields):
    """Place of the recipient, which decides the time zone and the rules. The phone number alone often misleads."""

    country: Literal["CA", "US"] = Field(description="Country of the recipient")
    region: Key | None = Field(default=None, description="Province, territory or state, such as ON or FL")
    postal: Key | None = Field(default=None, description="Postal code or ZIP code")


class DeliveryCreate(Fields):
    """Order to send a draft."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sender": "main-line", "purpose": "buying", "place": {"country": "CA"}}]}
    )

    sender: Key = Field(description="Name of a sender in senders.toml")
    purpose: Purpose = Field(
        description="`buying`: an offer to buy. `selling`: an offer to sell or rent out. `servicing`: about a deal or "
        "contract that exists. `reply`: an answer to a message of the recipient"
    )
    send_at: IsoTime | None = Field(default=None, description="Not before this time; null means now")
    not_after: IsoTime | None = Field(
        default=None, description="Not after this time; null means 24 hours after `send_at`"
    )
    place: SendPlace | None = Field(default=None, description="Place of the recipient, if it is known")


class DecisionReason(BaseModel):
    """One rule's part in a decision of the gate."""

    outcome: GateOutcome = Field(description="What the rule asks for")
    rule: str = Field(description="Name of the rule, which an override names")
    sentence: str = Field(description="Why")
    source: str = Field(description="Source of the rule")


class DeliveryCheck(BaseModel):
    """Preview of sending a draft: the gate's decision, the size of the text, and its cost."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decision": "wait",
                    "until": "2026-02-01T13:00:00.000000Z",
                    "reasons": [
                        {
                            "outcome": "wait",
                            "rule": "us_hours",
                            "sentence": "not between 21:00 and 08:00 where the recipient may be",
                            "source": "47 CFR 64.1200(c)(1)",
                        }
                    ],
                    "encoding": "GSM-7",
                    "characters": 56,
                    "segments": 1,
                    "is_estimate": False,
                    "cost": "0.0083",
                    "currency": "CAD",
                }
            ]
        }
    )

    decision: GateOutcome = Field(description="`send`, `wait` until a time, `ask` a person, or `refuse`")
    until: IsoTime | None = Field(description="First permitted time, if it waits for one (UTC)")
    reasons: list[DecisionReason] = Field(description="Rules that decided, the strictest first")
    encoding: Literal["GSM-7", "UCS-2"] | None = Field(description="Encoding of a text message")
    characters: int = Field(ge=0, description="Characters of the text")
    segments: int | None = Field(description="Segments of a text message, which are billed")
    is_estimate: bool = Field(description="True if the provider may count segments differently, as for joined emoji")
    cost: str | None = Field(description="Segments times the sender's cost per segment, if it is known")
    currency: str | None = Field(description="Currency of the cost")


class GivenOverride(Fields):
    """Permission of an administrator to ignore rules of the gate for one delivery."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"rules": ["us_consent"], "reason": "She asked for the offer on the phone today."}]
        }
    )

    rules: list[Key] = Field(default_factory=list, max_length=20, description="Names of the rules that are ignored")
    reason: NonBlank = Field(max_length=2_000, description="Why it may be sent all the same")


class Settlement(Fields):
    """Finding of a person about an uncertain delivery."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outcome": "accepted",
                    "provider_id": "SM0123456789abcdef0123456789abcdef",
                    "evidence": "It is in the log of Twilio's console.",
                }
            ]
        }
    )

    outcome: Literal["accepted", "not_accepted"] = Field(description="Whether the provider took the message over")
    provider_id: Key | None = Field(default=None, description="The provider's ID of the message, from the evidence")
    evidence: NonBlank = Field(max_length=2_000, description="How that is known")


class ListedMessage(BaseModel):
    """A message of the provider's list that may be that of an uncertain delivery."""

    provider_id: str = Field(description="The provider's ID of it")
    to: str = Field(description="Recipient")
    body: str = Field(description="Text")
    status: str = Field(description="Status at the provider")
    at: IsoTime = Field(description="Time at the provider (UTC)")


class DeliveryEvent(BaseModel):
    """Something that happened to a delivery."""

    at: IsoTime = Field(description="When it was recorded (UTC)")
    kind: str = Field(description="What happened; `status` is a report of the provider")
    source: str = Field(description="Who or what recorded it")
    provider_status: str | None = Field(description="Status of the provider, as received")
    error_code: str | None = Field(description="Error code of the provider")
    note: str | None = Field(description="Details")


class DeliveryEvidence(BaseModel):
    """Evidence about a delivery: its events, and what fits it in the provider's list."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EVIDENCE]})

    events: list[DeliveryEvent] = Field(description="Everything that happened, oldest first")
    candidates: list[ListedMessage] = Field(description="Messages of the list that fit it and belong to no delivery")
    list_read_at: IsoTime | None = Field(description="When the provider's list was last read to its end (UTC)")


class StopRequest(Fields):
    """Why all sending stops."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The wrong list was used."}]})

    reason: NonBlank = Field(max_length=500, description="Why")


class ReleaseRequest(Fields):
    """Release of the hold after a copy."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"override": "The other copy was switched off before anything was sent."}]}
    )

    override: NonBlank | None = Field(
        default=None,
        max_length=500,
        description="Why it is released although accounts could not be read since the copy",
    )


class SendingHold(BaseModel):
    """A hold on all sending."""

    reason: str = Field(description="Why nothing is sent")
    since: IsoTime = Field(description="Since when (UTC)")
    by: str = Field(description="Who or what caused it")


class SenderHealth(BaseModel):
    """A sender, and whether it works."""

    name: str = Field(description="Name in senders.toml")
    kind: str = Field(description="`twilio`, or `manual` for messages that people send")
    channel: str = Field(description="Channel")
    origin: str = Field(description="Number or Messaging Service that messages come from")
    legal_name: str = Field(description="Legal name of the company")
    trouble: str | None = Field(description="What went wrong last")
    trouble_at: IsoTime | None = Field(description="When it went wrong (UTC)")
    sent_today: int = Field(ge=0, description="Messages sent on this day of the company")
    daily_cap: int | None = Field(description="Most messages in a day")
    list_read_at: IsoTime | None = Field(description="When the provider's list was last read to its end (UTC)")


class SendingStatus(BaseModel):
    """State of all sending."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SENDING]})

    stopped: SendingHold | None = Field(description="The emergency stop")
    held: SendingHold | None = Field(description="The hold after a copy of the store")
    deliveries: dict[str, int] = Field(description="Number of deliveries in each state that has some")
    senders: list[SenderHealth] = Field(description="Senders, in the order of senders.toml")
    faults: list[str] = Field(description="Mistakes in senders.toml")


class DeliveryRecord(BaseModel):
    """A delivery: one message on its way to one recipient."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str = Field(description="`dl_…`")
    draft_id: str = Field(description="Draft whose message this is")
    channel: Channel = Field(description="Channel it is sent through")
    sender: str = Field(description="Name of the sender in senders.toml")
    purpose: str = Field(description="Why it is sent")
    to: str = Field(description="Verified address of the recipient")
    body: str = Field(description="Text of the message")
    state: State = Field(description="Where the message is; docs/sending.md explains every state")
    state_at: IsoTime = Field(description="When it entered the state (UTC)")
    reason: str | None = Field(description="Why it waits, was not sent, or needs a person")
    what_to_do: str = Field(description="What a person can do now")
    error_code: str | None = Field(description="Error code of the provider")
    provider_status: str | None = Field(description="Last status of the provider, as received")
    account: str | None = Field(description="Account at the provider")
    provider_id: str | None = Field(description="The provider's ID of the message")
    send_at: IsoTime = Field(description="It is not sent before this time (UTC)")
    not_after: IsoTime = Field(description="It expires at this time if it was not sent (UTC)")
    due_at: IsoTime | None = Field(description="Time of the next attempt (UTC); null if it does not wait")
    attempts: int = Field(ge=0, description="Requests to the provider that asked it to send the message")
    created_by: str = Field(description="Who sent it: email address, name of a token, or operating-system user")
    created_at: IsoTime = Field(description="Time of the request to send (UTC)")
    updated_at: IsoTime = Field(description="Time of the last change (UTC)")


class DeliveryList(Listing):
    """A page of deliveries."""

    items: list[DeliveryRecord]


class DeliveryQuery(ListQuery):
    """Filters of the list of deliveries."""

    noun = "deliveries"

    state: State | None = Field(default=None, description="Only deliveries in this state")
    sender: FilterText | None = Field(default=None, description="Only those of this sender")
    draft_id: FilterText | None = Field(default=None, description="Only those of this draft")
    to: FilterText | None = Field(default=None, description="Only those to this verified address")
