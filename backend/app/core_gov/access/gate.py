"""Admission rules for requests: pure functions of the request head.

A user on this machine needs no token. Therefore everything that reaches loopback on behalf of someone else must be
refused: pages of other origins, names rebound to 127.0.0.1, and proxies that forward strangers.
"""

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.app.kit.errors import BadInput, Forbidden
from backend.app.kit.text import shorten

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = dict[bytes, bytes]

READS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_ADDRESS = 64

# Headers that proxies, tunnels and CDNs add. Any of them shows that the request was forwarded.
_FORWARDING = frozenset(
    {
        b"cdn-loop",
        b"cf-connecting-ip",
        b"cf-connecting-ipv6",
        b"client-ip",
        b"fastly-client-ip",
        b"fly-client-ip",
        b"forwarded",
        b"proxy-connection",
        b"true-client-ip",
        b"via",
        b"x-client-ip",
        b"x-cluster-client-ip",
        b"x-envoy-external-address",
        b"x-forwarded",
        b"x-forwarded-by",
        b"x-forwarded-client-cert",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
        b"x-forwarded-protocol",
        b"x-forwarded-scheme",
        b"x-forwarded-server",
        b"x-forwarded-ssl",
        b"x-forwarded-uri",
        b"x-original-forwarded-for",
        b"x-original-host",
        b"x-originating-ip",
        b"x-proxyuser-ip",
        b"x-real-ip",
        b"x-real-port",
        b"x-remote-addr",
        b"x-remote-ip",
    }
)
_HOST = re.compile(rb"(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_-][a-z0-9._-]{0,252}))(?::[0-9]{0,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings of the operator: allowed hosts and origins in lower case, and the networks of proxies.

    `pages` is the path of the pages that other sites may link to.
    """

    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    proxies: tuple[Network, ...] = ()
    pages: str = ""


@dataclass(frozen=True, slots=True)
class Peer:
    """Remote end of the connection."""

    address: str
    loopback: bool
    proxy: bool

    @property
    def local(self) -> bool:
        """True if the peer counts as a user on this machine. A declared proxy never does."""
        return self.loopback and not self.proxy


# Identity


def peer_at(host: str | None, rules: Rules) -> Peer:
    """Classify a peer by its address. A socket without an address is neither loopback nor a proxy."""
    address = _address(host)
    if address is None:
        return Peer((host or "unknown")[:MAX_ADDRESS], loopback=False, proxy=False)
    return Peer(str(address)[:MAX_ADDRESS], address.is_loopback, _within(address, rules.proxies))


def client_behind(proxy: Peer, forwarded_for: str, rules: Rules) -> str:
    """Return the client behind a declared proxy: the last X-Forwarded-For address that is not a declared proxy.

    Entries further left may be forged. If there is no such address, return the proxy's own.
    """
    for part in reversed(forwarded_for.split(",")):
        hop = _forwarded_address(part.strip())
        if hop is None:
            break
        if not _within(hop, rules.proxies):
            return str(hop)[:MAX_ADDRESS]
    return proxy.address


def rate_limit_key(address: str) -> str:
    """Return the rate-limit key of an address: for IPv6 its /64 network, which is what one customer is assigned."""
    if ":" not in address:
        return address
    found = _address(address)
    if not isinstance(found, ipaddress.IPv6Address):
        return address
    return str(ipaddress.IPv6Network((int(found), 64), strict=False))


# Checks


def check_forwarding(peer: Peer, port: int | None, forwarded_for: str | None, headers: Collection[bytes]) -> None:
    """Raise Forbidden if the request was forwarded by an undeclared proxy, or if uvicorn replaced the peer address."""
    if forwarded_for is not None and _was_replaced(peer.address, port, forwarded_for):
        raise Forbidden(
            "uvicorn replaced the address of the peer with the one from X-Forwarded-For, so it cannot be checked: "
            "start uvicorn with --no-proxy-headers, or use `valhalla serve`, and list the proxy in "
            "VALHALLA_TRUSTED_PROXIES"
        )
    if not peer.proxy and not _FORWARDING.isdisjoint(headers):
        raise Forbidden(
            f"the request was forwarded, but {peer.address} is not a declared proxy: list it in "
            "VALHALLA_TRUSTED_PROXIES if it is one (everyone behind it needs a token)"
        )


def check_host(host: bytes, rules: Rules) -> None:
    """Raise BadInput or Forbidden unless the host is allowed, because of DNS rebinding to this machine."""
    name = host_name(host)
    if name is None:
        raise BadInput("the Host header is missing or malformed")
    if not (is_loopback_name(name) or name in rules.hosts):
        raise Forbidden(f"the name {name} is not served here: add it to VALHALLA_ALLOWED_HOSTS if it should be")


def check_origin(method: str, headers: Headers, rules: Rules) -> None:
    """Raise Forbidden for requests from pages of other origins.

    Browsers send Origin with requests that can read or change data. Requests without it (images, scripts, frames) are
    marked as cross-site; from other sites only navigation by a link is allowed.
    """
    origin = headers.get(b"origin")
    if origin is not None:
        _check_named_origin(origin.decode("latin-1").lower(), headers, rules)
        return
    site = headers.get(b"sec-fetch-site")
    if site is None or site in {b"none", b"same-origin"}:
        return
    if not (_is_navigation(headers) and method in READS):
        raise Forbidden(
            "the request comes from a page of another site, which may neither change nor embed anything here"
        )


def check_same_origin(headers: Headers, *, secure: bool) -> None:
    """Raise Forbidden unless a page of this service itself sends the request, as browsers state it.

    For changes with a session cookie, which browsers add to requests that other pages cause.
    """
    origin = headers.get(b"origin")
    if origin is not None:
        host = headers.get(b"host", b"").lower()
        if origin.lower() == (b"https://" if secure else b"http://") + host:
            return
    elif headers.get(b"sec-fetch-site") == b"same-origin":
        return
    raise Forbidden(
        "a change with a session cookie must come from a page of this service: the browser must send its Origin or "
        "Sec-Fetch-Site; programs use an access token"
    )


def is_secure(peer: Peer, scheme: str, headers: Headers) -> bool:
    """Return True if the client uses HTTPS. Only a declared proxy may say so for its clients."""
    if peer.proxy:
        return headers.get(b"x-forwarded-proto", b"").strip().lower() == b"https"
    return scheme == "https"


def is_followed_link(method: str, path: str, headers: Headers, rules: Rules) -> bool:
    """Return True if a browser opens a page of the console at the top level, as after a click on a shared link."""
    if not rules.pages or method not in READS or not _is_navigation(headers):
        return False
    return path == rules.pages or path.startswith(f"{rules.pages}/")


def _is_navigation(headers: Headers) -> bool:
    return headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") == b"document"


def check_local(version: str, headers: Headers, rules: Rules, *, followed_link: bool = False) -> None:
    """Raise Forbidden for signs of a proxy that hides its clients, which a local user's own client never shows.

    Proxies that add no forwarding header speak HTTP/1.0 or pass on the Referer of the site that they serve. A page
    opened by a link from another site also has a foreign Referer.
    """
    if version in {"1.0", "0.9"}:
        raise Forbidden(
            f"HTTP/{version} is refused without a token, because proxies that hide their clients use it; send a token"
        )
    referer = headers.get(b"referer")
    if referer is not None and not followed_link and not _is_own_page(referer.decode("latin-1"), rules):
        raise Forbidden(f"a request referred by {shorten(referer.decode('latin-1'), 200)} needs a token")


def host_name(host: bytes) -> str | None:
    """Return the name in a Host header without port, in lower case; None if malformed."""
    match = _HOST.fullmatch(host)
    if match is None:
        return None
    name = (match[1] or match[2]).decode("ascii").lower()
    return name.removesuffix(".")


def _check_named_origin(origin: str, headers: Headers, rules: Rules) -> None:
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if origin not in {f"http://{host}", f"https://{host}"} and origin not in rules.origins:
        raise Forbidden(
            f"pages of {shorten(origin, 200)} may not call this API: add it to VALHALLA_ALLOWED_ORIGINS if they should"
        )


def _was_replaced(host: str, port: int | None, forwarded_for: str) -> bool:
    """Return True if the peer address was taken from X-Forwarded-For.

    uvicorn's own proxy handling sets it with port 0, or with the port from the header. No real connection has port 0,
    and no client can know its source port beforehand.
    """
    if port is None:
        return False
    return port == 0 or any(_has_port(part.strip(), host, port) for part in forwarded_for.split(","))


def _has_port(part: str, host: str, port: int) -> bool:
    name, _, digits = part.rpartition(":")
    try:
        return name.strip("[]") == host and int(digits) == port
    except ValueError:
        return False


def _is_own_page(referer: str, rules: Rules) -> bool:
    try:
        page = urlsplit(referer)
        name = page.hostname
    except ValueError:
        return False
    if name is None or is_loopback_name(name) or name in rules.hosts:
        return True
    return f"{page.scheme}://{page.netloc}".lower() in rules.origins


def is_loopback_name(name: str) -> bool:
    if name == "localhost":
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def _forwarded_address(text: str) -> Address | None:
    """Parse an address in X-Forwarded-For, to which some proxies append the port."""
    if text.startswith("["):
        return _address(text[1:].partition("]")[0])
    return _address(text.partition(":")[0] if text.count(":") == 1 else text)


def _address(text: str | None) -> Address | None:
    if not text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
