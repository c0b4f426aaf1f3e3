"""Section `waterfall`: random agreements and flows through the waterfall, in one process per core.

Each case has terms, contributions, and distributions that are computed one after the other. Then it is checked that
every cent is accounted for, that nothing is negative, that the order of the flows does not matter, that a replay gives
what was paid, and that reversing everything leaves nothing.
"""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal, get_args

from backend.app.core_gov.jv.waterfall.day_count import DayCount
from backend.app.core_gov.jv.waterfall.flows import Contribution, Distribution, Flow
from backend.app.core_gov.jv.waterfall.terms import (
    CatchUp,
    Compounding,
    Hurdle,
    Portion,
    PreferredReturn,
    ReturnOfCapital,
    Split,
    Terms,
    Tier,
    faults,
)
from backend.app.core_gov.jv.waterfall.versions import Version, replayed
from backend.app.core_gov.jv.waterfall.waterfall import Payment, distribute, recomputed
from soak.findings import Finding
from soak.progress import Progress

PORTION = 2_000
"""Cases per task of a process."""

_START = date(2015, 1, 1)
_DAYS = 4_000
_COMPOUNDING: tuple[Compounding, ...] = get_args(Compounding)
_DAY_COUNTS: tuple[DayCount, ...] = get_args(DayCount)


@dataclass(frozen=True, slots=True)
class Case:
    """Terms, and flows in the order of posting and in a random one: distributions are as they were computed."""

    terms: Terms
    flows: Sequence[Flow]
    shuffled: Sequence[Flow]
    payments: Sequence[tuple[int, Payment]]
    """Cash of each distribution, and its division."""


def random_case(rng: Random) -> Case:
    """Return a case whose terms have no faults."""
    terms = _terms(rng)
    while any(faults(terms)):
        terms = _terms(rng)
    flows: list[Flow] = []
    payments: list[tuple[int, Payment]] = []
    day = _START + timedelta(days=rng.randrange(400))
    for _ in range(rng.randint(1, 7)):
        if not flows or rng.random() < 0.4:
            day += timedelta(days=isinstance(flows[-1], Distribution) if flows else 0)  # or it would be late
            flows.append(Contribution(day, rng.choice(terms.partners), _cents(rng)))
        else:
            cash = _cents(rng)
            payment = distribute(terms, flows, day, cash)
            payments.append((cash, payment))
            flows.append(payment.as_flow())
        day += timedelta(days=rng.choice((0, 1, 30, 365, rng.randrange(_DAYS // 7))))
    return Case(terms, flows, rng.sample(flows, len(flows)), payments)


def fault_of(case: Case) -> str | None:
    """Return what is wrong with a case, as a sentence; None if everything holds."""
    for cash, payment in case.payments:
        if fault := _fault_of_payment(cash, payment):
            return fault
    versions = [Version(date.min, case.terms)]
    paid = [payment.as_flow() for _, payment in case.payments]
    if recomputed(versions, case.flows, date.min) != paid:
        return "a replay gives other cents than were paid"
    last = max(flow.on for flow in case.flows)
    if distribute(case.terms, case.flows, last, 12_345) != distribute(case.terms, case.shuffled, last, 12_345):
        return "the order of the flows changes a distribution"
    balances = replayed(versions, [*case.flows, *map(_taken_back, case.flows)], last)
    if any(balances.contributed.values()) or any(cents for tier in balances.received for cents in tier.values()):
        return "reversing everything leaves something"
    return None


def _fault_of_payment(cash: int, payment: Payment) -> str | None:
    if sum(tier.cents for tier in payment.tiers) != cash:
        return f"the tiers add up to {sum(tier.cents for tier in payment.tiers)} cents, not {cash}"
    for number, tier in enumerate(payment.tiers, 1):
        if tier.cents < 0 or any(cents < 0 for cents in tier.by_partner.values()):
            return f"tier {number} has negative cents"
        if sum(tier.by_partner.values()) != tier.cents:
            return f"the partners of tier {number} add up to other cents than the tier"
        if tier.still_needed is not None and tier.still_needed < 0:
            return f"tier {number} got more than it needs"
    return None


def _taken_back(flow: Flow) -> Flow:
    if isinstance(flow, Contribution):
        return Contribution(flow.on, flow.partner, -flow.cents)
    return Distribution(flow.on, tuple({partner: -cents for partner, cents in tier.items()} for tier in flow.tiers))


# Random terms


def _terms(rng: Random) -> Terms:
    partners = tuple(f"p_{number}" for number in range(rng.randint(1, 4)))
    tiers: list[Tier] = []
    if rng.random() < 0.8:
        tiers.append(_preferred(rng, partners))
    if rng.random() < 0.8:
        tiers.insert(rng.randint(0, len(tiers)), ReturnOfCapital(_some(rng, partners)))
    if rng.random() < 0.4:
        tiers.append(CatchUp((partners[-1],), Decimal(rng.randint(1, 60)) / 100, _portions(rng, partners)))
    value = Decimal(0)
    for _ in range(rng.randint(0, 2)):
        value += Decimal(rng.randint(1, 20)) / 100
        kind: Literal["irr", "multiple", "simple"] = rng.choice(("irr", "multiple", "simple"))
        wanted = value + 1 if kind == "multiple" else value
        hurdle = Hurdle(kind, wanted, _some(rng, partners), rng.random() < 0.5, rng.choice(_DAY_COUNTS))
        tiers.append(Split(_portions(rng, partners), hurdle))
    return Terms(partners, (*tiers, Split(_portions(rng, partners))))


def _preferred(rng: Random, partners: tuple[str, ...]) -> PreferredReturn:
    return PreferredReturn(
        _some(rng, partners),
        Decimal(rng.randint(1, 3_000)) / 10_000,
        rng.choice(("nominal", "effective")),
        rng.choice(_COMPOUNDING),
        rng.choice(("exponent", "simple")),
        rng.choice(("contributed", "outstanding")),
        rng.choice(_DAY_COUNTS),
    )


def _portions(rng: Random, partners: tuple[str, ...]) -> tuple[Portion, ...]:
    if len(partners) == 1 or rng.random() < 0.2:
        return (Portion(Decimal(1), partners),)
    share = Decimal(rng.randint(1, 999_999)) / 1_000_000
    return Portion(share, _some(rng, partners)), Portion(1 - share, _some(rng, partners))


def _some(rng: Random, partners: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(rng.sample(partners, rng.randint(1, len(partners)))))


def _cents(rng: Random) -> int:
    return rng.randint(1, 10 ** rng.randint(1, 11))


# The campaign


def first_fault(seed: int, first: int, count: int) -> str | None:
    """Return the first fault of some cases with their seed; None if there is none."""
    for number in range(first, first + count):
        if fault := fault_of(random_case(Random(f"{seed}-{number}"))):
            return f"case {number} of seed {seed}: {fault}"
    return None


def run(cases: int, seed: int, progress: Progress) -> list[Finding]:
    """Check this many cases, with a process for each core."""
    began, done, faults_found = time.monotonic(), 0, list[str]()
    progress.event(f"waterfall: {cases:,} cases, seed {seed}")
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        starts = range(0, cases, PORTION)
        tasks = [processes.submit(first_fault, seed, start, min(PORTION, cases - start)) for start in starts]
        for number, task in enumerate(tasks, 1):
            if fault := task.result():
                faults_found.append(fault)
            done = min(cases, number * PORTION)
            if number % 50 == 0:
                progress.event(f"waterfall: {done:,} of {cases:,} cases")
    rate = done / max(time.monotonic() - began, 0.001)
    problem = "; ".join(faults_found[:3])
    return [
        Finding("waterfall", "–", "cases", f"{done:,}, {rate:,.0f} a second"),
        Finding("waterfall", "–", "faults", f"{len(faults_found)}", "0", not faults_found, problem),
    ]
