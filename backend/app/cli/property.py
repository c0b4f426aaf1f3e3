"""`valhalla property …`."""

import typer

from backend.app.cli import local_data, valuing

app = typer.Typer(no_args_is_help=True, help="Properties: what they are worth, and what their repairs cost.")
app.add_typer(valuing.property_)
app.add_typer(local_data.property_)
