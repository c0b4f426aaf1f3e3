"""Commands named in messages exist, with these options and all required ones."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import typer

from backend.app.cli.commands import app
from backend.tests.harness import ROOT
from backend.tests.promises import promise

APP = ROOT / "backend" / "app"
COMMAND = re.compile(r"\bvalhalla (?!as )((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)([^`,;:)]*)")


def said() -> Iterator[tuple[str, str]]:
    """Yield every string of the application except docstrings, with X for inserted values."""
    for path in sorted(APP.rglob("*.py")):
        tree = ast.parse(path.read_text())
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values]
                yield path.name, "".join(parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in {*docs, *inner}:
                yield path.name, node.value


def found(words: list[str]) -> Any | None:
    """Return the command that the first words name."""
    command: Any = typer.main.get_command(app)
    for word in words:
        commands = getattr(command, "commands", None)
        if commands is None:
            break
        command = commands.get(word)
        if command is None:
            return None
    return command


@promise("Command line", "Printed data cannot control the terminal, and printed commands work as typed.")
def test_commands_named_in_messages_exist_with_their_options() -> None:
    hints = sorted({(file, each[1], each[2]) for file, text in said() for each in COMMAND.finditer(text)})
    assert len(hints) > 20
    for file, words, rest in hints:
        assert_exists_with_its_options(file, words, rest)


def assert_exists_with_its_options(file: str, words: str, rest: str) -> None:
    command = found(words.split())
    assert command is not None, f"{file}: there is no command {words}"
    named = set(re.findall(r"--[a-z-]+", rest))
    options = {name: each for each in command.params for name in each.opts if name.startswith("-")}
    assert named <= options.keys() | {"--help"}, f"{file}: {words} has no {named - options.keys()}"
    if named or "FILE" in rest:
        required = {each.opts[0] for each in options.values() if each.required}
        assert required <= named, f"{file}: {words} wants {required - named} too"
