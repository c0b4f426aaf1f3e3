"""Schemas of the audit trail."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.app.kit.fields import IsoTime, Listing
from backend.app.kit.query import ListQuery

Outcome = Literal["done", "refused"]


EXAMPLE: dict[str, JsonValue] = {
    "id": "ev_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "at": "2026-01-31T09:30:00.000000Z",
    "actor": "dana",
    "via": "api",
    "action": "draft.changed",
    "entity": "draft",
    "entity_id": "dr_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "outcome": "done",
    "detail": None,
    "request_id": "9f86d081884c7d65",
    "changes": {"status": {"before": "draft", "after": "ready"}},
}


class FieldChange(BaseModel):
    """A field before and after; a record that is created has no before."""

    before: JsonValue = None
    after: JsonValue = None


class AuditEvent(BaseModel):
    """One act: who, when, what, on which record."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str = Field(description="`ev_…`")
    at: IsoTime = Field(description="When it happened (UTC)")
    actor: str = Field(description="The name of the access token, or the operating-system user")
    via: str = Field(description="api, cli or job")
    action: str = Field(description="What was done, such as `draft.created`", examples=["draft.created"])
    entity: str | None = Field(description="The kind of record", examples=["draft"])
    entity_id: str | None = Field(description="The record")
    outcome: Outcome = Field(description="`refused` when a rule forbade it (403, 409, 412)")
    detail: str | None = Field(description="The sentence that the caller was given, when refused")
    request_id: str | None = Field(description="The same as in the log and in the answer's X-Request-ID")
    changes: dict[str, FieldChange] = Field(description="Each field that changed, before and after")


class AuditEventList(Listing):
    """A page of the trail."""

    items: list[AuditEvent]


class RecordEventsQuery(ListQuery):
    """How the trail of one record is paged."""


class AuditQuery(ListQuery):
    """How the trail is filtered."""

    entity: str | None = Field(default=None, max_length=200, description="Kind of record, such as `draft`")
    entity_id: str | None = Field(default=None, max_length=200, description="One record")
    actor: str | None = Field(default=None, max_length=200, description="Who: a token's name, or a user of the machine")
    action: str | None = Field(default=None, max_length=200, description="Such as `draft.created`")
    since: Annotated[IsoTime | None, Field(description="At or after this moment")] = None
    until: Annotated[IsoTime | None, Field(description="Before this moment")] = None
