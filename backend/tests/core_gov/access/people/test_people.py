"""People: invitations, links, roles, and the last admin."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.access.people import links
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people import store as store_of_people
from backend.app.core_gov.access.people.schemas import InvitationCreate, PersonPatch, sign_in_name
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Query
from backend.app.kit.errors import Conflict, NotFound
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import CLI, PASSWORD, Browser, Office, open_office
from backend.tests.promises import promise

ADMIN, DANA = "ana@example.com", "dana@example.com"


@pytest.fixture
def office(store_settings: Settings) -> Iterator[Office]:
    with open_office(store_settings) as opened:
        yield opened


@pytest.fixture
def admin(office: Office) -> Iterator[Browser]:
    with office.signed_in(ADMIN, "admin") as browser:
        yield browser


def invite(store: Store, email: str, role: str = "operator") -> links.NewLink:
    invitation = InvitationCreate.model_validate({"email": email, "role": role})
    return store.db.write_now(CLI, people.invite, invitation)


def secret_of(answer: httpx.Response) -> str:
    return str(answer.raise_for_status().json()["link"]).partition("#")[2]


@promise("Access", "`POST /core/access/people` invites, `POST /core/access/people/{person_id}/reset` makes a new link.")
@promise("Access", "A link works once, within 72 hours; a new one replaces it; its secret is in no log and no event.")
def test_links_work_once_and_replace_each_other(office: Office, admin: Browser) -> None:
    first = secret_of(admin.post("/core/access/people", {"email": DANA, "role": "operator"}))
    second = secret_of(admin.post("/core/access/people", {"email": DANA, "role": "viewer"}))
    with office.browser() as dana:
        assert "replaced or withdrawn" in dana.accept(first).json()["detail"]
        assert dana.accept(second[:-1]).status_code == 404
        assert dana.accept(second).json() | {"session": ""} == {
            "actor": DANA, "role": "viewer", "session": "", "stage": "complete",
        }  # fmt: skip
        assert "used already" in dana.accept(second).json()["detail"]
        assert "can sign in already" in admin.post("/core/access/people", {"email": DANA}).json()["detail"]
        person = next(each for each in admin.get("/core/access/people").json()["items"] if each["email"] == DANA)
        reset = secret_of(admin.post(f"/core/access/people/{person['id']}/reset"))
        assert dana.accept(reset, "twelve dry raincoats").status_code == 200
        assert dana.sign_in(DANA).status_code == 401
        dana.sign_in(DANA, "twelve dry raincoats").raise_for_status()
    trail = admin.get("/core/audit/events?limit=500").text
    assert not [secret for secret in (first, second, reset, PASSWORD) if secret in trail]


@promise("Access", "Two uses of one link at the same time: one sets the password.")
def test_link_is_used_by_one_of_two_at_once(office: Office) -> None:
    secret = office.invite(DANA)

    async def both() -> list[int]:
        async with httpx.AsyncClient(base_url=office.url, trust_env=False, timeout=300) as client:
            asked = [
                client.post("/core/access/links/accept", json={"secret": secret, "password": f"{PASSWORD} {number}"})
                for number in range(6)
            ]
            return sorted(answer.status_code for answer in await asyncio.gather(*asked))

    assert asyncio.run(both()) == [200, *[409] * 5]


def test_link_expires(store: Store) -> None:
    made = invite(store, DANA)
    later = Ctx("x", "cli", at=clock.later(made.expires_at, links.VALID_FOR * 0))
    with pytest.raises(Conflict, match="has expired"):
        store.db.write_now(later, links.find_link, made.secret)


@promise("Access", "The last admin who can sign in cannot be demoted or disabled, not even by two requests at once.")
def test_last_admin_stays(office: Office, admin: Browser) -> None:
    me = admin.get("/core/access/people").json()["items"][0]["id"]
    for patch in ({"role": "viewer"}, {"status": "disabled"}):
        answer = admin.client.patch(f"/core/access/people/{me}", json=patch, headers={"origin": admin.origin})
        assert answer.status_code == 409
        assert "the last admin who can sign in" in answer.json()["detail"]
    with office.signed_in(DANA, "admin"):
        both = {each["email"]: each["id"] for each in admin.get("/core/access/people").json()["items"]}

        async def leave() -> list[int]:
            async with httpx.AsyncClient(
                base_url=office.url, trust_env=False, timeout=300, cookies=admin.client.cookies
            ) as client:
                asked = [
                    client.patch(
                        f"/core/access/people/{each}", json={"role": "viewer"}, headers={"origin": admin.origin}
                    )
                    for each in both.values()
                ]
                return [answer.status_code for answer in await asyncio.gather(*asked)]

        outcomes = asyncio.run(leave())
        assert sorted(outcomes) in ([200, 409], [200, 401])
    with open_store(office.settings) as store:
        found = store.db.snapshot_now(people.list_people).items
        assert [each.role for each in found].count("admin") == 1


@promise("Access", "`PATCH /core/access/people/{person_id}` changes name, role, status and address, by If-Match.")
@promise("Access", "`GET /core/access/people` and `GET /core/access/people/{person_id}` are for admins.")
def test_person_is_changed_as_read(office: Office, admin: Browser) -> None:
    office.invite(DANA)
    person = next(each for each in admin.get("/core/access/people").json()["items"] if each["email"] == DANA)
    path = f"/core/access/people/{person['id']}"
    tag = admin.get(path).headers["etag"]
    head = {"origin": admin.origin, "if-match": tag}
    assert admin.client.patch(path, json={"name": "Dana Fox"}, headers=head).json()["name"] == "Dana Fox"
    assert admin.client.patch(path, json={"name": "Dana Box"}, headers=head).status_code == 412
    head = {"origin": admin.origin}
    active = admin.client.patch(path, json={"status": "active"}, headers=head)
    assert "has not accepted the invitation" in active.json()["detail"]
    assert admin.client.patch(path, json={"status": "disabled"}, headers=head).json()["status"] == "disabled"
    assert "is disabled" in admin.post(f"{path}/reset").json()["detail"]
    assert admin.client.patch(path, json={"status": "active"}, headers=head).json()["status"] == "invited"
    repeated = admin.post("/core/access/people", {"email": "x@example.com"}, **{"idempotency-key": "k"})
    assert repeated.status_code == 400


@promise("Access", "Who gives access must be certain to have it: by a recent sign-in, or a token without scopes.")
def test_unlocked_browser_and_narrow_token_give_no_access(office: Office, admin: Browser) -> None:
    with open_store(office.settings) as store:
        old = Query(text("UPDATE sessions SET signed_in_at = '2026-01-01T00:00:00.000000Z'"))
        store.db.write_now(CLI, lambda tx: tx.run(old))
        narrow = store.db.write_now(CLI, tokens.create_token, "narrow", "admin", scopes={"access:write"})
        wide = store.db.write_now(CLI, tokens.create_token, "wide", "admin")
    me = admin.get("/core/access/people").json()["items"][0]["id"]
    invitation = {"email": "evil@example.com", "role": "admin"}
    with office.browser(headers={"authorization": f"Bearer {narrow}"}) as program:
        for path, body in (("/core/access/people", invitation), (f"/core/access/people/{me}/reset", None)):
            assert "recent sign-in" in admin.post(path, body).json()["detail"]
            assert "with scopes" in program.post(path, body).json()["detail"]
    with office.browser(headers={"authorization": f"Bearer {wide}"}) as program:
        assert program.post("/core/access/people", invitation).status_code == 201


@pytest.mark.parametrize(
    "email", ["", "dana", "dana@", "@example.com", "a b@example.com", "d\n@example.com", "x" * 300]
)
def test_invalid_addresses_are_refused(email: str) -> None:
    with pytest.raises(ValueError, match="email"):
        InvitationCreate.model_validate({"email": email})


@promise("Access", "Addresses of private networks, such as `dana@office.local`, are addresses of people, too.")
@pytest.mark.parametrize("email", ["dana@office.local", "dana@x.test", "dana@straße.invalid", "dana@intranet.corp"])
def test_addresses_of_private_networks_are_valid(email: str) -> None:
    assert InvitationCreate.model_validate({"email": email.upper().replace("STRASSE", "STRAßE")}).email == email


def test_same_address_in_other_letters_is_the_same_person(store: Store) -> None:
    invite(store, "Dana@Example.COM")
    invite(store, " dana@example.com ")
    assert [each.email for each in store.db.snapshot_now(people.list_people).items] == [DANA]
    invite(store, "dana@xn--mnchen-3ya.de")
    invite(store, "dana@M\u00fcnchen.de")
    assert [each.email for each in store.db.snapshot_now(people.list_people).items] == [DANA, "dana@m\u00fcnchen.de"]
    assert sign_in_name("dana@XN--mnchen-3ya.de") == "dana@m\u00fcnchen.de"


@promise("Recovery", "People whose disabling a damaged or older database has lost are disabled again.")
def test_lost_disabling_is_repeated(store: Store) -> None:
    invite(store, DANA)
    person = store.db.snapshot_now(people.require, DANA)
    change = PersonPatch.model_validate({"status": "disabled"})
    store.db.write_now(CLI, people.change_person, person.id, change)
    assert store.db.snapshot_now(people.contradictions) == []
    store.db.write_now(CLI, store_of_people.update_person, person)
    assert [each.email for each in store.db.snapshot_now(people.contradictions)] == [DANA]
    assert store.db.write_now(CLI, people.disable_contradictions) == [DANA]
    assert store.db.snapshot_now(people.contradictions) == []


def test_older_database_ends_sessions_and_links(store: Store) -> None:
    secret = invite(store, DANA).secret
    store.db.write_now(CLI, people.close_all, "an older copy of the database is used")
    with pytest.raises(Conflict, match="withdrawn"):
        store.db.snapshot_now(links.find_link, secret)
    last = store.db.snapshot_now(audit.read_events, {"action": "sessions.ended"}, 1, None)[0][0]
    assert last["changes"]["links"] == {"before": None, "after": 1}


def test_unknown_people_are_named(store: Store) -> None:
    with pytest.raises(NotFound, match=r"nobody@example\.com"):
        store.db.write_now(CLI, people.set_status, "nobody@example.com", "disabled")
    with pytest.raises(NotFound, match="person not found"):
        store.db.write_now(CLI, people.create_reset, "per_1")
