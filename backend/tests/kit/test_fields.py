import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError, create_model

from backend.app.kit.errors import Fault
from backend.app.kit.fields import (
    EMPTY_META,
    MAX_CENTS,
    NO_TAGS,
    Fields,
    Identified,
    IsoDate,
    IsoTime,
    Key,
    Meta,
    Money,
    NonBlank,
    Record,
    Tags,
    Title,
    faults_of,
    load,
    partial,
    values_of,
)
from backend.tests.promises import promise

MONEY: TypeAdapter[int | float] = TypeAdapter(Money)
DATE: TypeAdapter[str] = TypeAdapter(IsoDate)
TIME: TypeAdapter[str] = TypeAdapter(IsoTime)
TAGS: TypeAdapter[list[str]] = TypeAdapter(Tags)
MOMENTS = st.datetimes(datetime.fromisoformat("0001-01-02"), datetime.fromisoformat("9999-12-30"))


class ThingCreate(Fields):
    name: NonBlank
    kind: Literal["a", "b"] = "a"
    key: Key | None = None
    title: Title | None = None
    price: Money | None = None
    count: int = Field(default=1, ge=1)
    tags: Tags = NO_TAGS
    meta: Meta = EMPTY_META


@partial
class ThingPatch(ThingCreate):
    """Changes of a thing."""


class ThingRecord(Record, ThingCreate, Identified):
    example: ClassVar[dict[str, Any]] = {"id": "th_1", "name": "A thing"}


def message(adapter: TypeAdapter[Any], value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(value, strict=True)
    return str(refused.value.errors()[0]["msg"]).removeprefix("Value error, ")


def tried(adapter: TypeAdapter[Any], value: object) -> Any:
    """Return the validated value, or the message of its only error."""
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError as error:
        return error.errors()


def faults(fields: object, **options: Any) -> list[Fault]:
    with pytest.raises(ValidationError) as refused:
        ThingCreate.model_validate(fields)
    return faults_of(refused.value, **options)


class TestMoney:
    @given(st.integers(0, MAX_CENTS))
    @example(MAX_CENTS)
    def test_every_amount_of_cents_is_unchanged(self, cents: int) -> None:
        amount = json.loads(str(Decimal(cents) / 100))
        assert repr(MONEY.validate_python(amount, strict=True)) == repr(amount)

    @promise("Records and lists", "Amounts have at most two decimals and are added in cents, per currency.")
    @given(st.floats(0, 1e9).filter(lambda amount: Decimal(repr(amount)) != round(Decimal(repr(amount)), 2)))
    @example(0.001)
    @example(1.005)
    @example(0.1 + 0.2)
    @example(5e-324)
    def test_more_than_two_decimals_are_refused(self, amount: float) -> None:
        assert message(MONEY, amount) == "must have at most two decimals"

    @pytest.mark.parametrize("amount", [-1, -0.01, -1e300])
    def test_negative_amounts_are_refused(self, amount: float) -> None:
        assert message(MONEY, amount) == "must not be negative"

    @pytest.mark.parametrize("amount", [10**13 + 1, 2**63 - 1, 1e14, 1e308])
    def test_huge_and_infinite_amounts_are_refused(self, amount: float) -> None:
        assert message(MONEY, amount) == "is too large for an amount"

    @pytest.mark.parametrize("value", ["5", True, None, [5]])
    def test_other_types_are_not_converted(self, value: object) -> None:
        message(MONEY, value)

    @given(st.floats() | st.integers())
    def test_any_number_is_either_kept_or_refused(self, amount: float) -> None:
        found = tried(MONEY, amount)
        assert found is amount or len(found) == 1


class TestTime:
    @promise(
        "Records and lists",
        "Creating returns 201 with the whole record, an id prefixed by kind, and times in ISO 8601 UTC.",
    )
    @given(MOMENTS, st.integers(-1439, 1439).map(lambda minutes: timedelta(minutes=minutes)))
    @example(datetime.fromisoformat("0999-01-01T12:00"), timedelta(0))
    def test_any_zone_becomes_utc(self, moment: datetime, offset: timedelta) -> None:
        here = moment.replace(tzinfo=timezone(offset))
        found = TIME.validate_python(here.isoformat(), strict=True)
        assert datetime.fromisoformat(found) == here
        assert len(found) == 27
        assert found.endswith("Z")
        assert TIME.validate_python(found, strict=True) == found

    @given(st.datetimes(), st.datetimes())
    def test_text_order_is_chronological(self, one: datetime, other: datetime) -> None:
        first, second = (TIME.validate_python(each.isoformat() + "Z") for each in (one, other))
        assert (first < second) == (one < other)

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000000Z"),
            ("2026-01-31T09:30:00.5-05:00", "2026-01-31T14:30:00.500000Z"),
            ("2026-01-31 09:30+00:00", "2026-01-31T09:30:00.000000Z"),
            ("2026-W05-6T09:30:00.000000Z", "2026-01-31T09:30:00.000000Z"),
            ("0999-01-01T00:00:00.000000Z", "0999-01-01T00:00:00.000000Z"),
        ],
    )
    def test_times_have_one_form(self, written: str, kept: str) -> None:
        assert TIME.validate_python(written) == kept

    @pytest.mark.parametrize(
        ("written", "sentence"),
        [
            ("yesterday", "must be an ISO 8601 time such as 2026-01-31T09:30:00Z"),
            ("", "must be an ISO 8601 time such as 2026-01-31T09:30:00Z"),
            ("2026-02-30T00:00:00Z", "must be an ISO 8601 time such as 2026-01-31T09:30:00Z"),
            ("2026-01-31T09:30:00", "must have a time zone, as in 2026-01-31T09:30:00Z"),
            ("2026-01-31", "must have a time zone, as in 2026-01-31T09:30:00Z"),
            ("0001-01-01T00:00:00+10:00", "is outside the calendar"),
            ("9999-12-31T23:00:00-10:00", "is outside the calendar"),
        ],
    )
    def test_invalid_time_is_explained(self, written: str, sentence: str) -> None:
        assert message(TIME, written) == sentence

    @given(st.text())
    def test_any_text_is_either_a_time_or_refused(self, text: str) -> None:
        found = tried(TIME, text)
        assert isinstance(found, list) or datetime.fromisoformat(found).tzinfo is not None


class TestDate:
    @given(st.dates())
    def test_every_day_is_unchanged(self, day: date) -> None:
        assert DATE.validate_python(day.isoformat()) == day.isoformat()

    @pytest.mark.parametrize(
        "written", ["2026-1-31", "20260131", "31/01/2026", "2026-W05-6", "", "2026-01-31T00:00:00Z"]
    )
    def test_other_forms_are_refused(self, written: str) -> None:
        assert message(DATE, written) == "must be a date such as 2026-01-31"

    @pytest.mark.parametrize("written", ["2026-02-29", "2026-13-01", "0000-01-01", "\uff12\uff10\uff12\uff16-01-31"])
    def test_days_outside_the_calendar_are_refused(self, written: str) -> None:
        assert message(DATE, written) == f"{written} is not a calendar date"

    @given(st.from_regex(r"\A\d{4}-\d{2}-\d{2}\n?\Z") | st.text())
    def test_any_text_is_either_a_day_or_refused(self, text: str) -> None:
        found = tried(DATE, text)
        assert isinstance(found, list) or date.fromisoformat(text).isoformat() == found == text


class TestTags:
    @given(st.lists(st.text("ab c\u00e9", min_size=1, max_size=5).filter(str.strip), max_size=20))
    def test_duplicates_are_dropped_in_order(self, tags: list[str]) -> None:
        found = TAGS.validate_python(tags)
        trimmed = [tag.strip() for tag in tags]
        assert found == sorted(set(trimmed), key=trimmed.index)

    @pytest.mark.parametrize("tags", [[""], ["x" * 201], ["x"] * 101, [1], "x", None, {"x": 1}])
    def test_invalid_lists_are_refused(self, tags: object) -> None:
        message(TAGS, tags)


class TestFaults:
    @promise(
        "Errors",
        "Every error is an RFC 9457 document with a readable sentence; a 400 lists each invalid field with its "
        "message.",
    )
    def test_every_fault_is_listed(self) -> None:
        found = faults(
            {"kind": "c", "key": "", "title": "x" * 501, "price": -1, "count": 0, "tags": ["x", 3], "what": 1}
        )
        assert [(fault.field, fault.message) for fault in found] == [
            ("name", "name is required"),
            ("kind", "kind must be one of a, b"),
            ("key", "key must not be empty"),
            ("title", "title must have at most 500 characters"),
            ("price", "price must not be negative"),
            ("count", "count must be greater than or equal to 1"),
            ("tags.1", "tags.1 must be a valid string"),
            ("what", "what is not a known field"),
        ]

    @pytest.mark.parametrize(("given", "words"), [([], "must not be empty"), ([1] * 4, "must have at most 3 entries")])
    def test_the_length_of_a_list_is_explained(self, given: list[int], words: str) -> None:
        limited = create_model("Limited", numbers=(list[int], Field(min_length=1, max_length=3)))
        with pytest.raises(ValidationError) as refused:
            limited(numbers=given)
        assert faults_of(refused.value) == [Fault("numbers", f"numbers {words}")]

    @pytest.mark.parametrize("value", ["5", True, [], {}])
    def test_an_amount_of_the_wrong_type_is_one_fault(self, value: object) -> None:
        assert faults({"name": "x", "price": value}) == [Fault("price", "price must be a valid number")]

    @pytest.mark.parametrize("value", ["5", True, 5.0])
    def test_count_of_the_wrong_type_is_explained(self, value: object) -> None:
        assert faults({"name": "x", "count": value}) == [Fault("count", "count must be a valid integer")]

    def test_null_is_named_where_nothing_may_be_null(self) -> None:
        assert faults({"name": "x", "count": None}) == [Fault("count", "count must not be null")]

    @pytest.mark.parametrize("name", ["int", "float", "nullable", "function-x", "a.b", "ä", "__proto__"])
    def test_an_unknown_field_is_named_whatever_its_name(self, name: str) -> None:
        assert faults({"name": "x", name: 1}) == [Fault(name, f"{name} is not a known field")]

    def test_blank_names_are_quoted_and_long_ones_cut(self) -> None:
        assert faults({"name": "x", "": 1}) == [Fault('""', '"" is not a known field')]
        assert len(faults({"name": "x", "y" * 1000: 1})[0].message) < 250

    def test_a_read_only_field_is_named_as_such(self) -> None:
        found = faults({"name": "x", "id": "y"}, read_only=frozenset({"id"}))
        assert found == [Fault("id", "id is read-only")]

    @pytest.mark.parametrize("body", [None, 1, "x", [], [{}], True])
    def test_body_must_be_an_object(self, body: object) -> None:
        assert faults(body) == [Fault("", "the body must be a JSON object")]

    @pytest.mark.parametrize("name", ["", " ", "\t\n", "\u3000"])
    def test_blank_text_is_refused(self, name: str) -> None:
        sentence = "name must not be blank" if name else "name must not be empty"
        assert faults({"name": name}) == [Fault("name", sentence)]

    def test_at_most_fifty_faults_are_listed(self) -> None:
        assert len(faults({"name": "x"} | {f"field{n}": n for n in range(200)})) == 50

    def test_prefix_is_part_of_the_name(self) -> None:
        assert faults({}, prefix="row 3: ") == [Fault("row 3: name", "row 3: name is required")]


class TestPatch:
    def test_nothing_is_required_and_nothing_has_a_default(self) -> None:
        assert values_of(ThingPatch.model_validate({})) == {}

    def test_null_is_accepted_where_allowed(self) -> None:
        assert values_of(ThingPatch.model_validate({"key": None})) == {"key": None}

    @pytest.mark.parametrize("name", ["name", "kind", "count", "tags", "meta"])
    def test_null_is_refused_elsewhere(self, name: str) -> None:
        with pytest.raises(ValidationError):
            ThingPatch.model_validate({name: None})

    @pytest.mark.parametrize("fields", [{"name": " "}, {"key": "x" * 201}, {"price": 0.001}, {"what": 1}])
    def test_rules_of_the_fields_apply(self, fields: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            ThingPatch.model_validate(fields)

    def test_the_schema_names_no_required_field_and_no_default(self) -> None:
        schema = ThingPatch.model_json_schema()
        assert schema["title"] == "ThingPatch"
        assert "required" not in schema
        assert not [name for name, field in schema["properties"].items() if "default" in field]
        assert schema["description"] == "Changes of a thing."


class TestRecord:
    def record(self, **fields: Any) -> ThingRecord:
        moment = "2026-01-31T09:30:00.000000Z"
        return ThingRecord(**{"id": "th_1", "name": "x", "created_at": moment, "updated_at": moment, **fields})

    def test_document_is_one_line_starting_with_the_id(self) -> None:
        doc = self.record(name="two\nlines\u2028three").doc()
        assert doc.startswith('{"id":"th_1",')
        assert "\n" not in doc

    @promise("Records and lists", "Stored bytes are valid against the published schema.")
    @given(
        st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip),
        st.floats(0, 1e12).map(lambda f: round(f, 2)),
    )
    def test_document_round_trips(self, name: str, price: float) -> None:
        record = self.record(price=price, meta={"a": [1, 1.5, True, None, {"b": name}]}).model_copy(
            update={"name": name}
        )
        assert ThingRecord.on_file(load(record.doc())) == record
        assert ThingRecord.on_file(load(record.doc())).doc() == record.doc()

    def test_schema_has_an_example_and_describes_warnings(self) -> None:
        schema = ThingRecord.model_json_schema()
        assert ThingRecord.model_validate(schema["examples"][0]).name == "A thing"
        assert schema["properties"]["warnings"]["type"] == "array"
