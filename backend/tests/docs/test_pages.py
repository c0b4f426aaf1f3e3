"""The pages of the documentation: links, line length, and the table of settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.app.settings import PREFIX, Settings
from backend.tests.harness import ROOT
from backend.tests.promises import promise

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAX_LINE = 120
OPERATIONS = ROOT / "docs" / "operations.md"
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_SETTING = re.compile(rf"^\| `({PREFIX}\w+)` \| (.*?) \| (.*) \|$", re.MULTILINE)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def broken_links(page: Path) -> Iterator[str]:
    for path, place in _LINK.findall(page.read_text()):
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{page.name}: {path} does not exist"
        elif place and place not in {anchor(heading) for heading in _HEADING.findall(target.read_text())}:
            yield f"{page.name}: {path}#{place} is not a heading"


def test_links_lead_to_pages_and_headings_that_exist() -> None:
    assert [problem for page in PAGES for problem in broken_links(page)] == []


def overlong_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of prose that are too long, with their numbers. Tables and code blocks may be any width."""
    code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            code = not code
        elif not code and not line.startswith("|") and len(line) > MAX_LINE and " " in line.strip(" -"):
            yield number, line


def test_prose_is_wrapped() -> None:
    pages = [page for page in PAGES if page.name != "CHANGELOG.md"]
    assert [f"{page.name}:{number}" for page in pages for number, _ in overlong_lines(page.read_text())] == []


def test_tables_code_and_long_words_need_no_wrapping() -> None:
    long = "word " * 30
    assert list(overlong_lines(f"| {long} |\n```\n{long}\n```\n- `{'x' * 130}`\n")) == []
    assert [number for number, _ in overlong_lines(f"short\n{long}\n")] == [2]


@promise("Operations", "Every setting is documented, and a misspelled setting stops the start.")
def test_every_setting_is_documented_with_its_default() -> None:
    documented = {name: default for name, default, _ in _SETTING.findall(OPERATIONS.read_text())}
    assert documented == {PREFIX + name.upper(): _shown(field.default) for name, field in Settings.model_fields.items()}


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    assert all(meaning for _, _, meaning in _SETTING.findall(OPERATIONS.read_text()))


def _shown(default: Any) -> str:
    if default is None or default == ():
        return "–"
    if isinstance(default, Path):
        return f"`{default.relative_to(ROOT).as_posix()}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
