"""Requests to each kind of server."""

from urllib.parse import unquote, urlsplit

from backend.tests.core_gov.mls.conftest import SQLITE, Feeds, Hours
from backend.tests.core_gov.mls.odata_server import LATER, Mls, closed, fill, sale
from backend.tests.promises import promise


@promise("MLS", "Generic RESO servers, CREA DDF, MLS Grid and Bridge each have a profile.")
@SQLITE
def test_crea_ddf_records_are_fetched_by_key(feeds: Feeds, mls: Mls) -> None:
    feeds.write(profile="crea-ddf", auth=feeds.client_credentials())
    fill(mls, 230)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    first, *rest = mls.asked
    assert (urlsplit(first.target).path, first.options) == ("/odata/Property/PropertyReplication()", {})
    assert [request for request in rest if int(request.options.get("$top", 0)) > 100] == []


@promise("MLS", "Generic RESO servers, CREA DDF, MLS Grid and Bridge each have a profile.")
@SQLITE
def test_mls_grid_gets_one_system_per_request_within_its_limits(feeds: Feeds, mls: Mls, hours: Hours) -> None:
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


@promise("MLS", "Generic RESO servers, CREA DDF, MLS Grid and Bridge each have a profile.")
def test_bridge_replication_is_read_by_links_within_its_limits(feeds: Feeds, mls: Mls, hours: Hours) -> None:
    """Changes are read by the links of `replication`, deletions by comparing all keys."""
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
def test_quotes_in_keys_are_escaped_and_numeric_keys_accepted(feeds: Feeds, mls: Mls) -> None:
    feeds.write(profile="crea-ddf")
    mls.add(sale("O'Neil's"), sale("a,b (c)"), sale("ÿ&=+%"))
    feeds.sync()
    assert feeds.sales().keys() == {"O'Neil's", "a,b (c)", "ÿ&=+%"}
    assert "O''Neil''s" in unquote(mls.asked[1].target)
