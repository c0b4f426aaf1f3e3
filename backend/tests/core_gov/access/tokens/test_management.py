"""Tokens over the API: people manage their own, admins all, and tokens never exceed themselves."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.schemas import ROLES
from backend.app.core_gov.access.sessions import limits
from backend.app.core_gov.access.system_user import system_user
from backend.app.core_gov.access.tokens import service
from backend.app.core_gov.access.tokens.permissions import Grant, Requester
from backend.app.core_gov.access.tokens.scopes import SCOPES, includes
from backend.app.core_gov.access.tokens.terms import NEVER
from backend.app.core_gov.audit import service as audit
from backend.app.kit.clock import later, now
from backend.app.kit.errors import AppError
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import CLI, Browser, Office, open_office
from backend.tests.promises import promise

TOKENS = "/core/access/tokens"


def names(answer: httpx.Response) -> list[str]:
    return [token["name"] for token in answer.json()["items"]]


def refusal(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["detail"])


def as_token(office: Office, secret: str, method: str, path: str, body: object = None) -> httpx.Response:
    with office.browser() as client:
        return client.client.request(method, path, json=body, headers={"authorization": f"Bearer {secret}"})


@promise("Access", "`POST /core/access/tokens` creates a token: people for themselves, admins for anyone or nobody.")
@promise("Access", "`GET /core/access/tokens` lists a person's own tokens, and for admins all.")
def test_people_manage_their_own_tokens_and_admins_all(store_settings: Settings) -> None:
    with open_office(store_settings) as office, office.signed_in("ada@example.com", "admin") as admin:
        with office.signed_in("vic@example.com", "viewer") as viewer:
            made = viewer.post(TOKENS, {"name": "vics", "scopes": ["deals:read", "deals:write"]})
            assert made.status_code == 201
            secret, token = made.json()["secret"], made.json()["token"]
            assert (token["owner"], token["role"], token["scopes"]) == ("vic@example.com", "viewer", ["deals:write"])
            assert as_token(office, secret, "GET", "/core/deals").status_code == 200
            check_limits_of_a_viewer(viewer)
            for_nobody = admin.post(TOKENS, {"name": "robot", "role": "admin", "owner": None, "expires_at": None})
            assert for_nobody.json()["token"]["owner"] is None
            given = admin.post(TOKENS, {"name": "gift", "owner": "Vic@Example.com"})
            assert given.json()["token"]["owner"] == "vic@example.com"
            assert refusal(admin.post(TOKENS, {"name": "x", "owner": "no@example.com"}), 404)
            assert "the user of this machine" in refusal(admin.post(TOKENS, {"name": system_user()}), 403)
            assert names(viewer.get(TOKENS)) == ["vics", "gift"]
            assert names(admin.get(TOKENS)) == ["vics", "robot", "gift"]
            assert refusal(viewer.post(f"{TOKENS}/robot/rotate"), 404) == "token robot not found"
            assert refusal(viewer.post(f"{TOKENS}/robot/revoke"), 404) == "token robot not found"
            rotated = viewer.post(f"{TOKENS}/vics/rotate", {"overlap_hours": 0}).json()["secret"]
            assert as_token(office, secret, "GET", "/core/deals").status_code == 401
            assert as_token(office, rotated, "GET", "/core/deals").status_code == 200
            assert admin.post(f"{TOKENS}/vics/revoke").json()["state"] == "revoked"
            assert as_token(office, rotated, "GET", "/core/deals").status_code == 401
        check_trail(store_settings, secret, rotated)


def check_limits_of_a_viewer(viewer: Browser) -> None:
    """Assert that a viewer gives nothing that viewers do not have."""
    assert "viewer at most" in refusal(viewer.post(TOKENS, {"name": "more", "role": "operator"}), 403)
    for owner in ("ada@example.com", None):
        assert "only an admin" in refusal(viewer.post(TOKENS, {"name": "others", "owner": owner}), 403)
    assert "only an admin can name" in refusal(viewer.post(TOKENS, {"name": "boss@example.com"}), 403)
    assert "the user of this machine" in refusal(viewer.post(TOKENS, {"name": system_user()}), 403)
    key = viewer.post(TOKENS, {"name": "again"}, **{"idempotency-key": "k"})
    assert "takes no Idempotency-Key" in refusal(key, 400)


def check_trail(settings: Settings, *secrets: str) -> None:
    with open_store(settings) as store:
        events, _ = store.db.snapshot_now(audit.read_events, {"entity": "token", "entity_id": "vics"}, 10, None)
    acts = [("token.revoked", "ada@example.com"), ("token.rotated", "vic@example.com")]
    assert [(event["action"], event["actor"]) for event in events] == [*acts, ("token.created", "vic@example.com")]
    assert not [secret for secret in secrets if secret.removeprefix("vlh_") in str(events)]


@promise("Access", "Creating and rotating a token needs a recent sign-in; revoking one does not.")
def test_new_secrets_need_a_recent_sign_in(store_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_office(store_settings) as office, office.signed_in("ada@example.com", "admin") as admin:
        assert admin.post(TOKENS, {"name": "robot"}).status_code == 201
        monkeypatch.setattr(limits, "RECENT", 0 * limits.RECENT)
        assert "needs a recent sign-in" in refusal(admin.post(TOKENS, {"name": "late"}), 403)
        assert "needs a recent sign-in" in refusal(admin.post(f"{TOKENS}/robot/rotate"), 403)
        assert admin.post(f"{TOKENS}/robot/revoke").status_code == 200


@promise("Access", "`POST /core/access/tokens/{token_name}/rotate` replaces a secret; by a token, only within its own.")
@promise("Access", "`POST /core/access/tokens/{token_name}/revoke` ends a token at once, with all its secrets.")
def test_token_manages_tokens_only_within_its_own_grant(store_settings: Settings) -> None:
    with open_store(store_settings) as store:

        def token(name: str, **terms: Any) -> str:
            return store.db.write_now(CLI, service.create_token, name, terms.pop("role", "admin"), **terms)

        operator, unscoped = token("operator", role="operator"), token("root", term=NEVER)
        only = frozenset({"access:write", "deals:read"})
        keeper, reader = token("keeper", scopes=only), token("reader", scopes=frozenset({"access:read", "deals:read"}))
        token("wide")
        token("eternal", scopes=frozenset({"deals:read"}), term=NEVER)
    with open_office(store_settings) as office:
        for secret, named in ((operator, "role admin and the scope access:write"), (reader, "scope access:write")):
            assert named in refusal(as_token(office, secret, "POST", TOKENS, {"name": "x"}), 403)
            assert named in refusal(as_token(office, secret, "POST", f"{TOKENS}/wide/rotate", {}), 403)
            assert named in refusal(as_token(office, secret, "POST", f"{TOKENS}/wide/revoke"), 403)
        assert names(as_token(office, operator, "GET", TOKENS)) == ["operator"]
        assert "only scopes that keeper has" in refusal(as_token(office, keeper, "POST", TOKENS, {"name": "x"}), 403)
        assert "only scopes" in refusal(as_token(office, keeper, "POST", f"{TOKENS}/wide/rotate", {}), 403)
        assert "valid until" in refusal(as_token(office, keeper, "POST", f"{TOKENS}/eternal/rotate", {}), 403)
        narrow: dict[str, Any] = {"name": "narrow", "scopes": ["deals:read"], "expires_at": None}
        assert "valid until" in refusal(as_token(office, keeper, "POST", TOKENS, narrow), 403)
        narrow["expires_at"] = later(now(), timedelta(days=1))
        assert as_token(office, keeper, "POST", TOKENS, narrow).status_code == 201
        del narrow["expires_at"]
        assert as_token(office, keeper, "POST", TOKENS, narrow | {"name": "default"}).status_code == 201
        own = as_token(office, keeper, "POST", f"{TOKENS}/keeper/rotate", {"overlap_hours": 1}).json()
        before = as_token(office, unscoped, "GET", TOKENS).json()["items"]
        assert own["token"]["expires_at"] == next(each["expires_at"] for each in before if each["name"] == "keeper")
        assert as_token(office, unscoped, "POST", f"{TOKENS}/wide/rotate", {}).status_code == 200
        assert as_token(office, keeper, "POST", f"{TOKENS}/wide/revoke").status_code == 200


TIMES = ("2026-01-01", "2026-06-01")
GRANTS = st.builds(
    Grant,
    role=st.sampled_from(ROLES),
    owner=st.sampled_from([None, "per_1", "per_2"]),
    scopes=st.none() | st.frozensets(st.sampled_from((*SCOPES[:6], "access:write")), min_size=1),
    expires_at=st.sampled_from([None, *TIMES]),
)


@promise("Access", "A token never creates one with more than it has: role, scopes, owner, expiry.")
@given(own=GRANTS, asked=GRANTS)
def test_token_never_gives_more_than_it_has(own: Grant, asked: Grant) -> None:
    try:
        Requester("robot", own.role, None, "robot", own).check_may_give(asked)
    except AppError:
        return
    assert own.role == "admin"
    assert includes(own.scopes, frozenset({"access:write"}))
    assert includes(own.scopes, asked.scopes)
    assert own.owner in {None, asked.owner}
    assert (asked.expires_at or "9") <= (own.expires_at or "9")
