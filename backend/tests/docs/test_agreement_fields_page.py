"""The page of the fields of an agreement has every field and choice, and its numbers are those of the waterfall."""

import re
from typing import Any

import pytest

from backend.app.core_gov.jv.agreements.schemas import AgreementCreate
from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.tests.docs.agreement_tables import PAGE, REFUSED, rewritten, worked
from backend.tests.docs.calculations import calculations, is_right
from backend.tests.promises import promise

TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS = {
    "AgreementTerms": "The agreement",
    "PreferredTier": "Preferred return",
    "CapitalTier": "Return of capital",
    "CatchUpTier": "Catch-up",
    "HurdleTier": "Split until a hurdle",
    "SplitLimit": "The hurdle",
    "SplitTier": "Split",
    "TierPortion": "Portions",
}
"""Section of the page for each model of the terms."""

SCHEMA = AgreementTerms.model_json_schema()
MODELS: dict[str, dict[str, Any]] = {"AgreementTerms": SCHEMA, **SCHEMA["$defs"]}
COMMON = {"kind", "name"}
"""Fields of all tiers, which the section on kinds has."""

FIELDS = [(model, field) for model, schema in MODELS.items() for field in schema["properties"]]


def section(heading: str, text: str = TEXT) -> str:
    """Return the text under a heading, up to the next one of its level."""
    level = heading.partition(" ")[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"the page has no heading {heading!r}"
    return found[1]


def section_of(model: str, field: str) -> str:
    is_common = field in COMMON and model.endswith("Tier")
    return section(f"### `{field}`", section("## " + ("Kinds of tiers" if is_common else SECTIONS[model])))


@promise(
    "Documentation", "The page of the fields of an agreement has every field, with a worked number for each choice."
)
def test_numbers_are_those_of_the_waterfall() -> None:
    assert rewritten(TEXT) == TEXT, "`python -m backend.tests.docs.agreement_tables` writes the numbers"


def test_a_wrong_number_is_found() -> None:
    assert "| 1,107.00 | 193.00 | the same |" in TEXT
    wrong = TEXT.replace("| 1,107.00 | 193.00 | the same |", "| 1,107.01 | 192.99 | the same |")
    assert rewritten(wrong) == TEXT


def test_every_model_has_a_section() -> None:
    assert set(SECTIONS) == set(MODELS)


@promise(
    "Documentation", "The page of the fields of an agreement has every field, with a worked number for each choice."
)
@pytest.mark.parametrize(("model", "field"), FIELDS)
def test_every_field_and_choice_is_there(model: str, field: str) -> None:
    text, schema = section_of(model, field), MODELS[model]["properties"][field]
    for choice in schema.get("enum", ()):
        assert re.search(rf'^\| `.*"{re.escape(choice)}".*` \|', text, re.MULTILINE), f"no row for {choice}"
    if "const" in schema:
        assert f"`{schema['const']}`: " in text


def test_every_field_around_the_terms_is_there() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", section("### Around the terms"), re.MULTILINE))
    assert rows == AgreementCreate.model_fields.keys() - {"terms"}


def test_every_choice_of_the_page_is_refused_or_paid_in_full() -> None:
    for each in worked(TEXT):
        cells = each.numbers()
        if "W" in cells and REFUSED not in cells.values():
            paid = sum(int(cells[name].replace(",", "").replace(".", "")) for name in ("LP", "GP", "W"))
            assert paid == sum(cents for cents, *_ in each.case.distributions)


def test_calculations_are_right() -> None:
    assert [line for line in calculations(TEXT) if not is_right(line)] == []
