"""Attacks on sessions and their cookies."""

from collections.abc import Iterator
from ipaddress import ip_network

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import PersonPatch
from backend.app.core_gov.access.sessions.cookies import cookie_name
from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import CLI, PASSWORD, Office, open_office
from backend.tests.harness import http_client
from backend.tests.promises import promise

DANA = "dana@example.com"
OTHER = "twelve dry raincoats"
DEAL = {"name": "114 Elm Street"}


@pytest.fixture
def office(store_settings: Settings) -> Iterator[Office]:
    with open_office(store_settings) as opened:
        yield opened


def with_cookie(office: Office, *tokens: str, name: str = "") -> httpx.Client:
    """Return a client that sends these cookies and nothing else that it is given."""
    named = name or f"valhalla_{office.url.rpartition(':')[2]}"
    return http_client(office.url, headers={"cookie": "; ".join(f"{named}={token}" for token in tokens)})


def change(office: Office, email: str, **fields: str) -> None:
    with open_store(office.settings) as store:
        person = store.db.snapshot_now(people.require, email)
        store.db.write_now(CLI, people.change_person, person.id, PersonPatch.model_validate(fields))


@promise("Access", "A session token is new at every sign-in, and the earlier session of the browser ends.")
def test_session_cannot_be_fixed_before_the_sign_in(office: Office) -> None:
    with office.signed_in(DANA) as browser, office.signed_in("mallory@example.com") as mallory:
        planted, own = str(mallory.token), str(browser.token)
        with office.browser() as victim:
            name = f"valhalla_{office.url.rpartition(':')[2]}"
            victim.client.headers["cookie"] = f"{name}={planted}"
            answer = victim.sign_in(DANA)
            assert answer.json()["actor"] == DANA
            fresh = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert fresh not in {planted, own}
        assert mallory.get("/core/access/me").status_code == 401, "the planted session ended with the sign-in"


@promise("Access", "Cookies that are forged, replayed after the end of their session, or given twice are refused.")
def test_forged_and_replayed_cookies_are_refused(office: Office) -> None:
    with office.signed_in(DANA) as browser:
        token = str(browser.token)
        with with_cookie(office, token) as replayed:
            assert replayed.get("/core/access/me").json()["actor"] == DANA
        forged = (token[:-1] + ("A" if token[-1] != "A" else "B"), "", "x", token + "A", "A" * 43)
        for value in forged:
            with with_cookie(office, value) as client:
                assert client.get("/core/deals").status_code == 401, value
        with with_cookie(office, token, token) as twice:
            assert twice.get("/core/deals").status_code == 401
        with with_cookie(office, token, name="__Host-valhalla") as other_name:
            assert other_name.get("/core/deals").status_code == 401
        browser.post("/core/access/sign_out").raise_for_status()
    with with_cookie(office, token) as replayed:
        assert replayed.get("/core/deals").status_code == 401
        page = replayed.get("/app/deals", headers={"accept": "text/html"})
        assert page.headers["location"] == "/app/sign-in?next=/app/deals"
        assert "Max-Age=0" in replayed.get("/app/sign-in").headers["set-cookie"]


@promise("Access", "A request with a session cookie never counts as one by the user of this machine.")
def test_dead_session_is_not_the_local_user(store_settings: Settings) -> None:
    with open_office(store_settings, loopback="open") as office:
        with with_cookie(office, "A" * 43) as client:
            assert client.get("/core/deals").status_code == 401
        with http_client(office.url) as local:
            assert local.get("/core/access/me").json()["role"] == "admin"


@promise("Access", "A change with a session cookie must come from a page of the service itself.")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "https://{host}"}, 403),
        ({"origin": "http://localhost:1"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"origin": "http://{host}"}, 201),
    ],
    ids=str,
)
def test_cross_site_requests_change_nothing(office: Office, headers: dict[str, str], status: int) -> None:
    host = office.url.removeprefix("http://")
    with office.signed_in(DANA) as browser:
        sent = {name: value.format(host=host) for name, value in headers.items()}
        answer = browser.client.post("/core/deals", json=DEAL, headers=sent)
        assert answer.status_code == status
        assert len(browser.get("/core/deals").json()["items"]) == (status == 201)


def test_form_of_another_site_cannot_sign_anyone_in(office: Office) -> None:
    office.invite(DANA)
    for origin in ("http://evil.example", "null"):
        answer = httpx.post(
            f"{office.url}/core/access/sign_in",
            content=b'{"email":"dana@example.com","password":"x"}',
            headers={"origin": origin, "content-type": "application/json"},
            trust_env=False,
        )
        assert answer.status_code == 403
    form = httpx.post(f"{office.url}/core/access/sign_in", data={"email": DANA, "password": "x"}, trust_env=False)
    assert form.status_code == 415


@promise("Access", "`POST /core/access/sign_in` signs in with a password, which `POST /core/access/password` changes.")
@promise("Access", "A changed role, a disabled account and a new password end the sessions at once.")
def test_sessions_end_with_role_status_and_password(office: Office) -> None:
    with office.signed_in(DANA) as browser:
        change(office, DANA, role="viewer")
        assert browser.get("/core/deals").status_code == 401
        assert browser.sign_in(DANA).json()["role"] == "viewer"
        assert browser.post("/core/deals", DEAL).status_code == 403
        with office.browser() as second:
            second.sign_in(DANA).raise_for_status()
            new = {"current": PASSWORD, "password": OTHER}
            assert second.post("/core/access/password", new).status_code == 200
            assert second.get("/core/deals").status_code == 200, "the session that changed the password stays"
        assert browser.get("/core/deals").status_code == 401
        assert browser.sign_in(DANA).status_code == 401
        browser.sign_in(DANA, OTHER).raise_for_status()
        change(office, DANA, status="disabled")
        assert browser.get("/core/deals").status_code == 401
        assert browser.sign_in(DANA, OTHER).json()["detail"] == "email or password is wrong"


@promise("Access", "Sessions end after a time without requests, and after a longest time in any case.")
def test_sessions_end_when_idle_and_at_their_longest(store_settings: Settings) -> None:
    with open_office(store_settings, session_idle_hours=1e-7) as office, office.signed_in(DANA) as browser:
        assert browser.get("/core/deals").status_code == 401
    with open_office(store_settings, session_days=1e-9) as office, office.browser() as browser:
        browser.sign_in(DANA).raise_for_status()
        assert browser.get("/core/deals").status_code == 401


@promise(
    "Access", "Over HTTPS the cookie is Secure and bound to the host; over plain HTTP people sign in locally only."
)
def test_cookie_of_https_and_refusal_of_plain_http(store_settings: Settings) -> None:
    proxied = {"trusted_proxies": (ip_network("127.0.0.1"),), "allowed_hosts": ("office.example",)}
    with open_office(store_settings, **proxied) as office, office.browser() as browser:
        secret = office.invite(DANA)
        head = {"host": "office.example", "x-forwarded-for": "203.0.113.7"}
        body = {"secret": secret, "password": PASSWORD}
        plain = browser.client.post("/core/access/links/accept", json=body, headers=head)
        assert plain.status_code == 403
        assert "needs HTTPS" in plain.json()["detail"]
        secure = head | {"x-forwarded-proto": "https"}
        answer = browser.client.post("/core/access/links/accept", json=body, headers=secure)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-valhalla=")
        assert {"Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=604800"} <= {
            part.strip() for part in cookie.split(";")
        }
        assert "Domain" not in cookie
        token = cookie.partition("=")[2].partition(";")[0]
        sent = secure | {"cookie": f"__Host-valhalla={token}"}
        assert browser.client.get("/core/access/me", headers=sent).json()["actor"] == DANA
        downgraded = {"origin": "http://office.example"} | sent
        assert browser.client.post("/core/deals", json=DEAL, headers=downgraded).status_code == 403


def test_cookie_names_tell_ports_apart() -> None:
    assert cookie_name(secure=False, host=b"localhost:8000") == "valhalla_8000"
    assert cookie_name(secure=False, host=b"[::1]:8001") == "valhalla_8001"
    assert cookie_name(secure=False, host=b"localhost") == "valhalla_80"
    assert cookie_name(secure=True, host=b"office.example:8443") == "__Host-valhalla"


@promise("Access", "Whoever must sign in returns to the page that they asked for, on this service only.")
def test_return_path_stays_here(office: Office) -> None:
    with office.browser() as browser:
        for path in ("/app/assets/x/css/console.css", "/app/sign-in?next=//evil.example", "/nothing"):
            found = browser.get(path, headers={"accept": "text/html"})
            assert "next=" not in found.headers.get("location", ""), path
        for evil in (
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/app/../core",
            "javascript:alert(1)",
        ):
            page = browser.get("/app/sign-in", params={"next": evil}).text
            assert 'data-next="/app"' in page, evil


def test_part_of_a_page_leads_to_sign_in_as_a_whole(office: Office) -> None:
    with office.browser() as browser:
        head = {"hx-request": "true", "hx-current-url": f"{office.url}/app/deals?status=lead", "accept": "*/*"}
        answer = browser.get("/app/search/suggestions?q=x", headers=head)
        assert answer.headers["hx-redirect"] == "/app/sign-in?next=/app/deals%3Fstatus%3Dlead"
        forged = browser.get("/app/search/suggestions?q=x", headers=head | {"hx-current-url": "https://evil.example/x"})
        assert forged.headers["hx-redirect"] == "/app/sign-in"
