"""The pages of the installation."""

from collections.abc import Callable

import httpx

from backend.tests.web.test_pages import PAGE


def test_administrators_see_tokens_feeds_and_findings(api_as: Callable[[str], httpx.Client]) -> None:
    admin = api_as("admin")
    page = admin.get("/app/settings", headers=PAGE).text
    assert "admin-token" in page
    assert "feeds.toml not found" in page
    assert "vlh_" not in page
    findings = admin.get("/app/settings/doctor", headers=PAGE).text
    assert "Findings of the doctor" in findings
    assert "Traceback" not in findings


def test_others_see_who_they_are(api_as: Callable[[str], httpx.Client]) -> None:
    viewer = api_as("viewer")
    page = viewer.get("/app/settings", headers=PAGE).text
    assert "read all records" in page
    assert "Access tokens" not in page
    assert viewer.get("/app/settings/doctor", headers=PAGE).status_code == 403
