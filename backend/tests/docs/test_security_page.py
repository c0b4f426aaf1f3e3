"""The security page names tests that exist."""

import re

from backend.tests.harness import ROOT

PAGE = ROOT / "docs" / "security.md"
ACCESS = ROOT / "backend" / "tests" / "core_gov" / "access"
_NAMED = re.compile(r"`((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?`|`(backend/tests/[\w/]+?)(?:\.py)?`")


def test_named_tests_exist() -> None:
    text = PAGE.read_text()
    found = list(_NAMED.finditer(text))
    assert len(found) > 30
    for each in found:
        if each[1] is None:
            assert (ROOT / each[3]).exists() or (ROOT / f"{each[3]}.py").exists(), each[3]
            continue
        path = ROOT / each[1] if each[1].startswith("backend/") else ACCESS / each[1]
        assert path.exists(), each[1]
        assert each[2] is None or f"def {each[2]}(" in path.read_text(), f"{each[1]}::{each[2]}"
