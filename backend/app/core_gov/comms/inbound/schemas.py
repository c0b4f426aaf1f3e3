"""Response schemas of messages that people sent."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.comms.consent.stop_words import InboundKind
from backend.app.kit.fields import FilterText, IsoTime, Listing
from backend.app.kit.query import ListQuery

EXAMPLE: dict[str, Any] = {
    "id": "in_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "from_address": "+14165550123",
    "to_address": "+14165550100",
    "sender": "main-line",
    "body": "Yes, call me after six.",
    "meaning": "ordinary",
    "at": "2026-01-31T14:32:00.000000Z",
    "delivery_id": "dl_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "account": "AC0123456789abcdef0123456789abcdef",
    "provider_id": "SM0123456789abcdef0123456789abcdef",
    "read_at": "2026-01-31T14:32:41.000000Z",
}


class InboundRecord(BaseModel):
    """A message of a person."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str = Field(description="`in_…`")
    from_address: str = Field(description="Who sent it")
    to_address: str = Field(description="Number that it was sent to")
    sender: str | None = Field(description="Our sender with this number, in senders.toml")
    body: str = Field(description="Text")
    meaning: InboundKind = Field(
        description="`stop` opted out at once. `similar` may mean it: messages are blocked until a person ends the "
        "suspected opt-out. `start` ended opt-outs by keyword. `help`, `ordinary`: nothing follows"
    )
    at: IsoTime = Field(description="When the provider received it (UTC)")
    delivery_id: str | None = Field(description="Delivery that it answers: the last one to this address")
    account: str = Field(description="Account at the provider")
    provider_id: str = Field(description="The provider's ID of it")
    read_at: IsoTime = Field(description="When it was read from the provider (UTC)")


class InboundList(Listing):
    """A page of messages of people."""

    items: list[InboundRecord]


class InboundQuery(ListQuery):
    """Filters of the inbox."""

    noun: ClassVar[str] = "inbox"

    from_address: FilterText | None = Field(default=None, description="Only messages of this number, in E.164")
    sender: FilterText | None = Field(default=None, description="Only those to this sender")
    meaning: InboundKind | None = Field(default=None, description="Only those with this meaning")
