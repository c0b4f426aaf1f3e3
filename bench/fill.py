"""Fill of a store through the services, as the API does, but with many records per transaction and without HTTP."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

from backend.app.bootstrap import Store, job, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.schemas import DealLinkCreate, PartnerCreate
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealCreate
from backend.app.kit.db import Tx
from backend.app.settings import Settings

UNIT = 500
"""Records per transaction."""

AT_ONCE = 4
"""Concurrent transactions, which a database may commit together."""

DEALS_OF_A_PARTNER = 50
_MAX_PARTNERS = 100

_BODY = (
    "Hi Dana, it is Sam from Valhalla. Are you still looking for a duplex in Hamilton? One has just come in on "
    "Elm Street, two units, both rented. Would Thursday suit you for a look?"
)
_STATUSES: tuple[Literal["draft", "ready"], ...] = ("ready", "draft", "draft", "draft")
_CHANNELS: tuple[tuple[Literal["sms", "dm", "letter", "email", "other"], str], ...] = (
    ("sms", "+1 416 555 0123"),
    ("dm", "@dana.looks.for.a.duplex"),
    ("letter", "114 Elm Street, Hamilton"),
    ("email", "dana@example.com"),
    ("other", "the notice board at the club"),
)
_A_TEXT_MESSAGE = 5
"""Number of a draft with channel sms and status draft."""
_DEAL_STATUSES: tuple[Literal["lead", "analyzing", "offered", "under_contract", "closed"], ...] = (
    "lead",
    "analyzing",
    "offered",
    "under_contract",
    "closed",
)

Advance = Callable[[int], None]
"""Progress callback: number of records since the last call."""


@dataclass(slots=True)
class Filled:
    """Content of a filled store: ids and positions in lists for requests, and the seconds that filling took."""

    drafts: list[str] = field(default_factory=list)
    deals: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    cursor_key: str = ""
    records: int = 0
    seconds: float = 0.0


def planned(drafts: int) -> int:
    """Return the number of records that `fill` creates for this many drafts."""
    return drafts + _deals(drafts) + _partners(drafts) * (1 + DEALS_OF_A_PARTNER)


def fill(settings: Settings, drafts: int, advance: Advance) -> Filled:
    """Fill an empty store with this many drafts, and with deals, partners and links in proportion."""
    filled = Filled()
    started = time.perf_counter()
    with open_store(settings) as opened:
        filling = _Filling(opened, filled, advance)
        filling.units(_deals(drafts), filling.deal, filled.deals)
        filling.units(_partners(drafts), filling.partner, filled.partners)
        filling.units(len(filled.partners) * DEALS_OF_A_PARTNER, filling.link, [])
        filling.units(drafts, filling.draft, filled.drafts)
    filled.seconds = time.perf_counter() - started
    return filled


def draft_json() -> str:
    """Return the body of a POST: a text message of typical length, each to a different number."""
    draft = _draft(_A_TEXT_MESSAGE, "deal_0195d3a1c2f4a1b2c3d4e5f60718293a")
    return json.dumps(draft | {"to": "+1 416 736 {nnnn}"})


def draft_texts(drafts: int) -> list[str]:
    """Return this many POST bodies, as varied as the drafts of a filled store, for services without deals."""
    deals = _deals(drafts)
    return [json.dumps(_draft(number, f"deal_{number % deals:032x}")) for number in range(drafts)]


def _deals(drafts: int) -> int:
    return max(DEALS_OF_A_PARTNER, drafts // 10)


def _partners(drafts: int) -> int:
    return min(_MAX_PARTNERS, max(2, drafts // 100))


def _draft(number: int, deal_id: str) -> dict[str, Any]:
    channel, to = _CHANNELS[number % len(_CHANNELS)]
    return {
        "channel": channel,
        "status": _STATUSES[number % len(_STATUSES)],
        "to": to,
        "subject": "Duplex on Elm Street",
        "body": _BODY,
        "deal_id": deal_id,
        "contact_id": f"ct_{number % 977:032x}",
        "tone": "friendly",
        "tags": ["buyers"],
        "meta": {"source": "bench", "round": number % 7},
    }


class _Filling:
    def __init__(self, opened: Store, filled: Filled, advance: Advance) -> None:
        self._store, self._filled, self._advance = opened, filled, advance

    def units(self, count: int, make: Callable[[Tx, int], str], ids: list[str]) -> None:
        """Create `count` records in transactions, and keep their ids."""

        def unit(numbers: range) -> list[str]:
            return self._store.db.write_now(job("bench"), _unit, make, numbers)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for made in pool.map(unit, _chunks(count)):
                ids += made
                self._filled.records += len(made)
                self._advance(len(made))

    def deal(self, tx: Tx, number: int) -> str:
        payload = DealCreate(
            name=f"{number} Elm Street",
            status=_DEAL_STATUSES[number % len(_DEAL_STATUSES)],
            strategy="brrrr",
            address=f"{number} Elm Street, Hamilton",
            price=412000 + number,
            arv=565000.5 + number,
            currency="CAD" if number % 3 else "USD",
            tags=["off-market"],
        )
        return _id(deals.create_deal(tx, payload).fields)

    def partner(self, tx: Tx, number: int) -> str:
        payload = PartnerCreate(name=f"Partner {number}", role="buyer", email=f"partner{number}@example.com")
        return _id(jv.create_partner(tx, payload).fields)

    def link(self, tx: Tx, number: int) -> str:
        partner, _ = divmod(number, DEALS_OF_A_PARTNER)
        payload = DealLinkCreate(
            partner_id=self._filled.partners[partner],
            deal_id=self._filled.deals[number % len(self._filled.deals)],
            split_notes="50/50 after costs",
        )
        return _id(jv.create_link(tx, payload).fields)

    def draft(self, tx: Tx, number: int) -> str:
        deal_id = self._filled.deals[number % len(self._filled.deals)]
        return _id(comms.create_draft(tx, DraftCreate(**_draft(number, deal_id))).fields)


def _unit(tx: Tx, make: Callable[[Tx, int], str], numbers: range) -> list[str]:
    return [make(tx, number) for number in numbers]


def _id(fields: dict[str, Any]) -> str:
    return str(fields["id"])


def _chunks(count: int) -> Iterator[range]:
    return (range(start, min(start + UNIT, count)) for start in range(0, count, UNIT))
