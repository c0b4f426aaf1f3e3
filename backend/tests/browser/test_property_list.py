"""The page of properties in a browser: filters, columns and sort without a reload, the map, new properties."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.test_properties import addresses
from backend.tests.browser.watched import PHONE, OpenPage, Problems
from backend.tests.promises import promise

HOUSE = "90018 Tidewrack Road"


@promise("Console", "Filters, sort and columns are in the address of a page, without empty parameters.")
def test_house_is_found_by_part_of_its_street(page: Page) -> None:
    page.goto("/app/properties")
    page.get_by_label("Address contains").fill("TIDEW")
    page.keyboard.press("Enter")
    expect(addresses(page)).to_have_text([HOUSE])
    expect(page).to_have_url("/app/properties?address=TIDEW")
    expect(page.locator(".announcer")).to_have_text("1 property")
    expect(page.locator(".map-frame")).to_contain_text("in view")
    axe(page)
    page.go_back()
    expect(addresses(page).nth(5)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Address contains")).to_have_value("")


def test_sort_and_columns_change_without_a_reload(page: Page) -> None:
    page.goto("/app/properties?country=CA")
    page.evaluate("window.sameDocument = true")
    sort = page.get_by_role("columnheader", name="Address").get_by_role("link")
    sort.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Address")).to_have_attribute("aria-sort", "ascending")
    expect(sort).to_be_focused()
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("Sq ft", exact=True).uncheck()
    expect(page.get_by_role("columnheader", name="Sq ft")).to_have_count(0)
    assert "sort=address" in page.url
    page.get_by_label("Sq ft", exact=True).check()
    expect(page.get_by_role("columnheader", name="Sq ft")).to_be_visible()
    expect(page).to_have_url("/app/properties?country=CA&sort=address")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Sq ft", exact=True)).to_be_hidden()
    page.locator("summary", has_text=re.compile("^Status")).click()
    page.get_by_label("offered").check()
    page.get_by_label("sold").check()
    expect(page.locator("summary", has_text=re.compile("^Status"))).to_contain_text("offered, sold")
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text("Status: offered, sold")
    assert page.evaluate("window.sameDocument")


def test_filter_that_is_refused_says_so_at_its_field(page: Page, problems: Problems) -> None:
    problems.allowed.append("400")
    page.goto("/app/properties")
    page.get_by_label("Beds from").fill("5")
    page.get_by_label("Beds to").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator(".field-error")).to_have_text("“Beds from” is more than “Beds to”, so no record can match")
    expect(page.get_by_label("Beds from")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Beds to").fill("6")
    page.keyboard.press("Enter")
    expect(page.locator("[aria-invalid]")).to_have_count(0)


@promise("Console", "Rows and their markers on the map mark one another on hover and focus.")
def test_rows_and_markers_are_linked(page: Page) -> None:
    page.goto("/app/properties?sort=address&limit=20")
    row = page.locator("[data-row][data-at]").first
    expect(page.locator(".map .marker").first).to_be_visible()
    row.hover()
    expect(page.locator(".map .marker.linked, .map .halo")).to_have_count(1)
    page.mouse.move(0, 0)
    expect(page.locator(".map .marker.linked, .map .halo")).to_have_count(0)
    row.get_by_role("link").first.focus()
    expect(page.locator(".map .marker.linked, .map .halo")).to_have_count(1)
    page.get_by_role("link", name="Skip to the content").focus()
    shown = page.locator(".map .marker")
    shown.first.dispatch_event("mouseover")
    expect(page.locator(".leaflet-tooltip")).to_be_visible()
    features = page.evaluate("fetch(document.querySelector('.map').dataset.map).then((answer) => answer.json())")
    assert any(each["id"] for each in features["features"])


@promise("Console", "Possible duplicates of a new property are shown before it is saved.")
def test_duplicates_are_shown_while_a_property_is_typed(open_page: OpenPage, problems: Problems) -> None:
    problems.allowed.append("400")
    page = open_page(width=PHONE)
    page.goto("/app/properties/new")
    page.get_by_label("Street line (required)").fill("90018 tidewrack rd")
    page.get_by_label("City").fill("Halifax")
    expect(page.get_by_role("heading", name="A property is on file already")).to_be_visible()
    expect(page.locator(".duplicates").get_by_role("link", name=HOUSE)).to_be_visible()
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)
    page.get_by_label("Street line (required)").fill("90019 Tidewrack Road")
    expect(page.locator(".duplicates .notice")).to_have_count(0)
    page.get_by_label("Postal code").fill("12345")
    page.get_by_role("button", name="Create property").click()
    expect(page.get_by_label("Postal code")).to_be_focused()
    expect(page.get_by_label("Postal code")).to_have_attribute("aria-invalid", "true")


@promise("Console", "An export has exactly the rows of the list, as filtered and sorted.")
def test_exported_list_has_the_same_rows(page: Page, tmp_path: Path) -> None:
    page.goto("/app/properties?sort=-address")
    page.locator("summary", has_text=re.compile("^Status")).click()
    page.get_by_label("offered").check()
    page.get_by_label("tracked").check()
    expect(page.locator(".chips")).to_contain_text("Status: offered, tracked")
    shown = page.locator("[data-row]").evaluate_all("(rows) => rows.map((row) => row.dataset.id)")
    total = page.locator(".total data").get_attribute("value")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["id"] for row in rows][: len(shown)] == shown
    assert len(rows) == int(total or 0)
    assert {row["status"] for row in rows} == {"offered", "tracked"}


def test_view_is_saved_and_opened_again(page: Page) -> None:
    page.goto("/app/properties?country=CA&sort=-city")
    menu = page.locator("summary", has_text="Views")
    menu.click()
    page.get_by_label("Save this list as").fill("Canada")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator(".announcer")).to_have_text("View saved")
    page.goto("/app/properties")
    menu.click()
    axe(page)
    page.get_by_role("list", name="Saved views").get_by_role("link", name="Canada").click()
    expect(page).to_have_url("/app/properties?country=CA&sort=-city")
    menu.click()
    expect(page.get_by_role("link", name="Canada")).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Remove the view Canada").click()
    expect(page.locator(".announcer")).to_have_text("View removed")
    menu.click()
    expect(page.get_by_role("link", name="Canada")).to_have_count(0)
