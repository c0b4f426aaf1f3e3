"""docs/promises.md: every promise has a test, and the page is current."""

import re
from pathlib import Path

import pytest

from backend.tests.docs.tables import operations
from backend.tests.promises import PAGE, SECTIONS, Marker, faults, page, promise, read_markers


@pytest.fixture(scope="module")
def markers() -> list[Marker]:
    """Markers of all tests, whose files take seconds to parse."""
    return read_markers()


@promise("Documentation", "Every promise is proven by a test.")
def test_every_promise_has_a_test(markers: list[Marker]) -> None:
    assert list(faults(markers)) == []


def test_page_is_current(markers: list[Marker]) -> None:
    assert PAGE.read_text() == page(markers), "docs/promises.md is out of date: run `make promises`"


def test_every_operation_is_promised(markers: list[Marker]) -> None:
    operation = re.compile(r"(GET|POST|PATCH|PUT|DELETE) (/[\w/{}.]+)")
    named = {found for marker in markers for found in operation.findall(marker.text)}
    assert {(method, path) for method, path, _ in operations().values()} <= named


def write(folder: Path, source: str, name: str = "test_sample.py") -> list[str]:
    """Write a test file and return its faults, without those of sections that it does not use."""
    (folder / name).write_text(source)
    return [fault for fault in faults(read_markers(folder)) if "has no promise" not in fault]


def test_markers_on_functions_methods_and_classes_are_read(tmp_path: Path) -> None:
    source = """
@promise("API", "One.")
@promise("API", "Two.")
@pytest.mark.parametrize("each", [1, 2])
def test_function(each): ...

@promise("API", "One.")
class TestClass:
    @promise("Errors", "It is " "split.")
    @pytest.mark.skipif(True, reason="elsewhere")
    async def test_method(self): ...
"""
    assert write(tmp_path, source) == []
    text = page(read_markers(tmp_path))
    assert "- One.\n  - `test_sample.py::test_function`\n  - `test_sample.py::TestClass`\n- Two.\n" in text
    assert "- It is split.\n  - `test_sample.py::TestClass::test_method`\n" in text
    assert text.index("## API") < text.index("## Errors")


def test_operations_come_first_by_path(tmp_path: Path) -> None:
    texts = ["`PATCH /a/{id}` changes.", "All is well.", "`GET /b` lists.", "`GET /a` lists.", "`POST /a` creates."]
    markers = "".join(f"@promise('API', {text!r})\n" for text in texts)
    assert write(tmp_path, markers + "def test_a(): ...") == []
    shown = re.findall(r"^- (.*)$", page(read_markers(tmp_path)), re.MULTILINE)
    assert shown == [
        "`POST /a` creates.",
        "`GET /a` lists.",
        "`PATCH /a/{id}` changes.",
        "`GET /b` lists.",
        "All is well.",
    ]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("@promise('API', 'It works.')\ndef helper(): ...", "does not collect the function helper"),
        ("def test_a():\n @promise('API', 'It works.')\n def test_b(): ...", "does not collect the function test_b"),
        ("class Other:\n @promise('API', 'It works.')\n def test_a(self): ...", "does not collect the class Other"),
        ("@promise('API', 'It works.')\nclass TestA:\n def helper(self): ...", "the class TestA has no tests"),
        ("@promise('API', 'It works.')\n@pytest.mark.skip\ndef test_a(): ...", "the test is skipped"),
        ("@promise('API', 'It works.')\n@pytest.mark.xfail(True)\ndef test_a(): ...", "the test is skipped"),
        ("@promise('API', 'It works.')\ndef test_a():\n pytest.skip('later')", "the test is skipped"),
        ("@pytest.mark.skip\nclass TestA:\n @promise('API', 'Yes.')\n def test_a(self): ...", "the test is skipped"),
        ("pytestmark = [pytest.mark.skip]\n@promise('API', 'It works.')\ndef test_a(): ...", "the test is skipped"),
        ("@promise('API', '')\ndef test_a(): ...", "not a sentence"),
        ("@promise('API', 'No period')\ndef test_a(): ...", "not a sentence"),
        ("@promise('Api', 'It works.')\ndef test_a(): ...", "section 'Api' is not in SECTIONS"),
        ("@promise('API', TEXT)\ndef test_a(): ...", "both string literals"),
        ("@promise('API')\ndef test_a(): ...", "both string literals"),
        ("pytestmark = promise('API', 'It works.')", "not used as a decorator"),
        ("@promise('API', 'It works.')\n@promise('API', 'It  works.')\ndef test_a(): ...", "differs in spelling"),
        ("@promise('API', 'It works.')\n@promise('Errors', 'It works.')\ndef test_a(): ...", "differs in spelling"),
    ],
)
def test_promise_without_a_test_is_reported(source: str, fault: str, tmp_path: Path) -> None:
    found = write(tmp_path, source)
    assert len(found) == 1
    assert fault in found[0]


def test_promise_outside_a_test_file_is_reported(tmp_path: Path) -> None:
    source = "@promise('API', 'It works.')\ndef test_a(): ..."
    assert write(tmp_path, source, "sample.py") == ["sample.py::test_a: the file is not named test_*.py"]


def test_section_without_promises_is_reported(tmp_path: Path) -> None:
    (tmp_path / "test_sample.py").write_text("@promise('API', 'It works.')\ndef test_a(): ...")
    assert list(faults(read_markers(tmp_path))) == [f"section {each!r} has no promise" for each in SECTIONS[1:]]
