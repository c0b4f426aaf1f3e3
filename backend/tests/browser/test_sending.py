"""Sending a text from its page, and what administrators do about deliveries."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.app.bootstrap import open_store
from backend.app.settings import Settings
from backend.app.web.places import MESSAGE_TABS
from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.watched import DESKTOP, HEIGHTS, PHONE, OpenPage, Problems, page_opener
from backend.tests.core_gov.comms.delivery.texts import DANA, delivery_of, dispatch, has_written, send_text
from backend.tests.core_gov.comms.senders.twilio_double import Fault, Twilio, twilio_double, write_senders
from backend.tests.harness import http_client, serving, until
from backend.tests.promises import promise


@pytest.fixture(scope="module")
def twilio() -> Iterator[Twilio]:
    with twilio_double(faults={1: Fault(drops=True)}) as twilio:
        yield twilio


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, twilio: Twilio) -> Iterator[tuple[str, dict[str, str]]]:
    """URL of a service that sends, and the paths of pages of a held and of an uncertain delivery."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("sending") / "data", undo_s=0.0)
    write_senders(settings.data_dir, twilio.url, cost_per_segment="0.0083", currency="CAD")
    with open_store(settings) as store:
        has_written(store)
        uncertain = send_text(store, body="The keys are in the lockbox.")
        dispatch(store)
        held = send_text(store, "+14165550129", "Are you still selling?")
        found = {"uncertain": delivery_of(store, uncertain), "held": delivery_of(store, held)}
        assert found["uncertain"].state == "uncertain"
    twilio.receive(DANA, "When is the roof done?")
    with serving(settings) as url, http_client(url) as api:
        until(lambda: api.get("/core/comms/inbox?sender=main-line").json()["items"][1:], "the question is read")
        yield url, {name: f"/app/deliveries/{each.id}" for name, each in found.items()}


@pytest.fixture
def open_page(browser: Browser, pages: tuple[str, dict[str, str]], problems: Problems) -> Iterator[OpenPage]:
    with page_opener(browser, pages[0], problems) as opener:
        yield opener


def ready(page: Page, **fields: Any) -> str:
    """Create a draft that is ready, and open its page. Returns its id."""
    draft = {"to": DANA, "body": "The roof is done.", "status": "ready"} | fields
    known = str(page.request.post("/core/comms/drafts", data=draft).json()["id"])
    page.goto(f"/app/messages/{known}")
    return known


@promise("Console", "The form that sends a text shows the gate's decision with its rules, segments and cost before.")
def test_text_is_checked_canceled_sent_and_copied(page: Page, problems: Problems, twilio: Twilio) -> None:
    problems.allowed.append(r"console error: Failed to load resource.*400.*")
    draft = ready(page)
    form = page.get_by_role("form", name="Send")
    form.get_by_label("Province or state").fill("ON")
    form.get_by_label("Purpose").select_option("buying")
    form.get_by_role("button", name="Check").click()
    expect(form.get_by_label("Country of the recipient")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Country of the recipient").select_option("CA")
    form.get_by_role("button", name="Check").click()
    decision = form.locator("[data-decision]")
    expect(decision).to_contain_text("It may not be sent.")
    expect(decision).to_contain_text("ca_identity: CASL s. 6(2)(a)")
    expect(decision).to_contain_text("17 characters, 1 segment (GSM-7), CAD 0.0083.")
    axe(page)
    form.get_by_label("Purpose").select_option("reply")
    expect(decision).to_be_empty()
    form.get_by_label("Not before").fill("2099-07-31T12:00")
    form.get_by_role("button", name="Send").click()
    expect(page.locator("[data-countdown]")).to_contain_text(" s")
    stored = page.request.get(f"/core/comms/drafts/{draft}/delivery").json()
    # The browser is in Vancouver, and versions of the zone differ about its winters.
    assert stored["send_at"] == "2099-07-31T19:00:00.000000Z"
    axe(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("region", name="Delivery")).to_contain_text("canceled before it was sent")
    form.get_by_label("Purpose").select_option("reply")
    form.get_by_role("button", name="Send").click()
    expect(page.locator(".page-head .pill")).to_have_text("sent")
    assert [each.body for each in twilio.accepted] == ["The roof is done."]
    page.get_by_role("button", name="Copy").click()
    page.wait_for_url(lambda url: "/app/messages/dr_" in url and draft not in url)
    expect(page.locator(".page-head .pill")).to_have_text("draft")


def test_sending_is_stopped_with_a_reason_and_resumed(page: Page) -> None:
    page.goto("/app/sending")
    page.get_by_role("button", name="Stop all sending").click()
    dialog = page.get_by_role("dialog")
    axe(page)
    dialog.get_by_label("Reason").fill("The list was wrong.")
    dialog.get_by_role("button", name="Stop all sending").click()
    expect(page.get_by_role("region", name="All sending is stopped")).to_contain_text("The list was wrong.")
    axe(page)
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Stop all sending")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "form", "field", "after"),
    [
        ("held", "Release", "Why it may be sent all the same", "They called."),
        ("uncertain", "It was not sent", "How that is known", "It is not in Twilio's console."),
    ],
)
def test_admin_decides_about_a_delivery(
    open_page: OpenPage, pages: tuple[str, dict[str, str]], name: str, form: str, field: str, after: str
) -> None:
    page = open_page(width=PHONE, scheme="dark")
    page.goto(pages[1][name])
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)
    page.get_by_role("form", name=form).get_by_label(field).fill(after)
    page.get_by_role("form", name=form).get_by_role("button").click()
    expect(page.get_by_role("region", name="Events").first).to_contain_text(after)
    expect(page.get_by_role("form", name=form)).to_have_count(0)


def test_opt_out_is_recorded_and_lifted(page: Page) -> None:
    page.goto("/app/opt-outs")
    page.get_by_text("Record an opt-out").click()
    form = page.get_by_role("form", name="Record an opt-out")
    form.get_by_label("Phone number or email address").fill("416-555-0131")
    form.get_by_role("button", name="Record it").click()
    row = page.locator("[data-row]").filter(has_text="+14165550131").filter(has_text="sms")
    row.get_by_role("button", name="Lift").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("In writing.")
    page.get_by_role("dialog").get_by_role("button", name="Lift").click()
    expect(row).to_contain_text("In writing.")
    expect(row.get_by_role("button")).to_have_count(0)


def test_lists_with_records_are_accessible_and_fit(page: Page) -> None:
    consent = {"address": DANA, "kind": "implied", "until": "2027-01-31", "obtained_on": "2026-01-31", "source": "form"}
    page.request.post("/core/comms/consents", data=consent)
    page.request.post("/core/comms/opt_outs", data={"address": "416-555-0133", "note": "Asked on the phone."})
    for path in MESSAGE_TABS:
        page.set_viewport_size({"width": DESKTOP, "height": HEIGHTS[DESKTOP]})
        page.emulate_media(color_scheme="light")
        page.goto(path)
        expect(page.locator("[data-row]").first).to_be_visible()
        axe(page)
        assert_no_horizontal_overflow(page)
        page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
        page.emulate_media(color_scheme="dark")
        axe(page)
        assert_no_horizontal_overflow(page)
        assert_touch_targets(page)
