"""Statements and notices over HTTP on both databases."""

import hashlib
import json
from typing import Any

import httpx
import psycopg
import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.jv import service as jv_service
from backend.app.core_gov.jv.agreements.schemas import AgreementCreate
from backend.app.core_gov.jv.documents import service as documents
from backend.app.core_gov.jv.schemas import PartnerCreate
from backend.app.core_gov.jv.statements import service as statements
from backend.app.core_gov.jv.statements.schemas import StatementCreate
from backend.app.deals.schemas import DealCreate
from backend.app.deals.service import create_deal
from backend.app.kit.db import Ctx, Tx
from backend.app.settings import Settings
from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, terms
from backend.tests.promises import promise

TODAY = days_ago(0)


def send(jv: JointVenture, **fields: Any) -> httpx.Response:
    given = {"kind": "capital_account", "agreement_id": jv.id, "partner_id": jv.lp} | fields
    return jv.api.post("/core/jv/statements", json=given)


def issue(jv: JointVenture, **fields: Any) -> dict[str, Any]:
    answer = send(jv, **fields)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@promise("Joint ventures", "A capital account adds up, and each of its numbers names the entries behind it.")
def test_capital_account(jv: JointVenture) -> None:
    jv.post("commitments", partner_id=jv.lp, amount=250_000, effective_on=days_ago(365))
    first = jv.contribute(100_000, on=days_ago(365))
    second = jv.contribute(50_000.5, on=days_ago(60))
    wrong = jv.contribute(7, on=days_ago(50))
    jv.post("reversals", reverses=wrong["entry_id"], meaning="undone", effective_on=days_ago(40))
    distribution = jv.distribute(20_000, on=days_ago(30))
    found = issue(jv, period_from=days_ago(90), period_to=days_ago(20))["capital_account"]
    assert (found["opening"], found["contributed"]) == (100_000, 50_000.5)
    assert found["ending"] == round(found["opening"] + found["contributed"] - found["returned"], 2)
    assert found["preferred_paid"] + found["returned"] == pytest.approx(20_000)
    assert (found["committed"], found["unfunded"], found["profit_paid"]) == (250_000, 250_000 - 150_000.5, 0)
    assert found["preferred_owed"] == pytest.approx(
        (150_000.5 - found["returned"]) * (1.08 ** (10 / 365) - 1), abs=0.01
    )
    movements = found["movements"]
    assert [each["entry_id"] for each in movements].count(distribution["entry_id"]) == 2
    assert first["entry_id"] not in {each["entry_id"] for each in movements}
    assert (movements[0]["what"], movements[0]["entry_id"]) == ("Contribution", second["entry_id"])
    assert (movements[2]["what"], movements[2]["amount"]) == ("Contribution, taken back", -7)
    known = {each["id"] for each in jv.entries()}
    assert {each["entry_id"] for each in movements} <= known


@promise("Joint ventures", "A statement is frozen when it is issued, with a digest over its data.")
def test_statement_is_frozen(jv: JointVenture) -> None:
    jv.contribute(100_000, on=days_ago(60))
    issued = issue(jv, period_from=days_ago(90), period_to=days_ago(20))
    data = {name: value for name, value in issued.items() if name not in {"digest", "created_at", "updated_at"}}
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == issued["digest"]
    jv.contribute(1, on=days_ago(60))
    assert jv.api.get(f"/core/jv/statements/{issued['id']}").json() == issued
    listed = jv.api.get("/core/jv/statements", params={"agreement_id": jv.id, "partner_id": jv.lp}).json()["items"]
    assert listed == [issued]
    again = issue(jv, period_from=days_ago(90), period_to=days_ago(20))
    assert again["capital_account"]["contributed"] == 100_001


def test_distribution_notice(jv: JointVenture) -> None:
    jv.contribute(100_000)
    jv.post("transactions", kind="income", deal_id=jv.deal, amount=50_000, effective_on=TODAY)
    distribution = jv.distribute(118_000)
    notice = issue(jv, kind="distribution_notice", partner_id=jv.gp, distribution_id=distribution["id"])["notice"]
    assert (notice["cash"], notice["amount"], notice["corrections"]) == (118_000, 2_000, 0)
    assert [tier["amount"] for tier in notice["tiers"]] == [0, 0, 2_000]
    assert [tier["sentence"] for tier in notice["tiers"]] == [tier["sentence"] for tier in distribution["tiers"]]
    jv.post("reversals", reverses=distribution["entry_id"], meaning="never_happened")
    answer = send(jv, kind="distribution_notice", distribution_id=distribution["id"])
    assert (answer.status_code, answer.json()["detail"]) == (409, "the distribution was reversed")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "period_from is required for a capital account"),
        ({"period_from": "2026-01-02", "period_to": "2026-01-01"}, "period_to is before period_from"),
        ({"period_from": "2026-01-02", "period_to": days_ago(-1)}, "is after today"),
        ({"period_from": "2026-01-02", "period_to": "2026-01-03", "distribution_id": "dst_x"}, "is for a notice only"),
        ({"kind": "distribution_notice"}, "distribution_id is required for a notice"),
        ({"kind": "distribution_notice", "distribution_id": "dst_x"}, "is not a distribution of this agreement"),
        (
            {"kind": "distribution_notice", "distribution_id": "dst_x", "period_to": "2026-01-01"},
            "period_to is for a capital account only",
        ),
        ({"partner_id": "p_x", "period_from": "2026-01-02", "period_to": "2026-01-03"}, "p_x is not in the agreement"),
    ],
)
def test_bad_requests_are_refused(jv: JointVenture, fields: dict[str, Any], words: str) -> None:
    answer = send(jv, **fields)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("database", ["postgresql"])
def test_nothing_is_posted_while_a_statement_reads(settings: Settings, store: Store, ctx: Ctx) -> None:
    """Another process could post between the reads, so that the amounts are of other entries than `revision` says."""
    assert settings.database_url
    partner = store.db.write_now(ctx, jv_service.create_partner, PartnerCreate(name="Investor")).document["id"]
    deal = store.db.write_now(ctx, create_deal, DealCreate(name="Deal", currency="CAD")).document["id"]
    agreed = {"name": "JV", "deal_ids": [deal], "currency": "CAD", "effective_from": days_ago(30)}
    one = {"kind": "split", "name": "split", "portions": [{"share_percent": 100, "partners": [partner]}]}
    written = terms(partner, partner, [one], partners=[partner])
    payload = AgreementCreate.model_validate(agreed | {"terms": written})
    agreement = store.db.write_now(ctx, documents.create_agreement, payload).document["id"]
    period = {"period_from": days_ago(20), "period_to": TODAY}
    asked = {"kind": "capital_account", "agreement_id": agreement, "partner_id": partner} | period

    def lockable(tx: Tx) -> bool:
        statements.issue(tx, StatementCreate.model_validate(asked))
        rows = other.execute("SELECT 1 FROM ledger_books FOR UPDATE SKIP LOCKED").fetchall()
        return bool(rows)

    with psycopg.connect(settings.database_url, autocommit=True) as other:
        assert not store.db.write_now(ctx, lockable)
