"""Revaluation of many properties in batches, one transaction each, so that an interrupted run can be resumed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from backend.app.core_gov.market.columns import Subject, date_of
from backend.app.core_gov.property import service
from backend.app.core_gov.property.figures import find_figures
from backend.app.core_gov.property.market_choice import MarketChoices
from backend.app.core_gov.property.scheduled_valuations.store import latest as latest_scheduled
from backend.app.core_gov.property.store import properties, valuations
from backend.app.core_gov.property.subject import in_market
from backend.app.core_gov.property.valuation import Valued, values
from backend.app.core_gov.valuation.schemas import Kind, ValuationRecord, ValuationRequest
from backend.app.core_gov.valuation.snapshot import snapshot_of
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import AppError, BadInput, Conflict, NotFound, StoreFull, StoreUnavailable, failed_after
from backend.app.kit.fields import load
from backend.app.kit.lists.columns import cents_key
from backend.app.kit.output.progress import ReportProgress

NOT_VALUED = frozenset({"sold", "archived"})
"""Statuses that are skipped when all properties are revalued."""

BATCH = 128
"""Properties in one transaction: it holds the write lock for some hundredths of a second."""

MAX_REASONS = 20

_COMPARED_FIELDS = ("as_of", "kind", "market", "model_version", "data_fingerprint", "subject", "value")


@dataclass(frozen=True, slots=True)
class RevaluationRequest:
    """Properties to value and the kind of value; no ids means all properties that are not sold or archived."""

    as_of: int
    kind: Kind
    property_ids: tuple[str, ...] = ()


@dataclass(slots=True)
class RevaluationOutcome:
    """Outcome of a revaluation: counts of properties valued and unchanged, and the reason for each failure."""

    valued: int = 0
    same: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the outcome as lines of text."""
        found = [f"{self.valued:,} valued, {self.same:,} unchanged, {len(self.failed):,} failed"]
        reasons = Counter(self.failed.values())
        for reason, count in reasons.most_common(MAX_REASONS):
            example = next(key for key, why in self.failed.items() if why == reason)
            found.append(f"  {count:,} × {reason} (such as {example})")
        return found


@dataclass(frozen=True, slots=True)
class _Revalued:
    """A property with the valuation to store; without one it is unchanged, or has failed for a reason."""

    property_id: str
    prepared: tuple[Valued, ValuationRecord] | None = None
    failure: str | None = None


def revalue(db: Database, ctx: Ctx, request: RevaluationRequest, report: ReportProgress) -> RevaluationOutcome:
    """Value each property and store what differs from its last valuation. Raises NotFound for an unknown id.

    Failures of single properties are collected and reported at the end. A failure of the store stops the run.
    """
    for property_id in request.property_ids:
        if db.snapshot_now(properties.find, property_id) is None:
            raise NotFound(f"property {property_id}")
    keys = [*dict.fromkeys(request.property_ids)] or list(active_properties(db))
    run = _BatchRun(db, ctx, report, len(keys))
    payload = ValuationRequest(kind=request.kind, as_of=date_of(request.as_of).isoformat())
    with ThreadPoolExecutor(1, "store valuations") as pool:
        storing: Future[None] | None = None
        for batch in (keys[first : first + BATCH] for first in range(0, len(keys), BATCH)):
            found = run.valued(batch, payload)
            if storing is not None:
                storing.result()
            storing = pool.submit(run.store, found)
        if storing is not None:
            storing.result()
    return run.outcome


class _BatchRun:
    """Valuing and storing of batches. A batch is stored while the next one is valued."""

    def __init__(self, db: Database, ctx: Ctx, report: ReportProgress, whole: int) -> None:
        self._db, self._ctx, self._report, self._whole = db, ctx, report, whole
        self._done = 0
        self.outcome = RevaluationOutcome()

    def valued(self, property_ids: Sequence[str], payload: ValuationRequest) -> list[_Revalued]:
        """Value properties. A valuation that is not to be stored has no record."""
        found = values(self._db, property_ids, payload)
        unchanged = self._db.snapshot_now(_unchanged, [each for each in found if isinstance(each, Valued)])
        revalued: list[_Revalued] = []
        for property_id, each in zip(property_ids, found, strict=True):
            if not isinstance(each, Valued):
                revalued.append(_Revalued(property_id, failure=each.detail))
            elif (reason := unchanged.get(property_id)) is not None:
                revalued.append(_Revalued(property_id, failure=reason or None))
            else:
                revalued.append(_prepared(each))
        return revalued

    def store(self, revalued: Sequence[_Revalued]) -> None:
        """Store the valuations of a batch in one transaction. Raises StoreFull or StoreUnavailable."""
        new = [each.prepared for each in revalued if each.prepared is not None]
        try:
            saved = self._db.write_now(self._ctx, service.save_valuations, new) if new else []
        except (StoreFull, StoreUnavailable) as error:
            raise failed_after(error, f"{self.outcome.valued:,} valuations were stored before that") from error
        failures = {
            found.property_id: each.detail
            for (found, _), each in zip(new, saved, strict=True)
            if isinstance(each, NotFound | Conflict)
        }
        for each in revalued:
            failure = failures.get(each.property_id, each.failure)
            if failure is not None:
                self.outcome.failed[each.property_id] = failure
            elif each.prepared is None:
                self.outcome.same += 1
            else:
                self.outcome.valued += 1
            self._done += 1
            self._report(self._done, self._whole)


def _prepared(found: Valued) -> _Revalued:
    try:
        return _Revalued(found.property_id, (found, service.prepared_valuation(found)))
    except BadInput as error:
        return _Revalued(found.property_id, failure=error.detail)


def active_properties(db: Database) -> Iterator[str]:
    """Yield the ids of all properties that are not sold or archived."""
    with db.stream(properties.every) as chunks:
        for chunk in chunks:
            for row in chunk:
                fields = load(row[0])
                if fields.get("status") not in NOT_VALUED and isinstance(fields.get("id"), str):
                    yield fields["id"]


def active_subjects(db: Database, market: str, as_of: int) -> dict[str, Subject]:
    """Return the subjects of all properties whose values use the sales of a market, by property id.

    Properties that are sold or archived, or that cannot be valued by any market, are left out.
    """
    choices, found = MarketChoices(db), dict[str, Subject]()
    keys, snapshot = [*active_properties(db)], snapshot_of(db, market, as_of)
    for batch in (keys[first : first + BATCH] for first in range(0, len(keys), BATCH)):
        homes = {}
        for key, stored in db.snapshot_now(properties.find_all, batch).items():
            with suppress(AppError):  # damaged, or of a market in another country: revaluation says so
                if choices.choose(stored.fields).market == market:
                    homes[key] = stored.fields
        placed = in_market(db, snapshot, list(homes.values()))
        found |= {key: placement.subject for key, placement in zip(homes, placed, strict=True)}
    return found


def _unchanged(tx: Tx, found: Sequence[Valued]) -> dict[str, str]:
    """Return the properties whose last stored valuation of this kind has the same inputs and the same value.

    A property whose last valuation is not valid has the reason, the others an empty text.
    """
    keys = [each.property_id for each in found]
    figures = find_figures(tx, keys)
    scheduled = {(last.property_id, last.kind) for last in latest_scheduled(tx, keys)}
    unchanged = {}
    for each in found:
        figure, kind = figures.get(each.property_id), each.values["kind"]
        is_same = figure is not None and figure.of_kind(kind) == cents_key(each.values["value"])
        if is_same or (each.property_id, kind) in scheduled:
            try:
                if _is_unchanged(tx, each):
                    unchanged[each.property_id] = ""
            except Conflict as error:
                unchanged[each.property_id] = error.detail
    return unchanged


def _is_unchanged(tx: Tx, found: Valued) -> bool:
    """Return True if the last stored valuation of this kind has the same inputs and the same value."""
    page = valuations.page(tx, {"property_id": found.property_id, "kind": found.values["kind"]}, 1, None)
    if not page.docs:
        return False
    last = valuations.read(page.docs[0]).fields
    return all(last.get(name) == found.values[name] for name in _COMPARED_FIELDS)
