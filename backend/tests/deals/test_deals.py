"""The rules of deals, over HTTP on both databases."""

import json
from typing import Any

import httpx
import pytest

from backend.tests.contract.answers import events, refused
from backend.tests.contract.kinds import KINDS, make
from backend.tests.promises import promise

DEALS = "/core/deals"
AMOUNTS = ("price", "arv", "est_repairs", "est_rent")
DATES = ("offer_date", "contract_date", "close_date")


def send(api: httpx.Client, method: str, path: str, body: str) -> httpx.Response:
    """Send a number with its digits unchanged."""
    return api.request(method, path, content=body, headers={"Content-Type": "application/json"})


class TestAmounts:
    @promise("Records and lists", "Amounts have at most two decimals and are added in cents, per currency.")
    @pytest.mark.parametrize("digits", ["0", "0.01", "412000", "412000.5", "412000.50", "4.12e5", "10000000000000"])
    def test_amounts_are_kept_to_the_cent(self, shared_api: httpx.Client, digits: str) -> None:
        answer = send(shared_api, "POST", DEALS, f'{{"name": "x", "price": {digits}}}')
        assert answer.status_code == 201
        assert answer.json()["price"] == json.loads(digits)

    @pytest.mark.parametrize("name", AMOUNTS)
    @pytest.mark.parametrize(
        ("digits", "sentence"),
        [
            ("0.001", "must have at most two decimals"),
            ("412000.505", "must have at most two decimals"),
            ("1e-3", "must have at most two decimals"),
            ("-0.01", "must not be negative"),
            ("-5", "must not be negative"),
            ("10000000000000.01", "is too large for an amount"),
            ("9223372036854775807", "is too large for an amount"),
            ('"412000"', "must be a valid number"),
            ("true", "must be a valid number"),
            ("[1]", "must be a valid number"),
        ],
    )
    def test_invalid_amount_is_refused(self, shared_api: httpx.Client, name: str, digits: str, sentence: str) -> None:
        record = make(KINDS["deals"], shared_api)
        for method, path in (("POST", DEALS), ("PATCH", f"{DEALS}/{record['id']}")):
            answer = send(shared_api, method, path, f'{{"name": "x", "{name}": {digits}}}')
            refused(answer, 400, f"{name} {sentence}")
            assert answer.json()["errors"] == [{"field": name, "message": f"{name} {sentence}"}]


class TestDates:
    @pytest.mark.parametrize("name", DATES)
    def test_invalid_date_is_refused(self, shared_api: httpx.Client, name: str) -> None:
        assert make(KINDS["deals"], shared_api, **{name: "2028-02-29"})[name] == "2028-02-29"
        for wrong in ("2026-02-29", "2026-2-1", "01/02/2026", "2026-02-01T00:00:00Z", "", 20260201):
            answer = shared_api.post(DEALS, json={"name": "x", name: wrong})
            assert answer.status_code == 400
            assert answer.json()["errors"][0]["field"] == name


class TestDeals:
    def test_amounts_in_audit_events_are_exact(self, shared_api: httpx.Client) -> None:
        record = make(KINDS["deals"], shared_api, price=412000)
        shared_api.patch(f"{DEALS}/{record['id']}", json={"price": 411999.99, "status": "offered"})
        assert events(shared_api, record["id"])[0]["changes"] == {
            "price": {"before": 412000, "after": 411999.99},
            "status": {"before": "lead", "after": "offered"},
        }

    @pytest.mark.parametrize("status", KINDS["deals"].choices["status"])
    def test_any_status_change_is_allowed(self, shared_api: httpx.Client, status: str) -> None:
        record = make(KINDS["deals"], shared_api, status=status)
        for wanted in KINDS["deals"].choices["status"]:
            answer = shared_api.patch(f"{DEALS}/{record['id']}", json={"status": wanted})
            assert answer.json()["status"] == wanted

    @pytest.mark.parametrize("field", ["name", "address"])
    def test_one_line_fields_have_a_length_limit(self, shared_api: httpx.Client, field: str) -> None:
        longest: dict[str, Any] = {"name": "x", field: "é" * 500}
        assert shared_api.post(DEALS, json=longest).json()[field] == "é" * 500
        sentence = f"{field} must have at most 500 characters"
        refused(shared_api.post(DEALS, json={"name": "x", field: "é" * 501}), 400, sentence)
        refused(shared_api.post(DEALS, json={"name": "x", field: " "}), 400, f"{field} must not be blank")

    def test_notes_have_no_length_limit(self, shared_api: httpx.Client) -> None:
        notes = "Roof, 3 layers.\n" * 50_000
        assert make(KINDS["deals"], shared_api, notes=notes)["notes"] == notes

    def test_the_property_need_not_be_on_file(self, shared_api: httpx.Client) -> None:
        assert make(KINDS["deals"], shared_api, property_id="pr_nope")["property_id"] == "pr_nope"
