"""The API reference documents every operation and every field."""

import re
from pathlib import Path
from typing import Any

import pytest

from backend.tests.contract.openapi_document import SCHEMAS
from backend.tests.docs import tables
from backend.tests.docs.examples import Document
from backend.tests.docs.terminal import ADDRESS
from backend.tests.harness import ROOT
from backend.tests.promises import promise

REFERENCE = ROOT / "docs" / "api.md"
TEXT = REFERENCE.read_text()
OPERATIONS = tables.operations()
_HEADING = re.compile(r"^### (GET|POST|PATCH|PUT|DELETE) (/\S*)$", re.MULTILINE)


def sections() -> dict[tuple[str, str], str]:
    """Return the text under the heading of each operation."""
    starts = list(_HEADING.finditer(TEXT))
    ends = [match.start() for match in re.finditer(r"^##+ ", TEXT, re.MULTILINE)] + [len(TEXT)]
    return {
        (start[1], start[2]): TEXT[start.end() : next(end for end in ends if end > start.start())] for start in starts
    }


def query_fields(operation: dict[str, Any]) -> set[str]:
    return {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"} - tables.OF_EVERY_LIST


def test_headings_are_the_operations() -> None:
    assert set(sections()) == {(method, path) for method, path, _ in OPERATIONS.values()}


@promise("API", "The API reference shows every operation with a request and its real response.")
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_an_example(name: str, tmp_path: Path) -> None:
    method, path, _ = OPERATIONS[name]
    page = tmp_path / "section.md"
    page.write_text(sections()[method, path])
    called = re.compile(rf"{re.escape(ADDRESS)}{re.sub(r'{[^}]*}', '[^/?]+', path)}(?:[?'\" ]|$)")
    programs = [example.program for example in Document.read(page).examples]
    shown = [each for each in programs if called.search(each) and _method(each) == method]
    assert shown, f"{method} {path} is described, but no example under its heading calls it"


def _method(program: str) -> str:
    named = re.search(r" -X (\w+)", program)
    return named[1] if named else "GET"


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_tables_of_its_parameters_and_body(name: str) -> None:
    method, path, operation = OPERATIONS[name]
    section = sections()[method, path]
    if query_fields(operation):
        assert f"<!-- parameters: {name} -->" in section
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if method == "POST" and body:
        schema = body["schema"]["$ref"].rsplit("/", 1)[1]
        assert re.search(rf"<!-- fields: {schema}, \w+ -->", section)


@promise("Documentation", "The tables of the API reference match OpenAPI.")
def test_tables_match_openapi() -> None:
    assert tables.written(TEXT) == TEXT, "`python -m backend.tests.docs.examples --write` rewrites the tables"


@promise("Documentation", "The tables of the API reference match OpenAPI.")
def test_every_record_is_in_a_table() -> None:
    shown = set(re.findall(r"\w+", " ".join(re.findall(r"<!-- (?:fields|answer): ([^>]*) -->", TEXT))))
    schemas = SCHEMAS
    answered = {name for name, schema in schemas.items() if {"created_at", "at"} & schema.get("properties", {}).keys()}
    assert answered <= shown


def test_every_field_has_a_description() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| `") and line.count("|") >= 4]
    assert [row for row in rows if row.endswith("|  |")] == []
