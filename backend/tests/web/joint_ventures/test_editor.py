"""The editor of terms: start from a preset, help of every field, worked example, faults in sentences, amendment."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import httpx
import pytest

from backend.app.core_gov.access.schemas import Role
from backend.app.core_gov.jv.agreements.tiers import PreferredTier, SplitLimit
from backend.app.kit.errors import Fault
from backend.app.web.joint_ventures.editor_fields import TIERS, fault_in_words, help_of
from backend.tests.core_gov.jv.joint_venture import JointVenture, capital, joint_venture, preferred, split, terms
from backend.tests.promises import promise
from backend.tests.web.deals.test_board import HOSTILE
from backend.tests.web.joint_ventures.test_agreement_pages import shown
from backend.tests.web.test_pages import PAGE


@pytest.fixture(scope="module")
def jv(shared_sqlite: httpx.Client) -> JointVenture:
    return joint_venture(shared_sqlite)


def terms_in(page: str) -> dict[str, Any]:
    (found,) = re.findall(r'<textarea hidden name="terms"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    parsed: dict[str, Any] = json.loads(unescape(found))
    return parsed


def example(api: httpx.Client, **body: Any) -> str:
    given = {"amount": 100_000, "years": 3, "profit_percent": 50} | body
    answer = api.post("/app/agreements/example", json=given, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(answer.text).split())


def test_editor_starts_from_a_preset_that_the_api_accepts(jv: JointVenture) -> None:
    path = "/app/agreements/new"
    page = shown(jv.api, path)
    assert "data-terms-editor" not in page
    assert page.count("<option value=") == 4
    assert "data-terms-editor" not in shown(jv.api, f"{path}?deal={jv.deal}&investor={jv.lp}")
    page = shown(jv.api, f"{path}?deal={jv.deal}&investor={jv.lp}&sponsor={jv.gp}&preset=irr_hurdles")
    assert [tier["kind"] for tier in terms_in(page)["tiers"]].count("split_until") == 2
    assert "25,997.76, all that is due." in page  # 8 % for three years, of which the second and the third compound
    fields = {"name": f"From {jv.id}", "deal_ids": [jv.deal], "currency": "CAD", "effective_from": "2026-01-01"}
    assert jv.api.post("/core/jv/agreements", json=fields | {"terms": terms_in(page)}).status_code == 201
    assert "p_none is not on file" in shown(jv.api, f"{path}?investor=p_none")


@promise("Console", "The editor of terms explains every field of every tier with the description of the API.")
def test_every_field_has_its_help(jv: JointVenture) -> None:
    page = shown(jv.api, f"/app/agreements/new?deal={jv.deal}&investor={jv.lp}&sponsor={jv.gp}")
    fields = {name: info for name, info in PreferredTier.model_fields.items() if name != "kind"}  # it is the title
    for info in (*fields.values(), *SplitLimit.model_fields.values()):
        assert info.description
        assert str(help_of(info.description)) in page
    assert [tier.kind for tier in TIERS] == [
        *("preferred_return", "return_of_capital", "catch_up", "split_until", "split"),
    ]
    assert all(field.help and field.label for tier in TIERS for field in tier.fields)
    assert page.count("<template data-tier-kind=") == 5


@promise("Console", "The editor shows how the server would divide an example, or what is wrong with the terms.")
def test_example_is_computed_as_the_waterfall_does(jv: JointVenture) -> None:
    found = example(jv.api, terms=terms(jv.lp, jv.gp))
    assert 'value="1">1</data> partner contributes' in found
    assert "Preferred return of 8 % a year on outstanding capital to Investor" in found
    assert 'value="25997.76"' in found
    capital_first = [capital([jv.lp]), preferred([jv.lp]), split((80, [jv.lp]), (20, [jv.gp]))]
    changed = example(jv.api, terms=terms(jv.lp, jv.gp, capital_first), profit_percent=-10, years=1)
    assert 'value="90000"' in changed
    assert "nothing is left for it" in changed


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tiers": [{"kind": "split", "name": "x", "portions": []}]}, "Tier 1, Portions must not be empty"),
        ({"promote_measure": ""}, "Measure of the promote must be one of tier_share, above_pro_rata"),
        ({"tiers": []}, "Tiers must not be empty"),
        ({"partners": None}, "Partners is not filled in"),
        ({"tiers": None}, "Tiers is not filled in"),
    ],
)
def test_faults_of_the_form_are_sentences(jv: JointVenture, change: dict[str, Any], sentence: str) -> None:
    assert sentence in example(jv.api, terms=terms(jv.lp, jv.gp) | change)


def test_faults_of_the_terms_name_the_partners(jv: JointVenture) -> None:
    tiers = [preferred([jv.lp], rate_percent=None), split((80, [jv.lp]), (30, [jv.gp]))]
    found = example(jv.api, terms=terms(jv.lp, jv.gp, tiers))
    assert "Tier 1, Rate per year in percent is not filled in" in found
    found = example(jv.api, terms=terms(jv.lp, jv.gp, [preferred([jv.lp]), split((80, [jv.lp]), (30, [jv.gp]))]))
    assert "Tier 2: its portions add up to 110 %, not 100 %" in found
    found = example(jv.api, terms=terms(jv.lp, jv.gp) | {"partners": [jv.lp], "promote_partners": []})
    assert f"{jv.gp} is not in the agreement" in found  # nobody knows the name of a partner who is not in it
    twice = example(jv.api, terms=terms(jv.lp, jv.gp) | {"partners": [jv.lp, jv.lp, jv.gp]})
    assert "A partner is named twice" in twice
    for body in ({"terms": None}, {"terms": "x"}, {"terms": {}, "years": 99, "amount": "many"}):
        assert "cannot be computed yet" in example(jv.api, **body)
    assert "Years" in example(jv.api, terms=terms(jv.lp, jv.gp), years=99)


def test_hostile_text_is_only_text(shared_sqlite: httpx.Client) -> None:
    made = joint_venture(shared_sqlite)
    shared_sqlite.patch(f"/core/jv/partners/{made.lp}", json={"name": HOSTILE})
    named = terms(made.lp, made.gp, [split((80, [made.lp]), (20, [made.gp]), name=HOSTILE)])
    numbers = {"amount": 1, "years": 1, "profit_percent": 1}
    for page in (
        shared_sqlite.post("/app/agreements/example", json={"terms": {"partners": [], HOSTILE: 1}}).text,
        shared_sqlite.post("/app/agreements/example", json={"terms": named, **numbers}).text,
        shown(made.api, f"/app/agreements/{made.id}/amend"),
    ):
        assert "<img" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_amendment_starts_from_the_latest_terms(shared_sqlite: httpx.Client) -> None:
    made = joint_venture(shared_sqlite)
    path = f"/app/agreements/{made.id}/amend"
    changed = terms_in(shown(made.api, path))
    changed["tiers"][0]["rate_percent"] = 9.5
    amended = made.post("amendments", effective_from="2026-06-01", terms=changed, note="Nine and a half")
    page = shown(made.api, path)
    assert terms_in(page) == changed
    assert amended["id"] in page
    assert "Nine and a half" in shown(made.api, f"/app/agreements/{made.id}")
    assert "agreement not found" in shown(made.api, "/app/agreements/agr_none/amend", 404)


def test_only_operators_use_the_editor(api: httpx.Client, api_as: Callable[[Role], httpx.Client]) -> None:
    made = joint_venture(api)
    for path in ("/app/agreements/new", f"/app/agreements/{made.id}/amend"):
        shown(api_as("viewer"), path, 403)
        shown(api_as("operator"), path)
    body = {"terms": terms(made.lp, made.gp)}
    assert api_as("viewer").post("/app/agreements/example", json=body).status_code == 403
    assert "/amend" not in shown(api_as("viewer"), f"/app/agreements/{made.id}")


def test_words_of_faults() -> None:
    inner = Fault("terms.tiers.1.split_until.until.value", "terms.tiers.1.split_until.until.value must be a number")
    assert fault_in_words(inner) == "Tier 2, Until this hurdle, Value must be a number"
    assert fault_in_words(Fault("", "the body is strange")) == "the body is strange"
