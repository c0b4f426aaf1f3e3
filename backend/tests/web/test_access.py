"""Access to pages."""

from collections.abc import Callable
from pathlib import Path

import httpx

from backend.app.settings import Settings
from backend.app.web.places import MESSAGE_TABS
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise
from backend.tests.web.test_pages import PAGE
from backend.tests.web.test_writes import Writes, records


@promise("Console", "Whoever has not signed in is led to the sign-in page, and from there back to the page asked for.")
def test_clients_from_elsewhere_sign_in_first(tmp_path: Path) -> None:
    elsewhere = Settings.model_validate({"data_dir": tmp_path / "data", "trusted_proxies": "127.0.0.1"})
    with serving(elsewhere) as url, http_client(url) as client:
        for path, back in (
            ("/app", "/app/sign-in"),
            ("/app/deals?status=lead&sort=-price", "/app/sign-in?next=/app/deals%3Fstatus%3Dlead%26sort%3D-price"),
            ("/app/people", "/app/sign-in?next=/app/people"),
            ("/docs", "/app/sign-in?next=/docs"),
        ):
            answer = client.get(path, headers=PAGE)
            assert (answer.status_code, answer.headers.get("location")) == (303, back), path
            assert client.get(path).headers["content-type"] == "application/problem+json"
        part = client.get("/app/search/suggestions?q=a", headers=PAGE | {"hx-request": "true"} | _SHOWN)
        assert (part.status_code, part.headers["hx-redirect"]) == (401, "/app/sign-in?next=/app/deals%3Fstatus%3Dlead")
        assert client.get("/app/sign-in", headers=PAGE).status_code == 200
        assert client.get("/app/assets/0/js/main.js").status_code == 200


_SHOWN = {"hx-current-url": "http://localhost:8000/app/deals?status=lead"}


def test_error_of_a_part_of_a_page_is_a_problem_document(shared_api: httpx.Client) -> None:
    path = "/app/properties?min_beds=5&max_beds=2"
    assert shared_api.get(path, headers=PAGE).headers["content-type"].startswith("text/html")
    part = shared_api.get(path, headers=PAGE | {"hx-request": "true"})
    assert (part.status_code, part.headers["content-type"]) == (400, "application/problem+json")
    assert [each["field"] for each in part.json()["errors"]] == ["min_beds"]


@promise("Console", "Viewers see every page without the buttons that would be refused.")
def test_every_role_may_read_and_only_operators_write(api_as: Callable[[str], httpx.Client]) -> None:
    others = ("/app/messages/sent", "/app/jobs", "/app/settings", "/app/search?q=ada", *MESSAGE_TABS)
    for path in (*records(api_as("operator")), *others):
        answer = api_as("viewer").get(path, headers=PAGE)
        assert (answer.status_code, Writes(answer.text).found) == (200, []), path
    for path in ("/app/deals", "/app/properties", "/app/partners", "/app/messages", "/app/markets", "/app/sales"):
        assert "data-write" not in api_as("viewer").get(path, headers=PAGE).text, path
    for path in ("/app/deals/new", "/app/properties/new", "/app/partners/new", "/app/messages/new"):
        assert api_as("viewer").get(path, headers=PAGE).status_code == 403
        assert api_as("operator").get(path, headers=PAGE).status_code == 200
