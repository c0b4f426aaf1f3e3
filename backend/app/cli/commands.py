"""All commands under one name."""

import sys

import typer

from backend.app.cli import archive, audit, demo, doctor, imports, market, serve, tokens, work
from backend.app.cli import property as property_
from backend.app.cli.terminal import err
from backend.app.kit.errors import AppError, StartError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Valhalla: the back office of a real-estate investment company.",
)
for alone in (serve, work, doctor, demo, archive):
    app.add_typer(alone.app)
for name, group in (("token", tokens), ("import", imports), ("audit", audit)):
    app.add_typer(group.app, name=name)
for name, group in (("market", market), ("property", property_)):
    app.add_typer(group.app, name=name)


def main() -> None:
    """Runs the command; what is expected to go wrong is one line on standard error and exit status 1."""
    try:
        app()
    except (StartError, AppError) as error:
        err.print(f"valhalla: {error}", style="red", markup=False)
        sys.exit(1)
