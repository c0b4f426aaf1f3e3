"""Query parameters shared by operations."""

import re
import types
from functools import cache
from math import isfinite
from typing import Annotated, Any, ClassVar, Self, TypeVar, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)

from backend.app.kit.errors import BadInput
from backend.app.kit.strict_json import is_exact

_INTEGER = re.compile(r"-?[0-9]{1,18}")


def _integer(text: object) -> object:
    """Raise ValueError for `1.0`, ` 1` and `1_0`, which Pydantic would accept as integers."""
    if isinstance(text, str) and not _INTEGER.fullmatch(text):
        raise ValueError("must be a valid integer")
    return text


Integer = Annotated[int, BeforeValidator(_integer)]
"""An integer, in query text."""


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+ -]?[0-9]+)?")
_MAX_DIGITS = 400


def _number(text: object) -> object:
    """Raise ValueError unless the text is a JSON number that a 64-bit float represents exactly, as in a body."""
    if not isinstance(text, str):
        return text
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise ValueError("must be a number such as 12.5")
    text = text.replace(" ", "+")  # a plus sign that was not percent-encoded, as in 1e+5
    number = float(text)
    if not isfinite(number):
        raise ValueError("is too large for a number")
    if not is_exact(text, number):
        raise ValueError("cannot be represented exactly as a 64-bit float; write it with fewer digits")
    return number


Number = Annotated[float, BeforeValidator(_number)]
"""A JSON number, in query text."""


def _boolean(text: object) -> object:
    if isinstance(text, str) and text not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text


YesNo = Annotated[bool, BeforeValidator(_boolean)]
"""`true` or `false`."""


class QueryFields(BaseModel):
    """Query parameters of an operation. Numbers are parsed from text."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ListQuery(QueryFields):
    """Query parameters of every list."""

    limit: Integer = Field(
        default=100,
        ge=1,
        le=500,
        description="Maximum number of items; a page of large items has fewer",
    )
    cursor: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="`next_cursor` of the previous page, with the same filters and sort",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]{11}$"},
    )

    noun: ClassVar[str] = "list"

    @property
    def filters(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set if name not in {"limit", "cursor"}}

    @property
    def scope(self) -> dict[str, Any]:
        """Parameters that a cursor is valid for."""
        return {name: value for name, value in self.filters.items() if value is not None}


def _listed(value: object) -> object:
    """Return a single value as a list of one."""
    return [value] if isinstance(value, str) else value


def _distinct(values: list[Any]) -> list[Any]:
    return sorted(dict.fromkeys(values))


S = TypeVar("S")
Several = Annotated[list[S], BeforeValidator(_listed), Field(min_length=1, max_length=20), AfterValidator(_distinct)]
"""One or more values of a parameter, which the query repeats: `status=lead&status=offered`."""


@cache
def parameters_with_several_values(model: type[BaseModel]) -> frozenset[str]:
    """Return the parameters of a query that may be repeated."""
    return frozenset(name for name, info in model.model_fields.items() if _is_list(info.annotation))


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(map(_is_list, get_args(annotation)))


Amount = Annotated[Number, Field(ge=0, le=10**13), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10**13})]
"""Limit of a range of amounts of money."""


SORT = (
    "Field to sort by, with a hyphen before it for descending order; records without a value come last. "
    "Default: newest first"
)
"""Description of the parameter `sort`."""


class RecordQuery(ListQuery):
    """Query parameters of a list of records that has typed columns.

    A subclass declares its filters, the sorts of the table as `sort`, and ranges as `min_x` and `max_x`.
    """

    no_filters: ClassVar[frozenset[str]] = frozenset({"sort", "count"})
    """Parameters that are neither filters nor ranges. A page of the console that has others adds them."""

    sort: str | None = None
    count: YesNo | None = Field(
        default=None, description="`true`: also return the number of matching records, exact up to 10,000"
    )
    _counts_all: bool = PrivateAttr(default=False)

    def counting_all(self) -> Self:
        """Return the query of an empty page with the exact number of matching records, however many they are."""
        found = self.model_copy()
        found._counts_all = True
        return found

    @property
    def counts_all(self) -> bool:
        """True if only the number of matching records is asked for."""
        return self._counts_all

    @property
    def filters(self) -> dict[str, Any]:
        """Filters and ranges; a parameter with several values has a list, with one value the value itself."""
        found = {name: value for name, value in super().filters.items() if name not in self.no_filters}
        return {
            name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in found.items()
        }

    @property
    def scope(self) -> dict[str, Any]:
        return {**super().scope, **({} if self.sort is None else {"sort": self.sort})}

    @property
    def is_plain(self) -> bool:
        """Whether the list needs only one short statement."""
        ranged = (name.startswith(("min_", "max_")) or isinstance(value, list) for name, value in self.filters.items())
        return self.sort is None and not self.count and not any(ranged)

    @model_validator(mode="after")
    def _check_ranges(self) -> "RecordQuery":
        for low in self.model_fields_set:
            high = "max_" + low.removeprefix("min_")
            least, most = getattr(self, low), getattr(self, high, None) if low.startswith("min_") else None
            if least is not None and most is not None and least > most:
                raise BadInput.field(low, f"{low} is more than {high}, so no record can match")
        return self


Q = TypeVar("Q", bound=ListQuery)


def unpaged(cls: type[Q]) -> type[Q]:
    """Remove `limit`, `cursor` and `count` from the query of a list, for an operation on the whole list."""
    paging = {"limit": 0, "cursor": None, "count": None}
    values: dict[str, Any] = {name: value for name, value in paging.items() if name in cls.model_fields}
    removed = values | {"__annotations__": {name: ClassVar[type(value)] for name, value in values.items()}}
    kept = {"__doc__": cls.__doc__, "__module__": cls.__module__, "__qualname__": cls.__qualname__}
    found: type[Q] = types.new_class(cls.__name__, (cls,), exec_body=lambda body: body.update(removed | kept))
    return found
