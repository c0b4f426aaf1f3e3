"""The `valhalla` application: all commands and groups.

A command's module is imported when the command is run, because most of them need libraries that take a second to load.
The list of commands needs none of them.
"""

import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from backend.app import __version__
from backend.app.cli.terminal import accept_any_text, err, out
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.output.terminal_text import printable


@dataclass(frozen=True, slots=True)
class CommandSource:
    """Module of a command, and the first paragraph of its help. `modules`: each has a Typer in one of its names."""

    help: str
    modules: tuple[str, ...]
    is_group: bool = False


def _group(help_: str, *modules: str) -> CommandSource:
    return CommandSource(help_, modules, is_group=True)


COMMANDS: Mapping[str, CommandSource] = {
    "serve": CommandSource("Migrate the database and serve the API.", ("serve.app",)),
    "work": CommandSource(
        "Run the periodic and the queued jobs, send messages and write the JSON files, without serving HTTP.",
        ("work.app",),
    ),
    "doctor": CommandSource(
        "Check settings, data directory, disk, database, JSON files and locks. Changes nothing without --fix.",
        ("doctor.app",),
    ),
    "demo": CommandSource(
        "Build a fictional company in a directory of its own. Real data is never touched.", ("demo.app",)
    ),
    "backup": CommandSource(
        "Write an archive of the whole store to FILE. Safe while the server is running.", ("archive.app",)
    ),
    "verify": CommandSource("Check every row of the archive FILE and print a summary.", ("archive.app",)),
    "restore": CommandSource(
        "Restore the archive FILE into the store, which must be empty and not in use.", ("archive.app",)
    ),
    "export": CommandSource("Export all records of one kind as CSV or JSON.", ("archive.app",)),
    "transfer": CommandSource(
        "Copy the whole store to an empty target. Run it again to resume an interrupted transfer.", ("archive.app",)
    ),
    "people": _group("People who sign in: invitations, roles, passwords.", "people.app"),
    "token": _group("Access tokens for programs, and for clients on other machines.", "tokens.app"),
    "senders": _group("Senders of messages, and the hold after a copy.", "senders.app"),
    "import": _group("Import records from files.", "imports.app"),
    "audit": _group("Audit trail.", "audit.app"),
    "jobs": _group("Long work that the API, the console or a command started.", "jobs.app"),
    "backup-key": _group("Keys of encrypted backups, in the format of the program age.", "backup_keys.app"),
    "market": _group(
        "Market data: sales, appraisals, price indexes and models.",
        *("market.sales.app", "market.index.app", "market.local_data.market", "market.feeds.app"),
        *("market.valuing.market", "market.schedules.app"),
    ),
    "property": _group(
        "Properties: values and repair costs.", "market.valuing.property_", "market.local_data.property_"
    ),
}
"""Commands and groups, in the order of the help."""


def loaded(name: str) -> Any:
    """Import a command or group, and return it."""
    source = COMMANDS[name]
    apps = [_typer(path) for path in source.modules]
    if not source.is_group:
        return get_group(apps[0]).commands[name]
    if len(apps) == 1:
        whole = apps[0]
    else:
        whole = typer.Typer(no_args_is_help=True, help=source.help)
        for app_ in apps:
            whole.add_typer(app_)
    group = get_group(whole)
    group.name = name
    return group


def _typer(path: str) -> typer.Typer:
    module, _, name = path.rpartition(".")
    return cast(typer.Typer, getattr(import_module(f"backend.app.cli.{module}"), name))


class LazyGroup(TyperGroup):
    """Group whose commands are imported when they are run. For the help, a name and a sentence are enough."""

    @cached_property
    def _loaded(self) -> dict[str, Any]:
        return {}

    @property
    def commands(self) -> MutableMapping[str, Any]:
        """Commands by name, imported."""
        return {name: self._load(name) for name in COMMANDS}

    @commands.setter
    def commands(self, value: object) -> None:
        """Ignore the commands that Typer registers: there are none."""

    def _load(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = loaded(name)
        return self._loaded[name]

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return what the help of this group shows of a command: its name and a sentence. None if there is none."""
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name].help) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that the arguments name, imported."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if command is None or name is None else self._load(name), rest


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"valhalla {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version and exit")
    ] = False,
) -> None:
    """Valhalla: the back office of a real-estate investment company."""


def main() -> None:
    """Run the command. An expected failure is one line on standard error and exit status 1."""
    accept_any_text()
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except (StartError, AppError) as error:
        err.print(f"valhalla: {error}", style="red")
        sys.exit(1)
    except typer.Abort:
        err.print("Aborted.", style="red")
        sys.exit(1)
    except typer.TyperException as error:  # a usage error, whose message quotes parts of the input
        from typer import rich_utils  # with a renderer of Markdown, which takes a fiftieth of a second to load

        error.message = printable(error.message)
        rich_utils.rich_format_error(error)  # type: ignore[arg-type]
        sys.exit(error.exit_code)
