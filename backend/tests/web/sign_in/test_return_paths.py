"""Destination after signing in: a page of this service, whatever the address of the sign-in page says."""

import re
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import httpx
from hypothesis import example, given
from hypothesis import strategies as st

from backend.app.kit.http import RefusedPage
from backend.app.web import assets
from backend.app.web.sign_in.return_paths import HOME, return_path, sign_in_first
from backend.tests.promises import promise
from backend.tests.web.test_pages import PAGE

BASE = "https://office.example.com/app/sign-in"
PIECES = (
    "/",
    "//",
    "\\",
    "..",
    ".",
    "%2f",
    "%2F",
    "%5c",
    "%2e%2e",
    "%09",
    "\t",
    "\n",
    "@",
    ":",
    "?",
    "#",
    "app",
    "docs",
)
MORE = (
    "core",
    "assets",
    "sign-in",
    "invitation",
    "evil.example",
    "https:",
    "javascript:",
    "main.js",
    "deals",
    "x=1",
    " ",
)
asked = st.lists(st.sampled_from(PIECES + MORE), max_size=12).map("".join) | st.text(max_size=40)


@promise("Access", "After the sign-in a person returns to a page of this service, never to another host or a file.")
@given(asked)
@example("/app/assets/0123456789abcdef/css/console.css")
@example("/app/assets/../deals")
@example("//evil.example/app")
@example("/\\evil.example/app")
@example("/app/../core/deals")
@example("/app/%2e%2e/core/deals")
@example("/app/x/..%2f..%2fcore")
@example("/application")
@example("/core/deals")
@example("/openapi.json")
def test_return_path_is_a_page_of_this_service(target: str) -> None:
    found = return_path(target)
    assert found in {target, HOME}
    reached = urlsplit(urljoin(BASE, found))
    assert (reached.scheme, reached.netloc) == ("https", "office.example.com")
    path = unquote(reached.path)
    assert path in {"/app", "/docs"} or path.startswith(("/app/", "/docs/"))
    assert not path.startswith(("/app/assets", "/app/sign-in", "/app/invitation", "/app/password-reset"))
    assert not {"..", "."} & set(path.split("/"))
    assert not set("\\\r\n\t") & set(path)


@given(asked)
def test_redirect_to_the_sign_in_page_leads_back_to_the_page_asked_for(target: str) -> None:
    for headers in (
        {},
        {b"hx-request": b"true", b"hx-current-url": f"http://localhost{target}".encode("latin-1", "replace")},
    ):
        redirect = sign_in_first(RefusedPage("id", target, headers))
        (location,) = (value.decode() for name, value in redirect.headers if name in {b"location", b"hx-redirect"})
        there = urlsplit(location)
        assert (there.scheme, there.netloc, there.path) == ("", "", "/app/sign-in")
        for back in parse_qs(there.query).get("next", []):
            assert return_path(back) == back


def test_files_and_the_api_do_not_lead_to_the_sign_in_page(shared_api: httpx.Client) -> None:
    style = assets.asset_url("css/console.css")
    assert shared_api.get(f"/app/sign-in?next={style}", headers=PAGE).text.count(style) == 1
    for asked_for in ("https://evil.example/", "//evil.example", "/core/deals", "/app/sign-in?next=/app"):
        page = shared_api.get("/app/sign-in", params={"next": asked_for}, headers=PAGE).text
        assert 'data-next="/app"' in page
        assert "evil" not in page


def test_pages_of_signing_in_say_that_they_need_javascript(shared_api: httpx.Client) -> None:
    for path in ("/app/sign-in", "/app/invitation", "/app/password-reset"):
        page = shared_api.get(path, headers=PAGE).text
        assert "needs JavaScript. Allow it for this site" in "".join(re.findall(r"<noscript>(.*?)</noscript>", page))
