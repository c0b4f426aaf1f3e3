"""Revaluation of the properties of a market on a schedule, in batches of one short transaction each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.property.figures import find_figures
from backend.app.core_gov.property.market_choice import MarketChoices
from backend.app.core_gov.property.revaluation import BATCH, active_properties
from backend.app.core_gov.property.scheduled_valuations import service
from backend.app.core_gov.property.store import properties
from backend.app.core_gov.property.valuation import Valued, values
from backend.app.core_gov.valuation.schemas import Kind, ValuationRequest
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import BadInput, Conflict, NotFound
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import counted

MAX_REASONS = 3
"""Maximum number of reasons that the sentence on a run gives for properties that could not be valued."""


@dataclass(slots=True)
class MarketRevaluation:
    """Outcome of a run: values computed and stored, and how many properties failed for each reason."""

    computed: int = 0
    stored: int = 0
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def sentence(self) -> str:
        said = f"{counted(self.computed, 'values')} computed, {self.stored:,} stored"
        reasons = "; ".join(f"{count:,} × {reason}" for reason, count in self.failed.most_common(MAX_REASONS))
        return f"{said}, {self.failed.total():,} failed: {reasons}" if self.failed else said


def revalue_market(db: Database, ctx: Ctx, market: str, report: ReportProgress) -> MarketRevaluation:
    """Value the properties of a market as of today, and store the values that have changed by more than rounding.

    All properties that are neither sold nor archived are valued as is, and after repair those that have an ARV.
    `report` is called between batches. Raises NotFound if the market does not exist, Conflict if no property could be
    valued.
    """
    db.snapshot_now(markets.get_market, market)
    done, as_of = MarketRevaluation(), clock.today()
    keys = list(_properties_of_market(db, market, report))
    for first in range(0, len(keys), BATCH):
        batch = keys[first : first + BATCH]
        figures = db.snapshot_now(find_figures, batch)
        repaired = [key for key in batch if key in figures and figures[key].arv is not None]
        valued = [*_valued(db, batch, "as_is", as_of, done), *_valued(db, repaired, "after_repair", as_of, done)]
        report(first, len(keys))
        if valued:
            done.stored += db.write_now(ctx, service.save_changed, market, valued)
            done.computed += len(valued)
        report(first + len(batch), len(keys))
    if done.failed and not done.computed:
        raise Conflict(f"no property of the market {market} could be valued: {next(iter(done.failed))}")
    return done


def _properties_of_market(db: Database, market: str, report: ReportProgress) -> Iterator[str]:
    """Yield the active properties that are valued by the sales of a market."""
    keys, choices = list(active_properties(db)), MarketChoices(db)
    for first in range(0, len(keys), BATCH):
        report(0, len(keys))
        batch = keys[first : first + BATCH]
        for key, stored in db.snapshot_now(properties.find_all, batch).items():
            try:
                chosen = choices.choose(stored.fields).market
            except (BadInput, Conflict, NotFound):  # no market can be chosen for it, or it is damaged
                continue
            if chosen == market:
                yield key


def _valued(db: Database, keys: Sequence[str], kind: Kind, as_of: str, done: MarketRevaluation) -> list[Valued]:
    found = values(db, keys, ValuationRequest(kind=kind, as_of=as_of)) if keys else []
    done.failed.update(each.detail for each in found if not isinstance(each, Valued))
    return [each for each in found if isinstance(each, Valued)]
