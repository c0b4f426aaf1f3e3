"""Links to pages of the console from other sites."""

import httpx
import pytest

from backend.tests.promises import promise

CLICKED = {"referer": "https://mail.example/", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
AS_PAGE = CLICKED | {"sec-fetch-dest": "document", "accept": "text/html"}


@promise("Console", "A shared link to a page works from any site; everything else of foreign pages is refused.")
def test_a_shared_link_opens_the_page(shared_api: httpx.Client) -> None:
    assert shared_api.get("/app/properties?status=tracked", headers=AS_PAGE).status_code == 200


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("/core/deals", {}),
        ("/application", {}),
        ("/app/properties", {"sec-fetch-dest": "iframe"}),
        ("/app/properties", {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}),
        ("/app/properties", {"origin": "https://mail.example"}),
    ],
)
def test_other_requests_from_foreign_pages_are_refused(
    shared_api: httpx.Client, path: str, changed: dict[str, str]
) -> None:
    assert shared_api.get(path, headers=AS_PAGE | changed).status_code == 403


def test_a_proxy_that_passes_on_a_foreign_referer_is_refused(shared_api: httpx.Client) -> None:
    assert shared_api.get("/app/properties", headers={"referer": "https://valhalla.example/app"}).status_code == 403
