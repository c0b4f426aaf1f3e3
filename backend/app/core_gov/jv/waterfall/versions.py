"""Versions of an agreement: flows are replayed under the terms that were in force on their day.

At an amendment every tier is matched by its name with the tier before. Capital, cents received and preferred return
owed move to the tier of the same name, and accrue by the new terms from that day on. A hurdle tests the whole past by
the new terms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from backend.app.core_gov.jv.waterfall.flows import Contribution, Distribution, Flow
from backend.app.core_gov.jv.waterfall.rounding import exact_amounts
from backend.app.core_gov.jv.waterfall.terms import Terms
from backend.app.core_gov.jv.waterfall.tier_balances import TierBalances


class FlowRefused(ValueError):
    """A flow that the terms do not allow; the text says why."""


@dataclass(frozen=True, slots=True)
class Version:
    """Terms that are in force from a day on."""

    effective_from: date
    terms: Terms


class Replay:
    """Balances of an agreement after flows in the order of their dates."""

    def __init__(self, versions: Sequence[Version]) -> None:
        if not versions:
            raise ValueError("an agreement has at least one version")
        self._versions = sorted(versions, key=lambda version: version.effective_from)
        self.balances = TierBalances(self._versions[0].terms)
        self._next = 1

    def advance(self, on: date) -> TierBalances:
        """Put the versions into force that begin up to a day. Returns the balances."""
        while self._next < len(self._versions) and self._versions[self._next].effective_from <= on:
            version = self._versions[self._next]
            if left := self.balances.unmatched(version.terms, version.effective_from):
                raise FlowRefused(left)
            self.balances = self.balances.amended(version.terms, version.effective_from)
            self._next += 1
        return self.balances

    def add(self, flow: Flow) -> None:
        """Add a flow that is not earlier than the ones before. Raises FlowRefused."""
        balances = self.advance(flow.on)
        if isinstance(flow, Distribution):
            balances.record(flow)
        elif flow.partner not in balances.terms.partners:
            raise FlowRefused(f"{flow.partner} is not a partner of the agreement")
        else:
            balances.contribute(flow.on, flow.partner, flow.cents)


def replayed(versions: Sequence[Version], flows: Sequence[Flow], until: date) -> TierBalances:
    """Return the balances after all flows up to a day, that day included. The order of the flows does not matter.

    Raises FlowRefused.
    """
    with exact_amounts():
        replay = Replay(versions)
        for flow in _by_day([flow for flow in flows if flow.on <= until]):
            replay.add(flow)
        return replay.advance(until)


def _by_day(flows: Sequence[Flow]) -> Iterator[Flow]:
    """Yield flows in order, with the distributions of a day as one, so that their order does not matter."""
    of_day: Distribution | None = None
    for flow in in_order(flows):
        if isinstance(flow, Distribution):
            if of_day is not None and of_day.on == flow.on:
                of_day = of_day.together_with(flow)
                continue
            if of_day is not None:
                yield of_day
            of_day = flow
            continue
        if of_day is not None:
            yield of_day
            of_day = None
        yield flow
    if of_day is not None:
        yield of_day


def in_order(flows: Sequence[Flow]) -> list[Flow]:
    """Sort flows by day, contributions before distributions of the same day."""
    return sorted(flows, key=_order)


def _order(flow: Flow) -> tuple[date, bool, str, int]:
    partner, cents = (flow.partner, flow.cents) if isinstance(flow, Contribution) else ("", 0)
    return flow.on, isinstance(flow, Distribution), partner, cents
