"""Request and response schemas of drafts and of the send log."""

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from backend.app.kit.fields import (
    EMPTY_META,
    NO_TAGS,
    Fields,
    Identified,
    IsoTime,
    Key,
    Listing,
    Meta,
    NonBlank,
    Record,
    Tags,
    partial,
)
from backend.app.kit.query import ListQuery, QueryFields

Channel = Literal["sms", "email", "call", "dm", "letter", "other"]
DraftStatus = Literal["draft", "ready", "sent", "archived"]

EXAMPLE: dict[str, Any] = {
    "channel": "sms",
    "to": "+1 416 555 0123",
    "body": "Hi Dana, are you still looking for a duplex in Hamilton?",
    "deal_id": "deal_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "tone": "friendly",
    "tags": ["buyers"],
}
_RECORD = {"id": "dr_0195d3a1c2f4a1b2c3d4e5f60718293a", "status": "draft", "to_e164": "+14165550123"}


class DraftCreate(Fields):
    """A message as it is drafted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    channel: Channel = Field(default="sms", description="How it will be sent")
    status: DraftStatus = Field(
        default="draft", description="draft → ready → sent → archived; mark_sent alone sets sent"
    )
    to: Key | None = Field(
        default=None,
        description="A phone number for sms and call, an address for email, anything for the others",
    )
    subject: str | None = Field(default=None, max_length=998, description="For email and letters")
    body: NonBlank = Field(description="What it says")
    deal_id: Key | None = Field(default=None, description="The deal it is about; it need not be on file")
    contact_id: Key | None = Field(default=None, description="The person it goes to; need not be on file")
    tone: Key | None = Field(default=None, description="Free text such as calm, firm, friendly")
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class DraftPatch(DraftCreate):
    """What of a draft is to change."""


class DraftRecord(Record, DraftCreate, Identified):
    """A draft on file."""

    example: ClassVar[dict[str, Any]] = EXAMPLE | _RECORD

    id: str = Field(description="`dr_…`")
    to_e164: str | None = Field(default=None, description="`to` in E.164 where it is a phone number")
    sent_at: IsoTime | None = Field(default=None, description="When mark_sent was called")


class DraftList(Listing):
    """A page of drafts."""

    items: list[DraftRecord]


class DraftQuery(ListQuery):
    """How drafts are filtered."""

    status: DraftStatus | None = Field(default=None, description="Only drafts in this status")
    channel: Channel | None = Field(default=None, description="Only this channel")
    deal_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only what is about this deal")
    contact_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only for this person")


class SentQuery(QueryFields):
    """How it was sent."""

    provider: Key = Field(default="manual", description="Who carried it, such as twilio")
    provider_ref: Key | None = Field(default=None, description="The provider's own name for it, such as a MessageSid")


class SendLogRecord(Record, Identified):
    """What was sent: a copy of the words and of where they went, as they were at that moment."""

    example: ClassVar[dict[str, Any]] = {
        "id": "sl_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "draft_id": _RECORD["id"],
        "channel": "sms",
        "to": EXAMPLE["to"],
        "to_e164": _RECORD["to_e164"],
        "body": EXAMPLE["body"],
        "deal_id": EXAMPLE["deal_id"],
        "provider": "twilio",
        "provider_ref": "SM0123456789abcdef",
        "sent_at": "2026-01-31T09:30:00.000000Z",
    }

    id: str = Field(description="`sl_…`")
    draft_id: Key | None = Field(default=None, description="The draft that was sent")
    channel: Channel = Field(description="How it was sent")
    to: str | None = Field(default=None, description="Where it went, as typed")
    to_e164: str | None = Field(default=None, description="`to` in E.164 where it is a phone number")
    subject: str | None = Field(default=None, description="For email and letters")
    body: str = Field(description="What it said")
    deal_id: str | None = Field(default=None, description="The deal it was about")
    contact_id: str | None = Field(default=None, description="The person it went to")
    provider: str = Field(default="manual", description="Who carried it")
    provider_ref: str | None = Field(default=None, description="The provider's own name for it")
    sent_at: IsoTime = Field(description="When it was marked as sent (UTC)")
    meta: Meta = EMPTY_META


class SendLogList(Listing):
    """A page of the send log."""

    items: list[SendLogRecord]


class SendLogQuery(ListQuery):
    """How the send log is filtered."""

    channel: Channel | None = Field(default=None, description="Only this channel")
    deal_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only what is about this deal")
    contact_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only for this person")
    draft_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only the entry of this draft")
