"""Syncing over real HTTP, from a server that does everything wrong: nothing is lost, nothing comes twice."""

import json
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import pytest

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as market
from backend.app.core_gov.mls import client, sync
from backend.app.core_gov.mls.failures import FeedFailed
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput, Conflict
from backend.app.kit.keeper import Keeper
from backend.tests.core_gov.mls.conftest import Feeds, Hours
from backend.tests.core_gov.mls.odata_server import TOKEN, Fault, Mls, Record, sale

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LATER = "2026-01-05T11:00:00.5Z"


def fill(mls: Mls, count: int, *, spread: bool = True, start: int = 0) -> None:
    """Sales, changed a second apart or all in the same millisecond."""
    for at in range(start, start + count):
        second = at if spread else 0
        modified = f"2026-01-05T10:{second // 60:02d}:{second % 60:02d}.123Z"
        mls.add(sale(f"k{at:04d}", modified, ClosePrice=200_000 + at))


def closed(mls: Mls) -> dict[str, int]:
    return {key: record["ClosePrice"] for key, record in mls.records.items() if record["StandardStatus"] == "Closed"}


def actions(feeds: Feeds) -> list[str]:
    page = feeds.office.db.snapshot_now(audit.list_events, {"entity": "feed"}, 100, None)
    return [json.loads(item)["action"] for item in reversed(page.docs)]


# Pages


@pytest.mark.parametrize(("links", "count"), [("token", 2_500), ("rows", 2_500), ("none", 500)])
@SQLITE
def test_many_records_in_one_millisecond(feeds: Feeds, mls: Mls, links: str, count: int) -> None:
    """2,500 at pages of 1,000; where there are no links, the tie is broken by key."""
    mls.links, mls.page = links, count * 2 // 5  # type: ignore[assignment]
    feeds.write(page_size=mls.page)
    fill(mls, count, spread=False)
    outcome = feeds.sync()
    assert feeds.sales() == closed(mls)
    assert (outcome.counts.stored, outcome.counts.updated, outcome.counts.refused) == (count, 0, 0)
    assert links != "none" or any("ListingKey gt 'k" in request.options["$filter"] for request in mls.asked[2:])


@SQLITE
def test_a_tie_that_changes_while_it_is_read_by_links_that_count_rows(feeds: Feeds, mls: Mls) -> None:
    mls.links, mls.page, mls.tie_break = "rows", 100, False
    fill(mls, 400, spread=False)

    def change(number: int) -> None:
        if number in {2, 3, 4}:
            mls.change(f"k000{number}", LATER, ClosePrice=900_000 + number)

    mls.before = change
    feeds.sync()
    assert feeds.sales() == closed(mls)


@pytest.mark.parametrize("links", ["token", "rows"])
def test_records_that_change_while_they_are_read(feeds: Feeds, mls: Mls, links: str) -> None:
    """On both databases: each move of a record to a later time would hide another from links that count rows."""
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


@SQLITE
def test_links_are_followed_as_they_came(feeds: Feeds, mls: Mls) -> None:
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


@SQLITE
def test_the_next_run_asks_from_a_little_before_where_the_last_one_was(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 30)
    feeds.sync()
    before = len(mls.asked)
    mls.change("k0003", LATER, ClosePrice=1_000_000)
    outcome = feeds.sync()
    assert mls.asked[before].options["$filter"] == "ModificationTimestamp ge 2026-01-05T09:55:29.123Z"
    assert (outcome.counts.stored, outcome.counts.updated, outcome.counts.on_file) == (0, 1, 29)
    assert feeds.sales() == closed(mls)


@SQLITE
def test_a_server_in_no_order_and_with_short_pages(feeds: Feeds, mls: Mls) -> None:
    mls.sorts, mls.page = False, 40
    fill(mls, 130)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert '"unordered":true' in feeds.state()


@SQLITE
def test_a_page_that_comes_again_does_no_harm(feeds: Feeds, mls: Mls) -> None:
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
def test_a_server_that_knows_neither_tie_break_nor_count(feeds: Feeds, mls: Mls) -> None:
    mls.tie_break, mls.page = False, 60
    fill(mls, 150)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert [request.options.get("$orderby") for request in mls.asked[:3]] == [
        *["ModificationTimestamp asc,ListingKey asc"] * 2,
        "ModificationTimestamp asc",
    ]


# What goes wrong on the way

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


@SQLITE
def test_what_passes_is_tried_again(feeds: Feeds, mls: Mls, hours: Hours) -> None:
    mls.page, mls.faults = 20, {1 + 2 * at: fault for at, fault in enumerate(FAULTS.values())}
    mls.faults |= {17: FAULTS["500"], 18: FAULTS["truncated JSON"], 19: FAULTS["500"]}
    fill(mls, 200)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert len(hours.waited) == len(FAULTS) + 3
    assert hours.waited[list(FAULTS).index("429 with seconds")] == 7
    assert all(0.5 <= wait <= 1.0 for wait in hours.waited[:7])
    assert 2.0 <= hours.waited[-1] <= 4.0
    assert hours.told == ["the server says that it is asked too often (429): waiting 7 s"]


LASTING: dict[str, tuple[Fault, str]] = {
    "500": (Fault(500), "the server answers 500, 8 times in a row"),
    "truncated": (Fault(partly=True), "answers JSON that cannot be read, or only a part of it, 4 times in a row"),
    "day": (Fault(429, {"retry-after": "90000"}), "asked too often .429.: run the sync again after 2026-"),
    "403": (Fault(403, {}, b'{"error": {"message": "no \\u001b[31mlicence"}}'), r"the question: 403 .no  ?.31mlicence"),
    "redirect": (Fault(302, {"location": "https://elsewhere.example/x"}), "leads to elsewhere.example; the"),
    "circle": (Fault(302, {"location": "/odata/Property"}), "redirects more than 3 times"),
    "204": (Fault(204), "the status 204, which means nothing here"),
}  # fmt: skip


@pytest.mark.parametrize("name", LASTING)
@SQLITE
def test_what_does_not_pass_is_one_sentence_and_the_next_run_goes_on(feeds: Feeds, mls: Mls, name: str) -> None:
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
def test_a_giant_page_is_refused(feeds: Feeds, mls: Mls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_BYTES", 10_000)
    fill(mls, 60)
    with pytest.raises(FeedFailed, match="more than 10,000 bytes; a smaller page_size may help"):
        feeds.sync()
    feeds.write(page_size=10)
    feeds.sync()
    assert feeds.sales() == closed(mls)


@SQLITE
def test_a_link_to_another_server_is_not_followed(feeds: Feeds, mls: Mls) -> None:
    for link in ("https://elsewhere.example/next", "http://127.0.0.1:1/odata", "ftp://x/y", "http://[x"):
        mls.requests.clear()
        mls.faults[1] = Fault(body=json.dumps({"value": [sale("a")], "@odata.nextLink": link}).encode())
        with pytest.raises(FeedFailed, match=r"leads to|is no address"):
            feeds.sync(from_start=True)
        assert len(mls.asked) == 1


@SQLITE
def test_redirects_on_the_same_server_are_followed(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 5)
    mls.faults[1] = Fault(307, {"location": "Property?$top=1000"})
    feeds.sync()
    assert feeds.sales() == closed(mls)


# Credentials


@SQLITE
def test_a_token_that_runs_out_is_renewed(feeds: Feeds, mls: Mls) -> None:
    feeds.write(auth=feeds.client_credentials())
    mls.page, mls.token_lasts = 20, 3
    fill(mls, 120)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert len(mls.tokens) >= 3


@SQLITE
def test_a_token_that_is_refused_again_is_an_error(feeds: Feeds, mls: Mls) -> None:
    feeds.write(auth=feeds.client_credentials())
    mls.token_lasts = 0
    with pytest.raises(FeedFailed, match=r"refuses the credentials of a \(401\)"):
        feeds.sync()
    assert len(mls.tokens) == 2


@SQLITE
def test_a_secret_that_is_wrong_is_not_repeated(
    feeds: Feeds, mls: Mls, logged: Callable[[], list[dict[str, object]]]
) -> None:
    feeds.write(auth=feeds.client_credentials("not-the-secret"))
    with pytest.raises(FeedFailed, match=r"the token server refuses the client of a: 400 .invalid_client") as caught:
        feeds.sync()
    everything = caught.value.detail + feeds.state() + str(logged())
    assert "not-the-secret" not in everything


@SQLITE
def test_a_token_file_is_read_again_when_it_is_refused(feeds: Feeds, mls: Mls) -> None:
    (feeds.secrets / "token").write_text("old")
    with pytest.raises(FeedFailed, match="refuses the credentials"):
        feeds.sync()
    fill(mls, 30)
    (feeds.secrets / "token").write_text(TOKEN)
    mls.page = 10

    def rotate(number: int) -> None:
        if number == 3:
            mls.tokens.append("rotated")
            (feeds.secrets / "token").write_text("rotated")

    mls.before = rotate
    feeds.sync()
    assert feeds.sales() == closed(mls)


@SQLITE
def test_no_secret_is_kept_anywhere(feeds: Feeds, mls: Mls) -> None:
    """A link that repeats the token is followed, but not stored."""
    feeds.write(profile="bridge")
    fill(mls, 30)

    def leak(number: int) -> None:
        if number == 1:
            page = mls._page("/Property", {"$top": "10"})
            page["@odata.nextLink"] += f"&access_token={TOKEN}"
            mls.faults[1] = Fault(body=json.dumps(page).encode())
        if number == 2:
            assert TOKEN not in feeds.state()

    mls.page, mls.before = 10, leak
    feeds.sync()
    assert feeds.sales() == closed(mls)
    for path in feeds.office.settings.data_dir.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes()


@SQLITE
def test_a_chain_of_links_in_no_order_is_gone_on_with(feeds: Feeds, mls: Mls) -> None:
    feeds.write(profile="bridge")
    mls.page, mls.sorts, mls.tie_break = 10, False, False
    fill(mls, 50)
    mls.faults = {4: Fault(403)}
    with pytest.raises(FeedFailed, match="refuses the question: 403"):
        feeds.sync()
    assert len(feeds.sales()) == 30
    assert json.loads(feeds.state())["position"] is None
    feeds.sync()
    assert mls.asked[4].target == mls.asked[3].target  # the link that was refused, and no other page again
    assert feeds.sales() == closed(mls)
    assert json.loads(feeds.state())["position"] == "2026-01-05T10:00:49.123Z"


@SQLITE
def test_a_link_that_has_run_out_begins_the_chain_anew(feeds: Feeds, mls: Mls) -> None:
    feeds.write(profile="bridge")
    mls.page, mls.sorts, mls.tie_break = 10, False, False
    fill(mls, 50)
    mls.faults = {4: Fault(403), 5: Fault(410)}
    with pytest.raises(FeedFailed):
        feeds.sync()
    outcome = feeds.sync()
    assert (feeds.sales(), outcome.counts.stored) == (closed(mls), 50)


# What is a sale


@SQLITE
def test_only_what_has_closed_is_a_sale(feeds: Feeds, mls: Mls) -> None:
    mls.add(
        sale("sold"),
        sale("active", StandardStatus="Active", ClosePrice=None),
        sale("rent", PropertyType="Residential Lease", ClosePrice=2_400),
        sale("hidden", MlgCanView=False),
        sale("gone", StandardStatus="Delete"),
        sale("free", ClosePrice=None),
        sale("dateless", CloseDate="soon"),
        sale("statusless", StandardStatus=None),
        sale("nul", City="\x00"),
    )
    outcome = feeds.sync()
    assert feeds.sales().keys() == {"sold"}
    lines = [json.loads(line) for line in outcome.refused_file.read_text().splitlines()] if outcome.refused_file else []
    reasons = {line["key"]: line["reason"] for line in lines}
    assert outcome.counts.refused == 4
    assert reasons.keys() == {"free", "dateless", "statusless", "nul"}
    assert reasons["free"] == "price is required"
    assert all(line["record"]["ListingKey"] == line["key"] for line in lines)


@SQLITE
def test_a_record_that_cannot_be_placed_is_refused_and_named(feeds: Feeds, mls: Mls) -> None:
    good = sale("good")
    bad = [sale("x", "yesterday"), {**sale("y"), "ListingKey": None}, {**sale("z"), "ListingKey": " z"}]
    mls.faults[1] = Fault(body=json.dumps({"value": [good, *bad]}).encode())
    outcome = feeds.sync()
    assert outcome.counts.refused == 3
    assert feeds.sales().keys() == {"good"}


def test_what_was_a_sale_and_is_none_any_more_is_removed_with_the_reason(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 6)
    feeds.sync()
    mls.change("k0000", LATER, StandardStatus="Active")
    mls.change("k0001", LATER, StandardStatus="Delete")
    mls.change("k0002", LATER, MlgCanView=False)
    mls.change("k0003", LATER, ClosePrice=None)
    outcome = feeds.sync()
    assert outcome.counts.removed == 4
    assert feeds.sales().keys() == {"k0004", "k0005"}
    assert feeds.removed() == {
        "k0000": "StandardStatus is Active",
        "k0001": "StandardStatus is Delete",
        "k0002": "the feed does not show it any more (MlgCanView is false)",
        "k0003": "it cannot be read as a sale any more: price is required",
    }
    mls.change("k0000", "2026-01-05T12:00:00Z", StandardStatus="Closed")
    feeds.sync()
    assert "k0000" in feeds.sales()


@SQLITE
def test_what_is_said_last_of_a_listing_counts(feeds: Feeds, mls: Mls) -> None:
    page = [
        sale("a", StandardStatus="Active"),
        sale("b", ClosePrice=5),
        sale("a", LATER, ClosePrice=700_000),
        sale("b", LATER, StandardStatus="Active"),
    ]
    mls.faults[1] = Fault(
        body=json.dumps({"value": sorted(page, key=lambda each: each["ModificationTimestamp"])}).encode()
    )
    feeds.sync()
    assert feeds.sales() == {"a": 700_000}


@SQLITE
def test_a_time_in_the_future_hides_nothing_that_comes_before_it(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 5)
    mls.add(sale("bogus", "2999-01-01T00:00:00Z"))
    feeds.sync()
    mls.add(sale("later", "2998-01-01T00:00:00Z"))
    feeds.sync()
    assert feeds.sales() == closed(mls)


# Deletions without a word


@pytest.mark.parametrize("profile", ["generic", "crea-ddf", "bridge", "mls-grid"])
@SQLITE
def test_deletions_are_found_by_comparing_all_keys(feeds: Feeds, mls: Mls, profile: str) -> None:
    system = {"originating_system": "o"} if profile == "mls-grid" else {}
    feeds.write(profile=profile, **system)
    fill(mls, 80)
    for record in mls.records.values():
        record |= {"OriginatingSystemName": "o", "MlgCanView": True}
    mls.page, mls.by_key, mls.sorts = 30, profile != "mls-grid", profile != "bridge"
    mls.tie_break = profile == "generic"
    feeds.sync()
    assert feeds.sales() == closed(mls)
    for key in ("k0007", "k0070"):
        del mls.records[key]
    outcome = feeds.sync(compare=True)
    assert (outcome.counts.removed, outcome.compared) == (2, True)
    assert feeds.sales() == closed(mls)
    assert set(feeds.removed().values()) == {"the feed does not list it any more"}


@SQLITE
def test_a_key_that_the_list_lacks_is_asked_for_before_its_sale_is_removed(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 50)
    feeds.sync()
    mls.hidden = {"k0005"}
    found = sync._listed

    def hide(run: sync.Run) -> set[str]:
        keys = found(run)
        mls.hidden = set()
        return keys

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sync, "_listed", hide)
        outcome = feeds.sync(compare=True)
    assert (outcome.counts.removed, len(feeds.sales())) == (0, 50)


@SQLITE
def test_so_many_deletions_need_a_persons_word(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 60)
    feeds.sync()
    mls.records = dict(list(mls.records.items())[:20])
    with pytest.raises(FeedFailed, match="lists 40 of its 60 sales no more, and none of them was removed"):
        feeds.sync(compare=True)
    assert len(feeds.sales()) == 60
    assert feeds.sync(compare=True, accept_deletions=True).counts.removed == 40


@SQLITE
def test_events_name_deletions(feeds: Feeds, mls: Mls) -> None:
    feeds.write(events=True, compare_every_hours=0)
    fill(mls, 10)
    mls.events = [{"EntityEventSequence": 5, "ResourceName": "Property", "ResourceRecordKey": "old"}]
    feeds.sync()
    del mls.records["k0004"]
    mls.events += [
        {"EntityEventSequence": 6, "ResourceName": "Property", "ResourceRecordKey": "k0004"},
        {"EntityEventSequence": 7, "ResourceName": "Property", "ResourceRecordKey": "k0005"},
        {"EntityEventSequence": 8, "ResourceName": "Member", "ResourceRecordKey": "k0006"},
    ]
    assert feeds.sync().counts.removed == 1
    assert feeds.sales() == closed(mls)
    assert json.loads(feeds.state())["event"] == 7


# Profiles


@SQLITE
def test_crea_ddf_is_read_by_keys(feeds: Feeds, mls: Mls) -> None:
    feeds.write(profile="crea-ddf", auth=feeds.client_credentials())
    fill(mls, 230)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    first, *rest = mls.asked
    assert (urlsplit(first.target).path, first.options) == ("/odata/Property/PropertyReplication()", {})
    assert [request for request in rest if int(request.options.get("$top", 0)) > 100] == []


@SQLITE
def test_mls_grid_is_asked_as_it_wants(feeds: Feeds, mls: Mls, hours: Hours) -> None:
    feeds.write(profile="mls-grid", originating_system="nwmls")
    mls.requires, mls.tie_break, mls.by_key, mls.links, mls.page = "OriginatingSystemName", False, False, "rows", 20
    fill(mls, 100)
    for record in mls.records.values():
        record |= {"OriginatingSystemName": "nwmls", "MlgCanView": True}
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert mls.asked[0].options["$filter"] == "OriginatingSystemName eq 'nwmls' and MlgCanView eq true"
    assert mls.asked[1].options["$filter"].startswith("OriginatingSystemName eq 'nwmls' and ModificationTimestamp ge ")
    assert sum(hours.waited) >= len(mls.asked) / 2 - 1.1  # two requests a second


def test_bridge_is_asked_as_it_wants(feeds: Feeds, mls: Mls, hours: Hours) -> None:
    """By the links of `replication` alone, from what changed last on, and by all keys for what was deleted."""
    feeds.write(profile="bridge")
    mls.page, mls.sorts, mls.tie_break = 20, False, False
    fill(mls, 110)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    first, *rest = mls.asked
    assert (urlsplit(first.target).path, first.options) == ("/odata/Property/replication", {"$top": "2000"})
    assert ["$skiptoken" in request.options for request in rest] == [True] * 5 + [False]
    assert rest[-1].options["$filter"] == "ModificationTimestamp ge 2026-01-05T10:01:49.123Z"  # is that all of it?
    assert sum(hours.waited) >= len(mls.asked) / 5 - 1.1  # five requests a second
    before = len(mls.asked)
    mls.change("k0003", LATER, ClosePrice=1_000_000)
    fill(mls, 1, start=110)
    del mls.records["k0007"]
    outcome = feeds.sync(compare=True)
    assert (outcome.counts.stored, outcome.counts.updated, outcome.counts.removed) == (1, 1, 1)
    assert feeds.sales() == closed(mls)
    assert mls.asked[before].options["$filter"].startswith("ModificationTimestamp ge 2026-01-05T")
    assert [request.target for request in mls.asked if "$orderby" in request.options] == []


@SQLITE
def test_keys_with_quotes_and_keys_that_are_numbers(feeds: Feeds, mls: Mls) -> None:
    feeds.write(profile="crea-ddf")
    mls.add(sale("O'Neil's"), sale("a,b (c)"), sale("ÿ&=+%"))
    feeds.sync()
    assert feeds.sales().keys() == {"O'Neil's", "a,b (c)", "ÿ&=+%"}
    assert "O''Neil''s" in unquote(mls.asked[1].target)


# One at a time, markets, feeds


def test_two_syncs_of_one_feed_never_run_at_once(feeds: Feeds, mls: Mls) -> None:
    other = Keeper(feeds.office.db, Ctx("other", "cli"), kind="sync", version="x", seconds=30)
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


def test_a_run_that_lost_its_lease_stores_nothing_more(feeds: Feeds, mls: Mls) -> None:
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
def test_a_market_that_is_not_there_is_made_if_the_feed_says_what_it_is(feeds: Feeds, mls: Mls) -> None:
    path = feeds.office.settings.data_dir / "feeds.toml"
    written = path.read_text()
    path.write_text(written.replace('country = "US"\n', ""))
    with pytest.raises(BadInput, match="there is no market m yet: add its country and currency to a"):
        feeds.sync()
    path.write_text(written)
    feeds.sync()
    record = feeds.office.db.snapshot_now(market.get_market, "m")
    assert (record.country, record.currency) == ("US", "USD")
    path.write_text(written.replace('"USD"', '"CAD"'))
    with pytest.raises(BadInput, match="a is in CAD, but the market m in USD"):
        feeds.sync()


@SQLITE
def test_a_feed_that_changed_is_read_from_the_beginning(feeds: Feeds, mls: Mls) -> None:
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
