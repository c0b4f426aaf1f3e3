"""What stands in the other pages: their links lead somewhere, and the settings are all of the settings."""

import re
from pathlib import Path
from typing import Any

import pytest

from backend.app.settings import PREFIX, Settings
from backend.tests.harness import ROOT
from backend.tests.promises import promise

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OPERATIONS = ROOT / "docs" / "operations.md"
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_SETTING = re.compile(rf"^\| `({PREFIX}\w+)` \| (.*?) \| (.*) \|$", re.MULTILINE)


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for path, place in _LINK.findall(page.read_text()):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} leads to {path}, which is not there"
        if place:
            anchors = {anchor(heading) for heading in _HEADING.findall(target.read_text())}
            assert place in anchors, f"{page.name} leads to {path}#{place}, which is not there"


@promise("Operations", "Every setting is documented, and a misspelled setting stops the start.")
def test_every_setting_is_documented_with_its_default() -> None:
    documented = {name: default for name, default, _ in _SETTING.findall(OPERATIONS.read_text())}
    assert documented == {PREFIX + name.upper(): _shown(field.default) for name, field in Settings.model_fields.items()}


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    assert all(meaning for _, _, meaning in _SETTING.findall(OPERATIONS.read_text()))


def _shown(default: Any) -> str:
    if default is None or default == ():
        return "–"
    if isinstance(default, Path):
        return f"`{default.relative_to(ROOT).as_posix()}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
