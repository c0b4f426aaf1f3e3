"""Returns of a partner to date: multiple and internal rates of return, for reports only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.app.core_gov.jv.waterfall.flows import Contribution, Flow
from backend.app.core_gov.jv.waterfall.irr import rates


@dataclass(frozen=True, slots=True)
class Returns:
    """Cents paid in and out, the multiple (None without capital), and every internal rate of return.

    `irr`: per year, 0.08 for 8 %; empty if there is no real rate. What is still invested counts for nothing.
    """

    contributed: int
    distributed: int
    multiple: float | None
    irr: Sequence[float]


def returns_of(flows: Sequence[Flow], partner: str, until: date) -> Returns:
    """Return what a partner has paid in and received up to a day, and the rates of return."""
    own: list[tuple[date, int]] = []
    contributed = distributed = 0
    for flow in flows:
        if flow.on > until:
            continue
        if isinstance(flow, Contribution):
            if flow.partner == partner:
                own.append((flow.on, -flow.cents))
                contributed += flow.cents
        elif received := sum(tier.get(partner, 0) for tier in flow.tiers):
            own.append((flow.on, received))
            distributed += received
    multiple = distributed / contributed if contributed > 0 else None
    return Returns(contributed, distributed, multiple, rates(own))
