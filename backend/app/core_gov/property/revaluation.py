"""Revaluation of many properties, one transaction each, so that an interrupted run can be resumed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from backend.app.core_gov.market.columns import date_of
from backend.app.core_gov.property import service
from backend.app.core_gov.property.store import properties, valuations
from backend.app.core_gov.property.valuation import Valued, value
from backend.app.core_gov.valuation.schemas import Kind, ValuationRequest
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput, Conflict, NotFound, StoreFull, StoreUnavailable, failed_after
from backend.app.kit.fields import load
from backend.app.kit.output.progress import ReportProgress

NOT_VALUED = frozenset({"sold", "archived"})
"""Statuses that are skipped when all properties are revalued."""

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


def revalue(db: Database, ctx: Ctx, request: RevaluationRequest, report: ReportProgress) -> RevaluationOutcome:
    """Value each property and store what differs from its last valuation. Raises NotFound for an unknown id.

    Failures of single properties are collected and reported at the end. A failure of the store stops the run.
    """
    for property_id in request.property_ids:
        if db.snapshot_now(properties.find, property_id) is None:
            raise NotFound(f"property {property_id}")
    keys = list(request.property_ids) or list(_active_properties(db))
    outcome = RevaluationOutcome()
    payload = ValuationRequest(kind=request.kind, as_of=date_of(request.as_of).isoformat())
    for number, property_id in enumerate(keys, 1):
        try:
            found = value(db, property_id, payload)
            if db.snapshot_now(_is_unchanged, found):
                outcome.same += 1
            else:
                db.write_now(ctx, service.save_valuation, found)
                outcome.valued += 1
        except (BadInput, Conflict, NotFound) as error:
            outcome.failed[property_id] = error.detail
        except (StoreFull, StoreUnavailable) as error:
            raise failed_after(error, f"{outcome.valued:,} valuations were stored before that") from error
        report(number, len(keys))
    return outcome


def _active_properties(db: Database) -> Iterator[str]:
    with db.stream(properties.every) as chunks:
        for chunk in chunks:
            for row in chunk:
                fields = load(row[0])
                if fields.get("status") not in NOT_VALUED and isinstance(fields.get("id"), str):
                    yield fields["id"]


def _is_unchanged(tx: Tx, found: Valued) -> bool:
    """Return True if the last stored valuation of this kind has the same inputs and the same value."""
    page = valuations.page(tx, {"property_id": found.property_id, "kind": found.values["kind"]}, 1, None)
    if not page.docs:
        return False
    last = valuations.read(page.docs[0]).fields
    return all(last.get(name) == found.values[name] for name in _COMPARED_FIELDS)
