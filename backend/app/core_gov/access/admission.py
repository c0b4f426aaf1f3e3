"""Lets a request in, or says why not: the limit, the gate's rules, and the token.

Every request passes here, so what the rules say of a peer and of a Host is remembered: reading an address costs
more than all the rest.
"""

import getpass
import os
import sys
import time
from collections.abc import MutableMapping
from typing import Any, Protocol

from backend.app.core_gov.access import gate, service
from backend.app.kit.errors import Forbidden, TooManyRequests, Unauthenticated
from backend.app.kit.rate_limit import RateLimit

Scope = MutableMapping[str, Any]
Headers = dict[bytes, bytes]
Holder = tuple[str, str]

MAX_REMEMBERED = 1_000


class Lookup(Protocol):
    """Finds the name and role of a token by its digest."""

    async def __call__(self, digest: str) -> Holder | None: ...


def system_user() -> str:
    """The operating-system user that this process runs as, who is the actor where no token is needed.

    The system itself is asked, because the environment says whatever its owner likes.
    """
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd

    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run under a number that has no name
        return f"uid-{uid}"


class Admission:
    """Decides for every request who sends it and whether they may."""

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
        self._user: Holder = (system_user(), "admin")
        self._peers: dict[str | None, gate.Peer] = {}
        self._hosts: set[bytes] = set()

    async def __call__(self, scope: Scope, headers: Headers) -> Holder:
        """The actor and the role; raises BadInput, Unauthenticated, Forbidden, TooManyRequests.

        Leaves `client_address` in the scope, and `actor` where a token named one, so that the log and the audit trail
        can say who was refused.
        """
        address, port = scope.get("client") or (None, None)
        peer = self._peers.get(address) or self._meet(address)
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
            raise Unauthenticated(_SEND_ONE + (_PROXY_HERE if peer.loopback else ""))
        self._check(peer, scope, headers)
        if role == "viewer" and scope["method"] not in gate.READS:
            raise Forbidden(f"{actor} may read but not change anything; that takes the role operator")
        return holder

    async def _holder(self, client: str, authorization: bytes) -> Holder:
        digest = service.presented(authorization)
        holder = await self._lookup(digest) if digest else None
        if holder is None:
            # A right token passes even beyond this limit: nobody guesses 256 bits, and one forgotten script must not
            # lock out an office that shares its address.
            _count(self._wrong_tokens, client)
            raise Unauthenticated("this access token is unknown or revoked")
        return holder

    def _check(self, peer: gate.Peer, scope: Scope, headers: Headers) -> None:
        host = headers.get(b"host", b"")
        if host not in self._hosts:
            gate.check_host(host, self._rules)
            if len(self._hosts) >= MAX_REMEMBERED:
                self._hosts.clear()
            self._hosts.add(host)
        gate.check_origin(scope["method"], headers, self._rules)
        if b"authorization" not in headers and peer.local:
            gate.check_local(scope.get("http_version", "1.1"), headers, self._rules)

    def _meet(self, address: str | None) -> gate.Peer:
        peer = gate.peer_at(address, self._rules)
        if len(self._peers) >= MAX_REMEMBERED:
            self._peers.clear()
        if address is None or len(address) <= gate.MAX_ADDRESS:
            self._peers[address] = peer
        return peer


_SEND_ONE = "send an access token: Authorization: Bearer vlh_…"
_PROXY_HERE = " (from this machine too, because its own address is declared in VALHALLA_TRUSTED_PROXIES)"


def _joined(scope: Scope, name: bytes) -> str:
    """All values of a header that may come in several lines, in their order."""
    return ",".join(value.decode("latin-1") for found, value in scope["headers"] if found == name)


def _count(limit: RateLimit, client: str) -> None:
    if wait := limit.wait_s(gate.counted_as(client), time.monotonic()):
        raise TooManyRequests(f"too many requests; try again in {wait} s", wait)
