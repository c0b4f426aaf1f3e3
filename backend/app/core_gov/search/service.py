"""Search over the records of all packages, and over sales by id, parcel and address."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from backend.app.core_gov.market.sale import sale_id
from backend.app.core_gov.market.search import typed as typed_sales
from backend.app.core_gov.notes import service as notes
from backend.app.core_gov.record_kinds import RECORD_KINDS
from backend.app.core_gov.search import presentation
from backend.app.core_gov.search.presentation import Presentation
from backend.app.core_gov.search.schemas import SearchHit, SearchHits, SearchKind
from backend.app.kit.db import Tx
from backend.app.kit.records import RecordTable, Stored
from backend.app.kit.search import find
from backend.app.kit.search.documents import documents
from backend.app.kit.search.find import FoundEntry
from backend.app.kit.search.typed import TypedSearch

_TABLES: dict[str, RecordTable[Any]] = {table.name: table for table in (*RECORD_KINDS.values(), *notes.TABLES)}

_KINDS: dict[str, SearchKind] = {
    "deals": "deal",
    "partners": "partner",
    "links": "link",
    "properties": "property",
    "drafts": "draft",
    "sendlog": "sendlog",
    "appraisals": "appraisal",
    "notes": "note",
}
"""Kinds of records that are searched, by the names of their tables."""

_PRESENT: dict[str, Callable[[dict[str, Any]], Presentation]] = {
    "deals": presentation.deal,
    "partners": presentation.partner,
    "properties": presentation.property_,
    "drafts": presentation.draft,
    "sendlog": presentation.sendlog,
    "appraisals": presentation.appraisal,
    "notes": presentation.note,
}


def search(tx: Tx, text: str, limit: int, kinds: tuple[SearchKind, ...] | None = None) -> SearchHits:
    """Find records by identifiers, then by beginnings of words, each newest first. None for `kinds` means all.

    Sales are found by id, by parcel number and by the beginning of their address, and follow the records.
    """
    typed = TypedSearch(text)
    if not typed.words:
        return SearchHits(items=[], more=False)
    tables = None if kinds is None else tuple(name for name, kind in _KINDS.items() if kind in kinds)
    exact = find.by_identifier(tx, typed, tables, limit + 1)
    sales = typed_sales.find_by_text(tx, text, limit + 1) if kinds is None or "sale" in kinds else None
    exact_sales = sales.exact if sales else []
    found = dict.fromkeys(exact)
    if len(found) + len(exact_sales) <= limit:
        found |= dict.fromkeys(find.by_words(tx, typed, tables, limit + 1 + len(exact)))
    records = _hits(tx, list(found)[: limit + 1], set(exact))
    hits = [
        *(hit for hit in records if hit.exact),
        *(_sale(sale, is_exact=True) for sale in exact_sales),
        *(hit for hit in records if not hit.exact),
        *(_sale(sale, is_exact=False) for sale in (sales.at_address if sales else [])),
    ]
    return SearchHits(items=hits[:limit], more=len(hits) > limit)


def _hits(tx: Tx, found: list[FoundEntry], exact: set[FoundEntry]) -> list[SearchHit]:
    """Return the hits of found entries, in their order."""
    stored = _documents(tx, found)
    names = _linked_names(tx, [record for each, record in stored.items() if each.kind == "links"])
    return [_hit(each, stored[each], names, is_exact=each in exact) for each in found if each in stored]


def _documents(tx: Tx, found: list[FoundEntry]) -> dict[FoundEntry, Stored[Any]]:
    by_table: dict[str, dict[int, FoundEntry]] = defaultdict(dict)
    for each in found:
        by_table[each.kind][each.seq] = each
    return {
        rows[seq]: stored
        for name, rows in by_table.items()
        for seq, stored in documents(tx, _TABLES[name], rows).items()
    }


def _linked_names(tx: Tx, links: list[Stored[Any]]) -> dict[str, Any]:
    """Return the names of the partners and deals of links, by id."""
    names: dict[str, Any] = {}
    for entity in ("partner", "deal"):
        ids = {str(link.document.get(f"{entity}_id")) for link in links}
        found = RECORD_KINDS[entity].find_all(tx, sorted(ids)) if ids else {}
        names |= {key: record.document.get("name") for key, record in found.items()}
    return names


def _hit(entry: FoundEntry, stored: Stored[Any], names: dict[str, Any], *, is_exact: bool) -> SearchHit:
    fields = stored.document
    if entry.kind == "links":
        partner, deal = (names.get(str(fields.get(name))) for name in ("partner_id", "deal_id"))
        shown = presentation.link(fields, partner, deal)
    else:
        shown = _PRESENT[entry.kind](fields)
    status = fields.get("status")
    return SearchHit(
        kind=_KINDS[entry.kind],
        id=str(fields.get("id")),
        title=shown.title,
        subtitle=shown.subtitle,
        status=status if isinstance(status, str) else None,
        updated_at=str(fields.get("updated_at")),
        path=shown.path,
        exact=is_exact,
    )


def _sale(sale: dict[str, Any], *, is_exact: bool) -> SearchHit:
    fields = {**sale, "id": sale_id(sale["seq"])}
    shown = presentation.sale(fields)
    return SearchHit(
        kind="sale",
        id=fields["id"],
        title=shown.title,
        subtitle=shown.subtitle,
        status="usable" if sale["usable"] else "flagged",
        updated_at=sale["updated_at"],
        path=shown.path,
        exact=is_exact,
    )
