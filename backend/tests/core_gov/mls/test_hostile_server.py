"""Servers that never end, fill memory or link elsewhere: each run ends with one sentence."""

import gzip
import json
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.mls import client
from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.core_gov.mls.odata import MAX_LINK, FeedMark
from backend.app.core_gov.mls.paging import walk
from backend.app.core_gov.mls.paging.ordered import OrderedWalk
from backend.app.core_gov.mls.paging.unordered import UnorderedWalk
from backend.app.core_gov.mls.paging.walk import MAX_IDLE, MAX_RECORDS, PageWalk
from backend.tests.core_gov.mls.conftest import SQLITE, Feeds, Hours
from backend.tests.core_gov.mls.odata_server import Fault, Mls, Request, closed, fill, sale
from backend.tests.promises import promise

FAILS = r"repeats the same records: nothing new in \d+ responses"
TIME = "2026-01-05T10:00:00.123Z"

# The walk alone


def walks(start: int | None = None) -> list[PageWalk]:
    return [OrderedWalk(start, page_size=3), UnorderedWalk(start, page_size=3, gives_links=True)]


def asked_until_it_fails(found: PageWalk, pages: Sequence[list[FeedMark]], most: int) -> int:
    """Return the number of responses read when these pages repeat under new links."""
    for number in range(most):
        try:
            found.take(pages[number % len(pages)], f"link-{number}", 1_000 + number)
        except FeedFailed:
            return number
    pytest.fail(f"continues after {most} responses")


@pytest.mark.parametrize("start", [None, 0])
@pytest.mark.parametrize(
    "pages",
    [
        [[FeedMark("a", 5)]],
        [[]],
        [[FeedMark("a", 2**62)]],
        [[FeedMark(f"k{at}", at)] for at in range(40)],
        [[FeedMark("a", 5)], [], [FeedMark("b", 5)]],
    ],
)
def test_repeated_records_under_new_links_are_read_at_most_twice(
    start: int | None, pages: list[list[FeedMark]]
) -> None:
    for found in walks(start):
        assert asked_until_it_fails(found, pages, 500) <= 2 * len(pages) + MAX_IDLE


KEYS, TIMES = 4, 5


@promise("MLS", "A sync ends whatever the server sends, and size limits apply while a response is decoded.")
@given(st.data())
def test_every_walk_over_finitely_many_records_ends(data: st.DataObject) -> None:
    """For any responses: a record is new at most once per time, and a walk without new records ends."""
    marks = st.builds(FeedMark, st.sampled_from([f"k{at}" for at in range(KEYS)]), st.integers(1, TIMES))
    pages = data.draw(st.lists(st.lists(marks, max_size=3), min_size=1, max_size=6))
    links = data.draw(st.lists(st.sampled_from(["new", "old", "rows", None]), min_size=1, max_size=6))
    ordered = data.draw(st.booleans())
    if ordered:
        pages = [sorted(page, key=lambda mark: mark.time) for page in pages]
    found = walks()[0 if ordered else 1]
    numbers = count()
    for number in numbers:
        if found.page_request is None or (isinstance(found, OrderedWalk) and found.disordered):
            break
        kind = links[number % len(links)]
        link = {"new": f"l{number}", "old": "l", "rows": f"l?$skip={number}", None: None}[kind]
        try:
            found.take(pages[number % len(pages)], link, number)
        except FeedFailed:
            break
        assert number < (KEYS * TIMES + 1) * (2 * KEYS + MAX_IDLE + 2)


def test_number_of_records_of_a_run_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_RECORDS == 10_000_000
    monkeypatch.setattr(walk, "MAX_RECORDS", 100)
    for found in walks():
        for number in range(100):
            found.take([FeedMark(f"k{number}", number)], f"link-{number}", 0)
        with pytest.raises(FeedFailed, match="100 records were read in this run: sync it again to resume"):
            found.take([FeedMark("k100", 100)], "link-100", 0)


# A whole run


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Lower the limit of responses without anything new."""
    monkeypatch.setattr(walk, "MAX_IDLE", 5)
    return 5


def repeating(mls: Mls, *records: dict[str, Any]) -> None:
    """Make the server answer every request with one record after the other, and a new link."""

    def instead(request: Request, number: int) -> dict[str, Any]:
        link = f"{mls.address}/Property?$skiptoken={number}"
        return {"value": [records[number % len(records)]], "@odata.nextLink": link}

    mls.instead = instead


@promise("MLS", "A sync ends whatever the server sends, and size limits apply while a response is decoded.")
@SQLITE
@pytest.mark.parametrize("profile", ["generic", "crea-ddf", "mls-grid", "bridge"])
def test_a_run_ends_when_the_server_repeats_itself(feeds: Feeds, mls: Mls, few: int, profile: str) -> None:
    feeds.write(profile=profile, **({"originating_system": "x"} if profile == "mls-grid" else {}))
    repeating(mls, sale("a"), sale("b"))
    with pytest.raises(FeedFailed, match=FAILS):
        feeds.sync()
    assert len(mls.requests) < 3 * (few + 2)
    assert feeds.sales().keys() == {"a", "b"}


@SQLITE
def test_comparison_of_keys_ends_when_the_server_repeats_itself(feeds: Feeds, mls: Mls, few: int) -> None:
    fill(mls, 30)
    feeds.sync()
    repeating(mls, sale("a", TIME))
    with pytest.raises(FeedFailed, match=FAILS):
        feeds.sync(compare=True)
    assert feeds.sales() == closed(mls) | {"a": 412_000}


@SQLITE
def test_response_with_other_keys_than_requested_removes_no_sale(feeds: Feeds, mls: Mls, few: int) -> None:
    fill(mls, 30)
    feeds.sync()
    others = sale("other")

    def instead(request: Request, number: int) -> dict[str, Any]:
        link = f"{mls.address}/Property?$skiptoken={number}"
        about_keys = "in (" in request.options.get("$filter", "") or "skiptoken" in request.target
        return {"value": [others], "@odata.nextLink": link} if about_keys else {"value": []}

    mls.instead = instead
    with pytest.raises(FeedFailed, match=FAILS):
        feeds.sync(compare=True, accept_deletions=True)
    assert feeds.sales() == closed(mls)


@SQLITE
def test_endless_events_fail_the_run(feeds: Feeds, mls: Mls, few: int) -> None:
    feeds.write(events=True)
    fill(mls, 3)
    feeds.sync()
    mls.before = lambda number: mls.events.append(
        {"EntityEventSequence": number, "ResourceName": "Property", "ResourceRecordKey": "k0001"}
    )
    with pytest.raises(FeedFailed, match=FAILS):
        feeds.sync()
    assert len(mls.requests) < 4 * (few + 2)


@SQLITE
def test_event_with_a_number_beyond_64_bits_is_refused(feeds: Feeds, mls: Mls) -> None:
    feeds.write(events=True)
    mls.instead = lambda request, number: {"value": [{"EntityEventSequence": 10**300}]}
    with pytest.raises(FeedFailed, match="an event has no EntityEventSequence"):
        feeds.sync()


@SQLITE
def test_requests_and_duration_of_a_run_are_limited(
    feeds: Feeds, mls: Mls, hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (client.MAX_REQUESTS, client.MAX_RUN_S) == (1_000_000, 86_400)
    mls.instead = lambda request, number: {
        "value": [sale(f"k{number}")],
        "@odata.nextLink": f"{mls.address}/Property?$skiptoken={number}",
    }
    with monkeypatch.context() as patch:
        patch.setattr(client, "MAX_REQUESTS", 20)
        with pytest.raises(FeedFailed, match="20 requests were made in this run: sync it again to resume"):
            feeds.sync()
    assert len(mls.requests) == 20
    mls.before = lambda number: hours.sleep(3600)
    with pytest.raises(FeedFailed, match="this run has taken more than 24 hours: sync it again"):
        feeds.sync()


@SQLITE
def test_busy_server_fails_the_run_after_eight_tries(feeds: Feeds, mls: Mls, hours: Hours) -> None:
    mls.faults = {number: Fault(429, {"retry-after": "0"}) for number in range(1, 100)}
    with pytest.raises(FeedFailed, match=r"too many requests \(429\), 8 times in a row"):
        feeds.sync()
    assert len(mls.requests) == client.MAX_ATTEMPTS


@SQLITE
def test_number_of_redirects_is_limited(feeds: Feeds, mls: Mls) -> None:
    mls.faults = {number: Fault(302, {"location": f"/odata/Property?{number}"}) for number in range(1, 100)}
    with pytest.raises(FeedFailed, match="redirects more than 3 times"):
        feeds.sync()
    assert len(mls.requests) == client.MAX_REDIRECTS + 1


# Content of responses


@SQLITE
@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "deflate"])
def test_unsupported_content_encoding_is_named_in_the_error(feeds: Feeds, mls: Mls, coding: str) -> None:
    body = gzip.compress(gzip.compress(b'{"value": []}'))
    mls.faults[1] = Fault(headers={"content-encoding": coding}, body=body)
    with pytest.raises(FeedFailed, match="the server's response has"):
        feeds.sync()
    assert mls.requests[0].headers["accept-encoding"] == "gzip"


@SQLITE
@pytest.mark.parametrize("status", [200, 400, 503])
def test_size_limit_applies_to_the_decompressed_response(
    feeds: Feeds, mls: Mls, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    assert (client.MAX_BYTES, client.MAX_TOKEN_BYTES) == (64 * 1024 * 1024, 1_000_000)
    monkeypatch.setattr(client, "MAX_BYTES", 100_000)
    mls.faults[1] = Fault(status, {"content-encoding": "gzip"}, gzip.compress(b" " * 10_000_000))
    with pytest.raises(FeedFailed, match="sends a page of more than 100,000 bytes"):
        feeds.sync()


@SQLITE
def test_number_of_json_values_is_checked_before_parsing(
    feeds: Feeds, mls: Mls, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.MAX_VALUES == 4_000_000
    monkeypatch.setattr(client, "MAX_VALUES", 1_000)
    mls.faults[1] = Fault(body=json.dumps({"value": [], "more": [{}] * 600}).encode())
    with pytest.raises(FeedFailed, match="a response has more than 1,000 values"):
        feeds.sync()


@SQLITE
def test_response_beyond_the_deadline_fails_the_run(feeds: Feeds, mls: Mls, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.MAX_S == 600
    monkeypatch.setattr(client, "MAX_S", -1.0)
    with pytest.raises(FeedFailed, match="takes longer than -1 s for one response, 8 times in a row"):
        feeds.sync()


# Links and redirects

LINKS = [
    "{server}/Property?$skip=1\r\nHost: evil.example",
    "{server}/Property?\ud800",
    "{server}/Property?\x00",
    "{server}/Property?" + "x" * MAX_LINK,
    "//[",
    "http://[::1",
    "https://user:secret@{host}/odata/Property",
    "http://user@{host}/odata/Property",
    "http://{host}@evil.example/odata",
    "http://{host}\\@evil.example/odata",
    "https://{host}/odata/Property",
    "ftp://{host}/odata/Property",
    "file:///etc/passwd",
    "javascript://{host}/%0aalert(1)",
    "http://evil.example/odata/Property",
    "//evil.example/odata/Property",
    "http://127.0.0.1:1/odata/Property",
    "http://127.0.0.1:99999999/odata",
    "http:///odata/Property",
    "data:application/json,{{}}",
]
LEADS = "links to|is not a URL|user name or password"


@SQLITE
def test_link_to_another_host_or_invalid_url_is_one_sentence(feeds: Feeds, mls: Mls) -> None:
    host = mls.address.removeprefix("http://").partition("/")[0]
    for link in LINKS:
        mls.requests.clear()
        answer = {"value": [], "@odata.nextLink": link.format(server=mls.address, host=host)}
        mls.instead = lambda request, number, answer=answer: answer
        with pytest.raises(FeedFailed, match=LEADS) as failed:
            feeds.sync(from_start=True)
        assert failed.value.detail.isprintable(), link
        assert len(mls.requests) <= client.MAX_BAD_RESPONSES, link


@SQLITE
def test_redirect_to_another_host_or_invalid_url_is_one_sentence(feeds: Feeds, mls: Mls) -> None:
    host = mls.address.removeprefix("http://").partition("/")[0]
    for link in LINKS:
        location = link.format(server=mls.address, host=host)
        if not location.isascii() or set("\r\n\0") & set(location):
            continue  # no header can hold it
        mls.requests.clear()
        mls.faults = {number: Fault(302, {"location": location}) for number in range(1, 10)}
        with pytest.raises(FeedFailed, match=f"{LEADS}|closes the connection, 8 times|redirects more") as failed:
            feeds.sync(from_start=True)
        assert failed.value.detail.isprintable(), link
        assert len(mls.requests) <= client.MAX_ATTEMPTS + 1, (link, failed.value.detail)
