"""What forms of the console promise: errors at fields, conflicts, unsaved text, one request per submission."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from backend.tests.browser.watched import OpenPage, Problems
from backend.tests.promises import promise

REFUSED = r"console error: Failed to load resource.*"
LOST = [REFUSED, r"request failed.*"]


def create(page: Page) -> tuple[str, str]:
    """Create a property. Return its path in the API and its ETag."""
    answer = page.request.post("/core/property/properties", data={"address": "7 Birch Court", "city": "Guelph"})
    assert answer.status == 201
    return f"/core/property/properties/{answer.json()['id']}", answer.headers["etag"]


def show_form(page: Page, path: str, etag: str, draft: str, city: str = "Guelph") -> None:
    """Put a form for the address and the number of beds on a page of the console."""
    page.goto("/app/settings")
    attributes = {"data-write": "PATCH", "data-path": path, "data-etag": etag, "data-draft": draft}
    page.evaluate(
        """([attributes, city]) => {
          const form = document.createElement("form");
          for (const [name, value] of Object.entries(attributes)) form.setAttribute(name, value);
          form.setAttribute("data-refresh", "none");
          form.setAttribute("aria-label", "Facts");
          form.innerHTML = '<label>City <input name="city" value="Guelph"></label>' +
            '<label>Beds <input name="beds" data-type="number"></label><button>Save</button>';
          form.elements.city.defaultValue = city;
          document.querySelector("main").prepend(form);
          window.htmx.trigger(form, "htmx:load", { elt: form });
        }""",
        [attributes, city],
    )
    page.wait_for_selector("form[data-started]")


@pytest.fixture
def form(page: Page, request: pytest.FixtureRequest) -> tuple[Page, str]:
    path, etag = create(page)
    show_form(page, path, etag, request.node.name)
    return page, path


def stored(page: Page, path: str) -> dict[str, object]:
    found: dict[str, object] = page.request.get(path).json()
    return found


def save(page: Page, status: int) -> None:
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as answer:
        page.get_by_role("button", name="Save", exact=True).click()
    assert answer.value.status == status


@promise("Console", "A refused change shows each message at its field and keeps what was typed.")
def test_messages_appear_at_their_fields(form: tuple[Page, str], problems: Problems) -> None:
    page, path = form
    problems.allowed.append(REFUSED)
    beds = page.get_by_label("Beds")
    beds.fill("many")
    save(page, 400)
    expect(beds).to_have_attribute("aria-invalid", "true")
    expect(beds).to_be_focused()
    expect(page.locator(".field-error")).to_have_text("Beds must be a valid integer")
    beds.fill("1,003")
    save(page, 400)
    beds.fill("3")
    save(page, 200)
    expect(page.locator(".announcer")).to_have_text("Saved")
    assert stored(page, path)["beds"] == 3
    assert page.locator(".field-error").count() == 0


def test_messages_have_the_labels_of_the_page(page: Page, problems: Problems) -> None:
    problems.allowed.append(REFUSED)
    page.goto("/app/properties/new")
    page.get_by_label("Street line").fill("5 Label Street")
    page.get_by_label("Living area").fill("-4")
    page.get_by_label("Tags").fill("good, " + "b" * 201)
    page.get_by_role("button", name="Create property").click()
    expect(page.locator(".field-error")).to_have_text(
        [
            "“Living area, sq ft” must be greater than or equal to 0",
            "Tags, entry 2, must have at most 200 characters",
        ]
    )


@promise("Console", "Nobody overwrites a colleague's change silently: both versions are shown field by field.")
def test_conflict_shows_both_versions_and_saves_the_choice(form: tuple[Page, str], problems: Problems) -> None:
    page, path = form
    problems.allowed.append(REFUSED)
    page.request.patch(path, data={"city": "Kitchener", "beds": 5})
    page.get_by_label("City").fill("Waterloo")
    page.get_by_label("Beds").fill("4")
    save(page, 412)
    dialog = page.get_by_role("dialog")
    city = dialog.get_by_role("row", name="City")
    expect(city).to_contain_text("Guelph")
    expect(city).to_contain_text("Waterloo")
    city.get_by_label("Kitchener").check()
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as answer:
        dialog.get_by_role("button", name="Save my choices").click()
    assert answer.value.status == 200
    found = stored(page, path)
    assert (found["city"], found["beds"]) == ("Kitchener", 4)


@promise("Console", "Text that was not saved comes back with its version after the server stopped or the tab closed.")
def test_unsaved_text_comes_back(open_page: OpenPage, problems: Problems) -> None:
    page = open_page()
    path, etag = create(page)
    show_form(page, path, etag, "kept")
    page.route("**/core/property/**", lambda route: route.abort())
    problems.allowed += LOST
    page.get_by_label("City").fill("Moose Jaw")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    tab = page.context.new_page()
    page.close()
    tab.request.patch(path, data={"city": "Fergus"})
    show_form(tab, path, '"another version"', "kept", city="Fergus")
    expect(tab.get_by_label("City")).to_have_value("Moose Jaw")
    expect(tab.locator("form[data-write]")).to_have_attribute("data-etag", etag)
    save(tab, 412)
    expect(tab.get_by_role("dialog").get_by_role("row", name="City")).to_contain_text("GuelphMoose JawFergus")
    tab.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    tab.get_by_role("button", name="Discard it").click()
    show_form(tab, path, etag, "kept")
    expect(tab.get_by_label("City")).to_have_value("Guelph")


def test_a_submission_that_is_repeated_has_the_same_key(form: tuple[Page, str], problems: Problems) -> None:
    page, path = form
    problems.allowed += LOST
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort()

    page.route(f"**{path}", lose, times=1)
    page.get_by_label("City").fill("Guelph-Eramosa")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    with page.expect_request(lambda request: request.method == "PATCH") as sent:
        page.get_by_role("button", name="Save", exact=True).click()
    assert sent.value.headers["idempotency-key"] == keys[0]
    assert json.loads(sent.value.post_data or "") == {"city": "Guelph-Eramosa"}


def test_numbers_that_cannot_be_read_are_sent_as_typed(form: tuple[Page, str]) -> None:
    page, _path = form
    texts = ["1,250,000.5", "1 580", "-3", "1e3", "", "1,5", "12,34", "1.580,50", "1e999", "Infinity", "0x10", "."]
    values = page.evaluate(
        """async (texts) => {
          const main = document.querySelector('script[type=module][src*="main.js"]').src;
          const { valueOf } = await import(main.replace("main.js", "controls.js"));
          const beds = document.querySelector("main form [name=beds]");
          return texts.map((text) => { beds.value = text; return valueOf(beds); });
        }""",
        texts,
    )
    assert values == [1250000.5, 1580, -3, 1000, None, *texts[5:]]


def test_a_form_that_has_created_a_record_creates_no_second_one(page: Page) -> None:
    page.goto("/app/properties/new")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.get_by_label("Street line").fill("8 Birch Court")
    page.evaluate(
        """() => document.querySelector("main form[data-write]").addEventListener("valhalla:written", (event) => {
          const form = event.target;
          setTimeout(() => form.requestSubmit());
        })"""
    )
    page.locator("main form[data-write] button:not([type=button])").first.click()
    page.wait_for_url("**/app/properties/pr_*")
    assert len(posts) == 1


@promise("Console", "What is submitted or pressed before the scripts of a page have started takes effect then.")
def test_form_and_button_wait_for_the_scripts(page: Page) -> None:
    def press(tab: Page) -> None:
        tab.get_by_role("button", name="Mark ready").click()

    def submit(tab: Page) -> None:
        form = tab.locator("main form[data-write=PATCH]")
        form.evaluate("(form) => { form.elements.body.value = 'Hello Dana'; form.requestSubmit(); }")

    tab = page.context.new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.route("**/js/main.js", hold)
    for act in (press, submit):
        draft = page.request.post("/core/comms/drafts", data={"to": "+14165550123", "body": "Hello"}).json()
        tab.goto(f"/app/messages/{draft['id']}", wait_until="commit")
        act(tab)
        with tab.expect_response(lambda answer: answer.request.method == "PATCH") as saved:
            held.pop().continue_()
        assert saved.value.status == 200
        assert urlsplit(tab.url).query == ""


@promise("Console", "A page whose scripts cannot be loaded says so.")
def test_page_says_that_its_scripts_are_missing(page: Page, problems: Problems) -> None:
    problems.allowed += LOST
    tab = page.context.new_page()
    tab.route("**/js/main.js", lambda route: route.abort())
    tab.goto("/app/deals/new")
    expect(tab.get_by_role("alert")).to_contain_text("a script could not be loaded")


def test_unsaved_text_of_another_form_of_the_record_is_no_conflict(page: Page) -> None:
    answer = page.request.post("/core/deals", data={"name": "Rambler"})
    path = f"/core/deals/{answer.json()['id']}"
    page.goto(path.replace("/core", "/app"))
    page.wait_for_selector("form[data-started]", state="attached")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.locator("form[data-draft] [name=price]").fill("351000")
    page.locator("form[data-draft] [name=name]").fill("Rambler of 1988")
    for name in ("name", "price"):
        with page.expect_response(lambda answer: answer.request.method == "PATCH") as saved:
            page.locator(f"form[data-draft] [name={name}]").press("Enter")
        assert saved.value.status == 200
        expect(page.locator(".announcer")).not_to_be_empty()
        expect(page.get_by_role("heading", level=1)).to_have_text("Rambler of 1988")
        assert page.evaluate("document.activeElement !== document.body")
    found = stored(page, path)
    assert (found["name"], found["price"]) == ("Rambler of 1988", 351000)
    assert page.evaluate("localStorage.length") == 0


def test_text_that_is_typed_while_the_server_answers_is_kept(page: Page) -> None:
    answer = page.request.post("/core/deals", data={"name": "Rambler"})
    path = f"/core/deals/{answer.json()['id']}"
    page.goto(path.replace("/core", "/app"))
    page.wait_for_selector("form[data-started]", state="attached")
    page.keyboard.press("e")
    name = page.locator("form[data-draft] [name=name]")

    def type_and_answer(route: Route) -> None:
        name.fill("Rambler of 1988, sold")
        route.continue_()

    page.route(f"**{path}", type_and_answer)
    name.fill("Rambler of 1988")
    name.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rambler of 1988")
    expect(name).to_have_value("Rambler of 1988, sold")
    page.unroute(f"**{path}")
    name.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rambler of 1988, sold")
    assert page.evaluate("localStorage.length") == 0


def test_saving_leaves_unsaved_text_of_another_tab(form: tuple[Page, str]) -> None:
    page, _path = form
    page.get_by_label("City").fill("Waterloo")
    page.evaluate("() => localStorage.setItem(Object.keys(localStorage)[0], 'text of another tab')")
    save(page, 200)
    expect(page.locator(".announcer")).to_have_text("Saved")
    assert page.evaluate("Object.values(localStorage)") == ["text of another tab"]


def test_text_of_a_field_that_another_tab_has_saved_is_a_conflict(form: tuple[Page, str], problems: Problems) -> None:
    page, path = form
    problems.allowed.append(REFUSED)
    tab = page.context.new_page()
    shown = page.locator("form[data-write]")
    show_form(tab, path, shown.get_attribute("data-etag") or "", shown.get_attribute("data-draft") or "")
    page.get_by_label("City").fill("Waterloo")
    tab.get_by_label("City").fill("Kitchener")
    save(page, 200)
    expect(page.locator(".announcer")).to_contain_text("Saved")
    save(tab, 412)
    expect(tab.get_by_role("dialog").get_by_role("row", name="City")).to_contain_text("Waterloo")
    assert stored(page, path)["city"] == "Waterloo"


def test_a_second_save_is_no_conflict_although_the_page_was_not_read_again(page: Page, problems: Problems) -> None:
    problems.allowed += [*LOST, r"console error: htmx:.*"]
    answer = page.request.post("/core/deals", data={"name": "Rambler"})
    shown = f"/app/deals/{answer.json()['id']}"
    page.goto(shown)
    page.wait_for_selector("form[data-started]", state="attached")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.route(f"**{shown}", lambda route: route.abort())
    for name in ("Rambler of 1988", "Rambler of 1989"):
        page.locator("form[data-draft] [name=name]").fill(name)
        with page.expect_response(lambda answer: answer.request.method == "PATCH") as saved:
            page.locator("form[data-draft] [name=name]").press("Enter")
        assert saved.value.status == 200
        expect(page.locator("main > .notice.warning")).to_contain_text("The page could not be read again")
        expect(page.locator("form[aria-busy]")).to_have_count(0)
