"""`valhalla demo`."""

import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backend.app.cli import serve
from backend.app.cli.terminal import err, out, program_as_typed, progress
from backend.app.kit import log as logs
from backend.app.settings import PREFIX, Settings, load_settings

if TYPE_CHECKING:
    from backend.app.demo.sales import DemoSale

app = typer.Typer()

DATA_DIR, DATABASE_URL = f"{PREFIX}DATA_DIR", f"{PREFIX}DATABASE_URL"
DEFAULT_PORT: int = Settings.model_fields["port"].default
_LOOPBACK = "127.0.0.1"


@app.command()
def demo(
    directory: Annotated[
        Path | None,
        typer.Option(
            "--dir", metavar="DIR", help="Directory of the demo (default: the data directory's name plus -demo)"
        ),
    ] = None,
    properties: Annotated[
        int | None, typer.Option(min=40, max=5000, help="Number of houses in King County (default: 120)")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the demo and its directory")] = False,
    serve_after: Annotated[bool, typer.Option("--serve", help="Serve the demo once it is built")] = False,
    port: Annotated[int | None, typer.Option(help="Port for --serve (default: VALHALLA_PORT)")] = None,
) -> None:
    """Build a fictional company in a directory of its own. Real data is never touched."""
    from backend.app.demo import place

    if remove and (serve_after or properties is not None):
        raise typer.BadParameter("can be combined with --dir only", param_hint="--remove")
    if port is not None and not serve_after:
        raise typer.BadParameter("requires --serve", param_hint="--port")
    settings = load_settings()
    logs.configure("error", settings.log_format)
    root = place.place_of(settings.data_dir_absolute, directory)
    if remove:
        place.remove(root)
        out.print(f"Removed the demo in {root}.")
        return
    _build_if_absent(settings, root, properties)
    _print_summary(settings, root, port, serve_after)
    if serve_after:
        _serve(root, port)


def _build_if_absent(settings: Settings, root: Path, properties: int | None) -> None:
    """Build the demo unless it exists."""
    from backend.app.demo import packages, place, sales

    state = place.state_of(root)
    if state == "finished":
        other = "; to change --properties, remove it first" if properties is not None else ""
        out.print(f"The demo in {root} already exists; nothing was changed{other}.")
        return
    if state == "unfinished":
        err.print(f"The demo in {root} is unfinished; building it again.")
    if settings.database_url:
        err.print(f"Ignoring {DATABASE_URL}: the demo always uses SQLite in its own directory.")
    file = packages.sales_file()
    if file is None:
        err.print(f"Installing {packages.WHAT} ...")
        file = packages.install()
    _build(settings, root, sales.read_sales(file), 120 if properties is None else properties)


def _build(settings: Settings, root: Path, king_county: "list[DemoSale]", properties: int) -> None:
    from backend.app.demo import company, place

    started = time.monotonic()
    with place.building(root) as facts, progress("Demo") as report:
        facts.update(company.create(settings, root, king_county, properties, report))
    out.print(f"Built the demo in {time.monotonic() - started:.1f} s.")


def _print_summary(settings: Settings, root: Path, port: int | None, served: bool) -> None:
    """Print a summary, and commands that work as printed in any directory."""
    from backend.app.demo import place

    facts = place.facts_of(root)
    out.print(f"A fictional company in {root}", style="bold")
    for file, count in facts["records"].items():
        out.print(f"  {count:>5,}  {file}")
    host = settings.host if served else _LOOPBACK
    number = (settings.port if port is None else port) or DEFAULT_PORT
    api, program, directory = serve.address(host, number), program_as_typed(new_shell=True), shlex.quote(str(root))
    for name, command in (
        *(() if served else (("serve it", _serve_command(settings, program, directory, number)),)),
        ("open it", f"{api}/app"),
        ("query it", f"curl -s '{api}/core/deals?status=under_contract'"),
        ("", f"curl -s {api}/core/jv/partners/{facts['busiest_partner']}/dashboard"),
        ("read it", f"cat {shlex.quote(str(root / 'jv' / 'partners.json'))}"),
        ("remove it", f"{program} demo --remove --dir {directory}"),
    ):
        out.print(f"{name:<9}  {command}")


def _serve_command(settings: Settings, program: str, directory: str, port: int) -> str:
    """Return the command that serves the demo, independent of the settings of the shell."""
    no_postgres = f"{DATABASE_URL}= " if settings.database_url else ""
    other_host = "" if settings.host in {_LOOPBACK, "localhost", "0.0.0.0"} else f" --host {_LOOPBACK}"  # noqa: S104
    other_port = "" if port == DEFAULT_PORT else f" --port {port}"
    return f"{no_postgres}{DATA_DIR}={directory} {program} serve{other_host}{other_port}"


def _serve(root: Path, port: int | None) -> None:
    """Serve the demo like `valhalla serve`, which reads its settings from the environment."""
    for name in [name for name in os.environ if name.upper() in {DATA_DIR, DATABASE_URL}]:
        del os.environ[name]
    os.environ[DATA_DIR] = str(root)
    serve.serve(port=port)
