"""Classification of listings as sales, and removal of those that the feed no longer lists."""

import json

import pytest

from backend.app.core_gov.mls import sync
from backend.app.core_gov.mls.errors import FeedFailed
from backend.tests.core_gov.mls.conftest import SQLITE, Feeds
from backend.tests.core_gov.mls.odata_server import LATER, Fault, Mls, closed, fill, sale
from backend.tests.promises import promise

# Classification


@SQLITE
def test_only_closed_listings_are_sales(feeds: Feeds, mls: Mls) -> None:
    mls.add(
        sale("sold"),
        sale("active", StandardStatus="Active", ClosePrice=None),
        sale("rent", PropertyType="Residential Lease", ClosePrice=2_400),
        sale("rented", PropertyType="Commercial", TransactionType="For Lease", ClosePrice=12_000),
        sale("let", PropertyType=["Residential"], MlsStatus="Rented", ClosePrice=2_400),
        sale("odd", LivingArea=float("nan"), YearBuilt=9999, Stories="many", BedroomsTotal="3+1"),
        sale("hidden", MlgCanView=False),
        sale("gone", StandardStatus="Delete"),
        sale("free", ClosePrice=None),
        sale("dateless", CloseDate="soon"),
        sale("statusless", StandardStatus=None),
        sale("nul", City="\x00"),
    )
    outcome = feeds.sync()
    assert feeds.sales().keys() == {"sold", "odd"}
    lines = [json.loads(line) for line in outcome.refused_file.read_text().splitlines()] if outcome.refused_file else []
    reasons = {line["key"]: line["reason"] for line in lines}
    assert outcome.counts.refused == 4
    assert reasons.keys() == {"free", "dateless", "statusless", "nul"}
    assert reasons["free"] == "price is required"
    assert all(line["record"]["ListingKey"] == line["key"] for line in lines)


@SQLITE
def test_record_without_key_or_time_is_refused(feeds: Feeds, mls: Mls) -> None:
    good = sale("good")
    bad = [sale("x", "yesterday"), {**sale("y"), "ListingKey": None}, {**sale("z"), "ListingKey": " z"}]
    mls.faults[1] = Fault(body=json.dumps({"value": [good, *bad]}).encode())
    outcome = feeds.sync()
    assert outcome.counts.refused == 3
    assert feeds.sales().keys() == {"good"}


@promise("Command line", "Rejected and refused rows of earlier runs are kept.")
@SQLITE
def test_next_run_keeps_the_refused_file_of_the_last_one(feeds: Feeds, mls: Mls) -> None:
    mls.add(sale("free", ClosePrice=None))
    first = feeds.sync().refused_file
    assert first is not None
    first.write_text("corrected by hand")
    mls.change("free", LATER, CloseDate="soon")
    second = feeds.sync().refused_file
    assert second == first.with_name("a.refused-2.jsonl")
    assert [json.loads(line)["key"] for line in second.read_text().splitlines()] == ["free"]
    assert first.read_text() == "corrected by hand"


@SQLITE
def test_resumed_run_appends_to_its_refused_file(feeds: Feeds, mls: Mls) -> None:
    feeds.write(page_size=1)
    mls.add(sale("a", ClosePrice=None), sale("b", LATER, ClosePrice=None))
    mls.faults[2] = Fault(404)
    with pytest.raises(FeedFailed):
        feeds.sync()
    file = feeds.sync().refused_file
    assert file is not None
    assert file.name == "a.refused.jsonl"
    assert {json.loads(line)["key"] for line in file.read_text().splitlines()} == {"a", "b"}
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_former_sale_is_removed_with_the_reason(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 6)
    feeds.sync()
    mls.change("k0000", LATER, StandardStatus="Active")
    mls.change("k0001", LATER, StandardStatus="Delete")
    mls.change("k0002", LATER, MlgCanView=False)
    mls.change("k0003", LATER, ClosePrice=None)
    mls.change("k0005", LATER, TransactionType="For Lease")
    outcome = feeds.sync()
    assert outcome.counts.removed == 5
    assert feeds.sales().keys() == {"k0004"}
    assert feeds.removed() == {
        "k0000": "StandardStatus is Active",
        "k0001": "StandardStatus is Delete",
        "k0002": "the feed no longer shows it (MlgCanView is false)",
        "k0003": "it can no longer be read as a sale: price is required",
        "k0005": "TransactionType is For Lease: a lease is not a sale",
    }
    mls.change("k0000", "2026-01-05T12:00:00Z", StandardStatus="Closed")
    feeds.sync()
    assert "k0000" in feeds.sales()


@SQLITE
def test_last_state_of_a_listing_wins(feeds: Feeds, mls: Mls) -> None:
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
def test_future_timestamp_does_not_hide_earlier_changes(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 5)
    mls.add(sale("bogus", "2999-01-01T00:00:00Z"))
    feeds.sync()
    mls.add(sale("later", "2998-01-01T00:00:00Z"))
    feeds.sync()
    assert feeds.sales() == closed(mls)


# Deletions without a word


@promise("MLS", "Deletions are found; implausibly many need an operator's confirmation.")
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
    assert set(feeds.removed().values()) == {"the feed no longer lists it"}


@SQLITE
def test_key_missing_from_the_list_is_requested_before_its_sale_is_removed(feeds: Feeds, mls: Mls) -> None:
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


@promise("MLS", "Deletions are found; implausibly many need an operator's confirmation.")
@SQLITE
def test_many_deletions_need_confirmation(feeds: Feeds, mls: Mls) -> None:
    fill(mls, 60)
    feeds.sync()
    mls.records = dict(list(mls.records.items())[:20])
    with pytest.raises(FeedFailed, match="no longer lists 40 of its 60 sales, and none was removed"):
        feeds.sync(compare=True)
    assert len(feeds.sales()) == 60
    assert feeds.sync(compare=True, accept_deletions=True).counts.removed == 40


@promise("MLS", "Deletions are found; implausibly many need an operator's confirmation.")
@SQLITE
def test_deletions_named_by_events_are_applied(feeds: Feeds, mls: Mls) -> None:
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
