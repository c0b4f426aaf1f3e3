"""Who may open pages, until people can sign in."""

from collections.abc import Callable
from pathlib import Path

import httpx

from backend.app.settings import Settings
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise
from backend.tests.web.test_pages import PAGE
from backend.tests.web.test_writes import Writes, records


@promise("Console", "Until people can sign in, only this machine and access tokens see pages; others are told why.")
def test_clients_from_elsewhere_get_a_page_that_says_why(tmp_path: Path) -> None:
    elsewhere = Settings.model_validate({"data_dir": tmp_path / "data", "trusted_proxies": "127.0.0.1"})
    with serving(elsewhere) as url, http_client(url) as client:
        for path in ("/app", "/app/deals", "/app/nowhere", "/app/assets/0/js/main.js"):
            answer = client.get(path, headers=PAGE)
            assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
            assert "until people can sign in" in answer.text
            assert 'aria-label="Main"' not in answer.text
        assert client.get("/app/deals").headers["content-type"] == "application/problem+json"


@promise("Console", "Viewers see every page without the buttons that would be refused.")
def test_every_role_may_read_and_only_operators_write(api_as: Callable[[str], httpx.Client]) -> None:
    for path in (*records(api_as("operator")), "/app/messages/sent", "/app/jobs", "/app/settings", "/app/search?q=ada"):
        answer = api_as("viewer").get(path, headers=PAGE)
        assert (answer.status_code, Writes(answer.text).found) == (200, []), path
    for path in ("/app/deals", "/app/properties", "/app/partners", "/app/messages", "/app/markets", "/app/sales"):
        assert "data-write" not in api_as("viewer").get(path, headers=PAGE).text, path
    for path in ("/app/deals/new", "/app/properties/new", "/app/partners/new", "/app/messages/new"):
        assert api_as("viewer").get(path, headers=PAGE).status_code == 403
        assert api_as("operator").get(path, headers=PAGE).status_code == 200
