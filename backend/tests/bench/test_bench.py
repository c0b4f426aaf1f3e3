"""The bench runs on tiny sizes. Tests check that figures exist, not their values."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import job, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import DraftQuery, DraftRecord
from backend.app.core_gov.market import store as sales_store
from backend.app.core_gov.market.importing.import_sales import ImportRequest, import_sales
from backend.app.core_gov.market.importing.profiles import profile
from backend.app.kit.json_mirror import json_files
from backend.app.kit.output.progress import ReportProgress
from backend.tests import preloaded
from backend.tests.browser import lookup
from backend.tests.harness import ROOT, SOON_S
from backend.tests.promises import promise
from bench import bare, console, made_up_county, market
from bench.browser import NoBrowser, cold_loads
from bench.bulk import COMMON, RARE, RARE_ONES, fill_in_bulk, values_of
from bench.bulk_sales import SOURCE, fill_with_sales, sale_of
from bench.command_line import API_AND_MARKET, SECTIONS, parse
from bench.county import PROFILE, a_county
from bench.load import LoadFailed, Plan, Target, put_load, requests_of
from bench.peers import directus, django_rest
from bench.peers.installed import once
from bench.peers.peer import NotRun, Place, must_run
from bench.servers import YARDSTICK, serving
from bench.side_by_side import KEYS, WORK, every_peer
from bench.stores import BenchStore, Run
from bench.table import Figure, show


def run_bench(*options: str) -> str:
    section = [options[0]] if options[0] in SECTIONS else []
    rest = options[len(section) :]
    command, env = preloaded.with_children("bench", *section, "--seconds", "0.1", "--connections", "4", *rest)
    done = preloaded.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=SOON_S, check=False)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


@promise("Operator tools", "`make bench` measures every operation and asserts no timing.")
def test_measures_every_operation_on_sqlite(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    shown = run_bench("--databases", "sqlite", "--records", "60", "--out", str(out), "--dir", str(tmp_path))
    figures: list[dict[str, Any]] = json.loads(out.read_text())["figures"]
    assert [figure["measure"] for figure in figures] == [
        "GET one draft",
        "list of 50 drafts, filtered",
        "dashboard, 50 links",
        "PATCH draft + audit",
        "durable POST draft + audit",
        "the bare endpoint",
        "memory of the server",
        "start, empty store",
        "start, with data",
        "filling by services",
    ]
    assert all(figure["value"] > 0 for figure in figures)
    assert "sqlite" in shown
    assert list(tmp_path.iterdir()) == [out], "what was measured is removed"


@promise("Operator tools", "`make bench` measures every operation and asserts no timing.")
def test_measures_a_write_on_postgresql(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    run_bench("--databases", "postgresql", "--records", "1", "--only", "post", "--out", str(out))
    figures = json.loads(out.read_text())["figures"]
    assert figures[0]["database"] == "postgresql"
    assert figures[0]["value"] > 0


@promise("Operator tools", "`make bench` measures decisions of the send gate, and messages sent next to bare requests.")
@promise("Operator tools", "`make bench` measures the rate of each of several senders, with memory and progress.")
def test_measures_sending(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    arguments = ("--databases", "sqlite", "--records", "6", "--rates", "1,2", "--seconds", "0.1")
    run_bench("comms", *arguments, "--out", str(out), "--dir", str(tmp_path))
    figures = json.loads(out.read_text())["figures"]
    of_senders = [name for rate in (1, 2) for name in (f"… the sender at {rate} /s", "… … most within a second")]
    assert [figure["measure"] for figure in figures] == [
        *("decisions of the gate", "bare httpx", "messages sent", "senders at 1 + 2 /s", *of_senders),
        *("… memory, first quarter", "… memory, last quarter", "… numbers of open messages seen"),
    ]
    assert [figure["value"] > 0 for figure in figures] == [True] * len(figures)


@promise("Operator tools", "`make bench` measures every operation and asserts no timing.")
def test_measures_joint_ventures(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    arguments = ("--databases", "sqlite", "--records", "1000", "--months", "3")
    run_bench("jv", *arguments, "--out", str(out), "--dir", str(tmp_path))
    figures = json.loads(out.read_text())["figures"]
    assert [figure["measure"] for figure in figures] == [
        "documents posted while filling, in units of 12",
        *("preview of 3 months, five tiers, cold", "preview of 3 months, five tiers, warm"),
        *("dashboard of a partner", "dashboard of a partner in 2 agreements", "statement issued"),
        *("postings of contributions", "… lag of the JSON files then", "the bare endpoint"),
    ]


@promise(
    "Operator tools",
    "`make bench` measures a large store, archives and other products, and names products that it cannot run.",
)
def test_measures_a_large_store(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    options = ("--databases", "postgresql", "--records", "100", "--only", "mirror,page", "--out", str(out))
    run_bench("scale", *options)
    found = {figure["measure"]: figure["value"] for figure in json.loads(out.read_text())["figures"]}
    assert {
        "filling in bulk",
        "drafts.json",
        "… interval between rewrites",
        "page of 50 anywhere",
        "start, after kill -9",
    } <= set(found)
    assert found["drafts.json"] > 0.05


@pytest.mark.parametrize("least", [100, 1234])
def test_bulk_fill_matches_records_created_by_the_service(tmp_path: Path, least: int) -> None:
    store = BenchStore(Run(tmp_path, ("sqlite",), 0.1, 1, None), "sqlite", least)
    filled = fill_in_bulk(store, least, lambda records: None)
    with open_store(store.settings) as opened:
        for name, value in (*COMMON.items(), *RARE.items()):
            page = opened.db.snapshot_now(comms.list_drafts, DraftQuery.model_validate({name: value}))
            assert page.docs, f"{name} {value}"
            assert all(DraftRecord.model_validate_json(doc).doc() == doc for doc in page.docs)
        assert filled.positions
        for position in filled.positions[:5]:
            opened.db.snapshot_now(comms.list_drafts, DraftQuery(cursor=position))
        with opened.db.open_snapshot() as snapshot:
            verdict = audit.verify(snapshot)
        assert verdict.good, verdict.faults
        assert verdict.events > least
        assert opened.mirror.wait_in_step(SOON_S)
    assert len(json_files.read(store.data_dir / "comms" / "drafts.json").items) == least + 1


def test_number_of_rare_values_is_independent_of_size() -> None:
    found = [values_of(number, 30_000 // RARE_ONES) for number in range(30_000)]
    for name in RARE:
        assert sum(values[name] == RARE[name] for values in found) == RARE_ONES
        assert sum(values[name] == COMMON[name] for values in found) > 500


@promise("Operator tools", "`make bench` measures requests by token and by cookie, and others beside sign-ins.")
def test_measures_access(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    run_bench("access", "--databases", "sqlite", "--records", "20", "--out", str(out), "--dir", str(tmp_path))
    figures = json.loads(out.read_text())["figures"]
    assert [figure["measure"].partition(",")[0] for figure in figures] == [
        "GET one draft as the local user",
        "GET one draft by token",
        "GET one draft by cookie",
        "the bare endpoint",
        "rate by cookie",
        "others",
        "others",
        "p99 raised by sign-ins",
    ]


@promise(
    "Operator tools",
    "`make bench` measures a large store, archives and other products, and names products that it cannot run.",
)
def test_measures_archives(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    run_bench("archive", "--databases", "sqlite", "--records", "20", "--out", str(out))
    found = {figure["measure"]: figure for figure in json.loads(out.read_text())["figures"]}
    assert {"backup", "verify", "restore", "transfer SQLite → JSON files", "transfer JSON files → SQLite"} <= set(found)
    assert all(found[name]["mb_s"] > 0 and found[name]["share"] > 0 for name in ("backup", "verify", "restore"))


@promise(
    "Operator tools",
    "`make bench` measures a large store, archives and other products, and names products that it cannot run.",
)
def test_measures_pages_of_the_console(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    options = ("--databases", "sqlite", "--records", "100", "--only", "property,deals,messages", "--out", str(out))
    shown = run_bench("console", *options)
    found = {figure["measure"]: figure for figure in json.loads(out.read_text())["figures"]}
    assert set(found) == {
        "property, valued",
        "board",
        "deals",
        "… by price, a status",
        "messages",
        "message",
        "send log",
        "JSON list of 100",
        "memory of the server",
    }
    pages = [figure for name, figure in found.items() if name not in {"JSON list of 100", "memory of the server"}]
    assert all(0 < page["gzip_kb"] < page["kb"] and 0 < page["p50_ms"] <= page["p90_ms"] for page in pages)
    assert found["deals"]["target"] == "≥ 0.1, ≤ 60 ms"
    assert "× JSON list" in shown


def test_page_below_its_targets_is_named() -> None:
    (table,) = (page for page in console.PAGES if page.title == "deals")
    assert list(console.missed(table, p50_ms=61.0, share=0.09)) == [
        "0.09 of the JSON list, to reach 0.1",
        "p50 61 ms, to stay under 60",
    ]
    assert list(console.missed(table, p50_ms=60.0, share=0.1)) == []


def test_without_a_browser_loads_are_reported_as_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none() -> None:
        raise lookup.NoChromium("install one")

    monkeypatch.setattr(lookup, "find_chromium", find_none)
    with pytest.raises(NoBrowser, match="install one"):
        list(cold_loads("http://127.0.0.1:1", [("board", "/app/deals")]))


def test_measures_a_county(tmp_path: Path) -> None:
    """The import, the comparisons, a study and valuations."""
    out = tmp_path / "figures.json"
    options = ("--databases", "sqlite", "--records", "150", "--made-up", "--only", "import,study,value,comps")
    shown = run_bench("market", *options, "--out", str(out), "--dir", str(tmp_path))
    found = {figure["measure"]: figure["value"] for figure in json.loads(out.read_text())["figures"]}
    assert {
        "market import-sales",
        "… the same file again",
        "csv and a bare executemany",
        "comps, computation only",
        "memory, before the sales are loaded",
        "comps, the first ones",
        "… the first for another date",
        "comps, one connection",
        "memory with the sales",
        "market train, without the latest sales",
        "market study, 30 sales",
        "statistics of 5,000 sales",
        "valuation, the first",
        "property revalue --all, 150 properties",
        "valuations, 1 connection",
        "valuations, 4 connections",
        "a property read, no valuations",
        "… during valuations",
    } <= set(found)
    # Commands of tests run in forks of another process, so the bench does not see their processor time.
    assert all(value > 0 for name, value in found.items() if not name.startswith("processor time"))
    assert "a fictional county, 150 sales" in shown
    assert list(tmp_path.iterdir()) == [out], "what was measured is removed"


def test_bare_trees_are_fitted_to_the_file(tmp_path: Path) -> None:
    county = a_county(tmp_path, print, 120)
    matrix, log_price = bare.numbers_of(county)
    assert matrix.shape == (120, len(made_up_county.HouseSale._fields) - 3)
    assert all(bool(each) for each in (county.cut < county.after, log_price.min() > 9, log_price.max() < 17))
    bare.fit_trees(matrix, log_price)


def test_fictional_county_is_reproducible_and_a_prefix_of_a_larger_one() -> None:
    county = list(made_up_county.house_sales(made_up_county.PART + 5))
    assert county[:7] == list(made_up_county.house_sales(7))
    assert len({(sale.id, sale.date) for sale in county}) == len(county)
    assert len({sale.id for sale in county}) < len(county), "some homes are sold twice"
    assert all(20_000 < sale.price < 20_000_000 for sale in county)
    assert max(sale.date for sale in county) < made_up_county.AFTER.isoformat()


@contextmanager
def no_bar(what: str) -> Iterator[ReportProgress]:
    yield lambda done, total: None


def test_bulk_sales_match_imported_sales(tmp_path: Path, database_url: str | None) -> None:
    sales, file = list(made_up_county.house_sales(40)), tmp_path / "county.csv"
    made_up_county.write_csv(file, sales)
    store = BenchStore(Run(tmp_path, ("sqlite",), 0.1, 1, None), "sqlite", len(sales))
    store.url = database_url
    fill_with_sales(store, "filled", sales, lambda count: None)
    keys = [sale_of(sale).source_key for sale in sales]
    with open_store(store.settings) as opened:
        import_sales(opened.db, job("test"), file, ImportRequest("imported", profile(PROFILE)), no_bar)
        filled, imported = (
            opened.db.snapshot_now(sales_store.known_sales, name, SOURCE, keys) for name in ("filled", "imported")
        )
    assert len(filled) == len(sales)
    assert {key: known[1:] for key, known in filled.items()} == {key: known[1:] for key, known in imported.items()}


@promise(
    "Operator tools",
    "`make bench` measures a large store, archives and other products, and names products that it cannot run.",
)
def test_peer_that_cannot_be_installed_is_reported_and_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    shown = run_bench("peers", "--databases", "sqlite", "--only", "directus", "--installed", str(tmp_path / "peers"))
    assert "Directus  not run: npm is not installed" in shown.splitlines()


def test_installation_is_reused_until_its_requirements_change(tmp_path: Path) -> None:
    installed: list[str] = []
    for of in ("1", "1", "2"):
        once(tmp_path / "peer", of, lambda: installed.append("now"))
    assert len(installed) == 2
    with pytest.raises(NotRun):
        once(tmp_path / "peer", "3", lambda: must_run(["no-such-program"], {}, at_most_s=1))
    once(tmp_path / "peer", "3", lambda: installed.append("after the failure"))
    assert installed[-1] == "after the failure"


def test_peers_run_the_same_operations_pinned_and_on_loopback(tmp_path: Path) -> None:
    for peer in every_peer():
        assert [operation.name for operation in peer.work] == [operation.name for operation in WORK]
    assert tuple(peer.key for peer in every_peer()) == KEYS
    lock = django_rest.LOCK.read_text()
    assert "://" not in lock
    assert all(" --hash=" in pinned for pinned in re.split(r"\n(?=\w)", lock)[1:] if "==" in pinned)
    versions = json.loads(directus.PACKAGE.read_text())["dependencies"].values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    settings = directus.settings_of(Place(tmp_path), "a-token")
    assert settings["HOST"] == "127.0.0.1"
    assert settings["DB_FILENAME"].startswith(str(tmp_path))


def test_table_shows_only_columns_with_values() -> None:
    shown = StringIO()
    figures = [Figure("archive", "sqlite", 100, "backup", 2000.0, "rows/s", share=0.5, mb_s=1.5)]
    show({"machine": "this one"}, figures, shown, "gzip -1")
    lines = shown.getvalue().splitlines()
    assert lines[1].split("  ")[0] == "database"
    assert "× gzip -1" in lines[1]
    assert "MB/s" in lines[1]
    assert "p50" not in lines[1]
    assert "target" not in shown.getvalue()


def test_response_other_than_2xx_fails_the_bench(tmp_path: Path) -> None:
    with serving(YARDSTICK, tmp_path / "log", "/") as server:
        good, bad = Target(server.port, "GET", "/"), Target(server.port, "GET", "/nothing")
        with pytest.raises(LoadFailed, match="404 Not Found"):
            put_load(Plan(bad, good, connections=2, seconds=0.1, warmup_s=0.0))


def test_every_request_is_unique() -> None:
    target = Target(80, "PATCH", "/drafts/{id}", '{"subject":"{n}","to":"{nnnn}"}', ["dr_1", "dr_2"])
    made = requests_of(target)
    requests = [made().split(b"\r\n") for _ in range(50)]
    assert {request[0] for request in requests} == {b"PATCH /drafts/dr_1 HTTP/1.1", b"PATCH /drafts/dr_2 HTTP/1.1"}
    assert len({request[-1] for request in requests}) == 50
    assert all(b"Content-Length: %d" % len(request[-1]) in request for request in requests)


def test_record_id_is_inserted_into_the_body() -> None:
    made = requests_of(Target(80, "POST", "/comps", '{"property_id":"{id}"}', ["pr_1", "pr_2"]))
    requests = [made().split(b"\r\n") for _ in range(50)]
    assert {request[-1] for request in requests} == {b'{"property_id":"pr_1"}', b'{"property_id":"pr_2"}'}
    assert all(b"Content-Length: 22" in request for request in requests)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--records", "many"], "sizes must be whole numbers such as 1000,100000"),
        (["scale", "--records", "99"], "a size must be at least 100"),
        (["comms", "--rates", "20,30"], "30 is not a multiple of 20"),
        (["market", "--only", "rent"], "rent is not one of import, train, study, value, comps"),
        (["peers", "--only", "wordpress"], "wordpress is not one of django, directus"),
        (["scales"], "unrecognized arguments: scales"),
    ],
)
def test_invalid_option_is_one_line(options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(options)
    assert capsys.readouterr().err.splitlines()[-1].endswith(sentence)


def test_default_sections_are_api_and_market() -> None:
    assert parse([]).section == parse(["--databases", "sqlite", "--out", "scale"]).section == API_AND_MARKET
    assert parse(["--only", "get"]).section == parse(["--records=60"]).section == parse(["api"]).section == "api"
    assert parse(["scale", "--out", "file"]).records == 1_000_000
    assert parse(["market"]).records == market.SIZES
