"""The security page names tests that exist."""

import re

from backend.tests.harness import ROOT

_NAMED = re.compile(r"`((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?`")


def test_named_tests_exist() -> None:
    found = _NAMED.findall((ROOT / "docs" / "security.md").read_text())
    assert len(found) > 50
    for path, name in found:
        text = (ROOT / "backend" / "tests" / path).read_text()
        assert not name or f"def {name}(" in text, f"{path}::{name}"
