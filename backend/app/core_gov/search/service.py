"""Search over the records of all packages."""

from collections import defaultdict
from typing import Any, NamedTuple

from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.market.appraisals import service as appraisals
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.search import presentation
from backend.app.core_gov.search.presentation import Present
from backend.app.core_gov.search.schemas import SearchHit, SearchHits, SearchKind
from backend.app.deals import service as deals
from backend.app.kit.db import Tx
from backend.app.kit.records import RecordTable, Stored
from backend.app.kit.search import find
from backend.app.kit.search.documents import documents
from backend.app.kit.search.find import FoundEntry
from backend.app.kit.search.typed import TypedSearch


class _SearchedKind(NamedTuple):
    """A kind of record that is searched: its name in hits, its table, and how it is shown."""

    name: SearchKind
    table: RecordTable[Any]
    present: Present


_TABLES = {
    table.name: table
    for table in (*deals.TABLES, *jv.TABLES, *property_.TABLES, *comms.TABLES, *appraisals.TABLES)
    if table.searched is not None
}
_SHOWN: dict[str, tuple[SearchKind, Present]] = {
    "deals": ("deal", presentation.deal),
    "partners": ("partner", presentation.partner),
    "links": ("link", presentation.link),
    "properties": ("property", presentation.property_),
    "drafts": ("draft", presentation.draft),
    "sendlog": ("sendlog", presentation.sendlog),
    "appraisals": ("appraisal", presentation.appraisal),
}
_KINDS = {name: _SearchedKind(_SHOWN[name][0], table, _SHOWN[name][1]) for name, table in _TABLES.items()}


def search(tx: Tx, text: str, limit: int, kinds: tuple[SearchKind, ...] | None = None) -> SearchHits:
    """Find records by identifiers and beginnings of words. None for `kinds` means all."""
    typed = TypedSearch(text)
    if not typed.words:
        return SearchHits(items=[], more=False)
    names = None if kinds is None else tuple(name for name, kind in _KINDS.items() if kind.name in kinds)
    exact = find.by_identifier(tx, typed, names, limit + 1)
    found = dict.fromkeys(exact)
    if len(found) <= limit:
        found |= dict.fromkeys(find.by_words(tx, typed, names, limit + 1 + len(exact)))
    shown = list(found)[:limit]
    stored = _documents(tx, shown)
    hits = [_hit(_KINDS[each.kind], stored[each], is_exact=each in exact) for each in shown if each in stored]
    return SearchHits(items=hits, more=len(found) > limit)


def _documents(tx: Tx, found: list[FoundEntry]) -> dict[FoundEntry, Stored[Any]]:
    by_table: dict[str, dict[int, FoundEntry]] = defaultdict(dict)
    for each in found:
        by_table[each.kind][each.seq] = each
    return {
        rows[seq]: stored
        for name, rows in by_table.items()
        for seq, stored in documents(tx, _KINDS[name].table, rows).items()
    }


def _hit(kind: _SearchedKind, stored: Stored[Any], *, is_exact: bool) -> SearchHit:
    fields = stored.document
    shown = kind.present(fields)
    return SearchHit(
        kind=kind.name,
        id=str(fields.get("id")),
        title=shown.title,
        subtitle=shown.subtitle,
        status=fields.get("status"),
        updated_at=str(fields.get("updated_at")),
        path=shown.path,
        exact=is_exact,
    )
