"""Statements: the form that issues one, the lists, and the page for printing in both languages."""

import re
from datetime import date
from typing import Any

import httpx
import pytest

from backend.app.web.joint_ventures.statement_views import last_quarter
from backend.app.web.joint_ventures.statement_words import WORDS, amount_in, movement_in
from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, joint_venture
from backend.tests.promises import promise
from backend.tests.web.deals.test_board import HOSTILE
from backend.tests.web.joint_ventures.test_agreement_pages import shown


@pytest.fixture
def jv(shared_sqlite: httpx.Client) -> JointVenture:
    made = joint_venture(shared_sqlite)
    made.contribute(100_000)
    return made


def issue(jv: JointVenture, **fields: object) -> dict[str, Any]:
    period = {"period_from": days_ago(400), "period_to": days_ago(0)}
    given: dict[str, Any] = {"kind": "capital_account", "agreement_id": jv.id, "partner_id": jv.lp}
    given |= fields if "distribution_id" in fields else {**period, **fields}
    answer = jv.api.post("/core/jv/statements", json=given)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@promise("Console", "A statement prints with its issue date and digest, and each number leads to its entries.")
def test_statement_is_shown_as_it_was_issued(jv: JointVenture) -> None:
    jv.distribute(10_000, on=days_ago(3))
    issued = issue(jv)
    jv.contribute(5)
    page = shown(jv.api, f"/app/statements/{issued['id']}")
    footer = page[page.index("<footer>") :]
    assert str(issued["digest"]) in footer
    assert str(issued["issued_on"]) in footer
    own: dict[str, Any] = issued["capital_account"]
    assert own["ending"] == 100_000 - own["returned"] > 0
    assert amount_in(own["ending"], "CAD", "en") in page
    assert amount_in(-own["returned"], "CAD", "en") in page
    assert "statement.css" in page
    entries = re.findall(r'href="/app/agreements/[^"]+\?entry=(en_\w+)#\1"', page)
    assert entries == [each["entry_id"] for each in own["movements"]]
    cells = re.findall(r'<td class="numeric">(.*?)</td>', page)
    assert len(cells) == 12
    assert all("<a href=" in each for each in cells[:9])
    assert "no-print" in page[page.index("<main") : page.index("<article")]


def test_notice_adds_up_and_is_in_the_language_of_the_partner(jv: JointVenture) -> None:
    jv.api.patch(f"/core/jv/partners/{jv.gp}", json={"language": "fr-CA", "name": HOSTILE})
    distribution = jv.distribute(120_000.05 - 20_000.05)
    notice = issue(jv, kind="distribution_notice", partner_id=jv.gp, distribution_id=distribution["id"])
    page = shown(jv.api, f"/app/statements/{notice['id']}")
    assert '<article class="statement" lang="fr-CA">' in page
    assert "Avis de distribution" in page
    assert "100\xa0000,00\xa0CAD" in page
    assert f"?entry={distribution['entry_id']}#" in page
    assert "<img" not in page


def test_lists_are_per_agreement_and_per_partner(jv: JointVenture) -> None:
    kept = issue(jv)
    other = issue(jv, partner_id=jv.gp)
    assert "2 of 2" not in shown(jv.api, f"/app/statements?agreement_id={jv.id}")
    both = shown(jv.api, f"/app/statements?agreement_id={jv.id}")
    assert (f"/app/statements/{kept['id']}" in both, f"/app/statements/{other['id']}" in both) == (True, True)
    own = shown(jv.api, f"/app/statements?partner_id={jv.lp}&kind=capital_account")
    assert (f"/app/statements/{kept['id']}" in own, f"/app/statements/{other['id']}" in own) == (True, False)
    assert "No statement matches" in shown(jv.api, f"/app/statements?partner_id={jv.lp}&kind=distribution_notice")
    page = shown(jv.api, f"/app/agreements/{jv.id}")
    assert f'href="/app/statements/{kept["id"]}"' in page
    assert f'href="/app/statements?partner_id={jv.lp}"' in shown(jv.api, f"/app/partners/{jv.lp}")
    assert "statement not found" in shown(jv.api, "/app/statements/stm_none", 404)


def test_a_notice_is_offered_for_distributions_that_stand(jv: JointVenture) -> None:
    path = f"/app/agreements/{jv.id}"
    assert '<option value="distribution_notice">' not in shown(jv.api, path)
    distribution = jv.distribute(1_000)
    assert f'<option value="{distribution["id"]}">' in shown(jv.api, path)
    jv.post("reversals", reverses=distribution["entry_id"], meaning="never_happened")
    assert '<option value="distribution_notice">' not in shown(jv.api, path)


def test_each_language_has_the_same_words() -> None:
    assert WORDS["en"].keys() == WORDS["fr-CA"].keys()
    assert all(word for words in WORDS.values() for word in words.values())


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (1234567.5, "CAD 1,234,567.50", "1 234 567,50 CAD"),
        (-0.01, "CAD −0.01", "−0,01 CAD"),
        (0, "CAD 0.00", "0,00 CAD"),
    ],
)
def test_amounts_are_written_as_in_the_language(value: float, english: str, french: str) -> None:
    assert amount_in(value, "CAD", "en").replace("\xa0", " ") == english
    assert amount_in(value, "CAD", "fr-CA").replace("\xa0", " ") == french


def test_movements_are_translated() -> None:
    assert movement_in("Profit, taken back", "en") == "Profit, taken back"
    assert movement_in("Return of capital, taken back", "fr-CA") == "Remboursement de capital, annulé"


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [("2026-01-01", "2025-10-01", "2025-12-31"), ("2026-11-30", "2026-07-01", "2026-09-30")],
)
def test_last_quarter_is_over(today: str, first: str, last: str) -> None:
    assert last_quarter(date.fromisoformat(today)) == (date.fromisoformat(first), date.fromisoformat(last))
