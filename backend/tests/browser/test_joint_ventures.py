"""A joint venture in a browser: from a preset to a reversal, the editor of terms, and forms that are sent again."""

import pytest
from playwright.sync_api import Page, Route, expect

from backend.tests.browser.page_checks import assert_no_horizontal_overflow, assert_touch_targets, axe
from backend.tests.browser.watched import HEIGHTS, PHONE, OpenPage, Problems
from backend.tests.core_gov.jv.joint_venture import days_ago
from backend.tests.promises import promise


def create(page: Page, path: str, **fields: object) -> str:
    return str(page.request.post(path, data=fields).json()["id"])


@pytest.fixture
def parties(page: Page) -> dict[str, str]:
    """Ids of a deal and of two partners whom no other test knows."""
    return {
        "deal": create(page, "/core/deals", name="9 Waterfall Way", currency="CAD"),
        "investor": create(page, "/core/jv/partners", name="Ingrid Investor"),
        "sponsor": create(page, "/core/jv/partners", name="Sam Sponsor", language="fr-CA"),
    }


def editor_of(page: Page, parties: dict[str, str], preset: str = "preferred_split") -> None:
    query = "&".join(f"{name}={each}" for name, each in parties.items())
    page.goto(f"/app/agreements/new?{query}&preset={preset}")


def fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    page.emulate_media(color_scheme="dark")
    axe(page)
    assert_no_horizontal_overflow(page)
    assert_touch_targets(page)


def agreement(page: Page, parties: dict[str, str]) -> str:
    """Create an agreement over HTTP, and return the path of its page."""
    query = f"investor={parties['investor']}&sponsor={parties['sponsor']}"
    terms = page.request.get(f"/core/jv/presets?{query}").json()["items"][1]["terms"]
    fields = {"name": f"JV {parties['deal']}", "deal_ids": [parties["deal"]], "currency": "CAD", "terms": terms}
    made = create(page, "/core/jv/agreements", effective_from=days_ago(400), **fields)
    return f"/app/agreements/{made}"


def contribute(page: Page, amount: str, on: str) -> None:
    form = page.get_by_role("form", name="Contribution")
    expect(page.locator("details[data-keep-open=contributions]")).to_have_attribute("data-started", "true")
    if not form.is_visible():
        page.get_by_text("Contribution", exact=True).click()
    form.get_by_label("Partner").select_option("Ingrid Investor")
    form.get_by_label("Amount in CAD").fill(amount)
    form.get_by_label("Counts on").fill(on)
    form.get_by_role("button", name="Record the contribution").click()


def test_from_a_preset_to_a_reversal(page: Page, parties: dict[str, str], problems: Problems) -> None:
    problems.allowed.append(r"console error: Failed to load resource.*409")
    editor_of(page, parties)
    page.get_by_label("Name", exact=True).fill(f"Waterfall Way JV {parties['deal']}")
    page.get_by_label("First day on which money may count").fill(days_ago(400))
    page.get_by_label("Rate per year in percent").fill("10")
    expect(page.locator("[data-worked]")).to_contain_text("Preferred return of 10 % a year")
    axe(page)
    page.get_by_role("button", name="Create the agreement").click()
    expect(page.get_by_text("No money has moved yet.")).to_be_visible()
    path = page.url

    contribute(page, "100,000.00", days_ago(365))
    row = page.get_by_role("row", name="Ingrid Investor")
    expect(row).to_contain_text("no real rate")
    expect(row).to_contain_text("CAD 10,000.00")  # preferred return owed

    page.get_by_role("link", name="Distribute").click()
    page.get_by_label("Cash in CAD").fill("12,000")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".tier-chart")).to_have_attribute(
        "aria-label", "Distribution by tier in CAD: preferred return 10,000.00; capital 2,000.00; last split 0.00"
    )
    axe(page)
    create(
        page,
        f"/core/jv/agreements/{path.rpartition('/')[2]}/commitments",
        source_key="late",
        amount=5,
        partner_id=parties["investor"],
        effective_on=days_ago(1),
    )
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("alert")).to_contain_text("preview again")
    page.get_by_role("link", name="Preview again").click()
    page.get_by_role("button", name="Declare").click()
    pay = page.get_by_role("form", name="Pay the distribution")
    expect(pay).to_contain_text("Pay CAD 12,000.00")
    pay.get_by_role("button").click()
    expect(page.get_by_text("Nothing is owed to the partners.")).to_be_visible()

    page.get_by_text("Issue a statement").click()
    form = page.get_by_role("form", name="Issue a statement")
    expect(form.locator("[name=distribution_id]")).to_be_hidden()
    form.get_by_label("Partner").select_option("Ingrid Investor")
    form.get_by_label("First day").fill(days_ago(390))
    form.get_by_label("Last day").fill(days_ago(0))
    form.get_by_role("button", name="Issue").click()
    expect(page.get_by_role("heading", name="Capital account statement")).to_be_visible()
    expect(page.get_by_role("row", name="Capital at the end of the last day")).to_contain_text("CAD 98,000.00")
    page.get_by_role("row", name="Return of capital en_").get_by_role("link").click()
    expect(page.locator("li.entry")).to_have_count(1)

    page.get_by_role("link", name="Show all entries").click()
    payment = page.locator("li.entry").filter(has=page.get_by_role("heading", name="Payment"))
    payment.get_by_text("Reverse", exact=True).click()
    reversal = payment.get_by_role("form")
    reversal.get_by_label("What happened").select_option("never_happened")
    expect(reversal.get_by_label("Taken back on")).to_be_hidden()
    axe(page)
    reversal.get_by_role("button", name="Reverse the entry").click()
    expect(payment).to_contain_text("reversed")
    page.goto(path)
    expect(page.get_by_role("form", name="Pay the distribution")).to_be_visible()
    fits_a_phone(page)


@promise("Console", "A form of a joint venture whose answer was lost posts once, even after the page was reloaded.")
def test_a_form_whose_answer_was_lost_posts_once(page: Page, parties: dict[str, str], problems: Problems) -> None:
    problems.allowed.append(r"console error: Failed to load resource")
    path = agreement(page, parties)
    page.goto(path)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/contributions", lose, times=1)
    contribute(page, "5000", days_ago(9))
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.reload()
    expect(page.get_by_text("was restored")).to_be_visible()
    page.get_by_role("button", name="Record the contribution").click()
    expect(page.locator(".announcer")).to_have_text("Contribution recorded")
    expect(page.get_by_role("row", name="Ingrid Investor")).to_contain_text("CAD 5,000.00")
    contribute(page, "5000", days_ago(9))  # the next one is another contribution
    expect(page.get_by_role("row", name="Ingrid Investor")).to_contain_text("CAD 10,000.00")
    expect(page.locator(".restored")).to_have_count(0)


def test_terms_are_edited_with_the_keyboard_and_kept(page: Page, parties: dict[str, str]) -> None:
    editor_of(page, parties)
    worked = page.locator("[data-worked]")
    down = page.get_by_role("button", name="Move down tier 1")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move down tier 2, preferred return")).to_be_focused()
    expect(worked.locator(".tiers li").first).to_contain_text("Return of capital")
    page.get_by_label("Kind of a new tier").select_option("catch_up")
    page.get_by_role("button", name="Add a tier").click()
    tier = page.locator("[data-kind=catch_up]")
    expect(tier.get_by_label("Name of the tier")).to_be_focused()
    expect(worked).to_contain_text("Tier 3, Target in percent is not filled in")
    tier.get_by_label("Target in percent").fill("30")
    tier.get_by_label("Share in percent").fill("100")
    for box in tier.get_by_label("Sam Sponsor").all():
        box.check()
    expect(worked).to_contain_text("Catch-up, 100 % to Sam Sponsor, until Sam Sponsor has 30 % of the profit so far")
    page.get_by_label("Years").fill("0")
    expect(worked).to_contain_text("Years")
    page.get_by_label("Years").fill("5")
    expect(worked).to_contain_text("5 years later")
    page.reload()
    expect(page.locator("[data-kind=catch_up]").get_by_label("Target in percent")).to_have_value("30")
    expect(worked).to_contain_text("until Sam Sponsor has 30 %")
    fits_a_phone(page)


def test_partner_is_added_to_the_terms_by_name(page: Page, parties: dict[str, str]) -> None:
    create(page, "/core/jv/partners", name="Third Capital")
    editor_of(page, parties)
    page.get_by_role("combobox", name="Another partner").fill("third cap")
    page.locator('datalist option[value^="Third Capital"]').wait_for(state="attached")
    page.get_by_role("combobox", name="Another partner").fill("Third Capital · other")
    page.get_by_role("button", name="Add the partner").click()
    expect(page.get_by_role("checkbox", name="Third Capital")).to_have_count(5)
    page.reload()
    expect(page.get_by_role("checkbox", name="Third Capital")).to_have_count(5)
    page.get_by_role("button", name="Remove Third Capital").click()
    expect(page.get_by_role("checkbox", name="Third Capital")).to_have_count(0)


def test_money_of_a_deal_has_the_fields_of_its_kind(page: Page, parties: dict[str, str]) -> None:
    page.goto(agreement(page, parties))
    page.get_by_text("Money of a deal", exact=True).click()
    form = page.get_by_role("form", name="Money of a deal")
    expect(form.get_by_label("Interest paid with it")).to_be_hidden()
    form.get_by_label("Kind").select_option("loan_draw")
    form.get_by_label("Loan, such as its lender").fill("First Bank")
    form.get_by_label("Amount in CAD").fill("300000")
    form.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Loan: First Bank")).to_be_visible()


def test_statement_is_read_and_printed_without_scripts(
    page: Page, parties: dict[str, str], open_page: OpenPage
) -> None:
    made = agreement(page, parties).rpartition("/")[2]
    fields = {"kind": "capital_account", "agreement_id": made, "partner_id": parties["sponsor"]}
    issued = create(page, "/core/jv/statements", period_from=days_ago(30), period_to=days_ago(0), **fields)
    plain = open_page(javascript=False)
    plain.goto(f"/app/statements/{issued}")
    expect(plain.get_by_role("heading", name="Relevé du compte de capital")).to_be_visible()
    plain.emulate_media(media="print")
    for hidden in ("header.site", "nav", "noscript"):
        for each in plain.locator(hidden).all():
            expect(each).to_be_hidden()
    expect(plain.locator("footer .digest")).to_be_visible()
