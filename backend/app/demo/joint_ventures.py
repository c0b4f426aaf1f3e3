"""Joint venture of the demo company: two investors and a builder, from the purchase to the first distribution."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from backend.app.core_gov.jv.agreements.schemas import AgreementCreate, AmendmentCreate
from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.core_gov.jv.distributions import service as distributions
from backend.app.core_gov.jv.distributions.schemas import DistributionCreate, DistributionPlan
from backend.app.core_gov.jv.documents import service as documents
from backend.app.core_gov.jv.documents.schemas import (
    CommitmentCreate,
    ContributionCreate,
    PaymentCreate,
    PeriodCreate,
    ReversalCreate,
    TransactionCreate,
)
from backend.app.core_gov.jv.statements import service as statements
from backend.app.core_gov.jv.statements.schemas import StatementCreate
from backend.app.demo.pipeline import Plan
from backend.app.demo.timeline import Actions, moment
from backend.app.kit import clock
from backend.app.kit.db import Database

DEAL = "lamplighter"
"""Deal of the joint venture."""

INVESTORS, BUILDER = ("ben", "iris"), "steeltown"
BY = "dana"
Do = Callable[..., dict[str, Any]]
"""Performs one action of one person and returns the record: actor, service, and its arguments."""

_CAPITAL = {"ben": 280_000, "iris": 140_000}


def terms(investors: list[str], builder: str, rate: int) -> AgreementTerms:
    """Return a preferred return, capital, a full catch-up to 20 %, and 80/20."""
    return AgreementTerms.model_validate(
        {
            "partners": [*investors, builder],
            "promote_partners": [builder],
            "promote_measure": "tier_share",
            "accrues_until": "declaration",
            "tiers": [
                {
                    "kind": "preferred_return",
                    "name": "preferred return",
                    "partners": investors,
                    "rate_percent": rate,
                    "rate_kind": "nominal",
                    "compounding": "quarterly",
                    "broken_period": "simple",
                    "base": "outstanding",
                    "day_count": "actual/365",
                },
                {"kind": "return_of_capital", "name": "capital", "partners": investors},
                {
                    "kind": "catch_up",
                    "name": "catch-up",
                    "partners": [builder],
                    "target_percent": 20,
                    "portions": [{"share_percent": 100, "partners": [builder]}],
                },
                {
                    "kind": "split",
                    "name": "split",
                    "portions": [
                        {"share_percent": 80, "partners": investors},
                        {"share_percent": 20, "partners": [builder]},
                    ],
                },
            ],
        }
    )


class JointVenture:
    """The joint venture, posted by the services that the API calls. `ids`: ids of partners and deals by their keys."""

    def __init__(self, db: Database, do: Do, ids: Mapping[str, str], plan: Plan) -> None:
        self._db, self._do, self._ids, self._plan = db, do, ids, plan
        self._agreement = ""

    def actions(self) -> Actions:
        """Post everything in the order of its days."""
        bought = self._plan.day_of("closed")
        yield moment(bought, 300)
        self._sign(bought)
        self._buy(bought)
        for act, days in ((self._renovate, 21), (self._sell, 60), (self._distribute, 66), (self._close, 70)):
            day = bought + timedelta(days=days)
            yield moment(day, 300)
            act(day)

    def _sign(self, day: date) -> None:
        investors = [self._ids[key] for key in INVESTORS]
        self._agreement = self._do(
            BY,
            documents.create_agreement,
            AgreementCreate(
                name="Lamplighter Lane JV",
                deal_ids=[self._ids[DEAL]],
                currency=self._plan.currency,
                effective_from=_on(day - timedelta(days=30)),
                terms=terms(investors, self._ids[BUILDER], 8),
                note="Ben and Iris invest, Steeltown builds at cost.",
            ),
        )["id"]
        for key, amount in (("ben", 300_000), ("iris", 150_000)):
            self._post(documents.commit_capital, CommitmentCreate, f"commitment-{key}", day, partner=key, amount=amount)

    def _buy(self, day: date) -> None:
        for key, amount in _CAPITAL.items():
            self._post(documents.contribute, ContributionCreate, f"call-1-{key}", day, partner=key, amount=amount)
        twice = self._post(documents.contribute, ContributionCreate, "call-1", day, partner="iris", amount=140_000)
        self._do(
            BY,
            documents.reverse,
            self._agreement,
            ReversalCreate(
                source_key="call-1-twice",
                reverses=twice["entry_id"],
                meaning="never_happened",
                posted_on=_on(day),
                note="Entered twice.",
            ),
        )
        self._of_deal("loan_draw", day, 100_000, loan="Maple Street Capital")
        self._of_deal("purchase", day, self._plan.price)

    def _renovate(self, day: date) -> None:
        self._of_deal("expense", day, self._plan.repairs)

    def _sell(self, day: date) -> None:
        self._of_deal("sale", day, self._plan.arv - 38_400)
        self._of_deal("loan_payoff", day, 100_000, loan="Maple Street Capital", interest=1_650)

    def _distribute(self, day: date) -> None:
        plan = {"cash": 500_000, "declared_on": _on(day), "payable_on": _on(day)}
        found = distributions.preview(self._db, self._agreement, DistributionPlan.model_validate(plan))
        given = plan | {"source_key": "distribution-1", "revision": found.revision, "posted_on": _on(day)}
        computed = distributions.compute(self._db, self._agreement, DistributionCreate.model_validate(given))
        declared = self._do(BY, distributions.declare, computed)
        self._post(documents.pay, PaymentCreate, "payment-1", day, distribution_id=declared["id"])
        for key in INVESTORS:
            notice = {"kind": "distribution_notice", "partner_id": self._ids[key], "distribution_id": declared["id"]}
            self._issue(notice)

    def _close(self, day: date) -> None:
        until = _on(day.replace(day=1) - timedelta(days=1))
        closed = PeriodCreate(source_key=f"close-{until}", action="close", through=until)
        self._do(BY, documents.change_period, self._agreement, closed)
        for key in INVESTORS:
            period = {"period_from": f"{until[:4]}-07-01", "period_to": until}
            self._issue({"kind": "capital_account", "partner_id": self._ids[key]} | period)
        investors = [self._ids[key] for key in INVESTORS]
        self._do(
            BY,
            documents.amend,
            self._agreement,
            AmendmentCreate(
                source_key="amendment-1",
                effective_from=f"{day.year + 1}-01-01",
                terms=terms(investors, self._ids[BUILDER], 9),
                posted_on=_on(day),
                note="9 % from the new year, for the second house.",
            ),
        )

    def _issue(self, fields: dict[str, Any]) -> None:
        payload = StatementCreate.model_validate({"agreement_id": self._agreement} | fields)
        self._do(BY, statements.issue, payload)

    def _of_deal(self, kind: str, day: date, amount: int, **fields: Any) -> None:
        given = {"kind": kind, "deal_id": self._ids[DEAL], "amount": amount, **fields}
        self._post(documents.record_transaction, TransactionCreate, f"{kind}-1", day, **given)

    def _post(
        self, fn: Callable[..., Any], model: Any, key: str, day: date, *, partner: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        given = {"source_key": key, "effective_on": _on(day), "posted_on": _on(day), **fields}
        if partner is not None:
            given["partner_id"] = self._ids[partner]
        return self._do(BY, fn, self._agreement, model.model_validate(given))


def _on(day: date) -> str:
    """Return a day, or today if it is still to come."""
    return min(day.isoformat(), clock.today())
