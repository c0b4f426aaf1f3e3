"""Admission decides like a straightforward model, for any combination of peer, credentials, scopes and operation."""

import asyncio
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.app.core_gov.access import gate
from backend.app.core_gov.access.admission import Admission
from backend.app.core_gov.access.secrets import digest as digest_of
from backend.app.core_gov.access.sessions.live_session import LiveSession
from backend.app.core_gov.access.tokens.live_token import LiveToken
from backend.app.core_gov.access.tokens.scopes import SCOPES
from backend.app.kit.errors import AppError
from backend.app.kit.http.operation import Admits, Node, route_tree
from backend.app.main import create_app
from backend.tests.promises import promise

SECRET, COOKIE = f"vlh_{'s':_<43}", f"{'c':_<43}"
NOW, PAST, FUTURE = "2026-06-01", "2026-05-31", "2026-06-02"
PEERS = {"local": ("127.0.0.1", 5), "remote": ("192.0.2.7", 5), "proxy": ("10.0.0.5", 5)}
OWN, FOREIGN = "http://localhost:8000", "https://evil.example"
LEVEL = {"viewer": 1, "operator": 2, "admin": 3, "unheard of": 0}
PACK = {
    **{name: name for name in ("comms", "jv", "property", "deals", "search", "history", "notes", "views", "jobs")},
    "market": "property",
    "audit": "audit",
    "access": "access",
}
OPEN = {"/healthz", "/readyz", "/metrics", "/core/access/me"}


def operations(node: Node) -> list[tuple[str, Admits]]:
    """Return the method of every operation, and whom it admits."""
    own = [(method, operation.admits) for method, operation in node.operations.items()]
    nodes = [*node.fixed.values(), *([node.variable] if node.variable else [])]
    return own + [each for inner in nodes for each in operations(inner)]


OPERATIONS = operations(route_tree(create_app().router.routes))
NOWHERE = [(method, Admits()) for method in ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS")]


@dataclass(frozen=True)
class Case:
    """A request. `token` and `session`: how valid they are, None if the request has none."""

    operation: tuple[str, Admits]
    peer: str
    token: str | None
    session: str | None
    role: str
    owner: str | None
    owner_role: str
    scopes: frozenset[str] | None
    origin: str | None
    local_user: bool
    factor_given: bool


def some(*values: str | None) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


CASES = st.builds(
    Case,
    operation=st.sampled_from(OPERATIONS + NOWHERE),
    peer=st.sampled_from(sorted(PEERS)),
    token=some(None, "valid", "valid", "expired", "replaced", "in overlap", "unknown", "malformed"),
    session=some(None, "complete", "factor", "ended", "malformed"),
    role=st.sampled_from(sorted(LEVEL)),
    owner=some(None, "active", "disabled", "invited", "missing"),
    owner_role=some("viewer", "operator", "admin"),
    scopes=st.none() | st.frozensets(st.sampled_from(SCOPES), min_size=1, max_size=4),
    origin=some(None, OWN, OWN, FOREIGN),
    local_user=st.booleans(),
    factor_given=st.booleans(),
)


def expected(case: Case) -> tuple[int, int]:
    """Return the status of a refusal, or 200, and the level of the caller's role."""
    method, admits = case.operation
    reads, cookie, scopes = method in {"GET", "HEAD", "OPTIONS"}, False, None
    level: int | None = None
    if case.token is not None:
        if case.token not in {"valid", "in overlap"} or case.owner not in {None, "active"}:
            return 401, 0
        level, scopes = LEVEL[case.role], case.scopes
        if case.owner is not None:
            level = min(level, LEVEL[case.owner_role])
    elif case.session in {"complete", "factor"} and (is_complete(case) or admits.incomplete):
        cookie = True
        level = LEVEL[case.role] if is_complete(case) else None
    elif case.session is not None:
        if not admits.anyone:
            return 401, 0
    elif case.peer == "local" and (case.local_user or admits.local):
        level = 3
    elif not admits.anyone:
        return 401, 0
    if case.origin == FOREIGN or (cookie and not reads and case.origin is None):
        return 403, 0
    if scopes is not None and not in_scope(scopes, admits.path, reads=reads):
        return 403, 0
    if admits.role is not None and (level or 0) < LEVEL[admits.role]:
        return 403, 0
    if level is not None and level < 2 and not reads and not admits.readers:
        return 403, 0
    return 200, level or 0


def is_complete(case: Case) -> bool:
    """Return whether the sign-in has all factors. Admins need a second one here."""
    return case.session == "complete" and (case.role != "admin" or case.factor_given)


def in_scope(scopes: frozenset[str], path: str | None, *, reads: bool) -> bool:
    if path is None:
        return False
    if path in OPEN:
        return True
    parts = path.split("/")
    pack = PACK[parts[2]] if parts[1] == "core" else "none"
    return f"{pack}:write" in scopes or (reads and f"{pack}:read" in scopes)


def decision(case: Case) -> tuple[int, int]:
    """Return what the admission decides."""

    async def lookup(digest: str) -> LiveToken | None:
        if case.token == "unknown":
            return None
        assert digest == digest_of(SECRET)
        level = min(case.role, case.owner_role if case.owner else case.role, key=lambda role: LEVEL[role])
        expires = {"expired": PAST, "valid": FUTURE}.get(str(case.token))
        until = {"replaced": NOW, "in overlap": FUTURE}.get(str(case.token))
        token = LiveToken("robot", level, case.scopes, expires, None, case.owner, until)
        token.check(NOW)
        return token

    async def find_session(digest: str) -> LiveSession | None:
        if case.session == "ended":
            return None
        assert digest == digest_of(COOKIE)
        stage: Any = case.session
        methods = "password totp" if case.factor_given else "password"
        return LiveSession("ses_1", "per_1", "dana@example.com", case.role, stage, methods, PAST, PAST, FUTURE)

    rules = gate.Rules(proxies=(ip_network("10.0.0.5"),))
    admission = Admission(
        rules, lookup, None, None, find_session, local_user=case.local_user, factor_roles=frozenset({"admin"})
    )
    scope, headers = request(case)
    try:
        caller = asyncio.run(admission(scope, headers, case.operation[1]))
    except AppError as error:
        return error.status, 0
    return 200, LEVEL[caller.roles[-1]] if caller.roles and caller.roles[-1] in LEVEL else 0


def request(case: Case) -> tuple[dict[str, Any], dict[bytes, bytes]]:
    head = {b"host": b"localhost:8000"}
    if case.token is not None:
        head[b"authorization"] = b"Bearer " + (b"vlh_short" if case.token == "malformed" else SECRET.encode())
    if case.session is not None:
        head[b"cookie"] = b"valhalla_8000=" + (b"short" if case.session == "malformed" else COOKIE.encode())
    if case.origin is not None:
        head[b"origin"] = case.origin.encode()
    scope = {"type": "http", "method": case.operation[0], "client": PEERS[case.peer], "headers": list(head.items())}
    return scope | {"http_version": "1.1", "scheme": "http", "path": "/"}, head


@promise("Access", "For any peer, credentials, role, scopes and operation, admission decides like a simple model.")
@given(case=CASES)
@settings(max_examples=600)
def test_admission_decides_like_the_model(case: Case) -> None:
    assert decision(case) == expected(case)
