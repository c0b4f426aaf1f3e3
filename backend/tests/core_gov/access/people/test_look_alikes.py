"""Warnings about addresses that look like others."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.access.people.look_alikes import look_alike_warnings
from backend.tests.core_gov.access.browser import Office
from backend.tests.promises import promise

CYRILLIC_A, GREEK_O = "\u0430", "\u03bf"


@promise(
    "Access", "An invitation to an address that mixes Latin, Cyrillic or Greek letters has a warning, and is made."
)
def test_invitation_warns_of_mixed_scripts(office: Office) -> None:
    with office.signed_in("ana@example.com", "admin") as admin:
        made = admin.post("/core/access/people", {"email": f"d{CYRILLIC_A}na@example.com"})
        assert made.status_code == 201
        (warning,) = made.json()["warnings"]
        assert "mixes Latin and Cyrillic letters, which look alike: check" in warning
        assert warning.endswith(f"Not Latin: {CYRILLIC_A} (Cyrillic)")
        assert admin.post("/core/access/people", {"email": "dana@example.com"}).json()["warnings"] == []


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("dana@example.com", False),
        ("d\u00e1\u00f1a@m\u00fcnchen.de", False),
        ("\u0438\u0432\u0430\u043d@\u043f\u043e\u0447\u0442\u0430.\u0440\u0444", False),
        ("\u5f20@example.com", False),
        (f"d{CYRILLIC_A}na@example.com", True),
        (f"dana@g{GREEK_O}{GREEK_O}gle.com", True),
        (f"{CYRILLIC_A}{GREEK_O}", True),
    ],
)
def test_only_scripts_that_look_alike_are_warned_of(address: str, warned: bool) -> None:
    assert bool(look_alike_warnings(address)) == warned


@given(st.text())
def test_any_text_has_at_most_one_line_of_warning(text: str) -> None:
    found = look_alike_warnings(text)
    scripts = {unicodedata.name(each, "").split(" ")[0] for each in text if each.isalpha()}
    assert len(found) == (len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1)
