"""Numbers in the reader's locale, and times in the reader's zone."""

from playwright.sync_api import Page, expect

from backend.tests.browser.watched import OpenPage, Problems
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
    page.get_by_label("Since").fill("2026-01-31T09:00")
    page.get_by_label("Since").press("Enter")
    page.wait_for_url("**?since=2026-01-31T00%3A00%3A00.000Z")
    page.reload()
    expect(page.get_by_label("Since")).to_have_value("2026-01-31T09:00")
    page.get_by_label("Before").click()
    page.keyboard.type("0101")
    page.get_by_label("Provider").fill("manual")
    page.get_by_label("Provider").press("Tab")
    expect(page.get_by_label("Before")).to_be_focused()  # the browser says that it is incomplete
    assert "provider" not in page.url


READ = """async (texts) => {
  const main = document.querySelector('script[type=module][src*="main.js"]').src;
  const { readNumber } = await import(main.replace("main.js", "numbers.js"));
  return texts.map((text) => readNumber(text) ?? null);
}"""


def read(page: Page, texts: list[str]) -> list[float | None]:
    page.goto("/app/settings")
    found: list[float | None] = page.evaluate(READ, texts)
    return found


@promise("Console", "A typed number means what it says in the reader's language, or is refused at its field.")
def test_numbers_are_typed_as_the_reader_writes_them(open_page: OpenPage, problems: Problems) -> None:
    texts = ["350.000", "350,000", "1.234", "1.234,5", "1,234.5", "1234.5", "0.125", "350 000", "1’234", "12,34,567"]
    assert read(open_page(locale="en-US"), texts) == [
        *(None, 350000, 1.234, None, 1234.5, 1234.5, 0.125, 350000, 1234, None),
    ]
    assert read(open_page(locale="fr-CA"), texts) == [
        *(None, None, None, None, None, None, None, 350000, 1234, None),
    ]
    page = open_page(locale="de-DE")
    assert read(page, texts) == [350000, None, 1234, 1234.5, None, None, None, 350000, 1234, None]
    deal = page.request.post("/core/deals", data={"name": "Seestraße", "price": 350000.5}).json()["id"]
    page.goto(f"/app/deals/{deal}")
    page.get_by_label("Maximum offer as a share").fill("72,5")
    page.get_by_label("Maximum offer as a share").press("Enter")
    page.wait_for_url("**share=72.5")
    page.locator("#money + form + p + details summary").click()
    price = page.locator("[name=price]")
    expect(price).to_have_value("350000,5")
    price.fill("1,250.00")
    price.press("Enter")
    expect(page.locator(".field-error")).to_have_text(
        "“1,250.00” can be misread. Write thousands and decimals as in 12.500,5."
    )
    price.fill("350.000")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        price.press("Enter")
    expect(price).to_have_value("350000")
    assert page.request.get(f"/core/deals/{deal}").json()["price"] == 350000
    page.goto("/app/properties")
    page.get_by_label("Value from").fill("350.000,50")
    page.get_by_label("Value from").press("Enter")
    page.wait_for_url("**min_value=350000.5")
