"""The list of commands is shown without importing them, and agrees with them."""

import subprocess
import sys

import pytest

from backend.app.cli.commands import COMMANDS, loaded
from backend.app.settings import Settings
from backend.tests.harness import ROOT, clean_environment
from backend.tests.promises import promise

HEAVY = ("fastapi", "sqlalchemy", "numpy", "alembic", "psycopg", "cryptography", "backend.app.bootstrap")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_is_its_own(name: str) -> None:
    command = loaded(name)
    assert " ".join(command.help.split("\n\n")[0].split()) == COMMANDS[name].help
    assert command.name == name
    assert hasattr(command, "commands") == COMMANDS[name].is_group


def imported_by(arguments: list[str], environment: dict[str, str]) -> tuple[str, str]:
    """Return what a command prints, and which of the heavy libraries it imported."""
    shown = f"import sys; sys.argv = ['valhalla', *{arguments}]\nfrom backend.app.cli import main\ntry: main()\n"
    shown += f"except SystemExit: pass\nprint('imported', [name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        *([sys.executable, "-c", shown],),
        cwd=ROOT, env=clean_environment(environment), capture_output=True, text=True, check=True,
    )  # fmt: skip
    printed, _, names = done.stdout.rpartition("imported ")
    return printed, names.strip()


@promise("Command line", "`valhalla --help` imports no heavy library.")
def test_list_of_commands_imports_nothing_heavy() -> None:
    printed, names = imported_by(["--help"], {})
    assert "transfer" in printed
    assert names == "[]"


@promise("Command line", "`valhalla token list` imports the table of tokens and no other part of the store.")
def test_list_of_tokens_imports_only_their_table(full_sqlite_store: Settings) -> None:
    printed, names = imported_by(["token", "list"], {"VALHALLA_DATA_DIR": str(full_sqlite_store.data_dir)})
    assert "operator" in printed
    assert names == "['sqlalchemy']"
