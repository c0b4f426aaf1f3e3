"""Field types of records, and the three classes of each kind of record.

`Fields` is the input for creating, a `@partial` subclass of it the input for changing, and `Record` the stored and
returned form.
"""

import json
import marshal
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    create_model,
)
from pydantic_core import CoreSchema, ErrorDetails, from_json

from backend.app.kit.errors import Fault
from backend.app.kit.text import (
    CODE_LINE,
    NOT_BLANK,
    SINGLE_LINE,
    WEB_ADDRESS,
    is_visible,
    plain_separators,
    single_line,
    web_address,
    without_format,
)

MAX_CENTS = 10**15

ON_FILE = "on_file"
"""Context of validating a stored document: rules that earlier versions did not have yet do not apply."""


def _is_on_file(info: ValidationInfo) -> bool:
    return info.context == ON_FILE


def _not_blank(text: str, info: ValidationInfo) -> str:
    if not (text.strip() if _is_on_file(info) else is_visible(text)):
        raise ValueError("must not be blank")
    return text


def one_line(typed: str, info: ValidationInfo) -> str:
    """Apply `single_line` to input. Whether empty text is valid depends on the field."""
    return single_line(typed) if typed and not _is_on_file(info) else typed


def _code(typed: str, info: ValidationInfo) -> str:
    """Apply `single_line` to input without its format characters."""
    return typed if _is_on_file(info) else single_line(without_format(typed))


def _postal(typed: str, info: ValidationInfo) -> str:
    return typed if _is_on_file(info) else plain_separators(_code(typed, info))


def _cents(amount: int | float) -> int | float:
    if not abs(amount) <= MAX_CENTS / 100:  # written this way, it also refuses NaN
        raise ValueError("is too large for an amount")
    if isinstance(amount, float) and round(amount, 2) != amount:
        raise ValueError("must have at most two decimals")
    return amount


def _amount(amount: int | float) -> int | float:
    if amount < 0:
        raise ValueError("must not be negative")
    return _cents(amount)


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso_date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise ValueError("must be a date such as 2026-01-31")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not a calendar date") from None
    return text


def _iso_time(text: str) -> str:
    """Parse an ISO 8601 time with a zone, and convert it to UTC in the form of `clock.now`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be an ISO 8601 time such as 2026-01-31T09:30:00Z") from None
    if len(text) == 27 and text[7] == "-" and text[10] == "T" and text[19] == "." and text[26] == "Z":
        return text  # already in the form of clock.now
    if moment.tzinfo is None:
        raise ValueError("must have a time zone, as in 2026-01-31T09:30:00Z")
    try:
        # isoformat, because strftime writes the years before 1000 without their leading zeros.
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:
        raise ValueError("is outside the calendar") from None


def _tags(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


def line_schema(most: int, pattern: str) -> Any:
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": most, "pattern": pattern})


WITHOUT_NUL = rf"^[^\u0000]*{NOT_BLANK}[^\u0000]*$"
"""Pattern of text with something visible in it, which has no NUL."""

NonBlank = Annotated[
    str,
    Field(min_length=1),
    AfterValidator(_not_blank),
    WithJsonSchema({"type": "string", "minLength": 1, "pattern": WITHOUT_NUL}),
]
"""Nonblank free text, kept exactly as sent."""

Note = Annotated[
    str,
    Field(min_length=1, max_length=2_000),
    AfterValidator(_not_blank),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 2_000, "pattern": WITHOUT_NUL}),
]
"""Nonblank free text of a limited length."""

Key = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line), line_schema(200, SINGLE_LINE)]
"""Short single line that lists can be filtered by."""

Title = Annotated[
    str,
    Field(min_length=1, max_length=500),
    AfterValidator(one_line),
    AfterValidator(_not_blank),
    line_schema(500, SINGLE_LINE),
]
"""A name or an address line."""

PhoneText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_code), line_schema(200, CODE_LINE)]
"""A phone number as typed, without format characters such as marks of direction."""

PostalText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_postal)]
"""A postal code as typed, without format characters, and with plain spaces and hyphens."""

WebAddress = Annotated[
    str,
    Field(min_length=1, max_length=2000),
    AfterValidator(web_address),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 2000, "pattern": WEB_ADDRESS}),
]
"""Address of a page or folder on the web, http or https: safe as the target of a link."""

FilterText = Annotated[str, Field(min_length=1, max_length=200)]
"""Value that a filter compares exactly with stored text."""

Money = Annotated[
    int | float,
    AfterValidator(_amount),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MAX_CENTS / 100, "multipleOf": 0.01}),
]
"""Nonnegative amount of money with at most two decimals."""

IsoDate = Annotated[str, AfterValidator(_iso_date), WithJsonSchema({"type": "string", "format": "date"})]
"""Date, `YYYY-MM-DD`."""

IsoTime = Annotated[str, AfterValidator(_iso_time), WithJsonSchema({"type": "string", "format": "date-time"})]
"""Time, ISO 8601 in UTC."""

Tags = Annotated[list[Key], Field(max_length=100), AfterValidator(_tags)]
"""Distinct labels in the given order."""

Meta = dict[str, JsonValue]
"""Any JSON object to store with the record."""

EMPTY_META: Any = Field(default_factory=dict, description="Any JSON object to store with the record")
NO_TAGS: Any = Field(default_factory=list, description="Labels; duplicates are dropped")


class Fields(BaseModel):
    """Input of a request. Types are not converted, and unknown fields are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class Identified(BaseModel):
    """Last base class of a record with an id, so that the id comes first in its document."""

    id: str


_WARNINGS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "string"},
    "title": "Warnings",
    "description": "Points to check. Only in the response to a POST or PATCH, never stored",
}


class Record(BaseModel):
    """A record as stored and returned: one JSON document on one line."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
    example: ClassVar[dict[str, Any]] = {}
    later: ClassVar[frozenset[str]] = frozenset()
    """Fields added after the first version. Older records may lack them."""
    derived: ClassVar[frozenset[str]] = frozenset()
    """Fields computed from the others. Versions of the rule differ in them without a change of the record."""

    created_at: IsoTime = Field(description="Time of creation (UTC)")
    updated_at: IsoTime = Field(description="Time of the last change (UTC)")

    @classmethod
    def on_file(cls, document: dict[str, Any]) -> Self:
        """Return the record of a stored document. Rules that earlier versions did not have do not apply.

        Raises ValidationError.
        """
        return cls.model_validate(document, context=ON_FILE)

    def doc(self) -> str:
        return self.model_dump_json()

    @classmethod
    def full_example(cls) -> dict[str, Any]:
        """Return a record with every field: those of `example`, and the defaults of the others."""
        fields = cls.model_fields.items()
        defaults = {name: f.get_default(call_default_factory=True) for name, f in fields if not f.is_required()}
        times = dict.fromkeys(("created_at", "updated_at"), "2026-01-31T09:30:00.000000Z")
        return defaults | times | cls.example

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Add a complete example, and the warnings of a response.

        This is not in the model configuration, because there it would replace the example of the input.
        """
        reference = handler(core)
        schema = handler.resolve_ref_schema(reference)
        schema["examples"] = [cls.full_example()]
        schema["required"] = [name for name in cls.model_fields if name not in cls.later]
        for field in schema["properties"].values():
            _drop_pattern(field)
        schema["properties"]["warnings"] = _WARNINGS
        return reference


def _drop_pattern(schema: dict[str, Any]) -> None:
    """Remove the patterns of text, because records of earlier versions may not match them."""
    if any(pattern in schema.get("pattern", "") for pattern in (SINGLE_LINE, CODE_LINE, NOT_BLANK)):
        del schema["pattern"]
    for inner in (*schema.get("anyOf", ()), *filter(None, [schema.get("items")])):
        _drop_pattern(inner)


class Listing(BaseModel):
    """A page of a list, newest first."""

    next_cursor: Annotated[str | None, WithJsonSchema({"type": "string"})] = Field(
        default=None, description="`cursor` of the next page; absent on the last page"
    )


class CountedListing(Listing):
    """A page of a list of records, in the order of `sort`."""

    count: Annotated[int, WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 10_000})] = Field(
        default=0, description="Number of matching records, at most 10,000; only with `count=true`"
    )
    count_exceeded: bool = Field(
        default=False, description="Whether more than `count` records match; only with `count=true`"
    )


F = TypeVar("F", bound=Fields)


def _drop_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def partial(cls: type[F]) -> type[F]:
    """Make every field of a `Fields` class optional, for PATCH.

    A field that is not sent is unchanged. Null is accepted only where the field may be null.
    """
    overrides: dict[str, Any] = {}
    for name, info in cls.model_fields.items():
        field = info._copy() if hasattr(info, "_copy") else info
        optional = Field(
            default=None,
            description=field.description,
            json_schema_extra=_drop_default,
            examples=field.examples,
        )
        annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        overrides[name] = (annotation, optional)
    return create_model(cls.__name__, __base__=cls, __module__=cls.__module__, __doc__=cls.__doc__, **overrides)


def faults_of(error: ValidationError, prefix: str = "", read_only: frozenset[str] = frozenset()) -> list[Fault]:
    """Return one fault per field for Pydantic errors, in sentences that name the field as the caller wrote it.

    A field of several possible types has an error for each. Only the last is kept.
    """
    faults = (_fault(found, prefix, read_only) for found in error.errors(include_url=False))
    return list({fault.field: fault for fault in faults}.values())[:50]


def fault_of_document(model: type[Record], found: dict[str, Any]) -> str | None:
    """Return why a document is not a valid record of this or an earlier version; None if it is valid."""
    try:
        model.on_file(found)
    except ValidationError as error:
        return "; ".join(fault.message for fault in faults_of(error))
    return None


_MAX_NAME = 200

# Suffixes that Pydantic adds to the name of a field of several possible types.
_VARIANTS = re.compile(r"^(int|float|function-.*|constrained-.*|nullable.*|json-or-python.*)$")


def _fault(found: ErrorDetails, prefix: str, read_only: frozenset[str]) -> Fault:
    field, *inner = map(str, found["loc"] or ("",))
    path = ".".join([field, *(part for part in inner if not _VARIANTS.match(part))])[:_MAX_NAME]
    name = prefix + (path if path.strip() else f'"{path}"') if found["loc"] else "the body"
    return Fault(name if found["loc"] else "", _sentence(name, found, read_only))


def _sentence(name: str, found: ErrorDetails, read_only: frozenset[str]) -> str:
    context = found.get("ctx", {})
    if found["loc"] and found["input"] is None and found["type"] not in {"missing", "extra_forbidden"}:
        return f"{name} must not be null"
    match found["type"]:
        case "missing":
            return f"{name} is required"
        case "extra_forbidden":
            return f"{name} is read-only" if name in read_only else f"{name} is not a known field"
        case "literal_error":
            return f"{name} must be one of {context['expected']}".replace("'", "").replace(" or ", ", ")
        case "string_too_short" | "too_short" if context.get("min_length") == 1:
            return f"{name} must not be empty"
        case "string_too_long" | "too_long" if context.get("field_type", "Value") == "Value":  # or after another check
            return f"{name} must have at most {context['max_length']} characters"
        case "too_long":
            return f"{name} must have at most {context['max_length']} entries"
        case "value_error":
            return f"{name} {context['error']}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{name} must be a JSON object"
        case "int_parsing" | "int_parsing_size":
            return f"{name} must be a valid integer"
        case _:
            message = found["msg"].removeprefix("Input should be ")
            return f"{name} must be {message}" if message != found["msg"] else f"{name}: {message}"


def values_of(model: BaseModel) -> dict[str, Any]:
    """Return the fields that the caller sent, as they would be stored."""
    return {name: getattr(model, name) for name in model.model_fields_set}


def load(doc: str) -> dict[str, Any]:
    """Parse a stored document, in half the time that `json` takes. Raises ValueError if it is not JSON."""
    found: dict[str, Any]
    try:
        found = from_json(doc)
    except ValueError:  # also for half of a surrogate pair, which `json` accepts
        found = json.loads(doc)
    return found


_PLAIN = 2
"""Last `marshal` version in which equal values always give equal bytes. Later versions use references."""


def same_json(one: Any, other: Any) -> bool:
    """Return True if two values are the same JSON. In Python true equals 1, in JSON it does not."""
    if one is other:
        return True
    if one != other:
        return False
    if isinstance(one, dict | list):
        return marshal.dumps(one, _PLAIN) == marshal.dumps(other, _PLAIN)  # four times as fast as repr
    return type(one) is str or repr(one) == repr(other)
