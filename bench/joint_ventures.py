"""Section `jv`: dashboards, statements and postings of joint ventures over HTTP, and the waterfall itself.

`--records` is the number of lines in the ledger; there is a partner for each hundred and a link for each ten. Latencies
are of one connection, so that no request waits for another; postings come from all of them.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Any

from backend.app.bootstrap import open_store
from backend.app.core_gov.jv import service as partners
from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.agreements.schemas import AgreementCreate
from backend.app.core_gov.jv.distributions import service as distributions
from backend.app.core_gov.jv.distributions.schemas import DistributionCreate, DistributionPlan
from backend.app.core_gov.jv.documents import service as documents
from backend.app.core_gov.jv.documents.schemas import ContributionCreate, PaymentCreate, TransactionCreate
from backend.app.core_gov.jv.schemas import DealLinkCreate, PartnerCreate
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealCreate
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Database
from bench.load import Target
from bench.measuring import Measured, bare_endpoint, measure
from bench.progress import Reporter
from bench.servers import READY, VALHALLA, YARDSTICK, Server, serving
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "jv"
SMALLEST = 1_000
PER_AGREEMENT, INVESTORS = 1_000, 10
LINES_OF_A_ROUND = 33
MONTHS = 480
DASHBOARD_MS, STATEMENT_MS, WARM_MS, COLD_MS, POSTINGS = 20.0, 100.0, 50.0, 200.0, 200.0
_CTX = Ctx("bench", "cli")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section: the number of lines, and the months of the long waterfall."""

    run: Run
    records: int
    months: int = MONTHS


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports."""
    return 6 * len(wanted.run.databases)


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Fill each database, then measure."""
    with serving(YARDSTICK, wanted.run.directory / "yardstick.log", "/") as yardstick:
        for database in wanted.run.databases:
            store = BenchStore(wanted.run, database, wanted.records, "jv-")
            yield from _Block(wanted, store, yardstick, reporter).figures()


def month_ago(number: int) -> str:
    """Return a day some months of 30 days ago."""
    return (date.fromisoformat(clock.today()) - timedelta(days=30 * number)).isoformat()


def split(share: float, investors: list[str], sponsor: str) -> list[dict[str, Any]]:
    return [
        {"share_percent": share, "partners": investors},
        {"share_percent": 100 - share, "partners": [sponsor]},
    ]


def tiers(investors: list[str], sponsor: str, *, five: bool) -> list[dict[str, Any]]:
    """Return a preferred return, capital and a split; with two hurdles between if there are to be five."""
    found: list[dict[str, Any]] = [
        {
            "kind": "preferred_return",
            "name": "preferred return",
            "partners": investors,
            "rate_percent": 8,
            "rate_kind": "nominal",
            "compounding": "annual",
            "broken_period": "exponent",
            "base": "outstanding",
            "day_count": "actual/365",
        },
        {"kind": "return_of_capital", "name": "capital", "partners": investors},
    ]
    for name, share, value in (("12 %", 80, 12), ("18 %", 70, 18)) if five else ():
        until = {"kind": "irr", "value": value, "tested": investors, "surplus_offsets": True, "day_count": "actual/365"}
        found.append(
            {"kind": "split_until", "name": name, "portions": split(share, investors, sponsor), "until": until}
        )
    return [*found, {"kind": "split", "name": "split", "portions": split(60, investors, sponsor)}]


class _Block:
    """The measurements on one database."""

    def __init__(self, wanted: Wanted, store: BenchStore, yardstick: Server, reporter: Reporter) -> None:
        self._wanted, self._store, self._yardstick, self._reporter = wanted, store, yardstick, reporter
        self._partners: list[str] = []
        self._agreements: list[str] = []
        self._of_agreement: dict[str, list[str]] = {}
        self._old = self._everywhere = ""

    def figures(self) -> Iterator[Figure]:
        self._step("filling")
        with open_store(self._store.settings) as store:
            yield self._filled(store.db)
        self._store.tidy()
        yield from self._waterfall()
        with serving(VALHALLA, self._store.log, READY, self._store.environment) as server:
            server.wait_until_calm(300)
            measured = []
            for title, target, most_ms in self._reads(server):
                self._step(title)
                for path in target.ids if title.startswith("dashboard") else ():
                    server.must("GET", target.path.replace("{id}", path))
                measured.append(measure(replace(self._wanted.run, connections=1), server, target, self._yardstick))
                yield self._latency(title, measured[-1], most_ms)
            self._step("postings")
            measured.append(measure(self._wanted.run, server, self._posting(server), self._yardstick))
            yield self._rate("postings of contributions", measured[-1])
            lag = json.loads(server.must("GET", READY)).get("mirror_lag_s") or 0.0
            yield Figure(SECTION, self._store.database, self._store.size, "… lag of the JSON files then", lag, "s")
            yield bare_endpoint(SECTION, self._store, measured)

    def _step(self, what: str) -> None:
        self._reporter.step(f"{self._store.name}: {what}")

    # Filling

    def _filled(self, db: Database) -> Figure:
        size = self._store.size
        self._partners = self._create_partners(db, max(INVESTORS + 1, size // 100))
        self._everywhere = self._partners[0]
        began = time.perf_counter()
        documents_posted = 0
        with self._reporter.counting("lines", size) as counter:
            for number in range(max(1, size // PER_AGREEMENT)):
                agreement = self._agreement(db, number)
                for months in range(PER_AGREEMENT // LINES_OF_A_ROUND, 0, -1):
                    documents_posted += self._round(db, agreement, months)
                    counter.advance(LINES_OF_A_ROUND)
        rate = documents_posted / (time.perf_counter() - began)
        return Figure(SECTION, self._store.database, size, "documents posted while filling, in units of 12", rate, "/s")

    def _create_partners(self, db: Database, count: int) -> list[str]:
        deal = self._deal(db, "everyone")

        def create(tx: Any, first: int) -> list[str]:
            found = []
            for number in range(first, min(first + 100, count)):
                payload = PartnerCreate(name=f"Partner {number}", role="jv_partner")
                found.append(str(partners.create_partner(tx, payload).document["id"]))
                for link in range(10):
                    payload_ = DealLinkCreate(partner_id=found[-1], deal_id=deal, relationship=f"JV {link}")
                    partners.create_link(tx, payload_)
            return found

        return [each for first in range(0, count, 100) for each in db.write_now(_CTX, create, first)]

    def _deal(self, db: Database, name: str) -> str:
        stored = db.write_now(_CTX, deals.create_deal, DealCreate(name=name, address="1 Elm Street"))
        return str(stored.document["id"])

    def _agreement(self, db: Database, number: int, *, five: bool = False) -> str:
        first = 1 + INVESTORS * number
        investors = [self._partners[1 + (first + each - 1) % (len(self._partners) - 1)] for each in range(INVESTORS)]
        investors = investors[:1] if five else investors
        payload = {
            "name": f"JV {number}{' of forty years' * five}",
            "deal_ids": [self._deal(db, f"Deal {number}")],
            "currency": "CAD",
            "effective_from": month_ago(self._wanted.months + PER_AGREEMENT // LINES_OF_A_ROUND),
            "terms": {
                "partners": [*investors, self._everywhere],
                "promote_partners": [self._everywhere],
                "promote_measure": "tier_share",
                "accrues_until": "declaration",
                "tiers": tiers(investors, self._everywhere, five=five),
            },
        }
        stored = db.write_now(_CTX, documents.create_agreement, AgreementCreate.model_validate(payload))
        agreement = str(stored.document["id"])
        self._of_agreement[agreement] = investors
        if not five:
            self._agreements.append(agreement)
        return agreement

    def _round(self, db: Database, agreement: str, months: int) -> int:
        """Post a contribution of each investor, a distribution, and its payment. Return the number of documents."""
        investors, on = self._of_agreement[agreement], month_ago(months)

        def contribute(tx: Any) -> None:
            for partner in investors:
                given = {"source_key": f"c{months}-{partner}", "partner_id": partner, "amount": 1000}
                payload = ContributionCreate.model_validate(given | {"effective_on": on, "posted_on": on})
                documents.contribute(tx, agreement, payload)

        db.write_now(_CTX, contribute)
        plan = {"cash": 500 * len(investors), "declared_on": on, "payable_on": on}
        revision = distributions.preview(db, agreement, DistributionPlan.model_validate(plan)).revision
        given = plan | {"source_key": f"d{months}", "revision": revision, "posted_on": on}
        computed = distributions.compute(db, agreement, DistributionCreate.model_validate(given))

        def declare(tx: Any) -> None:
            declared = distributions.declare(tx, computed).document
            paid = {"source_key": f"p{months}", "distribution_id": declared["id"], "effective_on": on, "posted_on": on}
            documents.pay(tx, agreement, PaymentCreate.model_validate(paid))

        db.write_now(_CTX, declare)
        return len(investors) + 2

    # The waterfall

    def _waterfall(self) -> Iterator[Figure]:
        self._step(f"a waterfall of {self._wanted.months} months and five tiers")
        with open_store(self._store.settings) as store:
            self._old = self._agreement(store.db, 10_000, five=True)
            store.db.write_now(_CTX, documents.record_transaction, self._old, self._income(store.db))
            for months in range(self._wanted.months, 0, -1):
                self._round(store.db, self._old, months)
        plan = DistributionPlan(cash=1000, declared_on=clock.today(), payable_on=clock.today())
        with open_store(self._store.settings) as store:
            seconds = []
            for _ in range(6):
                began = time.perf_counter()
                distributions.preview(store.db, self._old, plan)
                seconds.append(time.perf_counter() - began)
        for what, taken, most in (("cold", seconds[0], COLD_MS), ("warm", median(seconds[1:]), WARM_MS)):
            missed = () if 1000 * taken <= most else (f"{1000 * taken:.0f} ms, not {most:g}",)
            title = f"preview of {self._wanted.months} months, five tiers, {what}"
            yield self._plain(title, 1000 * taken, "ms", f"≤ {most:g}", missed)

    def _income(self, db: Database) -> TransactionCreate:
        agreement = db.snapshot_now(agreements.get_agreement, self._old).document
        given = {"source_key": "income", "kind": "income", "deal_id": agreement["deal_ids"][0], "amount": 10_000_000}
        return TransactionCreate.model_validate(given | {"effective_on": month_ago(self._wanted.months + 1)})

    # Requests

    def _reads(self, server: Server) -> Iterator[tuple[str, Target, float]]:
        some = self._partners[1:401]
        path = "/core/jv/partners/{id}/dashboard"
        yield "dashboard of a partner", Target(server.port, "GET", path, "", some, server.token), DASHBOARD_MS
        busiest = [self._everywhere]
        title = f"dashboard of a partner in {len(self._agreements) + 1} agreements"
        yield title, Target(server.port, "GET", path, "", busiest, server.token), DASHBOARD_MS
        agreement = self._agreements[0]
        body = json.dumps(
            {
                "kind": "capital_account",
                "agreement_id": agreement,
                "partner_id": self._of_agreement[agreement][0],
                "period_from": month_ago(12),
                "period_to": month_ago(1),
            }
        )
        yield (
            "statement issued",
            Target(server.port, "POST", "/core/jv/statements", body, [], server.token),
            STATEMENT_MS,
        )

    def _posting(self, server: Server) -> Target:
        body = json.dumps(
            {
                "source_key": "posting-{n}",
                "partner_id": self._everywhere,
                "amount": 12.34,
                "effective_on": month_ago(1),
            }
        )
        path = "/core/jv/agreements/{id}/contributions"
        return Target(server.port, "POST", path, body, self._agreements, server.token)

    def _latency(self, title: str, measured: Measured, most_ms: float) -> Figure:
        p50 = measured.outcome.measured.p50_ms
        missed = () if p50 <= most_ms else (f"p50 {p50:.1f} ms, not {most_ms:g}",)
        return measured.figure(SECTION, self._store, title, target=f"p50 ≤ {most_ms:g} ms", missed=missed)

    def _rate(self, title: str, measured: Measured) -> Figure:
        rate = measured.outcome.measured.rate
        missed = () if rate >= POSTINGS else (f"{rate:.0f} /s, not {POSTINGS:g}",)
        return measured.figure(SECTION, self._store, title, target=f"≥ {POSTINGS:g}", missed=missed)

    def _plain(self, what: str, value: float, unit: str, target: str = "", missed: tuple[str, ...] = ()) -> Figure:
        return Figure(SECTION, self._store.database, self._store.size, what, value, unit, target=target, missed=missed)
