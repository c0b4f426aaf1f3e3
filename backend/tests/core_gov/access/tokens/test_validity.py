"""Until when tokens are valid: expiry, rotation with overlap, owners, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.links import use_link
from backend.app.core_gov.access.people.schemas import InvitationCreate
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.tokens import service, terms
from backend.app.core_gov.access.tokens.live_token import LastUse, LiveToken
from backend.app.core_gov.access.tokens.terms import NEVER, Term
from backend.app.core_gov.audit import service as audit
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Query
from backend.app.kit.errors import BadInput, Conflict, NotFound, Unauthenticated
from backend.app.settings import Settings
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise

START = "2026-06-01T12:00:00.000000Z"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(moment: str) -> Ctx:
    """Return the context of a unit of work at a time."""
    return Ctx("tester", "cli", at=moment)


def role_of(store: Store, secret: str, now: str) -> str:
    """Return the role that a secret gives at a time, or why it gives none."""
    token = store.db.snapshot_now(service.live_token, digest(secret))
    if token is None:
        return "unknown"
    try:
        token.check(now)
    except Unauthenticated as refused:
        return refused.detail
    return token.role


def made(store: Store, name: str = "robot", role: Role = "operator", **terms_: Any) -> str:
    return store.db.write_now(at(START), service.create_token, name, role, **terms_)


def a_person(store: Store, role: Role = "operator") -> Person:
    """Return a person who has accepted the invitation."""
    link = store.db.write_now(at(START), people.invite, InvitationCreate(email="dana@example.com", role=role))
    person, _ = store.db.write_now(at(START), use_link, link.secret, None, "not a hash")
    return person


@promise("Access", "Tokens expire after a year or as asked; the holder of an expired one is told when it expired.")
def test_token_expires_at_the_exact_moment(store: Store) -> None:
    secret = made(store, term=Term(until="2026-09-01T00:00:00.000000Z"))
    assert role_of(store, secret, "2026-08-31T23:59:59.999999Z") == "operator"
    told = "this access token expired on 2026-09-01; ask for a new one, or rotate it"
    assert role_of(store, secret, "2026-09-01T00:00:00.000000Z") == told
    assert role_of(store, made(store, "default"), "2027-06-01T11:59:59.999999Z") == "operator"
    assert "expired on 2027-06-01" in role_of(store, made(store, "other"), "2027-06-01T12:00:00.000000Z")
    assert role_of(store, made(store, "endless", term=NEVER), "2099-01-01") == "operator"


@promise("Access", "Tokens expire after a year or as asked; the holder of an expired one is told when it expired.")
def test_expired_token_is_refused_over_http_and_guessers_are_told_nothing(
    store_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(store_settings) as store:
        secret = made(store, term=Term(DAY))
    with serving(store_settings) as url, http_client(url, headers={"authorization": f"Bearer {secret}"}) as client:
        monkeypatch.setattr(clock, "now", lambda: "2026-06-02T11:59:59.999999Z")
        assert client.get("/core/deals").status_code == 200
        monkeypatch.setattr(clock, "now", lambda: "2026-06-02T12:00:00.000000Z")
        refused = client.get("/core/deals")
        guessed = client.get("/core/deals", headers={"authorization": f"Bearer vlh_{'x' * 43}"})
    assert (refused.status_code, guessed.status_code) == (401, 401)
    assert "expired on 2026-06-02" in refused.json()["detail"]
    assert guessed.json()["detail"] == "this access token is unknown or revoked"


@promise("Access", "A rotated token works with both secrets until the overlap ends, and never with a third one.")
def test_replaced_secret_works_until_the_overlap_ends(store: Store) -> None:
    first = made(store, term=Term(90 * DAY))
    later = "2026-07-01T12:00:00.000000Z"
    second = store.db.write_now(at(later), service.rotate_token, "robot", HOUR)
    assert role_of(store, first, "2026-07-01T12:59:59.999999Z") == role_of(store, second, later) == "operator"
    told = "the secret of this access token was replaced by a rotation; use the new one"
    assert role_of(store, first, "2026-07-01T13:00:00.000000Z") == told
    third = store.db.write_now(at("2026-07-01T12:30:00.000000Z"), service.rotate_token, "robot", HOUR)
    secrets = [role_of(store, each, "2026-07-01T12:30:00.000001Z") for each in (first, second, third)]
    assert secrets == ["unknown", "operator", "operator"]
    token = store.db.snapshot_now(service.read_token, "robot")
    assert token.expires_at == "2026-09-29T12:30:00.000000Z", "90 days from the last rotation"
    fourth = store.db.write_now(at(later), service.rotate_token, "robot", 0 * HOUR)
    assert [role_of(store, each, later) for each in (second, third, fourth)] == ["unknown", "unknown", "operator"]


def test_rotation_of_an_expired_token_does_not_revive_the_old_secret(store: Store) -> None:
    old = made(store, term=Term(DAY))
    new = store.db.write_now(at("2026-06-05T12:00:00.000000Z"), service.rotate_token, "robot", DAY)
    assert role_of(store, old, "2026-06-05T12:00:00.000001Z") == "unknown"
    assert role_of(store, new, "2026-06-05T12:00:00.000001Z") == "operator"
    short = store.db.write_now(at("2026-06-06T11:00:00.000000Z"), service.rotate_token, "robot", DAY)
    assert "replaced" in role_of(store, new, "2026-06-06T12:00:00.000000Z"), "the overlap ends with the old expiry"
    assert role_of(store, short, "2026-06-06T12:00:00.000000Z") == "operator"


@promise("Access", "A rotated token works with both secrets until the overlap ends, and never with a third one.")
def test_concurrent_rotations_leave_exactly_two_secrets(store: Store, ctx: Ctx) -> None:
    first = store.db.write_now(ctx, service.create_token, "robot", "operator")
    with ThreadPoolExecutor(4) as pool:
        rotated = list(pool.map(lambda _: store.db.write_now(ctx, service.rotate_token, "robot"), range(8)))
    valid = [each for each in (first, *rotated) if role_of(store, each, clock.now()) == "operator"]
    assert len(valid) == 2
    events, _ = store.db.snapshot_now(audit.read_events, {"entity": "token", "action": "token.rotated"}, 100, None)
    assert len(events) == 8
    assert not [secret for secret in (first, *rotated) if secret in str(events)]


def test_revocation_ends_all_secrets_and_enabling_does_not_bring_the_replaced_one_back(store: Store) -> None:
    first = made(store, term=NEVER)
    second = store.db.write_now(at(START), service.rotate_token, "robot", DAY)
    assert store.db.write_now(at(START), service.revoke_all) == ["robot"]
    assert [role_of(store, each, START) for each in (first, second)] == ["unknown", "unknown"]
    with pytest.raises(Conflict, match="was revoked; create a new token"):
        store.db.write_now(at(START), service.rotate_token, "robot")
    with pytest.raises(Conflict, match="was revoked"):
        store.db.write_now(at(START), service.set_expiry, "robot", NEVER)
    store.db.write_now(at(START), service.enable_token, "robot")
    assert [role_of(store, each, START) for each in (first, second)] == ["unknown", "operator"]
    with pytest.raises(NotFound):
        store.db.write_now(at(START), service.rotate_token, "nobody")


@promise("Access", "A token with an owner works only while the account is active, with the lower of both roles.")
def test_role_and_account_of_the_owner_limit_the_token(store: Store) -> None:
    person = a_person(store)
    secret = made(store, owner=person)
    with pytest.raises(Conflict, match=r"dana@example\.com is operator, so the token can be operator at most"):
        made(store, "higher", "admin", owner=person)
    assert role_of(store, secret, START) == "operator"
    for role in ("viewer", "operator", "viewer"):
        store.db.write_now(at(START), people.change_role, person.email, role)
        assert role_of(store, secret, START) == role
    store.db.write_now(at(START), people.set_status, person.email, "disabled")
    assert role_of(store, secret, START) == "the owner of this access token has no active account"
    assert store.db.snapshot_now(service.read_token, "robot").state == "owner inactive"
    assert store.db.snapshot_now(service.count_valid, person.id) == 1
    with pytest.raises(Conflict, match="whose account is not active"):
        store.db.write_now(at(START), service.rotate_token, "robot")
    with pytest.raises(Conflict, match="is disabled: enable the account first"):
        made(store, "late", "viewer", owner=store.db.snapshot_now(people.get_person, person.id))
    store.db.write_now(at(START), lambda tx: tx.run(Query(text("DELETE FROM people"))))
    assert role_of(store, secret, START) == "the owner of this access token has no active account"


@promise("Access", "A token and a person never have the same name.")
def test_names_of_tokens_and_people_are_distinct(store: Store) -> None:
    a_person(store)
    with pytest.raises(Conflict, match="is a person; a token needs a name of its own"):
        made(store, "Dana@Example.com")
    made(store, "Kim@example.com")
    with pytest.raises(Conflict, match=r"kim@example\.com is the name of an access token"):
        store.db.write_now(at(START), people.invite, InvitationCreate(email="kim@example.com", role="viewer"))
    store.db.write_now(at(START), service.revoke_token, "Kim@example.com")
    store.db.write_now(at(START), people.invite, InvitationCreate(email="kim@example.com", role="viewer"))


def test_expiry_is_changed_and_renewed_by_the_new_duration(store: Store) -> None:
    made(store, term=NEVER)
    later = "2026-07-01T00:00:00.000000Z"
    assert store.db.write_now(at(START), service.rotate_token, "robot")
    assert store.db.snapshot_now(service.read_token, "robot").expires_at is None
    changed = store.db.write_now(at(later), service.set_expiry, "robot", Term(90 * DAY))
    assert changed.expires_at == "2026-09-29T00:00:00.000000Z"
    store.db.write_now(at("2026-08-01T00:00:00.000000Z"), service.rotate_token, "robot")
    assert store.db.snapshot_now(service.read_token, "robot").expires_at == "2026-10-30T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("typed", "lasts", "until"),
    [
        ("90d", 90 * DAY, None),
        ("24h", DAY, None),
        (" 2W ", 14 * DAY, None),
        ("1y", 365 * DAY, None),
        ("never", None, None),
        ("2027-01-31", None, "2027-01-31T08:00:00.000000Z"),
    ],
)
def test_typed_expiry(typed: str, lasts: timedelta | None, until: str | None, pacific: None) -> None:
    term = terms.parse_term(typed)
    assert (term.until, term.lasts if until is None else None) == (until, lasts)


@pytest.fixture
def pacific() -> Any:
    from zoneinfo import ZoneInfo

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_zone", ZoneInfo("America/Vancouver"))
        yield


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{1,9}[hdwym]|[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}", fullmatch=True))
def test_any_typed_expiry_is_understood_or_refused(typed: str) -> None:
    with suppress(BadInput):
        end = terms.parse_term(typed).end(START)
        assert end is None or START < end <= "2036-06-08T12:00:00.000000Z"


@pytest.mark.parametrize("typed", ["31d", "x", "", "-1h", "never", "1e3h"])
def test_overlap_that_is_too_long_or_unclear_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="not an overlap"):
        terms.parse_overlap(typed)


def test_last_use_is_noted_once_an_hour(store_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(store_settings) as store:
        secret = made(store)
    noted: Callable[[], str | None] = lambda: store.db.snapshot_now(service.read_token, "robot").used_at  # noqa: E731
    head = {"authorization": f"Bearer {secret}"}
    with serving(store_settings) as url, http_client(url, headers=head) as client, open_store(store_settings) as store:
        for moment, expected in (
            ("2026-06-01T13:59:00.000000Z", "2026-06-01T13:00:00.000000Z"),
            ("2026-06-01T13:59:59.000000Z", "2026-06-01T13:00:00.000000Z"),
            ("2026-06-01T14:00:00.000000Z", "2026-06-01T14:00:00.000000Z"),
        ):
            monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
            assert client.get("/core/deals").status_code == 200
            assert noted() == expected


def test_last_use_is_due_once_for_concurrent_requests_and_in_limited_memory() -> None:
    last_use, token = LastUse(), LiveToken("robot", "viewer", used_at="2026-06-01T12:00:00.000000Z")
    assert not last_use.is_due(token, "2026-06-01T12:59:59.999999Z")
    assert last_use.is_due(token, "2026-06-01T13:00:00.000000Z")
    assert not last_use.is_due(token, "2026-06-01T13:00:00.000001Z"), "the first request is about to note it"
    for n in range(3 * LastUse.MAX_TOKENS):
        assert last_use.is_due(LiveToken(f"t{n}", "viewer"), START)
    assert len(last_use._noted) <= LastUse.MAX_TOKENS
