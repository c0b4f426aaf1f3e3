"""Options that name an output file, and errors of imports."""

import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import pytest
import typer

from backend.app.bootstrap import open_store
from backend.app.cli.commands import app
from backend.app.core_gov.comms.consent import import_csv as import_csv_of_opt_outs
from backend.app.core_gov.market.importing import import_appraisals, import_sales
from backend.app.core_gov.market.indexes import service as indexes
from backend.app.core_gov.property import import_csv
from backend.app.kit.data_files import import_rows
from backend.app.kit.db.sqlite import SqliteDatabase
from backend.app.kit.errors import StoreFull
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command
from backend.tests.core_gov.market.on_file import put, varied
from backend.tests.promises import promise

IN = "in.csv"
MAP = "map.toml"
SALES = """\
name = "m"
country = "US"
currency = "USD"
key = ["key"]
[columns]
price = "price"
close_date = "sold"
"""


class Rows(NamedTuple):
    """A command that imports rows, with a header, a valid row template and an invalid row."""

    options: str
    header: str
    good: str
    bad: str


IMPORTS = {
    "import properties": Rows("--set country=US", "address,beds", "{} Elm,2", "5 Elm,many"),
    "import opt-outs": Rows("--listed-on 2026-01-01", "address,channel", "+1416555010{},sms", "many,sms"),
    "market import-sales": Rows(
        f"--market elm --profile {MAP}", "key,price,sold", "{},200000,2020-01-01", "9,many,2020-01-01"
    ),
    "market import-appraisals": Rows(
        f"--market elm --mapping {MAP}", "v,d,p", "500000,2020-01-01,{}", "many,2020-01-01,9"
    ),
    "market import-rents": Rows(
        "--set postal=98178 --set country=US --set date=2026-01-01", "rent,beds", "180{},2", "many,2"
    ),
    "market load-rent-benchmark": Rows("--set postal=98178 --set country=US", "period,rent", "202{},1500", "2020,many"),
    "market load-factors": Rows(
        "--source s --set as_of=2026-01-01 --set country=US",
        "factor,value,postal",
        "walkability,60,9817{}",
        "walkability,many,98178",
    ),
    "market load-index": Rows(
        "--source fhfa", "State,County,FIPS code,Year,HPI", "WA,King,5303{},2012,100", "WA,King,nowhere,2013,1"
    ),
}

OUTPUTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("backup", "file"): (),
    ("export", "--out"): ("--kind", "partners"),
    ("market export-sales", "--out"): ("--market", "elm"),
    ("market import-sales", "--out"): (IN, "--suggest"),
    ("market study", "--json"): ("--market", "elm"),
    ("market study", "--html"): ("--market", "elm"),
    **{(command, "--rejected"): (IN, *rows.options.split()) for command, rows in IMPORTS.items()},
}
"""Every option or argument that names a file to write, with what else the command must be told."""

INPUTS = {
    *((command, "file") for command in IMPORTS),
    ("market import-appraisals", "--mapping"),
    *(("property load-costs", "file"), ("verify", "file"), ("restore", "file"), ("audit verify", "file")),
    ("demo", "--dir"),
    ("backup-key show", "file"),
    *((command, "--identity") for command in ("verify", "restore", "audit verify")),
}
NEVER_REPLACED = {("backup-key new", "file")}
"""Files that a command creates, and refuses to replace."""


def commands(found: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if found.callback is not None:
        yield name, found
    for sub, each in getattr(found, "commands", {}).items():
        yield from commands(each, f"{name} {sub}".strip())


@promise(
    "Command line",
    "No command overwrites an existing file unless told to, and never its inputs or the files of the store.",
)
def test_every_path_option_is_covered_here() -> None:
    paths = set()
    for name, command in commands(typer.main.get_command(app)):
        hints = get_type_hints(inspect.unwrap(command.callback))
        paths |= {(name, each.opts[0]) for each in command.params if "Path" in str(hints.get(each.name))}
        options = {each.opts[0] for each in command.params}
        assert "--force" in options or not [where for where, _ in OUTPUTS if where == name], name
    assert paths == {*OUTPUTS, *INPUTS, *NEVER_REPLACED}


@pytest.fixture
def valhalla(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, migrated_sqlite: bytes) -> Command:
    """Run commands in a directory with a space in its name, next to a store with a market."""
    here = tmp_path / "he re"
    settings = Settings(data_dir=here / "data")
    settings.data_dir.mkdir(parents=True)
    settings.sqlite_path.write_bytes(migrated_sqlite)
    with open_store(settings) as store:
        put(store.db, "elm", varied(10))
    monkeypatch.chdir(here)
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(settings.data_dir))
    return command


def write_input(command: str, *, good: int, bad: int) -> None:
    rows = IMPORTS[command]
    some = [rows.good.format(number) for number in range(1, good + 1)]
    Path(IN).write_text("\n".join([rows.header, *some, *[rows.bad] * bad, ""]))
    columns = '[columns]\nvalue = "v"\ndate = "d"\nparcel = "p"\n'
    Path(MAP).write_text(f'name = "m"\n{columns}' if "appraisals" in command else SALES)


@promise(
    "Command line",
    "No command overwrites an existing file unless told to, and never its inputs or the files of the store.",
)
@pytest.mark.parametrize(("name", "option"), OUTPUTS, ids=str)
def test_an_output_overwrites_no_input_or_store_file(valhalla: Command, name: str, option: str) -> None:
    """Each is refused in one sentence before the work, and nothing changes."""
    if name in IMPORTS:
        write_input(name, good=1, bad=0)  # without any reject, too
    Path("there.csv").write_text("mine")
    Path("dangling").symlink_to("gone")
    Path("folder").mkdir()
    Path("database").symlink_to("data/valhalla.db")
    inputs = [IN, MAP] if {"--profile", "--mapping"} & {*OUTPUTS[name, option]} else [IN] if name in IMPORTS else []
    for number, read in enumerate(inputs):
        Path(f"hard{number}").hardlink_to(read)
        Path(f"symbolic{number}").symlink_to(read)
    linked = [f"{kind}{number}" for kind in ("hard", "symbolic") for number in range(len(inputs))]
    before = contents()

    def refuses(file: str, *force: str) -> str:
        where = (file,) if option == "file" else (option, file)
        line = valhalla(*name.split(), *OUTPUTS[name, option], *where, *force, status=1)
        assert contents() == before, f"{file} was not refused"
        return line

    for file in ("there.csv", "dangling"):
        assert refuses(file).endswith(f"{file} already exists; choose another name, or --force to replace it")
    for force in ((), ("--force",)):
        assert refuses("folder", *force).endswith("is a directory; name a file")
        assert "there is no directory" in refuses("none/a", *force)
        for file in (
            *inputs,
            *linked,
            "data/valhalla.db",
            "database",
            "data/jv/partners.json",
            "data/deals/deals.json",
        ):
            assert "is the same file as" in refuses(file, *force)


def contents() -> dict[str, bytes | str]:
    """Return the content of all files outside the store, and the names of those in it."""
    here = Path()
    found: dict[str, bytes | str] = {"data": " ".join(sorted(each.name for each in Path("data").iterdir()))}
    for path in here.iterdir():
        if path.is_symlink():
            found[path.name] = str(path.readlink())
        elif path.is_file():
            found[path.name] = path.read_bytes()
    return found


@promise(
    "Command line",
    "No command overwrites an existing file unless told to, and never its inputs or the files of the store.",
)
@pytest.mark.parametrize(("name", "option"), [each for each in OUTPUTS if each[0] != "market study"], ids=str)
def test_with_force_a_file_is_replaced(valhalla: Command, name: str, option: str) -> None:
    if name in IMPORTS:
        write_input(name, good=1, bad=1)
    Path("there.csv").write_text("mine")
    where = ("there.csv",) if option == "file" else (option, "there.csv")
    valhalla(*name.split(), *OUTPUTS[name, option], *where, "--force")
    assert Path("there.csv").read_bytes() not in {b"mine", b""}
    assert not [path for path in Path().iterdir() if path.suffix == ".tmp"]


def test_two_outputs_of_one_command_are_two_files(valhalla: Command) -> None:
    study = ("market", "study", "--market", "elm", "--json", "a", "--html")
    assert "are the same file" in valhalla(*study, "../he re/a", status=1)
    assert not Path("a").exists()


@promise("Command line", "Rejected and refused rows of earlier runs are kept.")
@pytest.mark.parametrize("name", IMPORTS)
def test_file_of_rejects_overwrites_nothing(valhalla: Command, name: str) -> None:
    """The next run numbers its file. A run without rejects leaves existing files and creates none."""
    options = IMPORTS[name].options.split()
    write_input(name, good=2, bad=1)
    said = valhalla(*name.split(), IN, *options)
    assert f"the rejected rows are in {IN}.rejected.csv, with the reason for each" in said
    Path(f"{IN}.rejected.csv").write_text("corrected by hand")
    valhalla(*name.split(), IN, *options)
    write_input(name, good=2, bad=0)
    before = contents()
    valhalla(*name.split(), IN, *options)
    assert contents() == before
    assert Path(f"{IN}.rejected.csv").read_text() == "corrected by hand"
    assert len(Path(f"{IN}.rejected-2.csv").read_text().splitlines()) == 2


@promise(
    "Command line",
    "A failed import reports how many rows were stored; an import in which every row is rejected exits with 1.",
)
@pytest.mark.parametrize("name", IMPORTS)
def test_an_import_exits_with_1_if_all_rows_are_rejected(valhalla: Command, name: str) -> None:
    options = IMPORTS[name].options.split()
    write_input(name, good=0, bad=2)
    said = valhalla(*name.split(), IN, *options, status=1)
    assert f"{IN}.rejected.csv" in said
    assert len(Path(f"{IN}.rejected.csv").read_text().splitlines()) == 3


@promise(
    "Command line",
    "A failed import reports how many rows were stored; an import in which every row is rejected exits with 1.",
)
@pytest.mark.parametrize("name", IMPORTS)
def test_a_failed_import_reports_the_stored_rows(valhalla: Command, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (import_sales, import_appraisals, import_csv, import_csv_of_opt_outs, import_rows, indexes):
        monkeypatch.setattr(module, "BATCH", 1)
    write_input(name, good=3, bad=0)
    header, *rest = Path(IN).read_text().splitlines()
    Path(IN).write_text("\n".join([header, IMPORTS[name].bad, *rest, ""]))
    write_now, left = SqliteDatabase.write_now, iter(range(2))

    def fill_up(self: Any, ctx: Any, fn: Any, *args: Any, **kw: Any) -> Any:
        if (
            any(word in str(fn) for word in ("_store ", "upsert", "import_prepared", "_points"))
            and next(left, None) is None
        ):
            raise StoreFull
        return write_now(self, ctx, fn, *args, **kw)

    monkeypatch.setattr(SqliteDatabase, "write_now", fill_up)
    said = valhalla(*name.split(), IN, *IMPORTS[name].options.split(), status=1)
    assert said == (
        f"valhalla: the disk is full; 2 rows were stored before that, and 1 rejected row is in {IN}.rejected.csv: "
        "make room, and run the same command again to continue there"
    )


@pytest.mark.parametrize("name", IMPORTS)
def test_a_file_name_that_is_not_utf8_is_accepted(valhalla: Command, name: str) -> None:
    """File names are bytes. Stored and printed names are text."""
    write_input(name, good=1, bad=1)
    odd = f"{os.fsdecode(bytes([0xFF]))}.csv"
    Path(IN).rename(odd)
    said = valhalla(*name.split(), odd, *IMPORTS[name].options.split())
    assert "the rejected rows are in \\udcff.csv.rejected.csv" in said
    assert Path(f"{odd}.rejected.csv").exists()
