"""Request and response schemas of opt-outs and of consent."""

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from backend.app.kit.fields import (
    Fields,
    FilterText,
    Identified,
    IsoDate,
    IsoTime,
    Key,
    Listing,
    Note,
    Record,
)
from backend.app.kit.query import ListQuery

ConsentChannel = Literal["sms", "call", "email"]
OptOutSource = Literal["keyword", "suspected", "person", "import", "provider"]
ConsentKind = Literal["express", "implied", "refused"]

COMPANY = "company"
"""Scope of an opt-out from every sender."""


_OPT_OUT: dict[str, Any] = {
    "address": "+14165550123",
    "channel": "sms",
    "scope": "company",
    "note": "Asked on the phone.",
}
_CONSENT: dict[str, Any] = {
    "address": "+14165550123",
    "channel": "sms",
    "scope": "company",
    "kind": "express",
    "obtained_on": "2026-01-31",
    "source": "web form",
}
_SCOPE = "`company` for every sender, or the name of one sender"
_ADDRESS = "Phone number or email address in any usual spelling; stored in its verified form"


class OptOutCreate(Fields):
    """An opt-out that a person records."""

    model_config = ConfigDict(json_schema_extra={"examples": [_OPT_OUT]})

    address: FilterText = Field(description=_ADDRESS)
    channel: ConsentChannel = Field(default="sms", description="Channel; an opt-out from sms also covers call")
    scope: Key = Field(default=COMPANY, description=_SCOPE)
    note: Note | None = Field(default=None, description="How it was expressed")


class OptOutEnd(Fields):
    """Why an opt-out ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "She asked for texts again, by email."}]})

    reason: Note = Field(description="Why it ends, such as: the recipient asked for messages again, in writing")


class OptOutRecord(Record, Identified):
    """A stored opt-out. It blocks messages until it is ended."""

    example: ClassVar[dict[str, Any]] = _OPT_OUT | {
        "id": "oo_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "since": "2026-01-31T09:30:00.000000Z",
        "source": "keyword",
    }

    id: str = Field(description="`oo_…`")
    address: str = Field(description="Verified phone number (E.164) or email address")
    channel: ConsentChannel = Field(description="Channel that it covers")
    scope: str = Field(description=_SCOPE)
    source: OptOutSource = Field(
        description="`keyword`: a stop word. `suspected`: a text that may mean one, until a person ends it. `person`: "
        "recorded by hand. `import`: a do-not-contact list. `provider`: the provider's list"
    )
    since: IsoTime = Field(description="When it was expressed (UTC)")
    note: str | None = Field(default=None, description="How it was expressed, such as the text that was received")
    ended_at: IsoTime | None = Field(default=None, description="When it ended; null while it is in force")
    ended_by: str | None = Field(default=None, description="Who ended it")
    ended_reason: str | None = Field(default=None, description="Why it ended")


class OptOutList(Listing):
    """A page of opt-outs."""

    items: list[OptOutRecord]


class OptOutQuery(ListQuery):
    """Filters of the list of opt-outs."""

    noun: ClassVar[str] = "opt-outs"

    address: FilterText | None = Field(default=None, description="Only those of this address, in any spelling")
    channel: ConsentChannel | None = Field(default=None, description="Only this channel")
    source: OptOutSource | None = Field(default=None, description="Only those from this source")


class ConsentPut(Fields):
    """Consent of an address on a channel. It replaces what was recorded before."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CONSENT]})

    address: FilterText = Field(description=_ADDRESS)
    channel: ConsentChannel = Field(default="sms", description="Channel")
    scope: Key = Field(default=COMPANY, description=_SCOPE)
    kind: ConsentKind = Field(description="`express`, `implied` until a day, or `refused`")
    until: IsoDate | None = Field(default=None, description="Last day of implied consent; required for it")
    obtained_on: IsoDate = Field(description="Day on which it was given or refused")
    source: Key = Field(description="Where it comes from, such as web form, contract, phone call")
    note: Note | None = Field(default=None, description="Details, such as the words that were agreed to")


class ConsentRecord(Record, Identified):
    """Stored consent of an address on a channel."""

    example: ClassVar[dict[str, Any]] = _CONSENT | {"id": "cs_0195d3a1c2f4a1b2c3d4e5f60718293a"}

    id: str = Field(description="`cs_…`")
    address: str = Field(description="Verified phone number (E.164) or email address")
    channel: ConsentChannel = Field(description="Channel")
    scope: str = Field(description=_SCOPE)
    kind: ConsentKind = Field(description="`express`, `implied` until a day, or `refused`")
    until: str | None = Field(default=None, description="Last day of implied consent")
    obtained_on: str = Field(description="Day on which it was given or refused")
    source: str = Field(description="Where it comes from")
    note: str | None = Field(default=None, description="Details")


class ConsentList(Listing):
    """A page of consent records."""

    items: list[ConsentRecord]


class ConsentQuery(ListQuery):
    """Filters of the list of consent."""

    noun: ClassVar[str] = "consents"

    address: FilterText | None = Field(default=None, description="Only that of this address, in any spelling")
    channel: ConsentChannel | None = Field(default=None, description="Only this channel")
    kind: ConsentKind | None = Field(default=None, description="Only this kind")
