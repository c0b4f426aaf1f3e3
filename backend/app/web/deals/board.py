"""View of the board: a column for each stage, with its latest deals and the totals of all."""

from dataclasses import dataclass
from typing import Any, cast, get_args

from backend.app.deals import service as deals
from backend.app.deals.schemas import DealQuery, DealStatus, Strategy
from backend.app.deals.totals import StageTotal
from backend.app.kit import clock
from backend.app.kit.cents import amount_of
from backend.app.kit.db import Tx
from backend.app.kit.fields import FilterText
from backend.app.kit.query import Several
from backend.app.web.deals.cards import DealCard, card_of
from backend.app.web.queries import PageQuery

STAGES: tuple[DealStatus, ...] = get_args(DealStatus)
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

MAX_CARDS = 30
"""Maximum number of deals that a column shows."""


class BoardQuery(PageQuery):
    """Filters of the board."""

    strategy: Several[Strategy] | None = None
    owner: FilterText | None = None


@dataclass(frozen=True, slots=True)
class CurrencySum:
    """Sums of a stage in one currency; None if no amount is known."""

    currency: str
    price: int | float | None
    arv: int | float | None


@dataclass(frozen=True, slots=True)
class StageColumn:
    """A stage on the board. `count` and `sums` are of all its deals, `cards` of the latest."""

    stage: str
    count: int
    sums: list[CurrencySum]
    cards: list[DealCard]


def board(tx: Tx, query: BoardQuery) -> dict[str, Any]:
    totals = deals.stage_totals(tx, cast(list[str] | None, query.strategy), query.owner)
    today = clock.today()
    return {
        "columns": [
            _column(tx, stage, [each for each in totals if each.status == stage], query, today) for stage in STAGES
        ],
        "filters": query,
        "query": query.given,
        "strategies": STRATEGIES,
        "stages": STAGES,
    }


def _column(tx: Tx, stage: str, totals: list[StageTotal], query: BoardQuery, today: str) -> StageColumn:
    wanted = {**query.given, "status": stage, "sort": "-updated_at", "limit": MAX_CARDS}
    found = deals.list_deals(tx, DealQuery.model_validate(wanted))
    return StageColumn(
        stage,
        sum(each.deals for each in totals),
        _sums(totals),
        [card_of(doc, today) for doc in found.docs],
    )


def _sums(totals: list[StageTotal]) -> list[CurrencySum]:
    known = (each for each in totals if each.price_cents is not None or each.arv_cents is not None)
    return [CurrencySum(each.currency, _amount(each.price_cents), _amount(each.arv_cents)) for each in known]


def _amount(cents: int | None) -> int | float | None:
    return None if cents is None else amount_of(cents)
