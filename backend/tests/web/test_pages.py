"""What every page of the console promises: headers, errors, assets."""

import gzip
import re
from html import unescape

import httpx
import pytest

from backend.app.kit.http import Response
from backend.app.web import assets
from backend.app.web.pages import html
from backend.tests.harness import ROOT
from backend.tests.promises import promise

WEB = ROOT / "backend" / "app" / "web"
PAGE = {"accept": "text/html,application/xhtml+xml"}
CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}


def export_of(page: str) -> str:
    """Return the address of the list's CSV, which must be among what a filter replaces."""
    results = page[page.index('id="results"') :]
    (found,) = re.findall(r'href="(/core/[^"]*/export[^"]*)"', page)
    assert f'href="{found}"' in results
    return unescape(found)


MARKUP_FILTERS = ("number", "money", "moment", "moment_day", "day", "or_dash", "pill")
_IN_ATTRIBUTE = re.compile(rf'="[^"]*{{{{[^"}}]*\|\s*(?:{"|".join(MARKUP_FILTERS)})\b[^"]*"')


def test_no_attribute_contains_elements() -> None:
    """Filters that return elements end the attribute at their first quotation mark."""
    found = [
        f"{path.relative_to(WEB)}: {attribute}"
        for path in sorted(WEB.rglob("*.html"))
        for attribute in _IN_ATTRIBUTE.findall(path.read_text())
    ]
    assert found == []
    assert _IN_ATTRIBUTE.search('<a title="since {{ day | day }}">')


@promise("Console", "No page allows a script, style or request that is not the console's own.")
def test_pages_have_a_strict_content_security_policy(shared_api: httpx.Client) -> None:
    for path in ("/app/properties", "/app/nowhere"):
        answer = shared_api.get(path, headers=PAGE)
        assert set(answer.headers["content-security-policy"].split("; ")) == CSP
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|hx-on|javascript:", answer.text)


def test_start_page_leads_to_the_properties(shared_api: httpx.Client) -> None:
    answer = shared_api.get("/app", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/app/properties")


@promise("Console", "Errors of pages are pages, with the same sentence and request id as in the API.")
def test_errors_are_pages_for_people_and_documents_for_programs(shared_api: httpx.Client) -> None:
    for path, status, sentence in (
        ("/app/nowhere", 404, "page not found"),
        ("/app/properties?limit=x", 400, "limit must be a valid integer"),
        ("/app/properties?color=red", 400, "color is not a known query parameter"),
        ("/app/assets/0/nothing.js", 404, "asset not found"),
        *(
            (f"/app/{kind}/none_0", 404, " not found")
            for kind in ("deals", "partners", "properties", "messages", "sales")
        ),
        ("/app/markets/none", 404, "market not found"),
        ("/app/partners/none_0/deals", 404, " not found"),
    ):
        shown = shared_api.get(path, headers=PAGE)
        assert (shown.status_code, shown.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert sentence in shown.text
        assert shown.headers["x-request-id"] in shown.text
        document = shared_api.get(path, headers={"accept": "application/json"})
        assert document.status_code == status
        assert sentence in document.json()["detail"]
    assert shared_api.get("/core/nowhere", headers=PAGE).headers["content-type"] == "application/problem+json"


class TestAssets:
    def test_every_asset_of_a_page_may_be_kept_for_ever(self, shared_api: httpx.Client) -> None:
        found = re.findall(r'(?:href|src)="(/app/assets/[^"]+)"', shared_api.get("/app/properties").text)
        assert len(found) >= 4
        for path in found:
            answer = shared_api.get(path)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]

    def test_old_urls_give_the_current_file_that_is_not_kept(self, shared_api: httpx.Client) -> None:
        answer = shared_api.get("/app/assets/0123456789abcdef/js/main.js")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"

    def test_texts_are_sent_compressed_if_the_browser_accepts_it(self, shared_api: httpx.Client) -> None:
        path = assets.asset_url("htmx.js")
        plain = shared_api.get(path, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        with shared_api.stream("GET", path, headers={"accept-encoding": "gzip"}) as packed:
            assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content

    def test_images_of_the_map_are_found_beside_its_style_sheet(self, shared_api: httpx.Client) -> None:
        answer = shared_api.get(assets.asset_url("leaflet/images/layers.png"))
        assert answer.headers["content-type"] == "image/png"

    @pytest.mark.parametrize("path", ["..%2fpages.py", "js%2f..%2f..%2fpages.py", "%2e%2e/pages.py", "css", ""])
    def test_nothing_else_is_served(self, shared_api: httpx.Client, path: str) -> None:
        assert shared_api.get(f"/app/assets/0/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/app/properties", "/app/markets"])
def test_pages_are_sent_compressed_if_the_browser_accepts_it(shared_api: httpx.Client, path: str) -> None:
    plain = shared_api.get(path, headers={"accept-encoding": "identity"})
    packed = shared_api.get(path, headers={"accept-encoding": "gzip"})
    assert packed.text == plain.text
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "accept-encoding")
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "accept-encoding"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2


def test_icons_are_hidden_from_screen_readers() -> None:
    assert str(assets.icon("map-pin")).startswith('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"')
    with pytest.raises(KeyError):
        assets.icon("no-such-icon")


def test_a_page_is_never_cached() -> None:
    response: Response = html("x")
    assert (b"cache-control", b"no-store") in response.start("id")["headers"]


def test_tiles_of_maps_are_allowed_from_exactly_their_host() -> None:
    headers = dict(html("x", tiles="https://tiles.example.com:8443").headers)
    policy = set(headers[b"content-security-policy"].decode().split("; "))
    assert policy ^ CSP == {"img-src 'self' data:", "img-src 'self' data: https://tiles.example.com:8443"}
