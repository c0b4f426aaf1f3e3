"""Request and response schemas of drafts and of the send log."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from backend.app.kit.fields import (
    EMPTY_META,
    NO_TAGS,
    CountedListing,
    Fields,
    FilterText,
    Identified,
    IsoTime,
    Key,
    Meta,
    NonBlank,
    Record,
    Tags,
    line_schema,
    one_line,
    partial,
)
from backend.app.kit.query import SORT, QueryFields, RecordQuery, Several, YesNo, unpaged
from backend.app.kit.text import CODE_LINE, SINGLE_LINE

Channel = Literal["sms", "email", "call", "dm", "letter", "other"]
DraftStatus = Literal["draft", "ready", "sent", "archived"]
Subject = Annotated[
    str,
    Field(max_length=998),
    AfterValidator(one_line),
    WithJsonSchema({"type": "string", "maxLength": 998, "pattern": f"^$|{SINGLE_LINE}"}),
]
"""A subject on one line, so that it cannot become further headers of an email. It may be empty."""

EXAMPLE: dict[str, Any] = {
    "channel": "sms",
    "to": "+1 416 555 0123",
    "body": "Hi Dana, are you still looking for a duplex in Hamilton?",
    "deal_id": "deal_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "tone": "friendly",
    "tags": ["buyers"],
}
_E164 = "`to` in E.164 if the channel is sms or call; null if it is not verified"
_EMAIL = "`to` if the channel is email, with its domain in ASCII and lower case; null if it is not verified"
_EXTENSION = "Extension of a phone number in `to`"
_RECORD = {"id": "dr_0195d3a1c2f4a1b2c3d4e5f60718293a", "status": "draft", "to_e164": "+14165550123"}


class DraftCreate(Fields):
    """Fields of a new draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    channel: Channel = Field(default="sms", description="Channel to send it through")
    status: DraftStatus = Field(
        default="draft", description="draft → ready → sent → archived; only mark_sent sets sent"
    )
    to: Annotated[FilterText, line_schema(200, CODE_LINE)] | None = Field(
        default=None,
        description="Phone number for sms and call, email address for email, any single line for other channels",
    )
    subject: Subject | None = Field(default=None, description="Subject of an email or letter, on one line")
    body: NonBlank = Field(description="Text of the message")
    deal_id: Key | None = Field(default=None, description="Deal that the message is about; need not be on file")
    contact_id: Key | None = Field(default=None, description="Recipient; need not be on file")
    tone: Key | None = Field(default=None, description="Free text such as calm, firm, friendly")
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class DraftPatch(DraftCreate):
    """Fields to change in a draft."""


class DraftRecord(Record, DraftCreate, Identified):
    """A stored draft."""

    later: ClassVar[frozenset[str]] = frozenset({"to_email", "to_extension", "delivery_id"})
    derived: ClassVar[frozenset[str]] = frozenset({"to_email", "to_extension", "to_e164"})
    example: ClassVar[dict[str, Any]] = EXAMPLE | _RECORD

    id: str = Field(description="`dr_…`")
    to_e164: str | None = Field(default=None, description=_E164)
    sent_at: IsoTime | None = Field(default=None, description="When it was marked as sent, or the provider accepted it")
    to_email: str | None = Field(default=None, description=_EMAIL)
    to_extension: str | None = Field(default=None, description=_EXTENSION)
    delivery_id: str | None = Field(
        default=None, description="Delivery by which it is being sent, or was sent; null if none was accepted"
    )


class DraftList(CountedListing):
    """A page of drafts."""

    items: list[DraftRecord]


DraftSort = Literal["to", "-to", "updated_at", "-updated_at"]


class DraftQuery(RecordQuery):
    """Filters and order of the list of drafts."""

    sort: DraftSort | None = Field(default=None, description=SORT)
    status: Several[DraftStatus] | None = Field(default=None, description="Only drafts in these statuses")
    channel: Several[Channel] | None = Field(default=None, description="Only these channels")
    deal_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only drafts about this deal")
    contact_id: str | None = Field(
        default=None, min_length=1, max_length=200, description="Only drafts to this contact"
    )
    verified: YesNo | None = Field(
        default=None,
        description="false: only drafts whose phone number or email address is not verified; true: only others",
    )
    min_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or later")
    max_updated_at: IsoTime | None = Field(default=None, description="Changed at this time or earlier")


class SentQuery(QueryFields):
    """Provider that sent a message, and the provider's reference."""

    provider: Key = Field(default="manual", description="Provider that sent it, such as twilio")
    provider_ref: Key | None = Field(default=None, description="The provider's ID of it, such as a MessageSid")


class SendLogRecord(Record, Identified):
    """A send-log entry: a copy of the content and recipient of a message when it was sent."""

    later: ClassVar[frozenset[str]] = frozenset({"to_email", "to_extension"})
    derived: ClassVar[frozenset[str]] = later | {"to_e164"}
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
    channel: Channel = Field(description="Channel it was sent through")
    to: str | None = Field(default=None, description="Recipient, as entered")
    to_e164: str | None = Field(default=None, description=_E164)
    subject: str | None = Field(default=None, description="Subject of an email or letter")
    body: str = Field(description="Text of the message")
    deal_id: str | None = Field(default=None, description="Deal that the message was about")
    contact_id: str | None = Field(default=None, description="Recipient")
    provider: str = Field(default="manual", description="Provider that sent it")
    provider_ref: str | None = Field(default=None, description="The provider's ID of it")
    sent_at: IsoTime = Field(description="When it was marked as sent (UTC)")
    meta: Meta = EMPTY_META
    to_email: str | None = Field(default=None, description=_EMAIL)
    to_extension: str | None = Field(default=None, description=_EXTENSION)


class SendLogList(CountedListing):
    """A page of the send log."""

    items: list[SendLogRecord]


SendLogSort = Literal["to", "-to", "sent_at", "-sent_at"]


class SendLogQuery(RecordQuery):
    """Filters and order of the send log."""

    sort: SendLogSort | None = Field(default=None, description=SORT)
    channel: Several[Channel] | None = Field(default=None, description="Only these channels")
    deal_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only entries about this deal")
    contact_id: str | None = Field(
        default=None, min_length=1, max_length=200, description="Only entries to this contact"
    )
    draft_id: str | None = Field(default=None, min_length=1, max_length=200, description="Only the entry of this draft")
    to: FilterText | None = Field(
        default=None, description="Only entries to this phone number or email address, in any spelling, or this text"
    )
    to_e164: FilterText | None = Field(default=None, description="Only entries to this phone number")
    to_email: FilterText | None = Field(default=None, description="Only entries to this email address")
    provider: FilterText | None = Field(default=None, description="Only entries of this provider")
    provider_ref: FilterText | None = Field(default=None, description="Only entries with this reference")
    since: Annotated[IsoTime | None, Field(description="Sent at or after this time")] = None
    until: Annotated[IsoTime | None, Field(description="Sent before this time")] = None


@unpaged
class DraftExportQuery(DraftQuery):
    """Filters and sort of an export of drafts."""


@unpaged
class SendLogExportQuery(SendLogQuery):
    """Filters and sort of an export of the send log."""
