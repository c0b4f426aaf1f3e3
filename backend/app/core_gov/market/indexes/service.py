"""Loading of published price indexes, and the price index of a market as of a day."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market.indexes import store
from backend.app.core_gov.market.indexes.choice import chosen
from backend.app.core_gov.market.indexes.files import LAYOUTS, cell_text, check_parts, doubled, point_of
from backend.app.core_gov.market.indexes.price_index import PriceIndex, estimate_index
from backend.app.core_gov.market.indexes.published import PUBLISHERS, Point, published_index
from backend.app.core_gov.market.indexes.store import IndexRow
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.core_gov.market.store import markets
from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import valid_records
from backend.app.kit.data_files.rejects import Rejects, errors_with_counts, rejects_file
from backend.app.kit.data_files.source_rows import UpsertCounts
from backend.app.kit.data_files.table_file import read_table
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.output.terminal_text import printable
from backend.app.kit.text import counted, shorten, word_key

BATCH = 4_000
"""Figures in one transaction, or as many as one series has."""


@dataclass(slots=True)
class IndexLoaded(ImportResult):
    """Result of loading a file of index figures. `elsewhere` counts rows of places that were not asked for."""

    series: int = 0
    empty: int = 0
    elsewhere: int = 0

    def lines(self) -> list[str]:
        """Return the result as sentences for the user."""
        found = [f"{counted(self.rows, 'rows')}, {self.series:,} series: {self.counts()}"]
        if self.empty:
            found.append(counted(self.empty, "rows", "have no value"))
        if self.elsewhere:
            found.append(counted(self.elsewhere, "rows", "are of other places"))
        return [*found, *self.rejects()]


def load_index(
    db: Database,
    ctx: Ctx,
    path: Path,
    source: str,
    progress: ReportProgress,
    *,
    places: Sequence[str] = (),
    rejects_to: OutputFile | None = None,
) -> IndexLoaded:
    """Store the new and changed figures of a publisher's file; safe to run again.

    `places` are names or codes of the wanted places, all if empty. Raises BadInput before anything is stored if the
    file is not in the publisher's layout.
    """
    if source not in PUBLISHERS:
        raise BadInput(f"source must be one of {', '.join(PUBLISHERS)}, not {shorten(source)}")
    rows, result = _read(path, source, places, rejects_file(path, rejects_to))
    with errors_with_counts(result):
        _store(db, ctx, rows, printable(path.name), source, result, progress)
    return result


def _store(
    db: Database,
    ctx: Ctx,
    rows: Sequence[IndexRow],
    file: str,
    source: str,
    result: IndexLoaded,
    progress: ReportProgress,
) -> None:
    done = 0
    for batch in _batches(rows):
        result.add(db.write_now(ctx, store_points, source, batch, file))
        done += len(batch)
        progress(done, len(rows))


def store_points(tx: Tx, source: str, rows: Sequence[IndexRow], file: str) -> UpsertCounts:
    """Insert or replace figures."""
    known = store.known_points(tx, source, {row.series for row in rows})
    new = [row for row in rows if row[:2] not in known]
    changed = [row for row in rows if row[:2] in known and known[row[:2]] != row]
    if new or changed:
        store.put_points(tx, source, [*new, *changed], changed)
        facts = {"file": file, "new": len(new), "changed": len(changed), "series": len({row.series for row in rows})}
        audit.record_act(tx, "index.loaded", "index", source, facts)
    return UpsertCounts(len(new), len(changed), len(rows) - len(new) - len(changed))


def _read(path: Path, source: str, places: Sequence[str], output: OutputFile) -> tuple[list[IndexRow], IndexLoaded]:
    """Return the wanted figures, sorted by series and period; write invalid rows to the file of rejects."""
    table = read_table(path)
    at = LAYOUTS[source].positions(path.name, table.columns)
    result, found, wanted = IndexLoaded(table.count), dict[IndexRow, None](), {word_key(place) for place in places}

    def figure(row: TableRow) -> IndexRow | None:
        return point_of(source, {part: cell_text(row.cells[place]) for part, place in at.items()})

    with closing(table.rows()) as rows, Rejects(output, table.columns, result) as rejects:
        for point in valid_records(rows, rejects, figure):
            if point is None:
                result.empty += 1
            elif wanted and not wanted & {word_key(point.series), word_key(point.place)}:
                result.elsewhere += 1
            else:
                found[point] = None
    points = _checked(path, source, sorted(found), places, result)
    result.series = len({point.series for point in points})
    return points, result


def _checked(
    path: Path, source: str, points: list[IndexRow], places: Sequence[str], result: IndexLoaded
) -> list[IndexRow]:
    if not points:
        what = f"of {' or '.join(places)}" if places else "of any place"
        kept = (
            f"; {counted(result.rejected, 'rejected rows', 'are in')} {result.rejected_file}"
            if result.rejected_file
            else ""
        )
        raise BadInput(f"{path.name} has no value {what}{kept}")
    if (twice := doubled(points)) is not None:
        raise BadInput(f"{path.name} has two values of {twice.place} for {twice.period}")
    if source == "statcan":
        check_parts(path.name, points)
    return points


def _batches(rows: Sequence[IndexRow]) -> Iterator[list[IndexRow]]:
    """Yield batches of whole series, some thousand figures each."""
    batch: list[IndexRow] = []
    for _, series in groupby(rows, key=lambda row: row.series):
        batch += series
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


# The index of a market


@dataclass(slots=True)
class _CachedIndex:
    """Cache of the last index of each market, with the inputs it was built from."""

    by_market: dict[str, tuple[tuple[object, ...], PriceIndex]] = field(default_factory=dict)


def index_of(db: Database, market: str, as_of: int, cached: CachedSales | None = None) -> PriceIndex:
    """Return the price index of a market as of a day, as selected by `choice`. Raises NotFound.

    Pass `cached`, the market's sales, if already loaded.
    """
    cached = cached or sales_of(db, market)
    series, points = db.snapshot_now(_published, market)
    made_from = (cached.revision, as_of, series, tuple(points))
    kept = db.cached(_CachedIndex).by_market
    found = kept.get(market)
    if found is None or found[0] != made_from:
        found = made_from, _index(cached, series, points, as_of)
        kept[market] = found
    return found[1]


def _index(cached: CachedSales, series: str | None, points: Sequence[IndexRow], as_of: int) -> PriceIndex:
    own = estimate_index(cached.sales, as_of)
    if series is None or not points:
        return own
    publisher = PUBLISHERS[series.partition(":")[0]]
    known = [Point(row.period, row.value) for row in points]
    return chosen(own, published_index(publisher, points[0].place, known, as_of))


def _published(tx: Tx, market: str) -> tuple[str | None, list[IndexRow]]:
    """Return the published series that a market is linked to, and its figures."""
    linked: str | None = markets.get(tx, market).fields.get("index_series")
    if linked is None:
        return None, []
    source, _, series = linked.partition(":")
    return linked, store.series_points(tx, source, series)


def check_series(tx: Tx, country: str, linked: str | None) -> list[str]:
    """Return warnings about a series to link to. Raises BadInput if it covers another country."""
    if linked is None:
        return []
    source, _, series = linked.partition(":")
    if PUBLISHERS[source].country != country:
        raise BadInput.field("index_series", f"index_series: {source} has no index for markets in {country}")
    if store.series_points(tx, source, series):
        return []
    return [f"no values of {linked} are loaded yet: valhalla market load-index FILE --source {source}"]
