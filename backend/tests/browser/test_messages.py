"""Writing a message, and marking it ready and sent, by mouse and keyboard."""

from playwright.sync_api import Page, expect

from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.watched import PHONE, OpenPage, Problems


def test_message_is_written_and_marked_as_sent(page: Page) -> None:
    page.goto("/app/messages/new?to=416-555-0199")
    axe(page)
    page.get_by_label("Text").fill("L’été arrive")
    expect(page.locator("[data-segments]")).to_contain_text("The character “’” makes segments shorter")
    page.get_by_label("Text").fill("x" * 161)
    expect(page.locator("[data-segments]")).to_have_text("About 161 characters in 2 segments.")
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/app/messages/dr_*")
    axe(page)
    page.keyboard.press("r")
    expect(page.locator(".page-head .pill")).to_have_text("ready")
    expect(page.locator(".announcer")).to_have_text("Mark ready: done")
    page.get_by_label("Reference, if there is one").fill("paper 7")
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.locator(".page-head .pill")).to_have_text("sent")
    page.goto("/app/messages/sent?provider_ref=paper+7")
    expect(page.locator("[data-row]")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "sendlog.csv"
    assert len(download.value.path().read_text(encoding="utf-8").splitlines()) == 2
    expect(page.locator(".export-notice")).to_have_text("The export has been downloaded.")


def test_deal_and_contact_of_a_message_are_chosen_by_name_or_by_id(page: Page, problems: Problems) -> None:
    problems.allowed.append(r"console error: Failed to load resource.*404.*")
    deals = [page.request.post("/core/deals", data={"name": "Quokka Court"}).json()["id"] for _ in range(2)]
    partner = page.request.post("/core/jv/partners", data={"name": "Quentin Quill"}).json()["id"]
    page.goto("/app/messages/new")
    page.wait_for_selector("input[data-picker][list]")
    page.get_by_label("Text").fill("Hello")
    deal, contact = page.get_by_label("Deal"), page.get_by_label("Contact")
    deal.fill("quokka")
    expect(page.locator("datalist option")).to_have_count(2)
    deal.fill(f"Quokka Court · {deals[0]}")
    contact.fill("p_nobody")
    expect(contact).to_have_accessible_description("No partner has the id p_nobody.")
    contact.fill(partner)
    expect(contact).to_have_accessible_description("Quentin Quill")
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/app/messages/dr_*")
    expect(page.get_by_label("Deal")).to_have_value("Quokka Court")
    expect(page.get_by_label("Contact")).to_have_value("Quentin Quill")
    stored = page.request.get(f"/core/comms/drafts/{page.url.rsplit('/', 1)[1]}").json()
    assert (stored["deal_id"], stored["contact_id"]) == (deals[0], partner)
    page.get_by_label("Contact").fill("crm-77")
    page.get_by_role("form", name="Edit the message").get_by_role("button", name="Save").click()
    expect(page.locator(".announcer")).to_have_text("Message saved")
    expect(page.locator("dl.facts").first).to_contain_text("crm-77")


def test_marking_sent_asks_about_unsaved_text(page: Page) -> None:
    page.goto("/app/messages/new?to=416-555-0198")
    page.get_by_label("Text").fill("first words")
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/app/messages/dr_*")
    page.get_by_role("textbox", name="Text").fill("other words")
    page.get_by_role("button", name="Mark as sent").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This page has text that is not saved. Mark as sent without it?")
    axe(page)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".page-head .pill")).to_have_text("draft")
    page.get_by_role("form", name="Edit the message").get_by_role("button", name="Save").click()
    expect(page.locator(".announcer")).to_have_text("Message saved")
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.locator(".page-head .pill")).to_have_text("sent")
    expect(page.locator("main")).to_contain_text("other words")


def test_a_message_that_a_colleague_has_changed_is_not_marked_as_sent(page: Page, problems: Problems) -> None:
    problems.allowed.append(r"console error: Failed to load resource.*")
    answer = page.request.post(
        "/core/comms/drafts", data={"channel": "sms", "to": "416-555-0197", "body": "first words"}
    )
    page.goto(f"/app/messages/{answer.json()['id']}")
    page.request.patch(f"/core/comms/drafts/{answer.json()['id']}", data={"body": "other words"})
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.get_by_role("alert")).to_contain_text("It is shown as it is on file; check it, and try again.")
    expect(page.locator(".page-head .pill")).to_have_text("draft")
    expect(page.locator("#text + p")).to_have_text("other words")
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.locator(".page-head .pill")).to_have_text("sent")


def test_an_own_action_in_another_tab_is_no_conflict_with_unsaved_text(page: Page) -> None:
    answer = page.request.post(
        "/core/comms/drafts", data={"channel": "sms", "to": "416-555-0196", "body": "first words"}
    )
    page.goto(f"/app/messages/{answer.json()['id']}")
    page.wait_for_selector("form[data-started]")
    page.get_by_role("textbox", name="Text").fill("other words")
    form = page.get_by_role("form", name="Edit the message")
    before = form.get_attribute("data-etag") or ""
    tab = page.context.new_page()
    tab.goto("/app/messages")
    tab.locator(f'[data-id="{answer.json()["id"]}"] button').click()
    expect(tab.locator(".announcer")).to_have_text("Marked ready")
    expect(form).not_to_have_attribute("data-etag", before)
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as saved:
        form.get_by_role("button", name="Save").click()
    assert saved.value.status == 200


def test_messages_fit_a_phone(open_page: OpenPage) -> None:
    page = open_page(width=PHONE, scheme="dark")
    page.goto("/app/messages")
    expect(page.get_by_role("link", name="Changed", exact=True)).to_be_visible()
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)
