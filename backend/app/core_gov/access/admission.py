"""Admission of requests: rate limit, gate rules, and token, session or local user.

Every request passes through this module, so rule results per peer and host are cached: parsing an address costs
more than everything else.
"""

import time
from collections.abc import MutableMapping
from typing import Any, Protocol

from backend.app.core_gov.access import gate
from backend.app.core_gov.access.schemas import ROLES, included_roles
from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.sessions import cookies
from backend.app.core_gov.access.sessions.live_session import LiveSession, lacks_factor
from backend.app.core_gov.access.system_user import system_user
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.access.tokens.live_token import UNKNOWN, LiveToken
from backend.app.core_gov.access.tokens.scopes import check_scopes
from backend.app.kit.errors import Forbidden, TooManyRequests, Unauthenticated
from backend.app.kit.http.operation import Admits
from backend.app.kit.http.request_work import Caller
from backend.app.kit.rate_limit import RateLimit

Scope = MutableMapping[str, Any]
Headers = dict[bytes, bytes]

MAX_CACHED = 1_000


class Lookup(Protocol):
    """Function that returns the token with this digest of its secret, or None if it is unknown or revoked.

    Raises Unauthenticated if it is not valid now.
    """

    async def __call__(self, digest: str) -> LiveToken | None: ...


class FindSession(Protocol):
    """Function that returns the live session with this digest of its token, or None."""

    async def __call__(self, digest: str) -> LiveSession | None: ...


class Admission:
    """Callable that authenticates and authorizes each request."""

    def __init__(
        self,
        rules: gate.Rules,
        lookup: Lookup,
        remote: tuple[int, float] | None,
        loopback: tuple[int, float] | None,
        find_session: FindSession,
        *,
        local_user: bool = True,
        factor_roles: frozenset[str] = frozenset(),
    ) -> None:
        self._rules, self._lookup, self._find_session = rules, lookup, find_session
        self._remote = RateLimit(*remote) if remote else None
        self._loopback = RateLimit(*loopback) if loopback else None
        self._wrong_tokens = RateLimit(20, 60.0)
        self._local_user = system_user() if local_user else None
        self._factor_roles = factor_roles
        self._peers: dict[str | None, gate.Peer] = {}
        self._hosts: set[bytes] = set()

    async def __call__(self, scope: Scope, headers: Headers, admits: Admits) -> Caller:
        """Return who sends the request. Raises BadInput, Unauthenticated, Forbidden or TooManyRequests.

        Sets `client_address` and `secure` in the scope, and `actor` if a token or a session named one, so that the log
        and the audit trail can name the refused client.
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
        secure = scope["secure"] = gate.is_secure(peer, scope.get("scheme", "http"), headers)
        caller = await self._caller(scope, headers, peer, admits, client, secure=secure)
        self._check(peer, scope, headers, caller)
        if caller.scopes is not None:
            reads = scope["method"] in gate.READS
            check_scopes(caller.scopes, admits.path, reads=reads, actor=caller.actor)
        if admits.role is not None and admits.role not in caller.roles:
            role = caller.roles[-1] if caller.roles else "unknown"
            raise Forbidden(f"this needs the role {admits.role}; {caller.actor} is {role}")
        if caller.roles and ROLES[1] not in caller.roles and scope["method"] not in gate.READS and not admits.readers:
            raise Forbidden(f"{caller.actor} may read but not change anything; this needs the role {ROLES[1]}")
        return caller

    async def _caller(
        self, scope: Scope, headers: Headers, peer: gate.Peer, admits: Admits, client: str, *, secure: bool
    ) -> Caller:
        """Return the holder of a token, the person of a session, the local user, or an anonymous caller."""
        authorization = headers.get(b"authorization")
        if authorization is not None:
            found = await self._token(client, authorization)
            scope["actor"] = name = found.name
            roles = included_roles(found.role)
            return Caller(name, roles, address=client, secure=secure, token=name, scopes=found.scopes)
        if cookies.COOKIE in headers:
            name = cookies.cookie_name(secure=secure, host=headers.get(b"host", b""))
            try:
                token = cookies.session_token(_cookies(scope, headers), name)
                if token is not None:
                    person = await self._person(token, admits, client, secure=secure)
                    scope["actor"] = person.actor
                    return person
            except Unauthenticated:
                if not admits.anyone:
                    raise
                return Caller(f"client {client}", address=client, secure=secure)
        if peer.local and (self._local_user is not None or admits.local):
            return Caller(self._local_user or system_user(), ROLES, address=client, secure=secure)
        if admits.anyone:
            return Caller(f"client {client}", address=client, secure=secure)
        raise Unauthenticated(_HOW_TO_AUTHENTICATE + (_PROXY_HERE if peer.loopback and peer.proxy else ""))

    async def _person(self, token: str, admits: Admits, client: str, *, secure: bool) -> Caller:
        """Return the person of a session. One whose sign-in is not complete has no role yet. Raises Unauthenticated."""
        session = await self._find_session(digest(token))
        if session is None:
            raise Unauthenticated("the session has ended; sign in again")
        complete = session.stage == "complete" and not lacks_factor(session.role, session.methods, self._factor_roles)
        if not (complete or admits.incomplete):
            raise Unauthenticated("the sign-in is not complete: the second factor is missing")
        roles = included_roles(session.role) if complete else ()
        return Caller(session.email, roles, session.id, session.person_id, client, secure)

    async def _token(self, client: str, authorization: bytes) -> LiveToken:
        digest = tokens.token_digest(authorization)
        token = await self._lookup(digest) if digest else None
        if token is None:
            # A valid token passes even beyond this limit: 256 bits cannot be guessed, and one outdated script must
            # not lock out an office that shares its address.
            _count(self._wrong_tokens, client)
            raise Unauthenticated(UNKNOWN)
        return token

    def _check(self, peer: gate.Peer, scope: Scope, headers: Headers, caller: Caller) -> None:
        host = headers.get(b"host", b"")
        if host not in self._hosts:
            gate.check_host(host, self._rules)
            if len(self._hosts) >= MAX_CACHED:
                self._hosts.clear()
            self._hosts.add(host)
        gate.check_origin(scope["method"], headers, self._rules)
        if caller.session is not None:
            if scope["method"] not in gate.READS:
                gate.check_same_origin(headers, secure=caller.secure)
        elif b"authorization" not in headers and peer.local:
            followed = gate.is_followed_link(scope.get("method", ""), scope.get("path", ""), headers, self._rules)
            gate.check_local(scope.get("http_version", "1.1"), headers, self._rules, followed_link=followed)

    def _classified(self, address: str | None) -> gate.Peer:
        peer = gate.peer_at(address, self._rules)
        if len(self._peers) >= MAX_CACHED:
            self._peers.clear()
        if address is None or len(address) <= gate.MAX_ADDRESS:
            self._peers[address] = peer
        return peer


_HOW_TO_AUTHENTICATE = "sign in at /app/sign-in, or send an access token: Authorization: Bearer vlh_…"
_PROXY_HERE = " (also on this machine, because its own address is declared in VALHALLA_TRUSTED_PROXIES)"


def _cookies(scope: Scope, headers: Headers) -> bytes:
    """Return all cookies. HTTP/2 sends one header for each."""
    if len(headers) == len(scope["headers"]):
        return headers[cookies.COOKIE]
    return b"; ".join(value for found, value in scope["headers"] if found == cookies.COOKIE)


def _joined(scope: Scope, name: bytes) -> str:
    """Join all values of a header that may occur several times, in order."""
    return ",".join(value.decode("latin-1") for found, value in scope["headers"] if found == name)


def _count(limit: RateLimit, client: str) -> None:
    if wait := limit.wait_s(gate.rate_limit_key(client), time.monotonic()):
        raise TooManyRequests(f"too many requests; try again in {wait} s", wait)
