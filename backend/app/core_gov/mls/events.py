"""EntityEvent resource: the server's log of changes to its records, including deletions.

Events are read after the changes. Each record that an event names is fetched; a missing one was deleted.
"""

from collections.abc import Sequence

from backend.app.core_gov.mls import queries
from backend.app.core_gov.mls.errors import BadResponse
from backend.app.core_gov.mls.listings import NOT_LISTED, ClassifiedRecords, classify
from backend.app.core_gov.mls.odata import MAX_COUNT, Record, key_of
from backend.app.core_gov.mls.paging.walk import Progress
from backend.app.core_gov.mls.sync import Run

_NAMED = "ResourceRecordKey"


def note_last_event(run: Run) -> None:
    """Store the current last sequence number before the first run, so that only later events are read."""
    if run.feed.table.events and run.state.event is None:
        page = run.get_events(queries.last_event(run.feed))
        run.store(ClassifiedRecords(), event=max(map(_sequence, page.records), default=0))


def read_events(run: Run) -> None:
    """Fetch the records named by the events since the last run. Raises FeedFailed."""
    progress = Progress()
    while run.feed.table.events:
        after = run.state.event or 0
        page = run.get_events(queries.events(run.feed, after))
        new = [record for record in page.records if _sequence(record) > after]
        if not new:
            return
        progress.note((f"{each.get('ResourceName')}/{key_of(each, _NAMED)}" for each in new), fresh=False)
        _fetch_named(run, new)
        run.store(ClassifiedRecords(), event=max(map(_sequence, new)))


def _fetch_named(run: Run, events: Sequence[Record]) -> None:
    named = (key_of(record, _NAMED) for record in events if _is_ours(run, record))
    for batch, records in run.by_keys(list(dict.fromkeys(key for key in named if key is not None))):
        found = classify(records, run.sale_of)
        found_keys = {key_of(record) for record in records}
        found.gone |= {key: NOT_LISTED for key in batch if key not in found_keys}
        run.store(found)


def _is_ours(run: Run, record: Record) -> bool:
    return record.get("ResourceName") in {None, run.feed.table.resource}


def _sequence(record: Record) -> int:
    number = record.get(queries.SEQUENCE)
    if isinstance(number, str) and number.isascii() and number.isdecimal() and len(number) < 19:
        return int(number)
    if type(number) is not int or number > MAX_COUNT:
        raise BadResponse(f"an event has no {queries.SEQUENCE}")
    return number
