"""Pages of partners in a browser: a new one with a warning, a link that is ended, charts on a phone."""

from playwright.sync_api import Page, expect

from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.watched import PHONE, OpenPage


def test_new_partner_is_shown_with_the_warnings_of_the_api(page: Page) -> None:
    page.goto("/app/partners/new")
    axe(page)
    page.get_by_label("Name").fill("Second Lender")
    page.get_by_label("Phone", exact=True).fill("416-555-0106")  # a lender of the demo has it
    page.get_by_role("button", name="Create the partner").click()
    expect(page).to_have_title("Second Lender · Valhalla")
    expect(page.get_by_role("alert")).to_contain_text("another partner has the same phone number")
    expect(page.get_by_role("link", name="Maple Street Capital")).to_be_visible()


def test_link_to_a_deal_is_added_and_ended(page: Page) -> None:
    partner = page.request.post("/core/jv/partners", data={"name": "Link Tester"}).json()["id"]
    page.request.post("/core/deals", data={"name": "5 Linkage Road", "strategy": "flip"})
    page.goto(f"/app/partners/{partner}")
    page.get_by_text("Link to a deal").click()
    page.get_by_role("combobox", name="Deal").fill("linkage")
    page.locator('datalist option[value="5 Linkage Road · flip"]').wait_for(state="attached")
    page.get_by_role("combobox", name="Deal").fill("5 Linkage Road · flip")
    page.get_by_role("button", name="Link", exact=True).click()
    row = page.get_by_role("row", name="5 Linkage Road")
    expect(row).to_contain_text("active")
    row.get_by_role("button", name="End the link to 5 Linkage Road").click()
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(row).to_contain_text("ended")
    expect(page.locator(".announcer")).to_have_text("Link ended")


def test_page_of_a_partner_fits_a_phone(open_page: OpenPage) -> None:
    page = open_page(width=PHONE, scheme="dark")
    partners = page.request.get("/core/jv/partners?role=lender&status=active").json()["items"]
    page.goto(f"/app/partners/{partners[-1]['id']}")
    for summary in page.get_by_text("Sums", exact=True), page.get_by_text("Numbers", exact=True):
        summary.click()
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)
