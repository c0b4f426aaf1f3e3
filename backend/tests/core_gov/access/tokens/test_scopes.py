"""Scopes of tokens: what they open, on every route."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.tokens import scopes, service
from backend.app.core_gov.access.tokens.scopes import SCOPES, check_scopes, includes, pack_of
from backend.app.kit.db import Ctx
from backend.app.kit.errors import AppError, BadInput, Forbidden
from backend.app.settings import Settings
from backend.tests.core_gov.access.target import Serve, bearer
from backend.tests.core_gov.access.test_admission_model import OPERATIONS
from backend.tests.promises import promise

PATHS = sorted({str(admits.path) for _, admits in OPERATIONS})
CORE = [path for path in PATHS if path.startswith("/core/")]
SETS = st.frozensets(st.sampled_from(SCOPES), max_size=6)


def allows(given_scopes: frozenset[str] | None, path: str | None, *, reads: bool) -> bool:
    if given_scopes is None:
        return True
    try:
        check_scopes(given_scopes, path, reads=reads, actor="robot")
    except Forbidden:
        return False
    return True


def test_every_route_of_the_api_has_a_scope_and_every_scope_a_route() -> None:
    """A new package must be added to `scopes.PACKS`."""
    assert [path for path in CORE if pack_of(path) is None] == []
    assert {pack_of(path) for path in CORE} == scopes.PACKS.keys()


def test_paths_outside_the_api_are_open_to_all_tokens_or_to_those_without_scopes() -> None:
    every = frozenset(SCOPES)
    others = [path for path in PATHS if path not in CORE]
    opened = {path for path in others if allows(every, path, reads=True)}
    assert opened == {"/healthz", "/readyz", "/metrics"}
    assert {path.split("/")[1] for path in others if path not in opened} == {"app"}
    assert not allows(every, None, reads=True), "/docs, /openapi.json and paths that do not exist"


@given(SETS, SETS)
def test_scopes_that_include_others_allow_all_that_they_allow(some: frozenset[str], others: frozenset[str]) -> None:
    asked = [(path, reads) for path in CORE for reads in (True, False)]
    more = {case for case in asked if allows(others, case[0], reads=case[1])}
    less = {case for case in asked if allows(some, case[0], reads=case[1])}
    assert includes(some, others) == (more <= less)
    assert includes(None, some)
    assert not includes(some, None)


@given(SETS)
def test_stored_scopes_mean_the_same(some: frozenset[str]) -> None:
    again = frozenset(scopes.stored(some).split())
    assert includes(again, some)
    assert includes(some, again)


@pytest.mark.parametrize("typed", ["", ",", "deals", "deals:fly", "deals:read;jv:read", "DEALS:READ", "app:read"])
def test_unknown_scopes_are_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="the scopes are comms:read, "):
        scopes.parse_scopes(typed)


def test_typed_scopes_are_separated_by_commas_or_spaces() -> None:
    assert scopes.parse_scopes(" deals:read, jv:write comms:read") == {"deals:read", "jv:write", "comms:read"}


@promise("Access", "A token with scopes uses only what they name; everything else is 403 and audited.")
@pytest.mark.parametrize("scope", ["comms:read", "property:write"])
def test_token_beyond_its_scope_is_refused_on_every_route(serve: Serve, data_dir: Path, scope: str) -> None:
    with open_store(Settings(data_dir=data_dir)) as store:
        only = frozenset({scope})
        secret = store.db.write_now(Ctx("tester", "cli"), service.create_token, "robot", "admin", scopes=only)
    target = serve()
    pack, _, access = scope.partition(":")
    with target.client(headers=bearer(secret)) as client:
        for method, admits in OPERATIONS:
            path = str(admits.path)
            answer = client.request(
                method, path.replace("{", "").replace("}", ""), json={} if method != "GET" else None
            )
            inside = pack_of(path) == pack and (access == "write" or method == "GET")
            open_to_all = path in scopes.OPEN_PATHS
            assert (answer.status_code != 403) == (inside or open_to_all), (method, path, answer.text)
        for path in ("/docs", "/openapi.json", "/", "/nothing", "/core/nothing"):
            assert client.get(path).status_code == 403
        refused = client.get("/core/jv/partners")
    assert refused.json()["detail"] == f"this needs the scope jv:read; robot has {scope}"
    (event,) = target.audited(refused.headers["x-request-id"])
    assert (event["actor"], event["outcome"]) == ("robot", "refused")


def test_unknown_stored_scope_opens_nothing() -> None:
    with pytest.raises(AppError):
        check_scopes(frozenset({"*:write", "all"}), "/core/deals", reads=True, actor="robot")
