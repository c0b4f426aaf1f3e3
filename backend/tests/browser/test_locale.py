"""Numbers in the reader's locale, and times in the reader's zone."""

from playwright.sync_api import expect

from backend.tests.browser.watched import OpenPage
from backend.tests.promises import promise


@promise("Console", "Numbers appear in the reader's locale, times in the reader's zone, with UTC on hover.")
def test_numbers_and_times_are_the_readers(open_page: OpenPage) -> None:
    page = open_page(locale="de-DE", timezone_id="Asia/Tokyo")
    created = page.request.post("/core/property/properties", data={"address": "5 Time Street", "sqft": 1580.5})
    home = created.json()
    page.goto("/app/properties?address=5+Time+Street&columns=sqft&columns=updated_at")
    row = page.locator(f'[data-id="{home["id"]}"]')
    expect(row).to_contain_text("1.580,5")
    page.goto("/app/messages/sent")
    time = page.locator("tbody time").first
    utc = time.get_attribute("title") or ""
    assert utc.endswith(" UTC")
    assert time.inner_text() not in utc
    assert "." in time.inner_text()
