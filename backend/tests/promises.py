"""Promises of the product: the marker that ties one to its tests, and the page that lists them all.

    @promise("Strict input", "Duplicate keys are refused.")
    def test_refuses_duplicate_keys() -> None: ...

`python -m backend.tests.promises` (`make promises`) reads the markers from the sources and writes docs/promises.md.
"""

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "backend" / "tests"
PAGE = ROOT / "docs" / "promises.md"

SECTIONS = (
    *(
        "API",
        "Console",
        "Messages",
        "Consent",
        "Joint ventures",
        "Deals",
        "Properties",
        "Repairs, rents and neighborhoods",
    ),
    *("Markets", "Market data", "MLS", "Comparable sales", "Valuation", "Ratio study"),
    *("Notes", "Saved views", "Records and lists", "Strict input", "Errors", "Audit trail", "Access"),
    *("Storage", "JSON files", "Adoption", "Recovery"),
    *("Operations", "Command line", "Backups and transfers", "Operator tools", "Documentation"),
)
"""Sections of the page, in its order."""

INTRODUCTION = """\
# Promises

<!-- Written by `make promises` from the @promise markers in backend/tests. Do not edit. -->

Each promise of Valhalla, with the tests that prove it. `make test` runs them all, on SQLite and on PostgreSQL where a
database is involved. Test files are below `backend/tests/`.
"""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Parents = tuple[Definition, ...]


def promise(section: str, text: str) -> pytest.MarkDecorator:
    """Mark a test, or a class of tests, as proof of a promise."""
    return pytest.mark.promise(section, text)


@dataclass(frozen=True)
class Marker:
    """One use of `@promise` in a source file."""

    section: str
    text: str
    test: str
    fault: str | None


def read_markers(folder: Path = TESTS) -> list[Marker]:
    """Return all markers below a folder, by path and line."""
    return [marker for path in sorted(folder.rglob("*.py")) for marker in _in_file(path, folder)]


def faults(markers: Iterable[Marker]) -> Iterator[str]:
    """Yield what is wrong with the markers, a sentence each."""
    first: dict[str, Marker] = {}
    for marker in markers:
        if marker.fault:
            yield f"{marker.test}: {marker.fault}"
        elif marker.section not in SECTIONS:
            yield f"{marker.test}: section {marker.section!r} is not in SECTIONS"
        elif not re.fullmatch(r"[^a-z\s].*\S\.", marker.text):
            yield f"{marker.test}: {marker.text!r} is not a sentence with a capital letter and a period"
        else:
            same = first.setdefault(re.sub(r"\W+", "", marker.text).lower(), marker)
            if (same.section, same.text) != (marker.section, marker.text):
                yield f"{marker.test}: {marker.text!r} differs in spelling or section from {same.test}"
    used = {marker.section for marker in first.values()}
    yield from (f"section {section!r} has no promise" for section in SECTIONS if section not in used)


def page(markers: Iterable[Marker]) -> str:
    """Return the page: in each section, the operations by path, then the other promises by name."""
    promises: dict[str, dict[str, list[str]]] = {section: {} for section in SECTIONS}
    for marker in markers:
        promises[marker.section].setdefault(marker.text, []).append(marker.test)
    lines = [INTRODUCTION]
    for section, texts in promises.items():
        lines.append(f"## {section}\n")
        for text, tests in sorted(texts.items(), key=_place):
            lines += _wrapped(f"- {text}")
            lines += [f"  - `{test}`" for test in tests]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _wrapped(item: str) -> list[str]:
    """Wrap a list item at 120 columns, but never inside of `code`."""
    unbroken = re.sub("`[^`]*`", lambda code: code[0].replace(" ", "\0"), item)
    lines = textwrap.wrap(unbroken, 120, subsequent_indent="  ", break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]


def _place(promise_and_tests: tuple[str, list[str]]) -> tuple[bool, str, int, str]:
    """Sort operations before other promises, by path, and POST before GET before changes."""
    text = promise_and_tests[0]
    operation = re.match(r"`(POST|GET|PATCH|PUT|DELETE) ([^`]+)`", text)
    if operation is None:
        return True, text.strip("`").lower(), 0, text
    return False, operation[2], ("POST", "GET", "PATCH", "PUT", "DELETE").index(operation[1]), text


def _in_file(path: Path, folder: Path) -> Iterator[Marker]:
    source = path.read_text()
    if "promise(" not in source or path == Path(__file__):
        return
    tree, name = ast.parse(source), path.relative_to(folder).as_posix()
    in_module = None if path.name.startswith("test_") else "the file is not named test_*.py"
    in_module = in_module or _skipped([node for node in tree.body if not isinstance(node, Definition)])
    decorators: set[ast.AST] = set()
    for parents, node in _definitions(tree):
        for call in node.decorator_list:
            if _is_promise(call):
                decorators.add(call)
                test = "::".join([name, *(parent.name for parent in parents), node.name])
                yield _marker(call, test, in_module or _not_a_test(parents, node))
    for each in ast.walk(tree):
        if _is_promise(each) and each not in decorators:
            yield Marker("", "", f"{name}:{getattr(each, 'lineno', 0)}", "promise is not used as a decorator")


def _definitions(node: ast.AST, parents: Parents = ()) -> Iterator[tuple[tuple[Definition, ...], Definition]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield parents, child
        yield from _definitions(child, (*parents, child) if isinstance(child, Definition) else parents)


def _is_promise(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "promise"


def _marker(call: ast.expr, test: str, fault: str | None) -> Marker:
    arguments = [each.value for each in getattr(call, "args", []) if isinstance(each, ast.Constant)]
    if len(arguments) != 2 or not all(isinstance(each, str) for each in arguments):
        return Marker("", "", test, "promise takes a section and a text, both string literals")
    return Marker(str(arguments[0]), str(arguments[1]), test, fault)


def _not_a_test(parents: Parents, node: Definition) -> str | None:
    """Return why pytest does not run a definition, or None if it does."""
    for each in (*parents, node):
        if isinstance(each, ast.ClassDef):
            names = [child.name for child in each.body if isinstance(child, Definition)]
            if not each.name.startswith("Test") or "__init__" in names:
                return f"pytest does not collect the class {each.name}"
            if not any(name.startswith("test") for name in names):
                return f"the class {each.name} has no tests"
        elif each is not node or not each.name.startswith("test"):
            return f"pytest does not collect the function {node.name}"
        if fault := _skipped([*each.decorator_list, *each.body]):
            return fault
    return None


def _skipped(nodes: Iterable[ast.AST]) -> str | None:
    """Return a sentence if decorators or top-level statements skip the test always; skipif is allowed."""
    skips = r"(pytestmark\b.*=.*|^)pytest\.(mark\.)?(skip|xfail)\b"
    return "the test is skipped" if any(re.search(skips, ast.unparse(node)) for node in nodes) else None


if __name__ == "__main__":
    found = read_markers()
    if wrong := list(faults(found)):
        raise SystemExit("\n".join(wrong))
    PAGE.write_text(page(found))
