"""A retry is the same content: what is left out is not what was sent before."""

import httpx
import pytest

from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, joint_venture, split


@pytest.fixture
def jv(shared_api: httpx.Client) -> JointVenture:
    return joint_venture(shared_api, [split((80, ["lp"]), (20, ["gp"]))])


def test_payment_of_all_is_not_a_retry_of_the_payment_of_one(jv: JointVenture) -> None:
    jv.contribute(100)
    fields = {"distribution_id": jv.distribute(100)["id"], "effective_on": days_ago(0), "source_key": "bank-1"}
    paid = jv.post("payments", **fields, partner_ids=[jv.lp])
    assert jv.post("payments", **fields, partner_ids=[jv.lp]) == paid
    answer = jv.send("payments", **fields)
    assert answer.status_code == 409
    assert "whose partner_ids differs" in answer.json()["detail"]


def test_note_that_is_left_out_differs(jv: JointVenture) -> None:
    fields = {"partner_id": jv.lp, "amount": 1_000, "effective_on": days_ago(1), "source_key": "call-1"}
    jv.post("contributions", **fields, note="Roof")
    assert "whose note differs" in jv.send("contributions", **fields).json()["detail"]
    other = jv.send("contributions", **fields | {"amount": 2_000})
    assert "whose amount, note differ; choose another one" in other.json()["detail"]


def test_number_may_be_written_otherwise(jv: JointVenture) -> None:
    fields = {"partner_id": jv.lp, "effective_on": days_ago(1), "source_key": "call-1"}
    posted = jv.post("contributions", **fields, amount=1_000)
    assert jv.post("contributions", **fields, amount=1_000.0) == posted
    assert jv.send("contributions", **fields, amount=1_000.01).status_code == 409
