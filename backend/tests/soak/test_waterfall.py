"""Random cases of the waterfall: a few in every run, a million in `make soak`."""

from dataclasses import replace
from datetime import date
from random import Random

from backend.app.core_gov.jv.waterfall.flows import Distribution
from backend.tests.promises import promise
from soak.waterfall import Case, fault_of, first_fault, random_case


@promise("Joint ventures", "Tiers add up to the cash, nothing is negative, and the order of the flows does not matter.")
@promise("Joint ventures", "A replay gives what was paid, and reversing everything leaves nothing.")
def test_random_cases_have_no_faults() -> None:
    assert first_fault(1, 0, 300) is None


def with_distributions() -> Case:
    return next(case for n in range(100) if len((case := random_case(Random(n))).payments) > 1)


def test_faults_are_found() -> None:
    case = with_distributions()
    cash, payment = case.payments[0]
    assert fault_of(case) is None
    assert "add up to" in str(fault_of(replace(case, payments=[(cash + 1, payment)])))
    other = [replace(flow, on=date(2014, 1, 1)) if isinstance(flow, Distribution) else flow for flow in case.flows]
    assert fault_of(replace(case, flows=other)) == "a replay gives other cents than were paid"
