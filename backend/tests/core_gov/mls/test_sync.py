"""Sync over real HTTP from a misbehaving server: no record is lost or duplicated."""

import json

import pytest

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as market
from backend.app.core_gov.mls import client
from backend.app.core_gov.mls.errors import FeedFailed
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.jobs.lease_holder import LeaseHolder
from backend.tests.core_gov.mls.conftest import SQLITE, Feeds, Hours
from backend.tests.core_gov.mls.odata_server import LATER, Fault, Mls, Record, closed, fill, sale
from backend.tests.promises import promise


def actions(feeds: Feeds) -> list[str]:
    page = feeds.store.db.snapshot_now(audit.list_events, {"entity": "feed"}, 100, None)
    return [json.loads(item)["action"] for item in reversed(page.docs)]


# Pages


@promise("MLS", "`valhalla market sync` loses none of 2,500 records with the same millisecond at 1,000 per page.")
@pytest.mark.parametrize(("links", "count"), [("token", 2_500), ("rows", 2_500), ("none", 500)])
@SQLITE
def test_no_record_of_one_millisecond_is_lost(feeds: Feeds, mls: Mls, links: str, count: int) -> None:
    """2,500 records in pages of 1,000. Without links, ties are broken by key."""
    mls.links, mls.page = links, count * 2 // 5  # type: ignore[assignment]
    feeds.write(page_size=mls.page)
    fill(mls, count, spread=False)
    outcome = feeds.sync()
    assert feeds.sales() == closed(mls)
    assert (outcome.counts.stored, outcome.counts.updated, outcome.counts.refused) == (count, 0, 0)
    assert links != "none" or any("ListingKey gt 'k" in request.options["$filter"] for request in mls.asked[2:])


@SQLITE
def test_tie_that_changes_while_read_by_offset_links_loses_no_record(feeds: Feeds, mls: Mls) -> None:
    mls.links, mls.page, mls.tie_break = "rows", 100, False
    fill(mls, 400, spread=False)

    def change(number: int) -> None:
        if number in {2, 3, 4}:
            mls.change(f"k000{number}", LATER, ClosePrice=900_000 + number)

    mls.before = change
    feeds.sync()
    assert feeds.sales() == closed(mls)


@promise(
    "MLS",
    "A sync handles records that change while read, repeated pages, dropped connections and expired tokens.",
)
@pytest.mark.parametrize("links", ["token", "rows"])
def test_records_changed_while_reading_are_read_again(feeds: Feeds, mls: Mls, links: str) -> None:
    """With offset links, each record that moves to a later time would hide another."""
    mls.links, mls.page = links, 50  # type: ignore[assignment]
    fill(mls, 250)

    def change(number: int) -> None:
        if number in {2, 4}:
            mls.change(f"k000{number}", LATER, ClosePrice=900_000 + number)
        if number == 3:
            mls.add(sale("new", "2026-01-05T12:00:00Z", ClosePrice=5_000_00))

    mls.before = change
    outcome = feeds.sync()
    assert feeds.sales() == closed(mls)
    assert outcome.counts.stored == 251
    assert [done for done, _ in feeds.asked] == sorted(done for done, _ in feeds.asked)
    assert feeds.asked[-1][0] == feeds.asked[-1][1]


@promise("MLS", "A sync follows nextLink unchanged and never to another server.")
@SQLITE
def test_links_are_followed_unchanged(feeds: Feeds, mls: Mls) -> None:
    mls.page = 100
    fill(mls, 250)
    feeds.sync()
    first, second, third, *_ = mls.asked
    assert first.options["$orderby"] == "ModificationTimestamp asc,ListingKey asc"
    assert first.headers["prefer"] == "odata.maxpagesize=1000"
    for link in (second, third):
        assert "$skiptoken" in link.options
        assert "%24skiptoken=" in link.target  # byte for byte, not taken apart and put together again
        assert link.options.keys() == first.options.keys() | {"$skiptoken"}


@promise("MLS", "A sync is incremental and resumes after a kill.")
@SQLITE
def test_next_run_starts_an_overlap_before_the_last_position(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 30)
    feeds.sync()
    before = len(mls.asked)
    mls.change("k0003", LATER, ClosePrice=1_000_000)
    outcome = feeds.sync()
    assert mls.asked[before].options["$filter"] == "ModificationTimestamp ge 2026-01-05T09:55:29.123Z"
    assert (outcome.counts.stored, outcome.counts.updated, outcome.counts.on_file) == (0, 1, 29)
    assert feeds.sales() == closed(mls)


@SQLITE
def test_server_without_order_and_with_short_pages_is_read_completely(feeds: Feeds, mls: Mls) -> None:
    mls.sorts, mls.page = False, 40
    fill(mls, 130)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert '"unordered":true' in feeds.state()


@promise(
    "MLS",
    "A sync handles records that change while read, repeated pages, dropped connections and expired tokens.",
)
@SQLITE
def test_repeated_page_is_harmless(feeds: Feeds, mls: Mls) -> None:
    mls.page = 50
    fill(mls, 150)
    answered: list[Record] = []

    def repeat(number: int) -> None:
        if number == 2:  # what the first page was, with a link to where the second one leads
            page = mls._page("/Property", mls.asked[0].options)
            answered.append(page)
            mls.faults[2] = Fault(
                body=json.dumps({**page, "@odata.nextLink": page["@odata.nextLink"] + "&x=1"}).encode()
            )

    mls.before = repeat
    outcome = feeds.sync()
    assert answered
    assert (feeds.sales(), outcome.counts.stored, outcome.counts.on_file) == (closed(mls), 150, 0)


@SQLITE
def test_rejected_options_are_replaced_by_simpler_ones(feeds: Feeds, mls: Mls) -> None:
    mls.tie_break, mls.page = False, 60
    fill(mls, 150)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert [request.options.get("$orderby") for request in mls.asked[:3]] == [
        *["ModificationTimestamp asc,ListingKey asc"] * 2,
        "ModificationTimestamp asc",
    ]


# Failures

FAULTS: dict[str, Fault] = {
    "connection dropped in the body": Fault(drops=True),
    "truncated JSON": Fault(partly=True),
    "500": Fault(500),
    "502 in HTML": Fault(502, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>"),
    "HTML with a 200": Fault(200, {"content-type": "text/html"}, b"<h1>We are back soon</h1>"),
    "no list": Fault(200, {}, b'{"message": "try later"}'),
    "429 without a word": Fault(429),
    "429 with seconds": Fault(429, {"retry-after": "7"}),
}


@promise(
    "MLS",
    "A sync handles records that change while read, repeated pages, dropped connections and expired tokens.",
)
@SQLITE
def test_transient_failures_are_retried(feeds: Feeds, mls: Mls, hours: Hours) -> None:
    mls.page, mls.faults = 20, {1 + 2 * at: fault for at, fault in enumerate(FAULTS.values())}
    mls.faults |= {17: FAULTS["500"], 18: FAULTS["truncated JSON"], 19: FAULTS["500"]}
    fill(mls, 200)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert len(hours.waited) == len(FAULTS) + 3
    assert hours.waited[list(FAULTS).index("429 with seconds")] == 7
    assert all(0.5 <= wait <= 1.0 for wait in hours.waited[:7])
    assert 2.0 <= hours.waited[-1] <= 4.0
    assert hours.told == ["the server says that there are too many requests (429): waiting 7 s"]


LASTING: dict[str, tuple[Fault, str]] = {
    "500": (Fault(500), "the server responds with 500, 8 times in a row"),
    "truncated": (Fault(partly=True), "sends invalid or incomplete JSON, 4 times in a row"),
    "day": (Fault(429, {"retry-after": "90000"}), "too many requests .429.: run the sync again after 2026-"),
    "403": (Fault(403, {}, b'{"error": {"message": "no \\u001b[31mlicence"}}'), r"the request: 403 .no .*31mlicence"),
    "redirect": (Fault(302, {"location": "https://elsewhere.example/x"}), "links to elsewhere.example; the"),
    "circle": (Fault(302, {"location": "/odata/Property"}), "redirects more than 3 times"),
    "205": (Fault(205), "the unexpected status 205"),
    "404": (Fault(404), "the server rejects the request: 404"),
}  # fmt: skip


@pytest.mark.parametrize("name", LASTING)
@SQLITE
def test_lasting_failure_is_one_sentence_and_the_next_run_resumes(feeds: Feeds, mls: Mls, name: str) -> None:
    fault, sentence = LASTING[name]
    mls.page, mls.faults = 20, dict.fromkeys(range(2, 30), fault)
    fill(mls, 60)
    with pytest.raises(FeedFailed, match=sentence) as caught:
        feeds.sync()
    assert "\n" not in caught.value.detail
    assert len(feeds.sales()) == 20
    assert actions(feeds) == ["feed.sync_started", "feed.sync_failed"]
    mls.faults = {}
    outcome = feeds.sync()
    assert feeds.sales() == closed(mls)
    assert outcome.counts.stored == 60  # of the whole run, the part before the failure included
    assert actions(feeds)[2:] == ["feed.sync_started", "feed.sync_finished"]


@SQLITE
def test_page_beyond_the_size_limit_is_refused(feeds: Feeds, mls: Mls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MAX_BYTES", 10_000)
    fill(mls, 60)
    with pytest.raises(FeedFailed, match="more than 10,000 bytes; a smaller page_size may help"):
        feeds.sync()
    feeds.write(page_size=10)
    feeds.sync()
    assert feeds.sales() == closed(mls)


@promise("MLS", "A sync follows nextLink unchanged and never to another server.")
@SQLITE
def test_link_to_another_server_is_not_followed(feeds: Feeds, mls: Mls) -> None:
    for link in ("https://elsewhere.example/next", "http://127.0.0.1:1/odata", "ftp://x/y", "http://[x"):
        mls.requests.clear()
        mls.faults[1] = Fault(body=json.dumps({"value": [sale("a")], "@odata.nextLink": link}).encode())
        with pytest.raises(FeedFailed, match=r"links to|is not a URL"):
            feeds.sync(from_start=True)
        assert len(mls.asked) == 1


@SQLITE
def test_redirects_on_the_same_server_are_followed(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 5)
    mls.faults[1] = Fault(307, {"location": "Property?$top=1000"})
    feeds.sync()
    assert feeds.sales() == closed(mls)


# One at a time, markets, feeds


def test_only_one_sync_of_a_feed_runs_at_a_time(feeds: Feeds, mls: Mls) -> None:
    other = LeaseHolder(feeds.store.db, Ctx("other", "cli"), kind="sync", version="x", seconds=30)
    other.start()
    try:
        held = other.take("feed:a")
        assert held is not None
        with pytest.raises(Conflict, match="the feed a is being synced by another process"):
            feeds.sync()
        assert mls.asked == []
        other.release(held)
        feeds.sync()
    finally:
        other.close()


def test_run_that_lost_its_lease_stores_nothing(feeds: Feeds, mls: Mls) -> None:
    mls.page = 10
    fill(mls, 30)

    def rob(number: int) -> None:
        if number == 2:
            feeds.rob_lease("feed:a")

    mls.before = rob
    with pytest.raises(Conflict, match="another process took over the sync of a"):
        feeds.sync()
    assert len(feeds.sales()) == 10


@SQLITE
def test_missing_market_is_created_from_the_country_and_currency_of_the_feed(feeds: Feeds, mls: Mls) -> None:
    path = feeds.store.settings.data_dir / "feeds.toml"
    written = path.read_text()
    path.write_text(written.replace('country = "US"\n', ""))
    with pytest.raises(BadInput, match="there is no market m yet: add its country and currency to a"):
        feeds.sync()
    path.write_text(written)
    feeds.sync()
    record = feeds.store.db.snapshot_now(market.get_market, "m")
    assert (record.country, record.currency) == ("US", "USD")
    path.write_text(written.replace('"USD"', '"CAD"'))
    with pytest.raises(BadInput, match="a is in CAD, but the market m in USD"):
        feeds.sync()


@SQLITE
def test_changed_feed_is_read_from_the_beginning(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 10)
    feeds.sync()
    before = len(mls.asked)
    feeds.write(filter="BedroomsTotal ge 3 or ClosePrice gt 5")
    feeds.sync()
    assert mls.asked[before].options["$filter"] == "BedroomsTotal ge 3 or ClosePrice gt 5"
    assert mls.asked[before + 1].options["$filter"] == (
        "(BedroomsTotal ge 3 or ClosePrice gt 5) and ModificationTimestamp ge 2026-01-05T10:00:09.123Z"
    )
    count = len(mls.asked)
    feeds.sync(from_start=True)
    assert "ModificationTimestamp" not in mls.asked[count].options["$filter"]


EMPTY: dict[str, Fault] = {
    "204": Fault(204, body=b""),
    "empty body": Fault(body=b"", headers={"content-encoding": "identity"}),
    "no value": Fault(body=b'{"@odata.context": "x"}'),
    "null": Fault(body=b'{"value": null}'),
    "404": Fault(404),
    "404 with a message": Fault(404, {}, b'{"error": {"message": "No records found"}}'),
    "empty link": Fault(body=b'{"value": [], "@odata.nextLink": ""}'),
    "null link": Fault(body=b'{"value": [], "@odata.nextLink": "null"}'),
}


@promise("MLS", "A feed without records syncs, however its server says that there are none.")
@pytest.mark.parametrize("name", EMPTY)
@SQLITE
def test_feed_without_records_syncs(feeds: Feeds, mls: Mls, name: str) -> None:
    mls.faults = dict.fromkeys(range(1, 9), EMPTY[name])
    feeds.write(events=True)
    outcome = feeds.sync()
    assert (outcome.counts.read, outcome.counts.refused) == (0, 0)
    assert any("404" in line and "read as no records" in line for line in outcome.lines()) == ("404" in name)
    mls.faults = {}
    fill(mls, 3)
    feeds.sync()
    assert feeds.sales() == closed(mls)


@pytest.mark.parametrize("name", EMPTY)
@SQLITE
def test_no_more_records_end_a_sync(feeds: Feeds, mls: Mls, name: str) -> None:
    """Without links the server is asked again from the last time on; it has no record after that."""
    mls.links = "none"
    fill(mls, 3)
    mls.faults = dict.fromkeys(range(2, 9), EMPTY[name])
    feeds.sync()
    assert feeds.sales() == closed(mls)
    mls.faults = {}
    mls.add(sale("new", LATER))
    feeds.sync()
    assert feeds.sales() == closed(mls)


@SQLITE
def test_404_of_a_feed_with_records_is_a_failure_unless_it_says_that_there_are_none(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 3)
    feeds.sync()
    first = len(mls.asked)
    mls.faults = {first + 1: Fault(404, {}, b'{"error": {"message": "Not Found"}}')}
    with pytest.raises(FeedFailed, match=r"404 \(Not Found\)"):
        feeds.sync()
    mls.faults = {first + 2: Fault(404, {}, b'{"error": {"message": "No results"}}')}
    feeds.sync()
    assert feeds.sales() == closed(mls)


@SQLITE
def test_wrong_address_is_a_failure(feeds: Feeds, mls: Mls) -> None:
    for fault in (
        Fault(404, {"content-type": "text/html"}, b"<h1>Not Found</h1>"),
        Fault(404, {}, b'{"error": {"message": "Resource not found for the segment Property"}}'),
    ):
        mls.requests.clear()
        mls.faults = {1: fault}
        with pytest.raises(FeedFailed, match="rejects the request: 404"):
            feeds.sync()


@SQLITE
def test_values_that_cannot_be_used_are_counted(feeds: Feeds, mls: Mls) -> None:
    mls.add(sale("a", YearBuilt=9999), sale("b", YearBuilt=0, BedroomsTotal="5 or more"))
    assert feeds.sync().lines()[1:3] == [
        "1 sale is kept without beds, for example record b: beds is not a number: 5 or more",
        "1 sale is kept without year_built, for example record a: year_built must be from 1500 to 2031, not 9999",
    ]
