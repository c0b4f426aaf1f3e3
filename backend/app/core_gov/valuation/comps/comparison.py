"""What a comparison of a property with sales answers with. Money is in the market's currency, rounded to cents."""

from dataclasses import dataclass

from backend.app.core_gov.valuation.comps.rates import Rate

NET_WARNING, GROSS_WARNING = 0.15, 0.25
"""Shares of the price above which adjustments are worth a warning; there is no rule (Fannie Mae B4-1.3-09)."""

RANGE = 0.8
"""The share of prices that the range is meant to hold."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One line between a sale and the subject: what they differ in, and what that does to the sale's price.

    `rate` is money for one `unit`, `standard_error` that of the amount and `rate_error` that of the rate. Where the
    line cannot be worked out, the rate is None, the amount 0, and `source` says why.
    """

    name: str
    label: str
    subject: float | None
    sale: float | None
    difference: float | None
    rate: float | None
    rate_error: float | None
    unit: str
    amount: float
    standard_error: float
    source: str


@dataclass(frozen=True, slots=True)
class Comp:
    """A comparable sale; `price` and the amounts of its lines add up to `adjusted_price`, to the cent."""

    seq: int
    row: int
    """Its place in the columns."""
    rank: int
    """1 for the one that weighs most."""
    price: float
    close_day: int
    day: int
    """When the price was agreed, as far as known: what the adjustment for time runs from."""
    days: int
    """How long before the day of value it closed."""
    distance_km: float | None
    similarity: float
    """From 0 to 1, by the size of the adjustments for what the homes are like."""
    lines: tuple[Adjustment, ...]
    net: float
    gross: float
    net_share: float
    """Of the price."""
    gross_share: float
    adjusted_price: float
    standard_error: float
    """Of the adjusted price, as a statement on the subject's."""
    weight: float
    """The weights of all comps add up to 1."""
    pinned: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """How many sales fitted once a limit was widened; the first step is the standard."""

    days: int
    radius_km: float | None
    """None where there are no distances: `where` says what counts instead."""
    where: str
    size: float | None
    """None: any living area."""
    widened: str | None
    """time, distance or size; None for the first step."""
    count: int

    @property
    def sentence(self) -> str:
        """The step in words."""
        size = "any living area" if self.size is None else f"a living area within {self.size * 100:.0f} %"
        sales = "1 sale" if self.count == 1 else f"{self.count:,} sales"
        return f"{sales} closed within {self.days:,} days, {self.where}, with {size}"


@dataclass(frozen=True, slots=True)
class Worth:
    """What the comparable sales say a property is worth."""

    value: float
    low: float
    high: float
    """Four in five such properties sell between the low and the high."""
    standard_error: float
    """Of the sale price around the value, in money."""
    log_error: float
    """The same in logarithms, which is close to a share of the value."""
    comps: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ranked comparable sales and the value they reconcile to; `worth` is None when there are none."""

    as_of: int
    worth: Worth | None
    comps: tuple[Comp, ...]
    steps: tuple[Step, ...]
    """The last one is how far the limits had to go."""
    fitting: int
    """How many sales met the limits of the last step."""
    rates: tuple[Rate, ...]
    """Of the market or the type, for every trait."""
    index: str
    """Where the adjustment for time comes from."""
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
