"""Tokens in the database: created, used, revoked, and stored as digests only."""

import json
import re
from typing import cast

import pytest
from sqlalchemy import text

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.access.tokens import service
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import Ctx, Query, Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound
from backend.app.settings import Settings
from backend.tests.harness import http_client
from backend.tests.promises import promise


def test_token_is_valid_until_revoked(store: Store, ctx: Ctx) -> None:
    secret = store.db.write_now(ctx, service.create_token, "laptop", "operator")
    digest = service.token_digest(f"Bearer {secret}".encode())
    assert digest is not None
    found = store.db.snapshot_now(service.live_token, digest)
    assert found is not None
    assert (found.name, found.role) == ("laptop", "operator")
    store.db.write_now(ctx, service.revoke_token, "laptop")
    assert store.db.snapshot_now(service.live_token, digest) is None


def test_tokens_are_long_and_unique(store: Store, ctx: Ctx) -> None:
    secrets = {store.db.write_now(ctx, service.create_token, f"t{n}", "viewer") for n in range(20)}
    assert len(secrets) == 20
    assert all(re.fullmatch(r"vlh_[A-Za-z0-9_-]{43}", secret) for secret in secrets)


@promise("Access", "Tokens are stored hashed; a revoked or unknown token returns 401; guessing is slowed down.")
def test_secret_is_not_in_the_database(store: Store, ctx: Ctx) -> None:
    secret = store.db.write_now(ctx, service.create_token, "laptop", "admin")
    store.db.write_now(ctx, service.revoke_token, "laptop")

    def everything(tx: Tx) -> str:
        page = audit.list_events(tx, {}, 100, None)
        return json.dumps([service.list_tokens(tx), page.docs], default=str)

    found = store.db.snapshot_now(everything)
    assert "laptop" in found
    assert secret not in found
    assert secret.removeprefix("vlh_") not in found


@promise("Audit trail", "Changes made by CLI commands and jobs are audited too.")
def test_creating_and_revoking_a_token_is_audited(store: Store, ctx: Ctx) -> None:
    store.db.write_now(ctx, service.create_token, "laptop", "admin")
    store.db.write_now(ctx, service.revoke_token, "laptop")
    page = store.db.snapshot_now(audit.list_events, {"entity": "token", "entity_id": "laptop"}, 100, None)
    events = [json.loads(doc) for doc in page.docs]
    assert [(event["action"], event["actor"]) for event in events] == [
        ("token.revoked", ctx.actor),
        ("token.created", ctx.actor),
    ]
    assert events[1]["changes"]["role"]["after"] == "admin"


def test_name_of_a_revoked_token_cannot_be_reused(store: Store, ctx: Ctx) -> None:
    store.db.write_now(ctx, service.create_token, "laptop", "admin")
    with pytest.raises(Conflict, match="laptop"):
        store.db.write_now(ctx, service.create_token, "laptop", "viewer")
    store.db.write_now(ctx, service.revoke_token, "laptop")
    with pytest.raises(Conflict, match="revoked"):
        store.db.write_now(ctx, service.create_token, "laptop", "viewer")
    with pytest.raises(NotFound):
        store.db.write_now(ctx, service.revoke_token, "laptop")
    with pytest.raises(NotFound):
        store.db.write_now(ctx, service.revoke_token, "nobody")


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "a b", "a\n", "\x1b[31m", "-", ".", "a/b", "a:b", "ä", "x" * 65, "client 192.0.2.7", "a'--", "a\x00",
    ],
)  # fmt: skip
def test_invalid_names_are_refused(name: str) -> None:
    untouched = cast("Tx", None)
    with pytest.raises(BadInput, match="name"):
        service.create_token(untouched, name, "viewer")


@promise("Access", "`valhalla token create NAME --role …` prints a token once; `list` and `revoke` manage tokens.")
def test_tokens_are_listed_without_their_digest(store: Store, ctx: Ctx) -> None:
    for name in ("first", "second"):
        store.db.write_now(ctx, service.create_token, name, "viewer")
    store.db.write_now(ctx, service.revoke_token, "first")
    tokens = store.db.snapshot_now(service.list_tokens)
    assert [(token.name, token.role, token.revoked_at is None) for token in tokens] == [
        ("first", "viewer", False),
        ("second", "viewer", True),
    ]


def test_token_lookup_uses_an_index(store: Store) -> None:
    """The time to look up a wrong token does not depend on the number of tokens."""
    if store.db.dialect == "sqlite":
        statement = "EXPLAIN QUERY PLAN SELECT name, role FROM access_tokens WHERE digest = 'x' AND revoked_at IS NULL"
        rows = store.db.snapshot_now(lambda tx: tx.all(Query(text(statement))))
        assert "USING INDEX" in str(rows)
    else:
        statement = "SELECT indexdef FROM pg_indexes WHERE tablename = 'access_tokens'"
        rows = store.db.snapshot_now(lambda tx: tx.all(Query(text(statement))))
        assert re.search(r"UNIQUE INDEX \S+ ON \S+ USING btree \(digest\)", str(rows))


@promise("Access", "`valhalla token create NAME --role …` prints a token once; `list` and `revoke` manage tokens.")
def test_token_created_or_revoked_while_serving_takes_effect(settings: Settings, ctx: Ctx, base_url: str) -> None:
    """Another process writes, as `valhalla token` does; it takes effect with the next request."""
    with open_store(settings) as store, http_client(base_url) as client:
        secret = store.db.write_now(ctx, service.create_token, "laptop", "viewer")
        head = {"Authorization": f"Bearer {secret}"}
        assert client.get("/core/deals", headers=head).status_code == 200
        assert client.post("/core/deals", headers=head, json={"name": "x"}).status_code == 403
        store.db.write_now(ctx, service.revoke_token, "laptop")
        assert client.get("/core/deals", headers=head).status_code == 401
        assert client.get("/core/deals").status_code == 200
