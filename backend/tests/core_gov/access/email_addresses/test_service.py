"""Changes of an email address: who may make them, and what follows."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.access.email_addresses import service
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people import store as store_of_people
from backend.app.core_gov.access.people.schemas import InvitationCreate
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.views import service as views
from backend.app.core_gov.views.schemas import ViewCreate
from backend.app.core_gov.views.store import views_of
from backend.app.kit.db import Ctx, Query
from backend.app.kit.errors import Conflict
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import CLI, PASSWORD, Browser, Office, open_office
from backend.tests.promises import promise

ADMIN, DANA, NEW = "ana@example.com", "dana@example.com", "dana.fox@example.com"
VIEW = {"list": "deals", "name": "Mine", "query": ""}


@pytest.fixture
def office(store_settings: Settings) -> Iterator[Office]:
    with open_office(store_settings) as opened:
        yield opened


def person_of(admin: Browser, email: str) -> str:
    found = admin.get("/core/access/people").json()["items"]
    return next(f"/core/access/people/{each['id']}" for each in found if each["email"] == email)


def patch(admin: Browser, path: str, email: str, **headers: str) -> httpx.Response:
    return admin.client.patch(path, json={"email": email}, headers={"origin": admin.origin, **headers})


@promise("Access", "A person keeps password, tokens and saved views under a new email address; links and sessions end.")
@promise("Audit trail", "A changed email address is an event with the one before; earlier events keep the earlier one.")
def test_what_is_kept_under_an_address_follows_it(office: Office) -> None:
    with office.signed_in(ADMIN, "admin") as admin, office.signed_in(DANA) as dana:
        key = {"idempotency-key": "once"}
        view = dana.post("/core/views", VIEW, **key).json()
        dana.post("/core/access/tokens", {"name": "laptop"}).raise_for_status()
        path = person_of(admin, DANA)
        link = admin.post(f"{path}/reset").json()["link"].partition("#")[2]
        tag = admin.get(path).headers["etag"]
        assert patch(admin, path, NEW, **{"if-match": '"0"'}).status_code == 412
        changed = patch(admin, path, f" {NEW.upper()} ", **{"if-match": tag})
        assert (changed.status_code, changed.json()["email"]) == (200, NEW), changed.text
        assert dana.get("/core/access/me").status_code == 401
        assert "replaced or withdrawn" in dana.accept(link).json()["detail"]
        assert dana.sign_in(DANA).status_code == 401
        assert dana.sign_in(NEW).json()["actor"] == NEW
        assert dana.post("/core/views", VIEW, **key).json() == view
        owned = dana.get(f"/core/views/{view['id']}").json()
        assert owned == view | {"owner": NEW, "updated_at": owned["updated_at"]}
        assert [each["owner"] for each in dana.get("/core/access/tokens").json()["items"]] == [NEW]
        (event,) = admin.get(f"/core/audit/events?action={service.CHANGED}").json()["items"]
        assert (event["actor"], event["changes"]) == (ADMIN, {"email": {"before": DANA, "after": NEW}})
        assert admin.get(f"/core/audit/events?actor={DANA}&action=view.created").json()["items"]
        page = admin.get(path.replace("/core/access", "/app")).text
        assert f'href="/app/audit?actor={DANA.replace("@", "%40")}"' in page


@promise("Access", "An email address belongs to one person, also to a disabled one, and is never the name of a token.")
def test_addresses_that_are_taken_are_refused(office: Office) -> None:
    taken = {ADMIN.upper(): "another person", "gone@example.com": "a disabled person", "robot@example.com": "a token"}
    with office.signed_in(ADMIN, "admin") as admin:
        for email in (DANA, "gone@example.com", "max@m\u00fcnchen.de"):
            office.invite(email)
        admin.client.patch(
            person_of(admin, "gone@example.com"), json={"status": "disabled"}, headers={"origin": admin.origin}
        ).raise_for_status()
        admin.post("/core/access/tokens", {"name": "robot@example.com"}).raise_for_status()
        path = person_of(admin, DANA)
        for email, whose in {**taken, "max@XN--mnchen-3ya.de": "another person"}.items():
            answer = patch(admin, path, email)
            assert answer.status_code == 409, email
            assert whose.removeprefix("a token") in answer.json()["detail"]
        assert patch(admin, path, "dana").status_code == 400
        assert patch(admin, path, DANA.upper()).json()["email"] == DANA
        assert admin.get(f"/core/audit/events?action={service.CHANGED}").json()["items"] == []
        assert admin.get(path).json()["email"] == DANA


@promise("Access", "`POST /core/access/email` changes one's own address: after a recent sign-in, with the password.")
def test_people_change_their_own_address(office: Office) -> None:
    with office.signed_in(DANA, "viewer") as dana, office.browser() as other:
        other.sign_in(DANA).raise_for_status()
        given = {"email": NEW, "current": PASSWORD}
        assert dana.post("/core/access/email", {"email": NEW}).json()["errors"][0]["field"] == "current"
        wrong = dana.post("/core/access/email", {**given, "current": "not the password"})
        assert wrong.json()["errors"][0]["message"] == "current is wrong"
        age_sign_ins(office)
        assert "recent sign-in" in dana.post("/core/access/email", given).json()["detail"]
        dana.post("/core/access/confirm", {"password": PASSWORD}).raise_for_status()
        assert dana.post("/core/access/email", given).json()["email"] == NEW
        assert dana.get("/core/access/me").json()["actor"] == NEW
        assert other.get("/core/access/me").status_code == 401
        assert office_trail(office, service.CHANGED)[0]["actor"] == DANA
        assert "ask an admin" in dana.post("/core/access/email", {**given, "email": DANA}).json()["detail"]


def test_own_address_without_a_password_needs_only_the_sign_in(office: Office) -> None:
    with office.signed_in(DANA) as dana:
        with open_store(office.settings) as store:
            person = store.db.snapshot_now(people.require, DANA)
            store.db.write_now(CLI, store_of_people.update_person, replace(person, password_hash=None))
        assert dana.post("/core/access/email", {"email": NEW}).json()["email"] == NEW


def age_sign_ins(office: Office) -> None:
    old = Query(text("UPDATE sessions SET signed_in_at = '2026-01-01T00:00:00.000000Z'"))
    with open_store(office.settings) as store:
        store.db.write_now(CLI, lambda tx: tx.run(old))


def office_trail(office: Office, action: str) -> list[dict[str, object]]:
    with open_store(office.settings) as store:
        return store.db.snapshot_now(audit.read_events, {"action": action}, 10, None)[0]


POOL = [f"person{number}@example.com" for number in range(5)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(POOL)), max_size=8))
def test_views_stay_with_their_person_whatever_the_changes(store: Store, changes: list[tuple[int, str]]) -> None:
    for person in store.db.snapshot_now(people.list_people).items:  # of the example before
        store.db.write_now(CLI, service.change_address, person.id, f"{person.id}@example.com", views.change_owner)
    ids, made = [], []
    for email in POOL[:3]:
        ids.append(store.db.write_now(CLI, people.invite, InvitationCreate(email=email)).person.id)
        payload = ViewCreate.model_validate(VIEW)
        made.append(store.db.write_now(Ctx(email, "api"), views.create_view, payload).fields["id"])
    emails = POOL[:3]
    for which, email in changes:
        if email in emails and emails[which] != email:
            with pytest.raises(Conflict, match="another person"):
                store.db.write_now(CLI, service.change_address, ids[which], email, views.change_owner)
        else:
            store.db.write_now(CLI, service.change_address, ids[which], email, views.change_owner)
            emails[which] = email
    for email, view in zip(emails, made, strict=True):
        kept = store.db.write_now(CLI, views_of, email)
        assert [(each.fields["id"], each.fields["status"]) for each in kept] == [(view, "active")]


def test_view_of_an_earlier_holder_stays_the_active_one(store: Store) -> None:
    payload = ViewCreate.model_validate(VIEW)
    for name in (NEW, DANA):
        store.db.write_now(Ctx(name, "api"), views.create_view, payload)
    person = store.db.write_now(CLI, people.invite, InvitationCreate(email=DANA)).person
    store.db.write_now(CLI, service.change_address, person.id, NEW, views.change_owner)
    assert [each.fields["status"] for each in store.db.write_now(CLI, views_of, NEW)] == ["active", "archived"]


def test_name_of_a_token_is_refused_until_it_is_revoked(store: Store) -> None:
    person = store.db.write_now(CLI, people.invite, InvitationCreate(email=DANA)).person
    store.db.write_now(CLI, tokens.create_token, NEW, "viewer")
    with pytest.raises(Conflict, match="revoke that token first"):
        store.db.write_now(CLI, service.change_address, person.id, NEW, views.change_owner)
    store.db.write_now(CLI, tokens.revoke_token, NEW)
    store.db.write_now(CLI, service.change_address, person.id, NEW, views.change_owner)
