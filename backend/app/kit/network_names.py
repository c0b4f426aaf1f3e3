"""Names of hosts, web origins, addresses, networks and map tiles, as settings give them."""

import ipaddress
import re
from urllib.parse import urlsplit

from backend.app.kit.text import shorten

HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?")
_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?")
TILES = re.compile(
    r"(https?://(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?)"
    r"(/(?:[A-Za-z0-9._~!$&()*+=:@/?%-]|\{[zxyr]\}){1,1000})",
    re.IGNORECASE | re.ASCII,
)
_MAX_ADDRESS = 2_000
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


def check_address(url: str) -> None:
    """Raise ValueError, with what is wrong, unless the URL is one of https, or of http on this machine."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > _MAX_ADDRESS:
        raise ValueError("is not a URL; write it like https://id.example.com")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a URL; write it like https://id.example.com") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("is not a URL; write it like https://id.example.com")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not contain a user name or password")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("must start with https:// (http is allowed on this machine only)")


def is_local_address(url: str) -> bool:
    """Return whether a valid address is on this machine."""
    return _is_loopback(urlsplit(url).hostname or "")


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)


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
