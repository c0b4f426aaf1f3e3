"""Addresses of providers: https, or http on this machine."""

import ipaddress
from urllib.parse import urlsplit

_MAX = 2_000


def check_address(url: str) -> None:
    """Raise ValueError, with what is wrong, unless the URL is https, or http on this machine."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > _MAX:
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


def is_local(url: str) -> bool:
    """Return whether a valid address is on this machine."""
    return _is_loopback(urlsplit(url).hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
