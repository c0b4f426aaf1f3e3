"""Request and response schemas of saved views."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from backend.app.kit.fields import EMPTY_META, Fields, FilterText, Identified, Key, Listing, Meta, Record, partial
from backend.app.kit.query import ListQuery

ViewStatus = Literal["active", "archived"]
QueryString = Annotated[str, Field(max_length=4000, pattern=r"^[A-Za-z0-9._~%!$&'()*+,;=:@/?-]*$")]
"""Query of a URL in its encoded form (RFC 3986, section 3.4), without the question mark before it."""

VIEW: dict[str, Any] = {
    "list": "deals",
    "name": "My offers, by price",
    "query": "status=offered&owner=dana&sort=-price",
    "shared": True,
}


class ViewCreate(Fields):
    """Fields of a new view."""

    model_config = ConfigDict(json_schema_extra={"examples": [VIEW]})

    list: Key = Field(description="List or page that the view is of, such as `deals`")
    name: Key = Field(description="Name; a person has at most one active view of each name for a list")
    query: QueryString = Field(description="Query string of the list's URL: filters, order and columns")
    shared: bool = Field(default=False, description="Whether others can read it; only its owner can change it")
    status: ViewStatus = Field(default="active", description="Archived instead of deleted")
    meta: Meta = EMPTY_META


@partial
class ViewPatch(ViewCreate):
    """Fields to change in a view."""


class ViewRecord(Record, ViewCreate, Identified):
    """A stored view."""

    example: ClassVar[dict[str, Any]] = VIEW | {"id": "view_0195d3a1c2f4a1b2c3d4e5f60718293a", "owner": "dana"}

    id: str = Field(description="`view_…`")
    owner: str = Field(description="Who saved the view")


class ViewList(Listing):
    """A page of views."""

    items: list[ViewRecord]


class ViewQuery(ListQuery):
    """Filters of the list of views."""

    list: FilterText | None = Field(default=None, description="Only views of this list")
    owner: FilterText | None = Field(default=None, description="Only views of this person")
    status: ViewStatus | None = Field(default=None, description="Only views in this status")
