"""`valhalla serve`."""

import errno
import socket
from typing import Annotated

import typer

from backend.app import __version__
from backend.app.bootstrap import open_store
from backend.app.cli.terminal import out
from backend.app.core_gov.access.admission import system_user
from backend.app.kit.errors import StartError
from backend.app.settings import Settings, load_settings

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: VALHALLA_HOST)")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on (default: VALHALLA_PORT)")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; more than one wants PostgreSQL")] = 1,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Go by the JSON files if the database is missing, empty or older"),
    ] = False,
) -> None:
    """Migrate the database and serve the API."""
    import uvicorn

    from backend.app.kit.http.protocol import BoundedProtocol

    settings = load_settings()
    host, port = host or settings.host, settings.port if port is None else port
    port = _free_port(host, port)
    if rebuild:
        with open_store(settings, rebuild_lost=True):
            """Opening the store rebuilds it, before the server processes open it."""
    _say_where(settings, host, port)
    try:
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
    except SystemExit as ended:
        raise typer.Exit(1 if ended.code else 0) from None  # the exit status of every other command


def _free_port(host: str, port: int) -> int:
    """Return the port if it is free; 0 selects any free port. Raises StartError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except (socket.gaierror, UnicodeError):  # an unknown or malformed host name
        raise StartError(f"{host} is not an address of this machine") from None
    except PermissionError:
        raise StartError(f"port {port} may not be used by {system_user()}; choose one above 1023 with --port") from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise StartError(f"{host} is not an address of this machine") from None
        raise StartError(
            f"port {port} on {host} cannot be used ({error.strerror}): stop what uses it, or choose another with --port"
        ) from None


def address(host: str, port: int) -> str:
    """Return the URL at which a program on this machine reaches a server on this host and port."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what listens everywhere is here too
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _say_where(settings: Settings, host: str, port: int) -> None:
    here = address(host, port)
    kept = "PostgreSQL" if settings.database_url else str(settings.sqlite_path)
    out.print(f"Valhalla {__version__}", style="bold")
    for name, value in (
        ("API", f"{here}/core"),
        ("docs", f"{here}/docs"),
        ("database", kept),
        ("JSON files", str(settings.data_dir)),
        ("stop with", "Ctrl-C"),
    ):
        out.print(f"  {name:<10} {value}")
