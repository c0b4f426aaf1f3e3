"""Directory of the demo: overlap, removal, and recovery from a killed build."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import DEMO, open_store
from backend.app.deals.schemas import DealQuery
from backend.app.deals.service import list_deals
from backend.app.demo import place
from backend.app.kit.errors import StartError
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.conftest import MakeServer
from backend.tests.demo.demo_data import MIN_SALES, build, everything, made_up_sales
from backend.tests.harness import ROOT, Postgres, clean_environment, until
from backend.tests.promises import promise


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
    (tmp_path / "neighbor").write_text("stays")
    place.remove(tmp_path / "demo")
    assert everything(tmp_path) == {"neighbor": b"stays"}
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
            assert store.db.snapshot_now(list_deals, DealQuery()).docs == []


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
    """A half-built demo, and the process that builds it."""
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
