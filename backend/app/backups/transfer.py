"""`valhalla transfer`: a store copied unchanged to another location, in resumable pieces."""

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from backend.app import __version__
from backend.app.backups.contents import STATE, check, tables
from backend.app.backups.restore import refuse_unless_empty
from backend.app.core_gov.comms.delivery import hold
from backend.app.kit.archive.manifest import Facts
from backend.app.kit.archive.source import InvalidRows, Source
from backend.app.kit.archive.stores import StoreLocation
from backend.app.kit.archive.target import compare, fill, in_current_schema
from backend.app.kit.errors import Conflict, StoreFull, StoreUnavailable
from backend.app.kit.output.progress import ProgressBars

log = structlog.get_logger("transfer")

SENDING = "0007"
"""First schema with deliveries: an older store sends nothing, and is not changed by a transfer."""


class TransferMark(BaseModel):
    """Note in an unfinished store: its source, and the facts that must be true at the end."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    source: str
    store: dict[str, str]
    facts: dict[str, Facts]

    def is_of(self, source: Source) -> bool:
        """Return whether this is the source of the interrupted transfer, unchanged as far as its row counts show."""
        counts = {name: facts.count for name, facts in self.facts.items()}
        return (self.store, counts) == (source.store, source.counts)


def transfer(
    here: StoreLocation,
    there: StoreLocation,
    bars: ProgressBars,
    *,
    start_over: bool = False,
    invalid: InvalidRows | None = None,
) -> dict[str, Facts]:
    """Copy everything from one location to another and return the facts of each table. Resume an interrupted transfer.

    The target is read back and compared with the source line by line. `invalid` collects rows that are copied although
    this version would not write them. Raises BadArchive and Conflict.
    """
    if here == there:
        raise Conflict(f"{here} cannot be transferred to itself")
    with here.held(to_read=True), there.held():
        if start_over and there.mark():
            there.discard(tables())
        with here.source(tables(), STATE, __version__) as found, in_current_schema(found, tables(), STATE) as source:
            mark = _begun(source, there) or _begin(source, there, bars, InvalidRows() if invalid is None else invalid)
            try:
                _copy(source, there, mark, bars)
            except (StoreFull, StoreUnavailable) as error:
                raise type(error)(f"{error.detail}; the copied rows are kept, and the same command resumes") from error
        if found.revision >= SENDING:
            _hold_sending(here, there)
    return mark.facts


def _begun(source: Source, there: StoreLocation) -> TransferMark | None:
    text = there.mark()
    if not text:
        return None
    try:
        mark = TransferMark.model_validate_json(text)
    except ValidationError:
        raise Conflict(
            f"the unfinished transfer in {there} is not of this version; start again with --start-over"
        ) from None
    if not mark.is_of(source):
        raise Conflict(
            f"{there} holds part of {mark.source} as it was, and {source.where} is another store or has changed since; "
            "start again with --start-over"
        )
    return mark


def _begin(source: Source, there: StoreLocation, bars: ProgressBars, invalid: InvalidRows) -> TransferMark:
    refuse_unless_empty(there)
    with bars("checking") as report:
        facts = check(source, report, invalid)
    return TransferMark(source=source.where, store=source.store, facts=facts)


def _copy(source: Source, there: StoreLocation, mark: TransferMark, bars: ProgressBars) -> None:
    with there.filling(tables(), mark.model_dump_json(), __version__) as target:
        with bars("transferring") as report:
            fill(target, source, report)
        with bars("comparing") as report:
            compare(target, mark.facts, str(there), report)
        target.finish(mark.store | hold.of_transfer("the store was transferred from another one"), mark.facts)


def _hold_sending(here: StoreLocation, there: StoreLocation) -> None:
    """Hold all sending of the source, too: each store may send what waits in the other."""
    try:
        here.put_state(hold.of_transfer(f"the store was transferred to {there}"))
    except StoreUnavailable as error:
        log.warning("the source is not held: send nothing from it until a person has compared both", why=error.detail)
