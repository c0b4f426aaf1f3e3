"""Itemized cost of a list of work, in whole cents. Pure functions.

Each line is rounded to the cent once; every total is the sum of rounded lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from backend.app.kit.cents import exactly, rounded
from backend.app.kit.errors import BadInput
from backend.app.kit.text import shorten, word_key

SCOPE = "scope"
"""Trade name of whole renovations, which are priced by living area."""

Amounts = tuple[int, int, int]
"""Low, middle and high amount in cents."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of one unit of a kind of work."""

    trade: str
    item: str
    unit: str
    each: Amounts
    source: str | None = None


@dataclass(frozen=True, slots=True)
class CostTable:
    """Unit costs in one currency, with their version, source and date."""

    id: str
    version: int
    currency: str
    source: str
    as_of: str
    costs: tuple[Cost, ...]

    def trades(self) -> list[str]:
        return sorted({cost.trade for cost in self.costs} - {SCOPE})

    def scopes(self) -> list[str]:
        return [word_key(cost.item) for cost in self.costs if word_key(cost.trade) == SCOPE]

    def named(self, trade: str, item: str | None, where: str) -> Cost:
        """Return the cost of an item, or of the only item of a trade if `item` is None. Raises BadInput."""
        of_trade = [cost for cost in self.costs if word_key(cost.trade) == word_key(trade)]
        if not of_trade:
            raise BadInput.field(f"{where}.trade", f"{where}.trade: {self._unknown(trade)}")
        named = [cost for cost in of_trade if item is None or word_key(cost.item) == word_key(item)]
        if len(named) == 1:
            return named[0]
        known = ", ".join(cost.item for cost in of_trade)
        why = "is required, because there are several" if item is None else f"is not known: {shorten(item)}"
        raise BadInput.field(f"{where}.item", f"{where}.item {why}; the items of {of_trade[0].trade} are {known}")

    def _unknown(self, trade: str) -> str:
        known = ", ".join(self.trades()) or "none"
        own = "any other trade needs a unit_cost of your own"
        return f"{shorten(trade)} is not in the table of unit costs; its trades are {known}; {own}"


@dataclass(frozen=True, slots=True)
class CostedWork:
    """A requested piece of work; `own_cents` is the user's own unit cost."""

    quantity: int | float
    trade: str
    item: str | None = None
    unit: str | None = None
    room: str | None = None
    own_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of work and its cost: quantity × unit cost × factor."""

    work: CostedWork
    cost: Cost
    factor: Fraction
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Estimate:
    """Lines, their subtotal, the contingency, and the total."""

    lines: tuple[Line, ...]
    subtotal: Amounts
    contingency: Amounts
    total: Amounts


def estimate(
    works: Sequence[CostedWork], table: CostTable, factor: Fraction, contingency_percent: int | float
) -> Estimate:
    """Estimate the cost of some work from the unit costs of a table times a factor. Own unit costs are not scaled.

    Raises BadInput naming the line for which the table has no cost.
    """
    lines = tuple(_line(work, table, factor, f"lines.{at}") for at, work in enumerate(works))
    subtotal = _added(line.amounts for line in lines)
    share = exactly(contingency_percent) / 100
    contingency = (rounded(subtotal[0] * share), rounded(subtotal[1] * share), rounded(subtotal[2] * share))
    return Estimate(lines, subtotal, contingency, _added((subtotal, contingency)))


def _line(work: CostedWork, table: CostTable, factor: Fraction, where: str) -> Line:
    own = work.own_cents
    if own is not None:
        cost, factor = Cost(work.trade, work.item or work.trade, _own_unit(work, where), (own, own, own)), Fraction(1)
    else:
        cost = table.named(work.trade, work.item, where)
        _check_unit(work, cost, where)
    times = exactly(work.quantity) * factor
    low, mid, high = (rounded(cents * times) for cents in cost.each)
    return Line(work, cost, factor, (low, mid, high))


def _own_unit(work: CostedWork, where: str) -> str:
    if work.unit is None:
        raise BadInput.field(f"{where}.unit", f"{where}.unit is required with a unit_cost, such as sqft or each")
    return work.unit


def _check_unit(work: CostedWork, cost: Cost, where: str) -> None:
    if work.unit is not None and word_key(work.unit) != word_key(cost.unit):
        sentence = f"{cost.trade}, {cost.item} is priced by {cost.unit}, not by {shorten(work.unit)}"
        raise BadInput.field(f"{where}.unit", f"{where}.unit: {sentence}")


def _added(amounts: Iterable[Amounts]) -> Amounts:
    low = mid = high = 0
    for each in amounts:
        low, mid, high = low + each[0], mid + each[1], high + each[2]
    return low, mid, high
