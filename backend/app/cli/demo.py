"""`valhalla demo`."""

import os
import shlex
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backend.app.cli import serve
from backend.app.cli.terminal import err, out, progress
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
        typer.Option("--dir", metavar="DIR", help="Where it goes (default: the data directory's name with -demo)"),
    ] = None,
    properties: Annotated[
        int | None, typer.Option(min=40, max=5000, help="Houses in King County (default: 120)")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the demo and its directory")] = False,
    serve_it: Annotated[bool, typer.Option("--serve", help="Serve the demo when it is there")] = False,
    port: Annotated[int | None, typer.Option(help="Port to serve it on (default: VALHALLA_PORT)")] = None,
) -> None:
    """Build a made-up company to look at, in a directory of its own; real data is never touched."""
    from backend.app.demo import place

    if remove and (serve_it or properties is not None):
        raise typer.BadParameter("goes alone, or with --dir", param_hint="--remove")
    if port is not None and not serve_it:
        raise typer.BadParameter("goes with --serve", param_hint="--port")
    settings = load_settings()
    logs.configure("error", settings.log_format)
    root = place.place_of(settings.data_dir_absolute, directory)
    if remove:
        place.remove(root)
        out.print(f"The demo in {root} is removed.")
        return
    _stand(settings, root, properties)
    _show(settings, root, port, serve_it)
    if serve_it:
        _serve(root, port)


def _stand(settings: Settings, root: Path, properties: int | None) -> None:
    """Build the demo unless it exists."""
    from backend.app.demo import packages, place, sales

    state = place.state_of(root)
    if state == "finished":
        other = "; for other --properties, remove it first" if properties is not None else ""
        out.print(f"The demo is in {root} already; nothing was changed{other}.")
        return
    if state == "unfinished":
        err.print(f"The demo in {root} was left unfinished: it is built anew.")
    if settings.database_url:
        err.print(f"{DATABASE_URL} is not used: the demo is always SQLite, in its own directory.")
    file = packages.sales_file()
    if file is None:
        err.print(f"Installing {packages.WHAT} ...")
        file = packages.install()
    _build(settings, root, sales.read_sales(file), 120 if properties is None else properties)


def _build(settings: Settings, root: Path, found: "list[DemoSale]", properties: int) -> None:
    from backend.app.demo import company, place

    started = time.monotonic()
    with place.building(root) as facts, progress("Demo") as report:
        facts.update(company.found(settings, root, found, properties, report))
    out.print(f"The demo was built in {time.monotonic() - started:.1f} s.")


def _show(settings: Settings, root: Path, port: int | None, served: bool) -> None:
    """Print a summary, and commands that work as printed in any directory."""
    from backend.app.demo import place

    facts = place.facts_of(root)
    out.print(f"A made-up company in {root}", style="bold")
    for file, count in facts["records"].items():
        out.print(f"  {count:>5,}  {file}")
    host = settings.host if served else _LOOPBACK
    number = (settings.port if port is None else port) or DEFAULT_PORT
    api, program, directory = serve.address(host, number), program_as_typed(), shlex.quote(str(root))
    for name, command in (
        *(() if served else (("serve it", _start(settings, program, directory, number)),)),
        ("ask it", f"curl -s '{api}/core/deals?status=under_contract'"),
        ("", f"curl -s {api}/core/jv/partners/{facts['busiest_partner']}/dashboard"),
        ("read it", f"cat {shlex.quote(str(root / 'jv' / 'partners.json'))}"),
        ("remove it", f"{program} demo --remove --dir {directory}"),
    ):
        out.print(f"{name:<9}  {command}")


def _start(settings: Settings, program: str, directory: str, port: int) -> str:
    """Return the command that serves the demo, independent of the settings of the shell."""
    no_postgres = f"{DATABASE_URL}= " if settings.database_url else ""
    elsewhere = "" if settings.host in {_LOOPBACK, "localhost", "0.0.0.0"} else f" --host {_LOOPBACK}"  # noqa: S104
    other_port = "" if port == DEFAULT_PORT else f" --port {port}"
    return f"{no_postgres}{DATA_DIR}={directory} {program} serve{elsewhere}{other_port}"


def program_as_typed() -> str:
    """Return how to call this program: `valhalla` if it is on PATH, else the quoted path that started it."""
    started, on_path = Path(sys.argv[0]), shutil.which("valhalla")
    if started.name == "__main__.py" and on_path is None:
        return f"{shlex.quote(sys.executable)} -m backend.app.cli"
    is_program = started.name.startswith("valhalla") and started.is_file()
    if is_program and (on_path is None or not started.samefile(on_path)):
        return shlex.quote(str(started.absolute()))
    return "valhalla"


def _serve(root: Path, port: int | None) -> None:
    """Serve the demo as `valhalla serve` does. It reads its settings from the environment."""
    for name in [name for name in os.environ if name.upper() in {DATA_DIR, DATABASE_URL}]:
        del os.environ[name]
    os.environ[DATA_DIR] = str(root)
    serve.serve(port=port)
