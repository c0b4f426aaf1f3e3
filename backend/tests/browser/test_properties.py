"""The page of properties: table and map, filters, keys, phone, and without JavaScript."""

from playwright.sync_api import Locator, Page, expect

from backend.tests.browser.watched import OpenPage
from backend.tests.promises import promise


def addresses(page: Page) -> Locator:
    return page.locator("[data-row] .title a")


def map_points(page: Page) -> int:
    """Return the number of points that the map's next answer has."""
    with page.expect_response(lambda answer: "/app/properties/map" in answer.url) as answer:
        page.reload()
    return len(answer.value.json()["features"])


@promise("Console", "Pages load under the strict Content-Security-Policy, and reach no other host.")
def test_table_and_map_on_the_demo(page: Page) -> None:
    response = page.goto("/app/properties")
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    expect(page.get_by_role("link", name="90018 Tidewrack Road")).to_be_visible()
    expect(page.locator(".map canvas")).to_be_visible()
    assert map_points(page) >= 40


@promise("Console", "The keys j and k move in a list, and the skip link leads to the content.")
def test_keyboard_moves_from_row_to_row(page: Page) -> None:
    page.goto("/app/properties")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for key, row in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(addresses(page).nth(row)).to_be_focused()


@promise("Console", "Without JavaScript, pages still read and filter.")
def test_page_filters_without_javascript(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/app/properties?status=offered")
    expect(page.get_by_role("link", name="90450 rue de l’Écureuil-Bleu")).to_be_visible()
    expect(page.get_by_role("link", name="90018 Tidewrack Road")).to_have_count(0)
    page.get_by_role("link", name="90450 rue de l’Écureuil-Bleu").click()
    expect(page.locator("main noscript .notice")).to_be_visible()
    expect(page.get_by_label("New note")).to_be_visible()
    expect(page.locator("form[data-write] button:visible, button[data-write]:visible")).to_have_count(0)
