"""The rules by which a request is let in: pure functions from its head to a decision.

A person at the machine needs no token; so what must be kept out is everything that reaches loopback on behalf of
someone else: a web page of another origin, a name that was rebound to 127.0.0.1, a proxy that forwards strangers.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.app.kit.errors import BadInput, Forbidden

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = dict[bytes, bytes]

_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
_FORWARDING = (
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-forwarded-server",
    b"x-original-forwarded-for",
    b"forwarded",
    b"x-real-ip",
    b"x-client-ip",
    b"true-client-ip",
    b"cf-connecting-ip",
    b"via",
)
_READS = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator declared."""

    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    proxies: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from: the address to count and log, and whether it is a person at this machine."""

    address: str
    local: bool


def locate(peer: str | None, headers: Headers, rules: Rules) -> Client:
    """Finds the client behind declared proxies; raises Forbidden for forwarding headers from anyone else.

    The client is the last address of X-Forwarded-For that is not a declared proxy, because everything left of it
    may be made up. A proxy is never a local person, whatever it forwards.
    """
    address = _address(peer)
    if address is None or not _within(address, rules.proxies):
        if any(name in headers for name in _FORWARDING):
            raise Forbidden(
                "forwarding headers are taken from declared proxies only: list this one in VALHALLA_TRUSTED_PROXIES"
            )
        return Client(peer or "unknown", address is not None and address.is_loopback)
    for part in reversed(headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")):
        hop = _address(part.strip())
        if hop is None:
            break
        if not _within(hop, rules.proxies):
            return Client(str(hop), False)
    return Client(str(address), False)


def check_host(headers: Headers, rules: Rules) -> None:
    """Only names that are ours: a foreign name that resolves to this machine is how DNS rebinding gets in."""
    host = headers.get(b"host", b"").decode("latin-1")
    name = host_name(host)
    if name is None:
        raise BadInput("the Host header is missing or malformed")
    if not (_is_loopback(name) or name in rules.hosts):
        raise Forbidden(f"the name {name} is not served here: add it to VALHALLA_ALLOWED_HOSTS if it should be")


def check_origin(method: str, headers: Headers, rules: Rules) -> None:
    """Refuses what a page of another origin sends; browsers name the origin, other clients send none."""
    origin = headers.get(b"origin")
    if origin is not None:
        text = origin.decode("latin-1").lower().rstrip("/")
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if text not in {f"http://{host}", f"https://{host}"} and text not in rules.origins:
            raise Forbidden(
                f"pages of {text[:200]} may not call this API: add it to VALHALLA_ALLOWED_ORIGINS if they should"
            )
    elif headers.get(b"sec-fetch-site", b"none") not in {b"none", b"same-origin"} and method not in _READS:
        raise Forbidden("a page of another site may not change anything here")


def check_local(version: str, headers: Headers, rules: Rules) -> None:
    """What a person's own client never sends, but a proxy that hides its strangers does.

    Proxies that add no forwarding header speak HTTP/1.0 or pass on the Referer of the site they serve.
    """
    if version == "1.0":
        raise Forbidden("HTTP/1.0 without a token is refused, because careless proxies speak it; send a token")
    referer = headers.get(b"referer")
    if referer is not None:
        name = urlsplit(referer.decode("latin-1")).hostname
        if name is not None and not (_is_loopback(name) or name in rules.hosts):
            raise Forbidden(f"a request referred by {name[:200]} needs a token")


def host_name(host: str) -> str | None:
    """The name in a Host header without its port, in lower case; None when it is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    if not host or parts.username is not None or parts.path or parts.query or parts.fragment:
        return None
    name = parts.hostname
    return name.rstrip(".") if name else None


def _is_loopback(name: str) -> bool:
    if name in _LOOPBACK_NAMES:
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def _address(text: str | None) -> Address | None:
    if not text:
        return None
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
