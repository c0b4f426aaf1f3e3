"""Each line of the checklist names a test that exists, and nothing of the contract is missing from it."""

import ast
import re
from functools import cache
from pathlib import Path

from backend.tests.docs.tables import operations
from backend.tests.harness import ROOT

CHECKLIST = ROOT / "docs" / "PACK_1_2_3_CHECKLIST.md"
TESTS = ROOT / "backend" / "tests"
TEXT = CHECKLIST.read_text()
_REFERENCE = re.compile(r"`([\w/]+\.py)::((?:\w+::)?\w+)`")


def lines_of(text: str) -> list[str]:
    """Every line of the contract: a `- ` at the margin, with what is indented below it."""
    return [found.replace("\n", " ") for found in re.findall(r"^- .*(?:\n  .*)*", text, re.MULTILINE)]


def references(line: str) -> list[tuple[str, str]]:
    """The tests that a line names: the file, below backend/tests, and the name in it."""
    return _REFERENCE.findall(line)


@cache
def names_in(file: Path) -> frozenset[str]:
    """The names of the tests in a file, those of a class as `Class::test`."""
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text()).body
    found = _functions(body)
    for each in body:
        if isinstance(each, ast.ClassDef):
            found |= {f"{each.name}::{name}" for name in _functions(each.body)}
    return frozenset(found)


def _functions(body: list[ast.stmt]) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {each.name for each in body if isinstance(each, kinds) and each.name.startswith("test_")}


def missing(line: str) -> list[str]:
    return [f"{file}::{name}" for file, name in references(line) if name not in names_in(TESTS / file)]


LINES = lines_of(TEXT)


def test_every_line_names_tests_that_exist() -> None:
    assert [line for line in LINES if not references(line)] == []
    assert [name for line in LINES for name in missing(line)] == []


def test_every_operation_is_on_the_list() -> None:
    named = set(re.findall(r"(GET|POST|PATCH) (/[\w/{}.]+)", TEXT))
    assert {(method, path) for method, path, _ in operations().values()} <= named


def test_a_test_that_does_not_exist_is_noticed() -> None:
    here = f"docs/{Path(__file__).name}"
    assert missing(f"- a promise `{here}::test_a_test_that_does_not_exist_is_noticed`") == []
    for name in ("test_nothing", "TestNothing::test_nothing", "missing"):
        assert missing(f"- a promise `{here}::{name}`") == [f"{here}::{name}"]
    assert missing("- a promise `docs/test_nothing.py::test_nothing`") == ["docs/test_nothing.py::test_nothing"]


def test_a_line_goes_on_as_long_as_it_is_indented() -> None:
    assert lines_of("# Title\n\n- one\n  goes on\n- two\n\nthree\n") == ["- one   goes on", "- two"]
