"""Terms of a waterfall: tiers in order, each with its partners and its limit. Every choice is a field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from backend.app.core_gov.jv.waterfall.day_count import DayCount

Compounding = Literal["none", "annual", "semiannual", "quarterly", "monthly", "daily"]
PER_YEAR: dict[Compounding, int] = {
    "none": 0,
    "annual": 1,
    "semiannual": 2,
    "quarterly": 4,
    "monthly": 12,
    "daily": 365,
}


@dataclass(frozen=True, slots=True)
class PreferredReturn:
    """Return on the capital of some partners, before profit is split.

    `rate`: per year, 0.08 for 8 %. `rate_kind`: a nominal rate is divided by the compoundings of a year, an effective
    one is what a year adds. `compounding`: how often unpaid return joins the base; none is simple interest. `broken`:
    a part of a period grows by the power of its length (exponent), or in proportion to it (simple). `base`: all capital
    contributed, or only what was not returned.
    """

    partners: tuple[str, ...]
    rate: Decimal
    rate_kind: Literal["nominal", "effective"]
    compounding: Compounding
    broken: Literal["exponent", "simple"]
    base: Literal["contributed", "outstanding"]
    day_count: DayCount


@dataclass(frozen=True, slots=True)
class ReturnOfCapital:
    """Return of the contributions of some partners, in proportion to what each still has in."""

    partners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portion:
    """Share of a tier for some partners, divided among them by the capital that each contributed.

    Partners without capital divide it equally if none of them has contributed.
    """

    share: Decimal
    partners: tuple[str, ...]

    def weights(self, contributed: Mapping[str, int]) -> dict[str, Decimal]:
        """Return the weights by which the partners divide the portion, from the cents that each contributed."""
        found = {partner: Decimal(contributed.get(partner, 0)) for partner in self.partners}
        return found if any(found.values()) else dict.fromkeys(self.partners, Decimal(1))


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Payments to the promote partners until they have `target` of all profit up to here.

    Profit up to here is the preferred return paid and this tier. The portions are shares of this tier; those of
    `partners` must be above the target, or they would never catch up.
    """

    partners: tuple[str, ...]
    target: Decimal
    portions: tuple[Portion, ...]


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Limit of a split: it applies until the tested partners together have reached a return.

    `kind`: an internal rate of return (`value` per year), a multiple of the capital contributed, or simple interest per
    year on capital not yet repaid. `surplus_offsets`: what they received above the hurdle counts against later
    contributions; otherwise it is forgotten.
    """

    kind: Literal["irr", "multiple", "simple"]
    value: Decimal
    tested: tuple[str, ...]
    surplus_offsets: bool
    day_count: DayCount = "actual/365"


@dataclass(frozen=True, slots=True)
class Split:
    """Division of profit by fixed portions, until a hurdle or without an end."""

    portions: tuple[Portion, ...]
    until: Hurdle | None = None


Tier = PreferredReturn | ReturnOfCapital | CatchUp | Split


@dataclass(frozen=True, slots=True)
class Terms:
    """Partners, and the tiers in the order in which they are paid.

    `names`: a name for each tier, by which an amendment finds it again; empty if nothing is amended.
    """

    partners: tuple[str, ...]
    tiers: tuple[Tier, ...]
    names: tuple[str, ...] = ()


def faults(terms: Terms) -> Iterator[str]:
    """Yield what is wrong with the terms, a sentence each, with the number of the tier."""
    if len(set(terms.partners)) != len(terms.partners):
        yield "a partner is named twice"
    for number, tier in enumerate(terms.tiers, 1):
        for fault in _faults_of(terms, tier):
            yield f"tier {number}: {fault}"
        if isinstance(tier, CatchUp) and not any(isinstance(each, PreferredReturn) for each in terms.tiers[:number]):
            yield f"tier {number}: no preferred return is before it that its partners could catch up with"
        if isinstance(tier, Split) and tier.until is None and number < len(terms.tiers):
            yield f"tier {number + 1}: it is never reached, because tier {number} has no end"
    if not terms.tiers or not isinstance(terms.tiers[-1], Split) or terms.tiers[-1].until is not None:
        yield "the last tier must be a split without an end: cash would be left over"
    yield from _unreachable(terms)


def _faults_of(terms: Terms, tier: Tier) -> Iterator[str]:
    for partners in _groups(tier):
        if twice := sorted({partner for partner in partners if partners.count(partner) > 1}):
            yield f"{', '.join(twice)} is named twice"
    unknown = sorted(_named(tier) - set(terms.partners))
    if unknown:
        yield f"{', '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} not in the agreement"
    if isinstance(tier, PreferredReturn | ReturnOfCapital) and not tier.partners:
        yield "no partner takes part in it"
    if isinstance(tier, PreferredReturn) and not 0 < tier.rate < 1:
        yield "the rate must be above 0 % and below 100 %"
    if isinstance(tier, CatchUp | Split):
        total = sum((portion.share for portion in tier.portions), Decimal(0))
        if total != 1:
            yield f"its portions add up to {percent(total)}, not 100 %"
        if any(portion.share <= 0 or not portion.partners for portion in tier.portions):
            yield "each portion needs a share above 0 and a partner"
    if isinstance(tier, CatchUp) and tier.target <= 0:
        yield "its target must be above 0 %"
    if isinstance(tier, CatchUp) and share_of(tier.portions, tier.partners) <= tier.target:
        yield "its promote partners never catch up: their share of it must be above the target"
    if isinstance(tier, Split) and tier.until is not None and not _gets_some(tier.portions, tier.until.tested):
        yield "the partners that its hurdle tests get nothing from it, so the hurdle is never reached"


def _gets_some(portions: tuple[Portion, ...], partners: tuple[str, ...]) -> bool:
    return any(partner in portion.partners for portion in portions for partner in partners)


def _groups(tier: Tier) -> list[tuple[str, ...]]:
    """Return the lists of partners in a tier."""
    groups: list[tuple[str, ...]] = []
    if isinstance(tier, PreferredReturn | ReturnOfCapital | CatchUp):
        groups.append(tier.partners)
    if isinstance(tier, CatchUp | Split):
        groups += [portion.partners for portion in tier.portions]
    if isinstance(tier, Split) and tier.until is not None:
        groups.append(tier.until.tested)
    return groups


def _named(tier: Tier) -> set[str]:
    return {partner for partners in _groups(tier) for partner in partners}


def _unreachable(terms: Terms) -> Iterator[str]:
    """Yield hurdles that an earlier one of the same kind and partners has passed already."""
    passed: dict[tuple[str, frozenset[str]], tuple[int, Decimal]] = {}
    for number, tier in enumerate(terms.tiers, 1):
        if not isinstance(tier, Split) or tier.until is None:
            continue
        if tier.until.kind == "multiple" and tier.until.value <= 1 and _is_returned(terms, number, tier.until.tested):
            yield f"tier {number}: its hurdle is met as soon as the capital is returned, so nothing is paid under it"
        key = (tier.until.kind, frozenset(tier.until.tested))
        if key in passed and tier.until.value <= passed[key][1]:
            yield f"tier {number}: its hurdle is not above that of tier {passed[key][0]}"
        passed[key] = (number, tier.until.value)


def _is_returned(terms: Terms, number: int, partners: tuple[str, ...]) -> bool:
    """Return whether the tiers before one return all capital of some partners."""
    returned = [tier.partners for tier in terms.tiers[:number] if isinstance(tier, ReturnOfCapital)]
    return set(partners) <= {partner for each in returned for partner in each}


def percent(share: Decimal) -> str:
    """Return a share in percent, such as 8 %."""
    return f"{(share * 100).normalize():f} %"


def share_of(portions: tuple[Portion, ...], partners: tuple[str, ...]) -> Decimal:
    """Return the share of the portions whose partners are all among these."""
    wanted = set(partners)
    return sum((portion.share for portion in portions if wanted.issuperset(portion.partners)), Decimal(0))
