"""Lets a request in, or says why not: the gate's rules, then the limit, then the token."""

import getpass
import os
import time
from collections.abc import MutableMapping
from typing import Any, Protocol

from backend.app.core_gov.access import gate, service
from backend.app.core_gov.access.rate_limit import RateLimit
from backend.app.kit.errors import Forbidden, TooManyRequests, Unauthenticated

Headers = dict[bytes, bytes]
_READS = {"GET", "HEAD", "OPTIONS"}


class Lookup(Protocol):
    """Finds the name and role of a token by its digest."""

    async def __call__(self, digest: str) -> tuple[str, str] | None: ...


def system_user() -> str:
    """The operating-system user that this process runs as, who is the actor where no token is needed."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}" if hasattr(os, "getuid") else "unknown"


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
        self._user = system_user()

    async def __call__(self, scope: MutableMapping[str, Any], headers: Headers) -> tuple[str, str]:
        """The actor and the role; raises Unauthenticated, Forbidden, TooManyRequests."""
        peer = scope.get("client")
        client = gate.locate(peer[0] if peer else None, headers, self._rules)
        _count(self._loopback if client.local else self._remote, client.address)
        gate.check_host(headers, self._rules)
        gate.check_origin(scope["method"], headers, self._rules)
        authorization = headers.get(b"authorization")
        if authorization is not None:
            actor, role = await self._holder(client, authorization)
        elif client.local:
            gate.check_local(scope.get("http_version", "1.1"), headers, self._rules)
            actor, role = self._user, "admin"
        else:
            raise Unauthenticated("send an access token: Authorization: Bearer vlh_…")
        if role == "viewer" and scope["method"] not in _READS:
            raise Forbidden(f"{actor} may read but not change anything; that takes the role operator")
        return actor, role

    async def _holder(self, client: gate.Client, authorization: bytes) -> tuple[str, str]:
        kind, _, secret = authorization.decode("latin-1").partition(" ")
        if kind.lower() == "bearer" and secret:
            found = await self._lookup(service.digest(secret.strip()))
            if found is not None:
                return found
        _count(self._wrong_tokens, client.address)
        raise Unauthenticated("this access token is unknown or revoked")


def _count(limit: RateLimit | None, client: str) -> None:
    if limit is not None and (wait := limit.wait_s(client, time.monotonic())):
        raise TooManyRequests(f"too many requests; try again in {wait} s", wait)
