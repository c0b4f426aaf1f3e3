"""Admission of requests: rate limit, gate rules, and token.

Every request passes through this module, so rule results per peer and host are cached: parsing an address costs
more than everything else.
"""

import getpass
import os
import sys
import time
from collections.abc import MutableMapping
from typing import Any, Protocol

from backend.app.core_gov.access import gate
from backend.app.core_gov.access.schemas import ROLES
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.kit.errors import Forbidden, TooManyRequests, Unauthenticated
from backend.app.kit.rate_limit import RateLimit

Scope = MutableMapping[str, Any]
Headers = dict[bytes, bytes]
Holder = tuple[str, str]

MAX_CACHED = 1_000


class Lookup(Protocol):
    """Function that returns the name and role of a token by its digest, or None."""

    async def __call__(self, digest: str) -> Holder | None: ...


def system_user() -> str:
    """Return the operating-system user of this process, who is the actor if no token is needed.

    Ask the system itself, because environment variables can be set to anything.
    """
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd

    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run under a uid without a name
        return f"uid-{uid}"


class Admission:
    """Callable that authenticates and authorizes each request."""

    def __init__(
        self,
        rules: gate.Rules,
        lookup: Lookup,
        remote: tuple[int, float] | None,
        loopback: tuple[int, float] | None,
    ) -> None:
        self._rules, self._lookup = rules, lookup
        self._remote = RateLimit(*remote) if remote else None
        self._loopback = RateLimit(*loopback) if loopback else None
        self._wrong_tokens = RateLimit(20, 60.0)
        self._user: Holder = (system_user(), ROLES[-1])
        self._peers: dict[str | None, gate.Peer] = {}
        self._hosts: set[bytes] = set()

    async def __call__(self, scope: Scope, headers: Headers) -> Holder:
        """Return the actor and the role. Raises BadInput, Unauthenticated, Forbidden or TooManyRequests.

        Sets `client_address` in the scope, and `actor` if a token named one, so that the log and the audit trail can
        name the refused client.
        """
        address, port = scope.get("client") or (None, None)
        peer = self._peers.get(address) or self._classified(address)
        forwarded_for = _joined(scope, b"x-forwarded-for") if b"x-forwarded-for" in headers else None
        client = peer.address
        if peer.proxy and forwarded_for is not None:
            client = gate.client_behind(peer, forwarded_for, self._rules)
        scope["client_address"] = client
        limit = self._loopback if peer.local else self._remote
        if limit is not None:
            _count(limit, client)
        gate.check_forwarding(peer, port, forwarded_for, headers)
        authorization = headers.get(b"authorization")
        if authorization is not None:
            actor, role = holder = await self._holder(client, authorization)
            scope["actor"] = actor
        elif peer.local:
            actor, role = holder = self._user
        else:
            raise Unauthenticated(_HOW_TO_AUTHENTICATE + (_PROXY_HERE if peer.loopback else ""))
        self._check(peer, scope, headers)
        if role == ROLES[0] and scope["method"] not in gate.READS:
            raise Forbidden(f"{actor} may read but not change anything; this needs the role {ROLES[1]}")
        return holder

    async def _holder(self, client: str, authorization: bytes) -> Holder:
        digest = tokens.token_digest(authorization)
        holder = await self._lookup(digest) if digest else None
        if holder is None:
            # A valid token passes even beyond this limit: 256 bits cannot be guessed, and one outdated script must
            # not lock out an office that shares its address.
            _count(self._wrong_tokens, client)
            raise Unauthenticated("this access token is unknown or revoked")
        return holder

    def _check(self, peer: gate.Peer, scope: Scope, headers: Headers) -> None:
        host = headers.get(b"host", b"")
        if host not in self._hosts:
            gate.check_host(host, self._rules)
            if len(self._hosts) >= MAX_CACHED:
                self._hosts.clear()
            self._hosts.add(host)
        gate.check_origin(scope["method"], headers, self._rules)
        if b"authorization" not in headers and peer.local:
            followed = gate.is_followed_link(scope.get("method", ""), scope.get("path", ""), headers, self._rules)
            gate.check_local(scope.get("http_version", "1.1"), headers, self._rules, followed_link=followed)

    def _classified(self, address: str | None) -> gate.Peer:
        peer = gate.peer_at(address, self._rules)
        if len(self._peers) >= MAX_CACHED:
            self._peers.clear()
        if address is None or len(address) <= gate.MAX_ADDRESS:
            self._peers[address] = peer
        return peer


_HOW_TO_AUTHENTICATE = "send an access token: Authorization: Bearer vlh_…"
_PROXY_HERE = " (also on this machine, because its own address is declared in VALHALLA_TRUSTED_PROXIES)"


def _joined(scope: Scope, name: bytes) -> str:
    """Join all values of a header that may occur several times, in order."""
    return ",".join(value.decode("latin-1") for found, value in scope["headers"] if found == name)


def _count(limit: RateLimit, client: str) -> None:
    if wait := limit.wait_s(gate.rate_limit_key(client), time.monotonic()):
        raise TooManyRequests(f"too many requests; try again in {wait} s", wait)
