"""Fill of a store for the console: deals and properties, some of them valued, and a market with sales.

Messages, partners and links come from `fill`. Properties resemble the homes of the market, so that they have
comparable sales.
"""

import json
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from backend.app.bootstrap import job, open_store
from backend.app.core_gov.property import service as properties
from backend.app.core_gov.property.schemas import PropertyCreate
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealCreate
from backend.app.kit.db import Tx
from bench.bulk_sales import fill_with_sales
from bench.county import home
from bench.fill import UNIT, Advance, fill
from bench.made_up_county import AFTER, HouseSale, house_sales
from bench.servers import Server, ServerFailed
from bench.stores import BenchStore

MARKET = "county"
SALES = 20_000
"""Largest number of sales of the market."""

VALUED = 40
"""Properties with a value as is and after repair, comparable sales, repairs and a rating."""

SENT = 100
"""Messages in the send log."""

COLD_S = 600.0
_STATUSES = ("tracked", "analyzing", "offered", "under_contract", "sold", "archived")
_STAGES = ("lead", "analyzing", "offered", "under_contract", "closed", "dead")
_STREETS = ("Oak Avenue", "Elm Street", "Maple Drive", "5th Avenue NE", "rue Sainte-Catherine", "King Street West")
_CITIES = ("Grand Island", "Kearney", "Hastings", "York", "Aurora", "Saint-Édouard")
_OWNERS = ("mei", "luc", "dana", None)
_ACTIONS = ("Call the seller", "Send the offer", None)


@dataclass(slots=True)
class FilledConsole:
    """Ids for the paths of pages: of deals, of the properties to value, and of messages and partners."""

    deals: list[str] = field(default_factory=list)
    valued: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)


def planned(records: int) -> int:
    """Return the number of records that `fill_console` counts."""
    return 2 * records


def fill_console(store: BenchStore, records: int, advance: Advance) -> FilledConsole:
    """Fill an empty store with this many deals and properties, and a tenth as many messages."""
    some = fill(store.settings, max(1, records // 10), lambda count: None)
    fill_with_sales(store, MARKET, house_sales(min(SALES, records)), lambda count: None)
    filled = FilledConsole(partners=some.partners, drafts=some.drafts)
    property_ids: list[str] = []
    with open_store(store.settings) as opened:
        homes = enumerate(house_sales(records))
        while unit := list(islice(homes, UNIT)):
            for deal_id, property_id in opened.db.write_now(job("bench"), _unit, unit):
                filled.deals.append(deal_id)
                property_ids.append(property_id)
            advance(2 * len(unit))
    filled.valued = property_ids[:VALUED]
    return filled


def _unit(tx: Tx, homes: list[tuple[int, HouseSale]]) -> list[tuple[str, str]]:
    return [_deal_and_property(tx, number, sale) for number, sale in homes]


def _deal_and_property(tx: Tx, number: int, sale: HouseSale) -> tuple[str, str]:
    address = f"{number % 9_973} {_STREETS[number % len(_STREETS)]}"
    deal = DealCreate.model_validate(
        {
            "name": address,
            "address": f"{address}, {_CITIES[number % len(_CITIES)]}",
            "status": _STAGES[number // 7 % len(_STAGES)],
            "strategy": "brrrr",
            "price": round(sale.price * 0.7),
            "arv": sale.price,
            "currency": "USD",
            "owner": _OWNERS[number % len(_OWNERS)],
            "next_action": _ACTIONS[number % len(_ACTIONS)],
            "next_action_date": "2026-12-01" if number % len(_ACTIONS) < 2 else None,
        }
    )
    deal_id = str(deals.create_deal(tx, deal).fields["id"])
    row = home(dict(zip(HouseSale._fields, map(str, sale), strict=True)))
    created = PropertyCreate.model_validate(
        row.model_dump(exclude_none=True)
        | {
            "address": address,
            "city": _CITIES[number % len(_CITIES)],
            "region": "NE",
            "status": _STATUSES[number // 5 % len(_STATUSES)],
            "owner": _OWNERS[number % len(_OWNERS)],
            "deal_id": deal_id,
        }
    )
    return deal_id, str(properties.create_property(tx, created).fields["id"])


def mark_messages_sent(server: Server, draft_ids: list[str]) -> None:
    for draft_id in draft_ids:
        server.must("POST", f"/core/comms/drafts/{draft_id}/mark_sent")


def value_properties(server: Server, property_ids: list[str]) -> None:
    """Estimate repairs and neighborhood of properties, compare them, and value them as is and after repair."""
    for property_id in property_ids:
        path = f"/core/property/properties/{property_id}"
        for request, body in _ESTIMATES:
            server.must("POST", f"{path}/{request}", json.dumps(body), COLD_S)
        compared = json.dumps({"property_id": property_id} | _DAY)
        found = json.loads(server.must("POST", "/core/property/comps", compared, COLD_S))
        if not found["comps"]:
            raise ServerFailed(f"a property was compared with nothing: {str(found)[:500]}")


_DAY = {"as_of": AFTER.isoformat()}
_ESTIMATES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("neighborhood_rating", {"score": 71, "factors": {"schools": 8, "transit": 6}}),
    ("repair_rent", {"est_repairs": 42_000, "est_rent": 2_150, "assumptions": {"vacancy": 0.05}}),
    ("valuation", _DAY),
    ("valuation", _DAY | {"kind": "after_repair"}),
)
