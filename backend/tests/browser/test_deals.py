"""The board of deals in a browser: moves by key, by menu and by drag, and moves that are refused."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.watched import PHONE, OpenPage, Problems
from backend.tests.promises import promise

REFUSED = r"console error: Failed to load resource.*"


def create(page: Page, name: str) -> str:
    answer = page.request.post("/core/deals", data={"name": name, "price": 250000, "currency": "CAD"})
    assert answer.status == 201
    return str(answer.json()["id"])


def on_file(page: Page, deal_id: str) -> dict[str, Any]:
    found: dict[str, Any] = page.request.get(f"/core/deals/{deal_id}").json()
    return found


def column(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def show(page: Page, name: str) -> Locator:
    """Open the board, and return the card of a deal."""
    page.goto("/app/deals")
    page.wait_for_selector("[data-board][data-started]")
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=name, exact=True))


@promise("Console", "A deal is moved through its stages by keyboard, and the focus stays on it.")
def test_deal_is_moved_through_three_stages_by_keyboard(page: Page) -> None:
    deal = create(page, "14 Quarry Lane")
    show(page, "14 Quarry Lane")
    axe(page)
    before = int(column(page, "offered").locator("h2 .number").inner_text())
    link = page.get_by_role("link", name="14 Quarry Lane", exact=True)
    link.focus()
    page.keyboard.press("]")
    expect(page.locator(".announcer")).to_have_text("14 Quarry Lane moved to analyzing")
    page.keyboard.press("]")
    page.keyboard.press("]")
    expect(page.locator(".announcer")).to_have_text("14 Quarry Lane moved to under contract")
    expect(column(page, "under contract").get_by_role("link", name="14 Quarry Lane")).to_be_focused()
    page.keyboard.press("[")
    expect(page.locator(".announcer")).to_have_text("14 Quarry Lane moved to offered")
    expect(column(page, "offered").locator("h2 .number")).to_have_text(str(before + 1))
    assert on_file(page, deal)["status"] == "offered"


@promise("Console", "A card that cannot be moved goes back to its column, and a message says why.")
@pytest.mark.parametrize("lost", [False, True])
def test_refused_move_puts_the_card_back_and_says_why(page: Page, problems: Problems, lost: bool) -> None:
    name = f"{lost} Gravel Road"
    deal, card = create(page, name), show(page, name)
    problems.allowed += [REFUSED, r"request failed.*"]
    if lost:
        page.route("**/core/deals/**", lambda route: route.abort())
        why = "the server cannot be reached"
    else:
        page.request.patch(f"/core/deals/{deal}", data={"price": 260000})
        why = "someone has changed it meanwhile"
    card.get_by_role("button", name=f"Move {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="closed").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{name} was not moved: {why}")
    expect(column(page, "lead").get_by_role("link", name=name)).to_be_visible()
    assert on_file(page, deal)["status"] == "lead"
    if not lost:  # the card was read again, so that the next move is based on the current version
        expect(card).to_contain_text("260,000")
        page.get_by_role("link", name=name).focus()
        page.keyboard.press("]")
        expect(page.locator(".announcer")).to_have_text(f"{name} moved to analyzing")
        assert page.get_by_role("alert").count() == 0


def test_dead_deal_asks_for_a_reason(page: Page) -> None:
    deal, card = create(page, "2 Lost Lane"), show(page, "2 Lost Lane")
    card.get_by_role("link").focus()
    page.keyboard.press("m")
    page.get_by_role("dialog").get_by_role("button", name="dead").click()
    page.get_by_label("Why was it lost?").fill("Foundation")
    page.keyboard.press("Enter")
    expect(page.locator(".announcer")).to_have_text("2 Lost Lane moved to dead")
    found = on_file(page, deal)
    assert (found["status"], found["lost_reason"]) == ("dead", "Foundation")


def test_card_is_dragged_to_another_column(page: Page) -> None:
    deal = create(page, "3 Dragline Way")
    show(page, "3 Dragline Way").drag_to(column(page, "closed").locator("header"))
    expect(page.locator(".announcer")).to_have_text("3 Dragline Way moved to closed")
    assert on_file(page, deal)["status"] == "closed"


def test_board_fits_a_phone(open_page: OpenPage) -> None:
    page = open_page(width=PHONE, scheme="dark")
    create(page, "8 Narrow Street")
    show(page, "8 Narrow Street")
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)
    deal = create(page, "L" * 200)
    page.request.patch(f"/core/deals/{deal}", data={"next_action": "N" * 200, "owner": "o" * 60})
    page.request.post("/core/comms/drafts", data={"to": "t" * 200, "body": "B" * 200, "deal_id": deal})
    for address in (f"/app/deals/{deal}", f"/app/search?q={'k' * 200}"):
        page.goto(address)
        assert_no_horizontal_overflow(page)


def test_deal_is_edited_in_place_and_gets_a_note(page: Page) -> None:
    deal = create(page, "6 Inline Street")
    page.goto(f"/app/deals/{deal}")
    axe(page)
    page.keyboard.press("e")
    page.get_by_role("form", name="Edit facts").get_by_label("Address").fill("6 Inline Street, Hamilton")
    page.keyboard.press("Enter")
    expect(page.locator(".announcer")).to_have_text("Facts saved")
    page.get_by_label("New note").fill("Roof is <b>new</b>.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".announcer")).to_have_text("Note added")
    expect(page.get_by_text("Roof is <b>new</b>.")).to_be_visible()
    stage = page.get_by_role("form", name="Move the deal")
    expect(stage.get_by_label("Why was it lost?")).to_be_hidden()
    stage.get_by_label("Stage").select_option("dead")
    stage.get_by_label("Why was it lost?").fill("Outbid")
    stage.get_by_role("button", name="Move").click()
    expect(page.get_by_text("Lost because: Outbid")).to_be_visible()
    assert on_file(page, deal)["address"] == "6 Inline Street, Hamilton"
