"""`valhalla …`: the service and its records from a terminal, by the services that the API calls."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from backend.app import __version__
from backend.app.core_gov.access import service as access
from backend.app.core_gov.access.admission import system_user
from backend.app.kit import log as logs
from backend.app.kit.db import Ctx
from backend.app.kit.errors import AppError, StartError
from backend.app.office import Office, open_office
from backend.app.settings import Settings, load_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Valhalla: the back office of a real-estate investment company.",
)
tokens = typer.Typer(no_args_is_help=True, help="Access tokens for whoever is not on this machine.")
imports = typer.Typer(no_args_is_help=True, help="Taking records in from files.")
app.add_typer(tokens, name="token")
app.add_typer(imports, name="import")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Role(StrEnum):
    viewer = "viewer"
    operator = "operator"
    admin = "admin"


def main() -> None:
    """Runs the command; what is expected to go wrong is one line on standard error and exit status 1."""
    try:
        app()
    except (StartError, AppError) as error:
        err.print(f"valhalla: {error}", style="red", markup=False)
        sys.exit(1)


@contextmanager
def _office() -> Iterator[tuple[Office, Ctx]]:
    settings = load_settings()
    logs.configure("warning", settings.log_format)
    with open_office(settings) as office:
        yield office, Ctx(system_user(), "cli")


# serve


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: VALHALLA_HOST)")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default: VALHALLA_PORT)")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; more than one wants PostgreSQL")] = 1,
) -> None:
    """Migrate the database and serve the API."""
    import uvicorn

    from backend.app.kit.http.protocol import BoundedProtocol

    settings = load_settings()
    host, port = host or settings.host, settings.port if port is None else port
    port = _free_port(host, port)
    _say_where(settings, host, port)
    uvicorn.run(
        "backend.app.main:app",
        host=host,
        port=port,
        http=BoundedProtocol,
        workers=workers,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=30,
    )


def _free_port(host: str, port: int) -> int:
    """The port, if it can be listened on; 0 is any. Raises StartError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except socket.gaierror:
        raise StartError(f"{host} is not an address of this machine") from None
    except PermissionError:
        raise StartError(f"port {port} may not be used by {system_user()}; choose one above 1023 with --port") from None
    except OSError as error:
        raise StartError(
            f"port {port} on {host} cannot be used ({error.strerror}): stop what uses it, or choose another with --port"
        ) from None


def _say_where(settings: Settings, host: str, port: int) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what listens everywhere is here too
    shown = f"[{host}]" if ":" in host else host
    kept = "PostgreSQL" if settings.database_url else str(settings.sqlite_path)
    out.print(f"Valhalla {__version__}", style="bold", markup=False)
    for name, value in (
        ("API", f"http://{shown}:{port}/core"),
        ("docs", f"http://{shown}:{port}/docs"),
        ("database", kept),
        ("JSON files", str(settings.data_dir)),
        ("stop with", "Ctrl-C"),
    ):
        out.print(f"  {name:<10} {value}", markup=False)


# token


@tokens.command("create")
def create_token(name: str, role: Annotated[Role, typer.Option(help="What its holder may do")] = Role.viewer) -> None:
    """Make a token and show it, this once."""
    with _office() as (office, ctx):
        secret = office.db.write_now(ctx, access.create_token, name, role.value)
    out.print(secret, markup=False)
    err.print(f"Token {name} ({role.value}). It cannot be shown again: keep it in a safe place.", markup=False)


@tokens.command("list")
def list_tokens() -> None:
    """Show who holds a token."""
    with _office() as (office, _):
        found = office.db.snapshot_now(access.list_tokens)
    table = Table("name", "role", "created", "revoked")
    for token in found:
        table.add_row(token.name, token.role, token.created_at, token.revoked_at or "")
    out.print(table)


@tokens.command("revoke")
def revoke_token(name: str) -> None:
    """Make a token useless, from the next request on."""
    with _office() as (office, ctx):
        office.db.write_now(ctx, access.revoke_token, name)
    out.print(f"Token {name} is revoked.", markup=False)


# doctor


@app.command()
def doctor() -> None:
    """Check settings, database, migrations, disk, and whether the JSON files are in step."""
    from backend.app.doctor import examine

    settings = load_settings()
    logs.configure("error", settings.log_format)
    healthy = True
    for finding in examine(settings):
        healthy = healthy and finding.good
        mark = "[green]ok  [/]" if finding.good else "[red]BAD [/]"
        out.print(f"{mark} [bold]{finding.subject:<11}[/]", end="")
        out.print(finding.sentence, markup=False)
    if not healthy:
        raise typer.Exit(1)


# import


@imports.command("properties")
def import_properties(
    file: Annotated[Path, typer.Argument(help="A .csv or .csv.gz file with a header", exists=True, dir_okay=False)],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help="Take FIELD from COLUMN, or from a text with {Column} in it"
        ),
    ] = None,
    constants: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="The same value for every row")
    ] = None,
    keep_rest: Annotated[bool, typer.Option("--keep-rest", help="Keep the other columns in meta")] = False,
    rejected: Annotated[
        Path | None,
        typer.Option(help="Where rows go that are no property (default: FILE.rejected.csv)", dir_okay=False),
    ] = None,
) -> None:
    """Register the properties in FILE; safe to run again."""
    from backend.app.core_gov.property import import_csv
    from backend.app.core_gov.property.column_map import pairs

    columns, fixed = pairs(mapping or ()), pairs(constants or ())
    with _office() as (office, ctx), _progress(file.name) as report:
        result = import_csv.import_properties(
            office.db, ctx, file, columns, fixed, report, keep_rest=keep_rest, rejected_file=rejected
        )
    for line in result.lines():
        out.print(line, markup=False)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told how much is done, and of how much; it shows itself when there is something to tell."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=err)
    task = bar.add_task(label, total=None)

    def report(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield report
    finally:
        bar.stop()


if __name__ == "__main__":
    main()
