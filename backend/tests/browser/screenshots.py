"""Pictures of the console's main pages for the docs: `make screenshots` writes them to docs/console/.

The pages show the demo's records. The clock starts at one moment, so that dates and ages in the pictures stay the same;
ids differ in each run, and letters look as the fonts of the system do.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import time_machine
from playwright.sync_api import Browser

from backend.app.demo import company, packages, place, sales
from backend.app.settings import Settings
from backend.tests.browser.indexed_png import indexed_png
from backend.tests.browser.lookup import find_chromium
from backend.tests.browser.page_checks import wait_for_maps
from backend.tests.browser.watched import DESKTOP, PHONE, Problems, Scheme, page_opener
from backend.tests.harness import ROOT, http_client, serving

FOLDER = ROOT / "docs" / "console"
NOW = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
PROPERTIES = 120


@dataclass(frozen=True)
class Picture:
    """A page, whose address may name a record of the demo, such as `{property}`: see `records`."""

    name: str
    address: str
    variants: tuple[tuple[int, Scheme], ...] = ((DESKTOP, "light"), (PHONE, "dark"))


PICTURES = (
    Picture(
        "properties",
        "/app/properties",
        ((DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")),
    ),
    Picture("property", "/app/properties/{property}"),
    Picture("deals", "/app/deals"),
    Picture("deal", "/app/deals/{deal}"),
    Picture("partners", "/app/partners"),
    Picture("partner", "/app/partners/{partner}"),
    Picture("agreement", "/app/agreements/{agreement}"),
    Picture("messages", "/app/messages"),
    Picture("market", "/app/markets/{market}"),
    Picture("sales", "/app/sales"),
    Picture("people", "/app/people"),
    Picture("audit", "/app/audit"),
    Picture("settings", "/app/settings"),
)


def main() -> None:
    """Write all pictures, or those whose names are given."""
    names = sys.argv[1:]
    if unknown := set(names) - {picture.name for picture in PICTURES}:
        sys.exit(f"there are no pictures called {', '.join(sorted(unknown))}")
    problems = Problems()
    with TemporaryDirectory() as folder, time_machine.travel(NOW), _demo(Path(folder)) as url:
        ids = records(url)
        with find_chromium().running() as browser:
            for picture in PICTURES:
                if not names or picture.name in names:
                    take(browser, url, picture, ids, problems)
    if problems.found:
        sys.exit("\n".join(problems.found))


def take(browser: Browser, url: str, picture: Picture, ids: dict[str, str], problems: Problems) -> None:
    """Write each variant of a picture to FOLDER, as `NAME-WIDTH-SCHEME.png`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for width, scheme in picture.variants:
        with page_opener(browser, url, problems) as open_page:
            page = open_page(width=width, scheme=scheme)
            page.clock.set_fixed_time(NOW)
            response = page.goto(picture.address.format(**ids))
            if response is None or not response.ok:
                sys.exit(f"{picture.address} is not a page of the console: {response and response.status}")
            wait_for_maps(page)
            page.wait_for_load_state("networkidle")
            file = FOLDER / f"{picture.name}-{width}-{scheme}.png"
            file.write_bytes(indexed_png(page, page.screenshot(animations="disabled")))
            print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1000:.0f} KB")  # noqa: T201


@contextmanager
def _demo(folder: Path) -> Iterator[str]:
    """Serve the demo with the sales that `valhalla demo` installs, and yield the base URL."""
    root = folder / "data-demo"
    king_county = sales.read_sales(packages.sales_file() or packages.install())
    with place.building(root) as facts:
        settings = Settings(data_dir=folder / "data")
        facts.update(company.create(settings, root, king_county, PROPERTIES, lambda _done, _total: None))
    with serving(Settings(data_dir=root, jobs=False, log_level="error")) as url:
        _invite(url)
        yield url


def _invite(url: str) -> None:
    """Invite people, of whom some have joined, and one was disabled."""
    for name, role, state in _PEOPLE:
        with http_client(url) as api, http_client(url) as guest:
            invitation = {"email": f"{name.split()[0].lower()}@example.com", "name": name, "role": role}
            made = api.post("/core/access/people", json=invitation).raise_for_status().json()
            if state != "invited":
                password = {"secret": made["link"].partition("#")[2], "password": "eleven green umbrellas"}
                guest.post("/core/access/links/accept", json=password).raise_for_status()
            if state == "disabled":
                person = f"/core/access/people/{made['person']['id']}"
                api.patch(person, json={"status": state}).raise_for_status()


_PEOPLE = (
    ("Amir Haddad", "operator", "active"),
    ("Dana Fox", "admin", "active"),
    ("Luc Tremblay", "operator", "disabled"),
    ("Priya Nair", "viewer", "invited"),
)


def records(url: str) -> dict[str, str]:
    """Return the ids that addresses may name: a deal under contract in the US, what belongs to it, and a market."""
    with http_client(url) as api:

        def first(path: str) -> dict[str, Any]:
            found: dict[str, Any] = api.get(path).raise_for_status().json()["items"][0]
            return found

        under_contract = api.get("/core/deals?status=under_contract").raise_for_status().json()["items"]
        deal = next(deal for deal in under_contract if deal["currency"] == "USD")  # which has comparable sales
        link = first(f"/core/jv/links?deal_id={deal['id']}")
        market, sale = first("/core/market/markets"), first("/core/market/sales")
        agreement, statement = first("/core/jv/agreements"), first("/core/jv/statements")
        draft = first(f"/core/comms/drafts?deal_id={deal['id']}")
        return {
            "deal": deal["id"],
            "property": deal["property_id"],
            "partner": link["partner_id"],
            "draft": draft["id"],
            "agreement": agreement["id"],
            "statement": statement["id"],
            "market": market["name"],
            "sale": sale["id"],
        }


if __name__ == "__main__":
    main()
