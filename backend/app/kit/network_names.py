"""Names of hosts, web origins, networks and map tiles, as settings give them."""

import ipaddress
import re

from backend.app.kit.text import shorten

HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?")
_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?")
TILES = re.compile(
    r"(https?://(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?)"
    r"(/(?:[A-Za-z0-9._~!$&()*+=:@/?%-]|\{[zxyr]\}){1,1000})",
    re.IGNORECASE | re.ASCII,
)
_DEFAULT_PORT = {"http": "80", "https": "443"}


def parse_host(text: str) -> str:
    name = text.lower().removesuffix(".").removeprefix("[").removesuffix("]")
    if is_address(name):
        return str(ipaddress.ip_address(name))
    if not HOST_NAME.fullmatch(name):
        raise ValueError(
            f"{shorten(text)} is not a host name; write it without scheme, port or *, like office.example.com"
        )
    return name


def parse_origin(text: str) -> str:
    """Return the origin as browsers send it: in lower case and without the default port."""
    match = _ORIGIN.fullmatch(text.lower().removesuffix("/"))
    if match is None:
        raise ValueError(
            f"{shorten(text)} is not a web origin; write scheme, name and port, like https://app.example.com"
        )
    scheme, name, port = match.groups()
    return f"{scheme}://{name}" + (f":{port}" if port and port != _DEFAULT_PORT[scheme] else "")


def parse_tiles(url: str) -> str:
    """Return the URL template of map tiles, with its host in lower case."""
    found = TILES.fullmatch(url)
    if found is None or any(f"{{{name}}}" not in found[2] for name in "zxy"):
        raise ValueError(
            f"{shorten(url)} is not a template of tiles of one host; write it like "
            "https://tiles.example.com/{z}/{x}/{y}.png"
        )
    return found[1].lower() + found[2]


def parse_network(part: object) -> object:
    if not isinstance(part, str):
        return part
    try:
        return ipaddress.ip_network(part)
    except ValueError:
        raise ValueError(
            f"{shorten(part)} is not an address or network; write it like 10.0.0.5 or 10.0.0.0/24"
        ) from None


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
