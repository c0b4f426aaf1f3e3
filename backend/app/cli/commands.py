"""The `valhalla` application: all commands and groups."""

import sys
from typing import Annotated

import typer
from typer import rich_utils

from backend.app import __version__
from backend.app.cli import (
    archive,
    audit,
    backup_keys,
    demo,
    doctor,
    imports,
    jobs,
    people,
    senders,
    serve,
    tokens,
    work,
)
from backend.app.cli.market import feeds, index, local_data, sales, valuing
from backend.app.cli.terminal import accept_any_text, err, out
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.output.terminal_text import printable

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (serve, work, doctor, demo, archive):
    app.add_typer(command.app)
for name, group in (
    ("people", people),
    ("token", tokens),
    ("senders", senders),
    ("import", imports),
    ("audit", audit),
    ("jobs", jobs),
    ("backup-key", backup_keys),
):
    app.add_typer(group.app, name=name)
market = typer.Typer(no_args_is_help=True, help="Market data: sales, appraisals, price indexes and models.")
for part in (sales.app, index.app, local_data.market, feeds.app, valuing.market):
    market.add_typer(part)
app.add_typer(market, name="market")
properties = typer.Typer(no_args_is_help=True, help="Properties: values and repair costs.")
for part in (valuing.property_, local_data.property_):
    properties.add_typer(part)
app.add_typer(properties, name="property")


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
        error.message = printable(error.message)
        rich_utils.rich_format_error(error)  # type: ignore[arg-type]
        sys.exit(error.exit_code)
