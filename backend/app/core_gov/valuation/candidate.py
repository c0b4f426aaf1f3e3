"""Retraining of a market: a new model is used only if it is not worse than the one in use.

The last quarter of sales decides. A trial is trained on the sales before it, as the new model is on those before today.
Both the trial and a model in use that is at least as old value the quarter, each sale as of its own day, with the same
comparable sales. If the trial is worse by more than chance explains, the new model is stored and not used.
docs/decisions/0037 has the reasons.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import date_of
from backend.app.core_gov.valuation import service
from backend.app.core_gov.valuation.model.model import Model
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.model_errors import MIN_COMPARED, log_errors, median_error, sold_rows
from backend.app.core_gov.valuation.models_in_use import use_model
from backend.app.core_gov.valuation.schemas import CandidateComparison
from backend.app.core_gov.valuation.service import Decision
from backend.app.kit.arrays import Floats
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import Conflict
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import counted

QUARTER_DAYS = 91
MAX_ERROR = 0.5
"""Cap on an absolute log error, so that a few odd sales do not decide."""

_PHASES = 3
"""Phases of a retraining: the trial, the values of the quarter, the new model."""


@dataclass(frozen=True, slots=True)
class RetrainedModel:
    """Result of a retraining. `new` is False if the same model was stored already, with its decision.

    `not_compared` is the reason why a new model was not compared with the one in use; None if it was.
    """

    card: Card
    new: bool
    not_compared: str | None = None

    def sentences(self) -> list[str]:
        """Return what was decided, and what to check, in words."""
        return [*self._decision(), *map(_caution, self.card.revealing_columns)]

    def _decision(self) -> list[str]:
        anyway = f"`valhalla market models use {self.card.id}` uses it"
        if self.card.comparison is None:
            if not self.card.in_use:
                return [f"it is set aside; {anyway}"]
            return [f"not compared with a model in use: {self.not_compared}"] if self.not_compared else []
        found = CandidateComparison.model_validate(self.card.comparison)
        figures = comparison_sentence(found)
        if found.passed:
            return [f"compared: {figures}"] + ([] if self.card.in_use else [f"it is set aside; {anyway}"])
        if self.card.in_use:
            return [f"it is used although it was worse: {figures}"]
        return [f"it is not used, because it is worse: {figures}; {anyway} anyway"]


def comparison_sentence(found: CandidateComparison) -> str:
    """Return the figures of a comparison in words."""
    more = "more" if found.mean_difference > 0 else "less"
    return (
        f"median error {_percent(found.median_error)} as newly trained, {_percent(found.incumbent_median_error)} by "
        f"{found.incumbent_id} of {found.incumbent_until}, on {found.sales:,} sales since {found.since} that neither "
        f"was trained on; mean error {100 * abs(found.mean_difference):.2f} points {more}, standard error "
        f"{100 * found.standard_error:.2f}"
    )


def _caution(column: str) -> str:
    return (
        f"check the further column {column}: it ranks the sales as their prices do, so it may be the price in another "
        "form, which later homes will not have"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def retrain_market(
    db: Database, ctx: Ctx, market: str, today: int, report: ReportProgress, *, compare: bool = True
) -> RetrainedModel:
    """Train a model on all sales before today, and use it unless it is worse than the one in use.

    If there is nothing to compare with, or without `compare`, it is used. If the sales have not changed since a
    training of the same day, the stored model and its decision are returned; without `compare`, that one is then used.

    Raises NotFound if the market does not exist, Conflict if it has too few sales.
    """
    db.snapshot_now(markets.get_market, market)
    known = service.same_model(db, market, today)
    if known is None:
        found: CandidateComparison | str = "as asked" if not compare else _compared(db, market, today, report)
        if isinstance(found, str):
            trained = service.train_market(db, ctx, market, today, report)
            return RetrainedModel(trained.card, trained.new, found)
        decision = Decision(found.passed, found)
        trained = service.train_market(db, ctx, market, today, _phase(report, 2), decision)
        return RetrainedModel(trained.card, trained.new)
    if not compare and not known.in_use:
        db.write_now(ctx, use_model, known.id)
        known = service.same_model(db, market, today) or known
    return RetrainedModel(known, new=False)


def _compared(db: Database, market: str, today: int, report: ReportProgress) -> CandidateComparison | str:
    """Return the comparison with the model in use, or why there is none."""
    since = today - QUARTER_DAYS
    found = service.model_for(db, market, since)
    if found is None:
        return f"none in use was trained on the sales before {date_of(since)} or earlier"
    count = len(sold_rows(db, market, since, today))
    if count < MIN_COMPARED:
        return f"{counted(count, 'usable sales', 'have')} closed since {date_of(since)}, {MIN_COMPARED} are needed"
    card, incumbent = found
    try:
        trial = _trial(db, market, since, _phase(report, 0))
    except Conflict as error:
        return error.detail
    errors = log_errors(db, market, (trial, incumbent), since, today, _phase(report, 1))
    if errors.shape[1] < MIN_COMPARED:
        return f"only {errors.shape[1]} sales since {date_of(since)} could be valued, {MIN_COMPARED} are needed"
    difference, standard_error = mean_difference(*errors)
    return CandidateComparison(
        passed=bool(difference <= standard_error),
        incumbent_id=card.id,
        incumbent_until=card.until,
        since=date_of(since).isoformat(),
        until=date_of(today).isoformat(),
        sales=errors.shape[1],
        median_error=median_error(errors[0]),
        incumbent_median_error=median_error(errors[1]),
        mean_difference=round(difference, 6),
        standard_error=round(standard_error, 6),
    )


def mean_difference(trial: Floats, incumbent: Floats) -> tuple[float, float]:
    """Return the mean of the paired differences of capped absolute log errors, trial minus incumbent, and its error.

    The standard error is that of a mean of independent differences.
    """
    differences = np.minimum(np.abs(trial), MAX_ERROR) - np.minimum(np.abs(incumbent), MAX_ERROR)
    return float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(len(differences)))


def _trial(db: Database, market: str, until: int, report: ReportProgress) -> Model:
    known = service.same_model(db, market, until)
    return service.train_model(db, market, until, report) if known is None else service.load_model(db, known)


def _phase(report: ReportProgress, phase: int) -> ReportProgress:
    """Return a report of the progress of one phase, in percent of each of the phases."""
    return lambda done, total: report(100 * phase + 100 * done // max(total, 1), 100 * _PHASES)
