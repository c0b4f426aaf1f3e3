"""Schemas of the audit trail."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.app.kit.fields import IsoTime, Listing
from backend.app.kit.query import ListQuery, unpaged

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
    """Value of a field before and after a change. `before` is null for a new record."""

    before: JsonValue = None
    after: JsonValue = None


class AuditEvent(BaseModel):
    """An audited action: actor, time, action and record."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str = Field(description="`ev_…`")
    at: IsoTime = Field(description="Time (UTC)")
    actor: str = Field(description="Name of the access token, or operating-system user")
    via: str = Field(description="api, cli or job")
    action: str = Field(description="Action, such as `draft.created`", examples=["draft.created"])
    entity: str | None = Field(description="Kind of record", examples=["draft"])
    entity_id: str | None = Field(description="Id of the record")
    outcome: Outcome = Field(description="`refused` if a rule forbade the action (403, 409, 412)")
    detail: str | None = Field(description="Error message of a refused action")
    request_id: str | None = Field(description="Id of the request, as in the log and in the X-Request-ID header")
    changes: dict[str, FieldChange] = Field(description="Changed fields, with their values before and after")


class AuditEventList(Listing):
    """A page of events."""

    items: list[AuditEvent]


class RecordEventsQuery(ListQuery):
    """Paging of the events of one record."""


class AuditQuery(ListQuery):
    """Filters and paging of the events."""

    entity: str | None = Field(default=None, max_length=200, description="Kind of record, such as `draft`")
    entity_id: str | None = Field(default=None, max_length=200, description="Id of a record")
    actor: str | None = Field(default=None, max_length=200, description="Name of a token, or operating-system user")
    action: str | None = Field(default=None, max_length=200, description="Action, such as `draft.created`")
    since: Annotated[IsoTime | None, Field(description="At or after this time")] = None
    until: Annotated[IsoTime | None, Field(description="Before this time")] = None


@unpaged
class AuditExportQuery(AuditQuery):
    """Filters of an export of the events."""
