"""`valhalla serve`."""

import errno
import ipaddress
import socket
from typing import Annotated

import typer

from backend.app import __version__
from backend.app.bootstrap import is_mirrored, open_store
from backend.app.cli.terminal import out
from backend.app.core_gov.access.system_user import system_user
from backend.app.kit.errors import StartError
from backend.app.settings import Settings, load_settings

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: VALHALLA_HOST)")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on (default: VALHALLA_PORT)")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Number of processes; more than one requires PostgreSQL")
    ] = 1,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Rebuild a missing, empty or outdated database from the JSON files"),
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
    _print_addresses(settings, host, port)
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
        raise typer.Exit(1 if ended.code else 0) from None  # like every other command


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
        raise StartError(f"{system_user()} may not use port {port}; choose one above 1023 with --port") from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise StartError(f"{host} is not an address of this machine") from None
        reason = f"cannot listen on port {port} of {host} ({error.strerror})"
        ways = "stop the program that uses it, or choose another port with --port or VALHALLA_PORT"
        raise StartError(f"{reason}: {ways}") from None


def address(host: str, port: int) -> str:
    """Return the URL at which a program on this machine reaches a server on this host and port."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a client, not a server, uses it
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_local(host: str) -> bool:
    """Return whether a server on this host answers on this machine's own name."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def _print_addresses(settings: Settings, host: str, port: int) -> None:
    url = address(host, port)
    database = "PostgreSQL" if settings.database_url else str(settings.sqlite_path)
    out.print(f"Valhalla {__version__}", style="bold")
    named = f"http://localhost:{port}/app"
    for name, value in (
        ("console", f"{url}/app"),
        *([("", f"{named} (passkeys need a name)")] if _is_local(host) and named != f"{url}/app" else ()),
        ("API", f"{url}/core"),
        ("docs", f"{url}/docs"),
        ("database", database),
        ("JSON files", str(settings.data_dir) if is_mirrored(settings) else "none, because VALHALLA_MIRROR is off"),
        ("stop with", "Ctrl-C"),
    ):
        out.print(f"  {name:<10} {value}")
