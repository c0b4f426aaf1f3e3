"""Result of a comparison of a property with sales; money is in the market's currency, rounded to cents."""

from dataclasses import dataclass

from backend.app.core_gov.valuation.comps.rates import Rate

NET_WARNING, GROSS_WARNING = 0.15, 0.25
"""Shares of the price above which adjustments carry a warning; no rule sets them (Fannie Mae B4-1.3-09)."""

RANGE = 0.8
"""Share of prices that the range should hold."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Adjustment line: a difference between a sale and the subject, and its effect on the sale's price.

    `rate` is money for one `unit`, `standard_error` that of the amount and `rate_error` that of the rate. If the line
    cannot be computed, the rate is None, the amount is 0, and `source` says why.
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
    """Comparable sale; `price` and the amounts of its lines add up to `adjusted_price`, to the cent."""

    seq: int
    row: int
    """Index in the columns."""
    rank: int
    """Rank by weight, from 1."""
    price: float
    close_day: int
    day: int
    """Day the price was agreed, if known; the time adjustment starts here."""
    days: int
    """Days from its closing to the as-of date."""
    distance_km: float | None
    similarity: float
    """Similarity from 0 to 1, by the size of the adjustments for characteristics."""
    lines: tuple[Adjustment, ...]
    net: float
    gross: float
    net_share: float
    """Net adjustment as a share of the price."""
    gross_share: float
    adjusted_price: float
    standard_error: float
    """Standard error of the adjusted price as an estimate of the subject's price."""
    weight: float
    """Weight; the weights of all comparables add up to 1."""
    pinned: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Number of sales that fit after a limit was widened; the first step has the standard limits."""

    days: int
    radius_km: float | None
    """Radius; None if distances are unknown and `where` applies instead."""
    where: str
    size: float | None
    """Maximum relative difference of the living area; None for any."""
    widened: str | None
    """Limit that was widened: time, distance or size; None for the first step."""
    count: int

    @property
    def sentence(self) -> str:
        """Step in words."""
        size = "any living area" if self.size is None else f"a living area within {self.size * 100:.0f} %"
        sales = "1 sale" if self.count == 1 else f"{self.count:,} sales"
        return f"{sales} closed within {self.days:,} days, {self.where}, with {size}"


@dataclass(frozen=True, slots=True)
class IndicatedValue:
    """Value of a property from its comparable sales."""

    value: float
    low: float
    high: float
    """Upper end of the range: 80 % of such properties sell between `low` and `high`."""
    standard_error: float
    """Standard error of the sale price around the value, in money."""
    log_error: float
    """Standard error of the logarithm of the price, close to a share of the value."""
    comps: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ranked comparable sales and the reconciled value; `indicated` is None if there are none."""

    as_of: int
    indicated: IndicatedValue | None
    comps: tuple[Comp, ...]
    steps: tuple[Step, ...]
    """Steps of the search; the last one has the final limits."""
    fitting: int
    """Number of sales that met the limits of the last step."""
    rates: tuple[Rate, ...]
    """Adjustment rates of the market or the type, for every characteristic."""
    index: str
    """Source of the time adjustment."""
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SummaryComp:
    """Comparable sale without its adjustments."""

    seq: int
    close_day: int
    price: float
    distance_km: float | None
    adjusted_price: float
    weight: float


@dataclass(frozen=True, slots=True)
class ComparisonSummary:
    """Comparison without the lines of the adjustments: what a valuation is stored with."""

    indicated: IndicatedValue | None
    comps: tuple[SummaryComp, ...]
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
