"""Walks over the page of a property: edit it against a colleague, read why a sale has its weight, compute an offer."""

import re

import pytest
from playwright.sync_api import Page, expect

from backend.tests.browser.page_checks import axe
from backend.tests.browser.watched import OpenPage, Problems
from backend.tests.promises import promise

REFUSED = r"console error: Failed to load resource.*412"


def compared_home(page: Page) -> str:
    """Return the path of a property of the demo that was compared with sales."""
    homes = page.request.get("/core/property/properties?limit=500").json()["items"]
    for home in homes:
        path = f"/core/property/properties/{home['id']}"
        if len(page.request.get(f"{path}/comps").json()["comps"]) > 5 and page.request.get(f"{path}/valuation").ok:
            return f"/app/properties/{home['id']}"
    pytest.fail("no property of the demo was compared and valued")


@promise("Console", "Two people who change the same fact of a property see both versions and choose.")
def test_property_is_edited_against_a_colleague(open_page: OpenPage, problems: Problems) -> None:
    problems.allowed.append(REFUSED)
    mine, theirs = open_page(), open_page()
    created = mine.request.post("/core/property/properties", data={"address": "31 Oak Court", "city": "Guelph"}).json()
    for page, beds in ((mine, "4"), (theirs, "3")):
        page.goto(f"/app/properties/{created['id']}")
        page.keyboard.press("e")
        expect(page.get_by_label("Address")).to_be_focused()
        page.get_by_label("Bedrooms").fill(beds)
    theirs.get_by_label("City").fill("Guelph Eramosa")
    theirs.keyboard.press("Enter")
    expect(theirs.locator(".announcer")).to_have_text("Property saved")
    expect(theirs.locator(".facts-card > summary")).to_contain_text("3 beds")
    theirs.get_by_label("New note").fill("Measured the rooms")
    theirs.get_by_role("button", name="Add the note").click()
    expect(theirs.locator(".announcer")).to_have_text("Note added")
    expect(theirs.get_by_text("Measured the rooms")).to_be_visible()
    expect(theirs.get_by_role("button", name="Add the note")).to_be_focused()
    mine.keyboard.press("Enter")
    dialog = mine.get_by_role("dialog")
    expect(dialog.get_by_role("row", name="City")).to_contain_text("Guelph Eramosa")
    axe(mine)
    dialog.get_by_role("row", name="Bedrooms").get_by_label("4").check()
    dialog.get_by_role("button", name="Save my choices").click()
    expect(mine.locator(".facts-card > summary")).to_contain_text("4 beds")
    found = mine.request.get(f"/core/property/properties/{created['id']}").json()
    assert (found["beds"], found["city"]) == (4, "Guelph Eramosa")


@promise("Console", "Each adjustment and each weight of a comparable sale says where it comes from.")
def test_reason_of_a_weight_is_read_with_the_keyboard_and_the_mouse(page: Page) -> None:
    page.goto(compared_home(page))
    grid = page.get_by_role("region", name="Adjustment grid")
    reasons = grid.locator(".why > summary")
    reasons.first.focus()
    expect(page.get_by_role("tooltip")).to_contain_text("Source: price index")
    page.keyboard.press("End")
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    focused = page.locator(".why > summary:focus")
    expect(focused).to_have_attribute("aria-label", re.compile("why comparable sale .* has this weight"))
    expect(page.get_by_role("tooltip")).to_contain_text("nearest of")
    page.keyboard.press("Enter")
    expect(page.locator(".why[open]")).to_contain_text("It adds")
    assert page.locator('.why > summary[tabindex="0"]').count() == 1
    column = grid.locator('thead [data-id="comp-1"]')
    column.hover()
    expect(page.locator('tbody .linked[data-id="comp-1"]').first).to_be_visible()
    expect(page.locator(".marker-label.linked", has_text=re.compile("^1$"))).to_have_count(1)
    axe(page)


def test_offer_follows_the_inputs_and_the_url(page: Page) -> None:
    page.goto(compared_home(page) + "?arv=863441&fee=10000&repairs=45000")
    offer = page.locator(".offer-form output")
    expect(offer).to_have_text("USD 549,409")
    page.get_by_label("Share of ARV, %").fill("75")
    expect(offer).to_have_text("USD 592,581")
    page.reload()
    expect(offer).to_have_text("USD 592,581")


def edit_name(page: Page, deal: str, name: str) -> None:
    """Open the page of a deal, and type another name without saving it."""
    page.goto(f"/app/deals/{deal}")
    page.wait_for_selector("form[data-started]", state="attached")
    page.keyboard.press("e")
    page.locator("form[data-draft] [name=name]").fill(name)


@promise("Console", "An own action on a record is no conflict with own unsaved text; a colleague's change always is.")
def test_arv_into_the_deal_is_a_conflict_only_if_a_colleague_has_changed_the_deal(
    page: Page, problems: Problems
) -> None:
    problems.allowed.append(REFUSED)
    deal = page.request.post("/core/deals", data={"name": "Rambler", "currency": "USD"}).json()["id"]
    place = {"country": "US", "region": "WA", "latitude": 47.52, "longitude": -122.28, "sqft": 1500, "beds": 3}
    made = page.request.post("/core/property/properties", data={"address": "9 Rambler Way", "deal_id": deal, **place})
    for name, colleague, status in (("Rambler of 1988", False, 200), ("Rambler of 1989", True, 412)):
        edit_name(page, deal, name)
        if colleague:
            page.request.patch(f"/core/deals/{deal}", data={"price": 300000})
        page.goto(f"/app/properties/{made.json()['id']}")
        form = page.locator("form[data-changes]")
        form.locator("select").select_option("after_repair")
        form.get_by_label("As of").fill(f"2014-12-0{1 + colleague}")
        form.get_by_label("Chance to sell for at least").fill("300000")
        form.get_by_label("ARV into the deal").check()
        form.get_by_role("button", name="Value now").click()
        expect(page.locator(".announcer")).to_contain_text("Valued")
        assert page.request.get(f"/core/deals/{deal}").json()["arv"]
        expect(page.locator("main")).to_contain_text("Sells for at least USD 300,000")
        page.goto(f"/app/deals/{deal}")
        expect(page.locator("form[data-draft] [name=name]")).to_have_value(name)
        with page.expect_response(lambda answer: answer.request.method == "PATCH") as saved:
            page.locator("form[data-draft] [name=name]").press("Enter")
        assert saved.value.status == status
