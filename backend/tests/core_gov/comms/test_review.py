"""Drafts that someone other than the author must mark as ready."""

from pathlib import Path

from backend.app.settings import Settings
from backend.tests.core_gov.access.browser import Browser, open_office
from backend.tests.promises import promise

DRAFTS = "/core/comms/drafts"


@promise("Messages", "A setting requires someone other than the author to mark a draft as ready.")
def test_author_cannot_mark_a_draft_as_ready(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", jobs=False, separate_review=True)
    with (
        open_office(settings) as office,
        office.signed_in("ana@example.com") as ana,
        office.signed_in("ben@example.com") as ben,
    ):
        assert ana.post(DRAFTS, {"body": "x", "status": "ready"}).status_code == 409
        path = f"{DRAFTS}/{ana.post(DRAFTS, {'body': 'x'}).json()['id']}"

        def patch(browser: Browser, **fields: str) -> int:
            return browser.client.patch(path, json=fields, headers={"origin": ana.origin}).status_code

        assert patch(ana, status="ready") == 409
        assert patch(ben, status="ready", body="y") == 409
        assert patch(ben, status="ready") == 200
        assert patch(ana, status="draft") == 200
        assert patch(ben, body="y") == 200
        assert patch(ben, status="ready") == 409
