"""Elements of all pages that change records: each names the version that the page shows."""

import re
from html.parser import HTMLParser
from pathlib import Path

import httpx

from backend.app import web
from backend.tests.promises import promise
from backend.tests.web.test_pages import PAGE

TAG = re.compile(r"<(?:form|button)\b[^<]*?\bdata-(?:write|propose)=.*?>(?=\s*(?:<|\{\{|\{%|\w))", re.DOTALL)


class Writes(HTMLParser):
    """Attributes of the elements of a page that change records."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if "data-write" in attributes or "data-propose" in attributes:
            self.found.append(attributes)


def records(api: httpx.Client) -> list[str]:
    """Create a record of each kind that pages change. Return the pages that show them."""

    def create(path: str, **fields: object) -> str:
        answer = api.post(f"/core/{path}", json=fields)
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json().get("id"))

    deal = create("deals", name="Rambler")
    home = create("property/properties", address="5 Version Street", deal_id=deal)
    partner = create("jv/partners", name="Ada Park")
    draft = create("comms/drafts", channel="sms", to="416-555-0147", body="Hello", deal_id=deal)
    create("jv/links", partner_id=partner, deal_id=deal)
    for entity, record in (("deal", deal), ("property", home), ("partner", partner), ("draft", draft)):
        create("notes", entity=entity, entity_id=record, text="Called back")
    create(f"property/properties/{home}/repair_rent", est_repairs=1000)
    create(f"property/properties/{home}/neighborhood_rating", score=50)
    create("views", list="partners", name="All of these", query="")
    return [
        *(f"/app/deals/{deal}", f"/app/properties/{home}", f"/app/partners/{partner}", f"/app/messages/{draft}"),
        *(f"/app/partners/{partner}/deals", "/app/partners", "/app/messages", "/app/deals", "/app/properties"),
    ]


@promise("Console", "Every change of a record names the version that the page shows.")
def test_every_change_of_a_record_names_the_version_that_the_page_shows(shared_sqlite: httpx.Client) -> None:
    checked = set()
    for page in records(shared_sqlite):
        for element in Writes(shared_sqlite.get(page, headers=PAGE).text).found:
            path, etag = str(element.get("data-changes") or element["data-path"]), element.get("data-etag")
            if element.get("data-write") != "POST" or etag is not None:
                assert etag == version(shared_sqlite, path), (page, path)
                checked.add(re.sub(r"[a-z]+_[0-9a-f]{32}", "ID", path))
    assert len(checked) == 9, checked


def version(api: httpx.Client, path: str) -> str:
    """Return the ETag of a record. A link has no page of its own in the API, but an empty change has its version."""
    answer = api.get(path)
    return str((answer if answer.is_success else api.patch(path, json={})).headers["etag"])


def tags() -> list[tuple[str, str]]:
    """Return the tags of all templates that change records, with the name of the template."""
    templates = sorted(Path(web.__file__).parent.rglob("templates/**/*.html"))
    return [(each.name, tag) for each in templates for tag in TAG.findall(each.read_text())]


def test_no_field_is_of_the_type_number_which_drops_a_decimal_comma() -> None:
    templates = Path(web.__file__).parent.rglob("templates/**/*.html")
    assert [each.name for each in templates if re.search(r'\stype="number"(?!\))', each.read_text())] == []


def test_templates_name_a_version_with_every_patch_and_keep_the_text_of_every_form() -> None:
    # The name of a passkey is for one person only, and has no version.
    found = [each for each in tags() if "/core/access/factors/passkeys/" not in each[1]]
    assert len(found) > 20
    assert [each for each in found if 'data-write="PATCH"' in each[1] and "data-etag=" not in each[1]] == []
    # What is not kept: answers with a secret, and passwords.
    kept = [each for each in found if each[1].startswith("<form") and "data-unkeyed" not in each[1]]
    assert [each for each in kept if "data-draft=" not in each[1]] == []


@promise("Access", "No page keeps a password in the browser.")
def test_no_form_with_a_password_keeps_its_text() -> None:
    for template in Path(web.__file__).parent.rglob("templates/**/*.html"):
        for form in re.findall(r"<form\b.*?</form>", template.read_text(), re.DOTALL):
            is_secret = "password" in form.partition(">")[2]
            assert not (is_secret and "data-draft" in form.partition(">")[0]), template.name
