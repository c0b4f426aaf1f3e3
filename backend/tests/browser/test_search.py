"""Finding anything by keyboard, from any page."""

from playwright.sync_api import Page, expect

from backend.tests.browser.page_checks import axe
from backend.tests.promises import promise


@promise("Console", "`/` and Ctrl-K search records, pages and actions from any page, by keyboard alone.")
def test_house_is_found_by_a_part_of_its_street(page: Page) -> None:
    page.goto("/app/settings")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_be_focused()
    page.keyboard.type("ironwo")
    option = page.get_by_role("option").filter(has_text="90114 Ironwood Row Hamilton")
    expect(option).to_be_visible()
    axe(page)
    while option.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/properties/pr_*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ironwood Row")
    page.keyboard.press("Control+k")
    page.keyboard.type("new deal")
    expect(page.get_by_role("option").filter(has_text="New deal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions")).to_have_count(0)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("next row")
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
