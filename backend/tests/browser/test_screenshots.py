"""Pictures for the docs."""

import zlib
from base64 import b64encode
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from backend.tests.browser import screenshots
from backend.tests.browser.indexed_png import indexed_png
from backend.tests.browser.screenshots import PICTURES, Picture, take
from backend.tests.browser.watched import PHONE, Problems
from backend.tests.harness import ROOT


def test_picture_keeps_its_most_frequent_colors(page: Page) -> None:
    page.set_content("<body style='margin: 0; background: rgb(1, 2, 3)'><p style='background: red; height: 9px'>")
    png = indexed_png(page, page.screenshot())
    palette = png.partition(b"PLTE")[2]
    assert palette.startswith(bytes([1, 2, 3, 255, 0, 0]))
    assert len(zlib.decompress(png.partition(b"IDAT")[2])) == 900 * (1 + 1440)
    page.set_content(f"<img src='data:image/png;base64,{b64encode(png).decode()}'>")
    assert page.evaluate("document.images[0].decode().then(() => document.images[0].naturalWidth)") == 1440


def test_picture_is_written_under_its_name(
    browser: Browser, console: str, problems: Problems, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenshots, "ROOT", tmp_path)
    monkeypatch.setattr(screenshots, "FOLDER", tmp_path / "docs" / "console")
    take(browser, console, Picture("list", "/app/properties?limit=1", ((PHONE, "dark"),)), {}, problems)
    assert [path.name for path in (tmp_path / "docs" / "console").iterdir()] == ["list-390-dark.png"]
    with pytest.raises(SystemExit, match=r"^/app/nothing is not a page of the console: 404$"):
        take(browser, console, Picture("nothing", "/app/nothing"), {}, problems)
    problems.allowed.append("status of 404")


def test_committed_pictures_are_those_of_the_list() -> None:
    folder = ROOT / "docs" / "console"
    expected = {f"{each.name}-{width}-{scheme}.png" for each in PICTURES for width, scheme in each.variants}
    assert {path.name for path in folder.glob("*.png")} in (expected, set())
    assert all(path.stat().st_size < 200_000 for path in folder.glob("*.png"))
