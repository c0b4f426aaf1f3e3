"""Output is plain data: no control or direction characters reach the terminal, and no markup is interpreted."""

import ast
import io
import json
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from backend.app.bootstrap import open_store
from backend.app.cli import main, terminal
from backend.app.cli.terminal import Terminal
from backend.app.core_gov.jv.schemas import PartnerRecord
from backend.app.core_gov.jv.store import partners
from backend.app.kit.db import Ctx
from backend.app.kit.output.terminal_text import printable, printable_lines
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command
from backend.tests.harness import ROOT
from backend.tests.promises import promise

CLI = ROOT / "backend" / "app" / "cli"
WORDS = ":x: :smile: [red]not red[/red] [/] [link=http://x]y[/link]"
HOSTILE = f"\x1b[31m\x1b]0;title\x07 \x9b2J \r\b\x00 \u202e\u2066\u200f\u061c \u2028 \ud800 {WORDS}"
FORBIDDEN = {*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}

texts = st.text(
    st.one_of(st.characters(), st.sampled_from([*FORBIDDEN, *"\x1b\x9b\r\n\t\x07[]/:\\", "\ud800"])), max_size=40
)


def assert_harmless(printed: str) -> None:
    bad = [each for each in printed if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} or each in FORBIDDEN]
    assert not [each for each in bad if each != "\n"], ascii(printed)


def printed_by(act: Callable[[Terminal], None], width: int = 500) -> str:
    """Return what a terminal would receive, without colors."""
    found = Terminal()
    found._console = Console(
        file=io.StringIO(), highlight=False, soft_wrap=True, markup=False, emoji=False, width=width
    )
    act(found)
    file = found._console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def report_of(text: str) -> Group:
    table = Table(text, box=None)
    table.add_row(text)
    table.add_row(Text(text))
    return Group(Text(text), table)


@promise("Command line", "Printed data cannot control the terminal, and printed commands work as typed.")
@given(text=texts)
def test_output_contains_no_control_characters(text: str) -> None:
    for act in (
        lambda out: out.print(text),
        lambda out: out.print((text, (text, "bold"))),
        lambda out: out.print(text, style="red"),
    ):
        shown = printed_by(act)
        assert_harmless(shown)
        assert shown.count("\n") == 1, "data begins no line of its own"
    for act in (
        lambda out: out.print_table(("a", "b"), [(text, text)]),
        lambda out: out.print_report(report_of(text)),
    ):
        assert_harmless(printed_by(act))


def test_output_is_not_interpreted_as_markup() -> None:
    for act in (
        lambda out: out.print(HOSTILE),
        lambda out: out.print_table(("a",), [(HOSTILE,)]),
        lambda out: out.print_report(report_of(HOSTILE)),
    ):
        shown = printed_by(act)
        assert WORDS in shown
        assert "\\x1b[31m" in shown
        shown.encode()


@given(text=texts)
def test_printable_text_is_unchanged(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    if text.isprintable():
        assert once == text
    assert printable_lines(text).count("\n") == text.count("\n")


def test_progress_bar_does_not_interpret_its_label() -> None:
    bar = Terminal(stderr=True).bar(HOSTILE)
    console = Console(file=io.StringIO(), width=300)
    console.print(bar.get_renderable())
    assert isinstance(console.file, io.StringIO)
    assert WORDS in console.file.getvalue()
    assert "\x1b" not in console.file.getvalue()


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.out.print_json({"a": HOSTILE})
    shown = capsys.readouterr().out
    assert shown.isascii()
    assert_harmless(shown)
    assert json.loads(shown) == {"a": HOSTILE}


# Commands


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite: bytes) -> Path:
    """A store in a directory with a hostile name."""
    here = tmp_path / f"{WORDS} \x1b[2J".replace("/", "")
    settings = Settings(data_dir=here / "data")
    settings.data_dir.mkdir(parents=True)
    settings.sqlite_path.write_bytes(migrated_sqlite)
    monkeypatch.chdir(here)
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("COLUMNS", "400")
    return here


FILE = "[red]:x:\x1b[2J\u202e.csv"


@promise("Command line", "Printed data cannot control the terminal, and printed commands work as typed.")
@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("doctor",), 0, ":smile:"),
        (("backup", FILE), 0, "[red]:x:\\x1b"),
        (("verify", FILE), 1, "[red]:x:\\x1b"),
        (("verify", "--json", FILE), 1, "[red]:x:\\u001b"),
        (("audit", "verify", "--contains", HOSTILE[:-1].replace("\x00", "").replace("\ud800", "")), 1, ":smile:"),
        (("import", "properties", FILE, "--set", "country=US"), 0, "[red]\\x1bd"),
        (("market", "import-sales", FILE, "--market", FILE, "--profile", FILE), 1, "[red]:x:\\x1b"),
        (("market", "sync", FILE), 1, ":smile:"),
        (("export", "--kind", FILE), 1, "[red]"),
        (("token", "revoke", FILE), 1, "token"),
        ((FILE,), 2, "[red]:x:\\x1b"),
        (("token", FILE), 2, "[red]:x:\\x1b"),
        (("import", "properties", f"none{FILE}"), 2, "[red]:x:\\x1b"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_commands_print_hostile_data_as_data(
    hostile: Path, command: Command, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, says: str
) -> None:
    if words[0] in {"import", "market"}:
        Path(FILE).write_text("address,[red]\x1bd:x:\u202e\nElm,1\n")
    said = command(*words, status=status)
    assert says in said
    assert_harmless(said)
    assert "❌" not in said
    assert "😄" not in said


def test_export_to_a_terminal_escapes_control_characters(
    hostile: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(Settings(data_dir=hostile / "data")) as store:
        name = "\x7f\x9b[31m :x: \u202e é"  # as an earlier version stored it; input refuses it
        partner = PartnerRecord.on_file({**PartnerRecord.full_example(), "name": name})
        store.db.write_now(Ctx("clerk", "cli"), partners.insert, partner)
    for form in ("csv", "json"):
        monkeypatch.setattr(Terminal, "is_terminal", True)
        monkeypatch.setattr(sys, "argv", ["valhalla", "export", "--kind", "partners", "--format", form])
        with pytest.raises(SystemExit):
            main()
        shown = capsys.readouterr().out
        assert_harmless(shown)
        assert "\\x7f\\x9b[31m :x: \\u202e é" in shown


def test_suggested_mapping_on_a_terminal_escapes_control_characters(
    hostile: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"{200 + n}000,2024-01-{n:02d},{n % 7}\n" for n in range(1, 29))
    Path(FILE).write_text(f"Price,Sale Date,Condition \x9b2J\n{rows}", encoding="utf-8")
    monkeypatch.setattr(Terminal, "is_terminal", True)
    monkeypatch.setattr(sys, "argv", ["valhalla", "market", "import-sales", FILE, "--suggest"])
    with pytest.raises(SystemExit):
        main()
    shown = capsys.readouterr().out
    assert_harmless(shown)
    assert 'condition_2j = "Condition \\x9b2J"' in shown


def test_characters_missing_in_the_encoding_are_escaped(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = [io.BytesIO(), io.BytesIO()]
    streams = [io.TextIOWrapper(each, encoding="ascii") for each in raw]
    monkeypatch.setattr(sys, "argv", ["valhalla", "backup", "é/é"])
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    with pytest.raises(SystemExit):
        main()
    streams[1].flush()
    assert b"valhalla: \\xe9/\\xe9 cannot be written" in raw[1].getvalue()


# The rule


def test_only_the_terminal_module_prints() -> None:
    for path in CLI.rglob("*.py"):
        if path.name == "terminal.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            name = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
            assert name not in {"print", "typer.echo", "typer.secho", "sys.stdout", "sys.stderr"}, (
                f"{path.name}: {name}"
            )
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("rich"), f"{path.name} imports {node.module}"
