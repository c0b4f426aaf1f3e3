"""Requests to an OData server, and parsing of its responses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.mls.errors import BadResponse
from backend.app.core_gov.mls.odata import (
    NO_PAGE,
    FeedMark,
    address,
    all_of,
    counts_rows,
    literal,
    mark_of,
    may_say_no_records,
    nanoseconds,
    one_of_keys,
    read_page,
    says_no_records,
    since,
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2020-04-02T02:02:02.02Z", "2020-04-02T02:02:02.020Z"),
        ("2020-04-02T02:02:02Z", "2020-04-02T02:02:02.000Z"),
        ("2020-04-02T02:02Z", "2020-04-02T02:02:00.000Z"),
        ("2020-04-02T02:02:02.1234567+00:00", "2020-04-02T02:02:02.1234567Z"),
        ("2020-04-01T22:02:02.5-04:00", "2020-04-02T02:02:02.500Z"),
        ("2020-04-02 02:02:02", "2020-04-02T02:02:02.000Z"),
    ],
)
def test_timestamps_are_converted_to_utc_without_losing_digits(text: str, written: str) -> None:
    time = nanoseconds(text)
    assert time is not None
    assert literal(time) == written
    assert nanoseconds(written) == time


@pytest.mark.parametrize("text", ["", "now", "2020-13-01T00:00:00Z", "2020-01-01", 5, None, "٢020-01-01T00:00:00Z"])
def test_invalid_timestamps_are_none(text: object) -> None:
    assert nanoseconds(text) is None


@given(st.integers(0, 4_000_000_000 * 10**9))
def test_timestamp_literal_round_trips(time: int) -> None:
    assert nanoseconds(literal(time)) == time


def test_conditions_with_or_are_parenthesized() -> None:
    assert since(10**9) == "ModificationTimestamp ge 1970-01-01T00:00:01.000Z"
    assert since(0, later=True) == "ModificationTimestamp gt 1970-01-01T00:00:00.000Z"
    tie = since(0, "O'N")
    assert tie == (
        "ModificationTimestamp gt 1970-01-01T00:00:00.000Z or "
        "(ModificationTimestamp eq 1970-01-01T00:00:00.000Z and ListingKey gt 'O''N')"
    )
    assert all_of("a eq 1", None, tie) == f"a eq 1 and ({tie})"
    assert all_of(None, tie) == tie
    assert all_of(None) is None
    assert one_of_keys(["a", "b'c"]) == "ListingKey in ('a','b''c')"


def test_urls_are_encoded() -> None:
    found = address("https://x/o", "Property", [("$filter", "a eq 'b&c+d é'"), ("$top", 5), ("$count", None)])
    assert found == "https://x/o/Property?$filter=a%20eq%20'b%26c%2Bd%20%C3%A9'&$top=5"


def test_invalid_pages_are_refused() -> None:
    page = read_page({"value": [{"a": 1}], "@odata.nextLink": "x", "@odata.count": 7})
    assert (page.records, page.link, page.count) == ([{"a": 1}], "x", 7)
    assert read_page({"value": [], "@odata.nextLink": None, "@odata.count": "7"}).link is None
    for empty in (
        {},
        {"value": None},
        {"@odata.context": "x"},
        {"value": [], "@odata.nextLink": " "},
        {"odata.count": 0},
    ):
        assert read_page(empty) == NO_PAGE
    assert read_page({"value": [{"a": 1}], "@odata.nextLink": ""}).link is None
    wrong: list[object] = [
        *([], {"value": {}}, {"value": [1]}, {"value": [], "@odata.nextLink": 5}, "x", None),
        *({"error": {"message": "busy"}}, {"status": "ok"}, {"value": None, "@odata.count": 3}),
    ]
    for answer in wrong:
        with pytest.raises(BadResponse):
            read_page(answer)


def test_marks_need_a_valid_key_and_time() -> None:
    time = "1970-01-01T00:00:00Z"
    assert mark_of({"ListingKey": 5, "ModificationTimestamp": time}) == FeedMark("5", 0)
    for key in (None, "", " a", "a\n", True, 5.0, "x" * 201):
        assert mark_of({"ListingKey": key, "ModificationTimestamp": time}) is None


@pytest.mark.parametrize(
    ("link", "counts"),
    [
        ("https://x/Property?$top=5&$skip=10", True),
        ("https://x/Property?%24skip=10", True),
        ("Property?offset=10", True),
        ("https://x/Property?$skiptoken=10", False),
        ("https://x/next/abc", False),
        ("http://[x", False),
    ],
)
def test_offset_links_are_recognized(link: str, counts: bool) -> None:
    assert counts_rows(link) is counts


@pytest.mark.parametrize(
    ("kind", "message", "empty"),
    [
        ("application/json", "", True),
        ("application/json", "Not Found", True),
        ("application/json;odata.metadata=minimal", "No records found", True),
        ("", "", True),
        ("text/html", "", False),
        ("application/json", "Resource not found for the segment 'Propertyy'", False),
        ("application/json", "Unknown entity set", False),
        ("application/json", "gone", False),
    ],
)
def test_404_may_mean_that_there_are_no_records(kind: str, message: str, empty: bool) -> None:
    assert may_say_no_records(kind, message) is empty
    assert says_no_records("No listings match the filter")
    assert not says_no_records("Not Found")
