"""A joint venture of two partners and one deal over HTTP, for the tests of everything that is posted to it."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

import httpx

from backend.app.kit import clock

_numbers = count(1)


def days_ago(days: int) -> str:
    return (date.fromisoformat(clock.today()) - timedelta(days=days)).isoformat()


def preferred(partners: list[str], **changes: Any) -> dict[str, Any]:
    return {
        "kind": "preferred_return",
        "name": "preferred return",
        "partners": partners,
        "rate_percent": 8,
        "rate_kind": "nominal",
        "compounding": "annual",
        "broken_period": "exponent",
        "base": "outstanding",
        "day_count": "actual/365",
    } | changes


def capital(partners: list[str]) -> dict[str, Any]:
    return {"kind": "return_of_capital", "name": "capital", "partners": partners}


def split(first: tuple[float, list[str]], second: tuple[float, list[str]], **changes: Any) -> dict[str, Any]:
    portions = [{"share_percent": share, "partners": partners} for share, partners in (first, second)]
    return {"kind": "split", "name": "split", "portions": portions} | changes


@dataclass(frozen=True)
class JointVenture:
    """An agreement and whom it is between. Money counts from 365 days ago on."""

    api: httpx.Client
    id: str
    lp: str
    gp: str
    deal: str

    @property
    def path(self) -> str:
        return f"/core/jv/agreements/{self.id}"

    def post(self, what: str, **fields: Any) -> dict[str, Any]:
        """Post a document and return it; the source_key is new unless it is given."""
        answer = self.send(what, **fields)
        assert answer.status_code in {200, 201}, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def send(self, what: str, **fields: Any) -> httpx.Response:
        if what != "distributions/preview":
            fields = {"source_key": f"key-{next(_numbers)}"} | fields
        return self.api.post(f"{self.path}/{what}", json=fields)

    def contribute(
        self, amount: float, partner: str | None = None, on: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        given = {"partner_id": partner or self.lp, "amount": amount, "effective_on": on or days_ago(365)}
        return self.post("contributions", **given, **fields)

    def preview(self, cash: float, on: str | None = None, **fields: Any) -> dict[str, Any]:
        return self.post("distributions/preview", **self._plan(cash, on, fields))

    def distribute(self, cash: float, on: str | None = None, **fields: Any) -> dict[str, Any]:
        """Preview a distribution and declare it."""
        plan = self._plan(cash, on, {name: fields[name] for name in fields.keys() & {"true_up", "payable_on"}})
        revision = self.post("distributions/preview", **plan)["revision"]
        return self.post("distributions", **{**plan, "revision": revision, **fields})

    def _plan(self, cash: float, on: str | None, fields: dict[str, Any]) -> dict[str, Any]:
        day = on or clock.today()
        return {"cash": cash, "declared_on": day, "payable_on": day} | fields

    def summary(self) -> dict[str, Any]:
        answer = self.api.get(f"{self.path}/summary")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def balances(self) -> dict[str, float]:
        return {each["account"]: each["amount"] for each in self.summary()["balances"]}

    def entries(self, **query: Any) -> list[dict[str, Any]]:
        answer = self.api.get(f"{self.path}/entries", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


def terms(lp: str, gp: str, tiers: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "partners": [lp, gp],
        "promote_partners": [gp],
        "promote_measure": "tier_share",
        "accrues_until": "declaration",
        "tiers": tiers or [preferred([lp]), capital([lp]), split((80, [lp]), (20, [gp]))],
    } | changes


def joint_venture(
    api: httpx.Client, tiers: list[dict[str, Any]] | None = None, currency: str = "CAD", **changes: Any
) -> JointVenture:
    """Create two partners, a deal, and an agreement between them. The tiers may name `lp` and `gp`."""
    number = next(_numbers)

    def create(path: str, **fields: Any) -> str:
        answer = api.post(path, json=fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    lp, gp = (create("/core/jv/partners", name=f"{name} {number}") for name in ("Investor", "Sponsor"))
    deal = create("/core/deals", name=f"Deal {number}", address="1 Elm Street", currency=currency)
    named = _with_ids(tiers, {"lp": lp, "gp": gp}) if tiers else None
    agreement = create(
        "/core/jv/agreements",
        name=f"JV {number} {lp}",
        deal_ids=[deal],
        currency=currency,
        effective_from=days_ago(365 * 3),
        terms=terms(lp, gp, named, **changes),
    )
    return JointVenture(api, agreement, lp, gp, deal)


def _with_ids(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_ids(each, ids) for each in value]
    if isinstance(value, dict):
        return {name: _with_ids(each, ids) for name, each in value.items()}
    return ids.get(value, value) if isinstance(value, str) else value


def refused(answer: httpx.Response, status: int, words: str) -> None:
    """Assert that a request was refused with this status, and a sentence that has these words."""
    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"]
