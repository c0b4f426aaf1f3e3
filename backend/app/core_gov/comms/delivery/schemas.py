"""Request and response schemas of deliveries."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.comms.delivery.states import State
from backend.app.core_gov.comms.schemas import Channel
from backend.app.kit.fields import Fields, FilterText, IsoTime, Key, Listing
from backend.app.kit.query import ListQuery

Purpose = Literal["buying", "selling", "servicing", "reply"]

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
    "attempts": 1,
    "created_by": "dana",
    "created_at": "2026-01-31T14:30:00.000000Z",
    "updated_at": "2026-01-31T14:30:14.000000Z",
}


class Place(Fields):
    """Place of the recipient, which decides the time zone and the rules. The phone number alone often misleads."""

    country: Literal["CA", "US"] = Field(description="Country of the recipient")
    region: Key | None = Field(default=None, description="Province, territory or state, such as ON or FL")
    postal: Key | None = Field(default=None, description="Postal code or ZIP code")


class SendRequest(Fields):
    """How a draft is sent."""

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
    place: Place | None = Field(default=None, description="Place of the recipient, if it is known")


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
